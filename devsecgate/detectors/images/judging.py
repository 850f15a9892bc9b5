"""What was seen of an image in; the answer about it out: packages, matches, gaps, and findings of its settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from devsecgate.detectors.images import hardening, inventory, unseen
from devsecgate.detectors.images.answer import ImageAnswer
from devsecgate.detectors.images.configuration import origins
from devsecgate.detectors.images.inventory import Inside, Stock
from devsecgate.detectors.images.look import Seen
from devsecgate.detectors.manifests.reading import Pin
from devsecgate.detectors.matching import entry, match
from devsecgate.detectors.options import Common
from devsecgate.detectors.package_answer import Answer, GapEntry
from devsecgate.detectors.purls import System, Unknown
from devsecgate.detectors.syft import Artifact
from devsecgate.model import GapReason

PLANTED_SYSTEMS = {"apk": System(id="alpine", version="0.0"), "deb": System(id="debian", version="0")}
"""The releases that the canary's packages are of: no image's own can be one of them, and no record but ours."""


@cache
def _searcher() -> hardening.Searcher:
    return hardening.searcher()


def prepare() -> None:
    """Load what `judge` needs."""
    import packageurl  # noqa: F401 - the first import takes its time

    _searcher()


def judge(seen: Seen, name: str, asked: Common) -> ImageAnswer:
    """Put everything together; `name` is what reports call the image."""
    seek = _searcher()
    inside = Inside(
        name=name,
        files=seen.files,
        origins=tuple(seek.masked(each) for each in origins(seen.configuration)),
        digests={digest: number for number, digest in reversed(list(enumerate(seen.configuration.rootfs.diff_ids)))},
        system=inventory.system(seen.document.distro),
    )
    stock = inventory.take(seen.theirs, inside, asked.first_party)
    planted = _planted(seen.planted, asked.canary or "")
    theirs = [pin for pin in stock.pins if pin.name not in asked.first_party]
    matched = match([*theirs, *planted], records=asked.records(theirs), planted=asked.planted())
    answer = Answer(
        packages=[entry(pin, matched) for pin in (*stock.pins, *planted)],
        findings=matched.findings,
        gaps=[*stock.gaps, *_unseen(seen, stock, inside, asked.today), *matched.gaps],
        covered=[name],
        sources=matched.sources,
        notes=[*(f"{name}: {note}" for note in seen.notes), *stock.notes],
    )
    settings = list(hardening.look(seen.configuration, seek))
    return ImageAnswer(syft=seen.document.descriptor.version, packages=answer, settings=settings)


def _unseen(seen: Seen, stock: Stock, inside: Inside, today: date) -> list[GapEntry]:
    """Name what nobody looked into; notes go to the stock."""
    found = [*unseen.gaps(seen.theirs, seen.document.files, inside), *unseen.lifetime(stock, inside, today)]
    if seen.unchecked:
        gap = GapEntry(reason=GapReason.UNSUPPORTED.value, detail=seen.unchecked, path=inside.name, package=None)
        return [*found, gap]
    of_programs, notes = unseen.programs(seen.theirs, stock, inside)
    stock.notes += notes
    return [*found, *of_programs]


def _planted(artifacts: Sequence[Artifact], canary: str) -> list[Pin]:
    """Turn the canary's packages into pins as all others; what cannot be is missed when its finding is."""
    pins = []
    for artifact in artifacts:
        of = PLANTED_SYSTEMS.get(artifact.type, System(id=""))
        try:
            found, purl = inventory.identity(artifact, of)
        except Unknown:
            continue
        pins.append(
            Pin(
                name=found.name,
                version=found.version,
                ecosystem=found.ecosystem,
                path=canary,
                line=1,
                purl=purl,
                known_as=found.known_as,
            )
        )
    return pins
