"""Terraform files in, findings of the bundled rules for cloud resources out; see packs.py."""

from __future__ import annotations

from devsecgate.model import Kind
from devsecgate.packs import Pack, scanner
from devsecgate.scanner import Canary

SCANNER = scanner(
    Pack(
        name="semgrep-terraform",
        kind=Kind.IAC,
        about="Terraform: identity, storage, network and logging of AWS, Azure and GCP (semgrep)",
        folder="terraform",
        select=lambda path: path.endswith((".tf", ".tofu")),
        known=(".tf", ".tofu"),
        canary=Canary(
            name="canary.tf",
            content=b'resource "devsecgate_canary" "canary" {}\n',
            rule="devsecgate-canary-terraform",
        ),
    )
)
