"""A requirement's text in; its name, pin, specifiers and whether its marker is true for this interpreter out."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement

from devsecgate.detectors.manifests.reading import python_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One PEP 508 requirement."""

    name: str
    pin: str | None
    """The one exact version that it allows, or None."""
    specifier: str
    by_url: bool
    marker: str
    """The marker where it is false here, else empty."""


LONGEST = 4096
"""Characters, without hashes; a requirement longer than this is not one."""


def asked(text: str, *, extras: tuple[str, ...] = ("",)) -> Asked | None:
    """Read one requirement; None where it is not one.

    A marker counts as true if it is true with any of the extras, or cannot be evaluated.
    """
    if len(text) > LONGEST:
        return None
    try:
        read = Requirement(text)
    except (InvalidRequirement, ValueError, RecursionError):
        return None
    name = python_name(read.name)
    if name is None:
        return None
    pins = {each.version for each in read.specifier if each.operator in ("==", "===") and ".*" not in each.version}
    return Asked(
        name=name,
        pin=pins.pop() if len(pins) == 1 else None,
        specifier=str(read.specifier),
        by_url=read.url is not None,
        marker=_false(read, extras),
    )


def _false(read: Requirement, extras: tuple[str, ...]) -> str:
    if read.marker is None:
        return ""
    try:
        true = any(read.marker.evaluate({"extra": extra}) for extra in extras)
    except (UndefinedComparison, UndefinedEnvironmentName, ValueError, RecursionError):
        return ""
    return "" if true else str(read.marker)
