"""Mix's mix.lock in; packages of Hex out."""

from __future__ import annotations

import re

from devsecgate.detectors.manifests.entries import Entry, Locked, Source, collect
from devsecgate.detectors.manifests.reading import Unreadable, unnamed
from devsecgate.model import GapReason

_ENTRY = re.compile(r"\"([a-z0-9_]{1,200})\": ?\{:(hex|git|path), ?(.*)")
_HEX = re.compile(r":\"?([A-Za-z0-9_]{1,200})\"?, ?\"([^\"]{1,128})\"(.*)")
_NEED = re.compile(r"\{:([a-z0-9_]{1,200}), \"")


def mix_lock(source: Source) -> Locked:
    """Read mix.lock, a map of Elixir with one entry a line."""
    entries, problems = [], []
    if not source.text.lstrip().startswith("%{"):
        raise Unreadable("is not what its name says", reason=GapReason.MALFORMED)
    for number, line in enumerate(source.text.split("\n"), start=1):
        rest = (
            line.strip().removeprefix("%{").removesuffix("}").strip() if line.strip() in {"%{", "}"} else line.strip()
        )
        if not rest or rest == "%{}":
            continue
        found = _ENTRY.fullmatch(rest.removeprefix("%{"))
        inside = _HEX.fullmatch(found.group(3)) if found and found.group(2) == "hex" else None
        if found is None or (inside is None and found.group(2) == "hex"):
            problems.append(unnamed(source.path, number))
        elif inside is None:
            entries.append(Entry(name=found.group(1), version=None, line=number, elsewhere=found.group(2) == "git"))
        else:
            needs = tuple(_NEED.findall(inside.group(3)))
            entries.append(
                Entry(name=inside.group(1), version=inside.group(2), line=number, key=found.group(1), needs=needs)
            )
    return collect(source, "Hex", entries, gaps=problems)
