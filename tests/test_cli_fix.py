"""`devsecgate fix` on real trees: what it shows, what it writes, how it ends, and that the gate then passes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
Tree = Callable[[dict[str, str | bytes]], Path]

VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


@pytest.fixture
def devsecgate(tmp_path: Path) -> Run:
    """Run the command with a home of its own."""

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
        return subprocess.run(
            [sys.executable, "-m", "devsecgate", *map(str, arguments)],
            cwd=tmp_path,
            env={**clean, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def advisories(tmp_path: Path) -> Path:
    """jinja2 is fixed in 3.1.6, pyyaml in 6.0, left-pad nowhere; each is critical."""
    events = {"jinja2": [{"fixed": "3.1.6"}], "pyyaml": [{"fixed": "6.0"}], "left-pad": []}
    folder = tmp_path / "advisories" / "PyPI"
    folder.mkdir(parents=True)
    for number, (name, ends) in enumerate(events.items(), start=1):
        record = {
            "id": f"PYSEC-2026-{number}",
            "modified": "2026-01-01T00:00:00Z",
            "aliases": [f"CVE-2026-{number}"],
            "severity": [{"type": "CVSS_V3", "score": VECTOR}],
            "affected": [
                {
                    "package": {"ecosystem": "PyPI", "name": name},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, *ends]}],
                }
            ],
        }
        (folder / f"PYSEC-2026-{number}.json").write_text(json.dumps(record))
    return folder.parent


@pytest.fixture
def fix(devsecgate: Run, advisories: Path) -> Run:
    """Fix a project without the network."""

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return devsecgate("fix", *arguments, "--offline", "--advisories", advisories, **environment)

    return run


def test_without_write_the_diff_is_shown_and_nothing_changes(fix: Run, tree: Tree) -> None:
    root = tree({"requirements.txt": "jinja2==3.1.4  # why\n"})
    done = fix(root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "--- a/requirements.txt\n"
        "+++ b/requirements.txt\n"
        "@@ -1 +1 @@\n"
        "-jinja2==3.1.4  # why\n"
        "+jinja2==3.1.6  # why\n"
        "\n"
        "To change (1)\n"
        "  requirements.txt:1  jinja2 3.1.4 → 3.1.6  CVE-2026-1\n"
        "\n"
        "To run after that, in this order (1)\n"
        "  pip install --dry-run --ignore-installed -r ./requirements.txt\n"
        "\n"
        "Nothing was written: --write does it.\n"
    )
    assert (root / "requirements.txt").read_bytes() == b"jinja2==3.1.4  # why\n"


def test_what_is_written_passes_the_gate(fix: Run, devsecgate: Run, advisories: Path, tree: Tree) -> None:
    root = tree({"requirements.txt": b"\xef\xbb\xbfjinja2==3.1.4\r\npyyaml==5.3.1", "app.py": "VALUE = 1\n"})
    gate = ("gate", root, "--offline", "--advisories", advisories, "--quiet")
    assert devsecgate(*gate).returncode == 1
    done = fix(root, "--write")
    assert done.returncode == 0
    assert "pyyaml 5.3.1 → 6.0  MAJOR VERSION" in done.stdout
    assert (root / "requirements.txt").read_bytes() == b"\xef\xbb\xbfjinja2==3.1.6\r\npyyaml==6.0"
    assert devsecgate(*gate).returncode == 0


def test_a_second_run_has_nothing_to_do(fix: Run, tree: Tree) -> None:
    root = tree({"requirements.txt": "jinja2==3.1.4\n"})
    fix(root, "--write")
    done = fix(root, "--write")
    assert (done.returncode, done.stdout) == (0, "\nNo package has a known vulnerability that is not waived.\n")


def test_a_blocking_package_without_a_fix_is_named_and_ends_in_1(fix: Run, tree: Tree) -> None:
    root = tree({"requirements.txt": "left-pad==1.0\njinja2==3.1.4\n"})
    done = fix(root, "--write")
    assert done.returncode == 1
    assert (
        "Left (1)\n  requirements.txt:1  left-pad 1.0  BLOCKS  CVE-2026-3: no version is known that fixes all of this: "
        "replace it, or waive this with a reason and a date\n"
    ) in done.stdout
    assert (root / "requirements.txt").read_text() == "left-pad==1.0\njinja2==3.1.6\n"


def test_minor_only_leaves_another_major_version_out_and_names_it(fix: Run, tree: Tree) -> None:
    root = tree({"requirements.txt": "pyyaml==5.3.1\njinja2==3.1.4\n"})
    done = fix(root, "--write", "--minor-only")
    assert done.returncode == 1
    assert "CVE-2026-2: 6.0 is another major version, which --minor-only leaves out" in done.stdout
    assert (root / "requirements.txt").read_text() == "pyyaml==5.3.1\njinja2==3.1.6\n"


def test_only_the_packages_that_are_named_are_upgraded(fix: Run, tree: Tree) -> None:
    root = tree({"requirements.txt": "PyYAML==5.3.1\njinja2==3.1.4\n"})
    assert fix(root, "--write", "--package", "PyYAML").returncode == 0
    assert (root / "requirements.txt").read_text() == "PyYAML==6.0\njinja2==3.1.4\n"


def test_a_package_that_nothing_names_is_a_mistake(fix: Run, tree: Tree) -> None:
    done = fix(tree({"requirements.txt": "jinja2==3.1.4\n"}), "--package", "jinja")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--package jinja: no manifest names it" in done.stderr


def test_a_gap_ends_in_3_and_is_told_under_every_policy(fix: Run, tree: Tree) -> None:
    root = tree(
        {"requirements.txt": "jinja2==3.1.4\nflask\n", ".devsecgate.yaml": "version: 1\nname: x\nextends: strict\n"}
    )
    done = fix(root)
    assert done.returncode == 3
    assert "Not seen: there may be more to fix (1)\n  requirements.txt: line 2: flask is not pinned" in done.stdout


def test_the_lock_is_never_changed_and_its_command_is_told(fix: Run, tree: Tree) -> None:
    lock = (
        'version = 1\n\n[[package]]\nname = "shop"\nsource = { virtual = "." }\n'
        'dependencies = [{ name = "jinja2" }]\n\n'
        '[[package]]\nname = "jinja2"\nversion = "3.1.4"\nsource = { registry = "https://registry.example/simple" }\n'
    )
    root = tree({"uv.lock": lock, "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["jinja2<3.1.5"]\n'})
    done = fix(root, "--write")
    assert done.returncode == 0
    assert "To run after that, in this order (1)\n  uv lock --upgrade-package jinja2==3.1.6\n" in done.stdout
    assert (root / "uv.lock").read_text() == lock
    assert '"jinja2<3.1.7"' in (root / "pyproject.toml").read_text()


def test_what_is_waived_is_left_alone(fix: Run, tree: Tree) -> None:
    until = date.today() + timedelta(days=30)
    policy = (
        "version: 1\nname: x\nextends: default\nwaivers:\n  - advisory: CVE-2026-1\n    package: jinja2\n"
        f"    owner: dana@team.example\n    reason: only our own templates\n    expires: {until}\n"
    )
    root = tree({"requirements.txt": "jinja2==3.1.4\n", ".devsecgate.yaml": policy})
    done = fix(root)
    assert (done.returncode, done.stdout) == (0, "\nNo package has a known vulnerability that is not waived.\n")


def test_hostile_lines_of_the_tree_act_on_no_terminal_and_no_runner(fix: Run, tree: Tree) -> None:
    root = tree({"requirements.txt": "# \x1b[31m\u202e\n::error::pwned\n##[error]\njinja2==3.1.4\n"})
    text = fix(root, FORCE_COLOR="1").stdout
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert re.findall(r"[\x1b\u202e]", plain) == []
    assert re.findall(r"^[ +-]?\s*::|##\[", plain, re.MULTILINE) == []
    assert "\\x1b[31m\\u202e" in plain


def test_colour_is_for_those_who_want_it(fix: Run, tree: Tree) -> None:
    root = tree({"requirements.txt": "jinja2==3.1.4\n"})
    assert "\x1b[32m+jinja2==3.1.6" in fix(root, FORCE_COLOR="1").stdout
    assert "\x1b[3" not in fix(root, FORCE_COLOR="1", NO_COLOR="1").stdout
    assert "\x1b" not in fix(root).stdout


def test_a_manifest_behind_a_link_that_leads_out_is_not_written(fix: Run, tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "base.list").write_text("jinja2==3.1.4\n")
    root = tree({"requirements.txt": "-r base.list\n"})
    (root / "base.list").symlink_to(tmp_path / "base.list")
    assert fix(root, "--write").returncode == 3
    assert (tmp_path / "base.list").read_text() == "jinja2==3.1.4\n"


def test_the_example_is_fixed_and_the_gate_has_nothing_more_to_say_of_its_packages(
    devsecgate: Run, repository: Path, tmp_path: Path
) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(repository / "examples" / "shop", shop)
    records = ("--offline", "--advisories", shop / "advisories")
    done = devsecgate("fix", shop, "--write", *records)
    assert done.returncode == 0, done.stdout
    assert (
        "To run after that, in this order (2)\n  npm install --package-lock-only\n"
        "  pip install --dry-run --ignore-installed -r ./requirements.txt\n"
    ) in done.stdout
    for name in ("package.json", "package-lock.json"):  # what npm would do to the lockfile
        (shop / name).write_text((shop / name).read_text().replace("3.4.1", "3.5.0"))
    report = tmp_path / "report.json"
    assert devsecgate("gate", shop, *records, "--quiet", f"--report=json={report}").returncode == 1
    document = json.loads(report.read_bytes())
    assert [each["message"] for each in document["issues"] if each["kind"] == "dependency"] == []
    assert [each["detail"] for each in document["gaps"] if each["scanner"] == "dependencies"] == []
    before = (repository / "examples/shop/requirements.txt").read_text().splitlines()
    after = (shop / "requirements.txt").read_text().splitlines()
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == [
        ("flask-cors==4.0.1", "flask-cors==4.0.2"),
        ("jinja2==3.1.4", "jinja2==3.1.6"),
        ("pillow==10.0.0", "pillow==10.3.0"),
        ("pyyaml==5.3.1", "pyyaml==5.4"),
        ("requests==2.31.0", "requests==2.32.4"),
        ("werkzeug==3.1.3", "werkzeug==3.1.6"),
    ]


def test_the_help_lists_every_exit_code_and_an_example(devsecgate: Run) -> None:
    text = devsecgate("fix", "--help").stdout
    assert re.findall(r"^    (\d)  ", text, re.MULTILINE) == ["0", "1", "2", "3"]
    assert "    devsecgate fix src --advisories osv/ --offline --write\n" in text
