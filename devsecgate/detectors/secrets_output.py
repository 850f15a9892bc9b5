"""What the detector of secrets reads on stdin and prints on stdout: the shapes, and nothing else."""

from __future__ import annotations

import msgspec

VERSION = "2"
"""Of the detector and its rules: raised with every change that changes findings."""


class Request(msgspec.Struct, forbid_unknown_fields=True):
    """What to look at."""

    files: list[str]
    """As the parent names them: `./`-prefixed below the working directory, or the absolute path of the canary."""
    salt: str
    """Key of the hashes; empty: the public default."""


class Marker(msgspec.Struct):
    """A marker on the line that asks for silence."""

    text: str
    line: int
    column: int
    justification: str


class Secret(msgspec.Struct):
    """One secret, without its value."""

    path: str
    rule: str
    title: str
    severity: str
    confidence: str
    verified: bool
    """A checksum, or the structure inside, was right."""
    line: int
    column: int
    end_line: int
    end_column: int
    length: int
    """Bytes."""
    hash: str
    marker: Marker | None
    revoke: str


class Unseen(msgspec.Struct):
    """A file that was not looked at, or not wholly."""

    path: str
    detail: str


class Answer(msgspec.Struct):
    """The one object on stdout."""

    version: str
    rules: int
    secrets: list[Secret]
    covered: list[str]
    unseen: list[Unseen]
    size: int
    """Bytes read."""
