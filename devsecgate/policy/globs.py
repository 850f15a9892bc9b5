"""A pattern and a text go in, whether they match comes out: the one meaning of globs in policies.

Paths (relative, POSIX). `?` is one character and `*` any number of them, never `/`. `**`, alone
between slashes, is any number of folders, also none. All else is literal, `[` too. As in a
.gitignore file:

* a pattern without a slash matches that name in any folder: `test_*.py`;
* a pattern with one is anchored at the target's root: `/setup.py`, `docs/*.py`, `tests/**`;
* what matches a folder matches all that is in it: `tests`, `src/vendor`; `tests/`, with a slash at
  the end, is only what is in folders of that name.

Other texts (rule ids, scanners, package names): `?` is one character, `*` any number, and the whole
text has to match. Package names are compared as PEP 503 says, without regard to case and `-_.`.

The regular expressions are built from atomic groups, so that no path makes a match slow.
"""

from __future__ import annotations

import re
from functools import lru_cache

_FOLDERS = r"(?:[^/]+/)*"


def path_mistake(pattern: str) -> str | None:
    """Say what is wrong with a path pattern, or None."""
    if "\\" in pattern:
        return "a path pattern uses `/`, never a backslash"
    if pattern.startswith(("!", "./")):
        return "a path pattern starts with a name, `*` or `/`"
    parts = pattern.removeprefix("/").removesuffix("/").split("/")
    if not all(parts) or {".", ".."} & set(parts):
        return "a path pattern has no empty part, no `.` and no `..`"
    if any("**" in part and part != "**" for part in parts):
        return "`**` stands alone between slashes"
    return None


def matches_path(pattern: str, path: str) -> bool:
    """Tell whether a path pattern covers a target path."""
    return _path_expression(pattern).match(path) is not None


def matches_text(pattern: str, text: str) -> bool:
    """Tell whether a pattern covers the whole text."""
    return _text_expression(pattern).match(text) is not None


def matches_package(pattern: str, name: str) -> bool:
    """Tell whether a pattern covers a package name."""
    return matches_text(normalised_name(pattern), normalised_name(name))


def normalised_name(name: str) -> str:
    """Write a package name as PEP 503 does; npm's `@scope/` stays."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _stars(pattern: str, character: str) -> str:
    """Translate `*` and `?`; `character` is what they may stand for."""
    first, *rest = (
        "".join(character if letter == "?" else re.escape(letter) for letter in piece)
        for piece in re.split(r"\*+", pattern)
    )
    if not rest:
        return first
    return first + "".join(f"(?>{character}*?{piece})" for piece in rest[:-1]) + f"{character}*{rest[-1]}"


@lru_cache(maxsize=4096)
def _text_expression(pattern: str) -> re.Pattern[str]:
    return re.compile(_stars(pattern, "(?s:.)") + r"\Z")


@lru_cache(maxsize=4096)
def _path_expression(pattern: str) -> re.Pattern[str]:
    inside_only = pattern.endswith("/")
    parts = pattern.removeprefix("/").removesuffix("/").split("/")
    if len(parts) == 1 and not pattern.startswith("/"):
        parts = ["**", *parts]
    chunks: list[list[str]] = [[]]
    for part in parts:
        if part == "**":
            chunks.append([])
        else:
            chunks[-1].append(_stars(part, "[^/]"))
    first, *middle = ["/".join(chunk) for chunk in chunks]
    end = r"/(?s:.)+\Z" if inside_only else r"(?:/(?s:.)*)?\Z"
    if not middle:
        return re.compile(first + end)
    start = f"{first}/" if first else ""
    between = "".join(f"(?>(?:[^/]+/)*?{chunk}/)" for chunk in middle[:-1] if chunk)
    return re.compile(start + between + (_FOLDERS + middle[-1] + end if middle[-1] else r"(?s:.)+\Z"))
