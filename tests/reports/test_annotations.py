"""Annotations: the worst ten of each kind, read as GitHub's runner reads them, and no command but ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from devsecgate.model import Action, Decision, Location, Outcome, Verdict
from devsecgate.report import Context
from devsecgate.reports import annotations
from devsecgate.reports.annotations import REPORT

NOTHING = Context(sources={}, rules={})
Another = Callable[..., Decision]


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def parse(line: str) -> Command | None:
    """Read a line of a job's log as actions/runner does (`ActionCommand.TryParseV2`); None: it is no command."""
    text = line.lstrip()
    end = text.find("::", 2)
    if not text.startswith("::") or end < 0:
        return None
    name, _, rest = text[2:end].partition(" ")
    pairs = (part.partition("=") for part in rest.strip().split(",") if part)
    properties = {key: unescape(value, ("%0D", "%0A", "%3A", "%2C", "%25")) for key, _, value in pairs if value}
    return Command(name, properties, unescape(text[end + 2 :], ("%0D", "%0A", "%25")))


def unescape(text: str, escapes: tuple[str, ...]) -> str:
    for escape in escapes:
        text = text.replace(escape, chr(int(escape[1:], 16)))
    return text


def commands(verdict: Verdict, context: Context = NOTHING) -> list[Command]:
    found = [parse(line) for line in lines(verdict, context)]
    assert found[-1] is None
    return [command for command in found if command is not None]


def lines(verdict: Verdict, context: Context = NOTHING) -> list[str]:
    text = REPORT.render(verdict, context).decode()
    assert text.endswith("\n")
    return text[:-1].split("\n")


def many(another: Another, decision: Decision, number: int, action: Action) -> tuple[Decision, ...]:
    return tuple(structs.replace(another(decision, each), action=action) for each in range(number))


def test_errors_are_what_blocks_warnings_what_warns_and_notices_what_the_policy_has_to_say(
    verdicts: dict[str, Verdict], context: Context
) -> None:
    found = commands(verdicts["fail"], context)
    assert [(each.name, each.properties.get("file")) for each in found] == [
        ("error", "shop/data base.py"),
        ("error", "shop/run.py"),
        ("error", "requirements.txt"),
        ("error", None),
        ("error", "requirements.txt"),
        ("warning", "requirements.txt"),
        ("notice", None),
    ]
    assert found[1] == Command(
        "error",
        {
            "file": "shop/run.py",
            "line": "5",
            "endLine": "8",
            "title": "high: bandit B602 + semgrep python-shell-true",
        },
        "subprocess call with shell=True identified, security issue. "
        "Pass a list of arguments, and leave out shell=True. (default:14 block_at)",
    )


def test_columns_are_given_only_within_one_line_for_the_runner_drops_the_others(verdicts: dict[str, Verdict]) -> None:
    first, second = commands(verdicts["fail"])[:2]
    assert {key: first.properties.get(key) for key in ("line", "endLine", "col", "endColumn")} == {
        "line": "2",
        "endLine": None,
        "col": "12",
        "endColumn": "66",
    }
    assert {"col", "endColumn"}.isdisjoint(second.properties)


def test_an_image_is_no_file_of_the_repository_and_its_place_is_in_the_message(verdicts: dict[str, Verdict]) -> None:
    found = commands(verdicts["fail"])[3]
    assert list(found.properties) == ["title"]
    assert found.data.startswith("app.tar!/var/lib/dpkg/status:1: CVE-2023-38545, CVE-2023-38546, DSA-5523-1: ")


def test_a_run_that_could_not_see_has_errors(verdicts: dict[str, Verdict]) -> None:
    found = [(each.name, each.properties["title"]) for each in commands(verdicts["incomplete"])]
    assert found == [
        ("error", "not seen: semgrep, missing"),
        ("error", "not seen: target, unreadable"),
        ("error", "not seen: dependencies, unresolved"),
        ("warning", "low: bandit B105"),
    ]


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.INCOMPLETE])
def test_what_did_not_pass_has_an_error_whatever_else_there_is(outcome: Outcome, verdicts: dict[str, Verdict]) -> None:
    bare = structs.replace(verdicts["pass"], outcome=outcome, decisions=(), gaps=())
    assert [each.name for each in commands(bare)] == ["error"]


def test_what_passed_has_none(verdicts: dict[str, Verdict]) -> None:
    assert commands(verdicts["pass"]) == []


def test_ten_of_each_kind_are_shown_blocking_issues_before_gaps_and_the_last_line_says_what_is_not(
    verdicts: dict[str, Verdict], another: Another
) -> None:
    first = verdicts["fail"].decisions[0]
    decisions = (*many(another, first, 8, Action.BLOCK), *many(another, first, 1_212, Action.WARN))
    verdict = structs.replace(
        verdicts["fail"],
        decisions=(*decisions, *many(another, first, 3, Action.ALLOW)),
        gaps=verdicts["incomplete"].gaps,
        remarks=verdicts["fail"].remarks * 11,
    )
    found = commands(verdict)
    kinds = [each.name for each in found]
    assert kinds == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert [each.properties["title"].startswith("not seen") for each in found[:10]] == [False] * 8 + [True] * 2
    assert lines(verdict)[-1] == (
        "devsecgate: FAIL (exit 1): 8 issues block, and 3 things could not be seen. "
        "Not shown here: 1 gap, 1,202 warnings, 1 remark, 3 allowed issues; the other reports have them."
    )


def test_gaps_give_way_to_blocking_issues_and_are_counted(verdicts: dict[str, Verdict], another: Another) -> None:
    blocking = many(another, verdicts["fail"].decisions[0], 15, Action.BLOCK)
    verdict = structs.replace(verdicts["fail"], decisions=blocking, gaps=verdicts["incomplete"].gaps, remarks=())
    assert len(commands(verdict)) == 10
    assert lines(verdict)[-1].endswith("Not shown here: 5 blocking issues, 3 gaps; the other reports have them.")


@pytest.mark.parametrize("text", ["%" * 10_000, "x" * 10_000, "a%" * 3_000, "%0A" * 4_096, "é" * 5_000])
def test_a_message_is_cut_where_it_is_longer_than_the_limit_escaped_and_never_inside_an_escape(
    text: str, verdicts: dict[str, Verdict], another: Another
) -> None:
    decision = another(verdicts["fail"].decisions[0], 1, message=text)
    verdict = structs.replace(verdicts["fail"], decisions=(decision,), remarks=())
    (line, _) = lines(verdict)
    escaped = line.partition("::")[2].partition("::")[2]
    assert 0.9 * annotations.MESSAGE_LIMIT < len(escaped) <= annotations.MESSAGE_LIMIT
    (command,) = commands(verdict)
    assert command.data.endswith("…")
    assert text.startswith(command.data[:-1])


ATTACKS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["::", "\n", "\r\n", "%0A", "%0D", "%", "error", "::error::", ",", "=", ":", "file", "##[", " "]
        ),
        max_size=12,
    ).map("".join),
)


@given(message=ATTACKS, path=ATTACKS, rule=ATTACKS)
def test_no_text_makes_a_command_or_a_property_of_its_own(message: str, path: str, rule: str) -> None:
    note = annotations._Note(title=rule, message=message, location=Location(path=path, line=3))
    line = annotations._command("error", note)
    command = parse(line)
    assert line.isprintable()
    assert "##[" not in line
    assert command is not None
    assert (command.name, command.properties["line"]) == ("error", "3")
    assert set(command.properties) <= {"file", "line", "title"}
    assert command.data == annotations._plain(message)
    assert command.properties.get("title", "").strip() == annotations._plain(rule).strip()


def test_hostile_text_stays_in_its_line(hostile: tuple[Verdict, Context]) -> None:
    found = lines(*hostile)
    assert [each.name for each in commands(*hostile)] == ["error"] * 5 + ["warning"] * 4 + ["notice"]
    assert all(line.isprintable() for line in found)
    assert len(found) == 11
