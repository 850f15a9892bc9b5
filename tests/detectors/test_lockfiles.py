"""Each format of lockfile: what our reader makes of it, what syft misses there, and what becomes a gap."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lockfiles import (
    ALL,
    BUILD_GRADLE,
    BUN,
    CARGO,
    COMPOSER_LOCK,
    GEMFILE_LOCK,
    GO_MOD,
    GO_SUM,
    GRADLE,
    MIX_LOCK,
    PACKAGES_LOCK,
    PNPM_5,
    PNPM_6,
    PNPM_9,
    PODFILE_LOCK,
    POM,
    PUBSPEC_LOCK,
    SWIFT_2,
    YARN_BERRY,
    YARN_CLASSIC,
)

from devsecgate.detectors.manifests import files as files_of
from devsecgate.detectors.manifests.entries import Locked, Source, ways
from devsecgate.detectors.manifests.formats import locked
from devsecgate.detectors.manifests.inventory import Inventory, take
from devsecgate.detectors.manifests.locked import read
from devsecgate.detectors.manifests.npm import lock as npm_lock
from devsecgate.detectors.manifests.reading import Pin, Unreadable
from devsecgate.detectors.syft.answer import SyftAnswer
from devsecgate.model import GapReason

Tree = Callable[[dict[str, str | bytes]], Path]
Take = Callable[..., Inventory]
ELSEWHERE = "does not come from a registry: advisories speak of released versions only"
WITHOUT = "has no version in the lockfile: advisories cannot be looked up"
LOST = "packages that it names are not in it, so a part of it is lost; lock the project again"
BY_NAME = {"cargo": CARGO.replace("{version}", "4")}


def reading(name: str, text: str, **around: str) -> Locked:
    """Read a file by its name; `around` are the texts of files beside it, with `_` for a dot."""
    files = {key.replace("__", "/").replace("_", "."): each for key, each in around.items()}
    kind = locked(name)
    assert kind is not None
    return read(Source(path=name, text=text, beside=files.get), kind)


def shown(found: Locked) -> list[tuple[str, str, int, bool | None, tuple[str, ...]]]:
    return [(pin.name, pin.version, pin.line, pin.direct, pin.via) for pin in found.reading.pins]


def gaps(found: Locked) -> list[tuple[GapReason, str, str | None]]:
    return [(gap.reason, gap.detail, gap.package) for gap in found.reading.gaps]


def pnpm(lines: tuple[int, int, int, int]) -> list[tuple[str, str, int, bool | None, tuple[str, ...]]]:
    return [
        ("@scope/thing", "1.2.3", lines[0], True, ()),
        ("lodash", "4.17.20", lines[1], True, ()),
        ("react-dom", "17.0.2", lines[2], True, ()),
        ("react", "17.0.2", lines[3], False, ("react-dom",)),
    ]


RUST = [
    ("forked", "0.2.0", 6, True, ()),
    ("itoa", "1.0.1", 11, False, ("serde_json",)),
    ("serde_json", "1.0.50", 17, True, ()),
]
SWIFT = [("git.example/apple/swift-nio", "1.14.4", 6, None, ())]
EXPECTED: dict[str, list[tuple[str, str, int, bool | None, tuple[str, ...]]]] = {
    "pnpm 5": pnpm((15, 19, 23, 31)),
    "pnpm 6": pnpm((20, 24, 28, 36)),
    "pnpm 9": pnpm((24, 27, 30, 35)),
    "yarn classic": [
        ("@scope/thing", "1.2.3", 5, None, ()),
        ("lodash", "4.17.20", 12, None, ()),
        ("lodash", "3.10.1", 17, None, ()),
    ],
    "yarn berry": [
        ("@scope/thing", "1.2.3", 8, True, ()),
        ("lodash", "4.17.20", 17, False, ("@scope/thing",)),
        ("lodash", "3.10.1", 24, True, ()),
    ],
    "bun": [("@scope/thing", "1.2.3", 12, True, ()), ("lodash", "4.17.20", 14, False, ("@scope/thing",))],
    "go": [
        ("github.com/gin-gonic/gin", "v1.6.0", 7, True, ()),
        ("github.com/dgrijalva/jwt-go", "v3.2.0+incompatible", 10, True, ()),
        ("golang.org/x/text", "v0.3.8", 11, False, ()),
        ("gopkg.in/yaml.v2", "v2.2.1", 12, False, ()),
        ("stdlib", "1.21.3", 5, True, ()),
    ],
    "cargo 3": RUST,
    "cargo 4": RUST,
    "maven": [
        ("org.apache.logging.log4j:log4j-core", "2.14.1", 31, True, ()),
        ("com.example:managed", "1.1.0", 36, True, ()),
        ("com.example:plain", "4.0", 40, True, ()),
    ],
    "gradle": [
        ("com.google.guava:guava", "30.0-jre", 4, None, ()),
        ("org.apache.logging.log4j:log4j-core", "2.14.1", 5, None, ()),
    ],
    "build.gradle": [("org.apache.logging.log4j:log4j-core", "2.14.1", 3, True, ())],
    "gem": [
        ("forked", "0.3.0", 5, True, ()),
        ("nokogiri", "1.10.0", 11, False, ("rails-html-sanitizer",)),
        ("rack", "2.0.6", 12, False, ("forked",)),
        ("rails-html-sanitizer", "1.0.3", 13, True, ()),
    ],
    "composer": [
        ("symfony/http-kernel", "v4.4.1", 6, None, ()),
        ("psr/log", "1.1.0", 13, None, ()),
        ("phpunit/phpunit", "8.5.0", 16, None, ()),
    ],
    "nuget": [
        ("newtonsoft.json", "12.0.1", 5, True, ()),
        ("system.text.encodings.web", "4.5.0", 11, False, ()),
    ],
    "packages.config": [("newtonsoft.json", "12.0.1", 3, None, ())],
    "dotnet": [("newtonsoft.json", "12.0.1", 10, True, ())],
    "pub": [("async", "2.8.2", 3, False, ()), ("http", "0.13.3", 16, True, ())],
    "mix": [("jason", "1.2.2", 2, None, ()), ("plug", "1.10.3", 3, None, ())],
    "swift 1": SWIFT,
    "swift 2": SWIFT,
    "swift 3": SWIFT,
    "cocoapods": [
        ("AFNetworking", "3.1.0", 2, False, ("GlossButtonNode",)),
        ("AFNetworking/Reachability", "3.1.0", 4, False, ("GlossButtonNode", "AFNetworking")),
        ("GlossButtonNode", "3.1.2", 5, True, ()),
    ],
    "conan 1": [("openssl", "1.1.1k", 12, True, ()), ("zlib", "1.2.11", 20, False, ("openssl",))],
    "conan 2": [("zlib", "1.2.11", 4, None, ()), ("openssl", "1.1.1k", 5, None, ()), ("cmake", "3.21.1", 8, None, ())],
}
MISSED = {
    "yarn classic": ["lodash 3.10.1"],
    "yarn berry": ["lodash 3.10.1"],
    "bun": ["@scope/thing 1.2.3", "lodash 4.17.20"],
    "build.gradle": ["org.apache.logging.log4j:log4j-core 2.14.1"],
    "composer": ["phpunit/phpunit 8.5.0"],
    "nuget": ["newtonsoft.json 12.0.1", "system.text.encodings.web 4.5.0"],
    "packages.config": ["newtonsoft.json 12.0.1"],
    "conan 2": ["cmake 3.21.1"],
}
"""What syft 1.18.1 passes over; a newer one may see some of it."""


def test_every_format_has_what_is_expected_of_it() -> None:
    assert EXPECTED.keys() == ALL.keys()


@pytest.mark.parametrize("kind", ALL)
def test_a_lockfile_is_read_with_lines_and_the_way_each_package_comes_in(kind: str) -> None:
    name, text = next(iter(ALL[kind].items()))
    assert shown(reading(name, text)) == EXPECTED[kind]


def ask(root: Path, scratch: Path, *files: str) -> SyftAnswer:
    """Run the program itself."""
    scratch.mkdir()
    request = json.dumps([{"path": f"./{each}"} for each in files]).encode()
    argv = [sys.executable, "-P", "-m", "devsecgate.detectors.lockfiles", f"--scratch={scratch}", "--today=2026-01-01"]
    done = subprocess.run(argv, cwd=root, input=request, capture_output=True, check=True)
    return msgspec.json.decode(done.stdout, type=SyftAnswer)


def test_what_syft_passes_over_is_in_the_inventory_and_said(
    tree: Tree, tmp_path: Path, program: Callable[[str], str]
) -> None:
    program("syft")
    files = {f"{kind}/{name}": text for kind, each in ALL.items() for name, text in each.items()}
    answer = ask(tree(dict(files)), tmp_path / "scratch", *files)
    seen = {(each.path.partition("/")[0], each.name, each.version) for each in answer.packages}
    assert seen == {(kind, name, version) for kind, each in EXPECTED.items() for name, version, *_ in each}
    if answer.syft == "1.18.1":
        assert sorted(each for each in answer.notes if "passes over" in each) == sorted(
            f"{kind}/{next(iter(ALL[kind]))}: syft 1.18.1 passes over {', '.join(each)}; read here all the same"
            for kind, each in MISSED.items()
        )
    assert not [each for each in answer.notes if "only syft" in each]


def test_what_syft_alone_sees_is_counted_and_said(tree: Tree, tmp_path: Path, program: Callable[[str], str]) -> None:
    program("syft")
    listed = "  lodash@4.17.20:\n    resolution: {integrity: sha512-BBBB}"
    hidden = PNPM_9.replace(listed, "  ? lodash@4.17.20\n  : {}")
    answer = ask(tree({"pnpm-lock.yaml": hidden}), tmp_path / "scratch", "pnpm-lock.yaml")
    assert ("lodash", "4.17.20") in {(each.name, each.version) for each in answer.packages}
    assert [each for each in answer.notes if "only syft" in each] == [
        f"pnpm-lock.yaml: only syft {answer.syft} sees lodash 4.17.20; counted all the same"
    ]
    assert [each.detail for each in answer.gaps] == [f"1 {LOST}"]


@pytest.mark.parametrize("address", ["https://git.example/apple/swift-nio", "git@git.example:apple/swift-nio.git"])
def test_a_swift_package_is_known_by_its_address_however_that_is_written(
    address: str, tree: Tree, tmp_path: Path, program: Callable[[str], str]
) -> None:
    program("syft")
    text = SWIFT_2.replace("https://git.example/apple/swift-nio.git", address)
    answer = ask(tree({"Package.resolved": text}), tmp_path / "scratch", "Package.resolved")
    assert [(each.name, each.version) for each in answer.packages] == [("git.example/apple/swift-nio", "1.14.4")]
    assert answer.notes == []


# --- npm's other lockfiles


def test_yarn_1_knows_what_is_asked_for_from_the_manifest_beside_it() -> None:
    manifest = json.dumps({"dependencies": {"@scope/thing": "^1.2.0", "old": "npm:lodash@3.10.1"}})
    found = reading("yarn.lock", YARN_CLASSIC, package_json=manifest)
    assert [(name, version, direct, via) for name, version, _, direct, via in shown(found)] == [
        ("@scope/thing", "1.2.3", True, ()),
        ("lodash", "4.17.20", False, ("@scope/thing",)),
        ("lodash", "3.10.1", True, ()),
    ]


def test_a_yarn_package_from_a_repository_or_a_folder_is_a_gap() -> None:
    text = """\
# yarn lockfile v1


"forked@git+https://user:hunter2@git.example/forked.git":
  version "1.0.0"
  resolved "git+https://user:hunter2@git.example/forked.git#0123"

"near@file:../near":
  version "2.0.0"
"""
    found = reading("yarn.lock", text)
    assert gaps(found) == [
        (GapReason.UNRESOLVED, f"line 4: forked {ELSEWHERE}", "forked"),
        (GapReason.UNRESOLVED, f"line 8: near {ELSEWHERE}", "near"),
    ]
    assert "hunter2" not in repr(found.reading.gaps) + repr(found.reading.pins)


def test_pnpm_names_with_underscores_aliases_and_addresses_are_told_apart() -> None:
    text = """\
lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      old:
        specifier: npm:string_decoder@1.1.1
        version: string_decoder@1.1.1
      inner:
        specifier: workspace:*
        version: link:packages/inner

  packages/inner:
    dependencies:
      forked:
        specifier: github:x/forked
        version: https://codeload.example/x/forked/tar.gz/0123

packages:

  forked@https://codeload.example/x/forked/tar.gz/0123:
    resolution: {tarball: https://codeload.example/x/forked/tar.gz/0123}
    version: 1.0.0

  string_decoder@1.1.1:
    resolution: {integrity: sha512-AAAA}
"""
    found = reading("pnpm-lock.yaml", text)
    assert shown(found) == [("forked", "1.0.0", 22, True, ()), ("string_decoder", "1.1.1", 26, True, ())]
    assert gaps(found) == [(GapReason.UNRESOLVED, f"line 22: forked {ELSEWHERE}", "forked")]
    old = reading("pnpm-lock.yaml", PNPM_5.replace("/lodash/", "/string_decoder/"))
    assert "string_decoder" in {pin.name for pin in old.reading.pins}


def test_bun_tells_a_workspace_and_a_nested_package_apart() -> None:
    text = BUN.replace(
        '    "lodash": [',
        '    "shop-inner": ["shop-inner@workspace:packages/inner"],\n'
        '    "@scope/thing/lodash": ["lodash@3.10.1", "", {}, "sha512-C"],\n'
        "    // a comment, in the file\n"
        '    "lodash": [',
    )
    found = reading("bun.lock", text)
    assert [(name, version, direct, via) for name, version, _, direct, via in shown(found)] == [
        ("@scope/thing", "1.2.3", True, ()),
        ("lodash", "3.10.1", False, ("@scope/thing",)),
        ("lodash", "4.17.20", False, ()),
    ]
    assert found.reading.own == {"shop-inner"}


@pytest.mark.parametrize(
    ("lock", "text"),
    [("yarn.lock", YARN_CLASSIC), ("pnpm-lock.yaml", PNPM_5), ("pnpm-lock.yaml", PNPM_6), ("pnpm-lock.yaml", PNPM_9)],
)
def test_a_manifest_is_resolved_by_the_lock_of_another_tool_and_only_as_it_was_locked(
    inventory: Take, lock: str, text: str
) -> None:
    wanted = {"dependencies": {"@scope/thing": "^1.2.0", "lodash": "^4.17.20"}}
    found = inventory({lock: text, "package.json": json.dumps(wanted)})
    assert (found.gaps, found.pins, found.covered) == ((), (), {lock, "package.json"})
    assert found.notes == (f"package.json: 2 dependencies are resolved by {lock}",)
    wanted["dependencies"]["lodash"] = "^5.0.0"
    changed = inventory({lock: text, "package.json": json.dumps(wanted)})
    assert [gap.detail for gap in changed.gaps] == [f"line 1: lodash: {lock} holds no version that fits; lock it again"]


def test_a_workspace_is_resolved_by_the_lock_above_it(inventory: Take) -> None:
    member = json.dumps({"name": "a", "dependencies": {"lodash": "^4.17.20"}})
    top = json.dumps({"name": "shop", "workspaces": ["packages/*"]})
    files = {"yarn.lock": YARN_CLASSIC, "package.json": top, "packages/a/package.json": member}
    assert inventory(files).gaps == ()
    alone = inventory({**files, "package.json": json.dumps({"name": "shop"})})
    assert [gap.path for gap in alone.gaps] == ["packages/a/package.json"]
    stranger = inventory({**files, "other/package.json": member})
    assert [gap.path for gap in stranger.gaps] == ["other/package.json"]
    berry = YARN_BERRY.replace("shop@workspace:.", "a@workspace:packages/a").replace("old:", "unused:")
    wanted = json.dumps({"name": "a", "dependencies": {"@scope/thing": "^1.2.0"}})
    assert inventory({"yarn.lock": berry, "packages/a/package.json": wanted}).gaps == ()


def test_a_lock_that_nobody_looks_at_resolves_nothing(inventory: Take) -> None:
    files = {"yarn.lock": YARN_CLASSIC, "package.json": json.dumps({"dependencies": {"lodash": "^4.17.20"}})}
    found = inventory(files, only=("package.json",))
    assert [gap.package for gap in found.gaps] == ["lodash"]


def test_where_syfts_scanner_is_disabled_its_locks_are_gaps_and_resolve_nothing(tree: Tree) -> None:
    root = tree({"yarn.lock": YARN_CLASSIC, "package.json": json.dumps({"dependencies": {"lodash": "^4.17.20"}})})
    files = ("yarn.lock", "package.json")
    found = take(files_of.Tree(root=root.resolve()), files, first_party=frozenset(), locked_elsewhere=False)
    assert [(gap.reason, gap.path, gap.package) for gap in found.gaps] == [
        (GapReason.UNRESOLVED, "package.json", "lodash"),
        (GapReason.MISSING, "yarn.lock", None),
    ]
    assert found.covered == {"package.json"}


# --- npm's own lockfile


OLD = {
    "name": "shop",
    "lockfileVersion": 1,
    "requires": True,
    "dependencies": {
        "lodash": {"version": "4.17.20", "resolved": "https://registry.example/l.tgz"},
        "old": {"version": "npm:lodash@3.10.1"},
        "forked": {"version": "git+https://git.example/forked.git#0123", "from": "forked@git"},
        "thing": {
            "version": "1.0.0",
            "requires": {"deep": "^1.0.0", "lodash": "^3.0.0"},
            "dependencies": {"lodash": {"version": "3.10.0"}},
        },
        "deep": {"version": "1.2.0", "dev": True},
    },
}


def test_npms_first_lockfile_is_read_with_what_is_installed_below_what() -> None:
    wanted = {"thing": "^1.0.0", "lodash": "~4.17.1", "old": "npm:lodash@3.10.1"}
    found = npm_lock("package-lock.json", json.dumps(OLD, indent=1), manifest=json.dumps({"dependencies": wanted}))
    assert [(pin.name, pin.version, pin.direct, pin.via) for pin in found.pins] == [
        ("lodash", "4.17.20", True, ()),
        ("lodash", "3.10.1", True, ()),
        ("thing", "1.0.0", True, ()),
        ("lodash", "3.10.0", False, ("thing",)),
        ("deep", "1.2.0", False, ("thing",)),
    ]
    assert [gap.detail for gap in found.gaps] == [f"line 13: forked {ELSEWHERE}"]


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        ("4.17.20", True),
        ("^4.17.0", True),
        ("~4.17.3", True),
        ("*", True),
        ("^4.17.21", False),
        ("^3.0.0", False),
        ("~4.16.0", False),
        (">=4", False),
        ("^4.17.x || 5", False),
        ("latest", False),
    ],
)
def test_a_range_that_the_first_lockfile_is_not_known_to_hold_is_a_gap(
    inventory: Take, wanted: str, holds: bool
) -> None:
    manifest = json.dumps({"dependencies": {"lodash": wanted}})
    found = inventory({"package-lock.json": json.dumps(OLD), "package.json": manifest})
    assert ("lodash" not in {gap.package for gap in found.gaps}) is holds


@pytest.mark.parametrize(
    ("wanted", "version", "holds"), [("^0.2.3", "0.2.9", True), ("^0.2.3", "0.3.0", False), ("^0.0.3", "0.0.4", False)]
)
def test_a_caret_before_the_first_release_holds_less(inventory: Take, wanted: str, version: str, holds: bool) -> None:
    lock = {"lockfileVersion": 1, "dependencies": {"a": {"version": version}}}
    manifest = json.dumps({"dependencies": {"a": wanted}})
    found = inventory({"package-lock.json": json.dumps(lock), "package.json": manifest})
    assert (found.gaps == ()) is holds


def test_npms_lockfile_tells_the_way_by_which_each_package_comes_in() -> None:
    packages = {
        "": {"dependencies": {"a": "^1"}},
        "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "^1"}},
        "node_modules/b": {"version": "1.0.0", "dependencies": {"c": "^2"}},
        "node_modules/b/node_modules/c": {"version": "2.0.0"},
        "node_modules/c": {"version": "1.0.0"},
    }
    found = npm_lock("package-lock.json", json.dumps({"lockfileVersion": 3, "packages": packages}))
    assert [(pin.name, pin.version, pin.direct, pin.via) for pin in found.pins] == [
        ("a", "1.0.0", True, ()),
        ("b", "1.0.0", False, ("a",)),
        ("c", "2.0.0", False, ("a", "b")),
        ("c", "1.0.0", False, ()),
    ]


def test_pythons_lockfiles_tell_the_way_too(inventory: Take) -> None:
    uv = """\
version = 1

[[package]]
name = "shop"
source = { virtual = "." }
dependencies = [{ name = "a" }]

[[package]]
name = "a"
version = "1.0"
source = { registry = "https://registry.example" }
dependencies = [{ name = "b" }]

[[package]]
name = "b"
version = "1.0"
source = { registry = "https://registry.example" }
"""
    poetry = """\
[[package]]
name = "a"
version = "1.0"

[package.dependencies]
B = ">=1"

[[package]]
name = "b"
version = "1.0"

[metadata]
lock-version = "2.0"
"""
    for name, text in (("uv.lock", uv), ("poetry.lock", poetry)):
        assert [(pin.name, pin.via) for pin in inventory({name: text}).pins] == [("a", ()), ("b", ("a",))]


# --- Go


def test_the_toolchain_is_the_go_directive_where_no_other_is_named() -> None:
    found = reading("go.mod", GO_MOD.replace("toolchain go1.21.3\n", ""))
    assert [(pin.version, pin.line) for pin in found.reading.pins if pin.name == "stdlib"] == [("1.21.0", 3)]
    early = reading("go.mod", "module shop.example/shop\ngo 1.22rc1\n")
    assert [pin.version for pin in early.reading.pins] == ["1.22.0-rc.1"]
    none = reading("go.mod", "module shop.example/shop\n")
    assert [(reason, package) for reason, _, package in gaps(none)] == [(GapReason.UNRESOLVED, "stdlib")]


def test_a_go_mod_that_does_not_list_what_is_pulled_in_says_so() -> None:
    found = reading("go.mod", GO_MOD.replace("go 1.21.0", "go 1.16"))
    assert "is of Go before 1.17, and does not list what its modules pull in" in gaps(found)[-1][1]
    assert gaps(reading("go.mod", GO_MOD)) == []


def test_a_module_replaced_from_outside_of_the_tree_is_a_gap_and_one_inside_is_the_projects_own() -> None:
    found = reading("go.mod", GO_MOD.replace("=> ./inner", "=> ../inner"))
    assert [(reason, package) for reason, _, package in gaps(found)] == [(GapReason.UNRESOLVED, "shop.example/inner")]
    assert reading("go.mod", GO_MOD).reading.own == {"shop.example/inner"}
    one = GO_MOD.replace(
        "golang.org/x/text => golang.org/x/text v0.3.8", "golang.org/x/text v9.9.9 => a.example/b v1.0.0"
    )
    assert ("golang.org/x/text", "v0.3.0") in {(pin.name, pin.version) for pin in reading("go.mod", one).reading.pins}


def test_go_sum_is_no_list_of_what_is_built() -> None:
    assert reading("go.sum", GO_SUM, go_mod=GO_MOD) == reading("go.sum", "", go_mod=GO_MOD)
    (alone,) = gaps(reading("go.sum", GO_SUM))
    assert alone[0] is GapReason.UNRESOLVED


# --- Java


def test_a_pom_is_read_with_its_parents_in_the_tree() -> None:
    parent = """\
<project>
  <groupId>org.example</groupId><artifactId>parent</artifactId><version>3</version>
  <properties><of.the.parent>1.5</of.the.parent></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>com.example</groupId><artifactId>of-the-parent</artifactId><version>2.5</version></dependency>
  </dependencies></dependencyManagement>
</project>
"""
    found = reading("sub/pom.xml", POM, **{"..__pom_xml": parent})
    versions = {pin.name: pin.version for pin in found.reading.pins}
    assert versions["com.example:of-the-parent"] == "2.5"
    assert versions["com.example:unknown-property"] == "1.5"
    other = reading("sub/pom.xml", POM, **{"..__pom_xml": parent.replace(">parent<", ">stranger<")})
    assert "com.example:of-the-parent" not in {pin.name for pin in other.reading.pins}


def test_versions_that_a_pom_does_not_say_are_gaps_and_so_is_what_is_pulled_in() -> None:
    elsewhere = "has no version in the tree: a parent, or an imported list of versions, is elsewhere"
    assert [(package, detail.partition("; ")[0]) for _, detail, package in gaps(reading("pom.xml", POM))] == [
        ("com.example:of-the-parent", f"line 46: com.example:of-the-parent {elsewhere}"),
        ("com.example:ranged", "line 50: com.example:ranged is not pinned to one version"),
        ("com.example:unknown-property", f"line 55: com.example:unknown-property {elsewhere}"),
        (None, "this manifest lists what the project asks for, and not what that pulls in: Maven has no lockfile"),
    ]
    assert gaps(reading("pom.xml", "<project><artifactId>a</artifactId><groupId>b</groupId></project>")) == []


def test_a_build_file_is_a_gap_unless_a_lock_is_beside_it() -> None:
    assert [package for _, _, package in gaps(reading("build.gradle", BUILD_GRADLE))] == [
        "com.google.guava:guava",
        None,
    ]
    beside = reading("build.gradle", BUILD_GRADLE, gradle_lockfile=GRADLE)
    assert (beside.reading.pins, beside.reading.gaps) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><project>&b;</project>',
        '<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]><project>&a;</project>',
        "<project><dependencies>",
        "<other/>",
        "<project>" + "<a>" * 100_000,
        "",
    ],
)
def test_xml_that_is_none_or_brings_entities_is_malformed(text: str) -> None:
    with pytest.raises(Unreadable):
        reading("pom.xml", text)


# --- manifests without a lock

MANIFESTS = {
    "Cargo.toml": ('[package]\nname = "shop"\n[dependencies]\nserde_json = "1"\n', "Cargo.lock", BY_NAME["cargo"]),
    "Gemfile": ('source "https://registry.example"\n# gem "no"\ngem "rack", "~> 2"\n', "Gemfile.lock", GEMFILE_LOCK),
    "composer.json": ('{"require": {"php": "^7", "psr/log": "^1"}}', "composer.lock", COMPOSER_LOCK),
    "shop.csproj": (
        '<Project><ItemGroup><PackageReference Include="Newtonsoft.Json" Version="12.0.1"/></ItemGroup></Project>',
        "packages.lock.json",
        PACKAGES_LOCK,
    ),
    "pubspec.yaml": (
        "name: shop\ndependencies:\n  http: ^0.13.0\n  flutter:\n    sdk: flutter\n",
        "pubspec.lock",
        PUBSPEC_LOCK,
    ),
    "mix.exs": ('defp deps do\n  [{:plug, "~> 1.10"}]\nend\n', "mix.lock", MIX_LOCK),
    "Package.swift": (
        'dependencies: [.package(url: "https://git.example/apple/swift-nio.git", from: "1.0.0")]',
        "Package.resolved",
        SWIFT_2,
    ),
    "Podfile": ("target 'Shop' do\n  pod 'AFNetworking', '~> 3.0'\nend\n", "Podfile.lock", PODFILE_LOCK),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_is_a_gap_unless_a_lock_holds_what_it_asks_for(name: str) -> None:
    text, lock, locked_text = MANIFESTS[name]
    beside = {lock.replace(".", "_"): locked_text}
    ((reason, detail, _),) = gaps(reading(name, text))
    assert (reason, detail.startswith(f"no {lock} says which versions ")) == (GapReason.UNRESOLVED, True)
    assert gaps(reading(name, text, **beside)) == []
    other = {lock.replace(".", "_"): "broken"}
    assert gaps(reading(name, text, **other))[0][0] is GapReason.UNRESOLVED


@pytest.mark.parametrize("name", ["Cargo.toml", "Gemfile", "composer.json", "mix.exs", "pubspec.yaml"])
def test_a_lock_that_lacks_what_the_manifest_asks_for_resolves_it_not(name: str) -> None:
    text, lock, locked_text = MANIFESTS[name]
    asked = {"serde_json": "tokio", "rack": "sinatra", "psr/log": "psr/cache", ":plug": ":phoenix", "http": "dio"}
    for old, new in asked.items():
        text = text.replace(old, new) if "registry" not in text else text.replace(f'"{old}"', f'"{new}"')
    ((_, detail, _),) = gaps(reading(name, text, **{lock.replace(".", "_"): locked_text}))
    assert detail.startswith(f"{lock} does not hold ")


def test_a_workspace_member_is_resolved_by_the_lock_above_that_names_it() -> None:
    text = MANIFESTS["Cargo.toml"][0]
    above = {"..__Cargo_lock": BY_NAME["cargo"]}
    assert gaps(reading("shop/Cargo.toml", text, **above)) == []
    stranger = text.replace('"shop"', '"stranger"')
    assert len(gaps(reading("shop/Cargo.toml", stranger, **above))) == 1


# --- hostile


def test_a_lock_from_which_a_part_is_gone_says_so() -> None:
    cargo = BY_NAME["cargo"].partition('[[package]]\nname = "itoa"')
    without = cargo[0] + "[[package]]" + cargo[2].partition("[[package]]")[2]
    for name, text in (
        ("Cargo.lock", without),
        ("yarn.lock", YARN_CLASSIC.replace("lodash@^4.17.20:", "lodish@^4.17.20:")),
        ("Gemfile.lock", GEMFILE_LOCK.replace("    rack (2.0.6)\n", "")),
        ("Podfile.lock", PODFILE_LOCK.replace("  - AFNetworking/Reachability (3.1.0)\n", "")),
        ("pnpm-lock.yaml", PNPM_9.replace("  react@17.0.2:\n    resolution", "  reuct@17.0.2:\n    resolution")),
    ):
        assert (GapReason.MALFORMED, f"1 {LOST}", None) in gaps(reading(name, text)), name


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind != "build.gradle"])
@given(noise=st.text(max_size=200))
def test_what_is_none_of_its_format_is_unreadable_or_holds_nothing(kind: str, noise: str) -> None:
    name = next(iter(ALL[kind]))
    try:
        found = reading(name, noise)
    except Unreadable:
        return
    assert not found.reading.pins


@pytest.mark.parametrize("kind", ALL)
@given(data=st.data())
def test_a_lock_that_is_cut_raises_nothing_else_and_makes_nothing_up(kind: str, data: st.DataObject) -> None:
    name, text = next(iter(ALL[kind].items()))
    cut = data.draw(st.integers(0, len(text)))
    try:
        found = reading(name, text[:cut])
    except Unreadable:
        return
    words = text.lower()
    named = [part for pin in found.reading.pins for part in pin.name.split(":") if pin.name != "stdlib"]
    assert all(part.lower() in words for part in named)


@pytest.mark.parametrize("name", ["a b", "x" * 400, "\x1b[31m", "../../x\n", "-rf"])
def test_a_name_that_is_none_is_a_gap_and_is_not_repeated(name: str) -> None:
    lock = {"packages": [{"name": name, "version": "1.0"}], "packages-dev": []}
    found = reading("composer.lock", json.dumps(lock))
    assert found.reading.pins == ()
    ((reason, detail, package),) = gaps(found)
    assert (reason, package, "not the name and version of a package" in detail) == (GapReason.MALFORMED, None, True)


def test_a_version_that_is_none_is_a_gap_and_is_not_repeated() -> None:
    lock = {"packages": [{"name": "a/b", "version": "1.0\x1b[31m ::error::"}], "packages-dev": []}
    found = reading("composer.lock", json.dumps(lock))
    ((reason, detail, package),) = gaps(found)
    assert (reason, package, "error" in detail) == (GapReason.MALFORMED, "a/b", False)


def test_a_key_that_stands_twice_in_yaml_is_malformed() -> None:
    with pytest.raises(Unreadable):
        reading("pnpm-lock.yaml", PNPM_9 + "\npackages:\n\n  a@1.0.0: {}\n")


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=4)),
    st.lists(st.sampled_from("abcdef"), max_size=3),
)
def test_a_way_begins_at_what_is_asked_for_and_each_step_is_needed_by_the_one_before(
    needs: dict[str, list[str]], roots: list[str]
) -> None:
    names = {each: each for each in "abcdef"}
    for key, way in ways(roots, needs, names).items():
        steps = [*way, key]
        assert steps[0] in roots
        assert all(after in needs[before] for before, after in pairwise(steps))
        assert len(steps) == len(set(steps))


def test_a_pin_of_an_ecosystem_without_a_purl_type_carries_its_purl() -> None:
    pins: list[Pin] = [*reading("Podfile.lock", PODFILE_LOCK).reading.pins]
    assert pins[1].purl == "pkg:cocoapods/AFNetworking/Reachability@3.1.0"
