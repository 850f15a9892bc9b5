"""The bytes of CISA's catalogue of known exploited vulnerabilities in; the CVEs that it lists, with their dates, out.

Its shape is the one of CISA's own schema, `known_exploited_vulnerabilities_schema.json`; only what is used is read.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from devsecgate.errors import DevsecgateError, ExitCode
from devsecgate.model import GapReason
from devsecgate.text import one_line, printable, shorten

VARIABLE = "DEVSECGATE_KEV"
"""The environment variable that names another file."""
FILE_NAME = "known_exploited_vulnerabilities.json"
LARGEST = 64 << 20
"""Bytes of a catalogue; the real one had 1.2 MB in August 2025."""
_UPDATE = "Run `devsecgate intel update`, or give it a file: `devsecgate intel update --from FILE`."


class CatalogueError(DevsecgateError):
    """There is no catalogue that could be used; `reason` is that of the gap which this is to a verdict."""

    exit_code = ExitCode.INCOMPLETE

    def __init__(self, what: str, *, where: str, remedy: str, reason: GapReason) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.reason = reason


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """What CISA knows to be exploited."""

    version: str
    """As CISA counts them: `2025.08.25`."""
    released: date
    """In UTC."""
    added: Mapping[str, date]
    """The day on which each was added, by CVE id in capital letters; never empty."""
    ransomware: frozenset[str]
    """Those of them that ransomware campaigns are known to use."""
    source: str
    """The file's name, or the address without credentials; never a path of the machine."""


class _Entry(msgspec.Struct, frozen=True, gc=False):
    cve: Annotated[str, msgspec.Meta(pattern=r"\ACVE-[0-9]{4}-[0-9]{4,19}\Z")] = msgspec.field(name="cveID")
    added: date = msgspec.field(name="dateAdded")
    ransomware: Literal["Known", "Unknown"] = msgspec.field(name="knownRansomwareCampaignUse", default="Unknown")
    """The schema does not require it, and older catalogues do not have it."""


class _Document(msgspec.Struct, frozen=True):
    version: Annotated[str, msgspec.Meta(pattern=r"\A[0-9A-Za-z._-]{1,64}\Z")] = msgspec.field(name="catalogVersion")
    released: Annotated[datetime, msgspec.Meta(tz=True)] = msgspec.field(name="dateReleased")
    count: int
    entries: Annotated[list[_Entry], msgspec.Meta(min_length=1)] = msgspec.field(name="vulnerabilities")


class _Entries(msgspec.Struct, frozen=True):
    """The same, with entries that nobody has looked at yet."""

    raw: list[msgspec.Raw] = msgspec.field(name="vulnerabilities")


_DOCUMENT = msgspec.json.Decoder(_Document)


def default_path() -> Path:
    """Give the file that `DEVSECGATE_KEV` names, else the one in the user's own cache folder; it may not exist."""
    import platformdirs

    named = os.environ.get(VARIABLE)
    return Path(named or Path(platformdirs.user_cache_dir("devsecgate", appauthor=False), FILE_NAME))


def load(path: Path) -> Catalogue:
    """Read a catalogue from a regular file; raises CatalogueError, which names the file and no folder."""
    return parse(read(path), printable(path.name))


def read(path: Path) -> bytes:
    """Read a regular file of at most LARGEST bytes, and never wait for a pipe; raises CatalogueError."""
    name = printable(path.name)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _unusable("it is not a regular file", name, GapReason.UNREADABLE)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                content = file.read(LARGEST + 1)
        finally:
            os.close(descriptor)
    except (FileNotFoundError, NotADirectoryError):
        raise CatalogueError(
            "there is no catalogue of known exploited vulnerabilities",
            where=name,
            remedy=_UPDATE,
            reason=GapReason.MISSING,
        ) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise _unusable(f"it cannot be read: {why}", name, GapReason.UNREADABLE) from None
    if len(content) > LARGEST:
        raise _unusable(f"it is larger than {LARGEST:,} bytes", name, GapReason.MALFORMED)
    return content


def parse(data: bytes, source: str) -> Catalogue:
    """Read a catalogue; raises CatalogueError for one that is not whole, or not what CISA's schema says.

    `source` is a file's name, or an address without credentials.
    """
    try:
        data.decode()  # what is not read is not looked at either, and what is no text is no JSON
        document = _DOCUMENT.decode(data)
        released = document.released.astimezone(UTC).date()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise _unusable(_fault(data, error), source, GapReason.MALFORMED) from error
    if document.count != len(document.entries):
        what = f"it announces {document.count:,} entries, and holds {len(document.entries):,}"
        raise _unusable(what, source, GapReason.MALFORMED)
    added = {entry.cve: entry.added for entry in document.entries}
    if len(added) != len(document.entries):
        (twice, _), *_ = Counter(entry.cve for entry in document.entries).most_common(1)
        raise _unusable(f"it lists {twice} more than once", source, GapReason.MALFORMED)
    return Catalogue(
        version=document.version,
        released=released,
        added=added,
        ransomware=frozenset(entry.cve for entry in document.entries if entry.ransomware == "Known"),
        source=source,
    )


def age(catalogue: Catalogue, today: date) -> int:
    """Give the days since a catalogue was released; 0 for one of tomorrow, since it is tomorrow somewhere already.

    Raises CatalogueError for one of a later day: its age cannot be known, and must not be taken for none.
    """
    days = (today - catalogue.released).days
    if days < -1:
        raise CatalogueError(
            f"the catalogue of known exploited vulnerabilities was released on {catalogue.released}, which is after "
            f"today, {today}",
            where=catalogue.source,
            remedy="Set the clock of this machine; if it is right, `devsecgate intel update --force`.",
            reason=GapReason.STALE,
        )
    return max(days, 0)


def _fault(data: bytes, error: Exception) -> str:
    """Say what is wrong with a document, and with which of its entries."""
    with suppress(msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        for number, each in enumerate(msgspec.json.decode(data, type=_Entries).raw):
            try:
                msgspec.json.decode(each, type=_Entry)
            except (msgspec.MsgspecError, RecursionError) as found:
                return f"vulnerabilities[{number}]: {_said(found)}"
    return _said(error)


def _said(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 (byte {error.start})"
    return shorten(one_line(str(error)), 200)


def _unusable(what: str, source: str, reason: GapReason) -> CatalogueError:
    return CatalogueError(
        f"the catalogue of known exploited vulnerabilities cannot be used: {what}",
        where=source,
        remedy=_UPDATE,
        reason=reason,
    )
