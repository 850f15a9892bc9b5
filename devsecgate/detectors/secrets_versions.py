"""What the detector of secrets reads and prints where it looks at the commits of a change: the shapes alone."""

from __future__ import annotations

import msgspec

from devsecgate.detectors.secrets_output import Secret, Unseen


class Version(msgspec.Struct, forbid_unknown_fields=True):
    """One file as one commit has it."""

    path: str
    """As it may be shown, below the scanned tree's folder."""
    content: str
    """Name of the file, beside the manifest, that holds its bytes."""


class CommitVersions(msgspec.Struct, forbid_unknown_fields=True):
    """What one commit added."""

    commit: str
    """Its id, shortened; empty: it is no commit yet, but staged."""
    versions: list[Version]
    before: list[str]
    """Names of the files, beside the manifest, with what stood in the changed files before: in all its parents."""


class Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """All that is looked at; a parent's commit stands before its children's."""

    name: str
    """As findings' paths begin."""
    commits: list[CommitVersions]


class Salt(msgspec.Struct, forbid_unknown_fields=True):
    """What stands on stdin, where no list of processes shows it."""

    salt: str
    """Key of the hashes; empty: the public default."""


class Leak(msgspec.Struct):
    """A secret that a commit added."""

    commit: str
    secret: Secret


class HistoryAnswer(msgspec.Struct):
    """The one object on stdout."""

    version: str
    leaks: list[Leak]
    """Of the canary, then of the commits: each value once for each path, where it came in first."""
    covered: list[str]
    """The manifest's name, once all of it was gone through."""
    unseen: list[Unseen]
    commits: int
    versions: int
    size: int
    """Bytes of the versions."""
