"""npm's lockfile and manifest: what is installed, and whether the lock is one of this very manifest."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devsecgate.detectors.manifests import npm
from devsecgate.detectors.manifests.inventory import Inventory
from devsecgate.detectors.manifests.reading import Reading, Unreadable
from devsecgate.model import GapReason

Take = Callable[..., Inventory]
ELSEWHERE = "does not come from a registry: advisories speak of released versions only"
ADDRESS = "is installed from an address, not from a registry: advisories cannot be looked up"
NO_NAME = "not the name and version of a package; correct the file"
OUTSIDE = "a project outside of the scanned folder is part of this lock; gate it too"
NPM = "https://registry.example"

WANTED = {
    "dependencies": {"lodash": "^4.17.20", "old": "npm:lodash@3.10.1", "@scope/thing": "1.x", "tools": "^1.0.0"},
    "devDependencies": {"forked": "github:x/forked"},
    "optionalDependencies": {"fsevents": "~2.3.0"},
}
LOCK = {
    "name": "shop",
    "version": "1.0.0",
    "lockfileVersion": 3,
    "requires": True,
    "packages": {
        "": {
            "name": "shop",
            "version": "1.0.0",
            "workspaces": ["packages/*"],
            **WANTED,
        },
        "packages/tools": {"name": "tools", "version": "1.0.0", "dependencies": {"lodash": "^3.0.0"}},
        "packages/tools/node_modules/lodash": {"version": "3.10.1", "resolved": f"{NPM}/lodash/-/lodash-3.10.1.tgz"},
        "node_modules/tools": {"resolved": "packages/tools", "link": True},
        "node_modules/lodash": {"version": "4.17.20", "resolved": f"{NPM}/lodash/-/lodash-4.17.20.tgz"},
        "node_modules/old": {"name": "lodash", "version": "3.10.1", "resolved": f"{NPM}/lodash/-/lodash-3.10.1.tgz"},
        "node_modules/@scope/thing": {"version": "1.2.3-rc.1+build", "resolved": "https://npm.example/t.tgz"},
        "node_modules/@scope/thing/node_modules/deep": {"version": "0.0.1", "inBundle": True},
        "node_modules/forked": {"version": "1.0.0", "resolved": "git+ssh://git:hunter2@example.org/x/forked.git#0123"},
        "node_modules/packed": {"version": "1.0.0", "resolved": "file:packed-1.0.0.tgz"},
        "node_modules/fsevents": {"version": "2.3.3", "optional": True, "resolved": f"{NPM}/f.tgz"},
        "node_modules/bare": {"resolved": f"{NPM}/bare.tgz"},
    },
}  # fmt: skip
PACKAGE = {"name": "shop", **WANTED}


def text(document: object) -> str:
    return json.dumps(document, indent=2)


def changed(document: object, *path: str, to: object) -> str:
    """Write a document with one place changed."""
    copied = copy.deepcopy(document)
    place = copied
    for step in path[:-1]:
        place = place.setdefault(step, {})  # type: ignore[attr-defined]
    place[path[-1]] = to  # type: ignore[index]
    return text(copied)


def gaps(found: Reading | Inventory) -> list[tuple[GapReason, str]]:
    return [(gap.reason, gap.detail) for gap in found.gaps]


def line_of(key: str) -> int:
    return next(
        number for number, line in enumerate(text(LOCK).split("\n"), 1) if line.strip().startswith(f'"{key}": {{')
    )


def test_a_lock_gives_what_is_installed_under_its_real_names() -> None:
    found = npm.lock("package-lock.json", text(LOCK))
    assert [(pin.name, pin.version, pin.line, pin.direct, pin.ecosystem) for pin in found.pins] == [
        ("lodash", "3.10.1", line_of("packages/tools/node_modules/lodash"), True, "npm"),
        ("lodash", "4.17.20", line_of("node_modules/lodash"), True, "npm"),
        ("lodash", "3.10.1", line_of("node_modules/old"), True, "npm"),
        ("@scope/thing", "1.2.3-rc.1+build", line_of("node_modules/@scope/thing"), True, "npm"),
        ("deep", "0.0.1", line_of("node_modules/@scope/thing/node_modules/deep"), False, "npm"),
        ("forked", "1.0.0", line_of("node_modules/forked"), True, "npm"),
        ("packed", "1.0.0", line_of("node_modules/packed"), False, "npm"),
        ("fsevents", "2.3.3", line_of("node_modules/fsevents"), True, "npm"),
    ]
    assert gaps(found) == [
        (GapReason.UNRESOLVED, f"line {line_of('node_modules/forked')}: forked {ELSEWHERE}"),
        (GapReason.UNRESOLVED, f"line {line_of('node_modules/packed')}: packed {ELSEWHERE}"),
        (GapReason.UNRESOLVED, f"line {line_of('node_modules/bare')}: bare has no version in the lockfile"),
    ]
    assert (found.own, found.members) == ({"shop", "tools"}, {".", "packages/tools"})
    assert "hunter2" not in repr(found)


def test_a_manifest_is_resolved_by_the_lock_that_was_made_of_it(inventory: Take) -> None:
    found = inventory({"package.json": text(PACKAGE), "package-lock.json": text(LOCK)})
    assert {gap.path for gap in found.gaps} == {"package-lock.json"}
    assert found.notes == ("package.json: 6 dependencies are resolved by package-lock.json",)


@pytest.mark.parametrize(
    ("group", "name", "wanted"),
    [
        ("dependencies", "lodash", "4.17.4"),
        ("dependencies", "lodash", "^4.17.21"),
        ("dependencies", "old", "npm:lodash@3.10.0"),
        ("devDependencies", "lodash", "*"),
        ("peerDependencies", "lodash", "*"),
        ("optionalDependencies", "lodash", "*"),
    ],
)
def test_a_lock_that_was_made_of_another_range_does_not_resolve(
    inventory: Take, group: str, name: str, wanted: str
) -> None:
    found = inventory({"package.json": changed(PACKAGE, group, name, to=wanted), "package-lock.json": text(LOCK)})
    (gap,) = [gap for gap in found.gaps if gap.path == "package.json"]
    assert (gap.reason, gap.package) == (GapReason.UNRESOLVED, name)
    assert gap.detail.endswith(f": {name}: package-lock.json holds no version that fits; lock it again")


@pytest.mark.parametrize("group", ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"])
def test_what_the_lock_does_not_hold_is_not_resolved_by_it(inventory: Take, group: str) -> None:
    found = inventory({"package.json": changed(PACKAGE, group, "new", to="^1.0.0"), "package-lock.json": text(LOCK)})
    (gap,) = [gap for gap in found.gaps if gap.path == "package.json"]
    assert gap.detail.endswith("new is not pinned to one version: not resolvable, lock it")


def test_what_the_lock_declares_and_does_not_install_is_not_resolved_by_it(inventory: Take) -> None:
    lock = copy.deepcopy(LOCK)
    del lock["packages"]["node_modules/lodash"]  # type: ignore[attr-defined]
    found = inventory({"package.json": text(PACKAGE), "package-lock.json": text(lock)})
    assert [gap.package for gap in found.gaps if gap.path == "package.json"] == ["lodash"]


def test_a_manifest_alone_has_no_version_at_all(inventory: Take) -> None:
    found = inventory({"package.json": text({"dependencies": {"lodash": "4.17.21"}})})
    assert gaps(found) == [
        (GapReason.UNRESOLVED, "line 3: lodash is not pinned to one version: not resolvable, lock it")
    ]


def test_a_workspace_is_resolved_by_the_lock_above_that_names_it(inventory: Take) -> None:
    files = {
        "package.json": text(PACKAGE),
        "package-lock.json": text(LOCK),
        "packages/tools/package.json": text({"name": "tools", "dependencies": {"lodash": "^3.0.0"}}),
        "packages/other/package.json": text({"name": "other", "dependencies": {"lodash": "^3.0.0"}}),
    }
    found = inventory(files)
    assert [(gap.path, gap.package) for gap in found.gaps if gap.path != "package-lock.json"] == [
        ("packages/other/package.json", "lodash")
    ]
    files["packages/tools/package.json"] = text({"name": "tools", "dependencies": {"lodash": "^4.17.20"}})
    paths = {gap.path for gap in inventory(files).gaps}
    assert "packages/tools/package.json" in paths  # the root's own range is not that of the workspace


def test_packages_of_python_resolve_nothing_of_npm_and_the_other_way_round(inventory: Take) -> None:
    found = inventory(
        {"package.json": text({"dependencies": {"requests": "*"}}), "requirements.txt": "requests==2.33.0\n"}
    )
    assert [(gap.path, gap.package) for gap in found.gaps] == [("package.json", "requests")]
    setup = "from setuptools import setup\nsetup(install_requires=compute())\n"
    found = inventory({"setup.py": setup, "package-lock.json": text(LOCK)})
    assert [gap.reason for gap in found.gaps if gap.path == "setup.py"] == [GapReason.UNRESOLVED]
    pyproject = '[project]\nname = "x"\ndependencies = ["lodash>=4"]\n'
    found = inventory({"pyproject.toml": pyproject, "package-lock.json": text(LOCK)})
    assert [gap.package for gap in found.gaps if gap.path == "pyproject.toml"] == ["lodash"]


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ({"devDependencies": {"react": "^18"}, "peerDependencies": {"react": ">=16"}}, ["react", "react"]),
        ({"peerDependencies": {"react": ">=16"}}, ["react"]),
        ({"peerDependencies": {"react": ">=16"}, "peerDependenciesMeta": {"react": {"optional": True}}}, []),
        ({"dependencies": {"a": "1"}, "optionalDependencies": {"a": "2"}}, ["a"]),
        ({"bundledDependencies": ["a"], "dependencies": {"a": "1"}}, ["a"]),
        ({}, []),
    ],
)
def test_every_group_of_a_manifest_counts(document: object, names: list[str]) -> None:
    assert [wish.name for wish in npm.manifest("package.json", text(document)).wishes] == names


def test_an_address_in_a_manifest_is_a_gap_that_does_not_repeat_it() -> None:
    wanted = {"a": "https://user:hunter2@example.org/a.tgz", "b": "git+https://hunter2@example.org/b.git"}
    found = npm.manifest("package.json", text({"dependencies": wanted}))
    assert gaps(found) == [(GapReason.UNRESOLVED, f"line 3: a {ADDRESS}")]
    assert [(wish.name, wish.line) for wish in found.wishes] == [("a", 3), ("b", 4)]
    details = [gap.detail for gap in found.gaps]
    assert not any("hunter2" in detail for detail in details)


def test_credentials_in_a_manifest_reach_no_gap_and_no_note(inventory: Take) -> None:
    wanted = {"a": "https://user:hunter2@example.org/a.tgz", "b": "git+https://hunter2@example.org/b.git"}
    assert "hunter2" not in repr(inventory({"package.json": text({"dependencies": wanted})}))


@pytest.mark.parametrize("key", ["../outside", "/abs/outside"])
def test_a_project_outside_of_the_scanned_folder_is_a_gap(key: str) -> None:
    found = npm.lock("package-lock.json", changed(LOCK, "packages", key, to={"version": "1.0.0"}))
    assert (GapReason.UNRESOLVED, OUTSIDE) in gaps(found)
    assert key not in found.members


def test_a_project_beside_the_locks_folder_is_inside_where_root_is_above_both() -> None:
    found = npm.lock("a/package-lock.json", changed(LOCK, "packages", "../b", to={"version": "1.0.0"}))
    assert (GapReason.UNRESOLVED, OUTSIDE) not in gaps(found)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("packages", "node_modules/", "version"), "1.0.0"),
        (("packages", "node_modules/a b", "version"), "1.0.0"),
        (("packages", "node_modules/<script>", "version"), "1.0.0"),
        (("packages", "node_modules/x", "version"), "1.0.0\u202e"),
        (("packages", "node_modules/x", "version"), ""),
        (("packages", "node_modules/x", "version"), "1" * 200),
    ],
)
def test_an_entry_whose_name_or_version_is_none_is_a_gap(path: tuple[str, ...], value: str) -> None:
    found = npm.lock("package-lock.json", changed(LOCK, *path, to=value))
    assert [detail.partition(": ")[2] for reason, detail in gaps(found) if reason is GapReason.MALFORMED] == [NO_NAME]
    assert len(found.pins) == 8


def test_a_name_in_a_manifest_that_is_none_is_a_gap() -> None:
    found = npm.manifest("package.json", text({"dependencies": {"a b": "1", "c": "1"}}))
    assert gaps(found) == [(GapReason.MALFORMED, f"line 3: {NO_NAME}")]
    assert [wish.name for wish in found.wishes] == ["c"]


@pytest.mark.parametrize(
    ("document", "reason", "said"),
    [
        (
            {"lockfileVersion": 4, "packages": {"": {}}},
            GapReason.UNSUPPORTED,
            "is of lockfile version 4; npm 7 or later writes one that is read here",
        ),
        (
            {"lockfileVersion": 3},
            GapReason.UNSUPPORTED,
            "is of lockfile version 3; npm 7 or later writes one that is read here",
        ),
        ({"lockfileVersion": 3, "packages": {}}, GapReason.MALFORMED, 'has no entry "" for the project itself'),
    ],
)
def test_a_lock_of_another_version_or_without_a_project_is_a_gap(
    inventory: Take, document: object, reason: GapReason, said: str
) -> None:
    found = inventory({"package-lock.json": text(document)})
    assert (gaps(found), found.covered) == ([(reason, f"this manifest {said}")], frozenset())


@pytest.mark.parametrize("name", ["package-lock.json", "npm-shrinkwrap.json", "package.json"])
def test_a_document_that_is_cut_anywhere_is_malformed(inventory: Take, name: str) -> None:
    whole = text(PACKAGE if name == "package.json" else LOCK)
    for length in range(0, len(whole) - 1, 13):
        found = inventory({name: whole[:length]})
        assert ([gap.reason for gap in found.gaps], found.covered) == ([GapReason.MALFORMED], frozenset())


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "null",
        '{"lockfileVersion": "3", "packages": {"": {}}}',
        '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/x": []}}',
        '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/x": {"version": 1}}}',
        '{"lockfileVersion": 3, "packages": {"": {}}, "x": ' + "[" * 100_000,
        '{"lockfileVersion": ' + "9" * 10_000 + ', "packages": {"": {}}}',
        '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/\\ud800": {}}}',
        '{"lockfileVersion": 3, "packages": {"": {}}} {}',
    ],
)
def test_what_is_no_lock_is_malformed(inventory: Take, content: str) -> None:
    found = inventory({"package-lock.json": content})
    assert ([gap.reason for gap in found.gaps], found.covered) == ([GapReason.MALFORMED], frozenset())


@pytest.mark.parametrize("content", ['{"dependencies": ["lodash"]}', '{"dependencies": {"lodash": 4}}', '{"name": 1}'])
def test_what_is_no_manifest_is_malformed(inventory: Take, content: str) -> None:
    found = inventory({"package.json": content})
    assert ([gap.reason for gap in found.gaps], found.covered) == ([GapReason.MALFORMED], frozenset())


def test_a_lock_and_a_manifest_of_many_packages_are_read_in_one_pass(inventory: Take) -> None:
    names = [f"package-{number}" for number in range(3000)]
    wanted = dict.fromkeys(names, "^1.0.0")
    packages = {"": {"dependencies": wanted}} | {f"node_modules/{name}": {"version": "1.0.0"} for name in names}
    lock = {"lockfileVersion": 3, "packages": packages}
    found = inventory({"package.json": text({"dependencies": wanted}), "package-lock.json": text(lock)})
    assert (len(found.pins), gaps(found)) == (3000, [])
    assert [pin.line for pin in found.pins] == sorted({pin.line for pin in found.pins})


leaves = st.none() | st.booleans() | st.integers(-5, 10**30) | st.text(max_size=5) | st.floats(allow_nan=False)
trees = st.recursive(leaves, lambda t: st.lists(t, max_size=3) | st.dictionaries(st.text(max_size=5), t, max_size=3))
places = st.sampled_from(
    [
        ("packages",),
        ("lockfileVersion",),
        ("packages", ""),
        ("packages", "node_modules/x"),
        ("packages", "", "dependencies"),
        ("packages", "node_modules/x", "version"),
        ("packages", "x/node_modules/"),
        ("name",),
    ]
)


@settings(deadline=None)
@given(places, trees)
def test_any_shape_inside_a_lock_is_unreadable_or_read(path: tuple[str, ...], value: object) -> None:
    for reader, document in ((npm.lock, LOCK), (npm.manifest, PACKAGE)):
        try:
            found = reader("p", changed(document, *path, to=value))
        except Unreadable:
            continue
        assert isinstance(found, Reading)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_unreadable_or_read(content: str) -> None:
    for reader in (npm.lock, npm.manifest):
        try:
            found = reader("p", content)
        except Unreadable:
            continue
        assert isinstance(found, Reading)
