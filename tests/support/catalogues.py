"""Catalogues of known exploited vulnerabilities, shaped as CISA's own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

Record = dict[str, object]


def ids(count: int, first: int = 1) -> list[str]:
    """Make up CVE ids."""
    return [f"CVE-2024-{number:05}" for number in range(first, first + count)]


def entry(cve: str, added: str = "2024-05-01", **fields: object) -> Record:
    """Make an entry with all that the schema requires."""
    return {
        "cveID": cve,
        "vendorProject": "Example",
        "product": "Thing",
        "vulnerabilityName": "Example Thing Command Injection Vulnerability",
        "dateAdded": added,
        "shortDescription": "Example Thing runs what it is given.",
        "requiredAction": "Apply mitigations per vendor instructions.",
        "dueDate": "2024-05-22",
        "knownRansomwareCampaignUse": "Unknown",
        "notes": "",
        "cwes": ["CWE-78"],
        **fields,
    }


def document(entries: Sequence[Mapping[str, object]], released: str = "2026-07-01", **fields: object) -> Record:
    """Make a catalogue of that day."""
    return {
        "title": "CISA Catalog of Known Exploited Vulnerabilities",
        "catalogVersion": released.replace("-", "."),
        "dateReleased": f"{released}T17:04:19.9796Z",
        "count": len(entries),
        "vulnerabilities": list(entries),
        **fields,
    }


def catalogue(count: int = 20, released: str = "2026-07-01", first: int = 1) -> bytes:
    """Make the bytes of a catalogue with so many entries."""
    return json.dumps(document([entry(each) for each in ids(count, first)], released)).encode()
