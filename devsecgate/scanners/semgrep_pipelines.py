"""Workflows of GitHub and GitLab in, findings of the bundled rules for pipelines out; see packs.py."""

from __future__ import annotations

from pathlib import PurePosixPath

from devsecgate.model import Kind
from devsecgate.packs import Pack, scanner
from devsecgate.scanner import Canary

_YAML = (".yml", ".yaml")
_ACTIONS = frozenset({"action.yml", "action.yaml"})
_GITLAB = (".gitlab-ci.yml", ".gitlab-ci.yaml")


def _is_a_pipeline(path: str) -> bool:
    if not path.endswith(_YAML):
        return False
    return (
        path.startswith((".github/workflows/", ".gitlab/"))
        or PurePosixPath(path).name in _ACTIONS
        or path.endswith(_GITLAB)
    )


SCANNER = scanner(
    Pack(
        name="semgrep-pipelines",
        kind=Kind.PIPELINE,
        about="Pipelines: workflows and actions of GitHub, GitLab CI (semgrep)",
        folder="pipelines",
        select=_is_a_pipeline,
        known=_YAML,
        canary=Canary(name="action.yml", content=b"devsecgate_canary_7f3a: true\n", rule="devsecgate-canary-pipelines"),
    )
)
