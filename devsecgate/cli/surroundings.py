"""A folder in; which CI its repository is for, whether git's hooks run here, and whose packages it has, out.

What the tree and its git configuration say is believed for one thing only: which file `devsecgate init` writes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path

import msgspec

from devsecgate import git

HOOKS = ".pre-commit-config.yaml"
_GITHUB = ".github"
_GITLAB = ".gitlab-ci.yml"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@]*@)?([A-Za-z0-9.-]+)(?=[:/]|$)|(?:[^/@:]*@)?([A-Za-z0-9.-]+):")
"""The host of `https://host/…` and `ssh://git@host:22/…`, or that of `git@host:…`."""
_NO_MATCH = 1
"""The exit code with which `git config` says that there is no such key."""


class System(StrEnum):
    """A CI that a file can be written for."""

    GITHUB = "github"
    GITLAB = "gitlab"


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What was found around a project."""

    top: Path | None
    """The top of the repository, where the project is a folder below it; else None: then CI files belong here."""
    systems: tuple[System, ...]
    hooks: bool
    """Is this a repository of git, or are there hooks for one?"""
    ecosystems: tuple[str, ...]
    """OSV's names, sorted."""
    for_syft: tuple[str, ...]
    """Manifests and lockfiles that Syft's scanner alone reads: paths, sorted."""
    notes: tuple[str, ...]
    """What could not be found out, for people."""


def look(root: Path) -> Surroundings:
    """Look around in a folder (absolute, links resolved). Raises UsageError where it cannot be read."""
    home = git.home(root)
    top = home if home is not None and home != root else None
    hosts, notes = ((), ()) if home is None or top is not None else _hosts(git.repository(root))
    ecosystems, for_syft = _packages(root)
    return Surroundings(
        top=top,
        systems=() if top is not None else tuple(_systems(root, hosts)),
        hooks=top is None and (home is not None or os.path.lexists(root / HOOKS)),
        ecosystems=ecosystems,
        for_syft=for_syft,
        notes=notes,
    )


def _systems(root: Path, hosts: Iterable[str]) -> Iterable[System]:
    labels = {label for host in hosts for label in host.split(".")}
    if os.path.lexists(root / _GITHUB) or labels & {"github", "ghe"}:
        yield System.GITHUB
    if os.path.lexists(root / _GITLAB) or "gitlab" in labels:
        yield System.GITLAB


def _hosts(repository: git.Repository | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the hosts of git's remotes, in small letters, and what is to be said where git cannot tell."""
    if repository is None:
        return (), ()
    # the repository's own file alone: what it includes may be anywhere
    said = git.ask(repository, "config", "--local", "--no-includes", "--null", "--get-regexp", r"^remote\..*\.url$")
    if said.text is None:
        return (), () if said.exit == _NO_MATCH else (f"git's remotes were not read: {said.why}",)
    found = (_ADDRESS.match(entry.partition("\n")[2]) for entry in said.text.split("\0"))
    return tuple(sorted({(each[1] or each[2]).lower() for each in found if each is not None})), ()


def _packages(root: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the ecosystems of the manifests and lockfiles that a gate would look at, and the files that Syft reads."""
    from devsecgate import policy, target
    from devsecgate.detectors.manifests import formats

    bundled = policy.load(None, Path(os.devnull), today=date.today()).target
    files = target.read(root, exclude=bundled.exclude, max_file_size=bundled.max_file_size).files
    known: Mapping[str, str | None] = {path: formats.ecosystem(path) for path in files}
    named = sorted({each for each in known.values() if each is not None})
    return tuple(named), tuple(path for path in files if formats.locked(path) is not None)
