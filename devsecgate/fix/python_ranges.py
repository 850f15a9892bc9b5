"""A Python requirement, or a version as Poetry writes it, and a target in; the text that allows the target out.

Operators stay: `==3.1.4` becomes `==3.1.6`, `^1.2.3` becomes `^1.2.9`, `>=1,<2` becomes `>=2.1,<3`. A range that
allows the target already is not changed, but for the lower bound of `^`, `~` and `~=`, which is raised.
"""

from __future__ import annotations

import re

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from devsecgate.detectors.manifests.markers import asked
from devsecgate.detectors.manifests.ranges import OR, specifiers
from devsecgate.fix.records import Unchangeable

_HEAD = re.compile(r"\s*[A-Za-z0-9._-]+\s*(?:\[[^\]]*\])?\s*\(?")
_CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>)(\s*)([^\s,;()]+)")
_SINGLE = re.compile(r"(\s*)(\^|~(?!=)|==?(?!=)|)(\s*)v?([0-9][0-9A-Za-z.!+_-]*)((?:\.\*)?)(\s*)", re.ASCII)


def requirement(text: str, name: str, current: str, target: str) -> str:
    """Raise a PEP 508 requirement; unchanged where it is about another package, another pin, or allows the target.

    Raises Unchangeable.
    """
    found = asked(text)
    if found is None or found.name != name or found.by_url or found.pin not in (None, current):
        return text
    head = _HEAD.match(text)
    start = head.end() if head else 0
    end = text.find(";") if ";" in text else len(text)
    return f"{text[:start]}{clauses(text[start:end], target)}{text[end:]}"


def clauses(text: str, target: str) -> str:
    """Raise PEP 440 specifiers; what stands between them stays. Raises Unchangeable."""
    allowed = _allows(text.strip().strip("()"), target)
    if allowed and "~=" not in text:
        return text
    new = _CLAUSE.sub(lambda match: _clause(match, target, allowed=allowed), text)
    if not _allows(new.strip().strip("()"), target):
        raise Unchangeable(f"asks for `{text.strip()}`, which nothing here can change to allow {target}")
    return new


def poetry(text: str, current: str, target: str, *, bare_is_exact: bool) -> str:
    """Raise a version as Poetry's and Pipenv's tables write it. Raises Unchangeable."""
    read = specifiers(text)
    if read is None or not read:
        return text
    allowed = any(_allows(each, target) for each in read.split(OR))
    single = _SINGLE.fullmatch(text)
    if single is None or (not single[2] and not bare_is_exact):
        if allowed:
            return text
        if OR in read or "^" in text or re.search(r"~(?!=)", text):
            raise Unchangeable(f"asks for `{text}`, which nothing here can change to allow {target}")
        return clauses(text, target)
    before, operator, space, version, wild, after = single.groups()
    if operator not in ("^", "~") and not wild and version != current and not allowed:
        return text  # another pin, which is told of on its own
    if (operator not in ("^", "~") and allowed) or _is_later(version, target):
        return text
    new = _shortened(target, version) if wild or (operator == "~" and "." not in version) else target
    raised = f"{before}{operator}{space}{new}{wild}{after}"
    if not _allows(specifiers(raised) or "", target):
        raise Unchangeable(f"asks for `{text}`, which nothing here can change to allow {target}")
    return raised


def _clause(match: re.Match[str], target: str, *, allowed: bool) -> str:
    operator, space, version = match.groups()
    wild = version.endswith(".*")
    bare = version.removesuffix(".*")
    new = version
    if operator == "~=":
        new = target if _parts(bare) == _parts(target) else bare if allowed else _shortened(target, bare)
    elif allowed:
        return match.group()
    elif operator in ("==", "==="):
        new = f"{_shortened(target, bare)}.*" if wild else target
    elif operator == ">=":  # beside a pin it has no say, and it is never lowered
        new = version if "==" in match.string or _is_later(bare, target) else target
    elif operator == "<=":
        new = version if _allows(f"<={bare}", target) else target
    elif operator == "<" and not _allows(f"<{bare}", target):
        new = _above(target, bare)
    return f"{operator}{space}{new}"


def _allows(text: str, target: str) -> bool:
    try:
        return SpecifierSet(text).contains(target, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return False


def _parts(version: str) -> int:
    return version.count(".") + 1


def _shortened(target: str, like: str) -> str:
    """Give the target with as many numbers as another version has."""
    release = Version(target).release
    count = min(_parts(like), len(release))
    epoch = f"{Version(target).epoch}!" if Version(target).epoch else ""
    return f"{epoch}{'.'.join(map(str, release[:count]))}"


def _above(target: str, like: str) -> str:
    """Give the next version above the target with as many numbers as a bound has: 2.1.3 and `<2` make `<3`."""
    short = _shortened(target, like)
    head, dot, last = short.rpartition(".")
    return f"{head}{dot}{int(last) + 1}"


def _is_later(version: str, target: str) -> bool:
    try:
        return Version(version) > Version(target)
    except InvalidVersion:
        return True
