"""pyproject.toml, Pipfile, setup.cfg and setup.py: what a project asks for, without running any of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devsecgate.detectors.manifests import projects
from devsecgate.detectors.manifests.files import Tree
from devsecgate.detectors.manifests.inventory import Inventory
from devsecgate.detectors.manifests.reading import Reading, Unreadable
from devsecgate.model import GapReason

Take = Callable[..., Inventory]
NO_NAME = "line 1: not the name and version of a package; correct the file"
ADDRESS = "is installed from an address, not from an index: advisories cannot be looked up"
LOCK_IT = "lock the project, nothing here is run"


def place(
    path: str, *, looked_at: tuple[str, ...] = (), locked: bool = False, root: Path = Path("/nowhere")
) -> projects.Place:
    return projects.Place(tree=Tree(root=root), path=path, looked_at=frozenset({path, *looked_at}), locked=locked)


def read(name: str, text: str, *, locked: bool = False) -> Reading:
    readers = {
        "pyproject.toml": projects.pyproject,
        "Pipfile": projects.pipfile,
        "setup.cfg": projects.setup_cfg,
        "setup.py": projects.setup_py,
    }
    return readers[name](place(name, locked=locked), text)


def wishes(found: Reading) -> list[tuple[str, str, int]]:
    return [(wish.name, wish.specifier, wish.line) for wish in found.wishes]


def pins(found: Reading | Inventory) -> list[tuple[str, str, int]]:
    return [(pin.name, pin.version, pin.line) for pin in found.pins]


def gaps(found: Reading | Inventory) -> list[tuple[GapReason, str]]:
    return [(gap.reason, gap.detail) for gap in found.gaps]


def test_the_standard_tables_of_a_pyproject_are_read() -> None:
    found = read(
        "pyproject.toml",
        """\
[build-system]
requires = ["hatchling==1.0", "built-with"]

[project]
name = "My.Shop"
dependencies = [
    "Flask>=3",
    "django==5.0",
    "thing @ git+https://user:hunter2@example.org/thing",
    "my-shop[dev]",
    "==broken",
    "pywin32>=300; sys_platform == 'nowhere'",
    "colorama==0.4; sys_platform == 'nowhere'",
]
[project.optional-dependencies]
dev = ["pytest>=8"]

[dependency-groups]
lint = ["ruff>=0.14", {include-group = "more"}]
more = ["mypy==1.15"]
""",
    )
    assert wishes(found) == [("flask", ">=3", 7), ("pytest", ">=8", 16), ("ruff", ">=0.14", 19)]
    assert [(pin.name, pin.version, pin.line, pin.direct, pin.marker) for pin in found.pins] == [
        ("django", "5.0", 8, True, ""),
        ("colorama", "0.4", 13, True, 'sys_platform == "nowhere"'),
        ("mypy", "1.15", 20, True, ""),
    ]
    assert gaps(found) == [(GapReason.UNRESOLVED, f"line 9: thing {ADDRESS}"), (GapReason.MALFORMED, NO_NAME)]
    assert found.notes == ('pyproject.toml:12: pywin32 is not for this target: sys_platform == "nowhere"',)
    assert found.own == {"my-shop"}
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        '[tool.poetry.dependencies]\nflask = ">=3"\n',
        '[tool.poetry.dev-dependencies]\nflask = ">=3"\n',
        '[tool.poetry.group.docs.dependencies]\nflask = {version = ">=3", optional = true}\n',
        '[tool.poetry.dependencies]\nflask = [{version = ">=3", python = ">=3.8"}]\n',
        '[tool.uv]\ndev-dependencies = ["flask>=3"]\n',
        '[tool.rye]\ndev-dependencies = ["flask>=3"]\n',
        '[tool.pdm.dev-dependencies]\ntest = ["flask>=3"]\n',
        '[tool.hatch.envs.test]\ndependencies = ["flask>=3"]\n',
        '[tool.hatch.envs.test]\nextra-dependencies = ["flask>=3"]\n',
        '[tool.flit.metadata]\nrequires = ["flask>=3"]\n',
        '[tool.flit.metadata.requires-extra]\ntest = ["flask>=3"]\n',
    ],
)
def test_the_tables_of_each_tool_are_read(text: str) -> None:
    assert wishes(read("pyproject.toml", text)) == [("flask", ">=3", 2)]


def test_poetrys_grammar_of_versions_is_read() -> None:
    found = read(
        "pyproject.toml",
        """\
[tool.poetry]
name = "shop"
[tool.poetry.dependencies]
python = "^3.11"
a = "1.2.3"
b = "==1.2.3"
c = "^1.2.3"
d = "*"
e = {version = "1.0", source = "private"}
f = "1.x"
g = {git = "https://user:hunter2@example.org/g"}
h = {url = "https://example.org/h.whl"}
i = {path = "vendor/i.whl"}
j = ">=1 and so on"
k = 5
"not a name!" = "1.0"
l = [{version = "1.0"}, {version = "~2.0"}]
m = "latest"
n = "1.2.3-"
""",
    )
    assert pins(found) == [("a", "1.2.3", 5), ("b", "1.2.3", 6), ("e", "1.0", 9), ("l", "1.0", 17)]
    assert wishes(found) == [("c", ">=1.2.3,<2", 7), ("d", "", 8), ("f", "==1.*", 10), ("l", ">=2.0,<2.1", 17)]
    named = [(gap.reason, gap.detail, gap.package) for gap in found.gaps]
    assert named == [
        (GapReason.UNRESOLVED, f"line 11: g {ADDRESS}", "g"),
        (GapReason.UNRESOLVED, f"line 12: h {ADDRESS}", "h"),
        (GapReason.UNRESOLVED, f"line 13: i {ADDRESS}", "i"),
        *((GapReason.MALFORMED, NO_NAME.replace("1", str(line), 1), None) for line in (14, 15, 1, 18, 19)),
    ]
    assert "hunter2" not in repr(found)


def test_a_pipfile_is_read_with_all_its_categories() -> None:
    found = read(
        "Pipfile",
        """\
[[source]]
url = "https://user:hunter2@pypi.example/simple"
verify_ssl = true
name = "pypi"

[packages]
flask = "*"
django = {version = "==5.0", extras = ["argon2"]}
requests = ">=2.31"
bare = "1.0"
thing = {git = "https://hunter2@example.org/thing.git", ref = "main"}
local = {path = ".", editable = true}

[dev-packages]
pytest = "~=8.0"

[docs]
sphinx = "==7.*"

[requires]
python_version = "3.11"

[scripts]
start = "python -m shop"

[pipenv]
allow_prereleases = true
""",
    )
    assert pins(found) == [("django", "5.0", 8)]
    assert wishes(found) == [
        ("flask", "", 7),
        ("requests", ">=2.31", 9),
        ("bare", "==1.0", 10),
        ("pytest", "~=8.0", 15),
        ("sphinx", "==7.*", 18),
    ]
    assert gaps(found) == [
        (GapReason.UNRESOLVED, f"line 11: thing {ADDRESS}"),
        (GapReason.UNRESOLVED, f"line 12: local {ADDRESS}"),
    ]
    assert "hunter2" not in repr(found)


def test_a_path_to_a_project_that_is_looked_at_is_no_gap(inventory: Take) -> None:
    lib = '[project]\nname = "lib"\n'
    files: dict[str, str | bytes] = {
        "Pipfile": '[packages]\nlib = {path = "./lib", editable = true}\n',
        "pyproject.toml": '[tool.poetry.dependencies]\nlib = {path = "lib", develop = true}\n',
        "lib/pyproject.toml": lib,
    }
    assert gaps(inventory(files)) == []
    assert (
        gaps(inventory(files, only=("Pipfile", "pyproject.toml")))
        == [(GapReason.UNRESOLVED, f"line 2: lib {ADDRESS}")] * 2
    )


def test_a_setup_cfg_is_read(tree: Callable[[dict[str, str | bytes]], Path]) -> None:
    text = """\
[metadata]
name = My_Shop
[options]
install_requires =
    Flask>=3
    # a comment
    django==5.0  # why
    thing @ https://user:hunter2@example.org/thing.zip
    pywin32==306; sys_platform == "nowhere"
[options.extras_require]
test = pytest; ruff
docs = file: docs.in, ../outside.in
"""
    root = tree({"setup.cfg": text, "docs.in": "sphinx>=7\nmyst==1.0 \\\n  --hash=sha256:00\n"}).resolve()
    found = projects.setup_cfg(place("setup.cfg", root=root), text)
    assert wishes(found) == [("flask", ">=3", 5), ("pytest", "", 11), ("ruff", "", 11), ("sphinx", ">=7", 1)]
    assert pins(found) == [("django", "5.0", 7), ("pywin32", "306", 9)]
    assert gaps(found) == [
        (GapReason.UNRESOLVED, f"line 8: thing {ADDRESS}"),
        (GapReason.MALFORMED, NO_NAME),
        (GapReason.UNREADABLE, "a file that it takes dependencies from is outside of the scanned folder"),
    ]
    assert found.own == {"my-shop"}
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        "[options]\ninstall-requires = flask>=3\n",
        "[options]\nInstall_Requires: flask>=3\n",
        "[options]\ninstall_requires =\n\n    flask>=3\n",
        "[options]\nx = %(undefined)s\ninstall_requires = flask>=3\n[options]\ny = 1\n",
    ],
)
def test_a_setup_cfg_is_read_in_its_odd_spellings(text: str) -> None:
    assert [wish.name for wish in read("setup.cfg", text).wishes] == ["flask"]


def test_the_lists_that_stand_in_setup_py_are_read_and_nothing_is_run(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    text = f"""\
# -*- coding: utf-8 -*-
import setuptools, pathlib
pathlib.Path({str(ran)!r}).touch()
PATTERN = "\\d"
setuptools.setup(
    name="shop",
    install_requires=["flask>=3", "django" "==5.0", "thing @ https://user:hunter2@example.org/x"],
    extras_require={{"test": ("pytest",), ":sys_platform == 'nowhere'": ["pywin32==306"]}},
)
"""
    found = read("setup.py", text)
    assert wishes(found) == [("flask", ">=3", 7), ("pytest", "", 8)]
    assert pins(found) == [("django", "5.0", 7), ("pywin32", "306", 8)]
    assert gaps(found) == [(GapReason.UNRESOLVED, f"line 7: thing {ADDRESS}")]
    assert not ran.exists()
    assert "hunter2" not in repr(found)


def test_an_encoding_that_setup_py_declares_hides_nothing() -> None:
    text = "# coding: utf-7\nfrom setuptools import setup\nsetup(install_requires=[  # +AAo-'evil==1'\n])\n"
    assert pins(read("setup.py", text)) == [("evil", "1", 3)]
    with pytest.raises(Unreadable):
        read("setup.py", "# coding: no-such-encoding\n")


def test_a_line_end_of_old_systems_hides_nothing_of_a_setup_cfg_behind_a_comment() -> None:
    found = read("setup.cfg", "[options]\n# nothing here\rinstall_requires = evil\r    worse\n")
    assert [wish.name for wish in found.wishes] == ["evil", "worse"]


COMPUTED = [
    "from setuptools import setup\nsetup(install_requires=open('requirements.in').read().split())",
    "from setuptools import setup\nsetup(install_requires=REQUIRES)",
    "from setuptools import setup\nsetup(install_requires=['flask'] + MORE)",
    "from setuptools import setup\nsetup(install_requires=[f'flask{version}'])",
    "from setuptools import setup\nsetup(install_requires='flask')",
    "from setuptools import setup\nsetup(install_requires=['flask', 5])",
    "from setuptools import setup\nsetup(extras_require={'x': 'flask'})",
    "from setuptools import setup\nsetup(**arguments)",
    "from setuptools import setup\nsetup(name='a')\nsetup(name='b')",
    "from setuptools import setup as make\nmake(install_requires=['flask'])",
    "import setuptools\nmake = setuptools.setup\nsetuptools.setup(install_requires=[])\nmake(install_requires=['x'])",
    "from setuptools import setup, setup as make\nsetup(install_requires=[])\nmake(install_requires=['flask'])",
    "from setuptools import setup\nsetup = wrapped(setup)\nsetup(install_requires=[])",
    "print('no call at all')",
    "",
]


@pytest.mark.parametrize("text", COMPUTED)
def test_what_setup_py_computes_is_a_gap(text: str) -> None:
    found = read("setup.py", text)
    assert gaps(found) == [(GapReason.UNRESOLVED, f"dependencies are computed when setup.py is run: {LOCK_IT}")]
    assert (found.pins, found.wishes, found.notes) == ((), (), ())
    locked = read("setup.py", text, locked=True)
    said = "setup.py: dependencies are computed when setup.py is run: taken to be those of its lockfile"
    assert (locked.gaps, locked.notes) == ((), (said,))


@pytest.mark.parametrize(
    "text", ["setup(", "print 'python 2'", "\x00", "-" * 100_000 + "1", "(" * 5000, "x = '\\N{no}'"]
)
def test_a_setup_py_that_is_no_python_is_malformed(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read("setup.py", text)
    assert caught.value.reason is GapReason.MALFORMED


DYNAMIC = '[project]\nname = "shop"\ndynamic = ["dependencies", "optional-dependencies"]\n'
SOURCES = (
    '[tool.setuptools.dynamic]\ndependencies = {file = ["deps/main.list", "more.list"]}\n'
    '[tool.setuptools.dynamic.optional-dependencies]\ntest = {file = "test.list"}\n'
)
LISTS: dict[str, str | bytes] = {"deps/main.list": "flask>=3\n", "more.list": "django==5.0\n", "test.list": "pytest\n"}


def test_files_that_setuptools_takes_dependencies_from_are_read(inventory: Take) -> None:
    found = inventory({"pyproject.toml": DYNAMIC + SOURCES, **LISTS}, only=("pyproject.toml",))
    assert pins(found) == [("django", "5.0", 1)]
    assert [gap.package for gap in found.gaps] == ["flask", "pytest"]


def test_a_setup_py_beside_them_hides_none_of_those_files(inventory: Take) -> None:
    files = {"pyproject.toml": DYNAMIC + SOURCES, "setup.py": "from setuptools import setup\nsetup()\n", **LISTS}
    found = inventory(files, only=("pyproject.toml", "setup.py"))
    assert [gap.package for gap in found.gaps] == ["flask", "pytest"]


def test_a_file_of_dependencies_that_is_not_there_is_a_gap(inventory: Take) -> None:
    found = inventory({"pyproject.toml": DYNAMIC + SOURCES, "more.list": "", "test.list": ""}, only=("pyproject.toml",))
    said = "a file that it takes dependencies from cannot be opened: No such file or directory"
    assert gaps(found) == [(GapReason.UNREADABLE, said)]


@pytest.mark.parametrize(
    "beside",
    [
        {},
        {"setup.py": "from setuptools import setup\nsetup()\n"},
        {"setup.py": "from setuptools import setup\nsetup()  # install_requires, extras_require are gone\n"},
        {"setup.cfg": "[metadata]\nname = shop\n"},
    ],
)
def test_dependencies_that_only_a_build_would_show_are_a_gap(inventory: Take, beside: dict[str, str | bytes]) -> None:
    found = inventory({"pyproject.toml": DYNAMIC, **beside})
    assert gaps(found) == [
        (GapReason.UNRESOLVED, f"dependencies are computed when the project is built: {LOCK_IT}"),
        (GapReason.UNRESOLVED, f"optional dependencies are computed when the project is built: {LOCK_IT}"),
    ]


def test_dependencies_that_poetrys_own_table_declares_are_not_computed(inventory: Take) -> None:
    found = inventory({"pyproject.toml": DYNAMIC + '[tool.poetry.dependencies]\nflask = "3.0.0"\n'})
    assert (gaps(found), pins(found)) == ([], [("flask", "3.0.0", 5)])


def test_dependencies_that_stand_in_setup_py_or_setup_cfg_are_read_there(inventory: Take) -> None:
    setup = "from setuptools import setup\nsetup(install_requires=['flask==3.0.0'])\n"
    config = "[options.extras_require]\ntest = pytest==8.0\n[options]\nextras-require = \n"
    found = inventory({"pyproject.toml": DYNAMIC, "setup.py": setup, "setup.cfg": config})
    assert gaps(found) == []
    assert [(pin.path, pin.name) for pin in found.pins] == [("setup.cfg", "pytest"), ("setup.py", "flask")]


def test_a_setup_py_that_nobody_looks_at_declares_nothing(inventory: Take) -> None:
    setup = "from setuptools import setup\nsetup(install_requires=['flask'], extras_require={})\n"
    found = inventory({"pyproject.toml": DYNAMIC, "setup.py": setup}, only=("pyproject.toml",))
    assert len(found.gaps) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project"),
        ("pyproject.toml", "[project]\ndependencies = 'flask'\n"),
        ("pyproject.toml", "[project]\ndependencies = [1]\n"),
        ("pyproject.toml", "project = 1\n"),
        ("pyproject.toml", "x = " + "[" * 50_000),
        ("pyproject.toml", "x = " + "1" * 10_000),
        ("Pipfile", "[packages"),
        ("Pipfile", "packages = 1\n"),
        ("Pipfile", "[[packages]]\nflask = '*'\n"),
        ("setup.cfg", "install_requires = flask\n"),
        ("setup.cfg", "[options\n"),
        ("setup.cfg", "[options]\nno delimiter\n"),
    ],
)
def test_a_manifest_that_is_not_what_its_name_says_is_malformed(inventory: Take, name: str, text: str) -> None:
    found = inventory({name: text})
    assert ([gap.reason for gap in found.gaps], found.covered) == ([GapReason.MALFORMED], frozenset())
    assert found.gaps[0].detail.startswith("this manifest is ")


@pytest.mark.parametrize("name", ["pyproject.toml", "Pipfile", "setup.cfg"])
def test_an_empty_manifest_asks_for_nothing(name: str) -> None:
    assert read(name, "") == Reading()


def test_a_manifest_of_many_dependencies_is_read_in_one_pass() -> None:
    names = [f"package-{number}" for number in range(5000)]
    text = "[project]\ndependencies = [\n" + "".join(f'    "{name}",\n' for name in names) + "]\n"
    assert wishes(read("pyproject.toml", text)) == [(name, "", line) for line, name in enumerate(names, start=3)]


SEEDS = {
    "pyproject.toml": DYNAMIC
    + SOURCES
    + '[tool.poetry.dependencies]\na = "^1"\n[project.optional-dependencies]\nx = ["b==1"]\n',
    "Pipfile": '[packages]\na = "*"\nb = {path = "."}\n[docs]\nc = "==1"\n',
    "setup.cfg": "[options]\ninstall_requires =\n  a==1\n[options.extras_require]\nx = file: y.list\n",
    "setup.py": "from setuptools import setup\nsetup(install_requires=['a==1'], extras_require={'x': ['b']})\n",
}
edits = st.lists(
    st.tuples(
        st.integers(0, 1000),
        st.sampled_from(["", '"', "[", "]", "{", "=", "\n", "1", "\\", "'", ",", "#", "\0", "\u00e9"]),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None)
@given(st.sampled_from(sorted(SEEDS)), edits)
def test_a_manifest_with_mistakes_is_unreadable_or_read_and_nothing_else(
    name: str, changes: list[tuple[int, str]]
) -> None:
    text = SEEDS[name]
    for position, new in changes:
        at = position % len(text)
        text = text[:at] + new + text[at + 1 :]
    try:
        found = read(name, text)
    except Unreadable:
        return
    assert isinstance(found, Reading)


@settings(deadline=None)
@given(st.sampled_from(sorted(SEEDS)), st.text(max_size=200))
def test_any_text_as_a_manifest_is_unreadable_or_read(name: str, text: str) -> None:
    try:
        found = read(name, text)
    except Unreadable:
        return
    assert isinstance(found, Reading)
