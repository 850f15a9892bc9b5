"""Where a detector's advisories come from: a folder shaped like the OSV bucket, the store, and the canary's record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from devsecgate.advisories import osv


class Records(Protocol):
    """Advisories by ecosystem."""

    def load(self, ecosystem: str, wanted: Collection[str]) -> osv.Loaded:
        """Give what is known of packages of an ecosystem (`Debian`), by their normalised names."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder shaped like the public OSV bucket."""

    path: Path
    today: date

    def load(self, ecosystem: str, wanted: Collection[str]) -> osv.Loaded:
        """Read the ecosystem's archive and its single records."""
        return osv.load(self.path, ecosystem, wanted, today=self.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """The canary's manifest and advisories: they go the same way as all others, and are no one's packages."""

    path: str | None
    """Of the manifest, as its packages name it."""
    advisories: Path | None
    today: date

    def load(self, ecosystem: str, wanted: Collection[str]) -> osv.Loaded | None:
        """Read what was planted for an ecosystem; None where nothing was."""
        if self.advisories is None or not (self.advisories / ecosystem).is_dir():
            return None
        return osv.load(self.advisories, ecosystem, wanted, today=self.today)
