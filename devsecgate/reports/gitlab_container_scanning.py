"""A verdict in, GitLab's container scanning report out: what the policy acts on in images."""

from __future__ import annotations

from devsecgate import gitlab_report
from devsecgate.model import Issue, Kind, Verdict
from devsecgate.report import Context, Report
from devsecgate.text import printable

_INSIDE = "!/"
"""What stands between the name of an image and a path in it."""
_SYSTEM_PACKAGES = ("pkg:alpm/", "pkg:apk/", "pkg:deb/", "pkg:rpm/")
"""Packages of a distribution: their ecosystem is the operating system."""


def render(verdict: Verdict, context: Context) -> bytes:
    """Render the issues of what is installed in images."""
    return gitlab_report.document(verdict, context, _LAYER)


def _location(issue: Issue, verdict: Verdict) -> gitlab_report.Location:
    """GitLab tells two apart by image (without its tag) and package."""
    del verdict
    return gitlab_report.Location(
        dependency=gitlab_report.dependency(issue),
        operating_system=_operating_system(issue),
        image=printable(issue.location.path.partition(_INSIDE)[0]) or "unknown",
    )


def _operating_system(issue: Issue) -> str:
    """Give `Debian 12`; a wheel or a jar in an image does not say in which system it lies."""
    package = issue.primary.package
    if package is None or not package.purl.startswith(_SYSTEM_PACKAGES) or not package.ecosystem:
        return "unknown"
    return printable(package.ecosystem.replace(":", " "))


_LAYER = gitlab_report.Layer(type="container_scanning", kinds=frozenset({Kind.CONTAINER}), location=_location)

REPORT = Report(kind="gitlab-container-scanning", about="GitLab's container scanning report: images", render=render)
