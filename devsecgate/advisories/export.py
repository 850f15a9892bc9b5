"""A store in; a folder shaped like the public OSV bucket out, the same bytes for the same records."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from devsecgate.advisories.ecosystems import base
from devsecgate.advisories.store import Held, Store
from devsecgate.errors import ReportError, UsageError


def export(opened: Store, folder: Path, ecosystems: Collection[str]) -> Iterator[tuple[str, int]]:
    """Write `<Ecosystem>/all.zip`, `<Ecosystem>/modified_id.csv` and `ecosystems.txt`; give each name and its records.

    Without names, all that is held. Raises UsageError for one that is not, ReportError where the folder refuses.
    """
    known = {each.name: each for each in opened.ecosystems()}
    names = sorted({base(each) for each in ecosystems} or known)
    for name in names:
        if name not in known:
            raise UsageError(f"the store holds no {name!a}", remedy=f"It holds {', '.join(known) or 'nothing'}.")
    try:
        for name in names:
            (folder / name).mkdir(parents=True, exist_ok=True)
            listed = _archive(opened, known[name], folder / name)
            # newest first, as the bucket has it
            _write(folder / name / "modified_id.csv", "".join(f"{each},{of}\n" for each, of in sorted(listed)[::-1]))
            yield name, known[name].records
        _write(folder / "ecosystems.txt", "".join(f"{name}\n" for name in names))
    except OSError as error:
        raise ReportError(f"the records cannot be written: {error.strerror}", where=str(folder)) from error


def _archive(opened: Store, held: Held, folder: Path) -> list[tuple[str, str]]:
    """Write the archive; give time and id of its records."""
    listed = []
    with _replaced(folder / "all.zip") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in opened.originals(held.name):
            archive.writestr(_member(each.file), each.content)
            listed.append((each.modified, each.file.removesuffix(".json")))
        for name in held.malformed:
            archive.writestr(_member(name), b"")
    return listed


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member


def _write(place: Path, text: str) -> None:
    with _replaced(place) as file:
        file.write(text.encode())


@contextmanager
def _replaced(place: Path) -> Iterator[IO[bytes]]:
    """Write beside a file, and put it in its place when it is whole."""
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False) as file:
        try:
            yield file
            file.flush()
            Path(file.name).chmod(0o644)
            Path(file.name).replace(place)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
