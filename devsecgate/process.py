"""Run one child process: argv in, bytes and an exit code out, within limits, and nothing left behind.

Children get a clean environment and a session of their own. Whatever ends them early (time, output,
memory, an interrupt) ends their whole family: the session's group, every descendant that was seen,
and every process that still carries the job's marker in its environment.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import IO

import msgspec

from devsecgate.errors import Interrupted

MARKER = "DEVSECGATE_JOB"
_READ = 1 << 16
_TICK = 0.05
_IDLE_TICK = 0.002
_MEMORY_TICK = 0.25
_AFTER_EXIT = 1.0
_NETWORK_VARIABLES = (
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
)  # fmt: skip


class Stopped(StrEnum):
    """Why we ended a child."""

    TIMEOUT = "timeout"
    OUTPUT = "output"
    MEMORY = "memory"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one child may use."""

    timeout: float
    """Seconds of wall time."""
    output: int
    """Bytes on stdout."""
    memory: int
    """Bytes resident, summed over the child and its descendants."""
    said: int = 1 << 20
    """Bytes on stderr that are kept; the rest is dropped."""


class Completed(msgspec.Struct, frozen=True, kw_only=True):
    """How a child ended."""

    stdout: bytes
    stderr: bytes
    """The first MiB."""
    exit: int
    """The exit code; negative for a signal, as subprocess has it."""
    stopped: Stopped | None
    seconds: float


class _Running(msgspec.Struct):
    child: subprocess.Popen[bytes]
    marker: str
    family: set[int] = msgspec.field(default_factory=set)
    """Every member that was seen."""
    held: bool = False
    """Did somebody hold the pipes open after the child's own end?"""


_running: dict[int, _Running] = {}
_lock = threading.Lock()
_interrupted = threading.Event()


def find(program: str, *, root: Path) -> Path | None:
    """Find a program beside the running interpreter, else on PATH; never inside `root`.

    `python` is the running interpreter. Relative PATH entries, and those inside the scanned tree,
    are passed over: the tree must not bring its own tools.
    """
    if program == "python":
        return Path(sys.executable)
    for folder in (str(Path(sys.executable).parent), *search_path(root)):
        candidate = Path(folder, program)
        if os.path.isfile(candidate) and os.access(candidate, os.X_OK):  # noqa: PTH113 - Path raises on a closed folder
            return candidate
    return None


def search_path(root: Path) -> tuple[str, ...]:
    """Give the PATH entries that are absolute and outside `root`, in order."""
    return _outside(root, os.environ.get("PATH", os.defpath))


@cache
def _outside(root: Path, entries: str) -> tuple[str, ...]:
    inside = root.resolve()
    return tuple(
        entry
        for entry in entries.split(os.pathsep)
        if Path(entry).is_absolute() and not Path(entry).resolve().is_relative_to(inside)
    )


def clean_environment(*, scratch: Path, root: Path, network: bool, extra: Mapping[str, str]) -> dict[str, str]:
    """Build a child's whole environment: nothing of ours but PATH, and the network's variables where asked for."""
    environment = {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), *search_path(root))),
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "XDG_CACHE_HOME": str(scratch / ".cache"),
        "XDG_CONFIG_HOME": str(scratch / ".config"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONNOUSERSITE": "1",
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
        "TERM": "dumb",
    }
    for name in _NETWORK_VARIABLES if network else ():
        if name in os.environ:
            environment[name] = os.environ[name]
    return {**environment, **extra}


def run(
    argv: Sequence[str], *, cwd: Path, environment: Mapping[str, str], limits: Limits, stdin: bytes = b""
) -> Completed:
    """Run one child to its end, or to the end that its limits set.

    Raises OSError where it cannot be started, Interrupted where `stop_all` was called meanwhile.
    """
    if _interrupted.is_set():
        raise Interrupted
    started = time.monotonic()
    marker = uuid.uuid4().hex
    child = subprocess.Popen(
        tuple(argv),
        cwd=cwd,
        env={**environment, MARKER: marker},
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        bufsize=0,
    )
    running = _Running(child=child, marker=marker)
    with _lock:
        _running[child.pid] = running
    try:
        stdout, stderr, stopped = _converse(running, stdin=stdin, limits=limits, deadline=started + limits.timeout)
    finally:
        _end_family(running)
        with _lock:
            _running.pop(child.pid, None)
        for stream in (child.stdin, child.stdout, child.stderr):
            if stream is not None:
                _close(stream)
    if _interrupted.is_set():
        raise Interrupted
    return Completed(
        stdout=stdout,
        stderr=stderr,
        exit=child.returncode,
        stopped=stopped,
        seconds=time.monotonic() - started,
    )


def stop_all() -> None:
    """End every running child and its family, and let no new one start: the gate was interrupted."""
    _interrupted.set()
    with _lock:
        running = tuple(_running.values())
    for each in running:
        _end_family(each)


def _converse(
    running: _Running, *, stdin: bytes, limits: Limits, deadline: float
) -> tuple[bytes, bytes, Stopped | None]:
    """Feed and read a child until it is done and silent, or a limit is met."""
    child = running.child
    assert child.stdout is not None
    assert child.stderr is not None
    out = _Reader(stream=child.stdout, limit=limits.output + 1)
    err = _Reader(stream=child.stderr, limit=limits.said)
    ends: list[_Reader | _Writer] = [out, err]
    if child.stdin is not None:
        ends.append(_Writer(stream=child.stdin, pending=memoryview(stdin)))
    with selectors.DefaultSelector() as selector:
        for end in ends:
            os.set_blocking(end.stream.fileno(), False)
            selector.register(end.stream, end.event, end)
        watch = _Watch(running=running, limits=limits, deadline=deadline, next_memory=time.monotonic() + _MEMORY_TICK)
        stopped = None
        while not watch.over(idle=not selector.get_map()):
            stopped = watch.stopped(printed=len(out.data))
            if stopped is not None:
                break
            for key, _ in selector.select(_TICK if selector.get_map() else _IDLE_TICK):
                end = key.data
                assert isinstance(end, _Reader | _Writer)
                if not end.move():
                    selector.unregister(end.stream)
                    if isinstance(end, _Writer):
                        _close(end.stream)
    if stopped is None and len(out.data) > limits.output:
        stopped = Stopped.OUTPUT
    return bytes(out.data[: limits.output]), bytes(err.data), stopped


class _Watch(msgspec.Struct):
    """Decides when a conversation is over, or has to be stopped."""

    running: _Running
    limits: Limits
    deadline: float
    next_memory: float
    """When to measure: never at the start, when there is nothing to see and most children soon end."""
    exited: float | None = None

    def over(self, *, idle: bool) -> bool:
        """Tell whether the child is done and silent, or the whole gate interrupted."""
        now = time.monotonic()
        if self.exited is None and self.running.child.poll() is not None:
            self.exited = now
        if _interrupted.is_set():
            return True
        # a grandchild that holds the pipes open after its parent's end is not waited for
        self.running.held = self.exited is not None and now - self.exited > _AFTER_EXIT
        return self.running.held or (idle and self.exited is not None)

    def stopped(self, *, printed: int) -> Stopped | None:
        """Name the limit that is exceeded, if one is."""
        now = time.monotonic()
        if now >= self.deadline:
            return Stopped.TIMEOUT
        if printed > self.limits.output:
            return Stopped.OUTPUT
        if now >= self.next_memory and self.exited is None:
            self.next_memory = now + _MEMORY_TICK
            if _resident(self.running) > self.limits.memory:
                return Stopped.MEMORY
        return None


class _Reader(msgspec.Struct):
    """One of the child's outputs; keeps at most `limit` bytes."""

    stream: IO[bytes]
    limit: int
    data: bytearray = msgspec.field(default_factory=bytearray)
    event: int = selectors.EVENT_READ

    def move(self) -> bool:
        """Read what is there; False at the end of the stream."""
        try:
            chunk = os.read(self.stream.fileno(), _READ)
        except BlockingIOError:
            return True
        self.data += chunk[: max(0, self.limit - len(self.data))]
        return bool(chunk)


class _Writer(msgspec.Struct):
    """The child's input."""

    stream: IO[bytes]
    pending: memoryview
    event: int = selectors.EVENT_WRITE

    def move(self) -> bool:
        """Write what the pipe takes; False when all is written or nobody reads."""
        try:
            written = os.write(self.stream.fileno(), self.pending[:_READ])
        except BlockingIOError:
            return True
        except BrokenPipeError:
            return False
        self.pending = self.pending[written:]
        return bool(self.pending)


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except BrokenPipeError:
        return


def _resident(running: _Running) -> int:
    """Sum the resident memory of a child and its descendants; remember who they are."""
    import psutil

    try:
        parent = psutil.Process(running.child.pid)
        family = [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return 0
    total = 0
    for member in family:
        running.family.add(member.pid)
        try:
            total += member.memory_info().rss
        except psutil.Error:
            continue
    return total


def _end_family(running: _Running) -> None:
    """Stop a child that still runs, its group, and every process that carries its marker."""
    child = running.child
    finished = child.poll() is not None
    _signal_group(child.pid)
    if not finished or running.held or len(running.family) > 1:
        for pid in _marked(running):
            _signal(pid)
    child.wait()


def _marked(running: _Running) -> list[int]:
    """Find processes that left the child's group but carry its marker; a reused pid does not."""
    import psutil

    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARKER) == running.marker:
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue  # not ours to read, so not ours to stop
    return found


def _signal_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _signal(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
