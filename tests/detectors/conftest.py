"""Taking an inventory of a tree in a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from devsecgate.detectors.manifests.files import Tree
from devsecgate.detectors.manifests.formats import recognise
from devsecgate.detectors.manifests.inventory import Inventory, take

Take = Callable[..., Inventory]


@pytest.fixture
def inventory(tree: Callable[[dict[str, str | bytes]], Path]) -> Take:
    """Write files, and take the inventory of those that are manifests, as the gate's plan would choose them."""

    def taken(
        files: dict[str, str | bytes], *, only: tuple[str, ...] = (), first_party: tuple[str, ...] = ()
    ) -> Inventory:
        root = tree(files).resolve()
        chosen = only or tuple(name for name in files if recognise(name) is not None)
        return take(Tree(root=root), chosen, first_party=frozenset(first_party))

    return taken
