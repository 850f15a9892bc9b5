"""A source in, as syft names it; the document that syft prints of it out.

Syft gets a configuration of ours and works in a private folder: it would read `.syft.yaml` from the working
directory and from home, and with it what to leave out. It asks no network for anything but a registry's image.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec

from devsecgate.detectors.syft.document import Document, read
from devsecgate.detectors.syft.program import Failed, Program, environment
from devsecgate.errors import MalformedOutput
from devsecgate.text import one_line, shorten

LARGEST_OUTPUT = 256 << 20
"""Bytes on stdout of one scan; one more and it is stopped."""
_TOLD = 4096
"""Bytes at the end of its stderr that are kept."""
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
    """Run it to its end in this program's process group, so that the gate ends both together."""
    said = bytearray()
    with subprocess.Popen(
        argv, cwd=cwd, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        listener = threading.Thread(target=_keep_end, args=(child.stderr, said), daemon=True)
        listener.start()
        printed = child.stdout.read(LARGEST_OUTPUT + 1)
        if len(printed) > LARGEST_OUTPUT:
            child.kill()
        listener.join()
    if len(printed) > LARGEST_OUTPUT:
        raise Failed(f"syft was stopped: it printed more than {LARGEST_OUTPUT:,} bytes")
    if child.returncode != 0:
        raise Failed(f"syft failed (exit {child.returncode}): {_told(said)}")
    return printed


def _keep_end(stream: IO[bytes], kept: bytearray) -> None:
    """Read a stream to its end, and keep the last of it."""
    while chunk := stream.read(_TOLD):
        kept += chunk
        del kept[:-_TOLD]


def _told(said: bytearray) -> str:
    lines = [line for line in said.decode("utf-8", errors="replace").splitlines() if line.strip()]
    return shorten(one_line(" ".join(lines[-3:])), 600) or "it said nothing"
