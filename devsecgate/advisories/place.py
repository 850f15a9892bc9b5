"""Nothing in; where the user's own store of advisory records is, out.

Apart from `store`, so that a run which has none, or whose detector opens it, imports nothing to read it.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "DEVSECGATE_STORE"
"""The environment variable that names another file."""


def default_path() -> Path:
    """Give the file that `DEVSECGATE_STORE` names, else the one in the user's own cache folder; it may not exist."""
    import platformdirs

    named = os.environ.get(VARIABLE)
    return Path(named or Path(platformdirs.user_cache_dir("devsecgate", appauthor=False), "advisories.sqlite"))
