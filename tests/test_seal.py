"""Digests of a verdict's document: of what was judged, and of every byte that says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devsecgate import seal

Document = dict[str, object]


def document() -> Document:
    return {
        "outcome": "pass",
        "headline": "Nothing blocks.",
        "target": {"name": "shop", "content": "c" * 64, "revision": "a" * 40},
        "base": {"revision": "b" * 40, "named": "--base main", "proposal": True},
        "issues": [{"fingerprint": "1", "action": "warn"}],
        "notes": ["a note"],
        "timing": {"scanners": [], "finished": "2026-01-01T00:00:00+00:00"},
        "judgement": "",
    }


def changed(change: Callable[[Document], object]) -> Document:
    made = document()
    change(made)
    return made


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made["target"].update(name="another folder"),
        lambda made: made["base"].update(named="pull_request (GitHub)"),
        lambda made: made.update(timing={}),
        lambda made: made.update(notes=[]),
        lambda made: made.update(seal="sha256:0"),
        lambda made: dict(reversed(made.items())),
    ],
)
def test_where_and_how_long_it_was_judged_does_not_change_the_judgement(change: Callable[[Document], object]) -> None:
    assert seal.judgement(changed(change)) == seal.judgement(document())


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made.update(outcome="fail"),
        lambda made: made["target"].update(content="d" * 64),
        lambda made: made["target"].update(revision=None),
        lambda made: made["base"].update(revision="c" * 40),
        lambda made: made["base"].update(proposal=False),
        lambda made: made.update(base=None),
        lambda made: made["issues"].append({"fingerprint": "2"}),
        lambda made: made["issues"][0].update(action="block"),
        lambda made: made.pop("issues"),
    ],
)
def test_what_was_judged_changes_the_judgement(change: Callable[[Document], object]) -> None:
    assert seal.judgement(changed(change)) != seal.judgement(document())


def test_every_edit_breaks_the_seal() -> None:
    sealed = {**document(), "seal": seal.seal(document())}
    assert seal.is_whole(sealed)
    for name in document():
        assert not seal.is_whole({**sealed, name: "edited"})
        assert not seal.is_whole({key: value for key, value in sealed.items() if key != name})


def test_with_a_key_only_who_has_it_can_seal() -> None:
    sealed = {**document(), "seal": seal.seal(document(), b"key")}
    assert seal.is_whole(sealed, b"key")
    assert not seal.is_whole(sealed, b"another")
    assert not seal.is_whole(sealed)
    assert not seal.is_whole({**document(), "seal": seal.seal(document())}, b"key")


@pytest.mark.parametrize("given", [None, "", "sha256:", 5, ["sha256:"], "hmac-sha256:0"])
def test_what_is_no_seal_seals_nothing(given: object) -> None:
    assert not seal.is_whole({**document(), "seal": given})
