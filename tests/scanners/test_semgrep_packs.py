"""The packs beside Python's through the real run: each file is read under its name, or is a gap that names it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from devsecgate import bundled, discovery, plan
from devsecgate.model import Finding, Gap, GapReason, Kind, Location, ScanResult, Severity
from devsecgate.scanner import Settings

Tree = Callable[[dict[str, str | bytes]], Path]
Scan = Callable[..., dict[str, ScanResult]]
Look = Callable[..., ScanResult]
SCANNERS = discovery.scanners(())
PACKS = tuple(name for name in SCANNERS if name.startswith("semgrep-"))
NOT_TEXT = "is not UTF-8: semgrep's regular expressions see nothing of it; convert it to UTF-8"
RULES = """\
rules:
  - {id: called, languages: [go, java, js, ts], severity: HIGH, message: m, pattern: planted(...)}
  - {id: built, languages: [regex], severity: HIGH, message: m, pattern-regex: ^RUN planted$,
     paths: {include: ["*ockerfile*", "*ontainerfile*"]}}
  - {id: declared, languages: [terraform], severity: HIGH, message: m, pattern: 'resource "planted" $NAME { ... }'}
  - {id: written, languages: [yaml], severity: HIGH, message: m, pattern: 'planted: true'}
"""
_JAVASCRIPT = "planted(1);\n"
_TERRAFORM = 'resource "planted" "a" {\n}\n'
_IMAGE = "FROM a:1\nRUN planted\n"
_YAML = "planted: true\n"
NAMES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "semgrep-go": ("package p\n\nfunc f() { planted(1) }\n", ("a.go", "a_test.go", "vendor/a.go", "-rf.go")),
    "semgrep-java": ("class A { void f() { planted(1); } }\n", ("A.java", "src/test/java/A.java", "a b;$(id).java")),
    "semgrep-javascript": (
        _JAVASCRIPT,
        ("a.js", "a.jsx", "a.cjs", "a.mjs", "a.ts", "a.tsx", "-rf.js"),
    ),
    "semgrep-dockerfile": (
        _IMAGE,
        ("Dockerfile", "Dockerfile.prod", "Dockerfile-dev", "api.Dockerfile", "-rf.dockerfile", "dockerfile",
         "Containerfile", "Containerfile.dev", "a.containerfile", "a b/Dockerfile"),
    ),
    "semgrep-terraform": (_TERRAFORM, ("a.tf", "a.tofu", ".terraform/a.tf", "modules/-rf/main.tf")),
    "semgrep-manifests": (_YAML, ("a.yaml", "a.yml", "compose.yaml", "chart/templates/a.yaml", "-rf.yml")),
    "semgrep-pipelines": (
        _YAML,
        (".github/workflows/a.yml", ".github/workflows/-rf.yaml", "action.yml", "deep/action.yaml", ".gitlab-ci.yml",
         "team.gitlab-ci.yml", ".gitlab/jobs/a.yml"),
    ),
}  # fmt: skip
"""What one of the rules above finds once, and names under which it has to be found."""
BROKEN: Mapping[str, tuple[str, str]] = {
    "semgrep-go": ("a.go", "package p\n\nfunc f() { planted(1) }\nfunc g( {{ ]\n"),
    "semgrep-java": ("A.java", "class A {\n  void f() { planted(1); }\n} } class {\n"),
    "semgrep-javascript": ("a.ts", "planted(1);\nlet = = 3 }\n"),
    "semgrep-terraform": ("a.tf", 'resource "planted" "a" {\n  b = = 1\n}\n'),
    "semgrep-manifests": ("a.yaml", "planted: true\na: [1\nb: }\n"),
    "semgrep-pipelines": (".gitlab-ci.yml", "planted: true\na: [1\nb: }\n"),
}
"""The pack for Dockerfiles reads lines: nothing of it can fail to be parsed."""


class Toolbox(Protocol):
    """The fixture: a folder of programs, each of which can be replaced."""

    def fake(self, tool: str, code: str) -> None: ...


@pytest.fixture
def look(scan: Scan, tmp_path: Path) -> Look:
    """Run one pack's scanner, with the rules above, by the native engine."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "own.yaml").write_text(RULES)

    def seen(root: Path, name: str) -> ScanResult:
        result = scan(root, name, refused=["semgrep"], rules=[folder])[name]
        assert (result.engine, result.canaries, result.notes) == ("semgrep --experimental", 1, ())
        return result

    return seen


@pytest.fixture
def bundle(scan: Scan) -> Look:
    """Run one pack's scanner with all its bundled rules."""

    def seen(root: Path, name: str) -> ScanResult:
        folder = bundled.policies() / "rules" / name.removeprefix("semgrep-")
        return scan(root, name, refused=["semgrep"], rules=[folder])[name]

    return seen


def _gap(scanner: str, path: str, detail: str) -> Gap:
    return Gap(scanner=scanner, reason=GapReason.UNREADABLE, detail=detail, path=path)


def test_every_pack_is_held_to_these_tests() -> None:
    assert NAMES.keys() == set(PACKS)
    assert {*BROKEN, "semgrep-dockerfile"} == set(PACKS)


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_reads_every_file_of_its_kind_whatever_its_name_and_its_folder(
    name: str, tree: Tree, look: Look
) -> None:
    content, paths = NAMES[name]
    result = look(tree({**dict.fromkeys(paths, content), "README.md": content}), name)
    assert sorted(found.location.path for found in result.findings) == sorted(paths)
    assert (result.gaps, result.covered) == ((), frozenset(paths))


@pytest.mark.parametrize("name", PACKS)
def test_a_file_that_is_not_utf8_is_a_gap(name: str, tree: Tree, look: Look) -> None:
    content, (first, second, *_) = NAMES[name]
    sign = "//" if content.startswith(("package", "class", "planted(")) else "#"
    result = look(tree({first: content.encode() + f"{sign} caf\xe9\n".encode("latin-1"), second: content}), name)
    assert result.gaps == (_gap(name, first, NOT_TEXT),)
    assert result.covered == {second}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_in_which_a_rule_has_something_to_look_for_is_a_gap(name: str, tree: Tree, look: Look) -> None:
    path, content = BROKEN[name]
    result = look(tree({path: content}), name)
    ((gap,), covered) = result.gaps, result.covered
    assert (gap.reason, gap.path, covered) == (GapReason.UNREADABLE, path, frozenset())
    assert gap.detail.startswith("semgrep cannot parse all of it")


def test_a_finding_is_read_whole_and_is_of_the_packs_own_kind(tree: Tree, bundle: Look) -> None:
    bucket = 'resource "aws_s3_bucket_acl" "open" {\n  bucket = "b"\n  acl    = "public-read"\n}\n'
    (found,) = bundle(tree({"main.tf": bucket}), "semgrep-terraform").findings
    assert found == Finding(
        scanner="semgrep-terraform",
        kind=Kind.IAC,
        rule="terraform-aws-bucket-public-read",
        message=found.message,
        location=Location(path="main.tf", line=3, end_line=3),
        severity=Severity.HIGH,
        severity_source="rule",
        confidence=found.confidence,
        cwes=found.cwes,
        help_url=found.help_url,
    )
    assert found.message
    assert found.confidence is not None
    assert found.help_url in {f"https://cwe.mitre.org/data/definitions/{cwe}.html" for cwe in found.cwes}


def _unread(*files: str) -> set[str]:
    """Say what no scanner reads of a target."""
    planned = plan.plan(
        files,
        scripts=frozenset(),
        links=(),
        scanners=SCANNERS,
        settings=Settings(),
        disabled=frozenset(),
        layers_off=frozenset(),
    )
    assert {gap.reason for gap in planned.gaps} <= {GapReason.UNSUPPORTED}
    return {gap.detail for gap in planned.gaps}


def test_what_semgrep_does_not_know_as_typescript_is_said_to_be_unread() -> None:
    assert _unread("a.mts", "b.cts", "c.ts") == {"no code scanner reads TypeScript: 2 files"}


def test_minified_javascript_is_said_to_be_unread() -> None:
    assert _unread("jquery.min.js", "a.min.mjs", "b.min.cjs", "c.js") == {"no code scanner reads JavaScript: 3 files"}


def test_what_a_pack_reads_is_not_said_to_be_unread() -> None:
    assert _unread(*(path for _, paths in NAMES.values() for path in paths)) == set()


_NO_MANIFESTS: dict[str, str | bytes] = {
    "mkdocs.yml": "site_name: x\nindex: !!python/name:material.twemoji\nanchor: &a {x: 1}\nuse: *a\n",
    "several.yaml": "---\na: 1\n---\n- b\n...\n",
    "template.yaml": "{% if a %}\nb: {{ c }}\n{% endif %}\n",
    "broken.yaml": "a: [1\nb: }\n",
    "empty.yaml": "",
}


def test_yaml_that_is_no_manifest_costs_nothing_and_is_covered(tree: Tree, bundle: Look) -> None:
    """No word of a rule stands in it, so that it is not even parsed."""
    result = bundle(tree(_NO_MANIFESTS), "semgrep-manifests")
    assert (result.findings, result.gaps, result.covered) == ((), (), frozenset(_NO_MANIFESTS))


_POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: "{{ .Release.Name }}"
spec:
  containers:
    - name: web
      image: web:1
      securityContext:
        privileged: true
"""
_CONTROLLED = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    {{- include "web.labels" . | nindent 4 }}
spec:
  containers:
    - name: web
      image: web:1
      securityContext:
        privileged: true
"""


def test_a_helm_template_is_read_where_it_is_yaml_and_is_a_gap_where_it_is_not(tree: Tree, bundle: Look) -> None:
    """`helm template` writes what a cluster gets, and that can be scanned whole."""
    files: dict[str, str | bytes] = {"chart/templates/pod.yaml": _POD, "chart/templates/controlled.yaml": _CONTROLLED}
    result = bundle(tree(files), "semgrep-manifests")
    places = {(found.location.path, found.location.line) for found in result.findings if "privileged" in found.rule}
    assert places == {("chart/templates/pod.yaml", 10)}
    assert [(gap.path, gap.reason) for gap in result.gaps] == [
        ("chart/templates/controlled.yaml", GapReason.UNREADABLE)
    ]
    assert result.covered == {"chart/templates/pod.yaml"}


FOLLOWED = """\
rules:
  - id: followed
    languages: [go, java, js, ts]
    severity: HIGH
    message: m
    mode: taint
    pattern-sources: [{pattern: planted_source()}]
    pattern-sinks: [{pattern: planted_sink(...)}]
"""
WIDE: Mapping[str, tuple[str, str, str]] = {
    "semgrep-go": ("a.go", "package p\n\nfunc f() {{\n{}\tplanted_sink({})\n}}\n", "\tv{0} := planted_source()\n"),
    "semgrep-java": (
        "A.java",
        "class A {{\n  public void f() {{\n{}    planted_sink({});\n  }}\n}}\n",
        "    String v{0} = planted_source();\n",
    ),
    "semgrep-javascript": (
        "a.ts",
        "export class A {{\n  async f(a: number): void {{\n{}    planted_sink({});\n  }}\n}}\n",
        "    const v{0} = planted_source();\n",
    ),
}
ENGINES = ("semgrep --experimental", "semgrep")


def wide(name: str, count: int, last: str | None = None) -> dict[str, str | bytes]:
    """A function with so many values, of which the last becomes what it must not."""
    file, code, line = WIDE[name]
    lines = "".join(line.format(number) for number in range(count))
    return {file: code.format(lines, f"v{count - 1}" if last is None else last)}


@pytest.fixture(params=ENGINES)
def follow(scan: Scan, tmp_path: Path, request: pytest.FixtureRequest) -> Look:
    """Run one pack's scanner by either engine, with a rule that follows values."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "own.yaml").write_text(FOLLOWED)

    def seen(root: Path, name: str) -> ScanResult:
        result = scan(root, name, refused=[each for each in ENGINES if each != request.param], rules=[folder])[name]
        assert (result.engine, result.canaries) == (request.param, 1)
        return result

    return seen


@pytest.mark.parametrize("name", WIDE)
def test_values_that_semgrep_does_not_follow_are_a_gap(name: str, tree: Tree, follow: Look) -> None:
    """It says so in a log alone: its report has no error, and names the file among those that it looked at."""
    result = follow(tree(wide(name, 60)), name)
    assert result.findings == ()
    (gap,) = result.gaps
    assert (gap.path, gap.reason) == (WIDE[name][0], GapReason.UNREADABLE)
    assert "semgrep does not follow" in gap.detail
    assert "v51, v52, v53" in gap.detail
    assert result.covered == frozenset()


@pytest.mark.parametrize("name", WIDE)
@pytest.mark.parametrize("count", [43, 50])
def test_values_that_semgrep_follows_are_none(name: str, count: int, tree: Tree, follow: Look) -> None:
    result = follow(tree(wide(name, count)), name)
    assert (len(result.findings), result.gaps) == (1, ())
    assert result.covered == {WIDE[name][0]}


@pytest.mark.parametrize("name", WIDE)
def test_a_semgrep_that_writes_no_log_of_what_it_drops_is_not_believed(
    name: str, tree: Tree, follow: Look, toolbox: Toolbox
) -> None:
    toolbox.fake("semgrep", "os.environ['SEMGREP_LOG_LEVEL'] = 'error'\nos.execv(REAL, [REAL, *sys.argv[1:]])\n")
    result = follow(tree(wide(name, 50)), name)
    detail = "semgrep did not say that it drops values of what was planted for that"
    assert result.gaps == (Gap(scanner=name, reason=GapReason.CANARY, detail=detail),)


@pytest.mark.parametrize("name", WIDE)
def test_whether_a_file_is_broad_is_told_of_anything(name: str) -> None:
    is_broad = SCANNERS[name].is_broad
    assert is_broad is not None
    _, code, line = WIDE[name]
    lines = [line.format(number) for number in range(44)]
    assert is_broad(code.format("".join(lines), "a").encode())
    assert not is_broad(code.format("".join(lines[:30]), "a").encode())
    apart = "\n".join(code.format(each, "a") for each in lines)
    assert not is_broad(apart.encode())
    assert is_broad(b" " * (17 << 20))
    for hostile in (b"a", b"(", b"{", b" ", b"a.", b"(a", b"async ", b"  a(b):", b"\xff", b"a=\n"):
        assert not is_broad(hostile * (200_000 // len(hostile)))
