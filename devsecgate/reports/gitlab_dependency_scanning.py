"""A verdict in, GitLab's dependency scanning report out: what the policy acts on in manifests, lockfiles and SBOMs."""

from __future__ import annotations

from devsecgate import gitlab_report
from devsecgate.model import Issue, Kind, Verdict
from devsecgate.report import Context, Report
from devsecgate.text import printable


def render(verdict: Verdict, context: Context) -> bytes:
    """Render the issues of packages that the project asks for."""
    return gitlab_report.document(verdict, context, _LAYER)


def _location(issue: Issue, verdict: Verdict) -> gitlab_report.Location:
    """GitLab tells two apart by file and package, and not by line or version."""
    del verdict
    return gitlab_report.Location(file=printable(issue.location.path), dependency=gitlab_report.dependency(issue))


_LAYER = gitlab_report.Layer(type="dependency_scanning", kinds=frozenset({Kind.DEPENDENCY}), location=_location)

REPORT = Report(kind="gitlab-dependency-scanning", about="GitLab's dependency scanning report", render=render)
