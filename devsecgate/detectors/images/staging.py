"""Images of any format in; the one OCI layout that syft is given out: every byte of it checked or written by us.

Layers are unpacked once and held to the digests of the manifest and of the configuration. What syft then reads has
no archive's tricks left in it: no names, links, indexes and configuration of strangers, and no second reading of
a file that somebody may have changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from devsecgate.detectors.images.archive import Archive, opened, shown
from devsecgate.detectors.images.limits import Limits, Refused
from devsecgate.detectors.images.manifests import Blob, Image, resolve
from devsecgate.detectors.images.packing import unpacked

_OCI = "application/vnd.oci.image."
_DIFF_ID = re.compile(r"sha256:[0-9a-f]{64}")


class Staged(msgspec.Struct, frozen=True, kw_only=True):
    """An image whose layers lie unpacked in the layout."""

    image: Image
    layers: tuple[Path, ...]
    """Tar archives, lowest first."""


class Layout:
    """The OCI layout that is being made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._blobs = folder / "blobs" / "sha256"
        self._blobs.mkdir(parents=True)
        self._layers: list[tuple[str, int]] = []

    def add(self, path: Path, *, scratch: Path, limits: Limits) -> Staged:
        """Check an image, and put its layers on top of what is there; raises `Refused`."""
        with opened(path, scratch=scratch, limits=limits) as archive:
            image = resolve(archive, limits)
            wanted = image.configuration.rootfs
            if wanted.type != "layers" or len(wanted.diff_ids) != len(image.layers):
                raise Refused("its configuration and its manifest have different layers")
            if len(image.layers) > limits.layers:
                raise Refused(f"it has more than {limits.layers:,} layers")
            left = limits.unpacked
            paths = []
            for number, (blob, expected) in enumerate(zip(image.layers, wanted.diff_ids, strict=True), 1):
                path, size = self._layer(archive, blob, expected, f"layer {number}", limits)
                left -= size
                if left < 0:
                    raise Refused(f"its layers unpack to more than {limits.unpacked:,} bytes")
                self._layers.append((path.name, size))
                paths.append(path)
        return Staged(image=image, layers=tuple(paths))

    def _layer(self, archive: Archive, blob: Blob, expected: str, what: str, limits: Limits) -> tuple[Path, int]:
        """Unpack one layer, hold it to its digests, and give where it is and how large."""
        if not _DIFF_ID.fullmatch(expected):
            raise Refused(f"{what} has no digest in the configuration: {shown(expected)}")
        if blob.size is not None and archive.size(blob.name) != blob.size:
            raise Refused(f"{what} is not of the size that the manifest says")
        path = self._blobs / expected.removeprefix("sha256:")
        stored = None if blob.digest is None else hashlib.new(blob.digest.partition(":")[0])
        plain = hashlib.sha256()
        size = 0
        raw = archive.chunks(blob.name)
        partial = self.folder / "partial"
        with partial.open("wb") as file:
            for chunk in unpacked(raw if stored is None else _hashed(raw, stored), limits=limits, what=what):
                plain.update(chunk)
                file.write(chunk)
                size += len(chunk)
        if stored is not None and f"{stored.name}:{stored.hexdigest()}" != blob.digest:
            raise Refused(f"{what} is not what its digest in the manifest says")
        if f"sha256:{plain.hexdigest()}" != expected:
            raise Refused(f"{what} is not what its digest in the configuration says")
        partial.replace(path)
        return path, size

    def close(self) -> None:
        """Write what makes the layers an image: our own configuration, manifest and index."""
        diff_ids = [f"sha256:{name}" for name, _ in self._layers]
        rootfs = {"type": "layers", "diff_ids": diff_ids}
        configuration = self._put({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": rootfs}, "config")
        layers = [
            {"mediaType": f"{_OCI}layer.v1.tar", "digest": f"sha256:{name}", "size": size}
            for name, size in self._layers
        ]
        kind = f"{_OCI}manifest.v1+json"
        manifest = {"schemaVersion": 2, "mediaType": kind, "config": configuration, "layers": layers}
        index = {"schemaVersion": 2, "manifests": [self._put(manifest, "manifest")]}
        (self.folder / "index.json").write_bytes(msgspec.json.encode(index))
        (self.folder / "oci-layout").write_bytes(b'{"imageLayoutVersion":"1.0.0"}')

    def _put(self, value: object, kind: str) -> dict[str, object]:
        data = msgspec.json.encode(value)
        name = hashlib.sha256(data).hexdigest()
        (self._blobs / name).write_bytes(data)
        return {"mediaType": f"{_OCI}{kind}.v1+json", "digest": f"sha256:{name}", "size": len(data)}


def _hashed(chunks: Iterable[bytes], state: hashlib._Hash) -> Iterator[bytes]:
    for chunk in chunks:
        state.update(chunk)
        yield chunk
