"""Every scanner that there is keeps the same promises over all its recorded samples: a newcomer is held to them too.

The samples are what the real tools printed (`tests/record_samples.py`), with /tree, /canary and /scratch in the
place of the folders.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path, PurePosixPath
from typing import TypeAlias

import msgspec
import pytest

from devsecgate import discovery
from devsecgate.errors import MalformedOutput
from devsecgate.scanner import CANARY_PATH, Given, Job, Output, Parsed, Scanner, Settings, Subject

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
SCANNERS = discovery.scanners(())
FAILED = ("broken-rule", "missing")
"""Samples in which semgrep says that it could not do its work, so that there is no canary in some."""
LEFT_OUT = {
    "trivy": {"Vulnerabilities"},
    "trivy-image": {"Results", "Vulnerabilities", "EOSL"},
    "grype-image": {"alertsByPackage"},
}
"""Keys that a tool leaves out where there is nothing: that they are missing cannot be told from that."""

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | None"
Sample: TypeAlias = tuple[Scanner, str]


class _Made(msgspec.Struct):
    """How a sample was made."""

    files: tuple[str, ...]
    engine: str
    exit: int
    advisories: bool


def _samples() -> list[Sample]:
    return [(SCANNERS[name], sample) for name in SCANNERS for sample in sorted(_jobs(name))]


def _jobs(name: str) -> dict[str, _Made]:
    file = SAMPLES / name / "jobs.json"
    return msgspec.json.decode(file.read_bytes(), type=dict[str, _Made]) if file.is_file() else {}


def _data(scanner: Scanner, sample: str) -> bytes:
    return (SAMPLES / scanner.name / sample).read_bytes()


def _job(scanner: Scanner, *, files: tuple[str, ...], engine: str, advisories: bool = True) -> Job:
    given = scanner.subject is not Subject.FILES
    return Job(
        root=Path("/tree"),
        files=() if given else files,
        canary=Path("/canary") / scanner.canary.name,
        scratch=Path("/scratch"),
        engine=engine,
        settings=Settings(rules=(Path("/rules"),), advisories=Path("/advisories") if advisories else None),
        given=_given(scanner, files[0].removeprefix("./")) if given else None,
    )


def _given(scanner: Scanner, name: str) -> Given:
    return Given(subject=scanner.subject, name=name, source=f"/given/{name}")


def _named(scanner: Scanner, sample: str) -> set[str]:
    """Give the paths of the files, or the name of the image or SBOM, that a sample is about."""
    return {file.removeprefix("./") for file in _jobs(scanner.name)[sample].files}


def _outer(path: str | None) -> str | None:
    """Give the file, or the image that a path is in."""
    return None if path is None else path.partition("!/")[0]


def _job_of(scanner: Scanner, sample: str) -> Job:
    made = _jobs(scanner.name)[sample]
    return _job(scanner, files=made.files, engine=made.engine, advisories=made.advisories)


def _parse(scanner: Scanner, sample: str, data: bytes) -> Parsed:
    code = _jobs(scanner.name)[sample].exit
    return scanner.parse(Output(stdout=data, stderr=b"", exit=code), _job_of(scanner, sample))


each_scanner = pytest.mark.parametrize("scanner", SCANNERS.values(), ids=list(SCANNERS))
each_sample = pytest.mark.parametrize(
    ("scanner", "sample"), _samples(), ids=[f"{scanner.name}/{sample}" for scanner, sample in _samples()]
)
HOSTILE = ("./-rf.py", "./--config=evil.py", "./-", "./a b;$(id)`id`.py", "./ü.py", "./deep/-o.py", "./@args.py")


@each_scanner
def test_every_scanner_and_every_engine_of_it_has_a_sample_with_findings_and_each_file_is_accounted_for(
    scanner: Scanner,
) -> None:
    jobs = _jobs(scanner.name)
    there = {file.name for file in (SAMPLES / scanner.name).iterdir()} - {"jobs.json"}
    assert there == jobs.keys()
    assert {job.engine for job in jobs.values()} == {engine.name for engine in scanner.engines}
    for engine in scanner.engines:
        findings = [
            found
            for sample, job in jobs.items()
            if job.engine == engine.name
            for found in _parse(scanner, sample, _data(scanner, sample)).findings
        ]
        places = {found.location.path for found in findings}
        assert CANARY_PATH in places
        assert places - {CANARY_PATH} or scanner.name == "syntax"  # what it finds in files are gaps


@each_sample
def test_a_sample_parses_into_the_scanners_own_findings_with_relative_paths(scanner: Scanner, sample: str) -> None:
    parsed = _parse(scanner, sample, _data(scanner, sample))
    files = _named(scanner, sample)
    assert {found.scanner for found in parsed.findings} <= {scanner.name}
    assert {found.kind for found in parsed.findings} <= {scanner.kind}
    assert {gap.scanner for gap in parsed.gaps} <= {scanner.name}
    assert {_outer(found.location.path) for found in parsed.findings} <= {*files, CANARY_PATH}
    assert {_outer(gap.path) for gap in parsed.gaps} <= {*files, CANARY_PATH, None}
    assert {_outer(package.location.path) for package in parsed.packages} <= files
    assert parsed.covered <= files
    shown = " ".join([*(found.message for found in parsed.findings), *(gap.detail for gap in parsed.gaps)])
    assert not any(folder in shown for folder in ("/tree", "/scratch", "/canary/", "/rules/"))


@each_sample
def test_what_is_a_gap_is_not_covered_and_nothing_of_a_healthy_run_is_left_out(scanner: Scanner, sample: str) -> None:
    parsed = _parse(scanner, sample, _data(scanner, sample))
    files = _named(scanner, sample)
    canaries = [found for found in parsed.findings if found.location.path == CANARY_PATH]
    if any(word in sample for word in FAILED):
        assert any(gap.path is None for gap in parsed.gaps)
        return
    assert scanner.canary.rule in {found.rule for found in canaries}
    missed = files - parsed.covered - {gap.path for gap in parsed.gaps}
    assert missed <= {"gone.py"}  # ruff says nothing of it: run.py does
    unreadable = {gap.path for gap in parsed.gaps if gap.package is None and gap.path is not None}
    assert not unreadable & parsed.covered


@each_sample
def test_parsing_is_pure_and_repeatable(scanner: Scanner, sample: str) -> None:
    data = _data(scanner, sample)
    assert _parse(scanner, sample, data) == _parse(scanner, sample, data)


_NOT_AN_ANSWER = {
    "nothing": b"",
    "white space": b" \n\n",
    "an empty object": b"{}",
    "an empty list of something else": b"[1]",
    "null": b"null",
    "a number": b"0",
    "a word": b"ok\n",
    "two documents": b"{}{}",
    "what is not UTF-8": b'{"results": "\xff\xfe"}',
    "UTF-16": '{"results": []}'.encode("utf-16"),
    "an HTML page": b"<!doctype html><title>502</title>",
    "nesting without end": b"[" * 100_000,
}


@each_scanner
@pytest.mark.parametrize("answer", _NOT_AN_ANSWER)
def test_what_is_not_an_answer_is_malformed(answer: str, scanner: Scanner) -> None:
    for engine in scanner.engines:
        job = _job(scanner, files=("./a.py",), engine=engine.name)
        with pytest.raises(MalformedOutput):
            scanner.parse(Output(stdout=_NOT_AN_ANSWER[answer], stderr=b"", exit=0), job)


@each_scanner
def test_an_empty_list_is_never_a_clean_bill(scanner: Scanner) -> None:
    """For ruff it is an answer, the one in which no file was read; for all others it is none."""
    job = _job(scanner, files=("./a.py",), engine=scanner.engines[-1].name)
    output = Output(stdout=b"[]", stderr=b"", exit=0)
    if scanner.name == "syntax":
        parsed = scanner.parse(output, job)
        assert (parsed.findings, parsed.covered) == ((), frozenset())
        return
    with pytest.raises(MalformedOutput):
        scanner.parse(output, job)


@each_sample
def test_a_sample_that_is_cut_anywhere_is_malformed(scanner: Scanner, sample: str) -> None:
    data = _data(scanner, sample).rstrip()
    cuts = {len(data) // 2, 1, len(data) - 1, *range(1, len(data), max(1, len(data) // 50))}
    for cut in sorted(cuts):
        with pytest.raises(MalformedOutput):
            _parse(scanner, sample, data[:cut])


@each_sample
def test_a_sample_with_a_byte_that_is_not_utf8_or_with_something_behind_it_is_malformed(
    scanner: Scanner, sample: str
) -> None:
    data = _data(scanner, sample)
    for spoilt in (data.replace(b'"', b'"\xff', 1), data + b"{}", data + b"\n" + data):
        with pytest.raises(MalformedOutput):
            _parse(scanner, sample, spoilt)


@each_sample
def test_a_sample_without_one_of_its_keys_is_malformed_or_hides_nothing(scanner: Scanner, sample: str) -> None:
    """At the top, a missing key is malformed, or was never read; further down, nothing may be lost by it."""
    data = _data(scanner, sample)
    document = json.loads(data)
    whole = _parse(scanner, sample, data)
    for depth, smaller in _without_each_key(document, but=LEFT_OUT.get(scanner.name, set())):
        try:
            parsed = _parse(scanner, sample, json.dumps(smaller).encode())
        except MalformedOutput:
            continue
        if depth == 0:
            assert parsed == whole
        assert len(parsed.findings) == len(whole.findings)
        assert bool(parsed.gaps) == bool(whole.gaps)
        assert parsed.covered <= whole.covered or _new_gap_of_the_whole_run(parsed, whole)


def _new_gap_of_the_whole_run(parsed: Parsed, whole: Parsed) -> bool:
    """Did a gap that has lost its file become one of the whole run?"""
    return any(gap.path is None and gap not in whole.gaps for gap in parsed.gaps)


def _without_each_key(value: Json, depth: int = 0, *, but: Set[str]) -> Iterator[tuple[int, Json]]:
    """Give the document without one key of one of its objects, for each of them that has to be there."""
    if isinstance(value, dict):
        for key in value:
            if key not in but:
                yield depth, {name: each for name, each in value.items() if name != key}
            for deeper, smaller in _without_each_key(value[key], depth + 1, but=but):
                yield deeper, {**value, key: smaller}
    elif isinstance(value, list):
        for index, item in enumerate(value):
            for deeper, smaller in _without_each_key(item, depth + 1, but=but):
                yield deeper, [*value[:index], smaller, *value[index + 1 :]]


each_reader = pytest.mark.parametrize(
    "scanner",
    [each for each in SCANNERS.values() if each.subject is Subject.FILES],
    ids=[name for name, each in SCANNERS.items() if each.subject is Subject.FILES],
)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "scanner",
    [each for each in SCANNERS.values() if each.subject is not Subject.FILES],
    ids=[name for name, each in SCANNERS.items() if each.subject is not Subject.FILES],
)
def test_what_is_given_is_never_an_option(scanner: Scanner, name: str) -> None:
    for engine in scanner.engines:
        job = _job(scanner, files=(name,), engine=engine.name)
        command = scanner.command(job)
        assert job.given is not None
        assert command.argv[0] == engine.program
        assert any(word.endswith(f"={job.given.source}") for word in command.argv)
        for word in command.argv[1:]:
            assert word in {"-m", "--offline"} or word.startswith("devsecgate.") or (word[:2] == "--" and "=" in word)
        assert str(job.canary) in " ".join(command.argv)


@each_reader
def test_file_names_are_never_options_and_no_shell_sees_them(scanner: Scanner) -> None:
    for engine in scanner.engines:
        job = _job(scanner, files=HOSTILE, engine=engine.name)
        command = scanner.command(job)
        assert command.argv[0] == engine.program
        for word in command.argv[1:]:
            named = [file for file in HOSTILE if file.removeprefix("./") in word]
            assert word in HOSTILE or not named or _is_an_option(word, named)
        given = set(command.argv) if not command.stdin else set(_strings(json.loads(command.stdin)))
        assert set(HOSTILE) <= given
        assert str(job.canary) in " ".join([*command.argv, command.stdin.decode()])
        assert not {"-c", "--command", "sh", "bash", "/bin/sh"} & set(command.argv)


def _is_an_option(word: str, named: list[str]) -> bool:
    """Is the name of a file in a word only because it is a dash, as in every option?"""
    return word.startswith("-") and named == ["./-"]


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _strings(each)


@each_scanner
def test_building_a_command_is_pure_and_says_all_that_it_needs(scanner: Scanner) -> None:
    for engine in scanner.engines:
        job = _job(scanner, files=HOSTILE, engine=engine.name)
        command = scanner.command(job)
        assert command == scanner.command(job)
        assert command.exits
        assert all(0 <= code < 126 for code in command.exits)
        assert all(not PurePosixPath(name).is_absolute() and ".." not in name for name in command.write)
        assert not {name for name in command.environment if name.startswith(("PYTHONPATH", "LD_", "PATH"))}


@each_scanner
@pytest.mark.parametrize("refused", [False, True])
def test_an_engine_that_worked_is_never_called_refused(refused: bool, scanner: Scanner) -> None:
    """With the next engine in reserve, an answer that can be read is read."""
    for sample, job in _jobs(scanner.name).items():
        output = Output(stdout=_data(scanner, sample), stderr=b"", exit=-11 if refused else job.exit)
        can_refuse = len(scanner.engines) > 1
        assert scanner.refused(output) is (refused and can_refuse)


@each_reader
def test_a_scanner_selects_its_canary_and_nothing_that_it_cannot_read(scanner: Scanner) -> None:
    assert scanner.select(scanner.canary.name)
    if scanner.name != "secrets":
        assert not scanner.select("README.md")
