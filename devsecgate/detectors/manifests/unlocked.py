"""A manifest that is no lockfile in; a gap for what no lockfile of its project resolves, out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set

import msgspec

from devsecgate.advisories.ecosystems import normalise
from devsecgate.detectors.manifests import apple, dart, dotnet, elixir, php, ruby, rust
from devsecgate.detectors.manifests.entries import Locked, Source, outline
from devsecgate.detectors.manifests.files import beside, leaves
from devsecgate.detectors.manifests.formats import LockFormat
from devsecgate.detectors.manifests.reading import Reading, Unreadable, gap
from devsecgate.detectors.manifests.xml import parse
from devsecgate.model import Gap, GapReason

_NAMED = 5
_GEM = re.compile(r"^[ \t]*gem[ \t(]{1,9}[\"']([^\"']{1,200})[\"']", re.MULTILINE)
_POD = re.compile(r"^[ \t]*pod[ \t(]{1,9}[\"']([^\"']{1,200})[\"']", re.MULTILINE)
_MIX = re.compile(r"\{:([a-z0-9_]{1,200}),\s{0,99}[\"~>=]")
_SWIFT = re.compile(r"\.package\([^)]{0,300}?url:\s{0,99}\"([^\"]{1,500})\"")


class _Kind(msgspec.Struct, frozen=True, kw_only=True):
    """How a manifest names what it asks for, and what its tool locks that in."""

    ecosystem: str
    lock: str
    read: Callable[[Source], Locked]
    asked: Callable[[str], Set[str]]
    remedy: str


def _found(pattern: re.Pattern[str], comment: str) -> Callable[[str], Set[str]]:
    """Give what finds a pattern in a program, outside of comments that have a line of their own."""
    return lambda text: frozenset(pattern.findall(_code(text, comment)))


def _code(text: str, comment: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(comment))


def _swift(text: str) -> Set[str]:
    return frozenset(apple.address(each) for each in _SWIFT.findall(_code(text, "//")))


def _pubspec(text: str) -> Set[str]:
    top = outline(text)
    groups = [top.at(each).below for each in ("dependencies", "dev_dependencies")]
    return frozenset(
        name for group in groups for name, node in group.items() if not {"path", "sdk"} & node.below.keys()
    )


def _project(text: str) -> Set[str]:
    top = parse(text)
    return frozenset(
        name for each in top.all("ItemGroup", "PackageReference") if (name := each.attributes.get("Include", ""))
    )


_KINDS: Mapping[LockFormat, _Kind] = {
    LockFormat.CARGO_TOML: _Kind(
        ecosystem="crates.io",
        lock="Cargo.lock",
        read=rust.cargo,
        asked=lambda text: frozenset(rust.wishes(text)),
        remedy="cargo generate-lockfile",
    ),
    LockFormat.GEMFILE: _Kind(
        ecosystem="RubyGems",
        lock="Gemfile.lock",
        read=ruby.gemfile_lock,
        asked=_found(_GEM, "#"),
        remedy="bundle lock",
    ),
    LockFormat.COMPOSER_JSON: _Kind(
        ecosystem="Packagist",
        lock="composer.lock",
        read=php.composer_lock,
        asked=php.wishes,
        remedy="composer update --lock",
    ),
    LockFormat.PROJECT: _Kind(
        ecosystem="NuGet",
        lock="packages.lock.json",
        read=dotnet.packages_lock,
        asked=_project,
        remedy="dotnet restore --use-lock-file",
    ),
    LockFormat.PUBSPEC: _Kind(
        ecosystem="Pub", lock="pubspec.lock", read=dart.pubspec_lock, asked=_pubspec, remedy="dart pub get"
    ),
    LockFormat.MIX_EXS: _Kind(
        ecosystem="Hex", lock="mix.lock", read=elixir.mix_lock, asked=_found(_MIX, "#"), remedy="mix deps.get"
    ),
    LockFormat.PACKAGE_SWIFT: _Kind(
        ecosystem="SwiftURL",
        lock="Package.resolved",
        read=apple.package_resolved,
        asked=_swift,
        remedy="swift package resolve",
    ),
    LockFormat.PODFILE: _Kind(
        ecosystem="CocoaPods",
        lock="Podfile.lock",
        read=apple.podfile_lock,
        asked=_found(_POD, "#"),
        remedy="pod install",
    ),
}
FORMATS = frozenset(_KINDS)


def unlocked(source: Source, kind: LockFormat) -> Locked:
    """Look for the lockfile of a manifest, beside it or above it; what it does not hold, or is not there, is a gap."""
    how = _KINDS[kind]
    wanted = {normalise(how.ecosystem, name) for name in how.asked(source.text)}
    if not wanted:
        return Locked(reading=Reading())
    best: tuple[str, Set[str]] | None = None
    for place in _places(source.path, how.lock):
        held = _held(source, place, how)
        if held is None:
            continue
        lack = wanted - held
        if not lack:
            shown = beside(source.path, place)
            note = f"{source.path}: {len(wanted)} dependencies are resolved by {shown}"
            return Locked(reading=Reading(notes=(note,)))
        if best is None and place == how.lock:
            best = (place, lack)
    return Locked(reading=Reading(gaps=(_gap(source.path, wanted, best, how),)))


def _gap(path: str, wanted: Set[str], best: tuple[str, Set[str]] | None, how: _Kind) -> Gap:
    lack = sorted(wanted if best is None else best[1])
    shown = ", ".join(lack[:_NAMED]) + (f" and {len(lack) - _NAMED} more" if len(lack) > _NAMED else "")
    if best is None:
        detail = f"no {how.lock} says which versions {shown} became: run {how.remedy}, and commit it"
    else:
        detail = f"{best[0]} does not hold {shown}, which this manifest asks for: run {how.remedy}, and commit it"
    return gap(GapReason.UNRESOLVED, detail, path, lack[0] if len(lack) == 1 else None)


def _places(path: str, lock: str) -> Iterator[str]:
    """Give the lockfile's place beside a manifest, then above, up to root; relative to the manifest's folder."""
    place = lock
    while not leaves(beside(path, place)):
        yield place
        place = f"../{place}"


def _held(source: Source, place: str, how: _Kind) -> Set[str] | None:
    """Give the names that a lockfile holds; None where there is none that can be read."""
    text = source.beside(place)
    if text is None:
        return None
    try:
        locked = how.read(Source(path=beside(source.path, place), text=text, beside=lambda _: None))
    except Unreadable:
        return None
    pins = {pin.name for pin in locked.reading.pins}
    return pins | {name.partition("/")[0] for name in pins if how.ecosystem == "CocoaPods"} | locked.explained
