from __future__ import annotations

from collections.abc import Callable

import pytest

Said = Callable[[dict[str, str]], list[str]]

CONFIG = ".pre-commit-config.yaml"
CI = {".gitlab-ci.yml": "hooks:\n  script: [pre-commit run --all-files]\n"}


def hook(
    text: str, *, repo: str = "https://github.com/PyCQA/bandit", rev: str = "1.9.4", top: str = ""
) -> dict[str, str]:
    lines = "".join(f"        {line}\n" for line in text.splitlines())
    return {CONFIG: f"repos:\n  - repo: {repo}\n    rev: {rev}\n    hooks:\n      - id: bandit\n{lines}{top}"} | CI


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("stages: [pre-push, manual]", []),
        ("stages: [manual]", ["6 hook-manual-stage"]),
        ("exclude: ^tests/", []),
        ("exclude: '.*'", ["6 hook-excludes-all"]),
        ("exclude: ''", ["6 hook-excludes-all"]),
        ("files: ^$", ["6 hook-excludes-all"]),
        ("files: ''", []),
        ("args: [-ll]", []),
        ("args: [--exit-zero]", ["6 exit-code-flag"]),
        ("fail_fast: true\nverbose: true", []),
    ],
)
def test_a_hook_of_another_repository(text: str, found: list[str], said: Said) -> None:
    assert said(hook(text)) == [f"{CONFIG}:{each}" for each in found]


@pytest.mark.parametrize("rev", ["main", "master", "HEAD"])
def test_a_revision_that_moves_is_named(rev: str, said: Said) -> None:
    assert said(hook("", rev=rev)) == [f"{CONFIG}:3 hook-mutable-rev"]


def test_what_is_said_for_all_hooks_is_said_for_the_gates(said: Said) -> None:
    assert said(hook("", top="exclude: .*\n")) == [f"{CONFIG}:6 hook-excludes-all"]
    assert said(hook("", top="default_stages: [manual]\n")) == [f"{CONFIG}:6 hook-manual-stage"]
    assert said(hook("stages: [pre-commit]", top="default_stages: [manual]\n")) == []
    assert said(hook("", top="ci:\n  skip: [ruff, bandit]\n")) == [f"{CONFIG}:7 skip-variable"]


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ("bandit -r src", []),
        (".venv/bin/bandit -c pyproject.toml", []),
        ("bandit -r src || true", ["7 hook-entry"]),
        ("bash -c 'bandit -r src'", []),
        ("bash -c 'bandit -r src || true'", ["7 or-true"]),
        ("bash -c 'bandit -r src; echo done'", ["7 status-overwritten"]),
        ("bash -ec 'bandit -r src; echo done'", []),
        ("bandit --exit-zero", ["7 exit-code-flag"]),
    ],
)
def test_a_hook_of_the_repository_itself(entry: str, found: list[str], said: Said) -> None:
    head = "repos:\n  - repo: local\n    hooks:\n      - id: sast\n        name: x\n        language: system\n"
    text = f"{head}        entry: {entry}\n"
    assert said({CONFIG: text} | CI) == [f"{CONFIG}:{each}" for each in found]


def test_hooks_that_are_no_gates_are_not_judged(said: Said) -> None:
    head = "repos:\n  - repo: https://github.com/x/ruff\n    rev: main\n    hooks:\n"
    text = f"{head}      - id: ruff\n        exclude: .*\n"
    assert said({CONFIG: text}) == ["1 no-gate"]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("pre-commit run --all-files", []),
        ("SKIP=ruff pre-commit run --all-files", []),
        ("SKIP=ruff,bandit pre-commit run --all-files", ["4 skip-variable"]),
        ("env SKIP=bandit prek run --all-files", ["4 skip-variable"]),
        ("export SKIP=bandit", ["4 skip-variable"]),
        ("pre-commit run --all-files || true", ["4 or-true"]),
        ("git commit -n -m x", ["4 no-verify"]),
        ("git push --no-verify", ["4 no-verify"]),
    ],
)
def test_ci_that_runs_the_hooks(script: str, found: list[str], said: Said) -> None:
    ci = {".gitlab-ci.yml": f"hooks:\n  script:\n    - bandit -r .\n    - {script}\n"}
    assert said(hook("") | ci) == [f".gitlab-ci.yml:{each}" for each in found]


def test_hooks_that_no_ci_runs_are_noted(said: Said) -> None:
    config = hook("")[CONFIG]
    assert said({CONFIG: config}) == ["5 hooks-not-in-ci"]
    assert said({CONFIG: f"{config}ci: {{}}\n"}) == []
    assert said({CONFIG: config, ".gitlab-ci.yml": "a:\n  script: [bandit -r .]\n"}) == []
    assert said({CONFIG: config, ".gitlab-ci.yml": "a:\n  script: [gitleaks detect]\n"}) == [
        f"{CONFIG}:5 hooks-not-in-ci"
    ]
    assert said({CONFIG: config, ".gitlab-ci.yml": "a:\n  script: [devsecgate gate]\n"}) == []
