"""Manifests of Kubernetes, Compose and CloudFormation in, findings of the bundled rules out; see packs.py."""

from __future__ import annotations

import re

from devsecgate.model import Kind
from devsecgate.packs import Pack, scanner
from devsecgate.scanner import Canary

_PIPELINES = re.compile(r"(^|/)(\.github|\.gitlab|\.circleci)/|(^|/)\.[^/]*\.ya?ml$|\.gitlab-ci\.ya?ml$")
_JSON = re.compile(r"(?i)(^|/)[^/]*(cloudformation|template|stack|cfn)[^/]*\.json$|\.template$")


def _describes_resources(path: str) -> bool:
    """Any YAML may be a manifest; of JSON only what is named like a template."""
    if path.endswith((".yaml", ".yml")):
        return _PIPELINES.search(path) is None
    return _JSON.search(path) is not None


SCANNER = scanner(
    Pack(
        name="semgrep-manifests",
        kind=Kind.IAC,
        about="Manifests: Kubernetes (also as Helm renders them), Compose, CloudFormation (semgrep)",
        folder="manifests",
        select=_describes_resources,
        known=(".yaml", ".yml"),
        native_only=(".json", ".template"),
        canary=Canary(
            name="canary.yaml", content=b"devsecgate_canary_7f3a: true\n", rule="devsecgate-canary-manifests"
        ),
    )
)
