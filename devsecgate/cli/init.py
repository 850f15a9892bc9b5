"""`devsecgate init`: a first policy for a project, with what it means beside each key."""

from __future__ import annotations

import os
import re
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import click

from devsecgate.errors import UsageError

_NAME = ".devsecgate.yaml"
_SCHEMA = ".devsecgate.schema.json"
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


@click.command(short_help="Write a first policy for a project.")
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.option("--profile", type=click.Choice(["default", "strict", "advisory"]), default="default", show_default=True,
              help="The bundled policy to start from.")  # fmt: skip
def init(path: Path, profile: str) -> None:
    """Write a commented .devsecgate.yaml into PATH (default: here); a policy that is there is kept."""
    from devsecgate import policy as policies
    from devsecgate.policy.loading import NAMES
    from devsecgate.text import printable

    for name in NAMES:
        if os.path.lexists(path / name):
            raise UsageError("there is a policy already", where=str(path / name), remedy="Edit it, or remove it first.")
    file, schema = path / _NAME, path / _SCHEMA
    try:
        schema.unlink(missing_ok=True)  # whatever has its name, nothing is written through it
        with schema.open("xb") as stream:
            stream.write(policies.schema())
        with file.open("xb") as stream:
            stream.write(_policy(path.resolve().name, profile).encode())
    except OSError as error:
        where = error.filename or str(file)
        raise UsageError(f"the policy cannot be written: {error.strerror}", where=where) from error
    click.echo(printable(f"wrote {file} and {schema}; next: devsecgate gate {path}"))


def _policy(folder: str, profile: str) -> str:
    """Write the policy; the strict profile lets a project loosen waivers alone."""
    parts = (_HEAD, _WAIVERS) if profile == "strict" else (_HEAD, _LOOSE, _WAIVERS)
    expires = date.today() + timedelta(days=_DAYS)
    return "".join(parts).format(schema=_SCHEMA, name=_word(folder), profile=profile, expires=expires)


def _word(folder: str) -> str:
    """Make the name of a policy from that of a folder: small letters, digits and hyphens, a letter first."""
    plain = unicodedata.normalize("NFKD", folder).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("-0123456789") or "project"
