"""Syft, an inventory tool for trees and images: where it is, how it is run, and what it prints.

In: a source as syft names it (`dir:/path`, `oci-archive:/path`). Out: a `Document`, or `Failed`; never an empty one
in the place of an error.
"""

from devsecgate.detectors.syft.document import (
    Artifact,
    Descriptor,
    Distro,
    Document,
    File,
    FileLocation,
    Location,
    Relationship,
    Source,
    read,
)
from devsecgate.detectors.syft.program import Failed, Missing, Program, find
from devsecgate.detectors.syft.running import scan

__all__ = [
    "Artifact",
    "Descriptor",
    "Distro",
    "Document",
    "Failed",
    "File",
    "FileLocation",
    "Location",
    "Missing",
    "Program",
    "Relationship",
    "Source",
    "find",
    "read",
    "scan",
]
