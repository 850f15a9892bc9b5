"""A file name and the target's root go in, the effective policy comes out; reads policy files and nothing else."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath

import msgspec
from msgspec.structs import replace

from devsecgate import bundled
from devsecgate.errors import PolicyError
from devsecgate.policy import checks, yaml_lines
from devsecgate.policy.document import Document
from devsecgate.policy.extending import Level, merge
from devsecgate.policy.mistakes import Mistake, explain, line_of, meant, refuse
from devsecgate.policy.records import Policy
from devsecgate.policy.rule_files import shared_ids
from devsecgate.policy.yaml_lines import Key, place
from devsecgate.text import printable

PROFILES = ("default", "strict", "advisory")
NAMES = (".devsecgate.yaml", "devsecgate.yaml", ".github/devsecgate.yaml")
_LOOKALIKES = (".devsecgate.yml", "devsecgate.yml", ".github/devsecgate.yml", ".github/.devsecgate.yaml")
_MAXIMUM_BYTES = 1024 * 1024
_MAXIMUM_LEVELS = 8


class _Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where one file of a chain is, and how it is shown."""

    path: Path
    shown: str
    root: Path
    """The target's root, resolved."""
    confined: bool
    """Found in the target, not named by the user: it stays there, and so does all that it names."""


def effective(file: Path | None, root: Path, *, today: date) -> Policy:
    """Read a policy and all that it extends. Raises PolicyError."""
    origin: _Origin | None = _start(file, root)
    levels: list[Level] = []
    seen: list[Path] = []
    while origin is not None:
        real = Path(os.path.realpath(origin.path))
        if real in seen or len(seen) == _MAXIMUM_LEVELS:
            what = "it extends itself" if real in seen else f"more than {_MAXIMUM_LEVELS} policies extend one another"
            raise PolicyError(what, where=_where(levels[-1], "extends"))
        seen.append(real)
        level = _read_level(origin)
        levels.append(level)
        origin = _extended(level, origin)
    policy = merge(tuple(reversed(levels)))
    longest = max(policy.waiver_terms.values())
    mistakes = [
        _mistake(level, key, what) for level in levels for key, what in checks.too_long(level.document, longest, today)
    ]
    if mistakes:
        raise refuse(mistakes)
    return policy


def _mistake(level: Level, key: Key, what: str) -> Mistake:
    return Mistake(key=key, what=what, file=level.file, line=line_of(level.lines, key))


def _start(file: Path | None, root: Path) -> _Origin:
    real_root = Path(os.path.realpath(root))
    if file is not None:
        named = _Origin(path=file, shown=_shown(file, root), root=real_root, confined=_below(file, root))
        _resolve(file, named, named.shown)
        return replace(named, confined=False)
    found = [name for name in NAMES if _exists(root / name, name)]
    for name in _LOOKALIKES:
        if _exists(root / name, name):
            raise PolicyError(
                "this looks like a policy, and is not read", where=name, remedy=f"rename it to {NAMES[0]}"
            )
    if len(found) > 1:
        raise PolicyError(f"two policies: {found[0]} and {found[1]}", where=found[1], remedy="keep one")
    if found:
        return _Origin(path=root / found[0], shown=found[0], root=real_root, confined=True)
    return _profile("default", real_root)


def _profile(name: str, root: Path) -> _Origin:
    return _Origin(path=bundled.policies() / f"{name}.yaml", shown=name, root=root, confined=False)


def _exists(path: Path, name: str) -> bool:
    """Tell whether there is anything of this name, be it a link to nowhere."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise PolicyError(f"cannot be looked for: {_why(error)}", where=name) from None
    return True


def _why(error: OSError | ValueError) -> str:
    return (error.strerror or "not readable") if isinstance(error, OSError) else "not a file name"


def _below(path: Path, root: Path) -> bool:
    """Tell whether this path is written as one below root, wherever its links lead."""
    return Path(os.path.normpath(path.absolute())).is_relative_to(os.path.normpath(root.absolute()))


def _shown(path: Path, root: Path) -> str:
    """Write a path as reports may show it: never absolute."""
    if _below(path, root):
        return Path(os.path.relpath(path, root)).as_posix()
    return path.name if path.is_absolute() else PurePosixPath(os.path.normpath(path)).as_posix()


def _resolve(path: Path, origin: _Origin, where: str) -> Path:
    """Follow links, but not out of the target where the origin is confined to it."""
    try:
        real = Path(os.path.realpath(path, strict=True))
    except (OSError, ValueError) as error:
        raise PolicyError(f"cannot be read: {_why(error)}", where=where) from None
    if origin.confined and not real.is_relative_to(origin.root):
        raise PolicyError(
            "this leads out of the target",
            where=where,
            remedy="a policy in the target names only what is in the target: keep it there, or use a bundled profile",
        )
    return real


def _read_bytes(origin: _Origin) -> bytes:
    """Read a regular file; never wait for a pipe."""
    real = _resolve(origin.path, origin, origin.shown)
    try:
        descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise PolicyError("not a regular file", where=origin.shown)
            content = file.read(_MAXIMUM_BYTES + 1)
    except OSError as error:
        raise PolicyError(f"cannot be read: {_why(error)}", where=origin.shown) from None
    if len(content) > _MAXIMUM_BYTES:
        raise PolicyError("larger than 1 MiB: no policy is that large", where=origin.shown)
    return content


def _read_level(origin: _Origin) -> Level:
    content = _read_bytes(origin)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyError("not UTF-8", where=f"{origin.shown}:{line}") from None
    values, lines = yaml_lines.read(text, origin.shown)
    try:
        document = msgspec.convert(values, Document)
    except msgspec.ValidationError as error:
        found = list(explain(values, Document, ())) or [((), str(error))]
        raise _refuse_file(origin, lines, found) from None
    if mistakes := list(checks.check(document)):
        raise _refuse_file(origin, lines, mistakes)
    level = Level(file=origin.shown, document=document, lines=lines, advisories=None, baseline=None, rule_folders=())
    return replace(
        level,
        advisories=_advisories(level, origin),
        baseline=_baseline(level, origin),
        rule_folders=tuple(_rule_folders(level, origin)),
    )


def _refuse_file(origin: _Origin, lines: Mapping[Key, int], found: list[tuple[Key, str]]) -> PolicyError:
    return refuse([Mistake(key=key, what=what, file=origin.shown, line=line_of(lines, key)) for key, what in found])


def _advisories(level: Level, origin: _Origin) -> Path | None:
    """Return the folder that `dependencies.advisories` names; whether it is there is the scanner's business."""
    given = level.document.dependencies.advisories
    if given is None or given.startswith(("http://", "https://")):
        return None
    where = _where(level, "dependencies", "advisories")
    if "://" in given:
        raise PolicyError(f"not a folder, and not an http or https address: {given}", where=where)
    path = Path(os.path.realpath(_beside(given, origin, where)))
    if origin.confined and not path.is_relative_to(origin.root):
        raise PolicyError("this leads out of the target", where=where, remedy="name it with --advisories")
    return path


def _baseline(level: Level, origin: _Origin) -> Path | None:
    """Return the file that `baseline` names; it may not be written yet."""
    given = level.document.baseline
    if given is None:
        return None
    where = _where(level, "baseline")
    path = Path(os.path.realpath(_beside(given, origin, where)))
    if origin.confined and not path.is_relative_to(origin.root):
        raise PolicyError("this leads out of the target", where=where, remedy="keep the baseline beside the policy")
    return path


def _rule_folders(level: Level, origin: _Origin) -> Iterator[Path]:
    for index, name in enumerate(level.document.scanners.rules or ()):
        where = _where(level, "scanners", "rules", index)
        path = _resolve(_beside(name, origin, where), origin, where)
        if not path.is_dir():
            raise PolicyError(f"not a folder: {name}", where=where)
        if shared := shared_ids(path):
            what = f"two rules of one folder have the id {printable(shared[0])}, and semgrep would drop one of them"
            raise PolicyError(what, where=where, remedy="Give each rule an id of its own.")
        yield path


def _where(level: Level, *key: str | int) -> str:
    return place(level.file, line_of(level.lines, key), key)


def _beside(name: str, origin: _Origin, where: str) -> Path:
    """Return the path of something that a policy names relative to itself."""
    if name.startswith(("/", "~")):
        raise PolicyError(f"not a relative path: {name}", where=where, remedy="write it relative to this file")
    return origin.path.parent / name


def _extended(level: Level, origin: _Origin) -> _Origin | None:
    """Return the origin of what a level extends, if anything."""
    name = level.document.extends
    if name is None:
        return None
    where = _where(level, "extends")
    if name in PROFILES:
        return _profile(name, origin.root)
    if "/" not in name and not name.endswith((".yaml", ".yml")):
        what = f"no profile `{name}`{meant(name, list(PROFILES))}"
        raise PolicyError(what, where=where, remedy=f"one of {', '.join(PROFILES)}, or a path such as ./base.yaml")
    path = _beside(name, origin, where)
    shown = os.path.normpath(Path(level.file).parent / name)
    _resolve(path, origin, where)
    return _Origin(path=path, shown=shown, root=origin.root, confined=origin.confined)
