"""The name of a file goes in; whether it is one that Docker or Podman builds an image from comes out."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import PurePosixPath

DOCKERFILES = (
    "Dockerfile", "Dockerfile.*", "Dockerfile-*", "*.[Dd]ockerfile", "dockerfile", "Containerfile", "Containerfile.*",
    "*.containerfile",
)  # fmt: skip
"""As `paths.include` of each rule of the pack for Dockerfiles has them, so that none is passed over there."""
_NO_DOCKERFILE = ".dockerignore"


def builds_an_image(path: str) -> bool:
    """Tell a Dockerfile by its name."""
    name = PurePosixPath(path).name
    return any(fnmatchcase(name, pattern) for pattern in DOCKERFILES) and not name.endswith(_NO_DOCKERFILE)


def may_build_an_image(path: str) -> bool:
    """Tell one that is written in other letters too, which no scanner reads."""
    name = PurePosixPath(path).name.lower()
    return any(fnmatchcase(name, pattern.lower()) for pattern in DOCKERFILES) and not name.endswith(_NO_DOCKERFILE)
