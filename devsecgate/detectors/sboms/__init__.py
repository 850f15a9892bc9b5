"""The bytes of an SBOM in, CycloneDX in JSON or XML or SPDX in JSON; its parts out, or why it is not read."""

from __future__ import annotations

import msgspec

from devsecgate.detectors.sboms import cyclonedx, cyclonedx_xml, decoding, spdx
from devsecgate.detectors.sboms.document import LARGEST_FILE, MOST_PARTS, Part, Refused, Sbom
from devsecgate.model import GapReason

__all__ = ["LARGEST_FILE", "MOST_PARTS", "Part", "Refused", "Sbom", "read"]

_MARK = b"\xef\xbb\xbf"
"""UTF-8's byte order mark."""


class _Any(msgspec.Struct, frozen=True):
    """What tells the formats apart."""

    cyclonedx: str | None = msgspec.field(default=None, name="bomFormat")
    spdx: str | None = msgspec.field(default=None, name="spdxVersion")
    linked: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="@context")


def read(data: bytes) -> Sbom:
    """Read an SBOM; raises Refused."""
    data = data.removeprefix(_MARK)
    if not data.strip():
        raise Refused("is empty")
    if data.lstrip()[:1] == b"<":
        return cyclonedx.interpret(*cyclonedx_xml.read(data))
    told = decoding.decode(data, _Any)
    if told.cyclonedx is not None and told.spdx is not None:
        raise Refused("says that it is CycloneDX and SPDX at once")
    if told.cyclonedx is not None:
        return cyclonedx.interpret(decoding.decode(data, cyclonedx.Bom), decoding.lines(data, "purl"))
    if told.spdx is not None:
        return spdx.read(data)
    if bytes(told.linked):
        detail = "is JSON-LD, as SPDX 3 is; read are SPDX 2.2 and 2.3: convert it"
        raise Refused(detail, reason=GapReason.UNSUPPORTED)
    raise Refused("is JSON, and neither CycloneDX nor SPDX: no bomFormat, no spdxVersion")
