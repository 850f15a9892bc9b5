"""The JSON reports of the last runs, kept in the user's own cache folder so that `explain` knows their fingerprints."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

_KEPT = 20


def folder() -> Path:
    """Give the folder that they are kept in; it may not exist yet."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("devsecgate", appauthor=False)) / "recent"


def remember(target: Path, report: bytes) -> None:
    """Keep the report of a target's last run, and the newest of other targets.

    Raises OSError where the folder cannot be written.
    """
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = hashlib.sha256(bytes(target)).hexdigest()[:32]
    with tempfile.NamedTemporaryFile(dir=place, suffix=".tmp", delete=False) as temporary:
        temporary.write(report)
    Path(temporary.name).replace(place / f"{name}.json")
    for old in _newest_first(place)[_KEPT:]:
        old.unlink(missing_ok=True)


def recall() -> Iterator[bytes]:
    """Give the kept reports, the newest first."""
    place = folder()
    if place.is_dir():
        for path in _newest_first(place):
            yield path.read_bytes()


def _newest_first(place: Path) -> list[Path]:
    return sorted(place.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
