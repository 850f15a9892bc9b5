"""Our SBOM names the packages that the reference generator for Python, cyclonedx-py, reads from the same manifests."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from packageurl import PackageURL
from packaging.utils import canonicalize_name

_REQUIREMENTS = """\
flask==3.0.0
# a comment
Jinja2==3.1.4 ; python_version >= "3.8"
typing_extensions==4.12.2 \\
    --hash=sha256:04e5ca0351e0f3f85c6853954072df659d0d13fac324d0072316b67d7794700d
zope.interface==6.4.post2
"""
_POETRY_PROJECT = """\
[tool.poetry]
name = "thing"
version = "1.0"
description = ""
authors = []

[tool.poetry.dependencies]
python = ">=3.11"
flask = "^3.0"
"""
_POETRY_LOCK = """\
[[package]]
name = "flask"
version = "3.0.0"
description = ""
optional = false
python-versions = ">=3.8"
files = []

[package.dependencies]
Jinja2 = ">=3.1.2"

[[package]]
name = "jinja2"
version = "3.1.4"
description = ""
optional = false
python-versions = ">=3.7"
files = []

[metadata]
lock-version = "2.0"
python-versions = ">=3.11"
content-hash = "0000000000000000000000000000000000000000000000000000000000000000"
"""
_PIPFILE_LOCK = json.dumps(
    {
        "_meta": {"hash": {"sha256": "0" * 64}, "pipfile-spec": 6, "requires": {}, "sources": []},
        "default": {"flask": {"hashes": [], "version": "==3.0.0"}, "jinja2": {"hashes": [], "version": "==3.1.4"}},
        "develop": {},
    }
)
_PROJECTS: dict[str, tuple[dict[str, str | bytes], tuple[str, ...]]] = {
    "requirements": ({"requirements.txt": _REQUIREMENTS}, ("requirements", "requirements.txt")),
    "poetry": ({"pyproject.toml": _POETRY_PROJECT, "poetry.lock": _POETRY_LOCK}, ("poetry",)),
    "pipenv": ({"Pipfile": '[packages]\nflask = "==3.0.0"\n', "Pipfile.lock": _PIPFILE_LOCK}, ("pipenv",)),
}


def purls(document: bytes) -> set[str]:
    """Every component's purl, its name as PEP 503 has it: the reference leaves dots in names, OSV does not."""
    found = (PackageURL.from_string(part["purl"]) for part in json.loads(document).get("components", ()))
    return {f"pkg:{each.type}/{canonicalize_name(each.name)}@{each.version}" for each in found}


@pytest.mark.parametrize("kind", _PROJECTS)
def test_our_sbom_names_the_packages_of_the_reference(
    kind: str, tree: Callable[[dict[str, str | bytes]], Path], program: Callable[[str], str], tmp_path: Path
) -> None:
    files, arguments = _PROJECTS[kind]
    root, ours = tree(files), tmp_path / "ours.json"
    argv = [program("cyclonedx-py"), *arguments, "--sv", "1.6", "--of", "JSON", "--no-validate", "-o", "-"]
    reference = subprocess.run(argv, cwd=root, capture_output=True, check=True).stdout
    gate = [sys.executable, "-m", "devsecgate", "gate", str(root), "--offline", "--quiet"]
    done = subprocess.run([*gate, "--report", f"cyclonedx={ours}"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 3, done.stderr  # offline and without records, dependencies are a gap
    wanted = purls(reference)
    assert len(wanted) >= 2
    assert purls(ours.read_bytes()) == wanted
