"""Published flaws in, a Markdown table out: which of them the rules find, and which they tell from their fixes.

    python benchmarks/advisories.py [PACKAGE ...]

For each flaw of `published_flaws.toml`, the files that it is in are looked at as they are in the vulnerable release
and as they are in the fixed one, by the gate's own commands of semgrep with the bundled Python rules and of bandit.

A flaw is found where a finding of its family of weakness (devsecgate/cwe.py) is at most three lines from one of its
places. The place in the fixed release is where a comparison of the two files puts the line. A flaw is told apart
where it is found in the vulnerable release and nothing of its family is at its places in the fixed one.

The archives come from the index that pip is configured with. Nothing of them is ever built, installed or run.
"""

from __future__ import annotations

import argparse
import difflib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec
from real import REPOSITORY, fetch
from real_projects import Archive

from devsecgate import cwe, rule_choice
from devsecgate.jobs import show
from devsecgate.model import Finding
from devsecgate.packs import NATIVE
from devsecgate.scanner import Job, Output, Scanner, Settings
from devsecgate.scanners import bandit, semgrep

FLAWS = Path(__file__).resolve().parent / "published_flaws.toml"
RULES = REPOSITORY / "policies" / "rules"
NEAR = 3
"""Lines: a statement may begin above the line that was named, or end below it."""
LONGEST = 1800
"""Seconds for one scanner over all files."""
ENGINES = ((semgrep.SCANNER, NATIVE), (bandit.SCANNER, "bandit"))


class Release(StrEnum):
    """The two sides of a fix."""

    VULNERABLE = "vulnerable"
    FIXED = "fixed"


class SourceArchive(msgspec.Struct, frozen=True):
    """One source archive, as the index names it."""

    version: str
    file: str
    sha256: str


class Place(msgspec.Struct, frozen=True):
    """Every line of a file that holds this code."""

    path: str
    code: str


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """One published flaw, with the places that were read out of its fix."""

    advisory: str
    cve: str | None = None
    package: str
    held_out: bool = False
    """True: nobody who writes rules has read it."""
    weakness: str
    cwe: int
    what: str
    needs: str | None = None
    """What a rule has to see to find it; none where that is in `what` already."""
    note: str | None = None
    """Why the versions, or the weakness, are not those of the record."""
    vulnerable: SourceArchive
    fixed: SourceArchive
    places: list[Place]
    after: list[Place] = []

    @property
    def folder(self) -> str:
        """Where its files are laid out."""
        return f"{self.package}-{self.advisory}"


class LeftOut(msgspec.Struct, frozen=True):
    """One that was chosen and that the archives cannot show."""

    advisory: str
    cve: str
    package: str
    why: str


class Chosen(msgspec.Struct, frozen=True):
    """The whole list."""

    flaw: list[Flaw]
    left_out: list[LeftOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Lines of one file, counted from 1; both ends belong to it."""

    path: str
    """Below the folder that everything is laid out in."""
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one scanner said about all files."""

    findings: tuple[Finding, ...]
    unseen: frozenset[str]
    """Files of which it could not see everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one scanner says about one flaw: the rules that speak at its places, before and after the fix."""

    before: frozenset[str]
    after: frozenset[str]
    unseen: bool
    """True: it could not see all of these files, so that its silence says nothing."""

    @property
    def told_apart(self) -> bool:
        """Say whether it is found, and no longer after the fix."""
        return bool(self.before) and not self.after and not self.unseen


def lines_with(code: str, lines: Iterable[str]) -> list[int]:
    """Number the lines that hold a piece of code, from 1."""
    return [number for number, line in enumerate(lines, 1) if code in line]


def counterpart(line: int, before: list[str], after: list[str]) -> tuple[int, int]:
    """Give the first and last line of what became of a line in the fixed file; of a deleted one, where it was.

    Lines are compared without their indentation, so that a fix which puts code into a block does not replace it all.
    """
    was, became = ([each.strip() for each in text] for text in (before, after))
    for tag, was_first, was_end, first, end in difflib.SequenceMatcher(a=was, b=became, autojunk=False).get_opcodes():
        if was_first < line <= was_end:
            same = line - was_first + first
            return (same, same) if tag == "equal" else (first + 1, max(end, first + 1))
    raise ValueError(f"no line {line} among {len(before)}")


def source(file: Path) -> list[str]:
    """Read a file's lines; old releases are in any encoding, and only ASCII matters here."""
    return file.read_text(encoding="utf-8", errors="replace").split("\n")


def spans(places: Iterable[Place], folder: str, root: Path) -> list[Span]:
    """Find the lines of places below a folder of the root; refuses code that is not there: another archive."""
    found = []
    for place in places:
        path = f"{folder}/{place.path}"
        numbers = lines_with(place.code, source(root / path))
        if not numbers:
            raise SystemExit(f"{path} does not hold {place.code}")
        found += [Span(path=path, first=number, last=number) for number in numbers]
    return found


def spans_after(flaw: Flaw, root: Path) -> list[Span]:
    """Find what became of a flaw's places: as the list says where files have moved, else by comparison."""
    vulnerable, fixed = (f"{flaw.folder}/{release}" for release in (Release.VULNERABLE, Release.FIXED))
    if flaw.after:
        return spans(flaw.after, fixed, root)
    found = []
    for span in spans(flaw.places, vulnerable, root):
        path = f"{fixed}{span.path.removeprefix(vulnerable)}"
        if (root / path).is_file():
            first, last = counterpart(span.first, source(root / span.path), source(root / path))
            found.append(Span(path=path, first=first, last=last))
    return found


def speaking(findings: Iterable[Finding], places: Iterable[Span], weakness: int) -> frozenset[str]:
    """Name the rules of a weakness' family that report something near one of these places."""
    wanted, near = cwe.family({weakness}), list(places)
    return frozenset(
        finding.rule
        for finding in findings
        if cwe.family_of(finding) == wanted and any(is_near(finding, place) for place in near)
    )


def is_near(finding: Finding, place: Span) -> bool:
    """Say whether a finding is at most NEAR lines from a place."""
    at = finding.location
    last = at.end_line or at.line
    return at.path == place.path and at.line - NEAR <= place.last and place.first <= last + NEAR


def lay_out(flaw: Flaw, trees: Mapping[Release, Path], root: Path) -> Iterator[str]:
    """Copy the files of a flaw from both releases below the root, and name the copies as scanners want them."""
    wanted = {Release.VULNERABLE: flaw.places, Release.FIXED: flaw.after or flaw.places}
    for release, places in wanted.items():
        for path in sorted({place.path for place in places}):
            original = trees[release] / path
            if original.is_file():
                copy = root / flaw.folder / release / path
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(original, copy)
                yield f"./{copy.relative_to(root).as_posix()}"


def look(scanner: Scanner, engine: str, root: Path, files: Iterable[str], rules: Path) -> Looked:
    """Run one scanner over all files in one process, with the gate's own command."""
    names = tuple(sorted(files))
    with tempfile.TemporaryDirectory() as scratch:
        canary = Path(scratch, scanner.canary.name)
        canary.write_bytes(scanner.canary.content)
        shown = show(
            scanner,
            root,
            names,
            rule_choice.everything(rules / scanner.pack, root, names) if scanner.pack else None,
            Path(scratch, "tree"),
        )
        job = Job(
            root=shown.root,
            files=names,
            canary=canary,
            scratch=Path(scratch),
            engine=engine,
            settings=Settings(rules=(rules.resolve(),)),
            rules=shown.rules,
            unfolded=shown.unfolded,
            spread=shown.spread,
        )
        command = scanner.command(job)
        for name, content in command.write.items():
            Path(scratch, name).write_bytes(content)
        program = str(Path(sys.executable).parent / command.argv[0])
        start = time.perf_counter()
        done = subprocess.run(
            [program, *command.argv[1:]], cwd=shown.root, capture_output=True, check=False, timeout=LONGEST
        )
        seconds = time.perf_counter() - start
    parsed = scanner.parse(Output(stdout=done.stdout, stderr=done.stderr, exit=done.returncode), job)
    print(f"{engine}: {len(job.files)} files, {len(parsed.findings)} findings, {seconds:.1f} s", file=sys.stderr)
    for gap in parsed.gaps:
        print(f"{engine}: {gap.path or 'everything'}: {gap.detail}", file=sys.stderr)
    if done.returncode not in command.exits or any(gap.path is None for gap in parsed.gaps):
        raise SystemExit(f"{engine} did not work as a whole (exit {done.returncode}): its silence would say nothing")
    return Looked(findings=parsed.findings, unseen=frozenset(gap.path for gap in parsed.gaps if gap.path is not None))


def answer(flaw: Flaw, looked: Looked, root: Path) -> Answer:
    """Hold what a scanner said to one flaw."""
    before, after = spans(flaw.places, f"{flaw.folder}/{Release.VULNERABLE}", root), spans_after(flaw, root)
    return Answer(
        before=speaking(looked.findings, before, flaw.cwe),
        after=speaking(looked.findings, after, flaw.cwe),
        unseen=any(place.path in looked.unseen for place in (*before, *after)),
    )


def cell(rules: frozenset[str]) -> str:
    """Write rules into a cell of the table."""
    return ", ".join(f"`{rule}`" for rule in sorted(rules)) or "no"


def row(flaw: Flaw, ours: Answer, theirs: Answer) -> str:
    """Draw one flaw: what the rules say before and after the fix, and the same of bandit."""
    name = f"{flaw.advisory}, {flaw.cve}" if flaw.cve else flaw.advisory
    found = f"{cell(ours.before)}{' (not all of it can be seen)' if ours.unseen else ''}"
    apart = "**yes**" if ours.told_apart else "no"
    bandits = "told apart" if theirs.told_apart else "before and after" if theirs.before else "no"
    releases = f"{flaw.package} {flaw.vulnerable.version} → {flaw.fixed.version}"
    what = f"{flaw.weakness} ({flaw.cwe}): {flaw.what}"
    return f"| {name} | {releases} | {what} | {found} | {cell(ours.after)} | {apart} | {bandits} |"


def table(rows: Iterable[tuple[Flaw, Answer, Answer]]) -> str:
    """Draw every flaw, then the sums."""
    drawn = list(rows)
    lines = [
        "| Advisory | Releases | Weakness (CWE) | Found in the vulnerable | Still in the fixed | Told apart | bandit |",
        "|---|---|---|---|---|---|---|",
        *(row(*each) for each in drawn),
        "",
        sums(drawn),
        "",
        "| Weakness | Flaws | Found | Told apart | bandit: told apart |",
        "|---|--:|--:|--:|--:|",
    ]
    for kind in sorted({flaw.weakness for flaw, _, _ in drawn}):
        same = [(ours, theirs) for flaw, ours, theirs in drawn if flaw.weakness == kind]
        found, apart = sum(bool(ours.before) for ours, _ in same), sum(ours.told_apart for ours, _ in same)
        lines.append(f"| {kind} | {len(same)} | {found} | {apart} | {sum(theirs.told_apart for _, theirs in same)} |")
    return "\n".join(lines)


def misses(rows: Iterable[tuple[Flaw, Answer, Answer]]) -> str:
    """Draw what is not told apart, with what a rule would have to see."""
    lines = ["| Package | Weakness | What a rule would have to see |", "|---|---|---|"]
    for flaw, ours, _ in rows:
        if not ours.told_apart:
            also = " (found, before and after)" if ours.before else ""
            lines.append(f"| {flaw.package} | {flaw.weakness}{also} | {flaw.needs or flaw.what} |")
    return "\n".join(lines)


def sums(drawn: Iterable[tuple[Flaw, Answer, Answer]]) -> str:
    """Say the numbers in words."""
    ours, theirs = zip(*((ours, theirs) for _, ours, theirs in drawn), strict=True)
    either = sum(mine.told_apart or other.told_apart for mine, other in zip(ours, theirs, strict=True))
    return (
        f"Of {len(ours)} flaws, the rules find {sum(bool(each.before) for each in ours)} and tell "
        f"{sum(each.told_apart for each in ours)} from their fixes; bandit finds "
        f"{sum(bool(each.before) for each in theirs)} and tells {sum(each.told_apart for each in theirs)} apart; "
        f"one of the two tells {either} apart."
    )


def chosen() -> Chosen:
    """Read the list."""
    return msgspec.toml.decode(FLAWS.read_bytes(), type=Chosen)


def archive(flaw: Flaw, release: Release) -> Archive:
    """Name an archive as the fetching does."""
    of = flaw.vulnerable if release is Release.VULNERABLE else flaw.fixed
    return Archive(name=flaw.package, version=of.version, file=of.file, sha256=of.sha256)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", help="default: all")
    parser.add_argument("--cache", type=Path, default=REPOSITORY / ".real")
    parser.add_argument("--rules", type=Path, default=RULES, help="a folder of rules; default: the bundled ones")
    options = parser.parse_args()
    listed = chosen()
    unknown = set(options.packages) - {flaw.package for flaw in listed.flaw}
    if unknown:
        parser.error(f"not in the list: {', '.join(sorted(unknown))}")
    flaws = [flaw for flaw in listed.flaw if not options.packages or flaw.package in options.packages]
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        files: list[str] = []
        for flaw in flaws:
            trees = {release: fetch(archive(flaw, release), options.cache) for release in Release}
            files += lay_out(flaw, trees, root)
        ours, theirs = (look(scanner, engine, root, files, options.rules) for scanner, engine in ENGINES)
        rows = [(flaw, answer(flaw, ours, root), answer(flaw, theirs, root)) for flaw in flaws]
    for title, held_out in (("Chosen first", False), ("Held out", True)):
        group = [each for each in rows if each[0].held_out is held_out]
        if group:
            print(f"## {title}\n\n{table(group)}\n\n{misses(group)}\n")
    if not options.packages:
        print("## Left out\n\n| Advisory | Package | Why |\n|---|---|---|")
        for each in listed.left_out:
            print(f"| {each.advisory}, {each.cve} | {each.package} | {each.why} |")


if __name__ == "__main__":
    main()
