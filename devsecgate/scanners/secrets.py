"""Secrets in any file: our own detector, run as a child, which never prints a value (docs/secrets.md)."""

from __future__ import annotations

import base64
import hashlib
import zlib

import msgspec

from devsecgate.decode import decode
from devsecgate.detectors.secrets_output import Answer, Request, Secret
from devsecgate.errors import MalformedOutput
from devsecgate.model import Confidence, Finding, Gap, GapReason, Kind, Location, Severity, Suppression
from devsecgate.scanner import CANARY_PATH, Canary, Command, Engine, Job, Output, Parsed, Scanner, Split, relative

NAME = "secrets"
HARDCODED_CREDENTIALS = 798
"""CWE-798."""

_WITNESSES = frozenset({"private-key", "url-credentials", "generic-secret", "generic-password"})
"""Rules of the other ways to look (blocks, addresses, names), which must fire on the canary too."""


def _canary() -> bytes:
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


def command(job: Job) -> Command:
    """Give the files on stdin, where their number has no limit."""
    request = Request(files=[*job.files, str(job.canary)], salt=job.settings.salt)
    return Command(
        argv=("python", "-m", "devsecgate.detectors.secrets"),
        exits=frozenset({0}),
        stdin=msgspec.json.encode(request),
    )


def parse(output: Output, job: Job) -> Parsed:
    """Turn the detector's answer into findings. Raises MalformedOutput."""
    answer = decode(output.stdout, Answer, tool=NAME)
    findings = tuple(_finding(secret, job) for secret in answer.secrets)
    gaps = [_gap(relative(unseen.path, job), unseen.detail) for unseen in answer.unseen]
    missed = _WITNESSES - {finding.rule for finding in findings if finding.location.path == CANARY_PATH}
    gaps += [_gap(CANARY_PATH, f"the rule {rule} did not fire on the planted sample") for rule in sorted(missed)]
    return Parsed(
        findings=findings,
        gaps=tuple(gaps),
        covered=frozenset(relative(path, job) for path in answer.covered) - {CANARY_PATH},
        version=answer.version,
    )


def _gap(path: str, detail: str) -> Gap:
    if path == CANARY_PATH:
        return Gap(scanner=NAME, reason=GapReason.CANARY, detail=detail)
    return Gap(scanner=NAME, reason=GapReason.UNREADABLE, detail=detail, path=path)


def _finding(secret: Secret, job: Job) -> Finding:
    location = Location(
        path=relative(secret.path, job),
        line=secret.line,
        end_line=secret.end_line,
        column=secret.column,
        end_column=secret.end_column,
    )
    proof = ", its structure verified" if secret.verified else ""
    return Finding(
        scanner=NAME,
        kind=Kind.SECRET,
        rule=secret.rule,
        message=f"{secret.title} ({secret.length} bytes{proof}). To make it worthless: {secret.revoke}.",
        location=location,
        severity=_severity(secret.severity),
        severity_source="rule",
        confidence=_confidence(secret.confidence),
        cwes=frozenset({HARDCODED_CREDENTIALS}),
        suppression=_suppression(secret, location),
        secret_hash=secret.hash,
    )


def _suppression(secret: Secret, location: Location) -> Suppression | None:
    if secret.marker is None:
        return None
    place = Location(path=location.path, line=secret.marker.line, column=secret.marker.column)
    return Suppression(marker=secret.marker.text, location=place, justification=secret.marker.justification)


def _severity(label: str) -> Severity:
    try:
        return Severity[label.upper()]
    except KeyError as error:
        raise MalformedOutput(f"there is no severity {label!r}", where=NAME) from error


def _confidence(label: str) -> Confidence:
    try:
        return Confidence[label.upper()]
    except KeyError as error:
        raise MalformedOutput(f"there is no confidence {label!r}", where=NAME) from error


SCANNER = Scanner(
    name=NAME,
    kind=Kind.SECRET,
    about="credentials in any file, by the formats of their providers and by name (own detector)",
    by_file=True,
    engines=(Engine(name="devsecgate secrets", program="python"),),
    select=lambda path: True,
    command=command,
    parse=parse,
    canary=Canary(name="canary.txt", content=_canary(), rule="devsecgate-canary"),
    split=Split.PROCESSORS,
)
