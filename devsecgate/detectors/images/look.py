"""An image and the canary's in; what syft and we read of both out.

The canary's layer is put on top of the image's own: one syft reads both in one run, so that what it proves is about
this very run, and costs nothing. Its folder's name is reserved, and an image that uses it is refused.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from devsecgate.detectors.images.configuration import Configuration
from devsecgate.detectors.images.layers import FileSystem, walk
from devsecgate.detectors.images.limits import DEFAULT, Limits, Refused
from devsecgate.detectors.images.manifests import decode
from devsecgate.detectors.images.staging import Layout
from devsecgate.detectors.syft import Artifact, Document, Failed, find, scan

RESERVED = ".devsecgate-canary"
"""The folder of the canary's packages."""
SCHEMES = ("registry:", "docker:", "podman:", "containerd:")
"""Images that syft fetches."""
_VARIABLES = {
    "SYFT_PARALLELISM": "2",
    "GOGC": "400",  # the search for garbage takes a tenth of its time
    "GOMEMLIMIT": "1GiB",  # from there on it searches as often as it must
    "SYFT_RELATIONSHIPS_PACKAGE_FILE_OWNERSHIP": "false",
    "SYFT_UNKNOWNS_EXECUTABLES_WITHOUT_PACKAGES": "false",
    "SYFT_UNKNOWNS_UNEXPANDED_ARCHIVES": "false",
}
"""Which programs no package speaks of is worked out here, from the packages and the layers."""
_FETCHED = "syft fetched this image itself: its layers were not checked, nor searched for what syft does not read"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of an image."""

    document: Document
    configuration: Configuration
    files: FileSystem
    theirs: tuple[Artifact, ...]
    planted: tuple[Artifact, ...]
    """Of the canary."""
    notes: tuple[str, ...] = ()
    unchecked: str = ""
    """Why the layers were not looked at by us; empty: they were."""


class _Fetched(msgspec.Struct):
    """What syft says of an image that it fetched."""

    config: str
    """Base64."""


def look(image: Path, canary: Path, *, scratch: Path, meanwhile: Callable[[], None], limits: Limits = DEFAULT) -> Seen:
    """Check an image, and run syft over it; raises `Refused`, or syft's `Missing` or `Failed`.

    `meanwhile` is called while syft works: there is a second processor.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        found = pool.submit(find, home=scratch)
        layout = Layout(scratch / "image")
        staged = layout.add(image, scratch=scratch, limits=limits)
        files = walk(staged.layers, limits=limits)
        if RESERVED in files.tops:
            raise Refused(f"it holds {RESERVED}, a name that is kept for the planted sample")
        walk(layout.add(canary, scratch=scratch, limits=limits).layers, limits=limits)
        layout.close()
        program = found.result()
        scanned = pool.submit(scan, f"oci-dir:{layout.folder}", program=program, scratch=scratch, extra=_VARIABLES)
        meanwhile()
        document = scanned.result()
    theirs, planted = _divide(document.artifacts)
    return Seen(
        document=document,
        configuration=staged.image.configuration,
        files=files,
        theirs=theirs,
        planted=planted,
        notes=staged.image.notes,
    )


def fetch(reference: str, canary: Path, *, scratch: Path, meanwhile: Callable[[], None]) -> Seen:
    """Let syft fetch an image, and run it over the canary's at the same time; raises as `look` does."""
    program = find(home=scratch)
    layout = Layout(scratch / "image")
    walk(layout.add(canary, scratch=scratch, limits=DEFAULT).layers, limits=DEFAULT)
    layout.close()
    apart = scratch / "canary"
    apart.mkdir()
    with ThreadPoolExecutor(max_workers=2) as pool:
        fetched = pool.submit(scan, reference, program=program, scratch=scratch, extra=_VARIABLES, network=True)
        proof = pool.submit(scan, f"oci-dir:{layout.folder}", program=program, scratch=apart, extra=_VARIABLES)
        meanwhile()
        document, planted = fetched.result(), proof.result().artifacts
    return Seen(
        document=document,
        configuration=_configuration(document),
        files=FileSystem(),
        theirs=tuple(document.artifacts),
        planted=tuple(planted),
        unchecked=_FETCHED,
    )


def _configuration(document: Document) -> Configuration:
    try:
        said = msgspec.json.decode(document.source.metadata, type=_Fetched)
        data = base64.b64decode(said.config, validate=True)
    except (msgspec.MsgspecError, binascii.Error, ValueError) as error:
        raise Failed("syft does not say how the image that it fetched is configured") from error
    return decode(data, Configuration, "the configuration")


def _divide(artifacts: Sequence[Artifact]) -> tuple[tuple[Artifact, ...], tuple[Artifact, ...]]:
    """Tell the canary's packages from the image's; a package of both would be the image's too."""
    planted = tuple(
        each
        for each in artifacts
        if each.locations and all(at.path.startswith(f"/{RESERVED}/") for at in each.locations)
    )
    return tuple(each for each in artifacts if each not in planted), planted
