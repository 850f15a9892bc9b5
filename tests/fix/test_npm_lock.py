"""What an npm lockfile says about taking another version."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from devsecgate.fix.npm_lock import admits
from devsecgate.fix.records import Upgrade


@pytest.mark.parametrize(
    ("asking", "answer"),
    [
        ({"a": "^1.2.0"}, True),
        ({"a": "^1.2.0", "b": "1.2.3"}, False),
        ({"a": "^1.2.0", "b": "^0.1.0"}, True),
        ({"a": "^0.1.0"}, False),
        ({}, False),
    ],
)
def test_all_that_ask_for_the_version_have_to_take_the_other(
    asking: dict[str, str], answer: bool, upgrade: Callable[..., Upgrade]
) -> None:
    packages = {f"node_modules/{name}": {"dependencies": {"minimist": wanted}} for name, wanted in asking.items()}
    text = json.dumps({"packages": {"": {"dependencies": {"minimist": "1.2.3"}}, **packages}})
    assert admits(text, upgrade(ecosystem="npm", name="minimist", current="1.2.3"), "1.2.6") is answer


@pytest.mark.parametrize("text", ["", "[]", '{"packages": []}', '{"packages": null}'])
def test_what_is_no_lockfile_admits_nothing(text: str, upgrade: Callable[..., Upgrade]) -> None:
    assert not admits(text, upgrade(ecosystem="npm", name="minimist", current="1.2.3"), "1.2.6")
