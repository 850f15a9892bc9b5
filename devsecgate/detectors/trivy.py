"""Manifests on stdin, or an image, in; what trivy says of them, as it prints it, as JSON on stdout, out.

Run as `python -m devsecgate.detectors.trivy --canary FILE --scratch DIR [--image SOURCE] [--offline]
[--cache DIR]` with the scanned root as working directory. A trivy that fails makes this program fail (exit 3).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from devsecgate.detectors.package_answer import Asked
from devsecgate.detectors.tools import running
from devsecgate.detectors.tools.answer import ToolAnswer

_LEVEL = re.compile(r"\S+\t(?P<level>WARN|ERROR|FATAL)\t(?P<text>.*)")
_SOURCES = {"registry": "remote", "docker": "docker", "podman": "podman", "containerd": "containerd"}


class _Database(msgspec.Struct, rename="pascal"):
    updated_at: datetime


class _Version(msgspec.Struct, rename="pascal"):
    version: str
    vulnerability_db: _Database | None = msgspec.field(default=None, name="VulnerabilityDB")


def _answer(options: argparse.Namespace) -> ToolAnswer:
    program = str(running.find("trivy"))
    home = options.scratch / "home"
    home.mkdir()
    for name in ("trivy.yaml", ".trivyignore"):
        (home / name).write_bytes(b"")
    common = _common(options, home)
    asked = [] if options.image else msgspec.json.decode(sys.stdin.buffer.read(), type=list[Asked])
    staged = running.stage(Path.cwd(), [each.path for each in asked], options.scratch / "tree", canary=options.canary)
    files = [program, "fs", *common, "--include-dev-deps", str(staged.folder)]
    first = running.start(files, home=home, extra={})
    said = [first]
    if options.image:
        said.append(running.start([program, "image", *common, *_image(options.image)], home=home, extra={}))
    version = _version(program, common[0], home)
    told = [found for each in said for line in each.told if (found := _LEVEL.fullmatch(line)) is not None]
    return ToolAnswer(
        version=version.version,
        asked_on=datetime.now(UTC).date().isoformat(),
        data_as_of=version.vulnerability_db.updated_at.date().isoformat() if version.vulnerability_db else "",
        canary_folder=staged.canary_folder,
        staged=list(staged.files),
        canary=msgspec.Raw(first.printed if options.image else b"null"),
        report=msgspec.Raw(said[-1].printed),
        errors=[each["text"] for each in told if each["level"] != "WARN"],
        warnings=[each["text"] for each in told if each["level"] == "WARN"],
    )


def _common(options: argparse.Namespace, home: Path) -> list[str]:
    """Give what every scan has in common: nothing is left out, and nothing of the machine or the tree steers it."""
    quiet = ["--skip-db-update", "--skip-java-db-update", "--offline-scan"] if options.offline else []
    return [
        f"--cache-dir={options.cache or running.cache('trivy')}",
        f"--config={home / 'trivy.yaml'}",
        f"--ignorefile={home / '.trivyignore'}",
        "--cache-backend=memory",
        "--scanners=vuln",
        "--list-all-pkgs",
        "--no-progress",
        "--format=json",
        *quiet,
    ]


def _image(source: str) -> Sequence[str]:
    """Name an image as trivy does: an archive or a folder by its path, another one by where it is fetched from."""
    if Path(source).is_absolute():
        return [f"--input={source}"]
    scheme, _, name = source.partition(":")
    return [f"--image-src={_SOURCES[scheme]}", name]


def _version(program: str, cache: str, home: Path) -> _Version:
    """Ask for the version, and for the date of the database."""
    return msgspec.json.decode(
        running.start([program, "version", "--format=json", cache], home=home, extra={}).printed, type=_Version
    )


if __name__ == "__main__":
    sys.exit(running.main("trivy", _answer))
