"""One decoded policy file goes in; every entry that makes no sense, beyond its types, comes out with its key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from devsecgate.policy import document as shape
from devsecgate.policy.convert import many
from devsecgate.policy.globs import path_mistake
from devsecgate.policy.yaml_lines import Key

_PLACEHOLDER = re.compile(r"\{\w+\}")
_FOLDER = re.compile(r"[^/\\*?]+")

Found = Iterator[tuple[Key, str]]


def check(document: shape.Document) -> Found:
    """Yield every mistake of one file that can be told without its base."""
    for index, rule in enumerate(document.rules):
        yield from _patterns(rule.when.path, ("rules", index, "when", "path"))
    for name, entries in (("accept", document.gaps.accept), ("refuse", document.gaps.refuse)):
        for index, entry in enumerate(entries or ()):
            key: Key = ("gaps", name, index)
            if entry.scanner is None and entry.path is None and entry.package is None:
                yield key, 'say which: a `scanner` ("*" for whichever), a `path` or a `package`'
            yield from _patterns(entry.path, (*key, "path"))
    for index, waiver in enumerate(document.waivers):
        yield from _waiver(waiver, ("waivers", index))
    for index, tool in enumerate(document.tools):
        yield from _tool(tool, ("tools", index))
    for index, name in enumerate(document.target.exclude or ()):
        if name in {".", ".."} or not _FOLDER.fullmatch(name):
            yield ("target", "exclude", index), "this is the name of a folder, without `/`, `*` and `?`"


def too_long(document: shape.Document, longest: int, today: date) -> Found:
    """Yield waivers that run longer than the policy allows for any severity."""
    latest = today + timedelta(days=longest)
    for index, waiver in enumerate(document.waivers):
        if waiver.expires > latest:
            what = f"no waiver may run longer than {longest} days (waiver_terms): today the latest date is {latest}"
            yield ("waivers", index, "expires"), what


def _patterns(patterns: str | tuple[str, ...] | None, key: Key) -> Found:
    for index, pattern in enumerate(() if patterns is None else many(patterns)):
        if (mistake := path_mistake(pattern)) is not None:
            yield (*key, index) if isinstance(patterns, tuple) else key, mistake


def _waiver(waiver: shape.Waiver, key: Key) -> Found:
    given = {
        name
        for name, value in (
            ("fingerprint", waiver.fingerprint),
            ("rule", waiver.rule),
            ("path", waiver.path),
            ("advisory", waiver.advisory),
            ("package", waiver.package),
        )
        if value is not None
    }
    if given not in ({"fingerprint"}, {"rule", "path"}, {"advisory", "package"}):
        found = ", ".join(f"`{name}`" for name in sorted(given)) or "nothing"
        yield key, f"a waiver names `fingerprint`, or `rule` and `path`, or `advisory` and `package`; here is {found}"
    for name, value in (("rule", waiver.rule), ("advisory", waiver.advisory), ("package", waiver.package)):
        if value is not None and re.search(r"[*?]", value):
            yield (*key, name), "a waiver names exactly one: no `*` and no `?` here"
    yield from _patterns(waiver.path, (*key, "path"))


def _tool(tool: shape.Tool, key: Key) -> Found:
    yield from _patterns(tool.files, (*key, "files"))
    if _PLACEHOLDER.search(tool.argv[0]):
        yield (*key, "argv", 0), "the program is named, not filled in"
    for name in ("{files}", "{canary}"):
        if tool.argv.count(name) != 1:
            yield (*key, "argv"), f"`{name}` is there exactly once, as an argument of its own"
    for index, argument in enumerate(tool.argv):
        for found in sorted(set(_PLACEHOLDER.findall(argument)) - {"{files}", "{canary}", "{scratch}"}):
            yield (*key, "argv", index), f"no such placeholder: {found}"
        if argument not in {"{files}", "{canary}"} and re.search(r"\{(files|canary)\}", argument):
            yield (*key, "argv", index), "`{files}` and `{canary}` are arguments of their own"
    if tool.output != "stdout":
        if not _plain_name(tool.output):
            yield (*key, "output"), "`stdout`, or a plain file name below {scratch}"
        elif not any("{scratch}" in argument for argument in tool.argv):
            yield (*key, "output"), "argv says nothing of {scratch}: how does the tool know where to write?"
    if not _plain_name(tool.canary.name):
        yield (*key, "canary", "name"), "a plain file name, without folders"
    if bad := [code for code in tool.exits if not 0 <= code <= 255]:
        yield (*key, "exits"), f"not an exit code: {bad[0]}"


def _plain_name(name: str) -> bool:
    return name not in {".", ".."} and re.fullmatch(r"[A-Za-z0-9._][A-Za-z0-9._-]*", name) is not None
