"""Arguments in, exit code out: what `devsecgate` and `python -m devsecgate` run."""

from __future__ import annotations

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    sys.path.pop(0)  # `python -m` puts the working directory first: the scanned tree has modules of its own

import os
import signal
import traceback
from types import FrameType
from typing import NoReturn

from devsecgate.errors import DevsecgateError, ExitCode, Interrupted


def main() -> NoReturn:
    """Run the command line and end the process with its exit code; 1 is kept for FAIL."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        code = _run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        _tell("devsecgate: nobody reads standard output: the result was not delivered")
        code = ExitCode.INCOMPLETE
    except OSError as error:
        _tell(f"devsecgate: the result could not be delivered: {error}")
        code = ExitCode.INCOMPLETE
    except (Interrupted, KeyboardInterrupt):
        _tell("devsecgate: interrupted; every scanner is stopped and nothing was judged")
        code = ExitCode.INTERRUPTED
    except BaseException:  # noqa: BLE001 - the last resort: Python's own exit code 1 would read as FAIL
        traceback.print_exc()
        _tell("devsecgate: this is a mistake of ours; nothing was judged")
        code = ExitCode.INTERNAL
    _end(code)


def _run(arguments: list[str]) -> ExitCode:
    """Run one command; expected errors are told in one line and their remedy."""
    import click

    from devsecgate.cli import devsecgate

    try:
        result: object = devsecgate.main(arguments, prog_name="devsecgate", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except click.Abort as error:
        raise Interrupted from error
    except SystemExit as error:  # how click ends shell completion
        return ExitCode.PASS if error.code in {None, 0} else ExitCode.USAGE
    except DevsecgateError as error:
        click.echo(f"devsecgate: {error}", err=True)
        return error.exit_code
    return result if isinstance(result, ExitCode) else ExitCode.PASS if result in (None, 0) else ExitCode.USAGE


def _tell(text: str) -> None:
    """Say something to people, if there is somewhere to say it."""
    if sys.stderr is not None:
        sys.stderr.write(f"{text}\n")


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """End the run once; a second signal must not disturb the stopping of children."""
    del frame
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Interrupted(signal.Signals(number).name)


def _end(code: ExitCode) -> NoReturn:
    """Leave without a last flush of streams that may be broken."""
    try:
        sys.stderr.flush()
    except (OSError, ValueError):
        os._exit(code)
    os._exit(code)


if __name__ == "__main__":
    main()
