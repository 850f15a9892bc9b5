"""Where SARIF says that something is goes in; a place in the target comes out.

A URI that leads out of the target keeps its absolute path, so that run.py can refuse it by what it is.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote, urlsplit

import msgspec

from devsecgate.errors import MalformedOutput
from devsecgate.model import Kind, Location
from devsecgate.sarif_in.shape import Place, Region, Run, Where
from devsecgate.scanner import Job, relative

_MOST_BASES = 8
_MOST_LINES = 1_000_000
"""No source file has more lines, and later stages count through those of a finding."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """One run, and what its records are read with."""

    run: Run
    job: Job
    name: str
    """The scanner's name."""
    kind: Kind
    wanted: frozenset[str]
    """The job's files, without `./`."""


def location(reader: Reader, where: Where) -> Location | None:
    """Read a place; None where it names no file. Raises MalformedOutput for lines that cannot be."""
    physical = where.physical_location
    if physical is None or physical.artifact_location is None:
        return None
    found = path(reader, physical.artifact_location)
    if found is None:
        return None
    region = physical.region or Region()
    if region.start_line is None:
        return Location(path=found)
    line = max(region.start_line, 1)
    end_line = region.end_line or line
    if end_line < line:
        raise MalformedOutput(f"a region ends on line {end_line} before it begins on {line}", where=reader.name)
    if end_line > _MOST_LINES:
        raise MalformedOutput(f"a region ends on line {end_line}, which no file has", where=reader.name)
    column = _column(region.start_column)
    end_column = _column(region.end_column) if column is not None else None
    return Location(path=found, line=line, end_line=end_line, column=column, end_column=end_column)


def _column(given: int | None) -> int | None:
    return given if given is not None and given >= 1 else None


def path(reader: Reader, place: Place) -> str | None:
    """Turn a URI into a target path, CANARY_PATH, or what leads out of the target; None where there is none.

    URIs should be percent-encoded, and semgrep's are not: a name that was asked for as it stands is that file.
    """
    if place.uri is None and 0 <= place.index < len(reader.run.artifacts):
        place = reader.run.artifacts[place.index].location or place
    if place.uri is None:
        return None
    plain = place.uri.removeprefix("./")
    if plain in reader.wanted:
        return plain
    name = _decoded(place.uri)
    base = place.uri_base_id
    for _ in range(_MOST_BASES):
        root = reader.run.original_uri_base_ids.get(base or "")
        if root is None:
            break
        name, base = posixpath.join(_decoded(root.uri or ""), name), root.uri_base_id
    return relative(posixpath.normpath(posixpath.join(str(reader.job.root), name)), reader.job)


def _decoded(uri: str) -> str:
    """Give the path in a `file:` URI or a relative reference; another scheme's URI stays as it is."""
    if not uri.lower().startswith("file:"):
        return uri if _SCHEME.match(uri) else unquote(uri)
    try:
        parts = urlsplit(uri)
    except ValueError:
        return uri
    return unquote(parts.path) if parts.netloc in {"", "localhost"} else uri
