"""Semgrep's log in; which values of which file it dropped, out: its report does not say it.

The log takes two fifths more time. That semgrep still writes it as it is read here, a function proves that is planted
beside the files, and that has more values than semgrep follows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

ENVIRONMENT = {
    "SEMGREP_LOG_LEVEL": "debug",
    "SEMGREP_LOG_SRCS": "semgrep.tainting,semgrep.engine",
    "SEMGREP_LOG_TAGS": "limits",
}
LIMIT = 256 << 20
"""Bytes of a log; one that is longer is not whole."""
PLANTED = "wide.py"
"""The file with the planted function, in any job's scratch folder."""
RULE = {
    "id": "devsecgate-wide",
    "languages": ["python"],
    "severity": "INFO",
    "message": "of this scanner itself",
    "mode": "taint",
    "pattern-sources": [{"pattern": "devsecgate_wide_source()"}],
    "pattern-sinks": [{"pattern": "devsecgate_wide_sink(...)"}],
}
"""Follows the planted values."""
_VALUES = 60
_LINE = re.compile(
    r"\(semgrep\.engine\): checking (?P<file>.+) with \d+ rules?$"
    r"|Already tracking too many (?:tainted l-values|fields), will not track \.?(?P<value>[^\s:]+)"
)


def planted(scratch: Path) -> bytes:
    """Write the function with more values than semgrep follows."""
    name = _name(scratch)
    lines = [f"    {name}{number} = devsecgate_wide_source()" for number in range(_VALUES)]
    return "\n".join(["def wide():", *lines, f"    devsecgate_wide_sink({name}0)\n"]).encode()


def is_proven(dropped: Mapping[str, set[str]], scratch: Path) -> bool:
    """Tell whether the log says that planted values were dropped."""
    return any(value.startswith(_name(scratch)) for value in dropped.get(str(scratch / PLANTED), ()))


def read(log: bytes) -> Mapping[str, set[str]]:
    """Give the variables and attributes that were dropped, by the file's name as semgrep has it.

    One file is looked at after the other. A file's name may look like a line of the log: what is said of others can be
    moved to another file by that, and never be taken back.
    """
    found: dict[str, set[str]] = {}
    file = ""
    for line in log.decode(errors="replace").split("\n"):
        match = _LINE.search(line)
        if match is not None and match["file"]:
            file = match["file"]
        elif match is not None:
            found.setdefault(file, set()).add(match["value"])
    return found


def _name(scratch: Path) -> str:
    """Begin the names of the planted values: nobody knows it who wrote what is looked at."""
    return f"devsecgate_{hashlib.sha256(str(scratch).encode()).hexdigest()[:16]}_"
