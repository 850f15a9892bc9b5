"""A verdict in, GitLab's secret detection report out: the secrets that the policy acts on, without their values.

There is no `raw_source_code_extract`: GitLab defines it as unsanitized, and shows the line from the repository.
"""

from __future__ import annotations

from msgspec.structs import replace

from devsecgate import gitlab_report
from devsecgate.model import Issue, Kind, Verdict
from devsecgate.report import Context, Report
from devsecgate.text import printable

NO_COMMIT = "0" * 40
"""What git writes where there is no commit; GitLab requires one."""


def render(verdict: Verdict, context: Context) -> bytes:
    """Render the secrets."""
    return gitlab_report.document(verdict, context, _LAYER)


def _location(issue: Issue, verdict: Verdict) -> gitlab_report.Location:
    commit = gitlab_report.Commit(sha=printable(verdict.target.revision or NO_COMMIT))
    return replace(gitlab_report.in_file(issue), commit=commit)


_LAYER = gitlab_report.Layer(type="secret_detection", kinds=frozenset({Kind.SECRET}), location=_location)

REPORT = Report(kind="gitlab-secret-detection", about="GitLab's secret detection report", render=render)
