"""`devsecgate init`: a first policy for a project, with what it means beside each key."""

from __future__ import annotations

from pathlib import Path

import click

from devsecgate.errors import UsageError

_NAME = ".devsecgate.yaml"
_POLICY = """\
# yaml-language-server: $schema={schema}
# How this project is judged: `devsecgate policy show` prints what it comes to, line by line.
version: 1
name: {name}
extends: {profile}

# The project's own packages, which no index knows:
# first_party: [our-library]

# What cannot be seen, and why that is acceptable here:
# gaps:
#   accept:
#     - reason: unreadable
#       path: tests/broken.py
#       because: the parser's tests need a file that does not parse

# A risk that is accepted by name, by somebody, until a day:
# waivers:
#   - rule: bandit:B310
#     path: tools/*.py
#     owner: you@team.example
#     reason: the address is a constant
#     expires: 2027-01-31
"""


@click.command(short_help="Write a first policy for a project.")
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.option("--profile", type=click.Choice(["default", "strict", "advisory"]), default="default", show_default=True,
              help="The bundled policy to start from.")  # fmt: skip
def init(path: Path, profile: str) -> None:
    """Write a commented .devsecgate.yaml into PATH (default: here); a policy that is there is kept."""
    from devsecgate import policy as policies

    file = path / _NAME
    schema = path / ".devsecgate.schema.json"
    name = path.resolve().name
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(_POLICY.format(schema=f"./{schema.name}", name=_quoted(name), profile=profile))
    except FileExistsError as error:
        raise UsageError("there is a policy already", where=str(file), remedy="Edit it, or remove it first.") from error
    except OSError as error:
        raise UsageError(f"the policy cannot be written: {error.strerror}", where=str(file)) from error
    schema.write_bytes(policies.schema())
    click.echo(f"wrote {file} and {schema}; next: devsecgate gate {path}")


def _quoted(name: str) -> str:
    """Spell a folder's name as a YAML string."""
    import json

    return json.dumps(name)
