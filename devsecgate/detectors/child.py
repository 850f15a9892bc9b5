"""A command in; what it printed, the end of what it said on stderr, and how it ended, out.

For detectors that wrap a tool. The child stays in this program's process group and keeps its marker, so that the
gate ends both together.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec

_CHUNK = 4096
_TOLD = 1 << 16
"""Bytes at the end of its stderr that are kept."""


class TooMuch(Exception):  # noqa: N818 - it names what was met
    """It printed more than it may, and was stopped; says so in half a sentence."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A child that came to its end by itself."""

    printed: bytes
    told: tuple[str, ...]
    """The last lines of its stderr, none of them blank."""
    exit: int

    @property
    def complaint(self) -> str:
        """The end of the last three lines, on one."""
        return " ".join(self.told[-3:])[-_CHUNK:]


def run(
    argv: Sequence[str], *, limit: int, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> Ended:
    """Run a command to its end; raises `TooMuch` for more than `limit` bytes on stdout, OSError where it cannot start.

    `cwd` and `environment` are this program's own where they are not given.
    """
    said = bytearray()
    with subprocess.Popen(
        list(argv),
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        listener = threading.Thread(target=_keep_end, args=(child.stderr, said), daemon=True)
        listener.start()
        printed = child.stdout.read(limit + 1)
        if len(printed) > limit:
            child.kill()
        listener.join()
    if len(printed) > limit:
        raise TooMuch(f"was stopped: it printed more than {limit:,} bytes")
    told = tuple(line for line in said.decode("utf-8", errors="replace").splitlines() if line.strip())
    return Ended(printed=printed, told=told, exit=child.returncode)


def _keep_end(stream: IO[bytes], kept: bytearray) -> None:
    """Read a stream to its end, and keep the last of it."""
    while chunk := stream.read(_CHUNK):
        kept += chunk
        del kept[:-_TOLD]
