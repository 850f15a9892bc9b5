"""The documents say what is true: their commands run, their policies can be used, their files are there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import msgspec
import pytest

from devsecgate import discovery
from devsecgate.cli import devsecgate as group
from devsecgate.model import GapReason
from devsecgate.policy.document import Document

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_NOT_RUN = re.compile(r"^(git clone|cd |python3 -m venv|pip install)")
"""Commands that fetch or install; tests/test_install.py installs for real."""
RUN = (
    "README.md",
    "docs/dependencies.md",
    "docs/doctor.md",
    "docs/gitlab.md",
    "docs/policy.md",
    "docs/recipes.md",
    "docs/reports.md",
    "docs/rules.md",
    "docs/scanners.md",
)
"""Documents with `console` blocks, which are run."""
DOCUMENTS = (*RUN, "docs/github.md", "docs/intel.md", "policies/README.md")
TEMPLATES = {"github.yml": "docs/github.md", "gitlab.yml": "docs/gitlab.md"}
"""What `devsecgate init` writes, and where its text is shown first."""
_ANY_FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CALL = re.compile(r"(?<![\w./-])devsecgate((?: +[a-z][a-z-]*(?![\w./]))+)([^\n`#|;]*)")
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def blocks(document: Path, language: str) -> list[str]:
    found = _FENCE.findall(document.read_text(encoding="utf-8"))
    return [text for kind, text in found if kind == language]


def commands(document: Path) -> list[tuple[str, int]]:
    """Each command of the document's `console` blocks, with the exit code that stands behind it."""
    found = []
    for block in blocks(document, "console"):
        for line in block.splitlines():
            command, _, comment = line.removeprefix("$ ").partition("  # ")
            code = re.search(r"exit (\d+)", comment)
            if line.startswith("$ ") and not _NOT_RUN.match(command):
                found.append((command, int(code[1]) if code else 0))
    return found


@pytest.mark.parametrize("name", RUN)
def test_every_command_of_a_document_ends_as_it_says(name: str, repository: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(repository / "examples" / "shop", project / "examples" / "shop")
    (project / "app.py").write_text("VALUE = 1\n")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    wanted = commands(repository / name)
    assert wanted
    for command, code in wanted:
        argv = command.split()
        folder = project
        if argv[0] == "make":
            folder, argv = repository, [*argv, f"VENV={sys.prefix}"]
        done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_policy_in_a_document_can_be_used(name: str, repository: Path, tmp_path: Path) -> None:
    (tmp_path / "our-linter").write_text("")
    (tmp_path / "security" / "rules").mkdir(parents=True)
    for block in blocks(repository / name, "yaml"):
        if not block.startswith("version: 1"):
            continue
        (tmp_path / "policy.yaml").write_text(block)
        argv = [sys.executable, "-m", "devsecgate", "policy", "check", "policy.yaml"]
        done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{block}\n{done.stderr}"


def test_the_rule_of_the_document_meets_its_own_test(
    repository: Path, program: Callable[[str], str], tmp_path: Path
) -> None:
    document = repository / "docs" / "rules.md"
    for folder, name, text in (
        ("rules", "shop.yaml", next(block for block in blocks(document, "yaml") if block.startswith("rules:"))),
        ("tests", "shop.py", blocks(document, "python")[0]),
    ):
        (tmp_path / "security" / folder).mkdir(parents=True)
        (tmp_path / "security" / folder / name).write_text(text)
    argv = [
        "scan",
        "--test",
        "--metrics=off",
        "--disable-version-check",
        "--config",
        "security/rules",
        "security/tests",
    ]
    done = subprocess.run([program("semgrep"), *argv], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "1/1: ✓ All tests passed" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.parametrize(("template", "name"), TEMPLATES.items())
def test_what_init_writes_is_what_a_document_shows(template: str, name: str, repository: Path) -> None:
    written = (repository / "devsecgate" / "cli" / "templates" / template).read_text(encoding="utf-8")
    assert blocks(repository / name, "yaml")[0] == written


@pytest.mark.parametrize("name", [*RUN, "docs/intel.md", "policies/README.md"])
def test_every_command_and_flag_that_a_document_names_is_there(name: str, repository: Path) -> None:
    text = (repository / name).read_text(encoding="utf-8")
    places = [*_ANY_FENCE.findall(text), *re.findall(r"`([^`\n]*(?:\n[^`\n]+)?)`", _ANY_FENCE.sub("", text))]
    wrong, found = [], 0
    for place in places:
        for words, rest in _CALL.findall(re.sub(r"\\+\n\s*", " ", place)):
            command: click.Command = group
            for word in words.split():
                if not isinstance(command, click.Group):
                    break
                named = command.get_command(click.Context(command), word)
                if named is None:
                    wrong.append(f"{words}: no such command")
                    break
                command = named
            known = {flag for option in command.params for flag in (*option.opts, *option.secondary_opts)} | {"--help"}
            wrong += [f"{words} {flag}" for flag in _FLAG.findall(rest) if flag not in known]
            found += 1
    assert wrong == []
    assert found > 0


def test_the_policy_document_names_every_key_profile_and_reason(repository: Path) -> None:
    text = (repository / "docs" / "policy.md").read_text(encoding="utf-8")
    keys = {field.name for field in msgspec.structs.fields(Document)}
    profiles = {file.stem for file in (repository / "policies").glob("*.yaml")}
    reasons = {reason.value for reason in GapReason}
    assert {word for word in keys | profiles | reasons if f"`{word}`" not in text} == set()


def test_the_readme_names_every_scanner_and_every_kind_of_report(repository: Path) -> None:
    text = (repository / "README.md").read_text(encoding="utf-8")
    names = {*discovery.scanners(()), *discovery.kinds()}
    assert {name for name in names if f"`{name}`" not in text} == set()


@pytest.mark.parametrize("name", [*DOCUMENTS, "CONTRIBUTING.md", "SECURITY.md"])
def test_every_file_that_a_document_names_is_there(name: str, repository: Path) -> None:
    text = (repository / name).read_text(encoding="utf-8")
    named = {
        *re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", text),
        *re.findall(r"`((?:devsecgate|tests|policies|docs|benchmarks|requirements|examples)/[\w./-]*)`", text),
    }
    places = {word: (repository / Path(name).parent / word, repository / word) for word in named}
    assert {word for word, (beside, below) in places.items() if not beside.exists() and not below.exists()} == set()


def test_every_module_of_the_package_has_its_place_in_the_house(repository: Path) -> None:
    text = (repository / "CONTRIBUTING.md").read_text(encoding="utf-8")
    package = repository / "devsecgate"
    modules = {f"{file.name}" for file in package.glob("*.py") if not file.name.startswith("__")}
    rooms = {f"{folder.name}/" for folder in package.iterdir() if (folder / "__init__.py").is_file()}
    assert {name for name in modules | rooms if f"`{name}`" not in text} == set()


def test_no_file_names_a_registry_or_a_folder_of_a_machine(repository: Path, program: object) -> None:
    del program
    hosts = ("py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js.org", "deb.debian" + ".org")
    paths = re.compile(rb"(?<![\w.-])/(?:work|farm|home/[a-z]+|root)/")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=repository, capture_output=True, check=True).stdout
    wrong = []
    for name in listed.decode().split("\0"):
        file = repository / name
        if name and file.is_file() and name != "tests/test_documents.py":
            data = file.read_bytes()
            wrong += [f"{name}: {host}" for host in hosts if host.encode() in data]
            wrong += [f"{name}: {match.group().decode()}" for match in paths.finditer(data)]
    assert wrong == []
