"""A release of a distribution and a day in; whether its maintainers still mend it, out.

The days are the last ones of free support, long-term support by the distribution's own team included. Those of
Debian and Ubuntu are held to Debian's package distro-info-data (0.58); those of the others agree with the tables of
endoflife.date, where they were looked up. Red Hat 10 and Rocky Linux 10 are as their makers announced them, and were
not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from devsecgate.advisories.ecosystems import base

WRITTEN = date(2026, 11, 24)
"""When this table was written down."""
_ENDS: Mapping[str, Mapping[str, str]] = {
    "Debian": {
        "7": "2018-05-31", "8": "2020-06-30", "9": "2022-06-30", "10": "2024-06-30", "11": "2026-08-31",
        "12": "2028-06-30", "13": "2030-06-30",
    },
    "Ubuntu": {
        "14.04": "2019-04-25", "16.04": "2021-04-30", "18.04": "2023-05-31", "20.04": "2025-05-29",
        "20.10": "2021-07-22", "21.04": "2022-01-20", "21.10": "2022-07-14", "22.04": "2027-06-01",
        "22.10": "2023-07-20", "23.04": "2024-01-25", "23.10": "2024-07-11", "24.04": "2029-05-31",
        "24.10": "2025-07-10", "25.04": "2026-01-15", "25.10": "2026-07-09", "26.04": "2031-05-29",
        "26.10": "2027-07-15",
    },
    "Alpine": {
        "v3.3": "2017-11-01", "v3.4": "2018-05-01", "v3.5": "2018-11-01", "v3.6": "2019-05-01", "v3.7": "2019-11-01",
        "v3.8": "2020-05-01", "v3.9": "2020-11-01", "v3.10": "2021-05-01", "v3.11": "2021-11-01",
        "v3.12": "2022-05-01", "v3.13": "2022-11-01", "v3.14": "2023-05-01", "v3.15": "2023-11-01",
        "v3.16": "2024-05-23", "v3.17": "2024-11-22", "v3.18": "2025-05-09", "v3.19": "2025-11-01",
        "v3.20": "2026-04-01", "v3.21": "2026-11-01", "v3.22": "2027-05-01", "v3.23": "2027-11-01",
    },
    "Red Hat": {"6": "2020-11-30", "7": "2024-06-30", "8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31"},
    "Rocky Linux": {"8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31"},
    "AlmaLinux": {"8": "2029-03-01", "9": "2032-05-31", "10": "2035-05-31"},
    "openSUSE": {
        "Leap 15.0": "2019-12-03", "Leap 15.1": "2021-02-02", "Leap 15.2": "2022-01-04", "Leap 15.3": "2022-12-31",
        "Leap 15.4": "2023-12-07", "Leap 15.5": "2024-12-31", "Leap 15.6": "2026-04-30", "Leap 16.0": "2027-10-31",
    },
}  # fmt: skip
_WITHOUT_END = frozenset({"Wolfi", "Chainguard", "MinimOS", "Echo", "openSUSE:Tumbleweed"})
"""Those that are always the newest."""


def trouble(ecosystem: str, today: date) -> str | None:
    """Say what is wrong with the life of a release (OSV's string), or None where it is maintained."""
    if ecosystem in _WITHOUT_END:
        return None
    number = ecosystem.rpartition(":")[2]
    end = _ENDS.get(base(ecosystem), {}).get(number)
    if end is None:
        return f"when the support of {ecosystem} ends is not known here (the table is of {WRITTEN.isoformat()})"
    if date.fromisoformat(end) < today:
        return (
            f"{ecosystem} is past its end of life ({end}): what is found in it since then is neither mended nor, in "
            "full, recorded; move to a release that is maintained"
        )
    return None
