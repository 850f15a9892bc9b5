"""What the pack for Python promises beside what every pack does (`test_rules.py`)."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rule_packs
from rule_packs import PACKS, REPOSITORY, files_below
from views import VIEWS

PACK = PACKS["python"]
NATIVE = PACK.scanner.engines[0]
_EVERY_SINK = """\
import os, pickle, random, subprocess, requests, yaml
from flask import redirect, render_template_string, request, session


def sinks(path, logger, cursor, conn, tree):
    open(path), os.system(path), cursor.execute(path), redirect(path), requests.get(path), eval(path)
    logger.info(path), conn.search(path, path), tree.xpath(path), render_template_string(path), pickle.loads(path)
    session["path"] = path


"""
_ROW = re.compile(r"^\| [^|]+ \| `(?P<path>[^`]+)` \| `(?P<code>[^`]+)` (?P<rest>\|.*)$")


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
    seen = rule_packs.scan(program, PACK, NATIVE, root, files_below(root))
    too_wide = "more values than semgrep follows in one function: main; take it apart"
    assert [(gap.path, gap.detail) for gap in seen.gaps] == [("parameters.py", too_wide)]
    assert seen.covered == {f"{name}.py" for name in long} - {"parameters.py"}


def shop_rows(shop: Path) -> Iterator[re.Match[str]]:
    for line in (shop / "README.md").read_text(encoding="utf-8").splitlines():
        match = _ROW.match(line)
        if match is not None and match["path"].endswith(".py"):
            yield match


def test_the_holes_of_the_example_are_found_and_what_only_looks_wrong_is_not(
    program: Callable[[str], str], tmp_path: Path
) -> None:
    shop = REPOSITORY / "examples" / "shop"
    shutil.copytree(shop, tmp_path / "shop")
    seen = rule_packs.scan(program, PACK, NATIVE, tmp_path / "shop", files_below(tmp_path / "shop", "*.py"))
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


@pytest.mark.parametrize(
    ("left_out", "lines"),
    [("nothing", {7, 15, 18, 27, 45, 56, 58}), ("unfolded-", {15, 18, 27, 56, 58})],
    ids=["looked at", "not looked at"],
)
def test_a_way_through_functions_is_found_beside_all_that_a_rule_says_of_the_file_itself(
    left_out: str, lines: set[int], program: Callable[[str], str], tmp_path: Path
) -> None:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "app.py").write_text(VIEWS)
    wrapper = tmp_path / "semgrep"
    wrapper.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        f"os.execv({program('semgrep')!r}, [each for each in sys.argv if {left_out!r} not in each])\n"
    )
    wrapper.chmod(0o755)
    seen = rule_packs.scan(lambda name: str(wrapper), PACK, NATIVE, root, ["./app.py"])
    assert {each.location.line for each in seen.findings if each.rule == "python-command-injection"} == lines
    assert [gap.path for gap in seen.gaps] == ([] if left_out == "nothing" else ["app.py"])
