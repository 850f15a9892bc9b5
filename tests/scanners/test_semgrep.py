"""Semgrep through the real run, with both of its engines: the tree has no say, and what is not parsed is a gap."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import pytest
from msgspec.structs import replace
from views import VIEWS

from devsecgate.model import Confidence, Finding, Gap, GapReason, Kind, Location, ScanResult, Severity

Tree = Callable[[dict[str, str | bytes]], Path]
Scan = Callable[..., dict[str, ScanResult]]
NATIVE, DEFAULT = ENGINES = ("semgrep --experimental", "semgrep")
EVAL = "eval(input())\n"
RULES = """\
rules:
  - id: evaluated
    languages: [python]
    severity: HIGH
    message: The value of $X is evaluated.
    pattern: eval($X)
    metadata:
      cwe: ["CWE-95: Eval Injection", CWE-94]
      confidence: medium
      references: [https://docs.python.org/3/library/functions.html#eval]
  - id: from-request-to-shell
    languages: [python]
    severity: WARNING
    message: What a request says is run by a shell.
    mode: taint
    pattern-sources: [{pattern: request.args.get(...)}]
    pattern-sinks: [{pattern: os.system(...)}]
"""
_REAL = "os.execv(REAL, [REAL, *sys.argv[1:]])\n"


class Toolbox(Protocol):
    """The fixture: a folder of programs, each of which can be replaced."""

    def fake(self, tool: str, code: str) -> None: ...
    def remove(self, tool: str) -> None: ...


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "own.yaml").write_text(RULES)
    return folder


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


Look = Callable[..., ScanResult]


@pytest.fixture
def semgrep(scan: Scan, rules: Path, engine: str) -> Look:
    """Run semgrep with one of its engines, and hold it to that engine."""

    def look(root: Path, *more: Path) -> ScanResult:
        refused = [each for each in ENGINES if each != engine]
        result = scan(root, "semgrep", refused=refused, rules=[rules, *more])["semgrep"]
        assert result.engine == engine
        return result

    return look


def _places(result: ScanResult) -> list[tuple[str, int, str]]:
    return [(found.location.path, found.location.line, found.rule) for found in result.findings]


def _gap(detail: str, path: str | None = None, reason: GapReason = GapReason.UNREADABLE) -> Gap:
    return Gap(scanner="semgrep", reason=reason, detail=detail, path=path)


def test_findings_are_read_whole(tree: Tree, semgrep: Look) -> None:
    source = "import os\n\nname = request.args.get('name')\nos.system(\n    'ls ' + name\n)\neval(name)\n"
    result = semgrep(tree({"app.py": source}))
    flow = Finding(
        scanner="semgrep",
        kind=Kind.CODE,
        rule="from-request-to-shell",
        message="What a request says is run by a shell.",
        location=Location(path="app.py", line=4, end_line=6),
        severity=Severity.MEDIUM,
        severity_source="rule",
    )
    evaluated = replace(
        flow,
        rule="evaluated",
        message="The value of name is evaluated.",
        location=Location(path="app.py", line=7, end_line=7),
        severity=Severity.HIGH,
        confidence=Confidence.MEDIUM,
        cwes=frozenset({94, 95}),
        help_url="https://docs.python.org/3/library/functions.html#eval",
    )
    assert (result.findings, result.gaps, result.covered) == ((flow, evaluated), (), {"app.py"})
    assert (result.version, result.canaries, result.notes) == (version("semgrep"), 1, ())


_LEFT_OUT_BY_DEFAULT = (
    "tests/a.py", "test/a.py", "vendor/a.py", "build/a.py", "dist/a.py", "node_modules/a.py", ".venv/a.py",
    "env/a.py", "site-packages/a.py", ".semgrep/a.py", "__pycache__/a.py", "migrations/a.py", "a.min.py", "stub.pyi",
    "window.pyw",
)  # fmt: skip
_NAMES = ("-rf.py", "--config=auto.py", "--help.py", "-.py", "@a.py", "a b.py", "a,b.py", "[a].py", "*.py", "ü.py")


_CONFIGURATION: dict[str, str | bytes] = {
    ".gitignore": "*.py\n*.pyi\n*.pyw\n",
    ".semgrepignore": "*.py\ntests/\nvendor/\n",
    ".semgrepignore_v2": "*\n",
    "tests/.semgrepignore": "*\n",
    ".semgrep.yml": "rules: []\n",
    ".semgrep/rules.yml": "rules: []\n",
    ".semgrep/settings.yml": "anonymous_user_id: x\n",
    ".semgrepconfig": "ignored: true\n",
    "pyproject.toml": "[tool.semgrep]\nexclude = ['*']\n",
}


def test_nothing_is_left_out_whatever_its_name_its_folder_its_size_git_or_the_trees_own_configuration_say(
    tree: Tree, semgrep: Look
) -> None:
    names = (*_LEFT_OUT_BY_DEFAULT, *_NAMES, "large.py")
    root = tree({**dict.fromkeys(names, EVAL), **_CONFIGURATION})
    (root / "large.py").write_text(EVAL + "# 0123456789 0123456789\n" * 50_000)
    assert (root / "large.py").stat().st_size > 1_000_000
    subprocess.run(("git", "init", "--quiet", root), check=True)
    result = semgrep(root)
    assert _places(result) == sorted((name, 1, "evaluated") for name in names)
    assert (result.gaps, result.covered) == ((), frozenset(names))


def test_inline_markers_hide_nothing(tree: Tree, semgrep: Look) -> None:
    marked = "eval(a)  # nosemgrep\n# nosemgrep: evaluated\neval(b)\neval(c)  # nosem: rules.evaluated\n"
    result = semgrep(tree({"app.py": marked}))
    assert _places(result) == [("app.py", 1, "evaluated"), ("app.py", 3, "evaluated"), ("app.py", 4, "evaluated")]


def test_both_engines_find_the_same(tree: Tree, scan: Scan, rules: Path) -> None:
    root = tree(
        {
            "app.py": "import os\n\ndef f():\n    name = request.args.get('n')\n    os.system(name)\n    eval(name)\n",
            "unicode.py": "größe = eval('日本'); eval(größe)\n",
            "crlf.py": "x = 1\r\neval(x)\r\n",
            "bom.py": b"\xef\xbb\xbfimport os\neval(1)\n",
            "glued.py": b"\xef\xbb\xbfeval(1)\neval(2)\n",
            "latin.py": b"# coding: latin-1\ns = '\xe9'; eval(1)\n",
            "newer.py": "type Name = eval(1)\nx = f'{'a'}{eval(2)}'\n",
            "async.py": "async def f():\n    return [await eval(x) async for x in y]\n",
            "twice.py": "eval(eval(eval(1)))\n",
            "stub.pyi": "x: int = eval(1)\n",
            "broken.py": "eval(1)\nlazy import os\neval(2)\n",
            "empty.py": "",
        }
    )
    native, default = (
        scan(root, "semgrep", refused=[refused], rules=[rules])["semgrep"] for refused in (DEFAULT, NATIVE)
    )
    assert (native.engine, default.engine) == ENGINES
    assert len(native.findings) == 17
    assert native.findings == default.findings
    assert (native.gaps, native.covered) == (default.gaps, default.covered)
    mark = "begins with a byte order mark, which semgrep takes for a part of the first name: remove it"
    assert native.gaps == (_gap("semgrep cannot parse all of it (line 2)", "broken.py"), _gap(mark, "glued.py"))


_BROKEN_RULES = {
    "no YAML": "rules:\n  - id: broken\n    pattern: [\n",
    "no rules": "hello: world\n",
    "a rule without a pattern": "rules:\n  - {id: broken, languages: [python], severity: LOW, message: m}\n",
    "a pattern that is no Python":
        "rules:\n  - {id: broken, languages: [python], severity: LOW, message: m, pattern: 'def ('}\n",
    "a rule for a newer semgrep": "rules:\n  - {id: newer, languages: [python], severity: LOW, message: m, "
        "pattern: f(), min-version: 99.0.0}\n",
    "a language that there is not":
        "rules:\n  - {id: broken, languages: [pythonn], severity: LOW, message: m, pattern: f()}\n",
}  # fmt: skip


@pytest.mark.parametrize(
    ("case", "engine"),
    [*((case, NATIVE) for case in _BROKEN_RULES), ("no YAML", DEFAULT), ("a rule without a pattern", DEFAULT)],
)
def test_a_rule_that_semgrep_cannot_use_is_a_gap_of_the_whole_run(
    case: str, engine: str, tree: Tree, semgrep: Look, tmp_path: Path
) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "broken.yaml").write_text(_BROKEN_RULES[case])
    result = semgrep(tree({"app.py": EVAL}), tmp_path / "more")
    assert None in {gap.path for gap in result.gaps}
    assert {gap.reason for gap in result.gaps} <= {GapReason.FAILED, GapReason.CANARY}
    assert not any(str(tmp_path) in gap.detail for gap in result.gaps)


@pytest.mark.parametrize("engine", [NATIVE])
def test_a_folder_of_rules_that_is_not_there_is_a_gap(engine: str, tree: Tree, semgrep: Look, tmp_path: Path) -> None:
    result = semgrep(tree({"app.py": EVAL}), tmp_path / "nowhere")
    assert None in {gap.path for gap in result.gaps}


def test_rules_of_one_name_in_two_folders_are_both_used(tree: Tree, semgrep: Look, tmp_path: Path) -> None:
    for folder, function in (("one", "first"), ("two", "second")):
        (tmp_path / folder).mkdir()
        rule = f"id: twin, languages: [python], severity: LOW, message: m, pattern: {function}(...)"
        (tmp_path / folder / "rule.yaml").write_text(f"rules:\n  - {{{rule}}}\n")
    result = semgrep(tree({"app.py": "first()\nsecond()\n"}), tmp_path / "one", tmp_path / "two")
    assert _places(result) == [("app.py", 1, "twin"), ("app.py", 2, "twin")]


def test_what_takes_too_long_is_a_gap(tree: Tree, scan: Scan, rules: Path, engine: str, toolbox: Toolbox) -> None:
    toolbox.fake(
        "semgrep",
        "argv = ['--timeout=1' if each == '--timeout=20' else each for each in sys.argv[1:]]\n"
        "assert argv != sys.argv[1:]\nsys.argv[1:] = argv\n" + _REAL,
    )
    root = tree({"slow.py": "eval" + "()" * 20_000 + "\n", "fast.py": EVAL})
    refused = [each for each in ENGINES if each != engine]
    result = scan(root, "semgrep", refused=refused, rules=[rules])["semgrep"]
    assert _places(result) == [("fast.py", 1, "evaluated")]
    assert {(gap.reason, gap.path) for gap in result.gaps} == {(GapReason.TIMEOUT, "slow.py")}
    assert result.covered == {"fast.py"}


_NOT_PARSED: dict[str, str | bytes] = {
    "a t-string.py": "x = t'{eval(1)}'\n",
    "a mapping pattern with a rest.py": "match x:\n    case {'a': 1, **rest}:\n        eval(1)\n",
    "a lazy import.py": "lazy import eval\n",
}


def test_a_file_that_semgrep_does_not_parse_whole_is_a_gap(tree: Tree, semgrep: Look) -> None:
    result = semgrep(tree({**_NOT_PARSED, "good.py": EVAL}))
    assert (_places(result), result.covered) == ([("good.py", 1, "evaluated")], {"good.py"})
    assert sorted((gap.path, gap.reason) for gap in result.gaps) == sorted(
        (path, GapReason.UNREADABLE) for path in _NOT_PARSED
    )
    assert all(gap.detail.startswith("semgrep cannot parse all of it") for gap in result.gaps)


_SILENTLY_UNSEEN: dict[str, str | bytes] = {
    "the guard of a case.py": "match x:\n    case 1 if eval(x): pass\n",
    "a star in an index.py": "x = a[*eval(1)]\n",
    "a star in an annotation.py": "def f(*args: *eval(1)): pass\n",
    "a name that Python normalises.py": "\N{MATHEMATICAL BOLD SMALL E}val(1)\n",
}


def test_where_semgrep_does_not_look_and_does_not_say_so_is_known(tree: Tree, semgrep: Look) -> None:
    """No promise of ours: places that bandit alone looks at. One that is gone here is good news."""
    result = semgrep(tree(_SILENTLY_UNSEEN))
    assert (result.findings, result.gaps, result.covered) == ((), (), frozenset(_SILENTLY_UNSEEN))


_UNREADABLE: dict[str, str | bytes] = {
    "a function without an end.py": "def f(:\n",
    "a NUL byte.py": "x = 1\x00\neval(1)\n",
    "random bytes.py": bytes(range(256)) * 12,
    "Python 2.py": "print 'x'\nexec 'x'\n",
}


def test_a_file_that_nobody_can_parse_is_not_covered_whatever_semgrep_says(tree: Tree, scan: Scan, engine: str) -> None:
    refused = [each for each in ENGINES if each != engine]
    root = tree({**_UNREADABLE, "good.py": EVAL})
    results = scan(root, "bandit", "semgrep", "syntax", refused=refused, reconciled=True)
    assert [each.covered for each in results.values()] == [{"good.py"}] * 3
    gaps = [gap for each in results.values() for gap in each.gaps]
    assert [(gap.scanner, gap.reason, gap.path) for gap in gaps] == [
        ("syntax", GapReason.UNREADABLE, path) for path in sorted(_UNREADABLE)
    ]
    assert all(gap.detail.startswith("nobody can parse it: ruff cannot ") for gap in gaps)


_READ = (
    "utf-8", "UTF-8", "utf8", "utf_8", "u8", "utf-8-sig", "utf_8_sig", "utf-8-unix", "ascii", "us-ascii", "latin-1",
    "latin1", "iso-8859-1", "iso8859-15", "ISO_8859_2", "cp1252", "windows-1251", "koi8-r", "latin-1-unix",
)  # fmt: skip
_NOT_READ = (
    "utf-7", "utf_7", "utf7", "u7", "unicode_escape", "raw-unicode-escape", "punycode", "idna", "hz", "iso2022_jp",
    "shift_jis", "sjis", "cp932", "gbk", "gb18030", "big5", "johab", "euc_jp", "utf-16", "utf-8x", "latin-10",
    "iso-8859-1x", "cp1252x", "cp037", "no-such", "utf8.utf7",
)  # fmt: skip
_DECLARATIONS = {
    "at the top": "# coding: {}\neval(1)\n",
    "for Emacs, below a shebang": "#!/usr/bin/env python\n# -*- coding: {} -*-\neval(1)\n",
    "for Vim": "# vim: set fileencoding={} :\neval(1)\n",
    "indented, with equals": " \t\x0c#coding={}\neval(1)\n",
    "below an empty line": "\r\n# ENCODING: coding:   {}\r\neval(1)\r\n",
    "below CR": "# first\r# coding: {}\reval(1)\r",
    "behind a byte order mark": "\ufeff# coding: {}\neval(1)\n",
}


def test_a_declared_encoding_that_semgrep_does_not_read_is_a_gap(tree: Tree, semgrep: Look) -> None:
    files = {f"{encoding}.py": f"# coding: {encoding}\neval(1)\n" for encoding in (*_READ, *_NOT_READ)}
    files |= {f"{place}.py": text.format("utf-7") for place, text in _DECLARATIONS.items()}
    files["third line.py"] = "\n\n# coding: utf-7\neval(1)\n"
    files["in a string.py"] = "'# coding: utf-7'\neval(1)\n"
    result = semgrep(tree(files))
    read = {*(f"{encoding}.py" for encoding in _READ), "third line.py"}
    detail = "declares an encoding that semgrep does not read: convert it to UTF-8"
    assert {gap.path for gap in result.gaps if gap.detail == detail} == files.keys() - read - {"in a string.py"}
    assert result.covered == read | {"in a string.py"}
    assert {found.rule for found in result.findings} == {"evaluated"}


_REFUSALS = {
    "does not know the option": "sys.exit(2)",
    "crashes": "os.kill(os.getpid(), 11)",
}


@pytest.mark.parametrize("case", _REFUSALS)
def test_the_default_engine_does_what_the_native_one_refuses(
    case: str, tree: Tree, scan: Scan, rules: Path, toolbox: Toolbox
) -> None:
    toolbox.fake(
        "semgrep", f"if '--experimental' in sys.argv: {_REFUSALS[case]}\nos.execv(REAL, [REAL, *sys.argv[1:]])\n"
    )
    result = scan(tree({"app.py": EVAL}), "semgrep", rules=[rules])["semgrep"]
    assert (result.engine, result.version, result.gaps, result.canaries) == (DEFAULT, version("semgrep"), (), 1)
    assert result.notes == ("semgrep --experimental refused to work; semgrep did the job",)
    assert _places(result) == [("app.py", 1, "evaluated")]


def test_bytes_that_spoil_the_native_engines_output_cost_only_their_own_file(
    tree: Tree, scan: Scan, rules: Path
) -> None:
    """The native engine quotes the line that it cannot parse, in the file's own bytes."""
    root = tree({"bad.py": b"eval(1)\nx = '\xe9' 7 lazy\n", "good.py": EVAL})
    result = scan(root, "semgrep", rules=[rules])["semgrep"]
    assert (result.engine, _places(result), result.covered) == (
        DEFAULT,
        [("bad.py", 1, "evaluated"), ("good.py", 1, "evaluated")],
        {"good.py"},
    )
    assert [(gap.path, gap.reason) for gap in result.gaps] == [("bad.py", GapReason.UNREADABLE)]


def test_where_both_engines_refuse_nothing_was_seen(tree: Tree, scan: Scan, toolbox: Toolbox) -> None:
    toolbox.fake("semgrep", "print('unrecognized arguments', file=sys.stderr); sys.exit(2)")
    result = scan(tree({"app.py": EVAL}), "semgrep")["semgrep"]
    detail = "semgrep: printed nothing: unrecognized arguments"
    assert (result.gaps, result.covered) == ((_gap(detail, reason=GapReason.MALFORMED),), frozenset())


def test_an_engine_that_the_policy_refuses_is_not_missing(tree: Tree, scan: Scan, toolbox: Toolbox) -> None:
    both = scan(tree({"app.py": EVAL}), "semgrep", refused=ENGINES)["semgrep"]
    detail = "semgrep is refused by the policy: semgrep --experimental, semgrep"
    assert both.gaps == (_gap(detail, reason=GapReason.MISSING),)
    toolbox.remove("semgrep")
    gone = scan(tree({"app.py": EVAL}), "semgrep", refused=[NATIVE])["semgrep"]
    detail = "semgrep is not installed, or not executable; install it: pip install semgrep"
    assert gone.gaps == (_gap(detail, reason=GapReason.MISSING),)


def test_what_a_view_calls_of_its_file_is_seen_with_it(tree: Tree, semgrep: Look) -> None:
    """The way through two functions is found where it ends; of rules that are not ours nothing is taken back."""
    result = semgrep(tree({"app.py": VIEWS}))
    assert _places(result) == [("app.py", line, "from-request-to-shell") for line in (7, 15, 18, 27, 34, 45, 56)]
    assert (result.gaps, result.covered, result.notes) == ((), {"app.py"}, ())


def test_a_file_that_is_not_looked_at_unfolded_is_a_gap(tree: Tree, semgrep: Look, toolbox: Toolbox) -> None:
    """And it is believed no more than it says: what was found in the file as it is stays."""
    left_out = "sys.argv = [each for each in sys.argv if 'unfolded-' not in each and 'spread-' not in each]\n"
    toolbox.fake("semgrep", left_out + _REAL)
    wide = _view("f{0} = request.args.get('{0}')", 52)
    result = semgrep(tree({"app.py": VIEWS, "other.py": EVAL, "wide.py": wide}))
    detail = "semgrep did not look at it with its functions rewritten, as it was told to"
    assert result.gaps == (_gap(detail, "app.py"), _gap(detail, "wide.py"))
    assert result.covered == {"other.py"}
    assert {("app.py", line, "from-request-to-shell") for line in (15, 18, 27)} <= set(_places(result))


_FIELDS = (
    "from flask import request\nimport os\n\ndef view():\n{}    cmd = request.args.get('cmd')\n    os.system(cmd)\n"
)


def _view(line: str, count: int, head: str = _FIELDS) -> str:
    return head.format("".join(f"    {line.format(number)}\n" for number in range(count)))


@pytest.mark.parametrize(
    "line", ["f{0} = request.args.get('{0}').strip()", "x.f{0} = request.args.get('{0}')"], ids=["names", "attributes"]
)
def test_values_are_followed_however_many_there_are(tree: Tree, semgrep: Look, line: str) -> None:
    """Semgrep drops what is more than about 50 variables of a function, or ten attributes of an object."""
    result = semgrep(tree({f"{count}.py": _view(line, count) for count in (9, 43, 44, 52, 60)}))
    found = [(f"{count}.py", 6 + count, "from-request-to-shell") for count in (43, 44, 52, 60, 9)]
    assert (_places(result), result.gaps, len(result.covered)) == (found, (), 5)


def test_attributes_of_one_object_are_followed_however_many_there_are(tree: Tree, semgrep: Look) -> None:
    view = "import os\n\ndef view(x):\n{}    os.system(x.f0)\n    os.system(x.f19)\n"
    result = semgrep(tree({"app.py": _view("x.f{0} = request.args.get('{0}')", 20, view)}))
    assert _places(result) == [("app.py", line, "from-request-to-shell") for line in (24, 25)]
    assert result.gaps == ()


def test_more_values_than_can_be_followed_are_a_gap(tree: Tree, semgrep: Look) -> None:
    walrus = _view("print(f{0} := request.args.get('{0}'))", 52)
    result = semgrep(tree({"app.py": walrus, "other.py": EVAL}))
    assert result.gaps == (_gap("more values than semgrep follows in one function: view; take it apart", "app.py"),)
    assert (_places(result), result.covered) == ([("other.py", 1, "evaluated")], {"other.py"})


_LATE = """
import json
done = subprocess.run([REAL, *sys.argv[1:]], stdout=subprocess.PIPE)
report = json.loads(done.stdout)
late = [each for each in sys.argv if each.endswith({name!r})]
if late and {when}:
    place = {{"path": late[0].removeprefix("./"), "start": {{"line": 4, "col": 1}}}}
    report["time"]["fixpoint_timeouts"].append({{"location": place}})
print(json.dumps(report))
sys.exit(done.returncode)
"""


@pytest.fixture
def late(toolbox: Toolbox) -> Callable[..., None]:
    """Make semgrep say that it had no time to follow the values of a function."""

    def fake(name: str, when: str) -> None:
        toolbox.fake("semgrep", _LATE.format(name=name, when=when))

    return fake


def test_what_semgrep_had_no_time_for_is_looked_at_again_alone(
    tree: Tree, semgrep: Look, late: Callable[..., None]
) -> None:
    late("/app.py", "'./other.py' in sys.argv")
    result = semgrep(tree({"app.py": VIEWS, "other.py": EVAL}))
    assert (result.gaps, result.covered) == ((), {"app.py", "other.py"})
    assert len(_places(result)) == len(set(_places(result))) == 8


@pytest.mark.parametrize(("name", "line"), [("/app.py", 4), ("/spread-0.py", 4)], ids=["itself", "spread"])
def test_what_semgrep_has_no_time_for_twice_is_a_gap(
    tree: Tree, semgrep: Look, late: Callable[..., None], name: str, line: int
) -> None:
    late(name, "True")
    result = semgrep(tree({"app.py": _view("f{0} = request.args.get('{0}')", 52), "other.py": EVAL}))
    detail = f"semgrep ran out of time while it followed values through the function at line {line}"
    assert result.gaps == (_gap(detail, "app.py", GapReason.TIMEOUT),)
    assert result.covered == {"other.py"}
    assert ("app.py", 58, "from-request-to-shell") in _places(result)


def test_a_file_on_which_a_rule_ran_out_of_time_is_not_looked_at_again(
    tree: Tree, semgrep: Look, toolbox: Toolbox
) -> None:
    """It cannot become whole: a second look would only take as long once more."""
    toolbox.fake(
        "semgrep",
        "import json\nalone = './other.py' not in sys.argv and '--version' not in sys.argv\n"
        "done = subprocess.run([REAL, *sys.argv[1:]], stdout=subprocess.PIPE)\n"
        "report = json.loads(done.stdout)\n"
        "report['errors'].append({'level': 'warn', 'type': 'Timeout', 'path': 'app.py', 'rule_id': 'slow'})\n"
        "place = {'path': 'app.py', 'start': {'line': 4, 'col': 1}}\n"
        "report['time']['fixpoint_timeouts'].append({'location': place})\n"
        "print('' if alone else json.dumps(report))\nsys.exit(done.returncode)\n",
    )
    result = semgrep(tree({"app.py": VIEWS, "other.py": EVAL}))
    details = {
        "semgrep ran out of time on it with the rule slow",
        "semgrep ran out of time while it followed values through the function at line 4",
    }
    assert {(gap.reason, gap.path, gap.detail) for gap in result.gaps} == {
        (GapReason.TIMEOUT, "app.py", each) for each in details
    }
    assert result.covered == {"other.py"}


def test_an_unfolded_file_that_semgrep_had_no_time_for_is_said(
    tree: Tree, semgrep: Look, late: Callable[..., None]
) -> None:
    """It only adds to what is seen of the file itself."""
    late("/unfolded-0.py", "True")
    result = semgrep(tree({"app.py": VIEWS}))
    assert (result.gaps, result.covered) == ((), {"app.py"})
    assert result.notes == ("1 file was not looked at unfolded by every rule",)


def test_a_semgrep_that_does_not_say_where_it_had_no_time_is_not_believed(
    tree: Tree, semgrep: Look, toolbox: Toolbox
) -> None:
    toolbox.fake(
        "semgrep",
        "import json\ndone = subprocess.run([REAL, *sys.argv[1:]], stdout=subprocess.PIPE)\n"
        "report = json.loads(done.stdout)\ndel report['time']\nprint(json.dumps(report))\n",
    )
    result = semgrep(tree({"app.py": EVAL}))
    assert {(gap.reason, gap.path) for gap in result.gaps} == {(GapReason.MALFORMED, None)}
    assert result.covered == set()
