"""`devsecgate init` writes a first policy that can be used, wherever it is run, and takes nothing away."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from devsecgate import policy
from devsecgate.policy.loading import NAMES, PROFILES

Command = Callable[..., subprocess.CompletedProcess[str]]

POLICY = ".devsecgate.yaml"
SCHEMA = ".devsecgate.schema.json"
EXAMPLE = re.compile(r"^# ( *(?:- )?[a-z_]+:)", re.MULTILINE)
FOLDERS = {
    "shop": "shop",
    "My Shop_2": "my-shop-2",
    'it\'s "quoted"': "it-s-quoted",
    "two\nlines\r\n": "two-lines",
    "a: b # c": "a-b-c",
    "{name} {profile}": "name-profile",
    "back\\slash %s": "back-slash-s",
    "-- -x": "x",
    "2026-site": "site",
    "true": "true",
    "null": "null",
    "Übung": "ubung",
    "магазин": "project",
    "店 \u202e 😀": "project",
    "\t\u2028\u0085": "project",
    os.fsdecode(b"caf\xe9"): "caf",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "shop"
    made.mkdir()
    return made


def test_init_writes_a_policy_and_its_schema_and_says_so(folder: Path, devsecgate: Command) -> None:
    done = devsecgate("init", folder)
    said = f"wrote {folder / POLICY} and {folder / SCHEMA}; next: devsecgate gate {folder}\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
    assert sorted(path.name for path in folder.iterdir()) == [SCHEMA, POLICY]
    assert (folder / SCHEMA).read_bytes() == policy.schema()
    lines = (folder / POLICY).read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"# yaml-language-server: $schema=./{SCHEMA}"
    assert lines[2:5] == ["version: 1", 'name: "shop"', "extends: default"]


def test_init_without_a_path_writes_here(folder: Path, devsecgate: Command) -> None:
    done = devsecgate("init", cwd=folder)
    assert (done.returncode, done.stdout) == (0, f"wrote {POLICY} and {SCHEMA}; next: devsecgate gate .\n")
    assert 'name: "shop"' in (folder / POLICY).read_text(encoding="utf-8")


def test_what_the_terminal_cannot_spell_is_shown_as_an_escape(tmp_path: Path, devsecgate: Command) -> None:
    (tmp_path / "größe").mkdir()
    done = devsecgate("init", "größe", cwd=tmp_path, PYTHONIOENCODING="iso8859-5")
    said = f"wrote gr\\xf6\\xdfe/{POLICY} and gr\\xf6\\xdfe/{SCHEMA}; next: devsecgate gate gr\\xf6\\xdfe\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")


@pytest.mark.parametrize("profile", PROFILES)
def test_what_init_wrote_can_be_used(profile: str, folder: Path, devsecgate: Command) -> None:
    assert devsecgate("init", folder, "--profile", profile).returncode == 0
    done = devsecgate("policy", "check", "--path", folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"shop: {POLICY} > {profile}: can be used (sha256 ")


@pytest.mark.parametrize("profile", PROFILES)
def test_the_examples_in_it_can_be_used_too(profile: str, folder: Path, devsecgate: Command) -> None:
    devsecgate("init", folder, "--profile", profile)
    text, examples = EXAMPLE.subn(r"\1", (folder / POLICY).read_text(encoding="utf-8"))
    (folder / POLICY).write_text(text, encoding="utf-8")
    done = devsecgate("policy", "check", "--path", folder)
    assert (done.returncode, done.stderr) == (0, "")
    values = yaml.safe_load(text)
    wanted = {"version", "name", "extends", "waivers"} | (set() if profile == "strict" else {"first_party", "gaps"})
    assert set(values) == wanted
    assert values["waivers"][0]["expires"] - date.today() in (timedelta(days=89), timedelta(days=90))
    assert examples == (6 if profile == "strict" else 12)


def test_a_project_can_be_gated_right_after(project: Path, advisories: Path, devsecgate: Command) -> None:
    devsecgate("init", project)
    done = devsecgate("gate", project, "--offline", "--advisories", advisories)
    assert (done.returncode, done.stderr) == (0, "")
    assert "policy tree (" in done.stdout


@pytest.mark.parametrize(("name", "word"), FOLDERS.items(), ids=[repr(name) for name in FOLDERS])
def test_any_folder_name_gives_a_policy_that_can_be_used(
    name: str, word: str, tmp_path: Path, devsecgate: Command
) -> None:
    place = tmp_path / "folders" / name
    try:
        place.mkdir(parents=True)
    except OSError:
        pytest.skip("this file system refuses such a name")
    done = devsecgate("init", place)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1
    values = yaml.safe_load((place / POLICY).read_text(encoding="utf-8"))
    assert values == {"version": 1, "name": word, "extends": "default"}
    assert devsecgate("policy", "check", cwd=place).stdout.startswith(f"{word}: ")


@pytest.mark.parametrize("name", NAMES)
def test_init_keeps_a_policy_that_is_there(name: str, folder: Path, devsecgate: Command) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("version: 1\nname: mine\n", encoding="utf-8")
    done = devsecgate("init", folder)
    said = f"devsecgate: {folder / name}: there is a policy already\n  Edit it, or remove it first.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
    assert (folder / name).read_text(encoding="utf-8") == "version: 1\nname: mine\n"
    assert [path for path in folder.rglob("*") if path.is_file()] == [folder / name]


def test_init_twice_changes_nothing(folder: Path, devsecgate: Command) -> None:
    devsecgate("init", folder, "--profile", "strict")
    before = (folder / POLICY).read_bytes()
    assert devsecgate("init", folder).returncode == 2
    assert (folder / POLICY).read_bytes() == before


def test_init_keeps_a_link_that_leads_nowhere(folder: Path, devsecgate: Command) -> None:
    (folder / POLICY).symlink_to(folder / "elsewhere")
    assert devsecgate("init", folder).returncode == 2
    assert not (folder / "elsewhere").exists()


def test_init_writes_through_no_link(folder: Path, tmp_path: Path, devsecgate: Command) -> None:
    (tmp_path / "precious").write_text("mine", encoding="utf-8")
    (folder / SCHEMA).symlink_to(tmp_path / "precious")
    assert devsecgate("init", folder).returncode == 0
    assert (tmp_path / "precious").read_text(encoding="utf-8") == "mine"
    assert (folder / SCHEMA).read_bytes() == policy.schema()


def test_a_place_that_cannot_be_written_is_told_and_no_half_is_left(folder: Path, devsecgate: Command) -> None:
    (folder / SCHEMA).mkdir()
    done = devsecgate("init", folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"devsecgate: {folder / SCHEMA}: the policy cannot be written: ")
    assert not (folder / POLICY).exists()


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_a_path_that_is_no_folder_is_a_mistake(name: str, tmp_path: Path, devsecgate: Command) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = devsecgate("init", tmp_path / name)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error: Invalid value for '[PATH]': Directory" in done.stderr
