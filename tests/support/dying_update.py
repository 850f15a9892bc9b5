"""Run as a program: update a store, and die by SIGKILL at a chosen point of the program.

Arguments: the store, the source, and the point: `12345` is before the 12,345th call that our own code makes, 0 never;
`c_call posix.replace` is before the first call of a builtin, `c_return posix.replace` after it. Printed at the end of
an update that lives: how many calls there were.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from devsecgate.advisories import update as updating
from devsecgate.advisories.fetch import FetchLimits

OURS = str(Path(updating.__file__).parent)


def main() -> None:
    store, source, point = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    where, _, name = point.partition(" ")
    calls = 0

    def watch(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        if event == where and named(argument) == name:
            os.kill(os.getpid(), signal.SIGKILL)
        if event in {"call", "c_call"} and frame.f_code.co_filename.startswith(OURS):
            calls += 1
            if str(calls) == point:
                os.kill(os.getpid(), signal.SIGKILL)

    request = updating.Request(
        store=store,
        source=source,
        ecosystems=("PyPI", "npm"),
        now=datetime(2026, 8, 1, 12, 30, tzinfo=UTC),
        limits=FetchLimits(pause_seconds=0),
    )
    sys.setprofile(watch)
    done = updating.update(request)
    sys.setprofile(None)
    assert not any(each.failed for each in done), done
    print(calls)


def named(builtin: object) -> str:
    return f"{getattr(builtin, '__module__', None) or ''}.{getattr(builtin, '__qualname__', '')}".removeprefix(".")


main()
