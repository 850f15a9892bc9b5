"""A version of a Linux distribution's package in; a key that sorts as dpkg, apk or rpm sorts out.

Our own, because univers refuses what apk takes (`_git` and `_p` with numbers, letters, zeros in front), misorders
versions without a revision, and parses anew at each comparison, where these keys are tuples. The tests hold them to
`dpkg --compare-versions`, `apk version --test` and rpm's own `rpm.vercmp`.
"""

from __future__ import annotations

import re

from devsecgate.advisories.versions.key import Key, UnknownVersion, parsed

_LARGEST_EPOCH = 2**31 - 1
"""The largest one that dpkg and rpm take."""

_DEBIAN = re.compile(r"(?!.*-$)(?:([0-9]+):|(?!.*:))([0-9][A-Za-z0-9.+~:-]*?)(?:-([A-Za-z0-9.+~]+))?", re.ASCII)
_DEBIAN_PARTS = re.compile(r"([^0-9]*)([0-9]*)", re.ASCII)
_DEBIAN_END = "\x02"
_DEBIAN_ORDER = {ord("~"): "\x01"} | {ord(each): chr(ord(each) + 0x100) for each in ".+-:"}
"""A tilde is before the end of a part, the end before letters, letters before everything else."""


def debian(text: str) -> Key:
    """Parse a version as deb-version(7) says."""
    epoch, version, revision = parsed(_DEBIAN, text).groups()
    return (_epoch(epoch), _debian_part(version), _debian_part(revision or "0"))


def _epoch(digits: str | None) -> int:
    epoch = int(digits or 0)
    if epoch > _LARGEST_EPOCH:
        raise UnknownVersion(digits)
    return epoch


def _debian_part(text: str) -> tuple[str | int, ...]:
    key: list[str | int] = []
    for letters, digits in _DEBIAN_PARTS.findall(text)[:-1]:  # the last match is the empty end
        key += (letters.translate(_DEBIAN_ORDER) + _DEBIAN_END, int(digits or 0))
    return (*key, _DEBIAN_END)


_ALPINE = re.compile(
    r"([0-9]+)((?:\.[0-9]*)*(?:[a-z][0-9]+(?:\.[0-9]*)*)*[a-z]?)"
    r"((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*)"
    r"(?:(?<=[0-9a-z])~([0-9a-f]+))?(-r[0-9]*)?",
    re.ASCII,
)
_ALPINE_NUMBERS = re.compile(r"([a-z])|\.?([0-9]+)|\.", re.ASCII)
_ALPINE_SUFFIXES = re.compile(r"_([a-z]+)([0-9]*)", re.ASCII)
_BEFORE = {"alpha": -4, "beta": -3, "pre": -2, "rc": -1}
_AFTER = {"cvs": 1, "svn": 2, "git": 3, "hg": 4, "p": 5}
_PRE, _END, _REVISION, _COMMIT, _SUFFIX_NUMBER, _SUFFIX, _LETTER, _NUMBER = range(8)
"""What follows two equal beginnings: the version with the later of these is the later version."""


def alpine(text: str) -> Key:
    """Parse a version as apk does: `1.2.3b_git20200101_p1~ab12-r4`.

    Numbers after the first that begin with a zero are compared as text, as apk 3 does (apk 2 counts the zeros). An
    empty number (`1.18.-r2`) and digits after a letter (`6.6.2p1-r0`), which real advisories have, are read as apk 2
    reads them; apk 3 refuses them.
    """
    first, rest, suffixes, commit, revision = parsed(_ALPINE, text).groups()
    key: list[int | str | tuple[int, int | str]] = [int(first)]
    for letter, digits in _ALPINE_NUMBERS.findall(rest):
        key += (_LETTER, letter) if letter else (_NUMBER, _alpine_number(digits))
    for name, digits in _ALPINE_SUFFIXES.findall(suffixes):
        key += (_PRE, _BEFORE[name]) if name in _BEFORE else (_SUFFIX, _AFTER[name])
        if digits:
            key += (_SUFFIX_NUMBER, int(digits))
    if commit:
        key += (_COMMIT, commit)
    if revision:
        key += (_REVISION, int(revision[2:] or 0))
    return (*key, _END)


def _alpine_number(digits: str) -> tuple[int, int | str]:
    return (0, digits) if digits.startswith("0") else (1, int(digits or 0))


_RPM = re.compile(r"(?:([0-9]+):)?([A-Za-z0-9._+~^]+)(?:-([A-Za-z0-9._+~^]+))?", re.ASCII)
_RPM_PARTS = re.compile(r"([0-9]+)|([A-Za-z]+)|([~^])", re.ASCII)
_TILDE, _RPM_END, _CARET, _WORD, _RPM_NUMBER = range(5)
"""What follows two equal beginnings: the version with the later of these is the later version."""


def rpm(text: str) -> Key:
    """Parse an epoch, version and release as rpm does; a version without a release is before all its releases."""
    epoch, version, release = parsed(_RPM, text).groups()
    return (_epoch(epoch), _rpm_part(version), _rpm_part(release) if release else ())


def _rpm_part(text: str) -> tuple[int | str, ...]:
    key: list[int | str] = []
    for digits, letters, sign in _RPM_PARTS.findall(text):
        if digits:
            key += (_RPM_NUMBER, int(digits))
        elif letters:
            key += (_WORD, letters)
        else:
            key.append(_TILDE if sign == "~" else _CARET)
    return (*key, _RPM_END)
