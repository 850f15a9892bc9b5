"""A repository's root in, the CI and hook files in it out; the one module of `doctor` that does I/O.

The tree is hostile: a link that leaves it, a pipe, a device, a file that is too large or is not UTF-8 is named as not
read, and nothing is waited for.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from devsecgate.doctor.records import NotRead

LARGEST = 1024 * 1024
"""Bytes of one file."""
_MOST = 2000
"""Files of one folder."""
_MOST_BELOW = 50_000
"""Files and folders of the whole tree, where a pattern has to be looked for in it."""
_GLOB = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_PARTS = re.compile(r"\*\*/|\*\*|.", re.DOTALL)
_DEEPEST = 4
"""Folders below .github/actions."""


def read(root: Path, path: str) -> str | None:
    """Read a regular file below root, links within it followed; None: it is not there. Raises NotRead."""
    try:
        descriptor = os.open(_real(root, path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        if os.path.lexists(root / path):
            raise NotRead("a link to nothing") from None
        return None
    except NotADirectoryError:
        return None
    except (OSError, ValueError) as error:
        raise NotRead(f"cannot be opened: {getattr(error, 'strerror', None) or 'not a name of a file'}") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotRead("not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        try:
            content = file.read(LARGEST + 1)
        except OSError as error:
            raise NotRead(f"cannot be read: {error.strerror}") from None
    if len(content) > LARGEST:
        raise NotRead(f"larger than {LARGEST:,} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotRead("not UTF-8", content.count(b"\n", 0, error.start) + 1) from None


def workflows(root: Path) -> Iterator[str]:
    """Name the files that GitHub reads as workflows: directly in the folder, by their suffix. Raises NotRead."""
    for name in _names(root, ".github/workflows"):
        if name.endswith((".yml", ".yaml")):
            yield f".github/workflows/{name}"


def actions(root: Path) -> Iterator[str]:
    """Name the descriptions of the repository's own actions. Raises NotRead."""
    for folder in (".", *_folders(root, ".github/actions", 0)):
        for name in ("action.yml", "action.yaml"):
            path = name if folder == "." else f"{folder}/{name}"
            if os.path.lexists(root / path):
                yield path


def tracked(root: Path, pattern: str) -> Iterator[str]:
    """Name the files that a glob of a GitLab `include:` is about: `*` stays in a folder. Raises NotRead."""
    expression = re.compile("".join(_GLOB.get(each, re.escape(each)) for each in _PARTS.findall(pattern.lstrip("/"))))
    yield from (path for path in _below(root) if expression.fullmatch(path))


def _below(root: Path) -> Iterator[str]:
    """Name every file below root, but for links and git's own; raises NotRead where there are too many."""
    waiting, found = [""], 0
    while waiting:
        folder = waiting.pop()
        for name in _names(root, folder or "."):
            path = f"{folder}/{name}" if folder else name
            found += 1
            if found > _MOST_BELOW:
                raise NotRead(f"a pattern in a tree of more than {_MOST_BELOW:,} files")
            mode = os.lstat(root / path).st_mode
            if stat.S_ISDIR(mode) and name != ".git":
                waiting.append(path)
            elif stat.S_ISREG(mode):
                yield path


def _folders(root: Path, folder: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    for name in _names(root, folder):
        inner = f"{folder}/{name}"
        if (root / inner).is_dir() and not (root / inner).is_symlink():
            yield inner
            yield from _folders(root, inner, depth + 1)


def _names(root: Path, folder: str) -> list[str]:
    """List a folder below root, sorted; empty where there is none."""
    try:
        names = sorted(each.name for each in Path(_real(root, folder)).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise NotRead(f"the folder cannot be listed: {error.strerror}") from None
    if len(names) > _MOST:
        raise NotRead(f"a folder of more than {_MOST:,} files")
    return names


def _real(root: Path, path: str) -> str:
    """Resolve links, and refuse what is then outside of root."""
    top = os.path.realpath(root)
    try:
        real = os.path.realpath(Path(top) / path)
    except ValueError:
        raise NotRead("not a name of a file") from None
    if real != top and not real.startswith(f"{top.rstrip('/')}/"):
        raise NotRead("outside of the repository")
    return real
