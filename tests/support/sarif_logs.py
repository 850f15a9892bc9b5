"""Small SARIF logs for tests, and the job that they are the answer to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeAlias

from devsecgate import sarif_in
from devsecgate.model import Finding, Gap, GapReason, Kind
from devsecgate.scanner import Job, Output, Parsed, Settings

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
FILES = ("./a b.py", "./a.py", "./src/deep.py", "./ü.py")
JOB = Job(
    root=Path("/tree"),
    files=FILES,
    canary=Path("/canary/canary.py"),
    scratch=Path("/scratch"),
    engine="tool",
    settings=Settings(),
)


def parse(document: Json | bytes, *, kind: Kind = Kind.CODE, job: Job = JOB) -> Parsed:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return sarif_in.parse(Output(stdout=data, stderr=b"", exit=0), job, name="tool", kind=kind)


def result(uri: str = "a.py", **changes: Json) -> dict[str, Json]:
    place: Json = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 3}}}
    return {"ruleId": "R1", "message": {"text": "bad"}, "locations": [place], **changes}


def run(*results: Json, rules: list[Json] | None = None, **changes: Json) -> dict[str, Json]:
    driver: Json = {"name": "Tool", "version": "1.2", "rules": rules or []}
    return {"tool": {"driver": driver}, "results": list(results), **changes}


def log(*runs: Json, **changes: Json) -> dict[str, Json]:
    return {"version": "2.1.0", "runs": list(runs), **changes}


def only(*results: Json, **changes: Json) -> Finding:
    (found,) = parse(log(run(*results, **changes))).findings
    return found


def gap(reason: GapReason, detail: str, path: str | None = None) -> Gap:
    return Gap(scanner="tool", reason=reason, detail=detail, path=path)
