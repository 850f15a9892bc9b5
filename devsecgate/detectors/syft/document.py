"""What `syft scan -o syft-json` printed goes in; its packages, how they hang together, and what it could not read, out.

Only what is read is named. What syft leaves out where it is empty has a default, and nothing else.
"""

from __future__ import annotations

import msgspec

from devsecgate.decode import decode
from devsecgate.errors import MalformedOutput

_NOTHING = msgspec.Raw(b"null")


class Location(msgspec.Struct, frozen=True, rename={"layer_id": "layerID", "access_path": "accessPath"}):
    """A file that speaks of a package, absolute within the source."""

    path: str
    access_path: str = ""
    """The same, where links lead to it."""
    layer_id: str = ""
    """Of an image: the digest of the layer that the file is from."""
    annotations: dict[str, str] = {}
    """`evidence`: `primary` or `supporting`."""


class Artifact(msgspec.Struct, frozen=True, rename="camel"):
    """One package."""

    id: str
    name: str
    version: str
    type: str
    """`deb`, `apk`, `rust-crate`, `npm`, `go-module`."""
    found_by: str
    """The cataloger: `dpkg-db-cataloger`."""
    locations: list[Location]
    purl: str
    language: str = ""
    metadata_type: str = ""
    metadata: msgspec.Raw = _NOTHING
    """As the cataloger read it, of the shape that `metadata_type` names."""


class Relationship(msgspec.Struct, frozen=True):
    """How two things hang together, by their ids: `parent` is a `dependency-of` its `child`."""

    parent: str
    child: str
    type: str
    """`dependency-of`, `contains`, `evident-by`, `ownership-by-file-overlap`."""
    metadata: msgspec.Raw = _NOTHING


class FileLocation(msgspec.Struct, frozen=True, rename={"layer_id": "layerID"}):
    """The place of a file."""

    path: str
    layer_id: str = ""


class File(msgspec.Struct, frozen=True):
    """A file that syft has something to say of."""

    location: FileLocation
    unknowns: list[str] = []
    """What it could not make out of it: `rust-cargo-lock-cataloger: unable to load …`."""


class Source(msgspec.Struct, frozen=True):
    """What was scanned."""

    id: str
    name: str
    version: str
    type: str
    """`directory`, `image`."""
    metadata: msgspec.Raw
    """Of an image: its layers, manifest and configuration."""


class Distro(
    msgspec.Struct,
    frozen=True,
    rename={
        "pretty_name": "prettyName",
        "id_like": "idLike",
        "version_id": "versionID",
        "version_codename": "versionCodename",
        "build_id": "buildID",
        "variant_id": "variantID",
        "cpe_name": "CPEName",
        "support_end": "supportEnd",
        "extended_support": "extendedSupport",
    },
):
    """The os-release of an image; all empty where there is none."""

    id: str = ""
    name: str = ""
    pretty_name: str = ""
    id_like: list[str] = []
    version: str = ""
    version_id: str = ""
    version_codename: str = ""
    build_id: str = ""
    variant_id: str = ""
    cpe_name: str = ""
    support_end: str = ""
    extended_support: bool = False


class Descriptor(msgspec.Struct, frozen=True):
    """Who wrote the document."""

    name: str
    version: str


class Document(msgspec.Struct, frozen=True, rename="camel"):
    """One scan."""

    artifacts: list[Artifact]
    artifact_relationships: list[Relationship]
    source: Source
    distro: Distro
    descriptor: Descriptor
    files: list[File] = []
    """Left out by syft where there are none."""


def read(data: bytes) -> Document:
    """Decode one document; raises MalformedOutput for anything else, another tool's document among it."""
    document = decode(data, Document, tool="syft")
    if document.descriptor.name != "syft":
        raise MalformedOutput("it is not syft's own document", where="syft")
    return document
