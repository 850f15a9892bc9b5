"""Secrets in any file: our own detector, run as a child, which never prints a value (docs/secrets-engine.md)."""

from __future__ import annotations

import msgspec

from devsecgate.decode import decode
from devsecgate.detectors.secrets_findings import CANARY, WITNESSES, finding, planted
from devsecgate.detectors.secrets_output import Answer, Request
from devsecgate.model import Gap, GapReason, Kind
from devsecgate.scanner import CANARY_PATH, Canary, Command, Engine, Job, Output, Parsed, Scanner, Split, relative

NAME = "secrets"


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
    findings = tuple(
        finding(secret, scanner=NAME, path=relative(secret.path, job), said="") for secret in answer.secrets
    )
    gaps = [_gap(relative(unseen.path, job), unseen.detail) for unseen in answer.unseen]
    missed = WITNESSES - {found.rule for found in findings if found.location.path == CANARY_PATH}
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


SCANNER = Scanner(
    name=NAME,
    kind=Kind.SECRET,
    about="credentials in any file, by the formats of their providers and by name (own detector)",
    by_file=True,
    engines=(Engine(name="devsecgate secrets", program="python"),),
    select=lambda path: True,
    command=command,
    parse=parse,
    canary=Canary(name="canary.txt", content=planted(), rule=CANARY),
    split=Split.PROCESSORS,
)
