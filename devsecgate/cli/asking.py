"""What `gate` and `scan` share: the flags, the run that they ask for, and how its answer is delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypedDict

import click
from msgspec.structs import replace

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import date

    from devsecgate.cache import Cache
    from devsecgate.gate import Answer, Request, Screen

from devsecgate.errors import ExitCode, UsageError

_STDOUT = "-"
Flags = ParamSpec("Flags")
KINDS = """
\b
KIND: annotations, codequality, console, cyclonedx, github, gitlab,
  gitlab-container-scanning, gitlab-dependency-scanning, gitlab-sast,
  gitlab-secret-detection, json, junit, markdown, sarif.
"""
"""For a command's help, as a paragraph of its own: an option's text would be broken at hyphens."""


class Asked(TypedDict):
    """What the flags say, as click passes it: by name."""

    path: Path | None
    policy_file: Path | None
    images: tuple[str, ...]
    sboms: tuple[str, ...]
    advisories: str | None
    offline: bool
    base: str | None
    kev: Path | None
    no_cache: bool
    reports: tuple[str, ...]
    quiet: bool
    verbose: bool


# fmt: off
_FLAGS = (
    click.argument("path", type=click.Path(path_type=Path), required=False),
    click.option("--policy", "policy_file", type=click.Path(path_type=Path), metavar="FILE",
                  help="Policy to judge by. Default: .devsecgate.yaml in PATH, else the bundled one."),
    click.option("--image", "images", multiple=True, metavar="ARCHIVE|DIR|REFERENCE",
                  help="Judge a container image too; repeatable. A docker or OCI archive, the folder of an OCI layout, "
                       "or a reference such as registry:registry.example/app:1.2."),
    click.option("--sbom", "sboms", multiple=True, metavar="FILE",
                  help="Judge what an SBOM lists too; repeatable. CycloneDX (JSON, XML) or SPDX (JSON)."),
    click.option("--advisories", metavar="DIR|URL|FILE",
                  help="Advisory records, shaped like the public OSV bucket (<Ecosystem>/all.zip), or a store's file. "
                       "Default: what the policy names, else the store of `devsecgate advisories`."),
    click.option("--offline", is_flag=True, help="Use no network; without --advisories, dependencies are a gap."),
    click.option("--base", metavar="REF",
                  help="Judge the change since REF: what was there before does not block. Default: in a CI, what its "
                       "event says; elsewhere nothing. `none`: judge everything."),
    click.option("--kev", type=click.Path(path_type=Path), metavar="FILE",
                  help="CISA's catalogue of exploited vulnerabilities. Default: that of `devsecgate intel`."),
    click.option("--no-cache", is_flag=True, help="Scan every file, also those that were scanned as they are before."),
    click.option("--report", "reports", multiple=True, metavar="KIND=FILE",
                  help="Write a report; repeatable; FILE - is stdout."),
    click.option("--quiet", "-q", is_flag=True, help="Print nothing on stdout; only the exit code and the reports."),
    click.option("--verbose", "-v", is_flag=True, help="Show allowed and waived issues and accepted gaps too."),
)
# fmt: on


def flags(command: Callable[Flags, ExitCode]) -> Callable[Flags, ExitCode]:
    """Give a command the argument and the options that ask for a run."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command


def deliver(asked: Asked, *, verdict: Path | None = None) -> Answer:
    """Carry out the run that is asked for, print what goes to stdout, and tell which reports could not be written.

    `verdict` is one more file for the JSON report. Raises UsageError where the flags are wrong.
    """
    from devsecgate import gate as flow
    from devsecgate.cli.progress import shown_progress

    request = _request(asked, verdict)
    with (
        opened_cache(request.path, request.today, wanted=not asked["no_cache"]) as cache,
        shown_progress(quiet=asked["quiet"]) as progress,
    ):
        answer = flow.gate(replace(request, cache=cache), progress)
    for data in answer.stdout:
        click.get_binary_stream("stdout").write(data)
    for problem in answer.problems:
        click.echo(f"devsecgate: {problem}", err=True)
    remember(request.path or Path(), answer)
    return answer


def _request(asked: Asked, verdict: Path | None) -> Request:
    """Put the flags into words of the flow."""
    import os
    from datetime import date

    from devsecgate import events
    from devsecgate.against import Against
    from devsecgate.gate import Request

    quiet, verbose, path, base = asked["quiet"], asked["verbose"], asked["path"], asked["base"]
    if quiet and verbose:
        raise UsageError("--quiet and --verbose contradict each other", remedy="Give one of them.")
    wanted = tuple(_report(each) for each in asked["reports"])
    if verdict is not None:
        wanted = (*wanted, ("json", verdict))
    _refuse_shared(file for _, file in wanted if file is not None)
    if not quiet and all(file is not None for _, file in wanted):
        wanted = (*wanted, ("console", None))
    if path is None and not asked["images"] and not asked["sboms"]:
        path = Path()
    return Request(
        path=path,
        images=asked["images"],
        sboms=asked["sboms"],
        policy=asked["policy_file"],
        advisories=asked["advisories"],
        offline=asked["offline"],
        reports=wanted,
        today=date.today(),
        screen=screen(verbose=verbose),
        against=Against(
            named=base,
            event=events.of(os.environ) if base is None else None,
            kev=asked["kev"],
            offline=asked["offline"],
            in_ci=bool(os.environ.get("CI")),
        ),
    )


def opened_cache(path: Path | None, today: date, *, wanted: bool) -> AbstractContextManager[Cache | None]:
    """Open the cache of results; one inside the scanned tree, which may have brought it, is left alone."""
    from contextlib import nullcontext

    from devsecgate.cache import Cache, default_path

    if not wanted:
        return nullcontext()
    place = default_path().absolute()
    if path is not None and place.resolve().is_relative_to(path.resolve()):
        return Cache.of_this_run()
    return Cache.open(place, today.toordinal())


def _report(text: str) -> tuple[str, Path | None]:
    """Read `KIND=FILE`; the file `-` is stdout."""
    from devsecgate import discovery

    kind, separator, file = text.partition("=")
    if not separator or not file:
        raise UsageError(f"--report {text}: give KIND=FILE", remedy="For example --report sarif=gate.sarif.")
    if kind not in discovery.kinds():
        kinds = ", ".join(discovery.kinds())
        raise UsageError(f"--report {text}: no report is called {kind}", remedy=f"Kinds: {kinds}.")
    return kind, None if file == _STDOUT else Path(file)


def _refuse_shared(files: Iterable[Path]) -> None:
    """Refuse two reports for one file: the later one would replace the earlier."""
    import os

    seen: set[str] = set()
    for file in files:
        real = os.path.realpath(file)
        if real in seen:
            raise UsageError(f"--report: two reports for {file}", remedy="Give each report a file of its own.")
        seen.add(real)


def remember(path: Path, answer: Answer) -> None:
    """Keep the verdict for `explain FINGERPRINT`, but not in the target; the run is none the worse without."""
    from contextlib import suppress

    from devsecgate import discovery, recent
    from devsecgate.report import Context

    with suppress(OSError):
        place, target = recent.folder(), path.resolve()
        if place.is_absolute() and not place.resolve().is_relative_to(target):
            recent.remember(target, discovery.report("json").render(answer.verdict, Context(sources={}, rules={})))


def screen(*, verbose: bool) -> Screen:
    """Find out what stdout can show."""
    import os
    import shutil
    import sys
    from datetime import UTC, datetime

    from devsecgate.gate import Screen

    terminal = sys.stdout is not None and sys.stdout.isatty()
    color = (terminal or bool(os.environ.get("FORCE_COLOR"))) and not os.environ.get("NO_COLOR")
    width = shutil.get_terminal_size(fallback=(100, 24)).columns if terminal else 100
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    return Screen(color=color, width=max(60, width), verbose=verbose, finished=now)
