"""An upgrade in; the commands that make its lockfile again out, and those of many upgrades put together."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from devsecgate import remedy
from devsecgate.detectors.manifests.files import beside
from devsecgate.fix.records import Step, Upgrade
from devsecgate.model import Location, Package

_EDITED = {
    "package-lock.json": "npm install --package-lock-only",
    "npm-shrinkwrap.json": "npm install --package-lock-only",
    "yarn.lock": "yarn install",
    "pnpm-lock.yaml": "pnpm install --lockfile-only",
    "bun.lock": "bun install",
    "bun.lockb": "bun install",
}
"""What makes a lockfile follow its package.json."""
_GATHERING = {
    "uv lock": "--upgrade-package",
    "poetry update": "",
    "pipenv upgrade": "",
    "pdm update": "",
    "bundle update": "",
    "composer update": "",
}
"""Commands that take several packages at once, and the option that stands before each."""


def lock(upgrade: Upgrade, target: str, *, edited: bool) -> tuple[Step, ...]:
    """Give the command that makes a lockfile take the target; none where nothing here knows it."""
    folder = beside(upgrade.path, ".")
    name = upgrade.path.rpartition("/")[2]
    if upgrade.name.startswith("-"):
        return ()
    if edited and name in _EDITED:
        return (Step(folder=folder, head=_EDITED[name]),)
    if name in ("package-lock.json", "npm-shrinkwrap.json"):
        head = "npm update --package-lock-only"
        return (Step(folder=folder, head=head, packages=(shlex.quote(upgrade.name),)),)
    command = remedy.command(_package(upgrade), target)
    if not command or command.startswith((f"{upgrade.path}:", "package.json:")):
        return ()
    return (_gathered(folder, command),)


def _gathered(folder: str, command: str) -> Step:
    """Divide a command from its packages, where it takes several."""
    for head, option in _GATHERING.items():
        start = f"{head} {option} " if option else f"{head} "
        if command.startswith(start):
            lock_only = " --lock" if head == "poetry update" else ""
            package = f"{option} {command.removeprefix(start)}".strip()
            return Step(folder=folder, head=f"{head}{lock_only}", packages=(package,))
    return Step(folder=folder, head=command)


def compiled(upgrade: Upgrade, target: str, *, program: str | None, source: str | None, hashed: bool) -> Step | None:
    """Give the command that makes a compiled requirements file again; None where its source is not known."""
    if source is None or program not in (None, "pip-compile", "uv pip compile"):
        return None
    wanted = f"--upgrade-package {shlex.quote(f'{upgrade.name}=={target}')}"
    output, given = (shlex.quote(f"./{path.rpartition('/')[2]}") for path in (upgrade.path, source))
    return Step(
        folder=beside(upgrade.path, "."),
        head=f"{program or 'pip-compile'}{' --generate-hashes' if hashed else ''}",
        packages=(wanted,) if hashed else (),
        tail=f"--output-file {output} {given}",
    )


def resolved(upgrade: Upgrade) -> Step:
    """Give the command that says whether the pins of a requirements file go together: nothing here knows."""
    file = shlex.quote(f"./{upgrade.path.rpartition('/')[2]}")
    return Step(folder=beside(upgrade.path, "."), head="pip install --dry-run --ignore-installed", tail=f"-r {file}")


def merged(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Give each command once, with all its packages; what makes a lock follow its manifest goes first."""
    kept: dict[tuple[str, str, str], dict[str, None]] = {}
    for step in steps:
        kept.setdefault((step.folder, step.head, step.tail), {}).update(dict.fromkeys(step.packages))
    found = [
        Step(folder=folder, head=head, packages=tuple(packages), tail=tail)
        for (folder, head, tail), packages in kept.items()
    ]
    return tuple(sorted(found, key=lambda step: (step.folder, bool(step.packages), step.command)))


def _package(upgrade: Upgrade) -> Package:
    return Package(
        purl="",
        name=upgrade.name,
        version=upgrade.current,
        ecosystem=upgrade.ecosystem,
        location=Location(path=upgrade.path, line=upgrade.line),
        direct=upgrade.direct,
        via=upgrade.via,
    )
