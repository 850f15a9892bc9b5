"""A pack of bundled rules and a few files in; those rules that can find anything in these files, with the files, out.

Semgrep takes longer to read a pack than to look at a file with it, which is what a commit waits for. A rule says in
`metadata.words` which words a file must have one of: no word, no finding. A rule that does not say it is always
chosen, and so are all of them where files are many, or one of them cannot be read.

A word is an ASCII name in any case, or one with its attribute: `request.args`. A star stands for any more characters
at an end: `execute*`, `*credentials*`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import msgspec

from devsecgate import contents
from devsecgate.policy import rule_files

_MOST_FILES = 64
_MOST_BYTES = 1 << 20
"""Of all files together. In more than that nearly every rule finds one of its words."""
_ASKED = re.compile(rb"^      words: \[([^\]]*)\]$", re.MULTILINE)
_FOLLOWS = b"\n      # [request] "
"""The part that is the same in every rule that follows a request: others may go by the names of functions."""
_NAME = re.compile(rb"([a-z_]\w*)(?=(?:\s*\.\s*([a-z_]\w*))?)")


class Rule(msgspec.Struct, frozen=True):
    """One rule of a pack."""

    name: str
    text: bytes
    """As it stands in its file, from its `- id:` on."""
    names: frozenset[bytes]
    """Whole words, of which one is enough."""
    parts: tuple[bytes, ...]
    """Parts of words, with a blank where a word begins or ends. Neither names nor parts: the rule is for every file."""

    def is_for(self, words: frozenset[bytes], joined: bytes) -> bool:
        """Tell whether it can find anything where there are these words; `joined` is all of them between blanks."""
        if not self.names and not self.parts:
            return True
        return not self.names.isdisjoint(words) or any(part in joined for part in self.parts)


class Chosen(msgspec.Struct, frozen=True):
    """What a few files are looked at with."""

    rules: bytes
    """A file of rules."""
    contents: Mapping[str, bytes]
    """Of the files, as they were when their words were read."""


def chosen(pack: Path, root: Path, files: Iterable[str], *, canary: str) -> Chosen | None:
    """Choose the pack's rules for these files below root; None stands for the whole pack.

    Without a file there is only the canary to look at, with the rule of that name.
    """
    asked = tuple(files)
    if not asked:
        return Chosen(_file(rule for rule in rules(pack) if rule.name == canary), {})
    found = _contents(root, asked)
    if found is None:
        return None
    words = _words(found.values())
    joined = b" " + b" ".join(words) + b" "
    return Chosen(_file(rule for rule in rules(pack) if rule.is_for(words, joined)), found)


def _file(some: Iterable[Rule]) -> bytes:
    return b"rules:\n" + b"".join(rule.text for rule in some)


@cache
def rules(pack: Path) -> tuple[Rule, ...]:
    """Take the rules of a pack apart. Raises OSError where one of its files cannot be read."""
    return tuple(_rule(name, text) for name, text in rule_files.texts(pack))


@cache
def flows(pack: Path) -> frozenset[str]:
    """Name the rules of a pack that follow what a request brings. Raises OSError as `rules` does."""
    return frozenset(rule.name for rule in rules(pack) if _FOLLOWS in rule.text)


def _rule(name: str, text: bytes) -> Rule:
    asked = _ASKED.search(text)
    words = [word for word in re.split(rb"[\",\s]+", asked[1]) if word] if asked else []
    return Rule(
        name=name,
        text=text,
        names=frozenset(word for word in words if b"*" not in word),
        parts=tuple(_part(word) for word in words if b"*" in word),
    )


def _part(word: bytes) -> bytes:
    begins, ends = (b"" if end else b" " for end in (word.startswith(b"*"), word.endswith(b"*")))
    return begins + word.strip(b"*") + ends


def _contents(root: Path, files: tuple[str, ...]) -> dict[str, bytes] | None:
    """Read some files; None where they are too many or too large, or not all of them can be read."""
    if len(files) > _MOST_FILES:
        return None
    found: dict[str, bytes] = {}
    left = _MOST_BYTES
    for file in files:
        content = contents.beginning(root / file, left + 1)
        if content is None or len(content) > left:
            return None
        left -= len(content)
        found[file] = content
    return found


def _words(texts: Iterable[bytes]) -> frozenset[bytes]:
    found: set[bytes] = set()
    for text in texts:
        for name, attribute in _NAME.findall(text.lower()):
            found.add(name)
            if attribute:
                found.add(name + b"." + attribute)
    return frozenset(found)
