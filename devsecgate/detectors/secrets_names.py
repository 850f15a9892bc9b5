"""Paths go in; those whose name itself holds a secret come out, each with the name that may be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_CANDIDATE = re.compile(r"[=:@]|(?=[^/]*[0-9])[A-Za-z0-9_+-]{20,}")
"""What a name has to have before the rules are worth loading: an assignment, or a long run with a digit in it."""
_MASK = b"***"


def masked(paths: Iterable[str]) -> Mapping[str, str]:
    """Give the paths that hold a secret, by what a rule finds plausible or better, with each value as `***`.

    Paths may hold surrogates for bytes that are not UTF-8. A value that only looks as if is left: a gap for
    every hash in a name would be noise.
    """
    suspects = sorted({path for path in paths if _CANDIDATE.search(path)})
    if not suspects:
        return {}
    from devsecgate.detectors import secrets_rules
    from devsecgate.detectors.secrets_checks import Strength
    from devsecgate.detectors.secrets_search import search

    rules = secrets_rules.load(secrets_rules.table())
    found = {}
    for path in suspects:
        shown = path.encode("utf-8", "surrogateescape")
        for match in reversed(search(shown, rules, configuration=True).found):
            if match.strength >= Strength.PLAUSIBLE:
                shown = shown[: match.start] + _MASK + shown[match.end :]
                found[path] = shown.decode("utf-8", "surrogateescape")
    return found
