"""Small advisory records, and stores of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from devsecgate.advisories import compile as compiling
from devsecgate.advisories import known
from devsecgate.advisories.known import Account, Book, Loaded
from devsecgate.advisories.record import Advisory, Affected, Common
from devsecgate.advisories.store import Store

Record = dict[str, object]
NOW = datetime(2026, 8, 1, 12, 30, tzinfo=UTC)
TODAY = date(2026, 8, 1)
COMMON = Common.__struct_fields__


def record(identity: str = "PYSEC-1", *names: str, ecosystem: str = "PyPI", **changes: object) -> Record:
    """Write a small record that affects everything before 2.0 of the packages named (default: thing)."""
    events = [{"introduced": "0"}, {"fixed": "2.0"}]
    affected = [
        {"package": {"ecosystem": ecosystem, "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
        for name in names or ("thing",)
    ]
    return {"id": identity, "modified": "2026-01-02T03:04:05Z", "affected": affected, **changes}


def build(path: Path, ecosystems: Mapping[str, Mapping[str, object]], *, checked_at: str = "") -> Path:
    """Compile records, or bytes as they are, by ecosystem and id."""
    connection = compiling.create(path)
    for ecosystem, records in ecosystems.items():
        filling = compiling.Filling(connection, ecosystem)
        for identity, content in records.items():
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            filling.take(f"{identity}.json", data)
        filling.finish(source="https://mirror.example/osv", today=TODAY, checked_at=checked_at, listing="")
        connection.commit()
    compiling.finish(connection)
    connection.close()
    return path


def ids(path: Path, ecosystem: str, *names: str) -> list[str]:
    """Give the ids of what a store has about the packages named (default: thing)."""
    with Store.open(path) as store:
        return [each.id for each in written(store.book(ecosystem, names or ("thing",))).advisories]


def written(book: Book) -> Loaded:
    """Put the records that a book was made from together again, with their entries by package."""
    found: dict[str, tuple[known.Record, list[Affected]]] = {}
    for _, package in sorted(book.packages.items()):
        for row in range(len(package.table.rows)):
            record = package.record(row)
            found.setdefault(record.common.id, (record, []))[1].append(package.entry(row))
    account = {name: getattr(book, name) for name in Account.__struct_fields__}
    return Loaded(
        **account,
        advisories=tuple(
            Advisory(**{name: getattr(record.common, name) for name in COMMON}, affected=tuple(entries))
            for _, (record, entries) in sorted(found.items())
        ),
        groups={identity: record.group for identity, (record, _) in found.items()},
    )
