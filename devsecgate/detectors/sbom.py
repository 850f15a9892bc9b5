"""An SBOM's file in; the packages that it lists, and what advisories say of them, as JSON on stdout, out.

Run as `python -m devsecgate.detectors.sbom --sbom FILE --name SHOWN`, with the options of `detectors/options.py`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import msgspec

from devsecgate.detectors import options, purls, sboms
from devsecgate.detectors.images import lifetimes
from devsecgate.detectors.manifests.reading import Pin
from devsecgate.detectors.matching import entry, match
from devsecgate.detectors.package_answer import Answer, GapEntry
from devsecgate.model import GapReason
from devsecgate.text import one_line, shorten

NAMED = 20
"""How many parts of one SBOM are named for one reason; the rest are counted."""
_OF_SYSTEMS = ("pkg:deb/", "pkg:apk/", "pkg:rpm/")
_LONGEST = 256
"""Characters of a name or a version."""


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """What one SBOM lists."""

    pins: tuple[Pin, ...] = ()
    gaps: tuple[GapEntry, ...] = ()
    notes: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()


class _Unmatched(msgspec.Struct, frozen=True, kw_only=True):
    """One part that no record can be looked up for."""

    part: sboms.Part
    why: str


def main() -> None:
    """Read the SBOM, match what it lists, and print the answer."""
    given = _options().parse_args()
    asked = options.common(given)
    stock = take(given.sbom, given.name)
    planted = take(Path(asked.canary), asked.canary) if asked.canary else Stock()
    theirs = [pin for pin in stock.pins if pin.name not in asked.first_party]
    matched = match([*theirs, *planted.pins], records=asked.records(theirs), planted=asked.planted())
    answer = Answer(
        packages=[entry(pin, matched) for pin in stock.pins],
        findings=matched.findings,
        gaps=[*stock.gaps, *lifetimes_of(stock, given.name, asked.today), *planted.gaps, *matched.gaps],
        covered=list(stock.covered),
        sources=matched.sources,
        notes=list(stock.notes),
    )
    sys.stdout.buffer.write(msgspec.json.encode(answer))


def _options() -> argparse.ArgumentParser:
    parser = options.parser("sbom")
    parser.add_argument("--sbom", type=Path, required=True)
    parser.add_argument("--name", required=True)
    return parser


def take(file: Path, name: str) -> Stock:
    """Read one SBOM, called `name` in the answer; one that cannot be read is a gap."""
    try:
        sbom = sboms.read(_content(file))
    except sboms.Refused as refused:
        return Stock(gaps=(_gap(refused.reason, f"this SBOM {refused.detail}", name),))
    unseen = [_gap(reason, f"this SBOM {detail}", name) for reason, detail in sbom.unseen]
    if not any(not part.is_content for part in sbom.parts):
        unseen.append(_gap(GapReason.EMPTY, "this SBOM lists no component that could be looked up", name))
    pins: list[Pin] = []
    unmatched: list[_Unmatched] = []
    for part in sbom.parts:
        if not part.is_content:
            found = _pin(part, name)
            (pins if isinstance(found, Pin) else unmatched).append(found)  # type: ignore[arg-type]  # told apart here
    notes = [f"{name} {note}" for note in sbom.notes]
    if sbom.subject is not None:
        subject = _pin(sbom.subject, name)
        if isinstance(subject, Pin):
            pins.append(subject)
        else:
            notes.append(f"{name} is about {_called(sbom.subject)}, which is not looked up itself: {subject.why}")
    counted = [*unseen, *_beyond(unmatched, name)]
    return Stock(
        pins=tuple(pins),
        gaps=(*counted, *_named(unmatched, name)),
        notes=tuple(notes),
        covered=() if counted else (name,),
    )


def lifetimes_of(stock: Stock, name: str, today: date) -> Iterator[GapEntry]:
    """Say of each release of a distribution that it is past its end, or that nobody here knows."""
    for ecosystem in sorted({pin.ecosystem for pin in stock.pins if pin.purl.startswith(_OF_SYSTEMS)}):
        said = lifetimes.trouble(ecosystem, today)
        if said is not None:
            yield _gap(GapReason.STALE, said, name)


def _content(file: Path) -> bytes:
    try:
        if not file.is_file():
            raise sboms.Refused("is not a file", reason=GapReason.UNREADABLE)
        with file.open("rb") as opened:
            content = opened.read(sboms.LARGEST_FILE + 1)
    except OSError as error:
        raise sboms.Refused(f"cannot be read: {error.strerror}", reason=GapReason.UNREADABLE) from error
    if len(content) > sboms.LARGEST_FILE:
        raise sboms.Refused(f"is larger than {sboms.LARGEST_FILE >> 20} MiB; divide it", reason=GapReason.UNREADABLE)
    return content


def _pin(part: sboms.Part, name: str) -> Pin | _Unmatched:
    """Turn a part into a package, or say why none can be looked up for it."""
    try:
        purl = _with_version(part)
        identity = purls.identify(purl)
    except purls.Unknown as unknown:
        return _Unmatched(part=part, why=str(unknown))
    if not all(map(_is_plain, (identity.name, identity.version))):
        return _Unmatched(part=part, why="its purl has a name or a version that is none")
    if part.version and not _same(part.version, identity.version):
        why = f"it says that its version is {shorten(one_line(part.version), 40)}, and its purl says {identity.version}"
        return _Unmatched(part=part, why=why)
    return Pin(
        name=identity.name,
        version=identity.version,
        ecosystem=identity.ecosystem,
        path=name,
        line=part.line,
        direct=part.direct,
        purl=purl,
        known_as=identity.known_as,
        via=part.via,
    )


def _with_version(part: sboms.Part) -> str:
    """Give a part's purl; where it has no version, with the one that stands beside it."""
    from packageurl import PackageURL

    if not part.purl:
        raise purls.Unknown("it has no purl")
    try:
        read = PackageURL.from_string(part.purl)
    except ValueError as error:
        raise purls.Unknown("not a purl") from error
    # spelled anew: what the author wrote goes into reports
    return (read if read.version or not part.version else read._replace(version=part.version)).to_string()


def _is_plain(text: str) -> bool:
    return text.isprintable() and len(text) <= _LONGEST and " " not in text


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(version: str) -> str:
    """Leave out of a version what one tool writes and another does not: a `v`, and an epoch."""
    lowered = version.lower().removeprefix("v")
    epoch, colon, rest = lowered.partition(":")
    return rest if colon and epoch.isdigit() else lowered


def _called(part: sboms.Part) -> str:
    return one_line(f"{shorten(part.name, 80)} {shorten(part.version, 80)}") or "something without a name"


def _named(unmatched: Iterable[_Unmatched], name: str) -> Iterator[GapEntry]:
    """Name the first parts, by name, of each reason."""
    for why, parts in _by_reason(unmatched):
        for part in parts[:NAMED]:
            detail = f"line {part.line}: {_called(part)} was not looked up: {why}"
            called = one_line(part.name)
            yield _gap(GapReason.UNRESOLVED, detail, name, package=shorten(called, _LONGEST) or "?")


def _beyond(unmatched: Iterable[_Unmatched], name: str) -> Iterator[GapEntry]:
    """Count the others."""
    for why, parts in _by_reason(unmatched):
        if len(parts) > NAMED:
            yield _gap(GapReason.UNRESOLVED, f"{len(parts) - NAMED:,} more components were not looked up: {why}", name)


def _by_reason(unmatched: Iterable[_Unmatched]) -> list[tuple[str, list[sboms.Part]]]:
    found: dict[str, list[sboms.Part]] = {}
    for each in unmatched:
        found.setdefault(each.why, []).append(each.part)
    return [
        (why, sorted(parts, key=lambda part: (part.name, part.version, part.line)))
        for why, parts in sorted(found.items())
    ]


def _gap(reason: GapReason, detail: str, path: str, *, package: str | None = None) -> GapEntry:
    return GapEntry(reason=reason.value, detail=detail, path=path, package=package)


if __name__ == "__main__":
    main()
