"""A report in, JSON out: versioned, and frozen but for additions."""

from __future__ import annotations

from typing import Annotated

import msgspec

from devsecgate.doctor.records import Report
from devsecgate.text import json_document

FORMAT = "devsecgate-doctor"
VERSION = "1.0"

Number = Annotated[int, msgspec.Meta(ge=1)]


class GateRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One place that runs a security tool."""

    tool: str
    path: str
    line: Number


class FindingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One gate that is neutered."""

    rule: str
    severity: str
    confidence: str
    path: str
    line: Number
    message: str
    instead: str


class UnreadRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was not looked at."""

    path: str
    line: Number
    why: str


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report."""

    format: str
    version: str
    exit_code: int
    read: list[str]
    gates: list[GateRecord]
    findings: list[FindingRecord]
    not_looked_at: list[UnreadRecord]


def document(report: Report) -> bytes:
    """Write a report as JSON in plain ASCII."""
    return json_document(
        Document(
            format=FORMAT,
            version=VERSION,
            exit_code=int(report.exit_code),
            read=list(report.read),
            gates=[GateRecord(tool=each.tool, path=each.path, line=each.line) for each in report.gates],
            findings=[
                FindingRecord(
                    rule=each.rule.id,
                    severity=each.rule.severity.label,
                    confidence=each.rule.confidence.label,
                    path=each.path,
                    line=each.line,
                    message=each.message,
                    instead=each.rule.instead,
                )
                for each in report.findings
            ],
            not_looked_at=[UnreadRecord(path=each.path, line=each.line, why=each.why) for each in report.unread],
        )
    )
