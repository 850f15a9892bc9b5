"""A verdict in, GitLab's SAST report out: what the policy acts on in code, infrastructure and pipelines."""

from __future__ import annotations

from devsecgate import gitlab_report
from devsecgate.model import Issue, Kind, Verdict
from devsecgate.report import Context, Report


def render(verdict: Verdict, context: Context) -> bytes:
    """Render the issues that are in a file's lines."""
    return gitlab_report.document(verdict, context, _LAYER)


def _location(issue: Issue, verdict: Verdict) -> gitlab_report.Location:
    del verdict
    return gitlab_report.in_file(issue)


_LAYER = gitlab_report.Layer(type="sast", kinds=frozenset({Kind.CODE, Kind.IAC, Kind.PIPELINE}), location=_location)

REPORT = Report(kind="gitlab-sast", about="GitLab's SAST report: code, infrastructure, pipelines", render=render)
