"""Manifests of Kubernetes, Compose and CloudFormation in, findings of the bundled rules out; see packs.py."""

from __future__ import annotations

import re

from devsecgate.model import Kind
from devsecgate.packs import Pack, scanner
from devsecgate.scanner import Canary

_JSON = re.compile(r"(?i)(^|/)[^/]*(cloudformation|template|stack|cfn)[^/]*\.json$|\.template$")


def _describes_resources(path: str) -> bool:
    """Any YAML may be a manifest; of JSON only what is named like a template."""
    return path.endswith((".yaml", ".yml")) or _JSON.search(path) is not None


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
