"""What the detector of secrets says of one secret goes in, a finding comes out; and what is planted for it.

The parents' half, for both scanners that run the detector: of the tree, and of the commits of a change.
"""

from __future__ import annotations

import base64
import hashlib
import zlib

from devsecgate.detectors.secrets_output import Secret
from devsecgate.errors import MalformedOutput
from devsecgate.model import Confidence, Finding, Kind, Location, Severity, Suppression

HARDCODED_CREDENTIALS = 798
"""CWE-798."""
CANARY = "devsecgate-canary"
"""The rule of the planted token."""
WITNESSES = frozenset({"private-key", "url-credentials", "generic-secret", "generic-password"})
"""Rules of the other ways to look (blocks, addresses, names), which must fire on the planted file too."""


def planted() -> bytes:
    """Build the planted file: none of it opens a door, and none of it stands in this source."""
    seed = hashlib.sha256(b"devsecgate canary").digest()
    text = seed.hex()[:32]
    token = f"devsecgate_canary_{text}{zlib.crc32(text.encode()):08x}"
    key = base64.b64encode(b"\x30" + seed * 5).decode()
    lines = (
        token,
        f"-----BEGIN {'PRIVATE'} KEY-----\n{key}\n-----END {'PRIVATE'} KEY-----",
        f"postgres://app:{key[8:24]}9Z@database.internal/app",
        f'api_secret = "{key[40:80]}"',
        f'password = "{key[80:88]}7a!"',
    )
    return "\n".join(lines).encode() + b"\n"


def finding(secret: Secret, *, scanner: str, path: str, said: str) -> Finding:
    """Turn a secret into a finding of `scanner`; `said` stands between what it is and how it is made worthless.

    Raises MalformedOutput.
    """
    location = Location(
        path=path,
        line=secret.line,
        end_line=secret.end_line,
        column=secret.column,
        end_column=secret.end_column,
    )
    proof = ", its structure verified" if secret.verified else ""
    return Finding(
        scanner=scanner,
        kind=Kind.SECRET,
        rule=secret.rule,
        message=f"{secret.title} ({secret.length} bytes{proof}){said}. To make it worthless: {secret.revoke}.",
        location=location,
        severity=_severity(secret.severity, scanner),
        severity_source="rule",
        confidence=_confidence(secret.confidence, scanner),
        cwes=frozenset({HARDCODED_CREDENTIALS}),
        suppression=_suppression(secret, location),
        secret_hash=secret.hash,
    )


def _suppression(secret: Secret, location: Location) -> Suppression | None:
    if secret.marker is None:
        return None
    place = Location(path=location.path, line=secret.marker.line, column=secret.marker.column)
    return Suppression(marker=secret.marker.text, location=place, justification=secret.marker.justification)


def _severity(label: str, scanner: str) -> Severity:
    try:
        return Severity[label.upper()]
    except KeyError as error:
        raise MalformedOutput(f"there is no severity {label!r}", where=scanner) from error


def _confidence(label: str, scanner: str) -> Confidence:
    try:
        return Confidence[label.upper()]
    except KeyError as error:
        raise MalformedOutput(f"there is no confidence {label!r}", where=scanner) from error
