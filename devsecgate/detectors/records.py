"""Where a detector's advisories come from: a folder shaped like the OSV bucket, the store, and the canary's record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

from devsecgate.advisories import osv
from devsecgate.advisories.known import Book, Trouble
from devsecgate.advisories.store import Held, Store, StoreError
from devsecgate.model import GapReason


class Records(Protocol):
    """Advisories by ecosystem."""

    def book(self, ecosystem: str, wanted: Collection[str]) -> Book | None:
        """Give what is known of packages of an ecosystem (`Debian`), by normalised names; None: not asked for here."""
        ...


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """A folder shaped like the public OSV bucket."""

    path: Path
    today: date

    def book(self, ecosystem: str, wanted: Collection[str]) -> Book:
        """Read the ecosystem's archive and its single records."""
        return osv.load(self.path, ecosystem, wanted, today=self.today).book()


def unusable(error: StoreError) -> Trouble:
    """Say what is wrong with a store, and what to do, without the machine's paths."""
    detail = f"{error.what} ({Path(error.where or '').name}); {error.remedy[:1].lower()}{error.remedy[1:].rstrip('.')}"
    return Trouble(reason=error.reason, detail=detail)


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """The advisory store."""

    path: Path
    today: date
    max_age_days: int
    """Days since a server was asked, or, where the records came as files, since the newest of them; more is a gap."""

    def book(self, ecosystem: str, wanted: Collection[str]) -> Book:
        """Look the packages up; a store that cannot be used, and one that is too old, are troubles."""
        try:
            with Store.open(self.path) as store:
                found, held = store.book(ecosystem, wanted), store.held(ecosystem)
        except StoreError as error:
            return Book(troubles=(unusable(error),))
        stale = None if held is None else self._stale(held)
        return found if stale is None else replace(found, troubles=(*found.troubles, stale))

    def _stale(self, held: Held) -> Trouble | None:
        """Say that the records are too old, or that nobody can know how old they are."""
        try:
            dated = date.fromisoformat(held.dated)
        except ValueError:
            said = "have no date"
        else:
            # a day ahead is a matter of time zones; more is a clock that was wrong, and would never grow old
            if -1 <= (self.today - dated).days <= self.max_age_days:
                return None
            which = "were last checked on" if held.checked_at else "came as files, the newest of"
            said = f"{which} {dated}, and {self._bound(dated)}"
        detail = f"the {held.name} advisory records of the store {said}; run `devsecgate advisories update`"
        return Trouble(reason=GapReason.STALE, detail=detail)

    def _bound(self, dated: date) -> str:
        if dated > self.today:
            return "that is still to come"
        return f"may be at most {self.max_age_days} days old"


class Planted(msgspec.Struct, frozen=True, kw_only=True):
    """The canary's manifest and advisories: they go the same way as all others, and are no one's packages."""

    path: str | None
    """Of the manifest, as its packages name it."""
    advisories: Path | None
    today: date

    def book(self, ecosystem: str, wanted: Collection[str]) -> Book | None:
        """Read what was planted for an ecosystem; None where nothing was."""
        if self.advisories is None or not (self.advisories / ecosystem).is_dir():
            return None
        return osv.load(self.advisories, ecosystem, wanted, today=self.today).book()
