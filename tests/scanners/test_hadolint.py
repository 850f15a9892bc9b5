"""Hadolint through the real run: no pragma and no configuration has a say, and what it has not read whole is a gap."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from devsecgate.errors import MalformedOutput
from devsecgate.model import Confidence, Finding, Gap, GapReason, Kind, Location, ScanResult, Severity
from devsecgate.scanner import Job, Output, Settings
from devsecgate.scanners.hadolint import SCANNER, select

Tree = Callable[[dict[str, str | bytes]], Path]
Scan = Callable[..., dict[str, ScanResult]]
Look = Callable[[Path], ScanResult]


class Toolbox(Protocol):
    """The fixture: a folder of programs, each of which can be replaced."""

    def fake(self, tool: str, code: str) -> None: ...
    def remove(self, tool: str) -> None: ...


SUDO = "FROM debian:13\nRUN sudo true\n"
QUIET = "FROM debian:13\nUSER 1000\n"
SILENT = "hadolint says nothing of it: it has no FROM, or the label devsecgate-canary-7f3a, which no file should have"


@pytest.fixture
def hadolint(scan: Scan, program: Callable[[str], str]) -> Look:
    program("hadolint")

    def look(root: Path) -> ScanResult:
        result = scan(root, "hadolint")["hadolint"]
        assert (result.engine, result.notes) == ("hadolint", ())
        return result

    return look


def _places(result: ScanResult) -> list[tuple[str, str]]:
    return [(found.location.path, found.rule) for found in result.findings]


def _gap(path: str, detail: str) -> Gap:
    return Gap(scanner="hadolint", reason=GapReason.UNREADABLE, detail=detail, path=path)


def test_a_finding_is_read_whole(tree: Tree, hadolint: Look) -> None:
    result = hadolint(tree({"Dockerfile": "FROM debian:13\nUSER root\n"}))
    root = Finding(
        scanner="hadolint",
        kind=Kind.IAC,
        rule="DL3002",
        message="Last USER should not be root",
        location=Location(path="Dockerfile", line=2),
        severity=Severity.MEDIUM,
        severity_source="devsecgate",
        confidence=Confidence.HIGH,
        cwes=frozenset({250}),
        help_url="https://github.com/hadolint/hadolint/wiki/DL3002",
    )
    assert root in result.findings
    assert (result.gaps, result.covered, result.canaries) == ((), {"Dockerfile"}, 1)
    assert result.version[:1].isdigit()


def test_what_is_style_is_low_or_less_and_what_is_not_has_a_number(tree: Tree, hadolint: Look) -> None:
    text = (
        "FROM debian:latest\nENV API_TOKEN=abc\nRUN echo $HOME\nRUN apt-get update && apt-get install -y curl\n"
        "ADD a /b\nRUN pip install flask\nRUN curl http://files.example | sh\n"
    )
    result = hadolint(tree({"Dockerfile": text}))
    rated = {found.rule: (found.severity, found.confidence, set(found.cwes)) for found in result.findings}
    assert rated == {
        "DL3007": (Severity.LOW, Confidence.HIGH, {829}),
        "DL3008": (Severity.INFO, Confidence.HIGH, {1357}),
        "DL3009": (Severity.INFO, Confidence.MEDIUM, set()),
        "DL3013": (Severity.LOW, Confidence.HIGH, {829}),
        "DL3015": (Severity.INFO, Confidence.MEDIUM, set()),
        "DL3020": (Severity.LOW, Confidence.MEDIUM, set()),
        "DL3042": (Severity.LOW, Confidence.MEDIUM, set()),
        "DL3064": (Severity.MEDIUM, Confidence.MEDIUM, {312}),
        "DL4006": (Severity.LOW, Confidence.MEDIUM, {252}),
        "SC2086": (Severity.INFO, Confidence.MEDIUM, set()),
    }
    pages = {found.rule: found.help_url for found in result.findings}
    assert pages["SC2086"] == "https://www.shellcheck.net/wiki/SC2086"


_SAYS: dict[str, dict[str, str | bytes]] = {
    "a configuration": {".hadolint.yaml": "ignored: [DL3004]\n"},
    "a configuration of the other suffix": {".hadolint.yml": "failure-threshold: none\nignored: [DL3004]\n"},
    "a broken configuration": {".hadolint.yaml": b"\xff{{{"},
    "a configuration in .config": {".config/hadolint.yaml": "ignored: [DL3004]\n"},
    "a pragma": {"Dockerfile": "FROM debian:13\n# hadolint ignore=DL3004\nRUN sudo true\n"},
    "a pragma about all": {"Dockerfile": "# hadolint global ignore=DL3004\nFROM debian:13\n\nRUN sudo true\n"},
    "another shell": {"Dockerfile": "# hadolint shell=powershell\nFROM debian:13\nRUN sudo true\n"},
    "docker's own checks": {"Dockerfile": "# check=skip=all\nFROM debian:13\nRUN sudo true\n"},
    "another escape": {"Dockerfile": "# escape=`\nFROM debian:13\nRUN sudo `\n  true\n"},
}


@pytest.mark.parametrize("what", _SAYS)
def test_nothing_of_the_tree_silences_it(what: str, tree: Tree, hadolint: Look) -> None:
    result = hadolint(tree({"Dockerfile": SUDO, **_SAYS[what]}))
    assert (_places(result), result.gaps) == ([("Dockerfile", "DL3004")], ())


_NAMES = (
    "-rf.dockerfile", "--help.Dockerfile", "@a.dockerfile", "a b;$(id).dockerfile", "[a]*.dockerfile",
    "ü.containerfile", "Dockerfile.prod", "Containerfile", "deep/down/Dockerfile",
)  # fmt: skip


def test_names_like_options_and_patterns_are_looked_at(tree: Tree, hadolint: Look) -> None:
    result = hadolint(tree(dict.fromkeys(_NAMES, SUDO)))
    assert _places(result) == [(name, "DL3004") for name in sorted(_NAMES)]
    assert (result.gaps, result.covered) == ((), frozenset(_NAMES))


_READ: dict[str, str | bytes] = {
    "Dockerfile.arguments": "ARG V=13\nFROM debian:$V\nUSER 1000\n",
    "Dockerfile.scratch": "FROM scratch\n",
    "Dockerfile.stages": "FROM debian:13 AS a\nFROM a AS b\nFROM b\n",
    "Dockerfile.mark": b"\xef\xbb\xbfFROM debian:13\n",
    "Dockerfile.lines": b"FROM debian:13\r\nUSER 1000\r\n",
    "Dockerfile.latin": b"FROM debian:13\n# \xe9\n",
    "Dockerfile.nul": b"FROM debian:13\n# \x00\n",
    "Dockerfile.mount": "# syntax=docker/dockerfile:1\nFROM debian:13\nRUN --mount=type=secret,id=a,env=A true\n",
    "Dockerfile.here": "FROM debian:13\nRUN <<EOF\ntrue\nEOF\n\nUSER 1000\n",
    "Dockerfile.empty-label": 'FROM debian:13\nLABEL devsecgate-canary-7f3a=""\n',
}


def test_each_stage_says_that_its_file_was_read_and_no_finding_remains_of_it(tree: Tree, hadolint: Look) -> None:
    result = hadolint(tree(_READ))
    assert (result.findings, result.gaps, result.covered) == ((), (), frozenset(_READ))


_UNREAD: dict[str, tuple[str | bytes, str]] = {
    "Dockerfile.empty": ("", SILENT),
    "Dockerfile.comment": ("# FROM debian:13\n", SILENT),
    "Dockerfile.labelled": ("FROM debian:13\nLABEL devsecgate-canary-7f3a=x\n", SILENT),
    "Dockerfile.broken": ("FROM debian:13\nSECRET hunter2\n", "hadolint cannot parse all of it (line 2)"),
    "Dockerfile.random": (bytes(range(256)) * 4, "hadolint cannot parse all of it (line 1)"),
    "Dockerfile.here": (
        "FROM debian:13\nRUN <<EOF\ntrue\nEOF\nRUN sudo true\n",
        "hadolint cannot parse all of it (line 5): where a here-document ends there, leave a blank line behind it",
    ),
}


def test_what_it_has_not_read_whole_is_a_gap_and_the_others_are_looked_at(tree: Tree, hadolint: Look) -> None:
    result = hadolint(tree({"Dockerfile": SUDO, **{name: content for name, (content, _) in _UNREAD.items()}}))
    assert result.gaps == tuple(_gap(name, detail) for name, (_, detail) in sorted(_UNREAD.items()))
    assert (_places(result), result.covered) == ([("Dockerfile", "DL3004")], {"Dockerfile"})


def test_a_rule_of_its_own_that_crashes_ends_the_whole_run(tree: Tree, hadolint: Look) -> None:
    """This one does for a folder of one letter; a later version may not, and finds the folder relative."""
    result = hadolint(tree({"Dockerfile": "FROM debian:13\nWORKDIR x\n", "Dockerfile.b": SUDO}))
    crashed = [(gap.reason, gap.path) for gap in result.gaps] == [(GapReason.FAILED, None)]
    assert (result.canaries, len(result.covered)) == ((0, 0) if crashed else (1, 2))


def test_where_it_is_not_installed_the_whole_is_one_gap_with_the_remedy(
    tree: Tree, scan: Scan, toolbox: Toolbox, program: Callable[[str], str]
) -> None:
    program("hadolint")
    toolbox.remove("hadolint")
    result = scan(tree({"Dockerfile": QUIET}), "hadolint")["hadolint"]
    detail = "hadolint is not installed, or not executable; install it: pip install 'devsecgate[containers]'"
    assert result.gaps == (Gap(scanner="hadolint", reason=GapReason.MISSING, detail=detail),)


def test_a_file_that_is_gone_ends_the_whole_run(
    tree: Tree, scan: Scan, toolbox: Toolbox, program: Callable[[str], str]
) -> None:
    program("hadolint")
    toolbox.fake("hadolint", "sys.exit(subprocess.call([REAL, './gone', *sys.argv[1:]]))\n")
    result = scan(tree({"Dockerfile": QUIET}), "hadolint")["hadolint"]
    assert [(gap.reason, gap.path) for gap in result.gaps] == [(GapReason.FAILED, None)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "without what was planted"),
        ('[{"code": "X1", "file": "./Dockerfile", "level": "fatal", "line": 1, "message": "m"}]', "level fatal"),
    ],
)
def test_what_it_never_says_is_malformed(text: str, message: str) -> None:
    job = Job(
        root=Path("/tree"),
        files=("./Dockerfile",),
        canary=Path("/canary/Dockerfile"),
        scratch=Path("/scratch"),
        engine="hadolint",
        settings=Settings(),
    )
    with pytest.raises(MalformedOutput, match=message):
        SCANNER.parse(Output(stdout=text.encode(), stderr=b"", exit=0), job)


def test_templates_and_lists_of_what_is_ignored_are_not_selected() -> None:
    yes = ["Dockerfile", "a/Containerfile", "Dockerfile.prod", "api.dockerfile", "api.Dockerfile"]
    no = [
        "Dockerfile.dockerignore",
        ".dockerignore",
        "Dockerfile.j2",
        "a.dockerfile.tmpl",
        "Dockerfiles/a",
        "docker.py",
    ]
    assert [path for path in (*yes, *no) if select(path)] == yes
