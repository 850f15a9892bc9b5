"""Engines in, a Markdown table out: which detector finds what is planted, and what it says about clean projects.

    python benchmarks/secrets_engines.py [--detect-secrets PROGRAM] [--betterleaks PROGRAM] [--betterleaks-rules FILE]
                                 [--clean FOLDER ...] [--seed N] [--by-rule]

An engine is measured where its program is given or found on PATH; none of them uses the network. FILE is a rule
file of betterleaks or gitleaks, or a program that holds one. A clean FOLDER is a source tree such as
`benchmarks/real.py fetch` leaves in its cache. Reads and prints no value: places, kinds and numbers only.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import shutil
import string
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]  # the standard library's own parser has no public name

import msgspec
import secrets_corpus

from devsecgate.detectors.secrets_output import Answer, Request

_LOW = "low"
_RULE_FILE = b'title = "betterleaks config"'
_DRAWN = string.ascii_letters + string.digits
_NO_SECRET = re.compile(
    r"(?:^|-)(?:id|url|uri|username|name|pub|public|address|file|yaml)(?:-|$)|^generic-|^curl-|private-key$|jwt"
)
"""Rules whose values are no secrets, are no single values, or are about what stands around a value."""
_ENTROPY = re.compile(r'entropy\(finding\["secret"\]\) <= ([0-9.]+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One place that an engine reports."""

    path: str
    first: int
    last: int
    sure: bool
    """False where the engine itself says that its confidence is low."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One way to look."""

    name: str
    look: Callable[[Path, Sequence[str]], list[Seen]]
    """Root and relative paths in, places out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one engine said about one tree."""

    seen: tuple[Seen, ...]
    seconds: float


def own(root: Path, files: Sequence[str]) -> list[Seen]:
    """Run our detector as the gate does."""
    request = Request(files=[f"./{file}" for file in files], salt="benchmark")
    argv = (sys.executable, "-m", "devsecgate.detectors.secrets")
    done = subprocess.run(argv, cwd=root, input=msgspec.json.encode(request), capture_output=True, check=True)
    answer = msgspec.json.decode(done.stdout, type=Answer)
    return [
        Seen(path=each.path.removeprefix("./"), first=each.line, last=each.end_line, sure=each.confidence != _LOW)
        for each in answer.secrets
    ]


class _DetectSecretsPlace(msgspec.Struct):
    line_number: int


class _DetectSecretsReport(msgspec.Struct):
    results: dict[str, list[_DetectSecretsPlace]]


def detect_secrets(program: str) -> Callable[[Path, Sequence[str]], list[Seen]]:
    """Run detect-secrets with all its plug-ins; it has no confidence."""

    def look(root: Path, _: Sequence[str]) -> list[Seen]:
        argv = (program, "-C", str(root), "scan", "--all-files", "--no-verify", "--force-use-all-plugins", ".")
        done = subprocess.run(argv, cwd=root, capture_output=True, check=True)
        report = msgspec.json.decode(done.stdout, type=_DetectSecretsReport)
        return [
            Seen(path=path, first=place.line_number, last=place.line_number, sure=True)
            for path, places in report.results.items()
            for place in places
        ]

    return look


class _BetterleaksPlace(msgspec.Struct):
    path: str
    start_line: int
    end_line: int


class _BetterleaksFinding(msgspec.Struct):
    location: _BetterleaksPlace
    confidence: str = ""


class _BetterleaksReport(msgspec.Struct):
    findings: list[_BetterleaksFinding]


def betterleaks(program: str) -> Callable[[Path, Sequence[str]], list[Seen]]:
    """Run betterleaks with its own rules; not with `--redact`, which replaces values in paths and rule ids too."""

    def look(root: Path, _: Sequence[str]) -> list[Seen]:
        with tempfile.TemporaryDirectory() as scratch:
            output = Path(scratch) / "report.json"
            flags = ("--silent", "--no-banner", "--exit-code=0", "--max-archive-depth=0")
            argv = (program, "auto", str(root), *flags, "--no-allow-signatures", f"--output={output}")
            subprocess.run(argv, cwd=scratch, capture_output=True, check=True)
            findings = msgspec.json.decode(output.read_bytes(), type=_BetterleaksReport).findings
        return [
            Seen(
                path=Path(each.location.path).relative_to(root).as_posix(),
                first=each.location.start_line,
                last=each.location.end_line,
                sure=each.confidence != _LOW,
            )
            for each in findings
        ]

    return look


@dataclass(frozen=True, slots=True, kw_only=True)
class _ForeignRule:
    id: str
    pattern: re.Pattern[str]
    keywords: tuple[str, ...]
    group: int
    entropy: float
    sure: bool


class _RuleEntry(msgspec.Struct, rename="camel"):
    id: str
    regex: str = ""
    keywords: list[str] = []
    secret_group: int = 0
    entropy: float = 0.0
    filter: str = ""
    confidence: str = ""


class _RuleFile(msgspec.Struct):
    rules: list[_RuleEntry]


def foreign_rules(file: Path) -> tuple[list[_ForeignRule], int]:
    """Read the rules of another engine: those that Python's `re` can compile, and how many it cannot."""
    data = file.read_bytes()
    if _RULE_FILE in data and b"\0" in data:
        at = data.index(_RULE_FILE)
        data = data[data.rindex(b"\n#", 0, at) + 1 : data.index(b"\0", at)]
    entries = msgspec.convert(_parsed(data.decode(errors="ignore")), type=_RuleFile).rules
    rules, refused = [], 0
    for entry in entries:
        try:
            pattern = re.compile(_python_syntax(entry.regex))
        except re.error:
            refused += 1
            continue
        entropy = max([entry.entropy, *(float(number) for number in _ENTROPY.findall(entry.filter))])
        group = entry.secret_group or (1 if pattern.groups else 0)
        keywords = tuple(word.lower() for word in entry.keywords)
        rules.append(
            _ForeignRule(
                id=entry.id,
                pattern=pattern,
                keywords=keywords,
                group=group,
                entropy=entropy,
                sure=entry.confidence != _LOW,
            )
        )
    return [rule for rule in rules if rule.pattern.pattern], refused


def _parsed(text: str) -> dict[str, object]:
    """Parse TOML that may be followed by other bytes of a program: cut line by line from the end."""
    lines = text.split("\n")
    for end in range(len(lines), max(0, len(lines) - 400), -1):
        try:
            return tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
    raise SystemExit("no rules can be read from that file")


def _python_syntax(regex: str) -> str:
    """Write Go's syntax as Python's: its classes, its end of text, and flags in the middle for what follows them."""
    regex = regex.replace("[[:alnum:]]", "[A-Za-z0-9]").replace("[[:xdigit:]]", "[0-9A-Fa-f]").replace(r"\z", r"\Z")
    match = re.search(r"\(\?(i|s|is)\)", regex)
    if match is not None:
        return regex[: match.start()] + f"(?{match[1]}:" + regex[match.end() :] + ")"
    return regex


def sample(parsed: object, source: random.Random) -> str:
    """Draw a text that a regular expression matches, but for what it only looks at; repeats as seldom as it may."""
    if isinstance(parsed, _parser.SubPattern):
        return "".join(sample(part, source) for part in parsed)
    assert isinstance(parsed, tuple)
    name, value = str(parsed[0]), parsed[1]
    if name == "LITERAL":
        return chr(value)
    if name == "IN":
        return source.choice(_letters(value))
    if name in {"ANY", "NOT_LITERAL"}:
        return source.choice(_DRAWN)
    if name == "BRANCH":
        return sample(source.choice(value[1]), source)
    if name in {"SUBPATTERN", "ATOMIC_GROUP"}:
        return sample(value[3] if name == "SUBPATTERN" else value, source)
    if name.endswith("REPEAT"):
        return "".join(sample(value[2], source) for _ in range(value[0] or source.randrange(2)))
    return ""


def _letters(parts: Sequence[tuple[object, object]]) -> str:
    """Letters of a class, of those that a key is made of where there are any."""
    found = ""
    for name, value in parts:
        if str(name) == "RANGE":
            assert isinstance(value, tuple)
            found += "".join(map(chr, range(value[0], min(value[1], 126) + 1)))
        elif str(name) == "LITERAL":
            assert isinstance(value, int)
            found += chr(value)
        else:
            found += _DRAWN
    usual = "".join(letter for letter in found if letter in _DRAWN)
    return usual or found or _DRAWN


def group_of(parsed: _parser.SubPattern, number: int) -> _parser.SubPattern | None:
    """Find a group of a parsed regular expression."""
    for part in parsed:
        name, value = str(part[0]), part[1]
        inner: list[_parser.SubPattern] = []
        if name == "SUBPATTERN":
            if value[0] == number:
                return value[3]
            inner = [value[3]]
        elif name == "BRANCH":
            inner = value[1]
        elif name.endswith("REPEAT"):
            inner = [value[2]]
        for each in inner:
            found = group_of(each, number)
            if found is not None:
                return found
    return None


def foreign_corpus(folder: Path, rules: Sequence[_ForeignRule], *, seed: int) -> list[secrets_corpus.Planted]:
    """Write values drawn from another engine's own patterns, under names made of its rules' ids."""
    source = random.Random(seed)
    planted = []
    for number, rule in enumerate(rules):
        if _NO_SECRET.search(rule.id):
            continue
        parsed = _parser.parse(rule.pattern.pattern)
        value = sample(group_of(parsed, rule.group) or parsed, source).strip()
        name = rule.id.upper().replace("-", "_")
        place = f"foreign/{number:04}/settings.py"
        (folder / place).parent.mkdir(parents=True)
        (folder / place).write_text(f"DEBUG = False\n{name} = {json.dumps(value)}\n", encoding="utf-8")
        planted.append(secrets_corpus.Planted(path=place, kind="by their patterns", rule=rule.id, first=2, last=2))
    return planted


def own_loop(rules: Sequence[_ForeignRule]) -> Callable[[Path, Sequence[str]], list[Seen]]:
    """Look as our detector does (keywords first, then patterns), with another engine's rules and entropies."""

    def look(root: Path, files: Sequence[str]) -> list[Seen]:
        seen = []
        for file in files:
            text = (root / file).read_bytes().decode("utf-8", errors="replace")
            low = text.lower()
            for rule in rules:
                if rule.keywords and not any(word in low for word in rule.keywords):
                    continue
                for match in rule.pattern.finditer(text):
                    value = match[rule.group] or ""
                    if _entropy(value) > rule.entropy:
                        first = text.count("\n", 0, match.start(rule.group)) + 1
                        seen.append(Seen(path=file, first=first, last=first + value.count("\n"), sure=rule.sure))
        return seen

    return look


def _entropy(value: str) -> float:
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts) if value else 0.0


def timed(engine: Engine, root: Path) -> Run:
    """Let one engine look at one tree."""
    files = sorted(file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file())
    start = time.perf_counter()
    seen = engine.look(root, files)
    return Run(seen=tuple(seen), seconds=time.perf_counter() - start)


def hit(planted: Iterable[secrets_corpus.Planted], seen: Iterable[Seen]) -> set[secrets_corpus.Planted]:
    """Tell which planted places an engine reports."""
    by_path: dict[str, list[Seen]] = defaultdict(list)
    for each in seen:
        by_path[each.path].append(each)
    return {
        each
        for each in planted
        if any(place.first <= each.last and each.first <= place.last for place in by_path[each.path])
    }


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Draw one Markdown table, numbers to the right."""
    lines = [f"| {' | '.join(head)} |", f"|---|{'--:|' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def corpus_tables(planted: Sequence[secrets_corpus.Planted], runs: Mapping[str, Run], *, by_rule: bool) -> str:
    """Draw recall on secrets and false alarms on decoys; each as `all (without low confidence)`."""
    secrets = [each for each in planted if each.rule]
    decoys = [each for each in planted if not each.rule]
    secret_key: Callable[[secrets_corpus.Planted], str] = (
        (lambda each: each.rule) if by_rule else (lambda each: each.kind)
    )
    parts = []
    for title, chosen, key in (
        ("Found, of", secrets, secret_key),
        ("False alarms, of", decoys, lambda each: each.kind),
    ):
        kinds: dict[str, list[secrets_corpus.Planted]] = defaultdict(list)
        for each in chosen:
            kinds[key(each)].append(each)
        rows = [(kind, f"{len(places)}", *_counts(places, runs)) for kind, places in kinds.items()]
        rows.append(("**all**", f"**{len(chosen)}**", *(f"**{count}**" for count in _counts(chosen, runs))))
        parts.append(table((title, "planted", *runs), rows))
    return "\n\n".join(parts)


def _counts(places: Sequence[secrets_corpus.Planted], runs: Mapping[str, Run]) -> list[str]:
    counts = []
    for run in runs.values():
        every = len(hit(places, run.seen))
        sure = len(hit(places, [each for each in run.seen if each.sure]))
        counts.append(f"{every}" if sure == every else f"{every} ({sure})")
    return counts


def clean_table(folders: Sequence[Path], engines: Sequence[Engine]) -> str:
    """Draw the number of places that each engine reports in each clean project, and its seconds."""
    rows = []
    for folder in folders:
        cells = []
        for engine in engines:
            run = timed(engine, folder.resolve())
            places = {(each.path, each.first) for each in run.seen}
            sure = {(each.path, each.first) for each in run.seen if each.sure}
            count = f"{len(places)}" if len(sure) == len(places) else f"{len(places)} ({len(sure)})"
            cells.append(f"{count}, {run.seconds:.1f} s")
        rows.append((folder.name, *cells))
    return table(("Lines reported in", *(engine.name for engine in engines)), rows)


def engines_of(options: argparse.Namespace, rules: Sequence[_ForeignRule]) -> list[Engine]:
    """Find the engines that are there."""
    engines = [Engine(name="devsecgate", look=own)]
    for name, given, make in (
        ("betterleaks", options.betterleaks, betterleaks),
        ("detect-secrets", options.detect_secrets, detect_secrets),
    ):
        program = given or shutil.which(name)
        if program is None:
            print(f"{name}: not given and not on PATH, not measured", file=sys.stderr)
        else:
            engines.append(Engine(name=name, look=make(program)))
    if rules:
        engines.append(Engine(name="betterleaks' rules in our loop", look=own_loop(rules)))
    return engines


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--detect-secrets", metavar="PROGRAM")
    parser.add_argument("--betterleaks", metavar="PROGRAM")
    parser.add_argument("--betterleaks-rules", type=Path, metavar="FILE")
    parser.add_argument("--clean", type=Path, nargs="*", default=[], metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--by-rule", action="store_true", help="a row for each rule instead of each group")
    parser.add_argument("--missed", action="store_true", help="also list what our own detector missed or alarmed on")
    options = parser.parse_args()
    rules, refused = foreign_rules(options.betterleaks_rules) if options.betterleaks_rules else ([], 0)
    engines = engines_of(options, rules)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch).resolve()
        planted = secrets_corpus.write(root, seed=options.seed)
        runs = {engine.name: timed(engine, root) for engine in engines}
    print(corpus_tables(planted, runs, by_rule=options.by_rule))
    if rules:
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch).resolve()
            foreign = foreign_corpus(root, rules, seed=options.seed)
            theirs = {engine.name: timed(engine, root) for engine in engines}
        print(f"\n{len(rules)} rules of betterleaks, {refused} not understood by Python\n")
        rows = [("one value for each of their rules", f"{len(foreign)}", *_counts(foreign, theirs))]
        print(table(("Found, of", "planted", *theirs), rows))
    if options.missed:
        found = hit(planted, runs["devsecgate"].seen)
        wrong = [each for each in planted if (each in found) != bool(each.rule)]
        if rules:
            wrong += sorted(set(foreign) - hit(foreign, theirs["devsecgate"].seen), key=lambda each: each.rule)
        print("\n" + json.dumps([[each.kind, each.rule, each.path] for each in wrong], indent=0))
    if options.clean:
        print("\n" + clean_table(options.clean, engines))


if __name__ == "__main__":
    main()
