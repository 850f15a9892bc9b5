"""A version of a language's package in; a key that sorts as its own package manager sorts out.

PyPI is PEP 440, by packaging. The others are small, and their keys plain tuples, which compare without running Python:
the semver package and univers give Semantic Versioning's and Ruby's order too, and take 15 times as long and more for
a comparison; univers reads PHP's versions as if they were semantic. The tests hold these to npm's semver, to Ruby's
Gem::Version and to Composer's own parser.
"""

from __future__ import annotations

import re

from devsecgate.advisories.versions.key import LONGEST, Key, UnknownVersion, parsed

_Identifier = tuple[int, int | str]
"""Of a pre-release: numbers are before words."""


def python(text: str) -> Key:
    """Parse a version as PEP 440 says."""
    from packaging.version import Version

    if len(text) > LONGEST:
        raise UnknownVersion(text[:LONGEST])
    try:
        return Version(text)
    except ValueError as error:
        raise UnknownVersion(text) from error


_NUMBER = r"(0|[1-9][0-9]*)"
_IDENTIFIER = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_SEMANTIC = re.compile(
    rf"=?v?{_NUMBER}(?:\.{_NUMBER}(?:\.{_NUMBER}(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?)?",
    re.ASCII,
)


def semantic(text: str) -> Key:
    """Parse a version as Semantic Versioning 2.0 says; build metadata has no say in the order.

    One and two-part versions, which advisories do write, are read with a zero for each missing part.
    """
    found = parsed(_SEMANTIC, text)
    return (int(found[1]), int(found[2] or 0), int(found[3] or 0), _prerelease(found[4]))


def _prerelease(text: str | None) -> tuple[int, tuple[_Identifier, ...]]:
    """Give what sorts a pre-release before its release."""
    if not text:
        return (1, ())
    return (0, tuple((0, int(each)) if each.isdecimal() else (1, each) for each in text.split(".")))


_NUGET = re.compile(
    r"([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
    r"(?:\+[0-9A-Za-z.-]+)?",
    re.ASCII,
)


def nuget(text: str) -> Key:
    """Parse a version as NuGet does: semantic, with a fourth number, and capitals are small letters."""
    found = parsed(_NUGET, text)
    return (*(int(each or 0) for each in found.groups()[:4]), _prerelease((found[5] or "").lower()))


_NUMBERS = re.compile(r"[0-9]+(?:[.-][0-9]+)*", re.ASCII)


def cran(text: str) -> Key:
    """Parse a version as R does: numbers, and the longer one of two that begin alike is later."""
    return tuple(int(each) for each in parsed(_NUMBERS, text)[0].replace("-", ".").split("."))


_GEM = re.compile(r"[0-9]+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?", re.ASCII)
_GEM_PARTS = re.compile(r"[0-9]+|[A-Za-z]+", re.ASCII)
_WORD, _ZERO_AND_WORD, _GEM_END, _ZERO_AND_NUMBER, _POSITIVE = range(5)
"""Missing parts are zeros for Ruby, so a zero counts by the first part after it that is none."""


def gem(text: str) -> Key:
    """Parse a version as RubyGems does: words are before numbers, and `-` begins a pre-release."""
    parts = _GEM_PARTS.findall(parsed(_GEM, text)[0].replace("-", ".pre."))
    first_word = next((place for place, part in enumerate(parts) if part.isalpha()), len(parts))
    while first_word and not parts[first_word - 1].strip("0"):  # 1.0.a is 1.a
        first_word -= 1
        del parts[first_word]
    key: list[tuple[int, int | str]] = []
    zero = _GEM_END
    for part in reversed(parts):
        if part.isalpha():
            key.append((_WORD, part))
            zero = _ZERO_AND_WORD
        elif part.strip("0"):
            key.append((_POSITIVE, int(part)))
            zero = _ZERO_AND_NUMBER
        elif zero != _GEM_END:
            key.append((zero, 0))
    return (*reversed(key), (_GEM_END, 0))


_COMPOSER = re.compile(
    r"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:\.([0-9]+))?"
    r"[._-]?(?:(stable|alpha|a|beta|b|rc|patch|pl|p)((?:[.-]?[0-9]++)*+))?([.-]?dev)?(?:\+[!-~]+)?",
    re.ASCII | re.IGNORECASE,
)
_STABILITY = {"a": 1, "alpha": 1, "b": 2, "beta": 2, "rc": 3, "": 4, "stable": 4, "p": 5, "pl": 5, "patch": 5}


def composer(text: str) -> Key:
    """Parse a version as Composer does; branches (`dev-main`, `1.x-dev`) have no place in the order."""
    found = parsed(_COMPOSER, text)
    release = tuple(int(each or 0) for each in found.groups()[:4])
    word = (found[5] or "").lower()
    if found[7] and not word:  # 1.0-dev is before 1.0-alpha
        return (*release, 0, (), False)
    if word == "stable":  # what follows it says nothing
        return (*release, _STABILITY[word], (), True)
    numbers = tuple(int(each) for each in re.findall(r"[0-9]+", found[6] or ""))
    return (*release, _STABILITY[word], numbers, not found[7])
