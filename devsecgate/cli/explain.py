"""`devsecgate explain`: what a rule means, why it matters, and how to fix it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from devsecgate.errors import UsageError

if TYPE_CHECKING:
    from devsecgate.json_shape import IssueRecord
    from devsecgate.report import RuleText

_FINGERPRINT = re.compile(r"[0-9a-f]{8,32}")


@click.command(short_help="Tell what a rule or an issue means, and how to fix it.")
@click.argument("subject", metavar="RULE|FINGERPRINT")
@click.option("--report", "report_file", type=click.Path(path_type=Path), metavar="FILE",
              help="JSON report that the fingerprint comes from. Default: the last runs of this user.")  # fmt: skip
def explain(subject: str, report_file: Path | None) -> None:
    """Tell what RULE means, why it matters and how to fix it, with a vulnerable and a fixed example.

    RULE is `bandit:B602`, or B602 where only one scanner has it. FINGERPRINT is that of an issue of
    the last run, at least its first 8 digits.
    """
    from devsecgate import bundled, lessons

    if _FINGERPRINT.fullmatch(subject):
        issue = _issue(subject, report_file)
        click.echo(_summary(issue))
        names = tuple(dict.fromkeys(f"{finding.scanner}:{finding.rule}" for finding in issue.findings))
        known = lessons.load(bundled.policies(), only=names)
        texts = tuple(text for name in names if (text := lessons.find(known, name)) is not None)
        if not texts:
            click.echo(f"There is no lesson about {', '.join(names)}.")
    elif report_file is not None:
        raise UsageError(f"{subject} is no fingerprint", remedy="With --report, give at least its first 8 digits.")
    else:
        texts = tuple(_rule(subject, lessons.load(bundled.policies())))
    for text in texts:
        click.echo(_page(text))


def _rule(subject: str, known: Mapping[str, RuleText]) -> Iterator[RuleText]:
    """Give each rule of this name; the general lesson only where its scanner has no other, such as for advisories."""
    from devsecgate import lessons

    names = [name for name in known if subject in {name, name.partition(":")[2]}]
    names.sort(key=lambda name: name.partition(":"))  # secrets before secrets-history
    scanner = f"{subject.partition(':')[0]}:"
    if not names and not any(name.startswith(scanner) and not name.endswith(":*") for name in known):
        names = [subject]
    texts = [text for name in names if (text := lessons.find(known, name)) is not None]
    if not texts:
        raise UsageError(f"nothing is known about {subject}", remedy=_nearest(subject, known))
    yield from texts


def _issue(fingerprint: str, report_file: Path | None) -> IssueRecord:
    """Find the issue in the report that is named, or in those of the last runs."""
    reports = _given(report_file) if report_file is not None else _recent()
    for issues in reports:
        for issue in issues:
            if issue.fingerprint.startswith(fingerprint):
                return issue
    raise UsageError(
        f"no issue with the fingerprint {fingerprint} in {report_file or 'the last runs'}",
        remedy="Run `devsecgate gate` first, or give the JSON report of its run: --report gate.json.",
    )


def _given(file: Path) -> Iterator[list[IssueRecord]]:
    """Read the report that is named."""
    try:
        yield _issues(file.read_bytes())
    except OSError as error:
        raise UsageError(f"the report cannot be read: {error.strerror}", where=str(file)) from error
    except ValueError as error:
        raise UsageError(
            f"this is no JSON report of devsecgate: {error}",
            where=str(file),
            remedy="Give the file that `devsecgate gate --report json=FILE` wrote.",
        ) from error


def _recent() -> Iterator[list[IssueRecord]]:
    """Read the reports of the last runs; one that another version kept in another shape is passed over."""
    from devsecgate import recent

    try:
        for data in recent.recall():
            try:
                yield _issues(data)
            except ValueError:
                continue
    except OSError as error:
        raise UsageError(
            f"the last runs cannot be read: {error.strerror}",
            where=str(recent.folder()),
            remedy="Give the JSON report of the run: --report gate.json.",
        ) from error


def _issues(data: bytes) -> list[IssueRecord]:
    """Read a report's issues; raises ValueError for what is no report."""
    import msgspec

    from devsecgate.json_shape import ReportDocument

    try:
        return msgspec.json.decode(data, type=ReportDocument).issues
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _summary(issue: IssueRecord) -> str:
    """Say where the issue is and what became of it; a report may come from anywhere, so all of it is made printable."""
    from devsecgate.text import printable

    parts = [
        f"{issue.fingerprint}: {issue.location.path}:{issue.location.line}",
        f"  {issue.message}",
        f"  {issue.action}: {issue.reason} ({issue.because.file}:{issue.because.line})",
    ]
    if issue.package is not None and issue.fix:
        parts.append(f"  {issue.fix}")
    return "\n".join(printable(part) for part in parts) + "\n"


def _page(text: RuleText) -> str:
    """Lay one rule's text out for a terminal."""
    parts = [click.style(f"{text.rule}: {text.title}", bold=True)]
    if text.cwes:
        parts.append("  " + ", ".join(f"CWE-{number}" for number in sorted(text.cwes)))
    parts += ["", f"Why it matters\n{_indented(text.why)}", "", f"How to fix it\n{_indented(text.fix)}"]
    if text.vulnerable:
        parts += ["", f"Vulnerable\n{_indented(text.vulnerable)}"]
    if text.fixed:
        parts += ["", f"Fixed\n{_indented(text.fixed)}"]
    if text.references:
        parts += ["", "Read more", *(f"  {reference}" for reference in text.references)]
    return "\n".join(parts) + "\n"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.strip("\n").splitlines())


def _nearest(subject: str, known: Mapping[str, RuleText]) -> str:
    """Name the rules that were perhaps meant."""
    import difflib

    full = {name.casefold(): name for name in known if not name.endswith(":*")}
    bare = {name.partition(":")[2].casefold(): name for name in full.values()}
    spelt = {**bare, **full}
    near = difflib.get_close_matches(subject.casefold(), spelt, n=3, cutoff=0.5)
    meant = ", ".join(dict.fromkeys(spelt[name] for name in near))
    return f"Did you mean {meant}?" if near else "Rules look like bandit:B602."
