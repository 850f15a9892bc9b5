"""The job summary: whole rows below the limit, and nothing in it that Markdown or HTML acts on."""

from __future__ import annotations

import re

import pytest
from msgspec import structs

from devsecgate.model import Action, Decision, GapDecision, Location, Outcome, Verdict
from devsecgate.report import Context
from devsecgate.reports import markdown
from devsecgate.reports.markdown import REPORT, escape


def many(decision: Decision, number: int) -> tuple[Decision, ...]:
    """Copies with other paths, wide characters among them."""
    issue = decision.issue
    return tuple(
        structs.replace(
            decision,
            issue=structs.replace(
                issue,
                fingerprint=f"{index:032x}",
                findings=(
                    structs.replace(issue.primary, location=Location(path=f"häßlich/文{index}.py", line=index + 1)),
                ),
            ),
        )
        for index in range(number)
    )


def test_fifty_thousand_issues_are_cut_to_whole_rows_below_the_limit(
    verdicts: dict[str, Verdict], context: Context
) -> None:
    blocking = many(verdicts["fail"].decisions[0], 25_000)
    warning = tuple(structs.replace(decision, action=Action.WARN) for decision in blocking)
    gaps = verdicts["incomplete"].gaps
    verdict = structs.replace(verdicts["fail"], decisions=blocking + warning, gaps=gaps)
    content = REPORT.render(verdict, context)
    text = content.decode("utf-8")
    assert 0.8 * markdown.LIMIT < len(content) <= markdown.LIMIT
    assert text.startswith("## devsecgate: FAIL\n")
    assert "| 25000 | 25000 | 0 | 0 | 3 | 0 |" in text
    assert "### Blocking (25000)" in text
    assert "### Not seen, and not accepted (3)" in text
    assert "### Account (" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)
    shown = sum(line.startswith("| critical |") for line in rows)
    last = text.splitlines()[-1]
    left_out = [int(number.replace(",", "")) for number in re.findall(r"([\d,]+) of 25,000", last)]
    assert last.startswith("**Cut here")
    assert shown + sum(left_out) == 50_000


def test_one_gigantic_row_does_not_push_out_the_rest(verdicts: dict[str, Verdict], context: Context) -> None:
    decision = verdicts["fail"].decisions[0]
    issue = decision.issue
    huge = structs.replace(issue, findings=(structs.replace(issue.primary, message="é" * 3_000_000),))
    verdict = structs.replace(
        verdicts["fail"], decisions=(structs.replace(decision, issue=huge), *verdicts["fail"].decisions[1:])
    )
    text = REPORT.render(verdict, context).decode()
    assert "Cut here" not in text
    assert "shop/run.py" in text


def test_thousands_of_notes_leave_the_outcome_and_the_gaps(verdicts: dict[str, Verdict], context: Context) -> None:
    verdict = verdicts["incomplete"]
    notes = tuple(f"note {number}" for number in range(100_000))
    results = (structs.replace(verdict.results[0], notes=notes), *verdict.results[1:])
    gap = verdict.gaps[0]
    gaps: tuple[GapDecision, ...] = (gap,) * 50_000
    content = REPORT.render(structs.replace(verdict, results=results, gaps=gaps), context)
    assert len(content) <= markdown.LIMIT
    assert content.startswith(b"## devsecgate: INCOMPLETE\n\nNothing blocks, but 50,000 things could not be seen.")
    assert b"lines of the account" in content.splitlines()[-1]


def test_a_pass_is_short(verdicts: dict[str, Verdict], context: Context) -> None:
    assert verdicts["pass"].outcome is Outcome.PASS
    assert len(REPORT.render(verdicts["pass"], context).splitlines()) < 40


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b", "a&#124;b"),
        ("`x`", "&#96;x&#96;"),
        ("<b>&amp;", "&#60;b&#62;&#38;amp;"),
        ("@octocat", "&#64;&#8203;octocat"),
        ("fixes #1", "fixes &#35;&#8203;1"),
        ("[a](https://evil.example)", "&#91;a&#93;&#40;https&#58;//evil.example&#41;"),
        ("www.evil.example", "www&#8203;.evil.example"),
        ("a\n\n# b", "a &#35;&#8203; b"),
        ("\x1b[31m\u202e", "&#92;x1b&#91;31m&#92;u202e"),
    ],
)
def test_what_markdown_acts_on_is_escaped(text: str, expected: str) -> None:
    assert escape(text) == expected


def test_hostile_text_breaks_no_table(hostile: tuple[Verdict, Context]) -> None:
    text = REPORT.render(*hostile).decode()
    widths = {line.count("|") for line in text.splitlines() if line.startswith("|") and "error" in line}
    assert widths == {5}
    assert re.findall(r"<(?!/?(?:code|sub|br)>)", text) == []
    assert re.findall(r"(?<!\*)\*(?![* ])|`|https?://|(?<!&)#(?![# ])|@", text.replace("**", "")) == []
