"""The same commit and policy have the same judgement on a laptop, in GitLab's job and in GitHub's action."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import gitlab_local
import pytest
import runner
import yaml
from runner import Project

from devsecgate import seal

ADVISORY = {
    "id": "PYSEC-2020-1",
    "modified": "2020-01-01T00:00:00Z",
    "affected": [{"package": {"ecosystem": "PyPI", "name": "acme-parser"}, "versions": ["1.0"]}],
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
}
FILES = {
    "shop/app.py": "import os\n\nos.system('ls ' + input())\n",
    "shop/broken.py": "def (:\n",
    "requirements.txt": "acme-parser==1.0\n",
    ".devsecgate.yaml": "version: 1\nname: own\nextends: strict\n",
}


@pytest.fixture(scope="module")
def advisories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of records, at the same place for all three."""
    folder = tmp_path_factory.mktemp("advisories")
    (folder / "PyPI").mkdir()
    with zipfile.ZipFile(folder / "PyPI" / "all.zip", "w") as archive:
        archive.writestr("PYSEC-2020-1.json", json.dumps(ADVISORY))
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workflow leaves the action's report, for the runner's own folder is gone when it ends."""
    return tmp_path_factory.mktemp("kept") / "gate.json"


@pytest.fixture(scope="module")
def commit(tmp_path_factory: pytest.TempPathFactory, repository: Path, advisories: Path, kept: Path) -> Project:
    """The commit that all three judge; it holds both pipelines."""
    inputs = {"install": "devsecgate --version", "advisories": str(advisories), "offline": True, "base": "none"}
    template = "templates/gate/template.yml"
    pipelines = {
        template: (repository / template).read_text(encoding="utf-8"),
        ".gitlab-ci.yml": yaml.safe_dump({"include": [{"local": template, "inputs": inputs}]}),
        ".github/workflows/gate.yml": _workflow(advisories, kept),
    }
    return runner.make_project(tmp_path_factory.mktemp("commit"), {**FILES, **pipelines})[0]


@pytest.fixture
def clone(commit: Project, tmp_path: Path) -> Callable[[str], Project]:
    """Clone the commit, so that nobody sees what another left."""

    def make(name: str) -> Project:
        made = Project(folder=tmp_path / name)
        commit.git("clone", "--quiet", str(commit.tree), str(made.tree))
        made.git("remote", "set-url", "origin", "https://git.example/acme/app")
        return made

    return make


def _workflow(advisories: Path, kept: Path) -> str:
    inputs = {"advisories": str(advisories), "offline": "true", "base": "none", "upload-sarif": "false"}
    found = yaml.safe_load(runner.workflow(inputs))
    keep = {
        "if": "always()",
        "shell": "bash",
        "run": f"cp \"$REPORT\" '{kept}'",
        "env": {"REPORT": "${{ steps.gate.outputs.json-file }}"},
    }
    found["jobs"]["gate"]["steps"].append(keep)
    return yaml.safe_dump(found)


def on_a_laptop(made: Project, advisories: Path) -> bytes:
    """Gate it by hand, with nothing of a CI in the environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    home = made.folder / "home"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "devsecgate", "gate", "--offline", "--advisories", advisories, "--report", "json=-"],
        cwd=made.tree,
        env={"PATH": path, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")},
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


def judged(data: bytes) -> tuple[str, str, int]:
    """Give the judgement, and what must not be missing where two are compared."""
    document = json.loads(data)
    assert document["judgement"] == seal.judgement(document)
    return document["judgement"], document["target"]["revision"], document["counts"]["block"]


def test_gitlab_judges_as_a_laptop_does(clone: Callable[[str], Project], advisories: Path) -> None:
    program = gitlab_local.command()
    made = clone("gitlab")
    done = gitlab_local.run(program, made.tree, "devsecgate-scan", home=made.folder / "home")
    assert done.jobs == {"devsecgate-scan": 0}, done.told
    file = gitlab_local.artifacts(made.tree, "devsecgate-scan") / "devsecgate-reports" / "verdict.json"
    assert judged(file.read_bytes()) == judged(on_a_laptop(clone("laptop"), advisories))


def test_github_judges_as_a_laptop_does(
    clone: Callable[[str], Project],
    advisories: Path,
    kept: Path,
    repository: Path,
    tmp_path: Path,
    program: Callable[[str], str],
) -> None:
    stubs = runner.make_stubs(tmp_path / "stubs", repository)
    payload: dict[str, object] = {"before": "0" * 40, "ref": "refs/heads/main"}
    ran = runner.run([program("act")], clone("github"), "push", payload, stubs)
    assert (ran.job, ran.outputs["outcome"]) == ("failure", "fail")
    assert judged(kept.read_bytes()) == judged(on_a_laptop(clone("laptop"), advisories))


def test_another_tree_or_policy_is_another_judgement(clone: Callable[[str], Project], advisories: Path) -> None:
    same, edited, loosened = clone("same"), clone("edited"), clone("loosened")
    (edited.tree / "shop" / "more.py").write_text("VALUE = 1\n")
    (loosened.tree / ".devsecgate.yaml").write_text("version: 1\nname: own\nextends: default\n")
    found = {judged(on_a_laptop(made, advisories))[0] for made in (same, edited, loosened)}
    assert len(found) == 3
