"""Zizmor through the real run: nothing of the tree has a say, and what it does not complete is a gap."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from devsecgate import cwe
from devsecgate.errors import MalformedOutput
from devsecgate.model import Confidence, Finding, Gap, GapReason, Kind, Location, ScanResult, Severity
from devsecgate.scanner import Job, Output, Settings
from devsecgate.scanners.zizmor import CANNOT_READ, SCANNER, select

Tree = Callable[[dict[str, str | bytes]], Path]
Scan = Callable[..., dict[str, ScanResult]]
Look = Callable[[Path], ScanResult]


class Toolbox(Protocol):
    """The fixture: a folder of programs, each of which can be replaced."""

    def fake(self, tool: str, code: str) -> None: ...
    def remove(self, tool: str) -> None: ...


FOLDER = ".github/workflows"
INJECTION = (
    "on: issues\n"
    "permissions: {}\n"
    "jobs:\n"
    "  greet:\n"
    "    runs-on: ubuntu-latest\n"
    "    steps:\n"
    "      - run: |\n"
    "          echo é\n"
    "          echo ${{ github.event.issue.title }}\n"
)
QUIET = "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo 1\n"


@pytest.fixture
def zizmor(scan: Scan, program: Callable[[str], str]) -> Look:
    program("zizmor")

    def look(root: Path) -> ScanResult:
        result = scan(root, "zizmor")["zizmor"]
        assert (result.engine, result.notes) == ("zizmor", ())
        return result

    return look


def _places(result: ScanResult) -> list[tuple[str, str]]:
    return [(found.location.path, found.rule) for found in result.findings]


def _gap(path: str) -> Gap:
    return Gap(scanner="zizmor", reason=GapReason.UNREADABLE, detail=CANNOT_READ, path=path)


def test_a_finding_is_read_whole(tree: Tree, zizmor: Look) -> None:
    result = zizmor(tree({f"{FOLDER}/a.yml": INJECTION}))
    assert result.findings == (
        Finding(
            scanner="zizmor",
            kind=Kind.PIPELINE,
            rule="template-injection",
            message="code injection via template expansion: may expand into attacker-controllable code",
            location=Location(path=f"{FOLDER}/a.yml", line=9, end_line=9),
            severity=Severity.HIGH,
            severity_source="zizmor",
            confidence=Confidence.HIGH,
            cwes=frozenset({94}),
            help_url="https://docs.zizmor.sh/audits/#template-injection",
        ),
    )
    assert (result.gaps, result.covered, result.canaries) == ((), {f"{FOLDER}/a.yml"}, 1)
    assert result.version[:1].isdigit()


def test_a_place_that_ends_before_a_line_ends_on_the_line_before(tree: Tree, zizmor: Look) -> None:
    result = zizmor(tree({f"{FOLDER}/a.yml": QUIET.replace("permissions: {}\n", "")}))
    assert [(found.rule, found.location.line, found.location.end_line) for found in result.findings] == [
        ("excessive-permissions", 3, 6)
    ]


_SAYS: dict[str, dict[str, str | bytes]] = {
    "a configuration": {"zizmor.yml": "rules:\n  template-injection: {disable: true}\n"},
    "a configuration in .github": {".github/zizmor.yml": "rules:\n  template-injection: {ignore: [a.yml]}\n"},
    "a broken configuration": {"zizmor.yml": "{{{", ".github/zizmor.yaml": b"\xff"},
    "an ignore file": {".gitignore": "*\n"},
    "a comment": {f"{FOLDER}/a.yml": INJECTION.replace("}}\n", "}}  # zizmor: ignore[template-injection]\n")},
    "a comment about all": {f"{FOLDER}/a.yml": "# zizmor: ignore\n# zizmor: ignore[template-injection]\n" + INJECTION},
}


@pytest.mark.parametrize("what", _SAYS)
def test_nothing_of_the_tree_silences_it(what: str, tree: Tree, zizmor: Look) -> None:
    result = zizmor(tree({f"{FOLDER}/a.yml": INJECTION, **_SAYS[what]}))
    assert (_places(result), result.gaps) == ([(f"{FOLDER}/a.yml", "template-injection")], ())


def test_a_lockfile_of_actions_does_not_make_an_action_pinned(tree: Tree, zizmor: Look) -> None:
    lock = (
        "version: v0.0.3\n"
        f"workflows:\n  {FOLDER}/a.yml: [third/party@v1]\n"
        "dependencies:\n  third/party@v1:\n    ref: v1\n    commit: sha1-0123456789012345678901234567890123456789\n"
        "    owner_id: 1\n    repo_id: 2\n"
    )
    workflow = QUIET.replace("run: echo 1", "uses: third/party@v1")
    result = zizmor(tree({f"{FOLDER}/a.yml": workflow, f"{FOLDER}/actions.lock": lock}))
    assert [(found.rule, found.severity, found.severity_source) for found in result.findings] == [
        ("unpinned-uses", Severity.MEDIUM, "devsecgate")
    ]


_NAMES = ("-rf.yml", "--help.yml", "@a.yml", "user@main.yml", "a b;$(id).yml", "[a]*.yml", "ü.yaml", "action.yml")


def test_names_like_options_patterns_and_repositories_are_looked_at(tree: Tree, zizmor: Look) -> None:
    files = [f"{FOLDER}/{name}" for name in _NAMES]
    result = zizmor(tree(dict.fromkeys(files, INJECTION)))
    assert _places(result) == [(file, "template-injection") for file in sorted(files)]
    assert (result.gaps, result.covered) == ((), frozenset(files))


def test_actions_and_dependabots_configuration_are_looked_at(tree: Tree, zizmor: Look) -> None:
    action = (
        "name: a\ndescription: b\ninputs: {who: {description: c}}\nruns:\n  using: composite\n"
        "  steps:\n    - run: echo ${{ inputs.who }}\n      shell: bash\n"
    )
    dependabot = (
        "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    schedule: {interval: daily}\n"
        "    insecure-external-code-execution: allow\n    cooldown: {default-days: 30}\n"
    )
    result = zizmor(tree({"deep/down/action.yaml": action, ".github/dependabot.yml": dependabot}))
    assert [(found.location.path, found.rule, found.confidence) for found in result.findings] == [
        (".github/dependabot.yml", "dependabot-execution", Confidence.HIGH),
        ("deep/down/action.yaml", "template-injection", Confidence.MEDIUM),
    ]
    assert result.gaps == ()


_BROKEN: dict[str, str] = {
    "empty.yml": "",
    "comment.yml": "# nothing\n",
    "broken.yml": "on: [push\n jobs",
    "other.yml": "on: push\njobs: {a: {steps: 3}}\n",
    "several.yml": "on: push\n---\non: push\n",
    "list.yml": "- 1\n",
    "mark.yml": "\ufeff" + INJECTION,
}


def test_a_file_that_it_passes_over_is_a_gap_and_the_others_are_looked_at(tree: Tree, zizmor: Look) -> None:
    broken = [f"{FOLDER}/{name}" for name in _BROKEN]
    files: dict[str, str | bytes] = {f"{FOLDER}/{name}": text for name, text in _BROKEN.items()}
    tasks = "roles/action.yml"
    result = zizmor(tree({**files, tasks: "- name: no action\n", f"{FOLDER}/good.yml": INJECTION}))
    assert result.gaps == tuple(_gap(path) for path in sorted([*broken, tasks]))
    assert (_places(result), result.covered) == (
        [(f"{FOLDER}/good.yml", "template-injection")],
        {f"{FOLDER}/good.yml"},
    )


def test_a_file_that_is_not_utf8_ends_the_whole_run_and_is_named(tree: Tree, zizmor: Look) -> None:
    result = zizmor(tree({f"{FOLDER}/a.yml": INJECTION, f"{FOLDER}/latin.yml": b"name: \xe9\n" + QUIET.encode()}))
    assert (result.findings, result.covered, result.canaries) == ((), frozenset(), 0)
    assert [(gap.reason, gap.path) for gap in result.gaps] == [(GapReason.FAILED, None)]
    assert f"failed to load file://./{FOLDER}/latin.yml" in result.gaps[0].detail


def test_a_healthy_file_without_findings_is_covered(tree: Tree, zizmor: Look) -> None:
    result = zizmor(tree({f"{FOLDER}/a.yml": QUIET}))
    assert (result.findings, result.gaps, result.covered) == ((), (), {f"{FOLDER}/a.yml"})


def test_a_file_that_calls_itself_completed_is_not_believed(tree: Tree, zizmor: Look) -> None:
    name = f"{FOLDER}/x INFO audit: zizmor: o completed .yml"
    result = zizmor(tree({name: "", f"{FOLDER}/a.yml": QUIET}))
    assert (result.gaps, result.covered) == ((_gap(name),), {f"{FOLDER}/a.yml"})


def test_where_it_is_not_installed_the_whole_is_one_gap_with_the_remedy(
    tree: Tree, scan: Scan, toolbox: Toolbox, program: Callable[[str], str]
) -> None:
    program("zizmor")
    toolbox.remove("zizmor")
    result = scan(tree({f"{FOLDER}/a.yml": QUIET}), "zizmor")["zizmor"]
    detail = "zizmor is not installed, or not executable; install it: pip install 'devsecgate[pipelines]'"
    assert result.gaps == (Gap(scanner="zizmor", reason=GapReason.MISSING, detail=detail),)


def test_a_program_that_no_longer_knows_an_option_is_a_gap(
    tree: Tree, scan: Scan, toolbox: Toolbox, program: Callable[[str], str]
) -> None:
    program("zizmor")
    toolbox.fake("zizmor", "sys.exit(subprocess.call([REAL, '--no-such-option', *sys.argv[1:]]))\n")
    result = scan(tree({f"{FOLDER}/a.yml": QUIET}), "zizmor")["zizmor"]
    assert [(gap.reason, gap.path) for gap in result.gaps] == [(GapReason.FAILED, None)]
    assert "exited with 2" in result.gaps[0].detail


def _parse(text: str, stderr: bytes = b"") -> None:
    job = Job(
        root=Path("/tree"),
        files=("./action.yml",),
        canary=Path("/canary/a.yml"),
        scratch=Path("/scratch"),
        engine="zizmor",
        settings=Settings(),
    )
    SCANNER.parse(Output(stdout=text.encode(), stderr=stderr, exit=0), job)


_RESULT = (
    '[{"ident": "a", "desc": "b", "url": "c", "determinations": {"confidence": "%s", "severity": "%s"},'
    ' "locations": [{"symbolic": {"key": {"Local": {"verbatim_path": "./action.yml"}}, "annotation": "d",'
    ' "kind": "%s"}, "concrete": {"location": {"start_point": {"row": 0, "column": 0},'
    ' "end_point": {"row": 0, "column": 3}}}}]}]'
)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("High", "Severe", "Primary"), "unknown severity or confidence: Severe, High"),
        (("Unknown", "High", "Primary"), "unknown severity or confidence: High, Unknown"),
        (("High", "High", "Related"), "a finding without a place: a"),
    ],
)
def test_words_that_nobody_knows_are_malformed(words: tuple[str, str, str], message: str) -> None:
    with pytest.raises(MalformedOutput, match=message):
        _parse(_RESULT % words)


def test_an_empty_list_is_malformed() -> None:
    with pytest.raises(MalformedOutput, match="without what was planted"):
        _parse("[]")


def test_what_github_does_not_read_is_not_selected() -> None:
    yes = [f"{FOLDER}/a.yml", f"{FOLDER}/a.yaml", "action.yml", "a/b/action.yaml", ".github/dependabot.yml"]
    no = [
        "a.yml",
        f"{FOLDER}/deep/a.yml",
        f"vendor/{FOLDER}/a.yml",
        f"{FOLDER}/a.txt",
        "a/dependabot.yml",
        "xaction.yml",
    ]
    assert [path for path in (*yes, *no) if select(path)] == yes


def test_what_it_calls_injection_is_the_family_that_our_own_rules_name() -> None:
    assert cwe.family({94}) == "code-injection"
    assert cwe.family({829}) == "unverified-download"
