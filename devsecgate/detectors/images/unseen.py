"""What syft found, and what lies in the layers, in; what nobody looked into, as gaps and notes, out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from devsecgate.detectors.images import lifetimes
from devsecgate.detectors.images.databases import Database, recognise
from devsecgate.detectors.images.inventory import Inside, Stock
from devsecgate.detectors.images.layers import Role
from devsecgate.detectors.package_answer import GapEntry
from devsecgate.detectors.syft import Artifact, File
from devsecgate.model import GapReason
from devsecgate.text import one_line, shorten

_NAMED = 5
_UNKNOWNS = 20
_LANGUAGE_FOLDERS = ("/site-packages/", "/dist-packages/", "/node_modules/", "/gems/")
"""What is in there belongs to packages that are read by their own manifests."""


class _Owned(msgspec.Struct):
    path: str = ""


class _Files(msgspec.Struct):
    """Which files a package owns, of the kinds of metadata that say it."""

    files: list[_Owned | str] | None = None
    root: str = msgspec.field(name="sitePackagesRootPath", default="")


def gaps(artifacts: Sequence[Artifact], files: Sequence[File], inside: Inside) -> Iterator[GapEntry]:
    """Name what was not read although it is there."""
    yield from _databases(artifacts, inside)
    yield from _unknowns(files, inside)


def _gap(reason: GapReason, detail: str, path: str) -> GapEntry:
    return GapEntry(reason=reason.value, detail=one_line(detail), path=path, package=None)


def _databases(artifacts: Sequence[Artifact], inside: Inside) -> Iterator[GapEntry]:
    """Name each package database of which no package was read."""
    spoken = {
        each.lstrip("/") for artifact in artifacts for at in artifact.locations for each in (at.path, at.access_path)
    }
    roots = {posixpath.dirname(each) for each in spoken}
    found: dict[str, Database] = {}
    for held in inside.files.of(Role.DATABASE):
        database = recognise(held.path)
        if database is not None and held.size:
            found.setdefault(database.root, database)
    for root, database in sorted(found.items()):
        if root in spoken or any(each == root or each.startswith(f"{root}/") for each in roots):
            continue
        detail = (
            f"this looks like what {database.manager} has installed, and syft read no package from it: they are not "
            "looked at"
        )
        yield _gap(GapReason.UNSUPPORTED, detail, f"{inside.name}!/{one_line(root)}")


def _unknowns(files: Sequence[File], inside: Inside) -> Iterator[GapEntry]:
    """Name the files that syft tried and failed to read."""
    unknown = sorted((each.location.path, each.unknowns) for each in files if each.unknowns)
    for path, said in unknown[:_UNKNOWNS]:
        detail = f"syft could not read this: {shorten(one_line('; '.join(said)), 300)}"
        yield _gap(GapReason.UNREADABLE, detail, f"{inside.name}!{one_line(path)}")
    if len(unknown) > _UNKNOWNS:
        detail = f"syft could not read {len(unknown) - _UNKNOWNS} more files"
        yield _gap(GapReason.UNREADABLE, detail, inside.name)


def lifetime(stock: Stock, inside: Inside, today: date) -> Iterator[GapEntry]:
    """Say of each release of a distribution that it is past its end, or that nobody here knows."""
    for ecosystem in sorted({pin.ecosystem for pin in stock.pins if _is_distribution(pin.purl)}):
        said = lifetimes.trouble(ecosystem, today)
        if said is not None:
            yield _gap(GapReason.STALE, said, inside.name)


def _is_distribution(purl: str) -> bool:
    return purl.startswith(("pkg:deb/", "pkg:apk/", "pkg:rpm/"))


def orphans(artifacts: Sequence[Artifact], inside: Inside) -> tuple[str, ...]:
    """Give the programs (paths with a leading slash) that no package speaks of."""
    owned: set[str] = set()
    folders: list[str] = []
    for artifact in artifacts:
        owned |= {_plain(at.path) for at in artifact.locations}
        owned |= {_plain(path) for path in _owns(artifact)}
        folders += [f"/{_plain(posixpath.dirname(at.path))}/" for at in artifact.locations if artifact.type == "npm"]
    return tuple(
        f"/{held.path}"
        for held in inside.files.of(Role.PROGRAM)
        if _plain(held.path) not in owned
        and not any(each in f"/{held.path}" for each in _LANGUAGE_FOLDERS)
        and not f"/{_plain(held.path)}".startswith(tuple(folders))
    )


def _owns(artifact: Artifact) -> Iterator[str]:
    try:
        read = msgspec.json.decode(artifact.metadata, type=_Files | None)
    except msgspec.MsgspecError:
        return  # metadata of another shape names no files
    for each in (read.files if read else None) or ():
        path = each if isinstance(each, str) else each.path
        yield posixpath.normpath(posixpath.join(read.root if read else "", path))


def _plain(path: str) -> str:
    """Spell a path so that a system whose `/bin` is `/usr/bin` has one name for what is in there."""
    return path.lstrip("/").removeprefix("usr/")


def programs(artifacts: Sequence[Artifact], stock: Stock, inside: Inside) -> tuple[list[GapEntry], list[str]]:
    """Tell of the programs without a package: a note, or a gap where there is no package at all."""
    found = orphans(artifacts, inside)
    named = ", ".join(shorten(one_line(each), 80) for each in found[:_NAMED])
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    if stock.installed:
        note = f"{inside.name}: no package speaks of {len(found)} program{'s' * (len(found) > 1)}: {named}{more}"
        return [], [note] if found else []
    if found:
        what = f"{len(found)} programs" if len(found) > 1 else "a program"
        detail = f"it holds no package, and {what} that syft cannot take apart: {named}{more}"
        return [_gap(GapReason.UNRESOLVED, detail, inside.name)], []
    if inside.files.executables or inside.system.id:
        return [_gap(GapReason.EMPTY, "no package was found in it, and it is more than data", inside.name)], []
    return [], [f"{inside.name}: it holds data alone, and nothing that could be run"]
