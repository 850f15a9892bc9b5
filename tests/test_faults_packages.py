"""The fault matrix of lockfiles, images, SBOMs and the store: whatever breaks, the gate never exits 0.

Each case runs the real command on a small clean project, an image and an SBOM, with one thing broken. The first
test shows that the same run exits 0 when nothing is broken.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from images import Image, apk, docker_archive, docker_members, entry, os_release, tar
from stores import build, record
from worlds import TIMEOUT, TOOL_FAULTS, World, agree, alive, make_world

LOCK = 'version = 4\n\n[[package]]\nname = "itoa"\nversion = "1.0.0"\nsource = "registry+https://registry.example/i"\n'
SETTINGS = {"User": "1000", "Healthcheck": {"Test": ["CMD", "true"]}}
SBOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "components": [{"type": "library", "name": "left", "version": "1.0.0", "purl": "pkg:npm/left@1.0.0"}],
}
ECOSYSTEMS = ("PyPI", "npm", "crates.io", "Wolfi")
Change = Callable[[World], None]


def _archive(ecosystem: str) -> bytes:
    """Pack one record about a package that nothing here has."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("A-1.json", json.dumps(record("A-1", "another", ecosystem=ecosystem)))
    return buffer.getvalue()


def _image(*, packages: bytes | None = None, system: bytes | None = None) -> Image:
    files = {
        "etc/os-release": os_release("wolfi", "20230201") if system is None else system,
        "lib/apk/db/installed": apk(("busybox", "1.36.1-r0")) if packages is None else packages,
    }
    return Image(layers=[tar(files)], settings=SETTINGS)


@pytest.fixture
def world(tmp_path: Path, program: Callable[[str], str]) -> World:
    """The project, a lockfile that syft reads, an image, an SBOM, and records for all of them."""
    program("syft")
    made = make_world(tmp_path)
    (made.tree / "Cargo.lock").write_text(LOCK)
    for ecosystem in ECOSYSTEMS:
        (made.advisories / ecosystem).mkdir(exist_ok=True)
        (made.advisories / ecosystem / "all.zip").write_bytes(_archive(ecosystem))
    docker_archive(tmp_path / "app.tar", _image())
    (tmp_path / "sbom.json").write_text(json.dumps(SBOM))
    made.arguments += ["--image", str(tmp_path / "app.tar"), "--sbom", str(tmp_path / "sbom.json")]
    return made


def _store(world: World, *, days: int = 0) -> Path:
    """Put the records into a store that was checked some days ago, and name it in place of the folder."""
    checked = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
    records = {each: {"A-1": record("A-1", "another", ecosystem=each)} for each in ECOSYSTEMS}
    place = build(world.base / "store.sqlite", records, checked_at=checked)
    world.advised = False
    world.arguments += ["--advisories", str(place)]
    return place


def test_the_same_run_passes_when_nothing_is_broken(world: World) -> None:
    code, printed = world.run()
    assert code == 0, printed
    agree(world, code)
    scanners = {each["scanner"]: each for each in json.loads((world.reports / "json").read_text())["scanners"]}
    assert {name: scanners[name]["canaries"] for name in ("syft", "image", "sbom")} == {
        "syft": 1,
        "image": 1,
        "sbom": 1,
    }


def test_the_same_run_passes_with_a_store(world: World) -> None:
    _store(world, days=3)
    code, printed = world.run()
    assert code == 0, printed
    agree(world, code)


def test_an_image_alone_is_judged_without_a_tree(world: World) -> None:
    world.with_tree = False
    code, printed = world.run()
    assert code == 0, printed
    target = json.loads((world.reports / "json").read_text())["target"]
    assert (target["name"], target["files"]) == ("app.tar", 0)


@pytest.mark.parametrize("fault", [each for each in TOOL_FAULTS if each != "never sees its canary"])
def test_a_syft_that(fault: str, world: World) -> None:
    world.fake("syft", TOOL_FAULTS[fault])
    world.environment["PATH"] = "/usr/bin:/bin"  # where there is a syft that works, that one is taken
    code, printed = world.run()
    assert code == 3, printed
    agree(world, code)


def test_a_syft_that_is_missing(world: World) -> None:
    (world.tools / "syft").unlink()
    world.environment["PATH"] = "/nowhere"
    code, printed = world.run()
    assert code == 3, printed
    assert "devsecgate[syft]" in (world.reports / "json").read_text()
    agree(world, code)


@pytest.mark.parametrize("hidden", [".devsecgate-canary", "devsecgate-canary"], ids=["in the image", "anywhere"])
def test_a_syft_that_never_sees_the_canary(hidden: str, world: World) -> None:
    world.fake(
        "syft",
        "import json\n"
        "out = subprocess.run([REAL, *sys.argv[1:]], capture_output=True).stdout\n"
        "try:\n    found = json.loads(out)\nexcept ValueError:\n    sys.stdout.buffer.write(out)\n    sys.exit(0)\n"
        f"kept = [each for each in found.get('artifacts', []) if {hidden!r} not in json.dumps(each)]\n"
        "if 'artifacts' in found: found['artifacts'] = kept\n"
        "print(json.dumps(found))\n",
    )
    code, printed = world.run()
    assert code == 3, printed
    assert "did not report the problem that was planted" in (world.reports / "json").read_text()
    agree(world, code)


def test_a_syft_that_hangs_is_stopped_with_its_grandchild(world: World) -> None:
    pid = world.base / "grandchild"
    world.policy.write_text(world.policy.read_text().replace(str(TIMEOUT * 8), str(TIMEOUT)))
    world.fake(
        "syft",
        "if 'scan' not in sys.argv: os.execv(REAL, [REAL, *sys.argv[1:]])\n"
        "child = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(600)",
    )
    code, printed = world.run()
    assert code == 3, printed
    assert not alive(int(pid.read_text()))
    agree(world, code)


def _members(change: Callable[[dict[str, bytes]], None]) -> Change:
    """Change the members of the image's archive."""

    def apply(world: World) -> None:
        members = docker_members(_image())
        change(members)
        (world.base / "app.tar").write_bytes(tar(members))

    return apply


def _layer(members: dict[str, bytes]) -> str:
    return next(name for name in members if name.endswith(".tar"))


def _with(info: tuple[tarfile.TarInfo, bytes]) -> Change:
    """Add one member to the image's archive."""

    def apply(world: World) -> None:
        members = [entry(name, content) for name, content in docker_members(_image()).items()]
        (world.base / "app.tar").write_bytes(tar([*members, info]))

    return apply


def _content(name: str, content: Callable[[bytes], bytes]) -> Change:
    def apply(world: World) -> None:
        path = world.base / name
        path.write_bytes(content(path.read_bytes()))

    return apply


def _other(image: Callable[[], Image]) -> Change:
    return lambda world: docker_archive(world.base / "app.tar", image()) and None


def _sbom(**changes: object) -> Change:
    return lambda world: (world.base / "sbom.json").write_text(json.dumps({**SBOM, **changes})) and None


def _damaged_store(change: Callable[[Path], object]) -> Change:
    return lambda world: change(_store(world)) and None


def _base_policy(old: str, new: str) -> Change:
    """Judge by a changed copy of the default policy."""
    text = (Path(__file__).parent.parent / "policies" / "default.yaml").read_text()
    assert old in text
    return lambda world: world.policy.write_text(text.replace(old, new)) and None


_INCOMPLETE: dict[str, Change] = {
    "an image's archive that is cut": _content("app.tar", lambda content: content[: len(content) // 2]),
    "an image's archive that is empty": _content("app.tar", lambda _: b""),
    "an image's archive that is none": _content("app.tar", lambda _: b"<html>not found</html>"),
    "an image's archive that is packed and cut":
        lambda world: docker_archive(world.base / "app.tar", _image(), packed=True) and os.truncate(
            world.base / "app.tar", 400
        ),
    "an image without a manifest": _members(lambda members: members.pop("manifest.json") and None),
    "an image whose manifest is no JSON": _members(lambda members: members.update({"manifest.json": b"[{"})),
    "an image whose layer is missing": _members(lambda members: members.pop(_layer(members)) and None),
    "an image whose layer is another one":
        _members(lambda members: members.update({_layer(members): tar({"etc/passwd": b"root"})})),
    "an image with an absolute name": _with(entry("/etc/passwd", b"x")),
    "an image with a name out of its folder": _with(entry("../../etc/passwd", b"x")),
    "an image with a device": _with(entry("null", kind=tarfile.CHRTYPE)),
    "an image with a link out of its folder": _with(entry("link", kind=tarfile.SYMTYPE, link="../../etc/passwd")),
    "an image with one member twice": _with(entry("manifest.json", b"[]")),
    "an image of a system without a name": _other(lambda: _image(system=b"")),
    "an image of a system that OSV does not know": _other(lambda: _image(system=os_release("made-up", "1"))),
    "an image past its end of life": _other(lambda: _image(system=os_release("alpine", "3.10.4"))),
    "an image whose database is empty": _other(lambda: _image(packages=b"")),
    "an image whose database is damaged": _other(lambda: _image(packages=b"\x00\xff" * 50)),
    "an image of no known release for the records": _other(lambda: _image(system=os_release("debian", "99"))),
    "an image that no scanner may look at": _base_policy("container: optional", "container: off"),
    "an SBOM that is cut": _content("sbom.json", lambda content: content[: len(content) // 2]),
    "an SBOM that is empty": _content("sbom.json", lambda _: b""),
    "an SBOM that is not UTF-8": _content("sbom.json", lambda content: content[:-1] + b"\xff}"),
    "an SBOM that is something else": _content("sbom.json", lambda _: b'{"hello": "world"}'),
    "an SBOM that lists nothing": _sbom(components=[]),
    "an SBOM of a version that is not read": _sbom(specVersion="9.9"),
    "an image with packages of a manager that is not read":
        _other(
            lambda: Image(layers=[*_image().layers, tar({"var/lib/pacman/local/a-1/desc": "x"})], settings=SETTINGS)
        ),
    "an SBOM that says it is incomplete": _sbom(compositions=[{"aggregate": "incomplete"}]),
    "an SBOM with a component without a version":
        _sbom(components=[{"type": "library", "name": "left", "purl": "pkg:npm/left"}]),
    "an SBOM with a component that OSV knows nothing about":
        _sbom(components=[{"type": "library", "name": "a", "version": "1", "purl": "pkg:generic/a@1"}]),
    "a lockfile that is cut": lambda world: (world.tree / "Cargo.lock").write_text(LOCK[:-40]) and None,
    "a lockfile that is empty of all sense": lambda world: (world.tree / "go.mod").write_text("require (\n") and None,
    "a lockfile without records": lambda world: shutil.rmtree(world.advisories / "crates.io"),
    "records of an image that are missing": lambda world: shutil.rmtree(world.advisories / "Wolfi"),
    "a store that is cut": _damaged_store(lambda place: os.truncate(place, place.stat().st_size // 2) or True),
    "a store that is none": _damaged_store(lambda place: place.write_text("nothing")),
    "a store that is empty": _damaged_store(lambda place: place.write_bytes(b"")),
    "a store of another version":
        _damaged_store(
            lambda place: place.write_bytes(place.read_bytes()[:60] + b"\0\0\1\0" + place.read_bytes()[64:])
        ),
    "a store that is too old": lambda world: _store(world, days=8) and None,
    "a store from the future": lambda world: _store(world, days=-30) and None,
    "a store that lacks an ecosystem":
        lambda world: (world.tree / "Gemfile.lock").write_text(
            "GEM\n  remote: https://registry.example/\n  specs:\n    rake (13.0.0)\n\nPLATFORMS\n  ruby\n\n"
            "DEPENDENCIES\n  rake\n"
        ) and _store(world) and None,
    "a tool that was asked for and is not there":
        lambda world: world.policy.write_text(
            world.policy.read_text().replace("scanners: {", "scanners: {enable: [grype], ")
        ) and None,
}  # fmt: skip


@pytest.mark.parametrize("fault", _INCOMPLETE)
def test_incomplete_on(fault: str, world: World) -> None:
    _INCOMPLETE[fault](world)
    before = sorted(path.relative_to(world.base) for path in world.tree.rglob("*"))
    code, printed = world.run()
    assert code == 3, printed
    agree(world, code)
    assert sorted(path.relative_to(world.base) for path in world.tree.rglob("*")) == before
    assert not (world.base / "etc").exists()


def _argument(*flags: str) -> Change:
    return lambda world: world.arguments.extend(flags)


_USAGE: dict[str, Change] = {
    "an image that is not there": _argument("--image", "gone.tar"),
    "an SBOM that is not there": _argument("--sbom", "gone.json"),
    "an image that is fetched, offline": _argument("--image", "registry:registry.example/app:1"),
    "one image twice": lambda world: world.arguments.extend(["--image", str(world.base / "app.tar")]),
    "a store that a variable names and that is not there":
        lambda world: world.environment.update(DEVSECGATE_STORE="/nowhere/store") or setattr(world, "advised", False),
    "a scanner to be asked that there is not":
        lambda world: world.policy.write_text(
            world.policy.read_text().replace("scanners: {", "scanners: {enable: [trivvy], ")
        ) and None,
    "records that may be older than the base allows":
        lambda world: world.policy.write_text(
            "version: 1\nname: p\nextends: strict\ndependencies: {max_age: 90}\n"
        ) and None,
}  # fmt: skip


@pytest.mark.parametrize("fault", _USAGE)
def test_refused_is(fault: str, world: World) -> None:
    _USAGE[fault](world)
    code, printed = world.run()
    assert code == 2, printed
    agree(world, code)


def test_a_store_in_the_scanned_tree_is_not_believed_unless_it_is_named(world: World) -> None:
    place = world.tree / "cache" / "devsecgate" / "advisories.sqlite"
    place.parent.mkdir(parents=True)
    shutil.move(_store(world), place)
    world.arguments = world.arguments[:-2]
    world.environment["XDG_CACHE_HOME"] = str(world.tree / "cache")
    code, printed = world.run()
    assert (code, "the scanned tree, which may have brought it" in printed) == (2, True)
    world.arguments += ["--advisories", str(place)]
    assert world.run()[0] == 0


def test_a_vulnerable_package_of_an_image_is_a_failure_even_where_something_was_not_seen(world: World) -> None:
    bad = record("CVE-2026-9", "busybox", ecosystem="Wolfi", severity=[
        {"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}
    ])  # fmt: skip
    (world.advisories / "Wolfi" / "CVE-2026-9.json").write_text(json.dumps(bad))
    (world.base / "sbom.json").write_text("{")
    code, printed = world.run()
    assert code == 1, printed
    agree(world, code)
    (issue,) = json.loads((world.reports / "json").read_text())["issues"]
    assert (issue["kind"], issue["location"]["path"]) == ("container", "app.tar!/lib/apk/db/installed")
