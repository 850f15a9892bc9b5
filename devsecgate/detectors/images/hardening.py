"""An image's configuration in; what is wrong with it as a configuration, out: no value of a secret is repeated.

The line of a finding is the number of the setting or of the step that it is about, from 1: an image has no lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from devsecgate.detectors import secrets_rules
from devsecgate.detectors.images.answer import SettingEntry
from devsecgate.detectors.images.configuration import Configuration, instruction
from devsecgate.detectors.secrets_checks import Strength
from devsecgate.detectors.secrets_search import Matches, search
from devsecgate.model import Severity
from devsecgate.text import one_line, shorten

_ROOTS = frozenset({"", "0", "root"})
_BASE = "org.opencontainers.image.base."
_FROM = re.compile(r"FROM (\S+)")
_ADDED = re.compile(r"(?:^|\s)ADD\s(?:.*\s)?(https?://[^\s\"']+)", re.IGNORECASE)
_HOST = re.compile(r"(https?://)(?:[^/\s@]*@)?([^/\s?#]*)")


class Searcher(msgspec.Struct, frozen=True):
    """Looks for secrets in the text of a configuration."""

    rules: tuple[secrets_rules.Rule, ...]

    def find(self, text: str) -> Matches:
        """Look through one line."""
        return search(text.encode("utf-8", "replace"), self.rules, configuration=True)

    def masked(self, text: str) -> str:
        """Give the text with three asterisks in the place of every secret."""
        data = text.encode("utf-8", "replace")
        for match in reversed(self.find(text).found):
            data = data[: match.start] + b"***" + data[match.end :]
        return data.decode("utf-8", "replace")


def searcher() -> Searcher:
    """Read the rules for secrets."""
    return Searcher(secrets_rules.load(secrets_rules.table()))


def look(configuration: Configuration, seek: Searcher) -> Iterator[SettingEntry]:
    """Look at the settings and at the history."""
    settings = configuration.settings
    user = (settings.user or "").strip().partition(":")[0]
    if user in _ROOTS or user.strip("0") == "":
        said = f"user {user}" if user else "no USER is set"
        yield _entry(
            "image-runs-as-root",
            Severity.MEDIUM,
            f"A container of this image runs as root ({said}): create a user and name it with USER.",
            cwes=[250],
        )
    for line, variable in enumerate(settings.env or (), 1):
        yield from _environment(line, variable, seek)
    yield from _history(configuration, seek)
    if not settings.healthcheck:
        yield _entry(
            "image-no-healthcheck",
            Severity.INFO,
            "The image has no HEALTHCHECK: a platform without a probe of its own takes a hanging process for a sound "
            "one.",
        )
    yield from _base(configuration)


def _entry(
    rule: str, severity: Severity, message: str, *, line: int = 1, cwes: list[int] | None = None, confidence: str = ""
) -> SettingEntry:
    return SettingEntry(
        rule=rule,
        severity=severity.label,
        message=one_line(message),
        line=line,
        cwes=cwes or [],
        confidence=confidence or "high",
    )


def _environment(line: int, variable: str, seek: Searcher) -> Iterator[SettingEntry]:
    name = shorten(one_line(seek.masked(variable).partition("=")[0]), 80)
    for match in seek.find(variable).found:
        yield _entry(
            "image-secret-in-environment",
            Severity.HIGH,
            f"{match.rule.title} in the environment variable {name}: everybody who has the image can read it. Revoke "
            "it, and hand it to the container when it starts.",
            line=line,
            cwes=[798, 526],
            confidence="low" if match.strength in (Strength.GUESSED, Strength.DOUBTFUL) else match.rule.confidence,
        )


def _history(configuration: Configuration, seek: Searcher) -> Iterator[SettingEntry]:
    for line, step in enumerate(configuration.history or (), 1):
        text = f"{step.created_by}\n{step.comment}"
        word = instruction(step).partition(" ")[0][:20] or "step"
        # an ENV step is in the environment too, and told there
        for match in () if word == "ENV" else seek.find(text).found:
            yield _entry(
                "image-secret-in-history",
                Severity.HIGH,
                f"{match.rule.title} in step {line} of the build ({seek.masked(word)}): the history of the image shows "
                "it to everybody. Revoke it, and use a secret mount (RUN --mount=type=secret).",
                line=line,
                cwes=[798],
                confidence="low" if match.strength in (Strength.GUESSED, Strength.DOUBTFUL) else match.rule.confidence,
            )
        added = _ADDED.search(step.created_by)
        if added is not None and "--checksum" not in step.created_by:
            host = _HOST.match(added.group(1))
            where = f"{host.group(1)}{host.group(2)}" if host else "an address"
            yield _entry(
                "image-add-of-url",
                Severity.LOW,
                f"Step {line} of the build ADDs a file from {where} without --checksum: nobody knows what it will be "
                "at the next build.",
                line=line,
                cwes=[494],
            )


def _base(configuration: Configuration) -> Iterator[SettingEntry]:
    """Name a base that is known by its tag alone, where a label or buildah's history names it."""
    labels = configuration.settings.labels or {}
    given = labels.get(f"{_BASE}name", "")
    if not given:
        said = [found.group(1) for step in configuration.history or () if (found := _FROM.match(step.comment))]
        given = said[0] if said else ""
    if not given or given == "scratch" or "@sha256:" in given or labels.get(f"{_BASE}digest"):
        return
    yield _entry(
        "image-mutable-base",
        Severity.LOW,
        f"The image is built on {shorten(one_line(given), 120)}, a tag that can mean another image tomorrow: name the "
        "base by its digest (FROM name@sha256:…).",
        cwes=[829],
    )
