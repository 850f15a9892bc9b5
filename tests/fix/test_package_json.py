"""package.json: the token that changes, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.fix.package_json import declared, override, raise_ranges
from devsecgate.fix.records import Edit, Unchangeable, Upgrade

Make = Callable[..., Upgrade]

DOCUMENT = {
    "name": "shop",
    "scripts": {"jquery": "3.4.1"},
    "dependencies": {"bootstrap": "^5.3.3", "jquery": "^3.4.1"},
    "devDependencies": {"old": "npm:jquery@3.4.1", "jquery-ui": "3.4.1"},
    "files": ["jquery", {"jquery": "3.4.1"}],
}


@pytest.fixture
def jquery(upgrade: Make) -> Upgrade:
    return upgrade(ecosystem="npm", name="jquery", current="3.4.1", target="3.5.0", path="package-lock.json")


@pytest.mark.parametrize("indent", [None, 2, 4, "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_indentation_and_ends_of_lines_stay(indent: int | str | None, end: str, last: str, jquery: Upgrade) -> None:
    text = f"{json.dumps(DOCUMENT, indent=indent)}{last}".replace("\n", end)
    new, edits = raise_ranges("package.json", text, jquery, "3.5.0")
    assert new == text.replace('"^3.4.1"', '"^3.5.0"').replace("npm:jquery@3.4.1", "npm:jquery@3.5.0")
    assert [(each.before, each.after) for each in edits] == [
        ("^3.4.1", "^3.5.0"),
        ("npm:jquery@3.4.1", "npm:jquery@3.5.0"),
    ]


def test_the_line_of_the_change_is_told(jquery: Upgrade) -> None:
    text = '{\n  "dependencies": {\n    "jquery": "3.4.1"\n  }\n}\n'
    _, edits = raise_ranges("package.json", text, jquery, "3.5.0")
    assert edits == (Edit(path="package.json", line=3, name="jquery", before="3.4.1", after="3.5.0"),)


def test_a_range_that_is_not_what_the_lock_holds_stays(jquery: Upgrade) -> None:
    text = '{"dependencies": {"jquery": "^1.0.0"}}'
    assert raise_ranges("package.json", text, jquery, "3.5.0") == (text, ())


def test_what_is_asked_for_is_found(jquery: Upgrade) -> None:
    assert declared(json.dumps(DOCUMENT), jquery) == ("^3.4.1", "npm:jquery@3.4.1")


@pytest.mark.parametrize("key", ["__proto__", "a\\u0022b", "é"])
def test_keys_of_any_kind_before_it_do_not_disturb(key: str, jquery: Upgrade) -> None:
    text = f'{{"{key}": [[], {{}}, "}}", -1.5e3, null], "dependencies": {{"jquery": "3.4.1"}}}}'
    assert raise_ranges("package.json", text, jquery, "3.5.0")[0] == text.replace("3.4.1", "3.5.0")


@pytest.mark.parametrize("text", ["{", "[]", "", "nul"])
def test_what_is_no_manifest_is_told(text: str, jquery: Upgrade) -> None:
    with pytest.raises(Unchangeable):
        raise_ranges("package.json", text, jquery, "3.5.0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{\n\t"name": "x"\n}\n', '{\n\t"name": "x",\n\t"overrides": {\n\t\t"jquery": "^3.5.0"\n\t}\n}\n'),
        ('{\r\n  "name": "x"\r\n}', '{\r\n  "name": "x",\r\n  "overrides": {\r\n    "jquery": "^3.5.0"\r\n  }\r\n}'),
        ('{"name":"x"}', '{"name":"x","overrides":{"jquery":"^3.5.0"}}'),
        ("{}", '{"overrides":{"jquery":"^3.5.0"}}'),
        ('{\n  "overrides": {}\n}', '{\n  "overrides": {\n    "jquery": "^3.5.0"\n  }\n}'),
        (
            '{\n  "overrides": {\n    "a": "1"\n  },\n  "b": 2\n}',
            '{\n  "overrides": {\n    "a": "1",\n    "jquery": "^3.5.0"\n  },\n  "b": 2\n}',
        ),
        ('{"overrides": {"jquery": "3.4.1"}}', '{"overrides": {"jquery": "^3.5.0"}}'),
        (
            '{"dependencies": {"jquery": "^3.4.1"}}',
            '{"dependencies": {"jquery": "^3.4.1"},"overrides": {"jquery": "$jquery"}}',
        ),
    ],
)
def test_an_override_is_written_as_the_file_is(text: str, expected: str, jquery: Upgrade) -> None:
    assert override("package.json", text, jquery, "3.5.0", section="overrides")[0] == expected


def test_an_override_that_allows_the_target_stays(jquery: Upgrade) -> None:
    text = '{"overrides": {"jquery": ">=3"}}'
    assert override("package.json", text, jquery, "3.5.0", section="overrides") == (text, ())


def test_a_nested_override_is_told(jquery: Upgrade) -> None:
    with pytest.raises(Unchangeable, match="raise it by hand"):
        override("package.json", '{"overrides": {"jquery": {".": "3"}}}', jquery, "3.5.0", section="overrides")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text(max_size=6), VALUES, max_size=4),
    st.sampled_from([None, 1, 2, "\t"]),
    st.booleans(),
)
def test_any_document_keeps_all_else(document: dict[str, object], indent: int | str | None, ascii_only: bool) -> None:
    jquery = Upgrade(
        ecosystem="npm",
        name="jquery",
        current="3.4.1",
        target="3.5.0",
        path="package-lock.json",
        line=1,
        direct=True,
        via=(),
        ids=(),
        blocks=True,
        elsewhere=False,
        advice="",
    )
    document["dependencies"] = {"jquery": "3.4.1"}
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    new, _ = raise_ranges("package.json", text, jquery, "3.5.0")
    assert json.loads(new) == {**document, "dependencies": {"jquery": "3.5.0"}}
    assert len(new) == len(text)
    added, _ = override("package.json", text, jquery, "3.5.0", section="resolutions")
    assert json.loads(added)["resolutions"]["jquery"] == "^3.5.0"
