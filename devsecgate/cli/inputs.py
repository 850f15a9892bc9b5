"""The variables that action.yml sets in, what the workflow asks for out: nothing unknown, and no unclear boolean."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from devsecgate.errors import UsageError
from devsecgate.text import printable, shorten

PREFIX = "DEVSECGATE_INPUT_"

_NAMES: tuple[str, ...] = (
    *("ADVISORIES", "BASE", "FAIL_ON_INCOMPLETE", "IMAGES", "KEV", "OFFLINE", "PATH", "POLICY", "SBOMS"),
    *("UPDATE_ADVISORIES", "UPLOAD_SARIF"),
)
_BOOLEANS = {"true": True, "false": False}


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """What the workflow asks for."""

    path: Path
    policy: Path | None
    base: str | None
    images: tuple[str, ...]
    sboms: tuple[str, ...]
    advisories: str | None
    update_advisories: tuple[str, ...]
    kev: Path | None
    offline: bool
    fail_on_incomplete: bool


def read(environment: Mapping[str, str]) -> Inputs:
    """Read what the workflow asks for; empty is the default. Raises UsageError for what is unknown or unclear."""
    given = {name.removeprefix(PREFIX): text for name, text in environment.items() if name.startswith(PREFIX)}
    unknown = sorted(given.keys() - set(_NAMES))
    if unknown:
        known = ", ".join(_named(each) for each in _NAMES)
        raise UsageError(f"there is no input {printable(_named(unknown[0]))}", remedy=f"Inputs: {known}.")
    text = {name: given.get(name, "").strip() for name in _NAMES}
    inputs = Inputs(
        path=Path(text["PATH"]),
        policy=Path(text["POLICY"]) if text["POLICY"] else None,
        base=text["BASE"] or None,
        images=_lines(text["IMAGES"]),
        sboms=_lines(text["SBOMS"]),
        advisories=text["ADVISORIES"] or None,
        update_advisories=tuple(text["UPDATE_ADVISORIES"].replace(",", " ").split()),
        kev=Path(text["KEV"]) if text["KEV"] else None,
        offline=_boolean(given, "OFFLINE", default=False),
        fail_on_incomplete=_boolean(given, "FAIL_ON_INCOMPLETE", default=True),
    )
    _boolean(given, "UPLOAD_SARIF", default=True)  # action.yml decides by it: anything but these two would be "no"
    if inputs.update_advisories and (inputs.offline or inputs.advisories is not None):
        other = "offline" if inputs.offline else "advisories"
        raise UsageError(f"the inputs update-advisories and {other} contradict each other", remedy="Give one of them.")
    return inputs


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _boolean(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = given.get(name, "")
    if not text:
        return default
    if text not in _BOOLEANS:
        shown = shorten(printable(text), 40)
        raise UsageError(
            f"the input {_named(name)} is neither true nor false: {shown}", remedy='Give "true" or "false".'
        )
    return _BOOLEANS[text]


def _named(name: str) -> str:
    """Give an input's name as a workflow has it."""
    return name.lower().replace("_", "-")
