"""Where the files that ship with devsecgate are: policies, rules and lessons."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def code() -> Path:
    """Give the folder of our own code."""
    return _PACKAGE


def policies() -> Path:
    """The bundled `policies/` folder: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "policies"
    return installed if installed.is_dir() else _PACKAGE.parent / "policies"
