"""Builds container images for tests: docker-archives and OCI layouts, sound ones and broken ones."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import struct
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

OCI = "application/vnd.oci.image."


def entry(name: str, content: bytes = b"", *, kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644):
    """Make one member of a tar archive."""
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    info.mode = mode
    info.size = len(content)
    return info, content


def tar(members: Mapping[str, bytes | str] | Iterable[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    """Pack members, which may be files by name, in their order."""
    if isinstance(members, Mapping):
        members = [entry(name, each.encode() if isinstance(each, str) else each) for name, each in members.items()]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return packed.getvalue()


def folder_tar(root: Path) -> bytes:
    """Pack a whole file system, as a layer of one has it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(root, ".")
    return packed.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def program() -> bytes:
    """Give a sound ELF program, of which nobody can say what it was made of."""
    identity = b"\x7fELF\x02\x01\x01" + bytes(9)
    return identity + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0, 0, 0, 0, 64, 56, 0, 64, 0, 0) + bytes(64)


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image to be: its layers, unpacked, and what its configuration says."""

    layers: Sequence[bytes] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    history: Sequence[Mapping[str, object]] | None = None
    architecture: str = "amd64"

    @property
    def configuration(self) -> bytes:
        given: dict[str, object] = {
            "architecture": self.architecture,
            "os": "linux",
            "config": dict(self.settings),
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{sha256(each)}" for each in self.layers]},
        }
        if self.history is not None:
            given["history"] = [dict(each) for each in self.history]
        return json.dumps(given).encode()


def docker_members(image: Image) -> dict[str, bytes]:
    """Give the members of a docker-archive, as `docker save` wrote them for years."""
    name = f"{sha256(image.configuration)}.json"
    layers = {f"{sha256(each)}/layer.tar": each for each in image.layers}
    names = [f"{sha256(each)}/layer.tar" for each in image.layers]
    manifest = [{"Config": name, "RepoTags": ["test:1"], "Layers": names}]
    return {name: image.configuration, **layers, "manifest.json": json.dumps(manifest).encode()}


def docker_archive(path: Path, image: Image, *, packed: bool = False, **replaced: bytes) -> Path:
    """Write a docker-archive."""
    data = tar({**docker_members(image), **replaced})
    path.write_bytes(gzip.compress(data, 1, mtime=0) if packed else data)
    return path


class Layout:
    """An OCI layout to be."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}
        self.manifests: list[dict[str, object]] = []

    def put(self, data: bytes, kind: str) -> dict[str, object]:
        """Add a blob, and describe it."""
        self.files[f"blobs/sha256/{sha256(data)}"] = data
        return {"mediaType": kind, "digest": f"sha256:{sha256(data)}", "size": len(data)}

    def manifest(self, image: Image, *, pack: str = "gzip") -> dict[str, object]:
        """Add an image's blobs, and describe its manifest."""
        layers = []
        for each in image.layers:
            data = gzip.compress(each, 1, mtime=0) if pack == "gzip" else each
            layers.append(self.put(data, f"{OCI}layer.v1.tar{'+gzip' if pack == 'gzip' else ''}"))
        config = self.put(image.configuration, f"{OCI}config.v1+json")
        document = {"schemaVersion": 2, "config": config, "layers": layers}
        return self.put(json.dumps(document).encode(), f"{OCI}manifest.v1+json")

    def add(self, image: Image, *, platform: str = "", pack: str = "gzip") -> Layout:
        """Add an image to the index."""
        described = self.manifest(image, pack=pack)
        if platform:
            system, architecture = platform.split("/")
            described["platform"] = {"os": system, "architecture": architecture}
        self.manifests.append(described)
        return self

    def all(self) -> dict[str, bytes]:
        index = {"schemaVersion": 2, "manifests": self.manifests}
        return {**self.files, "index.json": json.dumps(index).encode()}

    def folder(self, path: Path) -> Path:
        """Write it as a folder."""
        for name, data in self.all().items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
        return path

    def tar(self, path: Path) -> Path:
        """Write it as a tar archive."""
        path.write_bytes(tar(self.all()))
        return path


def apk(*packages: tuple[str, str], origin: str = "") -> bytes:
    """Write apk's database."""
    return "".join(
        f"P:{name}\nV:{version}\nA:x86_64\nL:MIT\no:{origin or name}\n\n" for name, version in packages
    ).encode()


def dpkg(*packages: tuple[str, str], source: str = "", state: str = "install ok installed") -> bytes:
    """Write dpkg's database."""
    built_from = f"Source: {source}\n" if source else ""
    return "".join(
        f"Package: {name}\nStatus: {state}\nArchitecture: amd64\n{built_from}Version: {version}\n"
        "Maintainer: nobody\nDescription: none\n\n"
        for name, version in packages
    ).encode()


def os_release(identity: str, version: str) -> bytes:
    """Write /etc/os-release."""
    return f'ID={identity}\nVERSION_ID="{version}"\nPRETTY_NAME="{identity} {version}"\n'.encode()
