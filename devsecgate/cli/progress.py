"""Progress of a run on stderr, for people: silent where stderr is not a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def shown_progress(*, quiet: bool) -> Iterator[Callable[[str, bool], None]]:
    """Give a callback that takes a scanner's name and whether it is done."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks = {}

        def show(name: str, done: bool) -> None:  # noqa: FBT001 - the callback's shape
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=1)
            if done:
                progress.update(tasks[name], completed=1)

        yield show


def _silent(name: str, done: bool) -> None:  # noqa: FBT001 - the callback's shape
    del name, done
