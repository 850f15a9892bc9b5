"""Manifest paths as JSON on stdin; the packages they name, and what advisories say of them, as JSON on stdout.

Run as `python -m devsecgate.detectors.dependencies [--advisories DIR] [--canary-advisories DIR]
[--canary FILE] [--first-party NAME]...` with the scanned root as working directory. Without advisories
it makes the inventory alone. stdin is a list of `{"path": "./requirements.txt"}`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from devsecgate.detectors.manifests.files import Tree
from devsecgate.detectors.manifests.inventory import Inventory, take
from devsecgate.detectors.manifests.reading import python_name
from devsecgate.detectors.matching import entry, match
from devsecgate.detectors.package_answer import Answer, Asked, GapEntry
from devsecgate.detectors.records import Folder, Planted


def main() -> None:
    """Read the request, look, and print the answer."""
    options = _options().parse_args()
    stock = inventory(Path.cwd(), sys.stdin.buffer.read(), canary=options.canary, first_party=options.first_party)
    today = date.fromisoformat(options.today) if options.today else datetime.now(UTC).date()
    exempt = names(options.first_party)
    matched = match(
        [pin for pin in (*stock.pins, *stock.elsewhere) if pin.name not in exempt],
        records=Folder(path=options.advisories, today=today) if options.advisories else None,
        planted=Planted(path=options.canary, advisories=options.canary_advisories, today=today),
    )
    answer = Answer(
        packages=[entry(pin, matched) for pin in stock.pins],
        findings=matched.findings,
        gaps=[*gaps(stock), *matched.gaps],
        covered=sorted(stock.covered),
        sources=matched.sources,
        notes=list(stock.notes),
    )
    sys.stdout.buffer.write(msgspec.json.encode(answer))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="devsecgate.detectors.dependencies", allow_abbrev=False)
    parser.add_argument("--advisories", type=Path)
    parser.add_argument("--canary-advisories", type=Path)
    parser.add_argument("--canary")
    parser.add_argument("--first-party", action="append", default=[])
    parser.add_argument("--today")
    return parser


def names(given: Iterable[str]) -> frozenset[str]:
    """Normalise the names of first-party packages."""
    return frozenset(each for name in given for each in {name, python_name(name) or name})


def inventory(root: Path, request: bytes, *, canary: str | None, first_party: Iterable[str]) -> Inventory:
    """Read the manifests that the request names."""
    asked = msgspec.json.decode(request, type=list[Asked])
    paths = [each.path.removeprefix("./") for each in asked]
    return take(Tree(root=root.resolve()), paths, first_party=names(first_party), also=canary)


def gaps(stock: Inventory) -> list[GapEntry]:
    """Give the inventory's gaps as the answer shows them."""
    return [
        GapEntry(reason=each.reason.value, detail=each.detail, path=each.path, package=each.package)
        for each in stock.gaps
    ]


if __name__ == "__main__":
    main()
