"""Upgrades to ask for in a test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec import structs

from devsecgate.fix.records import Upgrade


@pytest.fixture
def upgrade() -> Callable[..., Upgrade]:
    """Make an upgrade of jinja2, or of what is given."""
    base = Upgrade(
        ecosystem="PyPI",
        name="jinja2",
        current="3.1.4",
        target="3.1.6",
        path="requirements.txt",
        line=1,
        direct=None,
        via=(),
        ids=("CVE-2025-27516",),
        blocks=True,
        elsewhere=False,
        advice="Upgrade jinja2 from 3.1.4 to 3.1.6.",
    )

    def make(**changes: object) -> Upgrade:
        return structs.replace(base, **changes)  # type: ignore[arg-type]

    return make
