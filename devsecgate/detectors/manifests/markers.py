"""A requirement's text in; its name, pin, specifiers and whether its marker is true for the target out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import msgspec
from packaging.markers import UndefinedComparison, UndefinedEnvironmentName, default_environment
from packaging.requirements import InvalidRequirement, Requirement

from devsecgate.detectors.manifests.reading import python_name


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One PEP 508 requirement."""

    name: str
    pin: str | None
    """The one exact version that it allows, or None."""
    specifier: str
    by_url: bool
    marker: str
    """The marker where it is false for the target, else empty."""


class Target(msgspec.Struct, kw_only=True):
    """What markers are evaluated for."""

    differs: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Marker variables that are not this interpreter's: `python_version`, `sys_platform`."""
    asked: bool = False
    """Was any marker evaluated at all?"""

    def __str__(self) -> str:
        known = {**default_environment(), **self.differs}
        who = "the target that the policy names" if self.differs else "this interpreter"
        python, platform = known["python_full_version"], known["sys_platform"]
        return f"Python {python} on {platform}, {known['platform_machine']} ({who})"


_TARGET: ContextVar[Target] = ContextVar("target", default=Target())  # noqa: B039 - what nobody entered is nobody's
"""Readers of manifests call one another, and none but this module has to know for whom markers are."""
_SYSTEMS = {"linux": ("Linux", "posix"), "darwin": ("Darwin", "posix"), "win32": ("Windows", "nt")}


@contextmanager
def evaluated_for(differs: Mapping[str, str]) -> Iterator[Target]:
    """Evaluate markers for a target, as `environment` gives it; empty is this interpreter."""
    target = Target(differs=differs)
    token = _TARGET.set(target)
    try:
        yield target
    finally:
        _TARGET.reset(token)


def environment(*, python: str | None, platform: str | None, machine: str | None) -> Mapping[str, str]:
    """Give the marker variables of a target: `3.12` or `3.12.4`, `linux`, `darwin` or `win32`, `x86_64`."""
    found: dict[str, str] = {}
    if python is not None:
        parts = python.split(".")
        full = ".".join((*parts, "0")[:3])
        found |= {"python_version": ".".join(parts[:2]), "python_full_version": full, "implementation_version": full}
    if platform is not None:
        system, name = _SYSTEMS[platform]
        found |= {"sys_platform": platform, "platform_system": system, "os_name": name}
        found |= {"platform_release": "", "platform_version": ""}
    if machine is not None:
        found["platform_machine"] = machine
    return found


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
    target = _TARGET.get()
    target.asked = True
    try:
        true = any(read.marker.evaluate({**target.differs, "extra": extra}) for extra in extras)
    except (UndefinedComparison, UndefinedEnvironmentName, ValueError, RecursionError):
        return ""
    return "" if true else str(read.marker)
