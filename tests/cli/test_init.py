"""`devsecgate init` writes a first policy and what runs the gate, wherever it is run, and takes nothing away."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from repositories import Repository, make

from devsecgate import __version__, policy
from devsecgate.policy.loading import NAMES, PROFILES

Command = Callable[..., subprocess.CompletedProcess[str]]
Program = Callable[[str], str]

WORKFLOW = ".github/workflows/devsecgate.yml"
PIPELINE = ".gitlab-ci.yml"
HOOKS = ".pre-commit-config.yaml"
ZEROS = "0" * 40
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


@pytest.fixture
def checkout(tmp_path: Path) -> Repository:
    """A repository of git without any remote."""
    return make(tmp_path / "shop", {"app.py": "VALUE = 1\n"})


def names(folder: Path) -> set[str]:
    """Name the files below a folder, but for those of git."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if (path.is_symlink() or not path.is_dir()) and ".git/" not in f"{path.relative_to(folder)}/"
    }


def test_init_writes_a_policy_and_its_schema_and_says_so(folder: Path, devsecgate: Command) -> None:
    done = devsecgate("init", folder)
    said = f"""\
wrote {folder / SCHEMA}
wrote {folder / POLICY}
no CI file: give --ci github or --ci gitlab for one; docs/recipes.md has others
next:
  devsecgate gate {folder}: what it says today
  devsecgate baseline write {folder}: where that is more than can be mended now, so that only new issues block
  commit these files
  devsecgate doctor {folder}: whether anything lets a failure of the gate through
"""
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
    assert names(folder) == {SCHEMA, POLICY}
    assert (folder / SCHEMA).read_bytes() == policy.schema()
    lines = (folder / POLICY).read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"# yaml-language-server: $schema=./{SCHEMA}"
    assert lines[2:5] == ["version: 1", 'name: "shop"', "extends: default"]


def test_init_without_a_path_writes_here(folder: Path, devsecgate: Command) -> None:
    done = devsecgate("init", cwd=folder)
    assert (done.returncode, done.stdout.splitlines()[:2]) == (0, [f"wrote {SCHEMA}", f"wrote {POLICY}"])
    assert 'name: "shop"' in (folder / POLICY).read_text(encoding="utf-8")


def test_what_the_terminal_cannot_spell_is_shown_as_an_escape(tmp_path: Path, devsecgate: Command) -> None:
    (tmp_path / "größe").mkdir()
    done = devsecgate("init", "größe", cwd=tmp_path, PYTHONIOENCODING="iso8859-5")
    said = [f"wrote gr\\xf6\\xdfe/{SCHEMA}", f"wrote gr\\xf6\\xdfe/{POLICY}"]
    assert (done.returncode, done.stdout.splitlines()[:2], done.stderr) == (0, said, "")


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
    assert len(done.stdout.splitlines()) == 8
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
    assert done.stderr == f"devsecgate: {folder / SCHEMA}: this is there already\n  Move it out of the way.\n"
    assert not (folder / POLICY).exists()


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_a_path_that_is_no_folder_is_a_mistake(name: str, tmp_path: Path, devsecgate: Command) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = devsecgate("init", tmp_path / name)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error: Invalid value for '[PATH]': Directory" in done.stderr


# ---------------------------------------------------------------- what runs the gate


@pytest.mark.parametrize(
    ("remote", "wanted"),
    [
        ("https://github.com/acme/shop.git", {WORKFLOW}),
        ("git@github.com:acme/shop.git", {WORKFLOW}),
        ("ssh://git@GitHub.acme.example:2222/shop.git", {WORKFLOW}),
        ("https://acme.ghe.com/acme/shop", {WORKFLOW}),
        ("https://name:secret@gitlab.com/acme/shop.git", {PIPELINE}),
        ("git@gitlab.acme.example:acme/shop.git", {PIPELINE}),
        ("https://git.example/github.com/gitlab.com", set()),
        ("https://notgithub.example/acme/shop", set()),
        ("/srv/github/shop", set()),
        ("../gitlab.com/shop", set()),
        ("ext::touch pwned", set()),
    ],
)
def test_a_remote_says_which_ci_there_is_and_nothing_else(
    remote: str, wanted: set[str], checkout: Repository, devsecgate: Command
) -> None:
    checkout.git("config", "remote.upstream.url", remote)
    done = devsecgate("init", checkout.root)
    assert (done.returncode, done.stderr) == (0, "")
    assert names(checkout.root) == {"app.py", SCHEMA, POLICY, HOOKS, *wanted}
    assert "secret" not in done.stdout + "".join(
        (checkout.root / name).read_text(encoding="utf-8") for name in (*wanted, HOOKS)
    )


def test_of_two_remotes_both_count(checkout: Repository, devsecgate: Command) -> None:
    checkout.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    checkout.git("remote", "add", "mirror", "git@gitlab.com:acme/shop.git")
    assert devsecgate("init", checkout.root, "--no-hooks").returncode == 0
    assert names(checkout.root) == {"app.py", SCHEMA, POLICY, WORKFLOW, PIPELINE}


def test_folders_and_files_say_which_ci_there_is(folder: Path, devsecgate: Command) -> None:
    (folder / ".github").mkdir()
    (folder / PIPELINE).write_text("stages: [test]\n", encoding="utf-8")
    done = devsecgate("init", folder)
    assert names(folder) == {SCHEMA, POLICY, WORKFLOW, PIPELINE}
    assert (folder / PIPELINE).read_text(encoding="utf-8") == "stages: [test]\n"
    assert (
        f"""\
left as it is: {folder / PIPELINE}; what to add to it, where it is not in it yet:
    include:
      - component: $CI_SERVER_FQDN/-your-group/devsecgate/gate@{__version__}
"""
        in done.stdout
    )


def test_hooks_that_are_there_are_left_alone_and_the_lines_are_shown(folder: Path, devsecgate: Command) -> None:
    (folder / HOOKS).write_text("repos: []\n", encoding="utf-8")
    done = devsecgate("init", folder)
    assert (folder / HOOKS).read_text(encoding="utf-8") == "repos: []\n"
    assert f"left as it is: {folder / HOOKS}; " in done.stdout
    assert "          - id: devsecgate-push\n" in done.stdout


def test_what_a_flag_says_goes_before_what_is_found(checkout: Repository, devsecgate: Command) -> None:
    checkout.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    assert devsecgate("init", checkout.root, "--ci", "gitlab", "--no-hooks").returncode == 0
    assert names(checkout.root) == {"app.py", SCHEMA, POLICY, PIPELINE}


def test_none_is_no_ci_file_and_no_other(checkout: Repository, devsecgate: Command) -> None:
    checkout.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    assert devsecgate("init", checkout.root, "--ci", "none", "--ci", "github").returncode == 2
    assert names(checkout.root) == {"app.py"}
    assert devsecgate("init", checkout.root, "--ci", "none").returncode == 0
    assert names(checkout.root) == {"app.py", SCHEMA, POLICY, HOOKS}


def test_flags_write_all_where_nothing_is_found(folder: Path, devsecgate: Command) -> None:
    done = devsecgate("init", folder, "--ci", "github", "--ci", "gitlab", "--hooks")
    assert names(folder) == {SCHEMA, POLICY, WORKFLOW, PIPELINE, HOOKS}
    said = done.stdout.partition("next:\n")[2].splitlines()
    assert said[2:] == [
        f"  put the commit of v{__version__} in place of the zeros; until then the workflow and the hooks fail",
        "  name your mirror of devsecgate in place of -your-group/devsecgate; until then no pipeline starts",
        "  if the default branch is not main, name it under `push:` in the workflow",
        "  commit these files",
        "  make the check `devsecgate` required: Settings, Rules, Rulesets, Require status checks to pass",
        "  let merging need the job `devsecgate-gate`: Settings, Merge requests, Pipelines must succeed",
        f"  devsecgate doctor {folder}: whether anything lets a failure of the gate through",
    ]


def test_below_the_top_of_a_repository_there_is_a_policy_alone(checkout: Repository, devsecgate: Command) -> None:
    checkout.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    place = checkout.root / "web"
    (place / ".github").mkdir(parents=True)
    for flags in (("--ci", "github"), ("--hooks",)):
        done = devsecgate("init", place, *flags)
        assert (done.returncode, names(place)) == (2, set())
        assert "below the top of a git repository" in done.stderr
    done = devsecgate("init", place)
    assert (done.returncode, names(place)) == (0, {SCHEMA, POLICY})
    assert f"no CI file: {place} is below the top of a git repository; " in done.stdout


def test_remotes_that_cannot_be_read_are_told(checkout: Repository, devsecgate: Command) -> None:
    (checkout.root / ".git" / "config").write_text("[remote", encoding="utf-8")
    done = devsecgate("init", checkout.root)
    assert done.returncode == 0
    assert "\ngit's remotes were not read: git could not read the repository (exit 128)\n" in done.stdout


def test_the_packages_that_are_there_are_named_with_what_brings_their_records(
    tree: Callable[[dict[str, str | bytes]], Path], devsecgate: Command
) -> None:
    done = devsecgate("init", tree({"uv.lock": "", "web/package.json": "{}", "go.mod": "", "Podfile.lock": ""}))
    said = done.stdout.splitlines()
    wanted = "packages of Go, PyPI, npm: to match them here, `devsecgate advisories update Go PyPI npm`"
    assert wanted in said
    assert "Podfile.lock and 1 more: needs the extra devsecgate[syft], and is a gap without it" in said


# ---------------------------------------------------------------- what is written


def written(folder: Path, devsecgate: Command) -> Path:
    assert devsecgate("init", folder, "--ci", "github", "--ci", "gitlab", "--hooks").returncode == 0
    return folder


def test_what_was_written_is_valid_for_those_who_read_it(folder: Path, devsecgate: Command, program: Program) -> None:
    made = written(folder, devsecgate)
    check = [program("check-jsonschema"), "--builtin-schema"]
    for argv in (
        [*check, "vendor.github-workflows", WORKFLOW],
        [*check, "vendor.gitlab-ci", "--data-transform", "gitlab-ci", PIPELINE],
        [program("pre-commit"), "validate-config", HOOKS],
        [program("zizmor"), "--offline", "--no-progress", "--strict-collection", WORKFLOW, HOOKS],
    ):
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "NO_COLOR": "1"}
        done = subprocess.run(argv, cwd=made, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"{argv}\n{done.stdout}{done.stderr}"


def test_doctor_finds_a_gate_in_each_of_them(folder: Path, devsecgate: Command) -> None:
    done = devsecgate("doctor", written(folder, devsecgate))
    assert (done.returncode, done.stdout) == (0, "3 files read, 4 gates (devsecgate): none is neutered\n")


def test_nothing_in_them_could_run_what_nobody_named(folder: Path, devsecgate: Command) -> None:
    made = written(folder, devsecgate)
    workflow = yaml.safe_load((made / WORKFLOW).read_text(encoding="utf-8"))
    (ours,) = (each for each in workflow["jobs"]["gate"]["steps"] if each.get("id") == "gate")
    assert ours["uses"] == f"devsecgate/devsecgate@{ZEROS}"
    (hooks,) = yaml.safe_load((made / HOOKS).read_text(encoding="utf-8"))["repos"]
    assert hooks == {
        "repo": "https://github.com/devsecgate/devsecgate",
        "rev": ZEROS,
        "hooks": [{"id": "devsecgate"}, {"id": "devsecgate-push"}],
    }
    (component,) = yaml.safe_load((made / PIPELINE).read_text(encoding="utf-8"))["include"]
    assert component == {"component": f"$CI_SERVER_FQDN/-your-group/devsecgate/gate@{__version__}"}


def test_the_zeros_are_no_commit_to_git(checkout: Repository) -> None:
    argv = ["git", "fetch", "--quiet", str(checkout.root), ZEROS]
    assert subprocess.run(argv, cwd=checkout.root, check=False, capture_output=True).returncode != 0
    argv = ["git", "checkout", "--quiet", ZEROS]
    assert subprocess.run(argv, cwd=checkout.root, check=False, capture_output=True).returncode != 0


# ---------------------------------------------------------------- what is there


@pytest.mark.parametrize("name", [WORKFLOW, WORKFLOW.replace(".yml", ".yaml")])
def test_a_workflow_that_is_there_is_an_error_and_nothing_is_written(
    name: str, folder: Path, devsecgate: Command
) -> None:
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text("name: mine\n", encoding="utf-8")
    done = devsecgate("init", folder)
    said = f"devsecgate: {folder / name}: there is a workflow already\n  Edit it, or give --ci none.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
    assert names(folder) == {name}


@pytest.mark.parametrize("name", [".github", ".github/workflows"])
@pytest.mark.parametrize("kind", ["link", "dangling", "file", "pipe"])
def test_nothing_is_written_where_a_folder_is_none(
    name: str, kind: str, folder: Path, tmp_path: Path, devsecgate: Command
) -> None:
    (tmp_path / "elsewhere").mkdir()
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "file":
        place.write_bytes(b"")
    else:
        place.symlink_to(tmp_path / ("elsewhere" if kind == "link" else "nowhere"))
    done = devsecgate("init", folder, "--ci", "github")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"devsecgate: {place}: this is no folder, or a link to one\n")
    assert (names(folder), list((tmp_path / "elsewhere").iterdir())) == ({name}, [])
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("name", [PIPELINE, HOOKS])
@pytest.mark.parametrize("kind", ["link", "dangling", "pipe", "folder"])
def test_nothing_is_written_through_what_has_the_name_of_a_file(
    name: str, kind: str, folder: Path, tmp_path: Path, devsecgate: Command
) -> None:
    (tmp_path / "precious").write_text("mine", encoding="utf-8")
    place = folder / name
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to(tmp_path / ("precious" if kind == "link" else "nowhere"))
    done = devsecgate("init", folder, "--ci", "gitlab", "--hooks")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"left as it is: {place}; " in done.stdout
    assert (tmp_path / "precious").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "nowhere").exists()


def test_a_write_that_fails_takes_back_those_before_it(folder: Path, tmp_path: Path) -> None:
    limit = len(policy.schema()) - 1

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    argv = [sys.executable, "-m", "devsecgate", "init", str(folder), "--ci", "github", "--ci", "gitlab", "--hooks"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(argv, env=environment, preexec_fn=limited, check=False, capture_output=True, text=True)
    said = f"devsecgate: {folder}: this cannot be written: File too large; nothing was\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
    assert list(folder.iterdir()) == []
