"""A report's document in; two digests out: of what was judged, and of the whole document, so that no edit goes unseen.

The judgement is the same wherever the same tree is judged by the same policy with the same tools and knowledge: on
a laptop, in a CI. The seal is of one document; with a key (DEVSECGATE_VERDICT_KEY) nobody without it can make one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping

VARIABLE = "DEVSECGATE_VERDICT_KEY"
_OF_THE_RUN = frozenset({"seal", "timing", "notes", "headline", "judgement"})
"""What a run leaves of itself in a document, and what follows from the rest."""
_NAMES = {"target": "name", "base": "named"}
"""What a folder is called, and by which word a commit was found, decides nothing."""


def judgement(document: Mapping[str, object]) -> str:
    """Digest what was judged and how: SHA-256, hex."""
    kept = {key: value for key, value in document.items() if key not in _OF_THE_RUN}
    for part, name in _NAMES.items():
        value = kept.get(part)
        if isinstance(value, Mapping):
            kept[part] = {key: each for key, each in value.items() if key != name}
    return hashlib.sha256(_canonical(kept)).hexdigest()


def seal(document: Mapping[str, object], key: bytes = b"") -> str:
    """Digest all of a document but its seal: `sha256:…`, or with a key `hmac-sha256:…`."""
    data = _canonical({name: value for name, value in document.items() if name != "seal"})
    if key:
        return f"hmac-sha256:{hmac.new(key, data, hashlib.sha256).hexdigest()}"
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def is_whole(document: Mapping[str, object], key: bytes = b"") -> bool:
    """Tell whether a document has the seal that it should have."""
    given = document.get("seal")
    return isinstance(given, str) and hmac.compare_digest(given.encode(), seal(document, key).encode())


def key() -> bytes:
    """Give the key of the environment; empty where there is none."""
    return os.environ.get(VARIABLE, "").encode("utf-8", "surrogateescape")


def _canonical(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode()
