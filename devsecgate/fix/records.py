"""The records of fixing: what is wanted, what changes, what has to be run, and what is left."""

from __future__ import annotations

import msgspec


class Upgrade(msgspec.Struct, frozen=True, kw_only=True):
    """One vulnerable package in one manifest, and the version that ends what is known against it."""

    ecosystem: str
    name: str
    """Normalised as its ecosystem does."""
    current: str
    target: str | None
    """None: no version is known to fix it."""
    path: str
    line: int
    direct: bool | None
    via: tuple[str, ...]
    ids: tuple[str, ...]
    """One for each issue, the id to show."""
    blocks: bool
    """Does the policy block for one of them?"""
    elsewhere: bool
    """Is it in an image or an SBOM, where there is no manifest to change?"""
    advice: str
    """What a person does about it, in one sentence."""


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """One line that changes."""

    path: str
    line: int
    name: str
    before: str
    """What the manifest asked for: `==3.1.4`, `^1.2.3`; empty where it asked for nothing."""
    after: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One file that changes."""

    path: str
    before: bytes
    after: bytes
    old: str
    new: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One command to run, after the files are changed."""

    folder: str
    """Relative to the target's root; `.` is the root itself."""
    head: str
    """The program and what comes before the packages."""
    packages: tuple[str, ...] = ()
    """Quoted, each with the option that it needs: several upgrades are one command."""
    tail: str = ""

    @property
    def command(self) -> str:
        """The whole of it, for a shell."""
        return " ".join(filter(None, (self.head, *self.packages, self.tail)))


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """One upgrade that edits or commands bring about."""

    upgrade: Upgrade
    edits: tuple[Edit, ...]
    steps: tuple[Step, ...]
    major: bool
    """Does it cross a major version?"""
    note: str = ""


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """One upgrade that nothing here brings about, and why."""

    upgrade: Upgrade
    why: str


class Fixes(msgspec.Struct, frozen=True, kw_only=True):
    """All of it; steps are in the order in which to run them."""

    changes: tuple[Change, ...]
    done: tuple[Done, ...]
    steps: tuple[Step, ...]
    left: tuple[Left, ...]


class Unchangeable(Exception):  # noqa: N818 - it names what was met
    """A text that cannot be changed to allow a version; carries half a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
