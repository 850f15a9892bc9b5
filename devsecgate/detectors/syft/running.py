"""A source in, as syft names it; the document that syft prints of it out.

Syft gets a configuration of ours and works in a private folder: it would read `.syft.yaml` from the working
directory and from home, and with it what to leave out. It asks no network for anything but a registry's image.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from devsecgate.detectors import child
from devsecgate.detectors.syft.document import Document, read
from devsecgate.detectors.syft.program import Failed, Program, environment
from devsecgate.errors import MalformedOutput
from devsecgate.text import one_line, shorten

LARGEST_OUTPUT = 256 << 20
"""Bytes on stdout of one scan; one more and it is stopped."""
_CONFIGURATION = {
    "check-for-app-update": False,
    "enrich": [],
    "exclude": [],
    "file": {"metadata": {"selection": "none"}},
    "unknowns": {"remove-when-packages-defined": False},
    "compliance": {"missing-name": "stub", "missing-version": "stub"},
    "cache": {"dir": "", "ttl": "0s"},
    "golang": {"search-local-mod-cache-licenses": False, "search-remote-licenses": False},
    "java": {
        "use-network": False,
        "use-maven-local-repository": False,
        "resolve-transitive-dependencies": False,
        "max-parent-recursive-depth": 16,
    },
    "javascript": {"search-remote-licenses": False, "include-dev-dependencies": True},
    "python": {"guess-unpinned-requirements": False},
}
"""Packages without a name or a version are kept: that they are there is for the caller to tell."""


def scan(
    source: str,
    *,
    program: Program,
    scratch: Path,
    options: Sequence[str] = (),
    network: bool = False,
    extra: Mapping[str, str] | None = None,
) -> Document:
    """Run syft once.

    `source` carries its scheme, so that nothing is guessed: `dir:/a`, `docker-archive:/a.tar`, `oci-dir:/a`,
    `registry:name`. `options` are added to the command (`--scope=all-layers`, `--platform=linux/arm64`), `extra`
    to the environment, where `SYFT_…` replaces what the configuration says. Raises `Failed` for an exit other
    than 0, too much output, and a document of another shape.
    """
    home = scratch / "syft"
    home.mkdir(exist_ok=True)
    settings = home / "syft.yaml"
    settings.write_bytes(msgspec.json.encode(_CONFIGURATION))
    argv = [str(program.path), "scan", source, "--output=syft-json", "--quiet", f"--config={settings}", *options]
    try:
        data = _run(argv, cwd=home, variables=environment(home, network=network, extra=extra or {}))
        document = read(data)
    except OSError as error:
        raise Failed(f"syft cannot be started: {error.strerror}") from error
    except MalformedOutput as error:
        raise Failed(f"syft {program.version} {one_line(str(error))}") from error
    return document


def _run(argv: Sequence[str], *, cwd: Path, variables: Mapping[str, str]) -> bytes:
    try:
        done = child.run(argv, limit=LARGEST_OUTPUT, cwd=cwd, environment=variables)
    except child.TooMuch as error:
        raise Failed(f"syft {error}") from error
    if done.exit != 0:
        said = shorten(one_line(done.complaint), 600) or "it said nothing"
        raise Failed(f"syft failed (exit {done.exit}): {said}")
    return done.printed
