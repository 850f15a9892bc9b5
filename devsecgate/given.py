"""What the command line names beside a tree in: images and SBOMs, each with the one name that reports show, out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from devsecgate.errors import UsageError
from devsecgate.scanner import Given, Subject
from devsecgate.text import printable

_REFERENCE = re.compile(r"(?:registry|docker|podman|containerd):[A-Za-z0-9][A-Za-z0-9._/:@-]{0,400}")
"""An image that is fetched: how, and its name."""
_FLAGS = {Subject.IMAGE: "--image", Subject.SBOM: "--sbom"}
_INSIDE = "!/"
"""What stands between the name of an image and a path in it."""


def read(images: Iterable[str], sboms: Iterable[str], *, root: Path, offline: bool) -> tuple[Given, ...]:
    """Look each of them up; raises UsageError where one is not there, or two would have the same name."""
    found = [
        *(_image(each, root, offline=offline) for each in images),
        *(_file(each, Subject.SBOM, root) for each in sboms),
    ]
    _refuse_same_names(found)
    return tuple(found)


def _image(text: str, root: Path, *, offline: bool) -> Given:
    if not os.path.lexists(text) and _REFERENCE.fullmatch(text):
        if offline:
            raise UsageError(f"--offline and --image {text} contradict each other", remedy="Give an archive.")
        return Given(subject=Subject.IMAGE, name=text.partition(":")[2], source=text)
    return _file(text, Subject.IMAGE, root)


def _file(text: str, subject: Subject, root: Path) -> Given:
    """Take a file, or for an image the folder of an OCI layout."""
    flag = _FLAGS[subject]
    path = Path(text)
    try:
        real = path.resolve(strict=True)
        usable = real.is_file() or (subject is Subject.IMAGE and real.is_dir())
        readable = usable and os.access(real, os.R_OK)
    except (OSError, ValueError) as error:
        said = (error.strerror or "cannot be read") if isinstance(error, OSError) else "not a file name"
        remedy = (
            "Give an archive, the folder of an OCI layout, or a reference such as registry:registry.example/app:1.2."
            if subject is Subject.IMAGE
            else "Give a CycloneDX or SPDX file."
        )
        raise UsageError(f"{flag}: {said}", where=printable(text), remedy=remedy) from error
    if not readable:
        raise UsageError(f"{flag}: not a readable file", where=printable(text))
    return Given(subject=subject, name=_name(path, real, root), source=str(real))


def _name(path: Path, real: Path, root: Path) -> str:
    """Name a file by its path below the target, else by its own name: no report carries a machine's path."""
    absolute = Path(os.path.normpath(path.absolute()))
    inside = next((each for each in (absolute, real) if each.is_relative_to(root)), None)
    name = printable(real.name if inside is None else inside.relative_to(root).as_posix())
    return name.replace(_INSIDE, "!")


def _refuse_same_names(found: Iterable[Given]) -> None:
    seen: set[str] = set()
    for each in found:
        if each.name in seen:
            raise UsageError(
                f"{_FLAGS[each.subject]}: two would be called {each.name} in the reports",
                remedy="Give the files names of their own.",
            )
        seen.add(each.name)
