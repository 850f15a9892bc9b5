"""Reports about a folder of a repository in, the same with paths from its top out, as GitHub reads them."""

from __future__ import annotations

import re
from urllib.parse import quote

import msgspec

from devsecgate.text import json_document, printable, workflow_command_safe

_ANNOTATION = re.compile(rb"^(::(?:error|warning|notice) file=)", re.MULTILINE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/")


def in_annotations(report: bytes, folder: str) -> bytes:
    """Put the folder, POSIX and relative, before the file of every annotation."""
    text = workflow_command_safe(printable(folder))
    for character, escape in (("%", "%25"), (":", "%3A"), (",", "%2C")):
        text = text.replace(character, escape)
    return _ANNOTATION.sub(lambda match: match.group() + f"{text}/".encode(), report)


def in_sarif(report: bytes, folder: str) -> bytes:
    """Put the folder before every relative address of an artifact."""
    document: object = msgspec.json.decode(report)
    return json_document(_moved(document, quote(folder.encode("utf-8", "surrogateescape"))))


def _moved(value: object, folder: str) -> object:
    if isinstance(value, list):
        return [_moved(each, folder) for each in value]
    if not isinstance(value, dict):
        return value
    moved = {name: _moved(each, folder) for name, each in value.items()}
    artifact = moved.get("artifactLocation")
    if isinstance(artifact, dict):
        address = artifact.get("uri")
        if isinstance(address, str) and not _SCHEME.match(address):
            moved["artifactLocation"] = {**artifact, "uri": f"{folder}/{address}"}
    return moved
