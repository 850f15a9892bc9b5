"""What `devsecgate.detectors.image` prints: the answer of the package detectors, and what the settings are like."""

from __future__ import annotations

import msgspec

from devsecgate.detectors.package_answer import Answer


class SettingEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is wrong with the configuration of an image."""

    rule: str
    severity: str
    message: str
    """Without the value of any secret."""
    line: int
    """The number of the setting, or of the step of the build."""
    cwes: list[int]
    confidence: str


class ImageAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One image, looked at."""

    syft: str
    """The version that made the inventory."""
    packages: Answer
    settings: list[SettingEntry]
