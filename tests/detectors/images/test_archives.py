"""What is refused before syft sees anything, and what is not: all formats, and the attacks on them."""

from __future__ import annotations

import gzip
import json
import os
import platform
import tarfile
from collections.abc import Callable
from pathlib import Path

import images
import pytest
from msgspec.structs import replace

from devsecgate.detectors.images.layers import walk
from devsecgate.detectors.images.limits import DEFAULT, Limits, Refused
from devsecgate.detectors.images.staging import Layout, Staged

IMAGE = images.Image(layers=(images.tar({"etc/one": "1"}), images.tar({"etc/two": "2"})))
SMALL = replace(DEFAULT, members=20, document=2_000, unpacked=5_000_000, ratio_from=1_000_000, ratio=50, entries=50)


@pytest.fixture
def stage(tmp_path: Path) -> Callable[..., Staged]:
    """Check an image in a scratch folder; whatever happens, nothing else may be written or changed."""

    def staged(path: Path, *, limits: Limits = SMALL) -> Staged:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        before = _everything(tmp_path, but=scratch)
        try:
            done = Layout(scratch / "image").add(path, scratch=scratch, limits=limits)
            walk(done.layers, limits=limits)
        finally:
            assert _everything(tmp_path, but=scratch) == before
        return done

    return staged


def _everything(root: Path, *, but: Path) -> list[tuple[str, int]]:
    return sorted((str(each), each.lstat().st_mtime_ns) for each in root.rglob("*") if but not in (each, *each.parents))


def _contents(staged: Staged) -> list[bytes]:
    return [path.read_bytes() for path in staged.layers]


@pytest.mark.parametrize("form", ["docker", "docker-gz", "folder", "tar", "plain-layers"])
def test_every_format_gives_the_same_layers(form: str, tmp_path: Path, stage: Callable[..., Staged]) -> None:
    path = tmp_path / "image"
    match form:
        case "docker" | "docker-gz":
            images.docker_archive(path, IMAGE, packed=form.endswith("gz"))
        case "folder":
            images.Layout().add(IMAGE).folder(path)
        case _:
            images.Layout().add(IMAGE, pack="gzip" if form == "tar" else "").tar(path)
    assert _contents(stage(path)) == list(IMAGE.layers)


def test_todays_docker_save_which_writes_both_manifests_is_read(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    layout = images.Layout().add(IMAGE, pack="")
    names = [f"blobs/sha256/{images.sha256(each)}" for each in IMAGE.layers]
    saved = [{"Config": f"blobs/sha256/{images.sha256(IMAGE.configuration)}", "RepoTags": None, "Layers": names}]
    files = {**layout.all(), "manifest.json": json.dumps(saved).encode()}
    (tmp_path / "image.tar").write_bytes(images.tar(files))
    assert _contents(stage(tmp_path / "image.tar")) == list(IMAGE.layers)


def test_a_layer_that_an_old_docker_save_links_to_is_followed(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    layer = images.tar({"a": "1"})
    image = images.Image(layers=(layer, layer))
    name = f"{images.sha256(image.configuration)}.json"
    manifest = [{"Config": name, "RepoTags": None, "Layers": ["x/layer.tar", "y/layer.tar"]}]
    members = [
        images.entry(name, image.configuration),
        images.entry("x/layer.tar", layer),
        images.entry("y/layer.tar", kind=tarfile.SYMTYPE, link="../x/layer.tar"),
        images.entry("manifest.json", json.dumps(manifest).encode()),
    ]
    (tmp_path / "image.tar").write_bytes(images.tar(members))
    assert _contents(stage(tmp_path / "image.tar")) == [layer, layer]


def test_a_layer_packed_with_zstd_is_read_where_python_can(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    zstd = pytest.importorskip("backports.zstd", reason="this Python has no zstd: pip install backports.zstd")
    layer = images.tar({"a": "1" * 3_000_000})
    layout = images.Layout()
    described = layout.put(zstd.compress(layer, 1), f"{images.OCI}layer.v1.tar+zstd")
    image = images.Image(layers=(layer,))
    config = layout.put(image.configuration, f"{images.OCI}config.v1+json")
    document = {"schemaVersion": 2, "config": config, "layers": [described]}
    layout.manifests.append(layout.put(json.dumps(document).encode(), f"{images.OCI}manifest.v1+json"))
    limits = replace(SMALL, ratio_from=DEFAULT.ratio_from)
    assert _contents(stage(layout.folder(tmp_path / "image"), limits=limits)) == [layer]


def test_the_image_for_this_machine_is_taken_from_an_index(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    here = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
    other = {"amd64": "arm64", "arm64": "amd64"}[here]
    layout = images.Layout().add(images.Image(layers=(images.tar({"o": "o"}),)), platform=f"linux/{other}")
    layout.add(IMAGE, platform=f"linux/{here}")
    attestation = layout.manifest(images.Image(layers=()))
    attestation["annotations"] = {"vnd.docker.reference.type": "attestation-manifest"}
    layout.manifests.append(attestation)
    staged = stage(layout.folder(tmp_path / "image"))
    both = ", ".join(sorted((f"linux/{here}", f"linux/{other}")))
    assert staged.image.notes == (f"of its platforms ({both}), only linux/{here} was looked at",)
    assert _contents(staged) == list(IMAGE.layers)


def _members(tmp_path: Path, *more: tuple[tarfile.TarInfo, bytes]) -> Path:
    """Write a sound docker-archive with more in it."""
    sound = [images.entry(name, data) for name, data in images.docker_members(IMAGE).items()]
    (tmp_path / "image.tar").write_bytes(images.tar([*sound, *more]))
    return tmp_path / "image.tar"


@pytest.mark.parametrize(
    ("member", "why"),
    [
        (images.entry("/etc/passwd", b"x"), "the archive holds a name that leads out of it: /etc/passwd"),
        (images.entry("../up", b"x"), "the archive holds a name that leads out of it: ../up"),
        (images.entry("a/../../up", b"x"), "the archive holds a name that leads out of it: a/../../up"),
        (
            images.entry("l", kind=tarfile.SYMTYPE, link="../../etc/passwd"),
            "the archive holds a link that leads out of it: ../../etc/passwd",
        ),
        (
            images.entry("l", kind=tarfile.SYMTYPE, link="/etc/passwd"),
            "the archive holds a link that leads out of it: /etc/passwd",
        ),
        (
            images.entry("l", kind=tarfile.LNKTYPE, link="/etc/passwd"),
            "the archive holds a link that leads out of it: /etc/passwd",
        ),
        (images.entry("d", kind=tarfile.CHRTYPE), "the archive holds a device, a pipe or a sparse file: d"),
        (images.entry("p", kind=tarfile.FIFOTYPE), "the archive holds a device, a pipe or a sparse file: p"),
        (images.entry("manifest.json", b"[]"), "the archive has two members of the name manifest.json"),
        (images.entry("./manifest.json", b"[]"), "the archive has two members of the name manifest.json"),
        (images.entry("manifest.json/", kind=tarfile.DIRTYPE), "the archive has two members of the name manifest.json"),
    ],
)
def test_what_no_writer_of_images_does_is_refused(
    member: tuple[tarfile.TarInfo, bytes], why: str, tmp_path: Path, stage: Callable[..., Staged]
) -> None:
    with pytest.raises(Refused) as refused:
        stage(_members(tmp_path, member))
    assert str(refused.value) == why


def test_an_archive_of_100_000_entries_is_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    many = (images.entry(str(number)) for number in range(100_000))
    (tmp_path / "image.tar").write_bytes(images.tar(many))
    with pytest.raises(Refused) as refused:
        stage(tmp_path / "image.tar", limits=DEFAULT)
    assert str(refused.value) == "the archive has more than 10,000 entries, which no image has"


def test_a_layer_of_100_000_entries_is_an_image_like_others(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    layer = images.tar(images.entry(f"usr/share/{number}") for number in range(100_000))
    path = images.docker_archive(tmp_path / "image.tar", images.Image(layers=(layer,)))
    assert len(stage(path, limits=DEFAULT).layers) == 1


def _refused(image: Path, stage: Callable[..., Staged], limits: Limits = SMALL) -> str:
    with pytest.raises(Refused) as refused:
        stage(image, limits=limits)
    return str(refused.value)


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (replace(SMALL, unpacked=50_000_000), "layer 1 unpacks to more than 50 times its size: a bomb"),
        (replace(SMALL, ratio=100_000), "layer 1 unpacks to more than 5,000,000 bytes"),
    ],
)
def test_a_bomb_in_a_layer_is_stopped(limits: Limits, why: str, tmp_path: Path, stage: Callable[..., Staged]) -> None:
    bomb = images.Image(layers=(images.tar({"zeros": bytes(20_000_000)}),))
    assert _refused(images.Layout().add(bomb).tar(tmp_path / "image.tar"), stage, limits) == why
    assert sum(each.stat().st_size for each in (tmp_path / "scratch").rglob("*")) < 7_000_000


def test_a_bomb_around_the_archive_is_stopped(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    (tmp_path / "image.tar.gz").write_bytes(gzip.compress(bytes(20_000_000), mtime=0))
    assert _refused(tmp_path / "image.tar.gz", stage) == "the archive unpacks to more than 50 times its size: a bomb"


def test_a_sparse_file_of_terabytes_in_a_layer_is_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    info, content = images.entry("lib/apk/db/installed", b"x" * 512)
    info.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.size": str(1 << 40)}
    info.pax_headers["GNU.sparse.map"] = "0,512"
    image = images.Image(layers=(images.tar([(info, content)]),))
    said = _refused(images.docker_archive(tmp_path / "image.tar", image), stage)
    assert said == f"layer 1 holds a sparse file of {1 << 40:,} bytes: a bomb"


def test_more_files_in_layers_than_the_limit_are_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    image = images.Image(layers=(images.tar({str(number): "" for number in range(60)}),))
    said = _refused(images.docker_archive(tmp_path / "image.tar", image), stage)
    assert said == "its layers hold more than 50 files"


def test_a_name_in_a_layer_that_leads_out_of_the_image_is_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    image = images.Image(layers=(images.tar({"etc/../../../outside/keys": "x"}),))
    said = _refused(images.docker_archive(tmp_path / "image.tar", image), stage)
    assert said == "layer 1 holds a name that leads out of the image: etc/../../../outside/keys"


def test_devices_and_links_in_a_layer_are_those_of_a_file_system(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    layer = images.tar(
        [
            images.entry("dev/null", kind=tarfile.CHRTYPE),
            images.entry("etc/mtab", kind=tarfile.SYMTYPE, link="/proc/mounts"),
            images.entry("/absolute", b"as one builder writes them"),
        ]
    )
    assert len(stage(images.docker_archive(tmp_path / "i.tar", images.Image(layers=(layer,)))).layers) == 1


def test_a_layer_that_is_broken_in_the_middle_is_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    layer = images.tar({"a": "1"})[:1024] + b"\xff" * 512 + images.tar({"b": "2"})
    said = _refused(images.docker_archive(tmp_path / "image.tar", images.Image(layers=(layer,))), stage)
    assert said == "layer 1 is not a tar archive as a whole: it is broken after 1,024 bytes"


def test_a_layer_that_is_no_archive_is_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    said = _refused(images.docker_archive(tmp_path / "i.tar", images.Image(layers=(b"not a tar" * 200,))), stage)
    assert said.startswith("layer 1 is not a tar archive as a whole: ")


def test_a_header_of_gigabytes_is_not_read_into_memory(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    info = tarfile.TarInfo("x")
    info.type = tarfile.XHDTYPE
    info.size = 3 << 30
    path = tmp_path / "image.tar"
    path.write_bytes(info.tobuf(tarfile.USTAR_FORMAT))
    os.truncate(path, 4 << 30)
    assert _refused(path, stage) == "it holds a header larger than any writer makes"


def test_a_manifest_that_names_a_missing_layer_is_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    members = images.docker_members(IMAGE)
    gone = f"{images.sha256(IMAGE.layers[1])}/layer.tar"
    del members[gone]
    (tmp_path / "image.tar").write_bytes(images.tar(members))
    assert _refused(tmp_path / "image.tar", stage) == f"the archive does not hold {gone}, which is part of the image"


def test_a_layout_that_names_a_missing_blob_is_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    layout = images.Layout().add(IMAGE)
    name = f"blobs/sha256/{images.sha256(gzip.compress(IMAGE.layers[0], 1, mtime=0))}"
    del layout.files[name]
    said = _refused(layout.folder(tmp_path / "image"), stage)
    assert said == f"the folder does not hold {name}, which is part of the image"


@pytest.mark.parametrize("part", ["config", "manifest", "layer"])
def test_a_blob_that_is_not_what_its_digest_says_is_refused(
    part: str, tmp_path: Path, stage: Callable[..., Staged]
) -> None:
    layout = images.Layout().add(IMAGE)
    manifest = str(layout.manifests[0]["digest"]).replace(":", "/")
    read = json.loads(layout.files[f"blobs/{manifest}"])
    names = {"manifest": manifest, "config": read["config"]["digest"], "layer": read["layers"][0]["digest"]}
    name = f"blobs/{names[part].replace(':', '/')}"
    layout.files[name] = layout.files[name][:-1] + b"\x01"
    assert _refused(layout.folder(tmp_path / "image"), stage) in {
        "layer 1 is not what its digest in the manifest says",
        "layer 1 is not a gzip file as a whole: it is damaged",
        f"{names[part].replace('/', ':')} is not what its digest and its size say",
    }


def test_a_layer_that_the_configuration_does_not_know_is_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    other = images.tar({"etc/one": "other"})
    name = f"{images.sha256(IMAGE.layers[0])}/layer.tar"
    path = images.docker_archive(tmp_path / "image.tar", IMAGE, **{name: other})
    assert _refused(path, stage) == "layer 1 is not what its digest in the configuration says"


def test_a_configuration_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, stage: Callable[..., Staged]
) -> None:
    name = f"{images.sha256(IMAGE.configuration)}.json"
    path = images.docker_archive(tmp_path / "image.tar", IMAGE, **{name: IMAGE.configuration + b" "})
    assert _refused(path, stage) == f"{name} is not what its digest says"


def test_two_manifests_about_different_images_are_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    other = images.Image(layers=(images.tar({"clean": ""}),))
    files = {**images.Layout().add(IMAGE).all(), **images.docker_members(other)}
    (tmp_path / "image.tar").write_bytes(images.tar(files))
    assert _refused(tmp_path / "image.tar", stage) == "its index.json and its manifest.json are about different images"


def test_several_images_in_one_archive_are_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    saved = json.loads(images.docker_members(IMAGE)["manifest.json"])
    path = images.docker_archive(tmp_path / "i.tar", IMAGE, **{"manifest.json": json.dumps(saved * 2).encode()})
    assert _refused(path, stage) == "it holds 2 images: save the one that is meant"


def test_an_index_without_this_machines_platform_says_which_it_has(
    tmp_path: Path, stage: Callable[..., Staged]
) -> None:
    layout = images.Layout().add(IMAGE, platform="linux/s390x")
    layout.add(images.Image(layers=()), platform="linux/ppc64le")
    said = _refused(layout.folder(tmp_path / "image"), stage)
    here = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
    assert said == (
        f"its index names no image for linux/{here} (it has: linux/ppc64le, linux/s390x): save the one that is meant"
    )


def test_indexes_nested_too_deeply_are_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    layout = images.Layout().add(IMAGE)
    for _ in range(5):
        inner = json.dumps({"schemaVersion": 2, "manifests": layout.manifests}).encode()
        layout.manifests = [layout.put(inner, f"{images.OCI}index.v1+json")]
    said = _refused(layout.folder(tmp_path / "image"), stage, replace(SMALL, document=1 << 20))
    assert said == "its indexes are nested more than 3 deep"


@pytest.mark.parametrize("place", ["index", "layer", "config"])
def test_an_unknown_media_type_is_refused(place: str, tmp_path: Path, stage: Callable[..., Staged]) -> None:
    strange = "application/vnd.example.strange"
    layout = images.Layout()
    config = layout.put(IMAGE.configuration, strange if place == "config" else f"{images.OCI}config.v1+json")
    layer = layout.put(IMAGE.layers[0], strange if place == "layer" else f"{images.OCI}layer.v1.tar")
    document = json.dumps({"schemaVersion": 2, "config": config, "layers": [layer]}).encode()
    layout.manifests.append(layout.put(document, strange if place == "index" else f"{images.OCI}manifest.v1+json"))
    assert (
        _refused(layout.folder(tmp_path / "image"), stage)
        == {
            "index": f"its index names a manifest of an unknown media type: {strange}",
            "layer": f"it has a layer of an unknown media type: {strange}",
            "config": f"it is no container image: its configuration is {strange}",
        }[place]
    )


@pytest.mark.parametrize("document", [b"", b"{}", b"[]", b"null", b"[{}]", b"\xff\xfe", b"[" * 100_000, b'[{"Config"'])
def test_a_manifest_that_is_not_what_it_should_be_is_refused(
    document: bytes, tmp_path: Path, stage: Callable[..., Staged]
) -> None:
    path = images.docker_archive(tmp_path / "image.tar", IMAGE, **{"manifest.json": document})
    said = _refused(path, stage, replace(SMALL, document=1 << 20))
    assert said.startswith(("manifest.json is not what it should be: ", "it holds 0 images"))


def test_a_manifest_of_megabytes_is_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    path = images.docker_archive(tmp_path / "image.tar", IMAGE, **{"manifest.json": b" " * 3_000})
    assert _refused(path, stage) == "manifest.json is larger than 2,000 bytes, which no manifest is"


@pytest.mark.parametrize(
    ("digest", "said"),
    [
        ("sha256:../../../../etc/passwd", "it names something by what is no digest: sha256:../../../../etc/passwd"),
        ("md5:d41d8cd98f00b204e9800998ecf8427e", "it names something by what is no digest: "),
    ],
)
def test_a_digest_that_is_a_path_is_refused(
    digest: str, said: str, tmp_path: Path, stage: Callable[..., Staged]
) -> None:
    layout = images.Layout()
    layout.manifests.append({"mediaType": f"{images.OCI}manifest.v1+json", "digest": digest, "size": 1})
    assert _refused(layout.folder(tmp_path / "image"), stage).startswith(said)


def test_a_link_out_of_the_folder_of_a_layout_is_refused(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    layout = images.Layout().add(IMAGE)
    folder = layout.folder(tmp_path / "image")
    name = f"blobs/sha256/{images.sha256(IMAGE.configuration)}"
    (tmp_path / "outside").write_bytes(IMAGE.configuration)
    (folder / name).unlink()
    (folder / name).symlink_to(tmp_path / "outside")
    assert _refused(folder, stage) == f"the folder holds a link that leads out of it: {name}"


def test_a_pipe_in_the_folder_of_a_layout_does_not_stop_us(tmp_path: Path, stage: Callable[..., Staged]) -> None:
    folder = images.Layout().add(IMAGE).folder(tmp_path / "image")
    (folder / "index.json").unlink()
    os.mkfifo(folder / "index.json")
    assert _refused(folder, stage) == "it is neither a file nor a folder"


@pytest.mark.parametrize("form", ["docker", "docker-gz", "tar"])
def test_an_archive_that_is_cut_off_anywhere_is_refused(
    form: str, tmp_path: Path, stage: Callable[..., Staged]
) -> None:
    whole = tmp_path / "whole"
    if form == "tar":
        images.Layout().add(IMAGE).tar(whole)
    else:
        images.docker_archive(whole, IMAGE, packed=form.endswith("gz"))
    data = whole.read_bytes().rstrip(b"\0")
    for part in range(1, 10):
        cut = tmp_path / f"cut-{part}"
        cut.write_bytes(data[: len(data) * part // 10])
        with pytest.raises(Refused):
            Layout(tmp_path / f"layout-{part}").add(cut, scratch=_new(tmp_path / f"s-{part}"), limits=SMALL)


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.parametrize("start", [b"BZh91AY", b"\xfd7zXZ\0", b"PK\x03\x04"])
def test_a_packing_that_is_not_read_is_named(start: bytes, tmp_path: Path, stage: Callable[..., Staged]) -> None:
    (tmp_path / "image").write_bytes(start + bytes(600))
    assert _refused(tmp_path / "image", stage).endswith("which is not read here: unpack it first")
