"""pyproject.toml and Pipfile: comments, order, quotes and ends of lines stay."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.fix.projects import raise_pipfile, raise_pyproject
from devsecgate.fix.records import Edit, Unchangeable, Upgrade

Make = Callable[..., Upgrade]

PEP_621 = """\
[build-system]
requires = ["jinja2==3.1.4"]  # what builds it is not changed

[project]
name = "shop"
dependencies = [
  # templates
  'jinja2==3.1.4',   # literal
\t"flask >=2 ; python_version > \\"3\\"",
]
optional-dependencies.docs = ["Jinja2[i18n]>=3,<3.1.5"]

[dependency-groups]
dev = ["jinja2>=3", {include-group = "docs"}]
docs = ["jinja2~=3.1.2"]
"""
POETRY = """\
[tool.poetry.dependencies]
python = "^3.11"
jinja2 = {version = '^3.1.4', extras = ["i18n"]}  # inline
flask = "^3.1.4"

[tool.poetry.group.dev.dependencies]
Jinja2 = [{version = "3.1.4", python = "<3.12"}, {version = ">=3", python = ">=3.12"}]
"""


def test_each_standard_table_is_changed_where_it_has_to_be(upgrade: Make) -> None:
    new, edits = raise_pyproject("pyproject.toml", PEP_621, upgrade(), "3.1.6")
    assert new == (
        PEP_621.replace("'jinja2==3.1.4'", "'jinja2==3.1.6'")
        .replace(">=3,<3.1.5", ">=3.1.6,<3.1.7")
        .replace("jinja2~=3.1.2", "jinja2~=3.1.6")
    )
    assert edits == (
        Edit(path="pyproject.toml", line=8, name="jinja2", before="jinja2==3.1.4", after="jinja2==3.1.6"),
        Edit(
            path="pyproject.toml",
            line=11,
            name="jinja2",
            before="Jinja2[i18n]>=3,<3.1.5",
            after="Jinja2[i18n]>=3.1.6,<3.1.7",
        ),
        Edit(path="pyproject.toml", line=15, name="jinja2", before="jinja2~=3.1.2", after="jinja2~=3.1.6"),
    )


def test_poetrys_tables_are_changed_in_every_form(upgrade: Make) -> None:
    new, edits = raise_pyproject("pyproject.toml", POETRY, upgrade(), "3.1.6")
    assert new == POETRY.replace("'^3.1.4'", "'^3.1.6'").replace('"3.1.4"', '"3.1.6"')
    assert [(each.line, each.before, each.after) for each in edits] == [
        (3, "^3.1.4", "^3.1.6"),
        (7, "3.1.4", "3.1.6"),
    ]


@pytest.mark.parametrize("text", [PEP_621, POETRY])
def test_windows_ends_of_lines_and_a_missing_last_one_stay(text: str, upgrade: Make) -> None:
    unix, _ = raise_pyproject("pyproject.toml", text, upgrade(), "3.1.6")
    windows, _ = raise_pyproject("pyproject.toml", text.replace("\n", "\r\n").rstrip("\r\n"), upgrade(), "3.1.6")
    assert windows == unix.replace("\n", "\r\n").rstrip("\r\n")


def test_a_pipfile_is_changed_but_for_its_settings(upgrade: Make) -> None:
    text = (
        '[[source]]\nname = "jinja2"\nurl = "3.1.4"\n\n[packages]\njinja2 = "==3.1.4"\n\n[dev-packages]\njinja2 = "*"\n'
    )
    new, edits = raise_pipfile("Pipfile", text, upgrade(), "3.1.6")
    assert new == text.replace("==3.1.4", "==3.1.6")
    assert edits == (Edit(path="Pipfile", line=6, name="jinja2", before="==3.1.4", after="==3.1.6"),)


def test_a_project_that_does_not_ask_for_the_package_stays(upgrade: Make) -> None:
    assert raise_pyproject("pyproject.toml", PEP_621, upgrade(name="werkzeug"), "3.1.6") == (PEP_621, ())


def test_what_is_no_toml_is_told(upgrade: Make) -> None:
    with pytest.raises(Unchangeable, match="no TOML"):
        raise_pyproject("pyproject.toml", "[project\n", upgrade(), "3.1.6")


SPACE = st.text(" \t", max_size=3)
COMMENT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@given(SPACE, SPACE, COMMENT, st.sampled_from(['"', "'"]), st.sampled_from(["\n", "\r\n"]))
def test_what_is_not_the_requirement_stays(before: str, behind: str, comment: str, quote: str, end: str) -> None:
    upgrade = Upgrade(
        ecosystem="PyPI",
        name="jinja2",
        current="3.1.4",
        target="3.1.6",
        path="pyproject.toml",
        line=1,
        direct=True,
        via=(),
        ids=(),
        blocks=True,
        elsewhere=False,
        advice="",
    )

    def written(version: str) -> str:
        lines = [
            "[project] # 3.1.4",
            f"dependencies ={before}[",
            f"{before}{quote}jinja2=={version}{quote}{behind},{behind}#{comment}",
            f"]{behind}",
        ]
        return end.join(lines)

    assert tomllib.loads(written("3.1.4"))
    assert raise_pyproject("pyproject.toml", written("3.1.4"), upgrade, "3.1.6")[0] == written("3.1.6")
