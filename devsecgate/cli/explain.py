"""`devsecgate explain`: what a rule means, why it matters, and how to fix it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from devsecgate.errors import UsageError

if TYPE_CHECKING:
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

    known = lessons.load(bundled.policies())
    if _FINGERPRINT.fullmatch(subject):
        names = tuple(_of_issue(subject, report_file))
    else:
        names = tuple(name for name in known if subject in (name, name.partition(":")[2])) or (subject,)
    texts = tuple(dict.fromkeys(text for name in names if (text := lessons.find(known, name)) is not None))
    if not texts:
        raise UsageError(f"nothing is known about {subject}", remedy=_nearest(subject, known))
    for text in texts:
        click.echo(_page(text))


def _of_issue(fingerprint: str, report_file: Path | None) -> Iterator[str]:
    """Show the issue, and name its rules."""
    import msgspec

    from devsecgate import recent
    from devsecgate.reports.json_report import ReportDocument

    reports = (report_file.read_bytes(),) if report_file else recent.recall()
    for data in reports:
        report = msgspec.json.decode(data, type=ReportDocument)
        for issue in report.issues:
            if issue.fingerprint.startswith(fingerprint):
                click.echo(f"{issue.fingerprint}: {issue.location.path}:{issue.location.line}\n  {issue.message}")
                click.echo(f"  {issue.action}: {issue.reason} ({issue.because.file}:{issue.because.line})\n")
                yield from (f"{finding.scanner}:{finding.rule}" for finding in issue.findings)
                return
    raise UsageError(
        f"no issue with the fingerprint {fingerprint} in {report_file or 'the last runs'}",
        remedy="Run `devsecgate gate` first, or give the JSON report of its run: --report gate.json.",
    )


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

    bare = {name.partition(":")[2]: name for name in known}
    near = difflib.get_close_matches(subject, [*known, *bare], n=3, cutoff=0.5)
    meant = ", ".join(bare.get(name, name) for name in near)
    return f"Did you mean {meant}?" if near else "Rules look like bandit:B602."
