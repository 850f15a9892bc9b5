"""The options that every package detector has in; where its records come from, and what was planted, out.

`package_answer.options` writes them: [--advisories DIR | --store FILE [--max-age DAYS] | --osv-url URL]
[--canary FILE] [--canary-advisories DIR] [--first-party NAME]... [--today DATE].
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from devsecgate.detectors.manifests.reading import Pin, python_name
from devsecgate.detectors.records import Folder, Planted, Records, Stored


class Common(msgspec.Struct, frozen=True, kw_only=True):
    """What every package detector is told."""

    advisories: Path | None
    store: Path | None
    max_age: int
    """Days."""
    osv_url: str | None
    canary: str | None
    """Path of the planted file."""
    canary_advisories: Path | None
    first_party: frozenset[str]
    """As written, and as Python's packages are spelled."""
    today: date

    def records(self, pins: Iterable[Pin]) -> Records | None:
        """Give the records, else the service, which is asked about these packages and no others."""
        if self.advisories is not None:
            return Folder(path=self.advisories, today=self.today)
        if self.store is not None:
            return Stored(path=self.store, today=self.today, max_age_days=self.max_age)
        if self.osv_url is None:
            return None
        from devsecgate.detectors import online

        return online.service(self.osv_url, pins, today=self.today)

    def planted(self) -> Planted:
        """Give the canary."""
        return Planted(path=self.canary, advisories=self.canary_advisories, today=self.today)


def parser(module: str) -> argparse.ArgumentParser:
    """Give a parser of the common options, to which a detector adds its own."""
    made = argparse.ArgumentParser(prog=f"devsecgate.detectors.{module}", allow_abbrev=False)
    made.add_argument("--advisories", type=Path)
    made.add_argument("--store", type=Path)
    made.add_argument("--max-age", type=int, default=7)
    made.add_argument("--osv-url")
    made.add_argument("--canary")
    made.add_argument("--canary-advisories", type=Path)
    made.add_argument("--first-party", action="append", default=[])
    made.add_argument("--today")
    return made


def common(options: argparse.Namespace) -> Common:
    """Read the common options."""
    gc.disable()  # a detector is short-lived, and to search 100,000 records for garbage takes longer than to read them
    return Common(
        advisories=options.advisories,
        store=options.store,
        max_age=options.max_age,
        osv_url=options.osv_url,
        canary=options.canary,
        canary_advisories=options.canary_advisories,
        first_party=names(options.first_party),
        today=date.fromisoformat(options.today) if options.today else datetime.now(UTC).date(),
    )


def names(given: Iterable[str]) -> frozenset[str]:
    """Normalise the names of first-party packages."""
    return frozenset(each for name in given for each in {name, python_name(name) or name})
