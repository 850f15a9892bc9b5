"""The packages of a run in; an OSV service that is asked about them, and about nothing else, out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from devsecgate.advisories.service import Coordinates, Service
from devsecgate.detectors.manifests.reading import Pin


def service(url: str, pins: Iterable[Pin], *, today: date) -> Service:
    """Give the service at an address, to be used as `Records`; the canary must not be among the packages."""
    return Service(
        url=url,
        asked=frozenset(
            Coordinates(ecosystem=pin.ecosystem, name=name, version=version)
            for pin in pins
            for name, version in pin.known_as or ((pin.name, pin.version),)
        ),
        today=today,
    )
