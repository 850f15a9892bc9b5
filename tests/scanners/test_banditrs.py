"""Banditrs stands in for bandit: what the two say differently is known by name, and a policy can refuse the former."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import pytest
from msgspec.structs import replace

from devsecgate import gate
from devsecgate.model import Finding, GapReason, ScanResult

Tree = Callable[[dict[str, str | bytes]], Path]
Scan = Callable[..., dict[str, ScanResult]]


class Toolbox(Protocol):
    """The fixture: a folder of programs, each of which can be replaced."""

    def fake(self, tool: str, code: str) -> None: ...
    def remove(self, tool: str) -> None: ...


CORPORA = ("devsecgate", "shop", "click", "jinja2", "requests", "rich")


@dataclass(frozen=True)
class Difference:
    """One finding that both engines have, at other columns."""

    corpus: str
    rule: str
    path: str


BEFORE_3_12 = frozenset(
    {
        Difference("shop", "B608", "shop/catalogue.py"),
        Difference("shop", "B608", "shop/db.py"),
    }
)
"""Text in an f-string: until PEP 701 (3.12), Python gives the place of the whole f-string; banditrs never does."""
EXPECTED = BEFORE_3_12 if sys.version_info < (3, 12) else frozenset()


@pytest.fixture(autouse=True)
def _both_engines(program: Callable[[str], str]) -> None:
    program("banditrs")
    program("bandit")


@pytest.fixture(scope="session")
def corpus(repository: Path) -> Callable[[str], Path]:
    def folder(name: str) -> Path:
        if name == "shop":
            return repository / "examples" / "shop"
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        return Path(spec.origin).parent

    return folder


def _both(scan: Scan, root: Path) -> tuple[ScanResult, ScanResult]:
    """Give what banditrs and what bandit say."""
    fast = scan(root, "bandit", refused=["bandit"])["bandit"]
    reference = scan(root, "bandit", refused=["banditrs"], processors=2)["bandit"]
    assert (fast.engine, reference.engine) == ("banditrs", "bandit")
    return fast, reference


def _without_columns(found: Finding) -> Finding:
    return replace(found, location=replace(found.location, column=None, end_column=None))


@pytest.mark.parametrize("name", CORPORA)
def test_both_engines_say_the_same_of(name: str, scan: Scan, corpus: Callable[[str], Path]) -> None:
    fast, reference = _both(scan, corpus(name))
    assert len(reference.covered) > 10
    assert len(reference.findings) > 10
    assert (fast.gaps, fast.covered) == (reference.gaps, reference.covered)
    assert Counter(map(_without_columns, fast.findings)) == Counter(map(_without_columns, reference.findings))
    others = Counter(fast.findings) - Counter(reference.findings)
    assert {Difference(name, found.rule, found.location.path) for found in others} == {
        each for each in EXPECTED if each.corpus == name
    }


_ONLY_BANDITRS: Mapping[str, str | bytes] = {
    "an integer of 5,000 digits.py": f"x = {'1' * 5000}\neval(1)\n",
    "250 parentheses.py": f"x = {'(' * 250}1{')' * 250}\neval(1)\n",
    "101 levels.py": "".join(" " * depth + "if 1:\n" for depth in range(101)) + " " * 101 + "eval(1)\n",
    "2 byte order marks.py": b"\xef\xbb\xbf\xef\xbb\xbfx = 1\neval(1)\n",
    "20,000 terms.py": f"x = {'+'.join(['1'] * 20_000)}\neval(1)\n",
}
"""None of this is code that Python runs."""
_NEWER: Mapping[tuple[int, int], Mapping[str, str | bytes]] = {
    (3, 12): {
        "type.py": "type X = int\neval(1)\n",
        "generic.py": "class A[T]: pass\neval(1)\n",
        "quotes.py": "x = f'{'a'}'\neval(1)\n",
        "backslash.py": "x = f'{\"\\n\"}'\neval(1)\n",
        "nested.py": "x = f'{a:{b}{c:{d}}}'\neval(1)\n",
    },
    (3, 13): {"default.py": "class A[T = int]: pass\neval(1)\n"},
    (3, 14): {
        "template.py": "x = t'{a}'\neval(1)\n",
        "except.py": "try: pass\nexcept A, b: pass\neval(1)\n",
    },
}
_ONLY_BANDIT: Mapping[str, str | bytes] = {
    f"{encoding}.py": f"# coding: {encoding}\nx = 1\neval(1)\n"
    for encoding in (
        "utf-7", "unicode_escape", "raw_unicode_escape", "hz", "iso2022_jp", "idna", "johab", "mac-roman", "cp932",
    )
}  # fmt: skip
"""Encodings that Python has and banditrs has not: it says that it cannot parse them."""
_NEITHER: Mapping[str, str | bytes] = {
    "lazy.py": "lazy import os\neval(1)\n",
    "star.py": "x = [*a for a in b]\neval(1)\n",
    "broken.py": "def f(:\n",
    "nul.py": "x = 1\x00\n",
    "random.py": bytes(range(256)) * 12,
    "python 2.py": "print 'x'\n",
    "rot13.py": "# coding: rot13\nriny(1)\n",
    "bytes.py": b"x = '\xe9'\n",
}
_BOTH: Mapping[str, str | bytes] = {
    "latin-1.py": b"# coding: latin-1\nx = '\xe9'\neval(1)\n",
    "shift_jis.py": b'# coding: shift_jis\nx = "\xc2\x81\\" ; eval(1) #"\n',
    "gbk.py": b'# coding: gbk\nx = "\xe0\xa0\x81\\" ; eval(1) #"\n',
    "normalised.py": "\N{MATHEMATICAL BOLD SMALL E}val(1)\n",
    "mark.py": b"\xef\xbb\xbfeval(1)\n",
    "3.11.py": "try: pass\nexcept* E: eval(1)\n",
    "no meaning.py": "return eval(1)\nbreak\nawait x\n",
    "marked.py": "eval(1)  # nosec\n",
    "stub.pyi": "x: int = eval(1)\n",
}


def test_files_that_only_one_of_them_reads_are_known_and_are_gaps_of_the_other(tree: Tree, scan: Scan) -> None:
    newer = {added: files for added, files in _NEWER.items() if added > sys.version_info[:2]}
    only_banditrs = {**_ONLY_BANDITRS, **{name: text for files in newer.values() for name, text in files.items()}}
    everything = {**only_banditrs, **_ONLY_BANDIT, **_NEITHER, **_BOTH}
    fast, reference = _both(scan, tree(everything))
    assert fast.covered == only_banditrs.keys() | _BOTH.keys()
    assert reference.covered == _ONLY_BANDIT.keys() | _BOTH.keys()
    for result in (fast, reference):
        assert {gap.path for gap in result.gaps} == everything.keys() - result.covered
        assert {gap.reason for gap in result.gaps} <= {GapReason.UNREADABLE, GapReason.FAILED}
        assert {found.location.path for found in result.findings} == result.covered
    shared = [Counter(found for found in each.findings if found.location.path in _BOTH) for each in (fast, reference)]
    assert shared[0] == shared[1]


def _verdict(root: Path, policy: Path) -> dict[str, object]:
    """Gate a tree, and give what the verdict says of bandit."""
    answer = gate.gate(
        gate.Request(
            path=root,
            policy=policy,
            advisories=None,
            offline=True,
            reports=(("json", None),),
            today=date(2026, 1, 1),
            screen=gate.Screen(color=False, width=100, verbose=False),
        ),
        lambda name, done: None,
    )
    (result,) = [each for each in json.loads(answer.stdout[0])["scanners"] if each["scanner"] == "bandit"]
    return result


def test_the_verdict_names_the_engine_and_a_policy_can_refuse_it(tree: Tree, tmp_path: Path) -> None:
    root = tree({"app.py": "x = 1\n"})
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\nname: both\nextends: default\n")
    fast = _verdict(root, policy)
    assert (fast["engine"], fast["version"]) == ("banditrs", version("banditrs"))
    policy.write_text("version: 1\nname: reference\nextends: default\nscanners: {refuse_engines: [banditrs]}\n")
    reference = _verdict(root, policy)
    assert (reference["engine"], reference["version"]) == ("bandit", version("bandit"))


def test_where_banditrs_crashes_bandit_does_the_job_and_gives_its_own_version(
    tree: Tree, scan: Scan, toolbox: Toolbox
) -> None:
    toolbox.fake("banditrs", "if '--version' in sys.argv: print('bandit 0.2.1')\nelse: os.kill(os.getpid(), 11)\n")
    result = scan(tree({"app.py": "eval(1)\n"}), "bandit")["bandit"]
    assert (result.engine, result.version, result.canaries, result.gaps) == ("bandit", version("bandit"), 1, ())
    assert result.notes == ("banditrs refused to work; bandit did the job",)


def test_without_banditrs_bandit_does_the_job_and_nothing_is_said(tree: Tree, scan: Scan, toolbox: Toolbox) -> None:
    toolbox.remove("banditrs")
    result = scan(tree({"app.py": "eval(1)\n"}), "bandit")["bandit"]
    assert (result.engine, result.version, result.gaps, result.notes) == ("bandit", version("bandit"), (), ())


def test_where_one_share_is_refused_both_engines_and_their_versions_are_named(
    tree: Tree, scan: Scan, toolbox: Toolbox
) -> None:
    toolbox.fake("banditrs", "if './00.py' in sys.argv: sys.exit(3)\nos.execv(REAL, [REAL, *sys.argv[1:]])\n")
    root = tree({f"{number:02}.py": "eval(1)\n" for number in range(12)})
    result = scan(root, "bandit", processors=2)["bandit"]
    assert (result.engine, result.version) == ("banditrs, bandit", f"{version('banditrs')}, {version('bandit')}")
    assert (result.canaries, len(result.covered), result.gaps) == (1, 12, ())
    assert result.notes == ("banditrs refused to work; bandit did the job",)


def test_without_both_the_reference_is_missing(tree: Tree, scan: Scan, toolbox: Toolbox) -> None:
    toolbox.remove("banditrs")
    toolbox.remove("bandit")
    (gap,) = scan(tree({"app.py": "eval(1)\n"}), "bandit", refused=["banditrs"])["bandit"].gaps
    detail = "bandit is not installed, or not executable; install it: pip install bandit"
    assert (gap.reason, gap.detail) == (GapReason.MISSING, detail)
