"""What `devsecgate.detectors.lockfiles` answers: as the other detectors of packages do, and which syft it asked."""

from __future__ import annotations

from devsecgate.detectors.package_answer import Answer


class SyftAnswer(Answer, frozen=True, forbid_unknown_fields=True):
    """An answer for which syft was asked."""

    syft: str
    """Its version."""
