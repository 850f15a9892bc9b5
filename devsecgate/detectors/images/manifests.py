"""An archive in; the one image that it is about out: its configuration, its layers, and which platform was chosen.

A docker-archive says so in `manifest.json`, an OCI layout in `index.json`; today's `docker save` writes both, and
then both must be about the same image.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from devsecgate.detectors.images.archive import Archive, document, shown
from devsecgate.detectors.images.configuration import Configuration
from devsecgate.detectors.images.limits import Limits, Refused

_DOCKER = "application/vnd.docker."
_OCI = "application/vnd.oci.image."
_INDEXES = frozenset({f"{_OCI}index.v1+json", f"{_DOCKER}distribution.manifest.list.v2+json"})
_MANIFESTS = frozenset({f"{_OCI}manifest.v1+json", f"{_DOCKER}distribution.manifest.v2+json"})
_CONFIGURATIONS = frozenset({f"{_OCI}config.v1+json", f"{_DOCKER}container.image.v1+json"})
_LAYERS = frozenset(
    {f"{_OCI}layer.{kind}v1.tar{packed}" for kind in ("", "nondistributable.") for packed in ("", "+gzip", "+zstd")}
    | {
        f"{_DOCKER}image.rootfs.{kind}diff.tar{packed}"
        for kind in ("", "foreign.")
        for packed in ("", ".gzip", ".zstd")
    }
)
_DIGEST = re.compile(r"(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})")
_NAMED_BY_DIGEST = re.compile(r"(?:blobs/sha256/|(?:.*/)?)([0-9a-f]{64})(?:\.json)?")
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}

Shape = TypeVar("Shape")


class _Platform(msgspec.Struct):
    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(each for each in (self.os, self.architecture, self.variant) if each)


class _Descriptor(msgspec.Struct, rename="camel"):
    media_type: str
    digest: str
    size: int
    platform: _Platform | None = None
    annotations: dict[str, str] | None = None


class _Index(msgspec.Struct, rename="camel"):
    schema_version: int
    manifests: list[_Descriptor]


class _Manifest(msgspec.Struct, rename="camel"):
    schema_version: int
    config: _Descriptor
    layers: list[_Descriptor]


class _Saved(msgspec.Struct, rename="pascal"):
    """One image of a docker-archive."""

    config: str
    layers: list[str]


class _Layout(msgspec.Struct):
    version: str = msgspec.field(name="imageLayoutVersion")


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the image, as the archive holds it."""

    name: str
    digest: str | None
    """As the manifest says, of the bytes as they are stored; None: it says nothing."""
    size: int | None


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """One image."""

    identity: str
    """The digest of its configuration."""
    configuration: Configuration
    layers: tuple[Blob, ...]
    notes: tuple[str, ...]


def resolve(archive: Archive, limits: Limits) -> Image:
    """Find the image; raises `Refused` where there is none, several, or one that is not whole."""
    found = []
    if archive.holds("index.json"):
        found.append(_laid_out(archive, limits))
    if archive.holds("manifest.json"):
        found.append(_saved(archive, limits))
    if not found:
        raise Refused("it is neither a docker-archive (manifest.json) nor an OCI layout (index.json)")
    if len({each.identity for each in found}) > 1:
        raise Refused("its index.json and its manifest.json are about different images")
    return found[0]


def decode(data: bytes, shape: type[Shape], name: str) -> Shape:
    """Read JSON of the image; raises `Refused` for another shape."""
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"{shown(name)} is not what it should be: {shown(str(error))}") from error


def _laid_out(archive: Archive, limits: Limits) -> Image:
    """Read an OCI layout."""
    layout = decode(document(archive, "oci-layout", limits), _Layout, "oci-layout")
    if not layout.version.startswith("1."):
        raise Refused(f"its OCI layout is of version {shown(layout.version)}, and 1.0.0 is known here")
    index = decode(document(archive, "index.json", limits), _Index, "index.json")
    found = list(_manifests(archive, index, limits, depth=limits.depth, count=_Budget(left=limits.members)))
    chosen, notes = _choose(found)
    return _image(archive, chosen, notes, limits)


class _Budget(msgspec.Struct):
    """How many descriptors may still be looked at: indexes that name one another would have no end."""

    left: int


def _manifests(archive: Archive, index: _Index, limits: Limits, *, depth: int, count: _Budget) -> Iterator[_Descriptor]:
    """Give the descriptors of all images of an index, and of the indexes in it."""
    for each in index.manifests:
        count.left -= 1
        if count.left < 0:
            raise Refused(f"its index names more than {limits.members:,} manifests")
        if each.media_type in _MANIFESTS:
            if not _is_attestation(each):
                yield each
        elif each.media_type in _INDEXES:
            if depth == 0:
                raise Refused(f"its indexes are nested more than {limits.depth} deep")
            inner = decode(_described(archive, each, limits), _Index, each.digest)
            yield from _manifests(archive, inner, limits, depth=depth - 1, count=count)
        else:
            raise Refused(f"its index names a manifest of an unknown media type: {shown(each.media_type)}")


def _is_attestation(descriptor: _Descriptor) -> bool:
    """Is this what BuildKit says of an image, and no image?"""
    return (descriptor.annotations or {}).get("vnd.docker.reference.type") == "attestation-manifest"


def _choose(found: Sequence[_Descriptor]) -> tuple[_Descriptor, tuple[str, ...]]:
    """Take the only image, or the only one for this machine."""
    by_digest = {each.digest: each for each in found}
    if not by_digest:
        raise Refused("its index names no image")
    if len(by_digest) == 1:
        return next(iter(by_digest.values())), ()
    here = f"linux/{_MACHINES.get(platform.machine(), platform.machine())}"
    names = ", ".join(sorted({str(each.platform or "of no platform") for each in by_digest.values()}))
    fitting = [each for each in by_digest.values() if each.platform and _is_for(each.platform, here)]
    if len(fitting) != 1:
        several = "several images" if fitting else "no image"
        raise Refused(f"its index names {several} for {here} (it has: {shown(names)}): save the one that is meant")
    return fitting[0], (f"of its platforms ({shown(names)}), only {fitting[0].platform} was looked at",)


def _is_for(given: _Platform, here: str) -> bool:
    return f"{given.os}/{given.architecture}" == here


def _image(archive: Archive, descriptor: _Descriptor, notes: tuple[str, ...], limits: Limits) -> Image:
    """Read a manifest of an OCI layout, and the configuration that it names."""
    manifest = decode(_described(archive, descriptor, limits), _Manifest, descriptor.digest)
    if manifest.config.media_type not in _CONFIGURATIONS:
        raise Refused(f"it is no container image: its configuration is {shown(manifest.config.media_type)}")
    for layer in manifest.layers:
        if layer.media_type not in _LAYERS:
            raise Refused(f"it has a layer of an unknown media type: {shown(layer.media_type)}")
    data = _described(archive, manifest.config, limits)
    configuration = decode(data, Configuration, manifest.config.digest)
    return Image(
        identity=f"sha256:{hashlib.sha256(data).hexdigest()}",
        configuration=configuration,
        layers=tuple(Blob(name=_blob(each.digest), digest=each.digest, size=each.size) for each in manifest.layers),
        notes=notes,
    )


def _described(archive: Archive, descriptor: _Descriptor, limits: Limits) -> bytes:
    """Read what a descriptor describes, and hold it to that."""
    data = document(archive, _blob(descriptor.digest), limits)
    if len(data) != descriptor.size or digest(data, like=descriptor.digest) != descriptor.digest:
        raise Refused(f"{descriptor.digest} is not what its digest and its size say")
    return data


def _blob(given: str) -> str:
    if not _DIGEST.fullmatch(given):
        raise Refused(f"it names something by what is no digest: {shown(given)}")
    return f"blobs/{given.replace(':', '/')}"


def digest(data: bytes, *, like: str) -> str:
    """Give the digest of bytes by the algorithm of another."""
    algorithm = like.partition(":")[0]
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def _saved(archive: Archive, limits: Limits) -> Image:
    """Read a docker-archive."""
    saved = decode(document(archive, "manifest.json", limits), list[_Saved], "manifest.json")
    if len(saved) != 1:
        raise Refused(f"it holds {len(saved)} images: save the one that is meant")
    (one,) = saved
    data = document(archive, one.config, limits)
    identity = hashlib.sha256(data).hexdigest()
    named = _NAMED_BY_DIGEST.fullmatch(one.config)
    if named is not None and named.group(1) != identity:
        raise Refused(f"{shown(one.config)} is not what its digest says")
    return Image(
        identity=f"sha256:{identity}",
        configuration=decode(data, Configuration, one.config),
        layers=tuple(_stored(each) for each in one.layers),
        notes=(),
    )


def _stored(name: str) -> Blob:
    """Describe a layer of a docker-archive; those of newer ones are named by their digests."""
    held = re.fullmatch(r"blobs/(sha256)/([0-9a-f]{64})", name)
    return Blob(name=name, digest=f"sha256:{held.group(2)}" if held else None, size=None)
