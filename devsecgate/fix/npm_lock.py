"""The text of npm's lockfile in; whether those that pull a package in would take another version of it out."""

from __future__ import annotations

import msgspec

from devsecgate.fix import npm_ranges
from devsecgate.fix.records import Upgrade

_MODULES = "node_modules/"


class _Entry(msgspec.Struct, rename="camel"):
    dependencies: dict[str, str] | None = None
    optional_dependencies: dict[str, str] | None = None
    peer_dependencies: dict[str, str] | None = None


class _Lock(msgspec.Struct):
    packages: dict[str, _Entry] | None = None


def admits(text: str, upgrade: Upgrade, target: str) -> bool:
    """Say whether every package that asks for the vulnerable version would take the target as well."""
    try:
        packages = msgspec.json.decode(text, type=_Lock).packages or {}
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return False
    wanted = [
        group[upgrade.name]
        for key, entry in packages.items()
        if _MODULES in key
        for group in (entry.dependencies, entry.optional_dependencies, entry.peer_dependencies)
        if group is not None and upgrade.name in group
    ]
    asking = [each for each in wanted if npm_ranges.allows(each, upgrade.current)]
    return bool(asking) and all(npm_ranges.allows(each, target) for each in asking)
