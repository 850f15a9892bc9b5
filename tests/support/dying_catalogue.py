"""Run as a program: update a catalogue, and die by SIGKILL at a chosen point of the program.

Arguments: the file, the source, and the point: `12` is before the twelfth call that our own code makes, 0 never;
`c_call posix.replace` is before the first call of a builtin, `c_return posix.replace` after it. Printed at the end of
an update that lives: how many calls there were.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date
from pathlib import Path
from types import FrameType

from devsecgate.download import Patience
from devsecgate.intel import update as updating

OURS = str(Path(updating.__file__).parent)


def main() -> None:
    place, source, point = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
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

    sys.setprofile(watch)
    updating.update(source, place, today=date(2026, 8, 1), patience=Patience(pause_seconds=0))
    sys.setprofile(None)
    print(calls)


def named(builtin: object) -> str:
    return f"{getattr(builtin, '__module__', None) or ''}.{getattr(builtin, '__qualname__', '')}".removeprefix(".")


main()
