"""`devsecgate action`: what the step of the GitHub Action runs. Inputs come from variables; there are no flags.

The gate runs once. The log gets the console report and the annotations, the job's summary the Markdown, a private
folder below RUNNER_TEMP the SARIF file for code scanning and the JSON report, and GITHUB_OUTPUT the outcome, which is
there, as `error`, also where nothing was judged.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from msgspec.structs import replace

if TYPE_CHECKING:
    from datetime import datetime

    from devsecgate.events import Event
    from devsecgate.gate import Answer, Request

from devsecgate.cli.inputs import Inputs, read
from devsecgate.errors import DevsecgateError, ExitCode, Interrupted, UsageError

SUMMARY_LIMIT = 1 << 20
"""Bytes of a step's summary; GitHub drops the whole of a larger one."""

_WIDTH = 120
_NOTICE_LIMIT = 3_000
_CUT = "\n\n_The rest has no room in this summary; the log and the JSON report have it._\n"


class _Places(msgspec.Struct, frozen=True, kw_only=True):
    """Where the runner wants what; none of them is in the scanned tree."""

    temporary: Path
    output: Path
    summary: Path


class _Outputs(msgspec.Struct, frozen=True, kw_only=True):
    """What later steps may ask for; empty text stands for what is not known."""

    outcome: str = "error"
    exit_code: ExitCode = ExitCode.INTERNAL
    sarif_file: str = ""
    json_file: str = ""
    blocking: str = ""
    warnings: str = ""
    introduced: str = ""
    existing: str = ""
    fixed: str = ""
    gaps: str = ""

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Give names, as action.yml has them, and values."""
        return (
            ("outcome", self.outcome),
            ("exit-code", str(int(self.exit_code))),
            ("sarif-file", self.sarif_file),
            ("json-file", self.json_file),
            ("blocking", self.blocking),
            ("warnings", self.warnings),
            ("introduced", self.introduced),
            ("existing", self.existing),
            ("fixed", self.fixed),
            ("gaps", self.gaps),
        )


@click.command(short_help="What the GitHub Action runs; inputs come from variables.")
def action() -> ExitCode:
    """Gate a project inside GitHub Actions.

    Inputs come from variables (DEVSECGATE_INPUT_PATH, …), as action.yml sets them. The exit code is the gate's.
    """
    places = _places(os.environ)
    said = _Outputs()
    try:
        inputs = read(os.environ)
        _refuse_inside(places, inputs.path)
        answer, told = _gated(inputs, places)
        _deliver(answer, inputs, places)
        said = told
        return _exit_code(answer, inputs)
    except DevsecgateError as error:
        said = _Outputs(exit_code=error.exit_code)
        _explain(error, places)
        return error.exit_code
    except OSError:
        said = _Outputs(exit_code=ExitCode.INCOMPLETE)
        raise
    except Interrupted as interrupted:
        said = _Outputs(exit_code=interrupted.exit_code)
        raise
    finally:
        _write_outputs(places.output, said)


# ---------------------------------------------------------------- places


def _places(environment: Mapping[str, str]) -> _Places:
    """Find where the runner wants what. Raises UsageError where this is no step of GitHub's runner."""
    found = {}
    for name in ("RUNNER_TEMP", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        place = Path(environment.get(name, ""))
        if not place.is_absolute() or not (place.is_dir() if name == "RUNNER_TEMP" else place.is_file()):
            raise UsageError(
                f"{name} names nothing that is there",
                remedy="This command is the step of the GitHub Action; elsewhere, run `devsecgate gate`.",
            )
        found[name] = place.resolve()
    return _Places(temporary=found["RUNNER_TEMP"], output=found["GITHUB_OUTPUT"], summary=found["GITHUB_STEP_SUMMARY"])


def _refuse_inside(places: _Places, path: Path) -> None:
    """Refuse to write anything into the scanned tree: it may have put a link in the way."""
    root = path.resolve()
    named = {"RUNNER_TEMP": places.temporary, "GITHUB_OUTPUT": places.output, "GITHUB_STEP_SUMMARY": places.summary}
    for name, place in named.items():
        if place.is_relative_to(root):
            raise UsageError(
                f"{name} lies in the scanned tree, where nothing is written",
                where="input path",
                remedy="Name the folder of the checkout, not one above it.",
            )


# ---------------------------------------------------------------- the run


def _gated(inputs: Inputs, places: _Places) -> tuple[Answer, _Outputs]:
    """Run the gate once, with the log deaf to commands."""
    import tempfile

    from devsecgate import events
    from devsecgate import gate as flow
    from devsecgate.base import NONE

    event = None if inputs.base == NONE else events.of(os.environ)
    folder = Path(tempfile.mkdtemp(prefix="devsecgate-", dir=places.temporary))
    with _no_commands():
        request = _request(inputs, event, folder)
        answer = flow.gate(request, lambda _name, _done: None)
    files = {kind: file for kind, file in request.reports if file is not None}
    _place_sarif(files["github"], _folder(inputs))
    return answer, _outputs(answer, files)


def _request(inputs: Inputs, event: Event | None, folder: Path) -> Request:
    from datetime import UTC, datetime

    from devsecgate.against import Against
    from devsecgate.cache import Cache
    from devsecgate.gate import Request, Screen

    now = datetime.now(UTC).replace(microsecond=0)
    compared = inputs.base is not None or (event is not None and event.revisions)
    kev = inputs.kev
    if kev is None and compared and not inputs.offline:
        kev = _updated_kev(folder / "kev.json", now)
    advisories = inputs.advisories
    if inputs.update_advisories:
        advisories = str(_updated_advisories(folder / "advisories.sqlite", inputs.update_advisories, now))
    return Request(
        path=inputs.path,
        images=inputs.images,
        sboms=inputs.sboms,
        policy=inputs.policy,
        advisories=advisories,
        offline=inputs.offline,
        reports=(
            ("github", folder / "gate.sarif"),
            ("json", folder / "gate.json"),
            ("markdown", None),
            ("annotations", None),
            ("console", None),
        ),
        today=now.date(),
        screen=Screen(color=not os.environ.get("NO_COLOR"), width=_WIDTH, verbose=False, finished=now.isoformat()),
        against=Against(named=inputs.base, event=event, kev=kev, offline=inputs.offline, in_ci=True),
        cache=Cache.of_this_run(),
    )


def _updated_kev(file: Path, now: datetime) -> Path | None:
    """Download CISA's catalogue; without it, what needs it is a gap of the gate's."""
    from devsecgate.intel import update as updating

    try:
        updating.update(os.environ.get("DEVSECGATE_KEV_URL") or updating.PUBLIC, file, today=now.date())
    except DevsecgateError as error:
        _say(f"no catalogue of exploited vulnerabilities: {_plain(str(error))}\n")
        return None
    return file


def _updated_advisories(file: Path, ecosystems: tuple[str, ...], now: datetime) -> Path:
    """Download advisory records. Raises FetchError where those of any ecosystem that was asked for did not come."""
    from devsecgate.advisories import update as updating
    from devsecgate.advisories.fetch import FetchError

    source = os.environ.get("DEVSECGATE_ADVISORIES") or updating.PUBLIC
    done = updating.update(updating.Request(store=file, source=source, ecosystems=ecosystems, now=now))
    for each in done:
        _say(f"advisories: {_plain(each.name)}: {_plain(each.what)}\n")
    failed = [each.name for each in done if each.failed]
    if failed:
        raise FetchError(f"the advisory records of {', '.join(failed)} did not come", where="input update-advisories")
    return file


def _outputs(answer: Answer, files: Mapping[str, Path]) -> _Outputs:
    from devsecgate import summary
    from devsecgate.model import Change

    verdict = answer.verdict
    number = summary.counts(verdict)
    written = {kind: str(file) for kind, file in files.items() if file.is_file()}
    said = _Outputs(
        outcome=verdict.outcome.value,
        exit_code=answer.exit_code,
        sarif_file=written.get("github", ""),
        json_file=written.get("json", ""),
        blocking=str(number.block),
        warnings=str(number.warn),
        gaps=str(number.gaps),
    )
    if verdict.base is None:
        return said
    changes = [decision.change for decision in verdict.decisions]
    return replace(
        said,
        introduced=str(changes.count(Change.INTRODUCED)),
        existing=str(changes.count(Change.EXISTING)),
        fixed=str(len(verdict.fixed)),
    )


def _folder(inputs: Inputs) -> str:
    """Give the scanned folder's path below the checkout, POSIX; empty for the checkout itself, or one elsewhere."""
    workspace = Path(os.environ.get("GITHUB_WORKSPACE") or ".").resolve()
    root = inputs.path.resolve()
    return root.relative_to(workspace).as_posix() if root != workspace and root.is_relative_to(workspace) else ""


def _place_sarif(file: Path, folder: str) -> None:
    """Name files as GitHub does: from the top of the repository."""
    from devsecgate import write
    from devsecgate.cli import below

    if not folder or not file.is_file():
        return
    failed = write.attempt([(file, below.in_sarif(file.read_bytes(), folder))])
    if failed:
        raise failed[file]


def _is_loosened(answer: Answer, inputs: Inputs) -> bool:
    return answer.exit_code is ExitCode.INCOMPLETE and not inputs.fail_on_incomplete


def _exit_code(answer: Answer, inputs: Inputs) -> ExitCode:
    return ExitCode.PASS if _is_loosened(answer, inputs) else answer.exit_code


# ---------------------------------------------------------------- what is said

_LOOSENED = (
    "Not everything could be seen. The step succeeds all the same, because the workflow sets fail-on-incomplete to "
    "false; the policy is the better place to accept gaps by name (gaps.accept)."
)


def _deliver(answer: Answer, inputs: Inputs, places: _Places) -> None:
    """Print the reports, and write the job's summary."""
    from devsecgate.cli import below

    markdown, annotations, console = answer.stdout
    _say("::group::devsecgate: the report\n")
    with _no_commands():
        _write(console)
    _say("::endgroup::\n")
    for problem in answer.problems:
        _say(_command("error", str(problem)))
    note = ""
    if _is_loosened(answer, inputs):
        _say(_command("warning", _LOOSENED))
        note = f"> [!WARNING]\n> {_LOOSENED}\n\n"
    folder = _folder(inputs)
    _write(below.in_annotations(annotations, folder) if folder else annotations)
    _summarise(places, note.encode() + markdown)


def _explain(error: DevsecgateError, places: _Places) -> None:
    """Say why nothing was judged, where people look."""
    from devsecgate.reports.markdown import escape

    _say(_command("error", f"nothing was judged: {error}"))
    _summarise(places, f"## devsecgate: ERROR\n\nNothing was judged: {escape(error)}\n".encode())


def _command(kind: str, text: str) -> str:
    """Give one of the runner's commands, with the text as nothing but text."""
    escaped = _plain(text)[:_NOTICE_LIMIT].replace("%", "%25")
    return f"::{kind} title=devsecgate::{escaped}\n"


def _plain(text: str) -> str:
    from devsecgate.text import one_line, workflow_command_safe

    return workflow_command_safe(one_line(text))


@contextmanager
def _no_commands() -> Iterator[None]:
    """Let the runner obey no command meanwhile, nor after a mistake of ours, whose traceback follows."""
    import secrets

    token = secrets.token_hex(16)
    _say(f"::stop-commands::{token}\n")
    try:
        yield
    except DevsecgateError:
        _say(f"::{token}::\n")
        raise
    _say(f"::{token}::\n")


def _say(text: str) -> None:
    _write(text.encode())


def _write(data: bytes) -> None:
    stream = click.get_binary_stream("stdout")
    stream.write(data)
    stream.flush()


def _summarise(places: _Places, page: bytes) -> None:
    """Append to the step's summary as much as it has room for: of one that is too large, GitHub shows nothing."""
    room = SUMMARY_LIMIT - 1 - places.summary.stat().st_size
    if len(page) > room:
        kept = page[: max(0, room - len(_CUT))].rpartition(b"\n")[0]
        page = kept + _CUT.encode() if room > len(_CUT) else b""
        _say(_command("notice", "the job's summary has no room for the whole report"))
    _append(places.summary, page)


def _write_outputs(file: Path, said: _Outputs) -> None:
    """Append every output; no value can end before its delimiter, which nobody can guess."""
    import secrets

    end = f"end-{secrets.token_hex(16)}"
    _append(file, "".join(f"{name}<<{end}\n{value}\n{end}\n" for name, value in said.pairs()).encode())


def _append(file: Path, data: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC), "wb") as opened:
        opened.write(data)
