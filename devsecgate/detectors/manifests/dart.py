"""Dart's pubspec.lock in; packages out."""

from __future__ import annotations

from devsecgate.detectors.manifests.entries import Entry, Locked, Source, collect, outline
from devsecgate.detectors.manifests.reading import Unreadable
from devsecgate.model import GapReason


def pubspec_lock(source: Source) -> Locked:
    """Read pubspec.lock. What is from the SDK, or a folder, is no package of a registry."""
    top = outline(source.text)
    if "packages" not in top.below:
        raise Unreadable("is not what its name says", reason=GapReason.MALFORMED)
    entries = [
        Entry(
            name=name,
            version=node.at("version").value or None,
            line=node.line,
            direct=node.at("dependency").value.startswith("direct"),
            own=node.at("source").value in {"path", "sdk"},
            elsewhere=node.at("source").value == "git",
        )
        for name, node in top.at("packages").below.items()
    ]
    return collect(source, "Pub", entries)
