"""Bundler's Gemfile.lock in; gems out."""

from __future__ import annotations

import re

from devsecgate.detectors.manifests.entries import Entry, Locked, Source, collect, lost
from devsecgate.detectors.manifests.reading import Unreadable, unnamed
from devsecgate.model import GapReason

_SOURCES = frozenset({"GEM", "GIT", "PATH", "PLUGIN SOURCE"})
_SPEC = re.compile(r" {4}([^\s(]+) \(([^\s()]+)\)")
_NEED = re.compile(r" {6}([^\s(]+)(?: \(.*\))?")
_ASKED = re.compile(r" {2}([^\s(!]+)!?(?: \(.*\))?!?")


def gemfile_lock(source: Source) -> Locked:
    """Read Gemfile.lock. A gem built for one platform has that behind its version: `1.10.0-x86_64-linux`."""
    part, asked, problems = "", set(), []
    found: dict[str, tuple[str, str, int, str, list[str]]] = {}
    last: list[str] = []
    for number, line in enumerate(source.text.split("\n"), start=1):
        if line[:1].strip():
            part = line.strip()
        elif part in _SOURCES and (spec := _SPEC.fullmatch(line.rstrip())):
            last = []
            found[f"{spec.group(1)} {spec.group(2)}"] = (spec.group(1), spec.group(2), number, part, last)
        elif part in _SOURCES and (need := _NEED.fullmatch(line.rstrip())):
            last.append(need.group(1))
        elif part in _SOURCES and line.startswith("    ") and line.strip():
            problems.append(unnamed(source.path, number))
        elif part == "DEPENDENCIES" and (wish := _ASKED.fullmatch(line.rstrip())):
            asked.add(wish.group(1))
    if not found and "DEPENDENCIES" not in source.text:
        raise Unreadable("is not what its name says", reason=GapReason.MALFORMED)
    entries = [
        Entry(
            name=name,
            version=version.partition("-")[0],
            line=line,
            needs=tuple(needs),
            direct=name in asked,
            own=kind == "PATH",
            elsewhere=kind == "GIT",
        )
        for name, version, line, kind, needs in found.values()
    ]
    needed = {*asked, *(need for each in entries for need in each.needs)} - {"bundler"}
    problems += lost(source.path, needed, (each.name for each in entries))
    return collect(source, "RubyGems", entries, gaps=problems)
