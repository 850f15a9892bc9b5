"""The bundled rules for Python report what their test code says, alike by both engines, and teach with true examples.

`tests/rules/python/<rule>.py` is the code for one rule: `# ruleid: <rule>` stands before each line that it has
to report, `# ok: <rule>` before lines that it must not.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import pytest
import yaml

from devsecgate.lessons import load
from devsecgate.model import Finding
from devsecgate.process import clean_environment
from devsecgate.report import RuleText
from devsecgate.scanner import Engine, Job, Output, Parsed, Settings
from devsecgate.scanners.semgrep import SCANNER

REPOSITORY = Path(__file__).resolve().parent.parent
RULES = REPOSITORY / "policies" / "rules"
CODE = REPOSITORY / "tests" / "rules"
NAMES = tuple(sorted(file.stem for file in (CODE / "python").glob("*.py")))
NATIVE, DEFAULT = SCANNER.engines
BLOCKING = {
    "python-code-injection",
    "python-command-injection",
    "python-cross-site-scripting",
    "python-debugger-enabled",
    "python-fast-password-hash",
    "python-insecure-randomness",
    "python-ldap-injection",
    "python-model-output-executed",
    "python-open-redirect",
    "python-path-traversal",
    "python-server-side-request-forgery",
    "python-session-key-in-code",
    "python-short-key",
    "python-sql-injection",
    "python-template-injection",
    "python-tls-verification-disabled",
    "python-unsafe-deserialization",
    "python-unverified-jwt",
    "python-weak-cipher",
    "python-xml-external-entities",
    "python-xpath-injection",
}
_EVERY_SINK = """\
import os, pickle, random, subprocess, requests, yaml
from flask import redirect, render_template_string, request, session


def sinks(path, logger, cursor, conn, tree):
    open(path), os.system(path), cursor.execute(path), redirect(path), requests.get(path), eval(path)
    logger.info(path), conn.search(path, path), tree.xpath(path), render_template_string(path), pickle.loads(path)
    session["path"] = path


"""
_MARK = re.compile(r"\s*# (ruleid|ok): ([a-z-]+)\s*")
_SHARED = re.compile(r"# \[(request|flow|harmless)\] .*?# \[end\]", re.DOTALL)
_ROW = re.compile(r"^\| [^|]+ \| `(?P<path>[^`]+)` \| `(?P<code>[^`]+)` (?P<rest>\|.*)$")
_ASVS = re.compile(r"v5\.0\.0-\d{1,2}\.\d{1,2}\.\d{1,2}")


class Metadata(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that a rule says about itself; all but `asvs` has to be there."""

    cwe: list[str]
    owasp: list[str]
    confidence: str
    confidence_reason: str
    severity_reason: str
    references: list[str]
    lesson: dict[str, str]
    asvs: list[str] = []


class Rule(msgspec.Struct, frozen=True):
    id: str
    languages: list[str]
    severity: str
    message: str
    metadata: Metadata
    mode: str = "search"


def scan(program: Callable[[str], str], engine: Engine, root: Path, files: Sequence[str], scratch: Path) -> Parsed:
    """Run semgrep with exactly the command of the gate, and read its report as the gate does."""
    scratch.mkdir()
    canary = scratch / SCANNER.canary.name
    canary.write_bytes(SCANNER.canary.content)
    settings = Settings(rules=(RULES,), processors=2)
    job = Job(root=root, files=tuple(files), canary=canary, scratch=scratch, engine=engine.name, settings=settings)
    command = SCANNER.command(job)
    for name, content in command.write.items():
        (scratch / name).write_bytes(content)
    done = subprocess.run(
        [program(command.argv[0]), *command.argv[1:]],
        cwd=root,
        env=clean_environment(scratch=scratch, root=root, network=False, extra=command.environment),
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert done.returncode in command.exits, done.stderr.decode()
    return SCANNER.parse(Output(stdout=done.stdout, stderr=done.stderr, exit=done.returncode), job)


def files_below(root: Path) -> list[str]:
    return [f"./{file.relative_to(root).as_posix()}" for file in sorted(root.rglob("*.py"))]


@pytest.fixture(scope="module")
def native(program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Parsed:
    return scan(program, NATIVE, CODE, files_below(CODE), tmp_path_factory.mktemp("native") / "scratch")


@pytest.fixture(scope="module")
def default(program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Parsed:
    return scan(program, DEFAULT, CODE, files_below(CODE), tmp_path_factory.mktemp("default") / "scratch")


@pytest.fixture(scope="module")
def rules() -> Mapping[str, Rule]:
    found = [
        rule
        for file in sorted((RULES / "python").glob("*.yaml"))
        for rule in msgspec.convert(yaml.safe_load(file.read_bytes())["rules"], list[Rule])
    ]
    assert sorted({rule.id for rule in found}) == sorted(rule.id for rule in found)
    return {rule.id: rule for rule in found}


@pytest.fixture(scope="module")
def lessons() -> Mapping[str, RuleText]:
    return {name: text for name, text in load(RULES.parent).items() if name.startswith("semgrep:python-")}


@pytest.fixture(scope="module")
def taught(
    program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory, lessons: Mapping[str, RuleText]
) -> tuple[Finding, ...]:
    """What is found in the examples of all lessons, each of them a file of its own."""
    root = tmp_path_factory.mktemp("lessons")
    for name, text in lessons.items():
        for kind, code in (("vulnerable", text.vulnerable), ("fixed", text.fixed)):
            file = root / "tree" / kind / f"{name.partition(':')[2]}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(code + "\n", encoding="utf-8")
    seen = scan(program, NATIVE, root / "tree", files_below(root / "tree"), root / "scratch")
    assert seen.gaps == ()
    return seen.findings


def marked(name: str) -> Iterator[tuple[str, str, int]]:
    """Give the marks of one file: kind, rule, and the number of the line that it is about."""
    for number, line in enumerate((CODE / "python" / f"{name}.py").read_text(encoding="utf-8").splitlines(), start=2):
        match = _MARK.fullmatch(line)
        if match is not None:
            yield match[1], match[2], number


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_reports_exactly_the_marked_lines(name: str, native: Parsed) -> None:
    wanted = {line for kind, _, line in marked(name) if kind == "ruleid"}
    path = f"python/{name}.py"
    reported = {found.location.line for found in native.findings if found.rule == name and found.location.path == path}
    assert reported == wanted


@pytest.mark.parametrize("name", NAMES)
def test_the_code_of_a_rule_speaks_only_of_it_and_shows_at_least_as_much_that_is_fine(name: str) -> None:
    marks = list(marked(name))
    kinds = [kind for kind, _, _ in marks]
    assert {rule for _, rule, _ in marks} == {name}
    assert kinds.count("ok") >= kinds.count("ruleid") >= 1


def test_every_rule_has_code_and_all_code_has_a_rule(rules: Mapping[str, Rule]) -> None:
    assert tuple(sorted(rules)) == NAMES


def test_both_engines_report_the_same_and_nothing_else_happens(native: Parsed, default: Parsed) -> None:
    assert native.findings == default.findings
    assert native.gaps == default.gaps == ()
    assert native.covered == default.covered == {path.removeprefix("./") for path in files_below(CODE)}


def test_no_rule_runs_out_of_time_on_what_is_long(program: Callable[[str], str], tmp_path: Path) -> None:
    """Pairs, parameters and statements that a pattern combines must not take more than the square of their number."""
    long = {
        "pairs": "WORDS = {\n"
        + "".join(f'    "request-{number}": "open-{number}",\n' for number in range(5_000))
        + "}\n",
        "parameters": "".join(f'@click.option("--{number}", "o{number}")\n' for number in range(80))
        + f"def main({', '.join(f'o{number}: str' for number in range(80))}):\n    click.echo(request)\n",
        "statements": "def build(parts, found):\n"
        + "".join(
            f"    v{number} = take(found, {number})\n    found['{number}'] = v{number}\n    parts.append(v{number})\n"
            for number in range(500)
        ),
        "constants": "".join(f"V{number} = take({number})\nFOUND['{number}'] = V{number}\n" for number in range(1_000)),
        "functions": "".join(
            f"def f{number}(cursor, a, b=1):\n    p = take(a)\n    if p in FOUND:\n        return p[1:]\n"
            for number in range(300)
        ),
    }
    root = tmp_path / "tree"
    root.mkdir()
    for name, code in long.items():
        (root / f"{name}.py").write_text(_EVERY_SINK + code, encoding="utf-8")
    seen = scan(program, NATIVE, root, files_below(root), tmp_path / "scratch")
    assert seen.gaps == ()
    assert seen.covered == {f"{name}.py" for name in long}


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_says_all_that_is_to_be_said(name: str, rules: Mapping[str, Rule]) -> None:
    rule = rules[name]
    metadata = rule.metadata
    numbers = [text.partition(":")[0].removeprefix("CWE-") for text in metadata.cwe]
    assert name.startswith("python-")
    assert rule.languages == ["python"]
    assert rule.severity in {"CRITICAL", "HIGH", "MEDIUM", "LOW"}
    assert metadata.confidence in {"HIGH", "MEDIUM", "LOW"}
    assert metadata.confidence_reason
    assert metadata.severity_reason
    assert 80 <= len(rule.message) <= 260
    assert rule.message.endswith(".")
    assert all(re.fullmatch(r"CWE-\d+: [A-Z].+", text) for text in metadata.cwe)
    assert {text.partition(" ")[0][-4:] for text in metadata.owasp} == {"2021", "2025"}
    assert all(_ASVS.fullmatch(text) for text in metadata.asvs)
    assert metadata.references[0] in {f"https://cwe.mitre.org/data/definitions/{number}.html" for number in numbers}
    assert len(metadata.references) >= 2
    assert all(text.startswith("https://") for text in metadata.references)
    assert set(metadata.lesson) == {"title", "why", "fix", "vulnerable", "fixed"}


def test_only_these_rules_stop_a_merge(rules: Mapping[str, Rule]) -> None:
    """The default policy blocks severity high with confidence medium: a rule joins this list with a reason."""
    stops = {"CRITICAL", "HIGH"}
    sure = {"HIGH", "MEDIUM"}
    found = {rule.id for rule in rules.values() if rule.severity in stops and rule.metadata.confidence in sure}
    assert found == BLOCKING


def test_what_follows_a_request_is_the_same_in_every_rule() -> None:
    """Semgrep's native engine reads no YAML aliases, so that the common parts stand in every rule."""
    texts = [file.read_text(encoding="utf-8") for file in sorted((RULES / "python").glob("*.yaml"))]
    blocks = [(match[1], match[0]) for text in texts for match in _SHARED.finditer(text)]
    kinds = [kind for kind, _ in blocks]
    assert len(set(blocks)) == 3
    assert kinds.count("request") == kinds.count("flow") == kinds.count("harmless") >= 15


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_is_whole_and_its_examples_are_true(
    name: str, lessons: Mapping[str, RuleText], taught: Sequence[Finding]
) -> None:
    text = lessons[f"semgrep:{name}"]
    in_vulnerable = {found.rule for found in taught if found.location.path == f"vulnerable/{name}.py"}
    in_fixed = {found.rule for found in taught if found.location.path == f"fixed/{name}.py"}
    assert 10 <= len(text.title) <= 60
    assert "\n" not in text.title
    assert min(len(text.why), len(text.fix)) >= 60
    assert max(len(text.vulnerable.splitlines()), len(text.fixed.splitlines())) <= 20
    assert text.cwes
    assert name in in_vulnerable
    assert in_fixed == set()


def shop_rows(shop: Path) -> Iterator[re.Match[str]]:
    for line in (shop / "README.md").read_text(encoding="utf-8").splitlines():
        match = _ROW.match(line)
        if match is not None and match["path"].endswith(".py"):
            yield match


def test_the_holes_of_the_example_are_found_and_what_only_looks_wrong_is_not(
    program: Callable[[str], str], tmp_path: Path
) -> None:
    shop = REPOSITORY / "examples" / "shop"
    seen = scan(program, NATIVE, shop, files_below(shop), tmp_path / "scratch")
    reported = {(found.location.path, found.location.line): found for found in seen.findings}
    holes, fine = set(), set()
    for row in shop_rows(shop):
        lines = (shop / row["path"]).read_text(encoding="utf-8").splitlines()
        place = row["path"], next(number for number, line in enumerate(lines, start=1) if row["code"] in line)
        if (row["rest"] or "").rstrip(" |").endswith("code"):
            holes.add(place)
        elif "secret" not in (row["rest"] or ""):
            fine.add(place)
    bandits = {("wsgi.py", number) for path, number in holes if path == "wsgi.py"}  # the address, on the line of debug
    assert len(holes) == 15
    assert len(fine) == 6
    assert holes - set(reported) - bandits == set()
    assert fine & set(reported) == set()
