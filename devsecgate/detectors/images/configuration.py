"""The shape of an image's configuration, and what its history says of its layers."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from devsecgate.text import one_line, shorten

_SHELL = re.compile(r"/bin/sh -c (?:#\(nop\) +)?")
_ARGUMENTS = re.compile(r"(?:RUN )?\|[0-9]+ .*?(?=/bin/sh -c )")
"""Build arguments, which the history has before the command."""
_BUILDKIT = re.compile(r"\s+# buildkit$")
_LONGEST_INSTRUCTION = 120


class Step(msgspec.Struct, frozen=True):
    """One instruction of the build."""

    created_by: str = ""
    comment: str = ""
    empty_layer: bool = False


class RootFilesystem(msgspec.Struct, frozen=True):
    """The layers, unpacked."""

    type: str
    diff_ids: list[str]


class Settings(msgspec.Struct, frozen=True, rename="pascal"):
    """What a container of the image starts with; what is left out or null is not set."""

    user: str | None = None
    env: list[str] | None = None
    labels: dict[str, str] | None = None
    healthcheck: dict[str, msgspec.Raw] | None = None


class Configuration(msgspec.Struct, frozen=True):
    """One image's configuration."""

    architecture: str
    os: str
    rootfs: RootFilesystem
    config: Settings | None = None
    history: list[Step] | None = None

    @property
    def settings(self) -> Settings:
        """The settings, all unset where there are none."""
        return self.config or Settings()


def instruction(step: Step) -> str:
    """Give a step as a Dockerfile has it: `RUN apk add curl`."""
    text = _ARGUMENTS.sub("", one_line(step.created_by), count=1)
    legacy = _SHELL.match(text)
    if legacy is not None:
        rest = text[legacy.end() :]
        text = rest if "#(nop)" in legacy.group() else f"RUN {rest}"
    return shorten(_BUILDKIT.sub("", text.replace("RUN /bin/sh -c ", "RUN ", 1)), _LONGEST_INSTRUCTION)


def origins(configuration: Configuration) -> tuple[str, ...]:
    """Describe each layer: `layer 3 of 5: RUN apk add curl`; without the instruction where the history does not fit."""
    count = len(configuration.rootfs.diff_ids)
    steps = [step for step in configuration.history or () if not step.empty_layer]
    texts: Sequence[str] = [instruction(step) for step in steps] if len(steps) == count else [""] * count
    return tuple(f"layer {place} of {count}" + (f": {text}" if text else "") for place, text in enumerate(texts, 1))
