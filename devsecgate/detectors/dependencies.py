"""Manifest paths as JSON on stdin; the packages they name, and what advisories say of them, as JSON on stdout.

Run as `python -m devsecgate.detectors.dependencies [--audited ECOSYSTEM]... [--without-syft]
[--marker NAME=VALUE]...`, with the options of `detectors/options.py` and the scanned root as working directory.
Without records it makes the inventory alone. stdin is a list of `{"path": "./requirements.txt"}`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from devsecgate.detectors import options
from devsecgate.detectors.manifests.files import Tree
from devsecgate.detectors.manifests.inventory import Inventory, take
from devsecgate.detectors.matching import entry, match
from devsecgate.detectors.package_answer import Answer, Asked, GapEntry


def main() -> None:
    """Read the request, look, and print the answer."""
    given = _options().parse_args()
    asked = options.common(given)
    stock = inventory(
        Path.cwd(),
        sys.stdin.buffer.read(),
        canary=asked.canary,
        first_party=asked.first_party,
        locked_elsewhere=not given.without_syft,
        target=given.marker,
    )
    pins = [pin for pin in (*stock.pins, *stock.elsewhere) if pin.name not in asked.first_party]
    theirs = [pin for pin in pins if pin.path != asked.canary and pin.ecosystem not in given.audited]
    matched = match(pins, records=asked.records(theirs), planted=asked.planted())
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
    parser = options.parser("dependencies")
    # ecosystems that another scanner asks the service about
    parser.add_argument("--audited", action="append", default=[])
    parser.add_argument("--without-syft", action="store_true")
    parser.add_argument("--marker", action="append", default=[], metavar="NAME=VALUE")
    return parser


def inventory(
    root: Path,
    request: bytes,
    *,
    canary: str | None,
    first_party: Iterable[str],
    locked_elsewhere: bool = True,
    target: Iterable[str] = (),
) -> Inventory:
    """Read the manifests that the request names; see `take` for the rest. `target` is `NAME=VALUE` pairs."""
    asked = msgspec.json.decode(request, type=list[Asked])
    paths = [each.path.removeprefix("./") for each in asked]
    return take(
        Tree(root=root.resolve()),
        paths,
        first_party=options.names(first_party),
        also=canary,
        locked_elsewhere=locked_elsewhere,
        target=dict(each.split("=", 1) for each in target),
    )


def gaps(stock: Inventory) -> list[GapEntry]:
    """Give the inventory's gaps as the answer shows them."""
    return [
        GapEntry(reason=each.reason.value, detail=each.detail, path=each.path, package=each.package)
        for each in stock.gaps
    ]


if __name__ == "__main__":
    main()
