"""Policies written to a folder, and records to judge."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from devsecgate import policy
from devsecgate.errors import PolicyError
from devsecgate.policy.records import Policy

TODAY = date(2026, 12, 1)


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Policy]:
    """Write `text` as the target's policy, with further files by name, and load it."""

    def write_and_load(text: str, **files: str) -> Policy:
        (tmp_path / ".devsecgate.yaml").write_text(text, encoding="utf-8")
        for name, content in files.items():
            (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
        return policy.load(None, tmp_path, today=TODAY)

    return write_and_load


@pytest.fixture
def mistakes(load: Callable[..., Policy]) -> Callable[..., list[str]]:
    """Load what cannot be loaded, and return what is said about it, line by line."""

    def said(text: str, **files: str) -> list[str]:
        with pytest.raises(PolicyError) as caught:
            load(text, **files)
        return [line.strip() for line in str(caught.value).splitlines()]

    return said
