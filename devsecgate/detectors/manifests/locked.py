"""The text of a lockfile in, with its format; its packages out, as a reader of ours reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from devsecgate.detectors.manifests import (
    apple,
    conan,
    dart,
    dotnet,
    elixir,
    golang,
    javascript,
    jvm,
    php,
    ruby,
    rust,
    unlocked,
)
from devsecgate.detectors.manifests.entries import Locked, Source
from devsecgate.detectors.manifests.formats import LockFormat
from devsecgate.detectors.manifests.reading import Reading, gap
from devsecgate.model import GapReason

_READERS: Mapping[LockFormat, Callable[[Source], Locked]] = {
    LockFormat.YARN_LOCK: javascript.yarn,
    LockFormat.PNPM_LOCK: javascript.pnpm,
    LockFormat.BUN_LOCK: javascript.bun,
    LockFormat.GO_MOD: golang.go_mod,
    LockFormat.CARGO_LOCK: rust.cargo,
    LockFormat.POM: jvm.pom,
    LockFormat.GRADLE_LOCK: jvm.gradle_lock,
    LockFormat.GRADLE_BUILD: jvm.gradle_build,
    LockFormat.GEMFILE_LOCK: ruby.gemfile_lock,
    LockFormat.COMPOSER_LOCK: php.composer_lock,
    LockFormat.PACKAGES_LOCK: dotnet.packages_lock,
    LockFormat.PACKAGES_CONFIG: dotnet.packages_config,
    LockFormat.DEPS_JSON: dotnet.deps,
    LockFormat.PUBSPEC_LOCK: dart.pubspec_lock,
    LockFormat.MIX_LOCK: elixir.mix_lock,
    LockFormat.PACKAGE_RESOLVED: apple.package_resolved,
    LockFormat.PODFILE_LOCK: apple.podfile_lock,
    LockFormat.CONAN_LOCK: conan.conan_lock,
}
NO_LOCK = frozenset({*unlocked.FORMATS, LockFormat.GO_SUM, LockFormat.GRADLE_BUILD})
"""Formats that hold no packages themselves, or that only a lockfile makes certain."""


def read(source: Source, kind: LockFormat) -> Locked:
    """Read a file as its format says; raises `Unreadable`."""
    if kind in _READERS:
        return _READERS[kind](source)
    if kind is LockFormat.GO_SUM:
        return _go_sum(source)
    return unlocked.unlocked(source, kind)


def _go_sum(source: Source) -> Locked:
    """Take nothing from go.sum: it lists what was looked at to choose what is built, and go.mod says what that is."""
    if source.beside("go.mod") is not None:
        return Locked(reading=Reading())
    detail = "has no go.mod beside it, and lists more than is built: nobody knows what of it is used"
    return Locked(reading=Reading(gaps=(gap(GapReason.UNRESOLVED, detail, source.path),)))
