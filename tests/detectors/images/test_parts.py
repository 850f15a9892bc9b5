"""The parts of the detector of images by themselves: history, lifetimes, databases, identities, packings."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Iterator
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from devsecgate.detectors.images.configuration import Configuration, RootFilesystem, Settings, Step, origins
from devsecgate.detectors.images.databases import Database, recognise
from devsecgate.detectors.images.hardening import look, searcher
from devsecgate.detectors.images.inventory import identity
from devsecgate.detectors.images.lifetimes import trouble
from devsecgate.detectors.images.limits import DEFAULT, Refused
from devsecgate.detectors.images.packing import unpacked
from devsecgate.detectors.purls import Identity, System, Unknown
from devsecgate.detectors.syft import Artifact


def _configuration(*steps: Step, layers: int, settings: Settings | None = None) -> Configuration:
    rootfs = RootFilesystem(type="layers", diff_ids=["sha256:0"] * layers)
    return Configuration(architecture="amd64", os="linux", rootfs=rootfs, config=settings, history=list(steps))


def test_steps_without_a_layer_are_passed_over_when_layers_are_named() -> None:
    steps = (
        Step(created_by="/bin/sh -c #(nop) ADD file:0a1b in / "),
        Step(created_by='/bin/sh -c #(nop)  CMD ["/bin/sh"]', empty_layer=True),
        Step(created_by="/bin/sh -c apk add --no-cache   curl"),
        Step(created_by="RUN |1 VERSION=3 /bin/sh -c make # buildkit"),
        Step(created_by="WORKDIR /app", empty_layer=True),
        Step(created_by="COPY . /app # buildkit"),
    )
    assert origins(_configuration(*steps, layers=4)) == (
        "layer 1 of 4: ADD file:0a1b in /",
        "layer 2 of 4: RUN apk add --no-cache curl",
        "layer 3 of 4: RUN make",
        "layer 4 of 4: COPY . /app",
    )


def test_a_history_that_does_not_fit_the_layers_is_not_guessed_from() -> None:
    assert origins(_configuration(Step(created_by="COPY a /"), layers=2)) == ("layer 1 of 2", "layer 2 of 2")


@pytest.mark.parametrize(
    ("ecosystem", "today", "said"),
    [
        ("Debian:12", date(2028, 6, 30), ""),
        ("Debian:12", date(2028, 7, 1), "Debian:12 is past its end of life (2028-06-30)"),
        ("Ubuntu:22.04", date(2026, 1, 1), ""),
        ("Ubuntu:20.04", date(2026, 1, 1), "Ubuntu:20.04 is past its end of life (2025-05-29)"),
        ("Alpine:v3.10", date(2026, 1, 1), "Alpine:v3.10 is past its end of life (2021-05-01)"),
        ("Red Hat:enterprise_linux:7", date(2026, 1, 1), "Red Hat:enterprise_linux:7 is past its end of life"),
        ("Rocky Linux:9", date(2026, 1, 1), ""),
        ("Wolfi", date(2040, 1, 1), ""),
        ("openSUSE:Tumbleweed", date(2040, 1, 1), ""),
        ("Azure Linux:3", date(2026, 1, 1), "when the support of Azure Linux:3 ends is not known here"),
    ],
)
def test_a_release_is_maintained_to_the_end_of_its_last_day(ecosystem: str, today: date, said: str) -> None:
    assert (trouble(ecosystem, today) or "")[: len(said) or None] == said


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("lib/apk/db/installed", Database(manager="apk", root="lib/apk/db/installed")),
        ("var/lib/dpkg/status.d/libc6", Database(manager="dpkg", root="var/lib/dpkg/status.d")),
        ("var/lib/dpkg/status.d/libc6.md5sums", None),
        ("usr/lib/sysimage/rpm/rpmdb.sqlite", Database(manager="rpm", root="usr/lib/sysimage/rpm/rpmdb.sqlite")),
        ("var/db/pkg/sys-libs/glibc-2.39/CONTENTS", Database(manager="portage", root="var/db/pkg")),
        ("nix/store/" + "a" * 32 + "-glibc-2.39/lib/libc.so.6", Database(manager="nix", root="nix/store")),
        ("home/me/packages/x", None),
        ("var/lib/rpm/Packages.old", None),
    ],
)
def test_a_package_database_is_known_by_its_path(path: str, found: Database | None) -> None:
    assert recognise(path) == found


def _artifact(kind: str, name: str, version: str, metadata: dict[str, object], purl: str = "") -> Artifact:
    return Artifact(
        id="1",
        name=name,
        version=version,
        type=kind,
        found_by="x",
        locations=[],
        purl=purl,
        metadata=msgspec.Raw(msgspec.json.encode(metadata)),
    )


RPM = {"name": "hello-tools", "version": "1.0", "epoch": 2, "architecture": "noarch", "release": "3.el9"}
"""As syft 1.18.1 printed it of a package that was built and installed with rpm 4.18."""


def test_an_rpm_is_known_by_its_epoch_and_by_both_names() -> None:
    metadata = {**RPM, "sourceRpm": "hello-libs-1.0-3.el9.src.rpm", "modularityLabel": ""}
    found, purl = identity(
        _artifact("rpm", "hello-tools", "2:1.0-3.el9", metadata), System(id="almalinux", version="9.4")
    )
    assert found == Identity(
        ecosystem="AlmaLinux:9",
        name="hello-tools",
        version="2:1.0-3.el9",
        known_as=(("hello-tools", "2:1.0-3.el9"), ("hello-libs", "2:1.0-3.el9")),
    )
    assert purl == "pkg:rpm/almalinux/hello-tools@1.0-3.el9?arch=noarch&distro=almalinux-9.4&epoch=2"


def test_a_package_without_a_version_is_not_called_clean() -> None:
    with pytest.raises(Unknown, match="it has no version"):
        identity(_artifact("go-module", "example.com/app", "(devel)", {}, "pkg:golang/example.com/app"), System(id=""))


def test_no_rule_is_broken_by_an_image_that_sets_all_well() -> None:
    settings = Settings(user="1000:1000", env=["PATH=/bin", "LANG=C.UTF-8"], healthcheck={"Test": msgspec.Raw(b"1")})
    assert list(look(_configuration(layers=0, settings=settings), searcher())) == []


@pytest.mark.parametrize("user", ["", "0", "root", "0:0", "root:wheel", " 0 ", "00"])
def test_all_names_of_root_are_root(user: str) -> None:
    settings = Settings(user=user, healthcheck={"Test": msgspec.Raw(b"1")})
    assert [each.rule for each in look(_configuration(layers=0, settings=settings), searcher())] == [
        "image-runs-as-root"
    ]


def test_a_base_that_buildah_names_by_tag_is_told() -> None:
    settings = Settings(user="app", healthcheck={"Test": msgspec.Raw(b"1")})
    step = Step(created_by="/bin/sh -c true", comment="FROM registry.example/base:latest")
    (found,) = look(_configuration(step, layers=1, settings=settings), searcher())
    assert (found.rule, "registry.example/base:latest" in found.message) == ("image-mutable-base", True)


def test_an_add_with_a_checksum_is_none() -> None:
    settings = Settings(user="app", healthcheck={"Test": msgspec.Raw(b"1")})
    step = Step(created_by="ADD --checksum=sha256:00 https://downloads.example/x / # buildkit")
    assert list(look(_configuration(step, layers=1, settings=settings), searcher())) == []


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[place : place + size] for place in range(0, len(data), size))


@given(parts=st.lists(st.binary(max_size=3_000), min_size=1, max_size=4), size=st.integers(min_value=20, max_value=999))
def test_a_gzip_stream_of_any_number_of_members_is_unpacked_as_gzip_does(parts: list[bytes], size: int) -> None:
    data = b"".join(gzip.compress(part, mtime=0) for part in parts) + bytes(len(parts))
    assert b"".join(unpacked(_pieces(data, size), limits=DEFAULT, what="it")) == b"".join(parts)


@given(cut=st.integers(min_value=2, max_value=2_000))
def test_a_gzip_stream_that_is_cut_off_anywhere_is_refused(cut: int) -> None:
    data = gzip.compress(random.Random(0).randbytes(2_000), mtime=0)
    with pytest.raises(Refused, match="it is cut off"):
        list(unpacked(_pieces(data[:cut], 100), limits=DEFAULT, what="it"))


@given(place=st.integers(min_value=10, max_value=400), bit=st.integers(min_value=0, max_value=7))
def test_a_gzip_stream_with_one_wrong_bit_is_never_read_as_something_else(place: int, bit: int) -> None:
    content = random.Random(1).randbytes(400)
    data = bytearray(gzip.compress(content, mtime=0))
    data[place] ^= 1 << bit
    try:
        read = b"".join(unpacked(_pieces(bytes(data), 64), limits=DEFAULT, what="it"))
    except Refused:
        return
    assert read == content  # a bit that means nothing


def test_a_bomb_is_stopped_at_its_ratio_and_long_before_its_end() -> None:
    limits = replace(DEFAULT, ratio_from=1 << 20, ratio=100)
    packer = zlib.compressobj(9, wbits=31)
    data = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    chunks: list[bytes] = []
    with pytest.raises(Refused, match="100 times its size: a bomb"):
        chunks.extend(unpacked(_pieces(data, 4096), limits=limits, what="it"))
    assert sum(map(len, chunks)) <= 2 << 20
