"""The component for GitLab, run for real: one job that publishes, and a second one that ends with the verdict."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import gitlab_local
import jsonschema
import pytest
import yaml
from gitlab_local import Pipeline, artifacts
from referencing import Registry, Resource
from runner import Project, make_project

from devsecgate import __version__

Gitlab = Callable[..., Pipeline]
Json = dict  # type: ignore[type-arg]

SCAN, GATE = "devsecgate-scan", "devsecgate-gate"
TEMPLATE = Path("templates/gate/template.yml")
CLEAN = {"README.md": "# A project\n"}
FAILING = {"app.py": "import os\n\nos.system('ls ' + input())\n"}
INCOMPLETE = {"requirements.txt": "acme-parser==1.0\n"}
INPUTS: Json = {"install": "devsecgate --version", "offline": True}
"""The job has devsecgate already; nothing is fetched."""
NATIVE = {
    "gitlab-sast": "gl-sast-report.json",
    "gitlab-dependency-scanning": "gl-dependency-scanning-report.json",
    "gitlab-secret-detection": "gl-secret-detection-report.json",
    "codequality": "gl-code-quality-report.json",
}
OTHERS = ("gl-sarif-report.sarif", "gl-sbom-devsecgate.cdx.json", "junit.xml", "verdict.json")


@pytest.fixture(scope="session")
def gitlab_ci_local() -> tuple[str, ...]:
    """How the program is started."""
    return gitlab_local.command()


@pytest.fixture
def project(tmp_path: Path, repository: Path) -> Callable[..., Project]:
    """Make a repository whose pipeline includes the component with inputs."""

    def make(files: dict[str, str], **inputs: object) -> Project:
        include = {"local": str(TEMPLATE), "inputs": {**INPUTS, **inputs}}
        pipeline = {".gitlab-ci.yml": yaml.safe_dump({"include": [include]})}
        template = {str(TEMPLATE): (repository / TEMPLATE).read_text(encoding="utf-8")}
        return make_project(tmp_path / "project", {**files, **pipeline, **template})[0]

    return make


@pytest.fixture
def gitlab(gitlab_ci_local: tuple[str, ...], tmp_path: Path) -> Gitlab:
    """Run a project's pipeline, or some of its jobs."""

    def run(project: Project, *arguments: str, **variables: str) -> Pipeline:
        return gitlab_local.run(gitlab_ci_local, project.tree, *arguments, home=tmp_path / "home", **variables)

    return run


def verdict_of(project: Project) -> Path:
    return artifacts(project.tree, SCAN) / "devsecgate-reports" / "verdict.json"


def documents(repository: Path) -> tuple[Json, str]:
    """Give the head of the template, and what stands behind it."""
    head, _, body = (repository / TEMPLATE).read_text(encoding="utf-8").partition("\n---\n")
    return yaml.safe_load(head)["spec"]["inputs"], body


def filled_in(inputs: Json, body: str) -> str:
    """Give the pipeline that the defaults come to."""
    return re.sub(r"\$\[\[ inputs\.(\w+) ]]", lambda match: str(inputs[match[1]]["default"]), body)


@pytest.mark.parametrize(
    ("files", "code", "said"),
    [
        (CLEAN, 0, "PASS  Nothing blocks"),
        (FAILING, 1, "FAIL  1 issue blocks"),
        (INCOMPLETE, 3, "INCOMPLETE  Nothing blocks, but"),
    ],
    ids=["pass", "fail", "incomplete"],
)
def test_the_first_job_succeeds_and_the_second_ends_with_the_verdict(
    files: dict[str, str], code: int, said: str, project: Callable[..., Project], gitlab: Gitlab
) -> None:
    done = gitlab(project(files))
    assert (done.jobs, done.exit) == ({SCAN: 0, GATE: code}, min(code, 1)), done.log
    assert f"{GATE} > {said}" in done.log
    told = f"{SCAN} > verdict {said.partition(' ')[0]} written to devsecgate-reports/verdict.json; it counts only once"
    assert told in done.told


def test_every_report_is_published_and_keeps_to_its_schema(
    project: Callable[..., Project], gitlab: Gitlab, repository: Path
) -> None:
    made = project(FAILING)
    gitlab(made, SCAN)
    folder = artifacts(made.tree, SCAN) / "devsecgate-reports"
    assert sorted(each.name for each in folder.iterdir()) == sorted([*NATIVE.values(), *OTHERS])
    place = repository / "tests" / "support" / "gitlab_schemas"
    schemas = {file.stem: json.loads(file.read_bytes()) for file in place.glob("*.json")}
    registry: Registry[object] = Registry().with_resources(
        [(each["$id"], Resource.from_contents(each)) for each in schemas.values()]
    )
    wrong = []
    for kind, name in NATIVE.items():
        validator = jsonschema.Draft7Validator(schemas[kind], registry=registry)
        wrong += [
            f"{name}: {error.message}" for error in validator.iter_errors(json.loads((folder / name).read_bytes()))
        ]
    assert wrong == []
    found = json.loads((folder / NATIVE["gitlab-sast"]).read_bytes())
    assert [each["location"]["file"] for each in found["vulnerabilities"]] == ["app.py"]


def test_what_is_published_is_what_was_written(project: Callable[..., Project], gitlab: Gitlab) -> None:
    made = project(CLEAN)
    shown = yaml.safe_load(gitlab(made, "--preview").log.partition("---\n")[2])
    folder = "devsecgate-reports"
    assert shown[SCAN]["artifacts"] == {
        "when": "always",
        "expire_in": "30 days",
        "paths": [f"{folder}/"],
        "reports": {
            "sast": f"{folder}/gl-sast-report.json",
            "dependency_scanning": f"{folder}/gl-dependency-scanning-report.json",
            "container_scanning": f"{folder}/gl-container-scanning-report.json",
            "secret_detection": f"{folder}/gl-secret-detection-report.json",
            "codequality": f"{folder}/gl-code-quality-report.json",
            "cyclonedx": f"{folder}/gl-sbom-devsecgate.cdx.json",
            "junit": f"{folder}/junit.xml",
        },
    }
    assert (shown[SCAN]["variables"], shown[SCAN]["dependencies"]) == ({"GIT_DEPTH": "0"}, [])
    assert shown[GATE]["needs"] == [{"job": SCAN, "artifacts": True, "optional": False}]
    assert [shown[job]["allow_failure"] for job in (SCAN, GATE)] == [False, False]
    assert shown[SCAN]["rules"] == shown[GATE]["rules"]


def test_sarif_takes_the_place_of_the_native_reports(project: Callable[..., Project], gitlab: Gitlab) -> None:
    made = project(CLEAN, reports="sarif")
    shown = yaml.safe_load(gitlab(made, "--preview").log.partition("---\n")[2])
    assert sorted(shown[SCAN]["artifacts"]["reports"]) == ["codequality", "cyclonedx", "junit", "sarif"]


def test_a_verdict_that_was_edited_between_the_jobs_is_refused(project: Callable[..., Project], gitlab: Gitlab) -> None:
    made = project(FAILING)
    assert gitlab(made, SCAN).jobs == {SCAN: 0}
    file = verdict_of(made)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"outcome": "fail"', '"outcome": "pass"').replace('"exit_code": 1', '"exit_code": 0'))
    done = gitlab(made, GATE)
    assert (done.jobs, done.exit) == ({GATE: 3}, 1), done.log
    assert f"{GATE} >   its seal does not fit: it was edited\n" in done.told


def test_a_verdict_about_another_commit_is_refused(project: Callable[..., Project], gitlab: Gitlab) -> None:
    made = project(CLEAN)
    before = made.git("rev-parse", "HEAD")
    gitlab(made, SCAN)
    after = made.commit({"other.md": "# More\n"})
    done = gitlab(made, GATE)
    assert (done.jobs, done.exit) == ({GATE: 3}, 1), done.log
    assert f"it is about the commit `{before}`, and {after} is asked for" in done.told


def test_a_verdict_that_is_not_there_is_refused(project: Callable[..., Project], gitlab: Gitlab) -> None:
    made = project(CLEAN)
    gitlab(made, SCAN)
    verdict_of(made).unlink()
    done = gitlab(made, GATE)
    assert (done.jobs, done.exit) == ({GATE: 3}, 1), done.log
    assert "there is no verdict to read" in done.told


def test_a_verdict_by_another_policy_than_the_one_that_counts_is_refused(
    project: Callable[..., Project], gitlab: Gitlab
) -> None:
    done = gitlab(project(CLEAN, policy_digest="0" * 64))
    assert done.jobs == {SCAN: 0, GATE: 3}, done.log
    assert f"and {'0' * 64} is asked for" in done.told


def test_the_key_of_the_environment_seals_the_verdict(project: Callable[..., Project], gitlab: Gitlab) -> None:
    made = project(CLEAN)
    assert gitlab(made, DEVSECGATE_VERDICT_KEY="a key that is masked").jobs == {SCAN: 0, GATE: 0}
    assert json.loads(verdict_of(made).read_bytes())["seal"].startswith("hmac-sha256:")
    assert gitlab(made, GATE, DEVSECGATE_VERDICT_KEY="another").jobs == {GATE: 3}
    assert gitlab(made, GATE).jobs == {GATE: 3}


def test_the_second_job_is_not_run_where_nothing_was_judged(project: Callable[..., Project], gitlab: Gitlab) -> None:
    done = gitlab(project(CLEAN, policy="nowhere.yaml"))
    assert (done.jobs, done.exit) == ({SCAN: 2}, 1), done.log


def test_an_image_that_cannot_be_had_is_seen_to_be_unseen(project: Callable[..., Project], gitlab: Gitlab) -> None:
    made = project(CLEAN, images="app.tar $OTHER")
    done = gitlab(made, SCAN, OTHER="other.tar")
    assert (done.jobs, done.exit) == ({SCAN: 2}, 1), done.log
    assert "app.tar" in done.told


def test_inputs_name_jobs_folders_policies_and_paths(project: Callable[..., Project], gitlab: Gitlab) -> None:
    policy = "version: 1\nname: own\nextends: strict\n"
    made = project(
        {"services/web/app.py": "VALUE = 1\n", "gate/policy.yaml": policy, **FAILING},
        name="web",
        path="services/web",
        policy="gate/policy.yaml",
        base="none",
        max_age=1,
    )
    done = gitlab(made)
    assert (done.jobs, done.exit) == ({"web-scan": 0, "web-gate": 0}, 0), done.log
    document = json.loads((artifacts(made.tree, "web-scan") / "web-reports" / "verdict.json").read_bytes())
    assert (document["policy"]["name"], document["target"]["files"]) == ("own", 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("policy", "a'; touch pwned; '"),
        ("policy", "a\n'; touch pwned; '"),
        ("path", "$(touch pwned)"),
        ("path", ""),
        ("base", '"; touch pwned; "'),
        ("base", "`touch pwned`"),
        ("images", "a; touch pwned"),
        ("advisories", "${X:-`touch pwned`}"),
        ("version", "1'; touch pwned; '"),
        ("policy_digest", "abc"),
        ("name", "a b"),
        ("reports", "both"),
        ("offline", "yes'; touch pwned; '"),
        ("max_age", "1'; touch pwned; '"),
    ],
)
def test_an_input_that_is_none_is_rejected_before_any_job(
    name: str, value: str, project: Callable[..., Project], gitlab: Gitlab
) -> None:
    made = project(CLEAN, **{name: value})
    done = gitlab(made)
    assert (done.exit, done.jobs) == (1, {})
    assert f"`{name}` input: " in done.told
    assert list(made.folder.rglob("pwned")) == []


def test_a_variable_in_an_input_is_never_read_as_a_command(project: Callable[..., Project], gitlab: Gitlab) -> None:
    made = project(CLEAN, base="$BRANCH", images="$BRANCH", advisories="$BRANCH")
    done = gitlab(made, SCAN, BRANCH="\"';touch${IFS}pwned;$(touch pwned)`touch pwned`*")
    assert done.jobs == {SCAN: 2}, done.log
    assert list(made.folder.rglob("pwned")) == []


def test_the_pipeline_keeps_to_gitlabs_schema(repository: Path, tmp_path: Path, program: Callable[[str], str]) -> None:
    inputs, body = documents(repository)
    checker = [program("check-jsonschema"), "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]
    for each in ("native", "sarif"):
        file = tmp_path / f"{each}.yml"
        file.write_text(filled_in({**inputs, "reports": {"default": each}}, body))
        done = subprocess.run([*checker, file], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_every_input_says_what_it_is_for_and_is_used_and_documented(repository: Path) -> None:
    inputs, body = documents(repository)
    text = (repository / "docs" / "gitlab.md").read_text(encoding="utf-8")
    assert {name for name, each in inputs.items() if not 0 < len(each["description"]) <= 1024} == set()
    assert {name for name in inputs if "default" not in inputs[name]} == set()
    assert set(re.findall(r"\$\[\[ inputs\.(\w+) ]]", body)) == set(inputs)
    assert {name for name in inputs if f"`{name}`" not in text} == set()


def test_the_version_that_is_installed_is_this_one(repository: Path) -> None:
    assert documents(repository)[0]["version"]["default"] == __version__
