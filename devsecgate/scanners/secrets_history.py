"""Secrets that a commit of the change added, and that the tree may hold no more: looked for in git's objects.

The work is done by `devsecgate.detectors.secrets_history`, run as a child; `commits.py` has written for it what the
commits added. What still stands in the tree is what the scanner of the tree reports (look.py).
"""

from __future__ import annotations

import msgspec

from devsecgate.decode import decode
from devsecgate.detectors.secrets_findings import CANARY, WITNESSES, finding, planted
from devsecgate.detectors.secrets_versions import HistoryAnswer, Leak, Salt
from devsecgate.errors import MalformedOutput
from devsecgate.model import Finding, Gap, GapReason, Kind
from devsecgate.scanner import (
    CANARY_PATH,
    Canary,
    Command,
    Engine,
    Job,
    Output,
    Parsed,
    Scanner,
    Subject,
    relative,
)

NAME = "secrets-history"


def command(job: Job) -> Command:
    """Name the manifest and the canary; the key of the hashes goes where no list of processes shows it."""
    assert job.given is not None
    return Command(
        argv=(
            *("python", "-m", "devsecgate.detectors.secrets_history"),
            *(f"--canary={job.canary}", f"--given={job.given.source}"),
        ),
        exits=frozenset({0}),
        stdin=msgspec.json.encode(Salt(salt=job.settings.salt)),
    )


def parse(output: Output, job: Job) -> Parsed:
    """Turn the detector's answer into findings. Raises MalformedOutput."""
    assert job.given is not None
    answer = decode(output.stdout, HistoryAnswer, tool=NAME)
    findings = tuple(_finding(leak, job) for leak in answer.leaks)
    gaps = [_gap(relative(unseen.path, job), unseen.detail) for unseen in answer.unseen]
    missed = WITNESSES - {found.rule for found in findings if found.location.path == CANARY_PATH}
    gaps += [_gap(CANARY_PATH, f"the rule {rule} did not fire on the planted sample") for rule in sorted(missed)]
    if answer.covered != [job.given.name]:
        raise MalformedOutput("does not say that it went through all commits", where=NAME)
    return Parsed(
        findings=findings,
        gaps=tuple(gaps),
        covered=frozenset({job.given.name}),
        version=answer.version,
        notes=(_account(answer),),
    )


def _account(answer: HistoryAnswer) -> str:
    commits = "1 commit" if answer.commits == 1 else f"{answer.commits:,} commits"
    versions = "1 version of a file" if answer.versions == 1 else f"{answer.versions:,} versions of files"
    return f"looked at what {commits} added: {versions}, {answer.size:,} bytes"


def _finding(leak: Leak, job: Job) -> Finding:
    path = relative(leak.secret.path, job)
    if leak.commit:
        said = (
            f", added by commit {leak.commit}. The history keeps it, whatever a later commit takes out of the file: "
            "revoke it"
        )
    else:
        said = (
            ", which is staged, though it is not in the working tree: take it out of the index before it is committed"
        )
    return finding(leak.secret, scanner=NAME, path=path, said=said)


def _gap(path: str, detail: str) -> Gap:
    if path == CANARY_PATH:
        return Gap(scanner=NAME, reason=GapReason.CANARY, detail=detail)
    return Gap(scanner=NAME, reason=GapReason.UNREADABLE, detail=detail, path=path)


SCANNER = Scanner(
    name=NAME,
    kind=Kind.SECRET,
    about="credentials that a commit of the change added, also where a later one removed them (own detector)",
    engines=(Engine(name="devsecgate secrets-history", program="python"),),
    select=lambda path: False,
    command=command,
    parse=parse,
    canary=Canary(name="canary.txt", content=planted(), rule=CANARY),
    subject=Subject.COMMITS,
    enabled=lambda settings: settings.no_commits or None,
)
