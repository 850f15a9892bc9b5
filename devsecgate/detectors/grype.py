"""Manifests on stdin, or an image, in; what grype says of them, as it prints it, as JSON on stdout, out.

Run as `python -m devsecgate.detectors.grype --canary FILE --scratch DIR [--image SOURCE] [--offline]
[--cache DIR]` with the scanned root as working directory. A grype that fails makes this program fail (exit 3).
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from devsecgate.detectors.package_answer import Asked
from devsecgate.detectors.tools import running
from devsecgate.detectors.tools.answer import ToolAnswer

_LEVEL = re.compile(r"\[\d+\]\s+(?P<level>WARN|ERROR)\s+(?P<text>.*)")


class _Status(msgspec.Struct):
    built: datetime


class _Database(msgspec.Struct):
    """Of schema 6, the date is in `status`; of schema 5, it stands by itself."""

    status: _Status | None = None
    built: datetime | None = None


class _Descriptor(msgspec.Struct):
    name: str
    version: str
    db: _Database


class _Document(msgspec.Struct):
    descriptor: _Descriptor


def _answer(options: argparse.Namespace) -> ToolAnswer:
    program = str(running.find("grype"))
    home = options.scratch / "home"
    home.mkdir()
    (home / "grype.yaml").write_bytes(b"{}\n")
    asked = [] if options.image else msgspec.json.decode(sys.stdin.buffer.read(), type=list[Asked])
    files = [each.path for each in asked]
    staged = running.stage(Path.cwd(), files, options.scratch / "tree", canary=options.canary)
    common = [program, "--output=json", f"--config={home / 'grype.yaml'}"]
    extra = {
        "GRYPE_DB_CACHE_DIR": str((options.cache or running.cache("grype")) / "db"),
        "GRYPE_CHECK_FOR_APP_UPDATE": "false",
        "GRYPE_DB_AUTO_UPDATE": "false" if options.offline else "true",
    }
    first = running.start([*common, f"dir:{staged.folder}"], home=home, extra=extra)
    said = [first]
    if options.image:
        said.append(running.start([*common, options.image], home=home, extra=extra))
    descriptor = msgspec.json.decode(said[-1].printed, type=_Document).descriptor
    told = [found for each in said for line in each.told if (found := _LEVEL.fullmatch(line.strip())) is not None]
    return ToolAnswer(
        version=descriptor.version,
        asked_on=datetime.now(UTC).date().isoformat(),
        data_as_of=_built(descriptor.db),
        canary_folder=staged.canary_folder,
        staged=list(staged.files),
        canary=msgspec.Raw(first.printed if options.image else b"null"),
        report=msgspec.Raw(said[-1].printed),
        errors=[each["text"] for each in told if each["level"] != "WARN"],
        warnings=[each["text"] for each in told if each["level"] == "WARN"],
    )


def _built(database: _Database) -> str:
    built = database.built if database.status is None else database.status.built
    return "" if built is None else built.date().isoformat()


if __name__ == "__main__":
    sys.exit(running.main("grype", _answer))
