"""`devsecgate init`: the first policy of a project, and what runs the gate on it: a CI's file, and git's hooks."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

if TYPE_CHECKING:
    from devsecgate.cli.surroundings import Surroundings, System

from devsecgate.errors import UsageError

_NAME = ".devsecgate.yaml"
_SCHEMA = ".devsecgate.schema.json"
_WORKFLOW = ".github/workflows/devsecgate.yml"
_PIPELINE = ".gitlab-ci.yml"
_HOOKS = ".pre-commit-config.yaml"
_COMMIT = "<commit>"
_NO_COMMIT = "0" * 40
"""In place of the commit of a release: git has no such object, and hosts take no branch or tag of this shape, so
that whatever names it ends in an error, and never in somebody else's code. A version or a tag could be moved."""
_MIRROR = "security/devsecgate"
_NO_MIRROR = "-your-group/devsecgate"
"""In place of the project that holds the component: no group of GitLab begins with a hyphen."""
_DAYS = 90
"""How long the waiver in the example runs: every profile allows that."""
_HEAD = """\
# yaml-language-server: $schema=./{schema}
# How this project is judged: `devsecgate policy show` prints what it comes to, line by line.
version: 1
name: "{name}"
extends: {profile}
"""
_LOOSE = """\

# The project's own packages, which no index knows:
# first_party: [our-library]

# What cannot be seen, and why that is acceptable here:
# gaps:
#   accept:
#     - reason: unreadable
#       path: tests/broken.py
#       because: the parser's tests need a file that does not parse
"""
_WAIVERS = """\

# A risk that is accepted by name, by somebody, until a day:
# waivers:
#   - rule: bandit:B310
#     path: tools/*.py
#     owner: you@team.example
#     reason: the address is a constant
#     expires: {expires}
"""


class _File(msgspec.Struct, frozen=True, kw_only=True):
    """A file to write."""

    name: str
    """Relative to the project, POSIX."""
    content: bytes
    ours: bool = False
    """Is it made from the program alone, so that whatever has its name is replaced?"""


class _Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is written, and what is left to people."""

    files: tuple[_File, ...]
    systems: tuple[System, ...]
    left: tuple[tuple[str, str], ...]
    """Files that are there, and the lines to add to each."""


@click.command(short_help="Write a first policy for a project, and what runs the gate.")
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.option("--profile", type=click.Choice(["default", "strict", "advisory"]), default="default", show_default=True,
              help="The bundled policy to start from.")  # fmt: skip
@click.option("--ci", "systems", type=click.Choice(["github", "gitlab", "none"]), multiple=True,
              help="The CI to write a file for; repeatable. Default: what files and git's remotes say.")  # fmt: skip
@click.option("--hooks/--no-hooks", default=None,
              help="Write .pre-commit-config.yaml too. Default: in a git repository.")  # fmt: skip
def init(path: Path, profile: str, systems: tuple[str, ...], hooks: bool | None) -> None:  # noqa: FBT001
    """Write a commented .devsecgate.yaml into PATH (default: here), and what runs the gate there.

    That is a workflow of GitHub, a pipeline of GitLab, and git's hooks. Nothing that is there is changed: a policy
    or a workflow is an error, before anything is written; to other files, the lines to add are printed.
    """
    from devsecgate.cli import surroundings
    from devsecgate.text import printable

    root = path.resolve()
    found = surroundings.look(root)
    plan = _plan(path, profile, _asked(path, systems, found), hooks=_hooked(path, found, asked=hooks))
    _check(path, plan.files)
    _write(path, plan.files)
    for line in _told(path, plan, found):
        click.echo(printable(line))


def _asked(path: Path, named: tuple[str, ...], found: Surroundings) -> tuple[System, ...]:
    """Give the CIs to write for: those that are named, else those that were found."""
    from devsecgate.cli.surroundings import System

    if "none" in named:
        if set(named) != {"none"}:
            raise UsageError("--ci none and another --ci contradict each other", remedy="Give one of them.")
        return ()
    if named and found.top is not None:
        raise _below(path, "--ci")
    return tuple(each for each in System if each in named) if named else found.systems


def _hooked(path: Path, found: Surroundings, *, asked: bool | None) -> bool:
    if asked and found.top is not None:
        raise _below(path, "--hooks")
    return found.hooks if asked is None else asked


def _below(path: Path, flag: str) -> UsageError:
    return UsageError(
        f"{flag}: this is a folder below the top of a git repository, where nothing looks for such a file",
        where=str(path),
        remedy="Run it at the top of the repository.",
    )


def _plan(path: Path, profile: str, systems: tuple[System, ...], *, hooks: bool) -> _Plan:
    """Decide what to write. Raises UsageError where a policy or a workflow is there."""
    from devsecgate import policy as policies
    from devsecgate.cli.surroundings import System
    from devsecgate.policy.loading import NAMES

    for name in NAMES:
        if os.path.lexists(path / name):
            raise UsageError("there is a policy already", where=str(path / name), remedy="Edit it, or remove it first.")
    files, wanted = [], []
    if System.GITHUB in systems:
        for name in (_WORKFLOW, _WORKFLOW.replace(".yml", ".yaml")):
            if os.path.lexists(path / name):
                raise UsageError(
                    "there is a workflow already", where=str(path / name), remedy="Edit it, or give --ci none."
                )
        files.append(_File(name=_WORKFLOW, content=_template("github.yml").encode()))
    if System.GITLAB in systems:
        wanted.append((_PIPELINE, _template("gitlab.yml")))
    if hooks:
        wanted.append((_HOOKS, _template("pre-commit.yaml")))
    left = tuple((name, text) for name, text in wanted if os.path.lexists(path / name))
    files += [_File(name=name, content=text.encode()) for name, text in wanted if (name, text) not in left]
    # the policy comes last: where it is, all is
    files.append(_File(name=_SCHEMA, content=policies.schema(), ours=True))
    files.append(_File(name=_NAME, content=_policy(path.resolve().name, profile).encode()))
    return _Plan(files=tuple(files), systems=systems, left=left)


def _template(name: str) -> str:
    """Read a bundled file, in which nothing that could run stands where a release has to be named."""
    from devsecgate import __version__

    text = (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")
    said = f" # put the commit of v{__version__} here; this is none, and nothing runs"
    lines = [f"{line}{said}" if _COMMIT in line else line for line in text.split("\n")]
    return "\n".join(lines).replace(_COMMIT, _NO_COMMIT).replace(_MIRROR, _NO_MIRROR)


def _check(path: Path, files: Sequence[_File]) -> None:
    """See that every file can be made, before the first is: nothing is overwritten, or written through a link."""
    for each in files:
        place = path / each.name
        for name in reversed(Path(each.name).parents[:-1]):
            folder = path / name
            if os.path.lexists(folder) and (folder.is_symlink() or not folder.is_dir()):
                raise UsageError("this is no folder, or a link to one", where=str(folder), remedy=_NOT_FOLDER)
        if os.path.lexists(place) and (not each.ours or (place.is_dir() and not place.is_symlink())):
            raise UsageError("this is there already", where=str(place), remedy="Move it out of the way.")


_NOT_FOLDER = "Put a real folder in its place, or give --ci none."


def _write(path: Path, files: Sequence[_File]) -> None:
    """Write all files, each anew; where one fails, those before it are taken away again."""
    made: list[Path] = []
    try:
        for each in files:
            place = path / each.name
            for folder in reversed([path / name for name in Path(each.name).parents[:-1]]):
                if not folder.is_dir():
                    folder.mkdir()
                    made.append(folder)
            if each.ours:
                place.unlink(missing_ok=True)
            with place.open("xb") as stream:
                made.append(place)
                stream.write(each.content)
    except OSError as error:
        for done in reversed(made):
            if done.is_dir():
                done.rmdir()
            else:
                done.unlink(missing_ok=True)
        where = str(error.filename or path)
        raise UsageError(f"this cannot be written: {error.strerror}; nothing was", where=where) from error


def _policy(folder: str, profile: str) -> str:
    """Write the policy; the strict profile lets a project loosen waivers alone."""
    parts = (_HEAD, _WAIVERS) if profile == "strict" else (_HEAD, _LOOSE, _WAIVERS)
    expires = date.today() + timedelta(days=_DAYS)
    return "".join(parts).format(schema=_SCHEMA, name=_word(folder), profile=profile, expires=expires)


def _word(folder: str) -> str:
    """Make the name of a policy from that of a folder: small letters, digits and hyphens, a letter first."""
    plain = unicodedata.normalize("NFKD", folder).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("-0123456789") or "project"


# ---------------------------------------------------------------- what is said


def _told(path: Path, plan: _Plan, found: Surroundings) -> Iterator[str]:
    """Say what was written, what was found, and what to do next; one line each."""
    for each in plan.files:
        yield f"wrote {path / each.name}"
    for name, text in plan.left:
        yield f"left as it is: {path / name}; what to add to it, where it is not in it yet:"
        yield from (f"    {line}" for line in text.splitlines() if not line.startswith("#"))
    yield from found.notes
    if found.top is not None:
        yield f"no CI file: {path} is below the top of a git repository; run `devsecgate init` there for one"
    elif not plan.systems:
        yield "no CI file: give --ci github or --ci gitlab for one; docs/recipes.md has others"
    yield from _packages(found)
    yield "next:"
    yield from (f"  {line}" for line in _next(path, plan))


def _packages(found: Surroundings) -> Iterator[str]:
    if found.ecosystems:
        names = " ".join(found.ecosystems)
        yield f"packages of {names.replace(' ', ', ')}: to match them here, `devsecgate advisories update {names}`"
    if found.for_syft:
        count, first = len(found.for_syft), found.for_syft[0]
        more = f" and {count - 1:,} more" if count > 1 else ""
        yield f"{first}{more}: needs the extra devsecgate[syft], and is a gap without it"


def _next(path: Path, plan: _Plan) -> Iterator[str]:
    import shlex

    from devsecgate import __version__
    from devsecgate.cli.surroundings import System

    place = shlex.quote(str(path))
    yield f"devsecgate gate {place}: what it says today"
    yield f"devsecgate baseline write {place}: where that is more than can be mended now, so that only new issues block"
    texts = [*(each.content.decode() for each in plan.files), *(text for _, text in plan.left)]
    if any(_NO_COMMIT in text for text in texts):
        yield f"put the commit of v{__version__} in place of the zeros; until then the workflow and the hooks fail"
    if any(_NO_MIRROR in text for text in texts):
        yield f"name your mirror of devsecgate in place of {_NO_MIRROR}; until then no pipeline starts"
    if System.GITHUB in plan.systems:
        yield "if the default branch is not main, name it under `push:` in the workflow"
    yield "commit these files"
    if System.GITHUB in plan.systems:
        yield "make the check `devsecgate` required: Settings, Rules, Rulesets, Require status checks to pass"
    if System.GITLAB in plan.systems:
        yield "let merging need the job `devsecgate-gate`: Settings, Merge requests, Pipelines must succeed"
    yield f"devsecgate doctor {place}: whether anything lets a failure of the gate through"
