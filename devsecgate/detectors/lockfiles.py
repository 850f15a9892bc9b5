"""Lockfile paths as JSON on stdin; the packages that Syft and our readers see in them, and what is known, on stdout.

Run as `python -m devsecgate.detectors.lockfiles --scratch DIR`, with the options of `detectors/options.py` and the
scanned root as working directory.
Syft sees copies of the files that were asked for and nothing else. What it and our reader say of a file is held
against each other: what one of them misses, the other has, and a note says so. A syft that is not there, or that
fails, makes this program fail (exit 3), and say so.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from devsecgate.detectors import options, syft
from devsecgate.detectors.manifests.entries import Source
from devsecgate.detectors.manifests.files import Tree, beside, leaves
from devsecgate.detectors.manifests.formats import LockFormat, locked
from devsecgate.detectors.manifests.locked import NO_LOCK, read
from devsecgate.detectors.manifests.reading import Pin, Unreadable, gap
from devsecgate.detectors.matching import entry, match
from devsecgate.detectors.package_answer import Asked, GapEntry
from devsecgate.detectors.syft.answer import SyftAnswer
from devsecgate.detectors.syft.seen import Seen, placed, seen
from devsecgate.model import Gap, GapReason

_FAILED = 3
_NAMED = 5
_UNKNOWN_TO_OSV = frozenset({"CocoaPods"})
"""Ecosystems whose packages are in the inventory, and that OSV has no records of."""
_COMPANIONS = frozenset({"package.json"})
"""Files of other scanners that say what a lockfile is asked for."""


class _Stock(msgspec.Struct, kw_only=True):
    """What was made out so far."""

    pins: list[Pin] = msgspec.field(default_factory=list)
    gaps: list[Gap] = msgspec.field(default_factory=list)
    notes: list[str] = msgspec.field(default_factory=list)
    covered: set[str] = msgspec.field(default_factory=set)


def main() -> int:
    """Read the request, copy, ask syft, read again, match, and print the answer."""
    given = _options().parse_args()
    asked = options.common(given)
    files = msgspec.json.decode(sys.stdin.buffer.read(), type=list[Asked])
    tree = Tree(root=Path.cwd().resolve())
    stock = _Stock()
    texts = _texts(tree, sorted({each.path.removeprefix("./") for each in files}), stock)
    if asked.canary:
        texts[asked.canary] = tree.planted(asked.canary)
    try:
        program, found = _ask(texts, asked.canary, given.scratch, stock)
    except (syft.Missing, syft.Failed) as error:
        print(error, file=sys.stderr)
        return _FAILED
    for path, text in texts.items():
        if path == asked.canary:
            stock.pins += placed(found[path].pins, text)
            stock.covered.add(path)
        else:
            _account(Source(path=path, text=text, beside=_neighbours(tree, path, texts)), found[path], program, stock)
    sys.stdout.buffer.write(msgspec.json.encode(_answer(asked, program, stock)))
    return 0


def _options() -> argparse.ArgumentParser:
    parser = options.parser("lockfiles")
    parser.add_argument("--scratch", type=Path, required=True)
    return parser


def _texts(tree: Tree, paths: Iterable[str], stock: _Stock) -> dict[str, str]:
    """Read each file; what cannot be read is a gap."""
    texts = {}
    for path in paths:
        try:
            texts[path] = tree.text(path)
        except Unreadable as error:
            stock.gaps.append(gap(error.reason, f"this manifest {error.detail}", path))
    return texts


def _ask(
    texts: Mapping[str, str], canary: str | None, scratch: Path, stock: _Stock
) -> tuple[syft.Program, Mapping[str, Seen]]:
    """Copy the files into a folder of their own, the canary beside them, and ask syft once."""
    program = syft.find(home=scratch)
    staged = scratch / "staged"
    places = {}
    for path, text in list(texts.items()):
        place = f"canary/{Path(path).name}" if path == canary else f"tree/{path}"
        try:
            (staged / place).parent.mkdir(parents=True, exist_ok=True)
            (staged / place).write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            stock.gaps.append(gap(GapReason.UNREADABLE, f"this manifest cannot be copied: {error.strerror}", path))
        places[f"/{place}"] = path
    staged.mkdir(exist_ok=True)
    document = syft.scan(f"dir:{staged}", program=program, scratch=scratch)
    return program, seen(document, places)


def _neighbours(tree: Tree, path: str, texts: Mapping[str, str]) -> _Beside:
    return _Beside(tree=tree, path=path, texts=texts)


class _Beside(msgspec.Struct, frozen=True, kw_only=True):
    """Gives the files around one: only those that are looked at in their own right may resolve anything."""

    tree: Tree
    path: str
    texts: Mapping[str, str]

    def __call__(self, name: str) -> str | None:
        """Give the text of a file by its path relative to this one's folder."""
        path = beside(self.path, name)
        if path in self.texts or leaves(path) or name not in _COMPANIONS:
            return self.texts.get(path)
        try:
            return self.tree.text(path)
        except Unreadable:
            return None


def _account(source: Source, by_syft: Seen, program: syft.Program, stock: _Stock) -> None:
    """Read a file ourselves, and hold what syft says of it against that."""
    kind = locked(source.path)
    assert kind is not None
    try:
        ours = read(source, kind)
    except Unreadable as error:
        stock.gaps.append(gap(error.reason, f"this manifest {error.detail}", source.path))
        stock.pins += placed(by_syft.pins, source.text)
        return
    reading = ours.reading
    stock.covered.add(source.path)
    stock.gaps += reading.gaps
    stock.notes += reading.notes
    pins = {(pin.name, pin.version): pin for pin in reading.pins}
    theirs = {(pin.name, pin.version): pin for pin in by_syft.pins}
    settled = {*ours.explained, *(each.package for each in reading.gaps)}
    alone = [pin for key, pin in theirs.items() if key not in pins and pin.name not in settled]
    alone = placed(alone, source.text)
    stock.pins += [*reading.pins, *alone]
    stock.gaps += [_nameless(source.path, name) for name in by_syft.nameless if name not in settled]
    stock.notes += _differences(source.path, kind, [key for key in pins if key not in theirs], alone, program)
    if not reading.pins and not reading.gaps and not alone and kind not in NO_LOCK:
        stock.notes.append(f"{source.path}: holds no package")
    if reading.pins and reading.pins[0].ecosystem in _UNKNOWN_TO_OSV:
        count = f"{len(reading.pins)} packages of {reading.pins[0].ecosystem}"
        detail = f"{count}: OSV has no records of them, so nothing is known about any; look them up by hand"
        stock.gaps.append(gap(GapReason.UNRESOLVED, detail, source.path))


def _nameless(path: str, name: str) -> Gap:
    detail = f"{name}: syft sees it without a version, and our reader does not see it: look at it by hand"
    return gap(GapReason.UNRESOLVED, detail, path, name)


def _differences(
    path: str, kind: LockFormat, missed: Iterable[tuple[str, str]], alone: Iterable[Pin], program: syft.Program
) -> Iterator[str]:
    """Say what only one of the two sees. The toolchain is no entry of go.mod that syft would list."""
    here = sorted(
        {f"{name} {version}" for name, version in missed if kind is not LockFormat.GO_MOD or name != "stdlib"}
    )
    if here:
        yield f"{path}: syft {program.version} passes over {_shown(here)}; read here all the same"
    there = sorted({f"{pin.name} {pin.version}" for pin in alone})
    if there:
        yield f"{path}: only syft {program.version} sees {_shown(there)}; counted all the same"


def _shown(listed: list[str]) -> str:
    more = f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else ""
    return ", ".join(listed[:_NAMED]) + more


def _answer(asked: options.Common, program: syft.Program, stock: _Stock) -> SyftAnswer:
    """Match what was found, and put the answer together."""
    exempt = asked.first_party
    pins = sorted(dict.fromkeys(stock.pins), key=lambda pin: (pin.path, pin.line, pin.ecosystem, pin.name, pin.version))
    known = [pin for pin in pins if pin.name not in exempt and pin.ecosystem not in _UNKNOWN_TO_OSV]
    theirs = [pin for pin in known if pin.path != asked.canary]
    matched = match(known, records=asked.records(theirs), planted=asked.planted())
    gaps = [
        GapEntry(reason=each.reason.value, detail=each.detail, path=each.path, package=each.package)
        for each in sorted(
            {each for each in stock.gaps if each.package not in exempt},
            key=lambda each: (each.path or "", each.package or "", each.detail),
        )
    ]
    return SyftAnswer(
        packages=[entry(pin, matched) for pin in pins],
        findings=matched.findings,
        gaps=[*gaps, *matched.gaps],
        covered=sorted(stock.covered),
        sources=matched.sources,
        notes=sorted(set(stock.notes)),
        syft=program.version,
    )


if __name__ == "__main__":
    sys.exit(main())
