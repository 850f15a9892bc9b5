"""A project's manifests together: which one resolves which, and that none hides another."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devsecgate.detectors.manifests.files import Tree
from devsecgate.detectors.manifests.formats import Format, recognise
from devsecgate.detectors.manifests.inventory import Inventory, take
from devsecgate.model import Gap, GapReason

Take = Callable[..., Inventory]
Files = dict[str, str | bytes]
NOT_PINNED = "is not pinned to one version: not resolvable, lock it"


def project(*dependencies: str, name: str = "shop") -> str:
    listed = "".join(f"    {each!r},\n" for each in dependencies)
    return f'[project]\nname = "{name}"\ndependencies = [\n{listed}]\n'


def uv(*packages: tuple[str, str], members: tuple[str, ...] = (".",)) -> str:
    text = "version = 1\n"
    for member in members:
        name = "shop" if member == "." else member.rpartition("/")[2]
        text += f'[[package]]\nname = "{name}"\nversion = "0"\nsource = {{ editable = "{member}" }}\n'
    for name, version in packages:
        text += f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ registry = "https://r.example" }}\n'
    return text


def poetry(*packages: tuple[str, str]) -> str:
    listed = "".join(f'[[package]]\nname = "{name}"\nversion = "{version}"\n' for name, version in packages)
    return f'{listed or "package = []"}\n[metadata]\nlock-version = "2.0"\n'


def pylock(*packages: tuple[str, str]) -> str:
    text = 'lock-version = "1.0"\ncreated-by = "test"\n'
    for name, version in packages:
        wheel = f'name = "{name}-{version}-py3-none-any.whl", url = "https://example.org/w", hashes = {{sha256 = "00"}}'
        text += f'[[packages]]\nname = "{name}"\nversion = "{version}"\nwheels = [{{{wheel}}}]\n'
    return text if packages else f"{text}packages = []\n"


def pipenv(*packages: tuple[str, str]) -> str:
    listed = {name: {"version": f"=={version}"} for name, version in packages}
    return json.dumps({"_meta": {"sources": []}, "default": listed, "develop": {}})


def gaps(found: Inventory) -> list[tuple[str | None, str]]:
    return [(gap.path, gap.detail) for gap in found.gaps]


LOCKS = {"uv.lock": uv, "poetry.lock": poetry, "Pipfile.lock": pipenv, "pylock.toml": pylock, "pylock.dev.toml": pylock}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_that_satisfies_a_manifest_resolves_it(inventory: Take, name: str) -> None:
    lock = LOCKS[name](("flask", "3.0.0"), ("werkzeug", "3.0.1"))
    found = inventory({"pyproject.toml": project("Flask>=3,<4"), name: lock})
    assert gaps(found) == []
    assert [(pin.name, pin.version, pin.path) for pin in found.pins] == [
        ("flask", "3.0.0", name),
        ("werkzeug", "3.0.1", name),
    ]
    assert found.notes == (f"pyproject.toml: 1 dependencies are resolved by {name}",)
    assert found.covered == {"pyproject.toml", name}


@pytest.mark.parametrize("name", LOCKS)
@pytest.mark.parametrize(
    ("held", "what"),
    [
        ((("flask", "2.3.0"),), "holds no version that fits; lock it again"),
        ((("werkzeug", "3.0.1"),), NOT_PINNED),
        ((), NOT_PINNED),
    ],
)
def test_a_lock_that_does_not_satisfy_a_manifest_does_not_resolve_it(
    inventory: Take, name: str, held: tuple[tuple[str, str], ...], what: str
) -> None:
    found = inventory({"pyproject.toml": project("flask>=3"), name: LOCKS[name](*held)})
    expected = f"flask: {name} {what}" if what.startswith("holds") else f"flask {what}"
    assert gaps(found) == [("pyproject.toml", f"line 4: {expected}")]


@pytest.mark.parametrize(
    ("manifest", "text"),
    [
        ("pyproject.toml", project("flask>=3")),
        ("pyproject.toml", '[tool.poetry.dependencies]\nflask = "^3.0"\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nflask = "^3.0 || ^4.0"\n'),
        ("Pipfile", '[packages]\nflask = ">=3"\n'),
        ("setup.cfg", "[options]\ninstall_requires = flask>=3\n"),
        ("setup.py", "from setuptools import setup\nsetup(install_requires=['flask>=3'])\n"),
        ("requirements.in", "flask>=3\n"),
    ],
)
def test_every_kind_of_manifest_is_held_to_the_lock(inventory: Take, manifest: str, text: str) -> None:
    assert gaps(inventory({manifest: text, "poetry.lock": poetry(("flask", "3.1.0"))})) == []
    ((path, detail),) = gaps(inventory({manifest: text, "poetry.lock": poetry(("flask", "2.3.0"))}))
    assert (path, detail.partition(": ")[2]) == (
        manifest,
        "flask: poetry.lock holds no version that fits; lock it again",
    )
    ((path, detail),) = gaps(inventory({manifest: text}))
    assert (path, detail.partition(": ")[2]) == (manifest, f"flask {NOT_PINNED}")


def test_a_lock_that_holds_several_versions_needs_one_that_fits(inventory: Take) -> None:
    lock = uv(("numpy", "1.26.4"), ("numpy", "2.0.0"))
    assert gaps(inventory({"pyproject.toml": project("numpy>=2"), "uv.lock": lock})) == []
    assert len(inventory({"pyproject.toml": project("numpy>=3"), "uv.lock": lock}).gaps) == 1


def test_a_version_of_the_lock_that_cannot_be_compared_fits_nothing_but_any(inventory: Take) -> None:
    lock = poetry(("flask", "3-odd-one"))
    assert len(inventory({"pyproject.toml": project("flask>=3"), "poetry.lock": lock}).gaps) == 1
    assert inventory({"pyproject.toml": project("flask"), "poetry.lock": lock}).gaps == ()


def test_one_of_two_locks_is_enough_and_the_other_is_still_listed(inventory: Take) -> None:
    files = {
        "pyproject.toml": project("flask>=3"),
        "poetry.lock": poetry(("flask", "2.0.0")),
        "uv.lock": uv(("flask", "3.0.0")),
    }
    found = inventory(files)
    assert gaps(found) == []
    assert [(pin.path, pin.version) for pin in found.pins] == [("poetry.lock", "2.0.0"), ("uv.lock", "3.0.0")]


def test_a_pinned_requirements_file_beside_it_resolves_a_manifest_for_this_target_only(inventory: Take) -> None:
    manifest = project("flask>=3")
    assert gaps(inventory({"pyproject.toml": manifest, "requirements.txt": "flask==3.0.0\n"})) == []
    elsewhere = "flask==3.0.0 ; sys_platform == 'nowhere'\n"
    assert gaps(inventory({"pyproject.toml": manifest, "requirements.txt": elsewhere})) == [
        ("pyproject.toml", f"line 4: flask {NOT_PINNED}")
    ]


def test_pinned_files_in_the_folder_of_requirements_resolve_the_manifest_above(inventory: Take) -> None:
    lock = "flask==3.0.0 --hash=sha256:00\n"
    files: Files = {"pyproject.toml": project("flask>=3", "django"), "requirements/production.lock": lock}
    assert gaps(inventory(files)) == [("pyproject.toml", f"line 5: django {NOT_PINNED}")]
    files = {"a/pyproject.toml": project("flask>=3"), "requirements/production.lock": lock}
    assert gaps(inventory(files)) == [("a/pyproject.toml", f"line 4: flask {NOT_PINNED}")]


def test_a_lock_that_nobody_looks_at_resolves_nothing(inventory: Take) -> None:
    files = {"pyproject.toml": project("flask>=3"), "uv.lock": uv(("flask", "3.0.0"))}
    found = inventory(files, only=("pyproject.toml",))
    assert gaps(found) == [("pyproject.toml", f"line 4: flask {NOT_PINNED}")]


@pytest.mark.parametrize("broken", ["", "version = 1\n[[package]]\nname = ", "version = 2\npackage = []\n"])
def test_a_lock_that_cannot_be_read_resolves_nothing_and_is_a_gap_itself(inventory: Take, broken: str) -> None:
    found = inventory({"pyproject.toml": project("flask>=3"), "uv.lock": broken})
    assert [gap.path for gap in found.gaps] == ["pyproject.toml", "uv.lock"]
    assert found.covered == {"pyproject.toml"}


def test_members_of_a_workspace_are_resolved_by_the_lock_above_them(inventory: Take) -> None:
    files: Files = {
        "uv.lock": uv(("flask", "3.0.0"), members=(".", "packages/tools")),
        "pyproject.toml": project("flask"),
        "packages/tools/pyproject.toml": project("flask>=3", "shop", name="tools"),
        "packages/other/pyproject.toml": project("flask>=3", name="other"),
        "packages/tools/deeper/pyproject.toml": project("flask>=3", name="deeper"),
    }
    found = inventory(files)
    assert gaps(found) == [
        ("packages/other/pyproject.toml", f"line 4: flask {NOT_PINNED}"),
        ("packages/tools/deeper/pyproject.toml", f"line 4: flask {NOT_PINNED}"),
    ]


def test_poetrys_lock_resolves_its_own_folder_and_not_those_below(inventory: Take) -> None:
    files: Files = {"poetry.lock": poetry(("flask", "3.0.0")), "sub/pyproject.toml": project("flask>=3")}
    assert gaps(inventory(files)) == [("sub/pyproject.toml", f"line 4: flask {NOT_PINNED}")]


def test_first_party_packages_are_exempt_by_name(inventory: Take) -> None:
    files: Files = {"requirements.txt": "acme-lib\nacme-other @ https://example.org/x.zip\nflask\nacme-lib==1.0\n"}
    found = inventory(files, first_party=("acme-lib", "acme-other"))
    assert gaps(found) == [("requirements.txt", f"line 3: flask {NOT_PINNED}")]
    assert [pin.name for pin in found.pins] == ["acme-lib"]  # it stays in the list of what the project is made of


@pytest.mark.parametrize(
    "name",
    [
        "bun.lockb", "deno.lock", "paket.lock", "rebar.lock", "environment.yml", "conda-lock.yml", "pdm.lock",
        "pixi.lock",
    ],
)  # fmt: skip
def test_a_manifest_without_a_reader_is_a_gap(inventory: Take, name: str) -> None:
    found = inventory({f"sub/{name}": "whatever"})
    gap = Gap(
        scanner="dependencies",
        reason=GapReason.UNSUPPORTED,
        detail="this manifest is of a format that has no reader yet",
        path=f"sub/{name}",
    )
    assert (found.gaps, found.covered) == ((gap,), frozenset())


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("requirements.txt", Format.REQUIREMENTS),
        ("a/requirements-dev.txt", Format.REQUIREMENTS),
        ("requirements_test.txt", Format.REQUIREMENTS),
        ("dev-requirements.txt", Format.REQUIREMENTS),
        ("Requirements.TXT", Format.REQUIREMENTS),
        ("requirements3.txt", Format.REQUIREMENTS),
        ("requirements-dev.lock", Format.REQUIREMENTS),
        ("requirements.pip", Format.REQUIREMENTS),
        ("requirements/anything.txt", Format.REQUIREMENTS),
        ("requirements/anything.lock", Format.REQUIREMENTS),
        ("requirements/anything.in", Format.REQUIREMENTS_INPUT),
        ("requirements.in", Format.REQUIREMENTS_INPUT),
        ("constraints.txt", Format.CONSTRAINTS),
        ("pylock.toml", Format.PYLOCK),
        ("pylock.prod.toml", Format.PYLOCK),
        ("npm-shrinkwrap.json", Format.PACKAGE_LOCK),
        ("requirements.md", None),
        ("requirements", None),
        ("myrequirements.txt", None),
        ("requirements/readme.md", None),
        ("notes.txt", None),
        ("pylock.a.b.toml", None),
        ("uv.lock.bak", None),
    ],
)
def test_a_manifest_is_recognised_by_its_name(path: str, kind: Format | None) -> None:
    assert recognise(path) is kind


def test_no_manifest_hides_another(inventory: Take) -> None:
    manifests: Files = {
        "uv.lock": uv(("a", "1")),
        "poetry.lock": poetry(("b", "1")),
        "Pipfile.lock": pipenv(("c", "1")),
        "pylock.toml": pylock(("d", "1")),
        "requirements.txt": "e==1\n",
        "constraints.txt": "f==1\n",
        "requirements.in": "g==1\n",
        "pyproject.toml": project("h==1"),
        "Pipfile": '[packages]\ni = "==1"\n',
        "setup.cfg": "[options]\ninstall_requires = j==1\n",
        "setup.py": "from setuptools import setup\nsetup(install_requires=['k==1'])\n",
        "package-lock.json": '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/l": {"version": "1.0.0"}}}',
        "package.json": '{"dependencies": {"m": "1.0.0"}}',
    }
    found = inventory(manifests)
    assert sorted(pin.name for pin in found.pins) == list("abcdefghijkl")
    assert [gap.package for gap in found.gaps] == ["m"]
    assert found.covered == set(manifests)


def test_a_locks_packages_are_direct_where_a_manifest_beside_it_asks_for_them(inventory: Take) -> None:
    files = {"pyproject.toml": project("flask>=3"), "poetry.lock": poetry(("flask", "3.0.0"), ("werkzeug", "3.0.1"))}
    assert [(pin.name, pin.direct) for pin in inventory(files).pins] == [("flask", True), ("werkzeug", False)]
    alone = inventory({"sub/poetry.lock": poetry(("flask", "3.0.0"))})
    assert [(pin.name, pin.direct) for pin in alone.pins] == [("flask", None)]


def test_two_runs_give_the_same_inventory_whatever_the_order(inventory: Take, tmp_path: Path) -> None:
    files: Files = {
        "b/requirements.txt": "flask==3.0.0\n-r ../a/requirements.txt\n",
        "a/requirements.txt": "zope==1\nabc\n",
        "uv.lock": uv(("flask", "3.0.0")),
    }
    first = inventory(files)
    names = sorted(files)
    again = take(Tree(root=(tmp_path / "tree").resolve()), [*reversed(names), *names], first_party=frozenset())
    assert first == again


def test_the_canary_is_read_from_outside_and_no_manifest_can_be(tree: Callable[[Files], Path]) -> None:
    root = tree({"requirements.txt": "-r ../canary/requirements.txt\n"}).resolve()
    canary = root.parent / "canary" / "requirements.txt"
    canary.parent.mkdir()
    canary.write_text("devsecgate-canary==1.0.0\n")
    found = take(Tree(root=root), ["requirements.txt"], first_party=frozenset(), also=str(canary))
    assert [(pin.name, pin.path) for pin in found.pins] == [("devsecgate-canary", str(canary))]
    assert [gap.reason for gap in found.gaps] == [GapReason.UNREADABLE]
    assert found.covered == {"requirements.txt", str(canary)}


def test_files_that_are_no_regular_files_are_gaps_and_are_not_waited_for(tree: Callable[[Files], Path]) -> None:
    root = tree({"sub/x": ""}).resolve()
    os.mkfifo(root / "requirements.txt")
    (root / "uv.lock").mkdir()
    (root / "poetry.lock").symlink_to(root / "poetry.lock")
    wanted = ["requirements.txt", "uv.lock", "poetry.lock", "Pipfile.lock"]
    found = take(Tree(root=root), wanted, first_party=frozenset())
    assert gaps(found) == [
        ("Pipfile.lock", "this manifest cannot be opened: No such file or directory"),
        ("poetry.lock", "this manifest cannot be opened: Too many levels of symbolic links"),
        ("requirements.txt", "this manifest is not a regular file"),
        ("uv.lock", "this manifest is not a regular file"),
    ]


NAMES = (
    "requirements.txt", "requirements.in", "constraints.txt", "uv.lock", "poetry.lock", "Pipfile.lock", "pylock.toml",
    "pyproject.toml", "Pipfile", "setup.cfg", "setup.py", "package.json", "package-lock.json", "sub/setup.py",
)  # fmt: skip
SAMPLES = (
    uv(("a", "1")),
    poetry(("a", "2")),
    pipenv(("a", "3")),
    pylock(("a", "4")),
    project("a>=1", "b"),
    "a==1\n-r x.txt\n",
    '[packages]\na = "*"\n',
    "[options]\ninstall_requires = a\n",
    "setup(install_requires=['a'])",
    '{"dependencies": {"a": "1"}}',
    '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/a": {"version": "1.0.0"}}}',
    "\0",
    "{}",
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(SAMPLES) | st.text(max_size=60), min_size=1, max_size=6))
def test_every_manifest_is_covered_or_a_gap_and_every_wish_is_accounted_for(
    tmp_path: Path, files: dict[str, str]
) -> None:
    root = (tmp_path / "root").resolve()
    (root / "sub").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (root / name).write_bytes(content.encode("utf-8", "surrogatepass"))
    found = take(Tree(root=root), files, first_party=frozenset())
    failed = {gap.path for gap in found.gaps if gap.detail.startswith("this manifest ")}
    assert found.covered | failed == set(files)
    assert not found.covered & failed
    assert {pin.path for pin in (*found.pins, *found.elsewhere)} <= found.covered
