"""The bundled packs in; what their tests prove, and what each pack and its slowest rules cost, out as Markdown.

    python benchmarks/rules.py [--pack PACK ...] [--tree PACK=DIR ...] [--tests | --cost | --discrimination]

Every number comes from a run of semgrep with the gate's own command for the pack (its scanner's), and `--time` beside:

* **Tests.** `ruleid:` stands before each line of `tests/rules/<pack>` that its rule has to report, `ok:` before lines
  that it must not. Counted is how many of each are judged rightly, and what is reported where nothing is marked.
* **Cost.** Lines and seconds of one process over the files of a tree that are the pack's. Without `--tree`, Python is
  measured on the library of ansible-core, JavaScript on django and manifests on the YAML of ansible-core, which are
  fetched as `real.py` does. These have too little of the rest: there, five copies of the pack's own test code stand
  in, in which nearly every line is something to look at.
* **Slowest rules.** As semgrep's `--time` has them: seconds in a rule over all files, without the parsing that all
  rules share. They are of a clock, so that a busy machine makes them longer; their shares travel better.
* **Discrimination.** That of weaknesses.py, for Python.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import weaknesses
from packs import PROCESSORS, REPOSITORY, RULES, Run, look, scanner_of
from real import fetch
from real_projects import PROJECTS

from devsecgate.model import Finding
from devsecgate.policy.catalogue import bundled_rules

TESTS = REPOSITORY / "tests" / "rules"
DEFAULT_TREES = {"python": ("ansible-core", "lib"), "javascript": ("django", "."), "manifests": ("ansible-core", ".")}
COPIES = 5
SLOWEST = 10
BAR_SECONDS, BAR_LINES = 15, 120_000
"""What the pack for Python may take at most, on that many processors."""
_MARK = re.compile(r"\s*(?:#|//|--|;|/\*|<!--|\{/\*)\s*(ruleid|ok): ([a-z0-9-]+)\s*(?:\*/\}?|-->)?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a line of test code says of itself."""

    path: str
    line: int
    rule: str
    kind: str
    """`ruleid` or `ok`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How a rule does on its own test code."""

    true: int
    """Lines that it has to report."""
    found: int
    false: int
    """Lines that it must not."""
    silent: int
    beside: int
    """Lines that it reports, and that are not marked."""

    @property
    def right(self) -> bool:
        """Tell whether every line is judged as it is marked."""
        return self.found == self.true and self.silent == self.false and not self.beside


def files_of(folder: Path) -> list[str]:
    """Name every file below a folder, relative to it."""
    return [file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*")) if file.is_file()]


def marks(folder: Path) -> Iterator[Mark]:
    """Read the marks of a pack's test code; a mark is about the line behind it."""
    for path in files_of(folder):
        for number, line in enumerate((folder / path).read_text(encoding="utf-8").splitlines(), start=2):
            match = _MARK.fullmatch(line)
            if match is not None:
                yield Mark(path=path, line=number, kind=match[1], rule=match[2])


def owner(path: str, rules: Iterable[str]) -> str:
    """Name the rule that a file of test code is for: `RULE.ext`, `RULE.two.ext` or `RULE/anything`."""
    first, _, rest = path.partition("/")
    return first if rest and first in set(rules) else first.partition(".")[0]


def judged(rules: Sequence[str], marked: Iterable[Mark], findings: Iterable[Finding]) -> Mapping[str, Judged]:
    """Hold what is reported to what is marked, rule by rule."""
    wanted: dict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    for mark in marked:
        wanted[mark.rule, mark.kind].add((mark.path, mark.line))
    reported: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for finding in findings:
        if owner(finding.location.path, rules) == finding.rule:
            reported[finding.rule].add((finding.location.path, finding.location.line))
    return {
        rule: Judged(
            true=len(wanted[rule, "ruleid"]),
            found=len(wanted[rule, "ruleid"] & reported[rule]),
            false=len(wanted[rule, "ok"]),
            silent=len(wanted[rule, "ok"] - reported[rule]),
            beside=len(reported[rule] - wanted[rule, "ruleid"] - wanted[rule, "ok"]),
        )
        for rule in rules
    }


def tests_of(pack: str, rules: Sequence[str]) -> Mapping[str, Judged]:
    """Run a pack on its own test code."""
    folder = TESTS / pack
    return judged(rules, marks(folder), look(pack, folder, files_of(folder)).findings)


def tests_table(packs: Mapping[str, Sequence[str]]) -> str:
    """Draw every rule, then the packs."""
    lines = ["| rule | true lines | found | false lines | silent | beside |", "|---|--:|--:|--:|--:|--:|"]
    sums = ["| pack | rules | true lines | found | false lines | silent | all right |", "|---|--:|--:|--:|--:|--:|--:|"]
    for pack, rules in packs.items():
        done = tests_of(pack, rules)
        for rule, one in done.items():
            lines.append(f"| `{rule}` | {one.true} | {one.found} | {one.false} | {one.silent} | {one.beside} |")
        total: Counter[str] = Counter()
        for one in done.values():
            total.update({"true": one.true, "found": one.found, "false": one.false, "silent": one.silent})
        counts = " | ".join(f"{total[name]:,}" for name in ("true", "found", "false", "silent"))
        sums.append(f"| {pack} | {len(rules)} | {counts} | {sum(one.right for one in done.values())} |")
    return "\n".join([*lines, "", *sums])


def tree_of(pack: str, given: Mapping[str, Path], cache: Path, scratch: Path) -> tuple[str, Path]:
    """Find what a pack is measured on: the tree that is given, a release, or copies of its test code."""
    if pack in given:
        return given[pack].name, given[pack]
    if pack in DEFAULT_TREES:
        name, below = DEFAULT_TREES[pack]
        release = next(each.archive for each in PROJECTS if each.archive.name == name)
        return f"{name} {release.version}, {below}/".replace(", ./", ""), fetch(release, cache) / below
    for number in range(COPIES):
        shutil.copytree(TESTS / pack, scratch / pack / f"copy{number}")
    return f"{COPIES} copies of its tests", scratch / pack


def chosen(pack: str, tree: Path, where: str) -> list[str]:
    """Name the files of a tree that the pack is for; all of its own test code, whatever its folder is called."""
    select = scanner_of(pack).select
    return [path for path in files_of(tree) if "copies" in where or select(path)]


def count(tree: Path, files: Iterable[str]) -> int:
    """Count lines; a last line without a newline counts."""
    return sum(len((tree / path).read_bytes().splitlines()) for path in files)


def cost(packs: Iterable[str], given: Mapping[str, Path], cache: Path) -> str:
    """Measure every pack, and draw the costs, the bar and the slowest rules."""
    lines = [
        "| pack | tree | files | lines | findings | gaps | wall s | CPU s | wall s per 100,000 lines | CPU s |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    slowest = ["| pack | rule | seconds in it | of all rules |", "|---|---|--:|--:|"]
    bar = ""
    with tempfile.TemporaryDirectory() as scratch:
        for pack in packs:
            where, tree = tree_of(pack, given, cache, Path(scratch))
            files = chosen(pack, tree, where)
            number = count(tree, files)
            run = look(pack, tree, files)
            each = 100_000 / max(number, 1)
            seconds = (run.wall, run.cpu, run.wall * each, run.cpu * each)
            counts = f"{len(files):,} | {number:,} | {len(run.findings):,} | {run.gaps}"
            lines.append(f"| {pack} | {where} | {counts} | {' | '.join(f'{one:.1f}' for one in seconds)} |")
            slowest += slow(pack, run.by_rule)
            bar = said(run, number) if pack == "python" else bar
    return "\n".join([*lines, "", *([bar, ""] if bar else []), *slowest])


def slow(pack: str, by_rule: Mapping[str, float]) -> Iterator[str]:
    """Draw the slowest rules of one run."""
    whole = sum(by_rule.values()) or 1.0
    for rule, seconds in sorted(by_rule.items(), key=lambda each: (-each[1], each[0]))[:SLOWEST]:
        yield f"| {pack} | `{rule}` | {seconds:.2f} | {seconds / whole:.0%} |"


def said(run: Run, lines: int) -> str:
    """Say whether the bar is met, and on what kind of machine."""
    wall, cpu = (seconds * BAR_LINES / lines for seconds in (run.wall, run.cpu))
    undecided = "cannot be told on a machine as busy as this" if cpu / PROCESSORS <= BAR_SECONDS else "is not met"
    words = "is met" if wall <= BAR_SECONDS else undecided
    return (
        f"The bar of {BAR_SECONDS} s for {BAR_LINES:,} lines of Python {words}: {wall:.1f} s by the clock, {cpu:.1f} s "
        f"of CPU; {os.cpu_count()} processors, which {os.getloadavg()[0]:.1f} programs wanted in the last minute."
    )


def discrimination() -> str:
    """Give the mean over the weaknesses of weaknesses.py, and its range."""
    with tempfile.TemporaryDirectory() as folder:
        written = weaknesses.write(Path(folder))
        found = weaknesses.judged(written, Path(folder))
    differences = {}
    for weakness in dict.fromkeys(view.weakness for view in written):
        mine = [view for view in written if view.weakness == weakness]
        weak = [found[view.name] for view in mine if view.weak]
        fine = [found[view.name] for view in mine if not view.weak]
        differences[weakness] = sum(weak) / len(weak) - sum(fine) / len(fine)
    worst = min(differences, key=lambda name: differences[name])
    return (
        f"Discrimination over {len(written):,} views with and without {len(differences)} weaknesses: "
        f"{sum(differences.values()) / len(differences):+.2f}; the lowest is {differences[worst]:+.2f} ({worst})."
    )


def named_tree(text: str) -> tuple[str, Path]:
    """Read PACK=DIR."""
    pack, _, folder = text.partition("=")
    if not folder or not Path(folder).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not PACK=DIR, with a folder that is there")
    return pack, Path(folder).resolve()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", action="append", help="only this one; may be repeated")
    parser.add_argument("--tree", action="append", type=named_tree, default=[], metavar="PACK=DIR")
    parser.add_argument("--cache", type=Path, default=REPOSITORY / ".real")
    only = parser.add_mutually_exclusive_group()
    for part in ("tests", "cost", "discrimination"):
        only.add_argument(f"--{part}", action="store_true", help=f"only the {part}")
    options = parser.parse_args()
    packs: dict[str, list[str]] = defaultdict(list)
    for rule in bundled_rules(RULES):
        packs[rule.pack].append(rule.name)
    wanted = {*(options.pack or packs), *(pack for pack, _ in options.tree if options.pack)}
    unknown = (wanted | {pack for pack, _ in options.tree}) - set(packs)
    if unknown:
        parser.error(f"there is no pack {', '.join(sorted(unknown))}")
    every = not (options.tests or options.cost or options.discrimination)
    chosen_packs = {pack: rules for pack, rules in packs.items() if pack in wanted}
    if every or options.tests:
        print(f"## Tests\n\n{tests_table(chosen_packs)}\n", flush=True)
    if every or options.cost:
        print(f"## Cost\n\n{cost(chosen_packs, dict(options.tree), options.cache)}\n", flush=True)
    if options.discrimination or (every and "python" in wanted):
        print(f"## Discrimination\n\n{discrimination()}")


if __name__ == "__main__":
    main()
