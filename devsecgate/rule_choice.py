"""A pack of bundled rules and files in; groups of the files, each with those rules that can find anything in it, out.

Semgrep takes longer to read a pack than to look at a file with it, which is what a commit waits for; and of the time
for many files, half goes into telling by each rule's own expression that there is nothing for it in them. A rule says
in `metadata.words` which words a file must have one of: no word, no finding. A rule that does not say it is always
chosen, and so are all of them where files are too many, or one of them cannot be read.

A word is an ASCII name in any case, or one with its attribute: `request.args`. A star stands for any more characters
at an end: `execute*`, `*credentials*`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from devsecgate import contents
from devsecgate.policy import rule_files

_MOST_BYTES = 32 << 20
"""Of all files together: they are kept as they were when their words were read."""
_GROUPS = 4
_WORTH = 10 << 20
"""Bytes of files times rules, which take about as long as another process does until it looks at anything."""
_KINDS = 64
"""Of files, by the rules that they need, out of which groups are made; the rest joins the nearest."""
_ASKED = re.compile(rb"^      words: \[([^\]]*)\]$", re.MULTILINE)
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
    """What some files are looked at with."""

    rules: bytes
    """A file of rules."""
    contents: Mapping[str, bytes]
    """Of the files, as they were when their words were read."""


class _Group(msgspec.Struct, frozen=True):
    """Files that are looked at with the same rules."""

    rules: int
    """A bit for each rule of the pack."""
    size: int
    """Bytes of all files."""
    files: tuple[str, ...]

    @property
    def cost(self) -> int:
        """Bytes that all rules have to read."""
        return self.rules.bit_count() * self.size

    def joined(self, other: _Group) -> _Group:
        """Put two groups together."""
        return _Group(self.rules | other.rules, self.size + other.size, self.files + other.files)


def chosen(pack: Path, root: Path, files: Iterable[str], *, canary: str) -> tuple[Chosen, ...] | None:
    """Divide files below root into groups, each with the pack's rules for it; None stands for the whole pack.

    Without a file there is only the canary to look at, with the rule of that name.
    """
    asked = tuple(files)
    known = rules(pack)
    if not asked:
        return (Chosen(_file(rule for rule in known if rule.name == canary), {}),)
    found = _contents(root, asked)
    if found is None:
        return None
    return tuple(
        Chosen(
            _file(rule for number, rule in enumerate(known) if group.rules >> number & 1),
            {file: found[file] for file in sorted(group.files)},
        )
        for group in _groups(known, found)
    )


def everything(pack: Path, root: Path, files: Iterable[str]) -> Chosen:
    """Give all rules of a pack for files below root, which have to be readable."""
    return Chosen(_file(rules(pack)), {file: (root / file).read_bytes() for file in files})


def _groups(known: Sequence[Rule], found: Mapping[str, bytes]) -> list[_Group]:
    """Make few groups, as long as a further one saves more than it costs."""
    kinds: dict[int, _Group] = {}
    for file, content in found.items():
        words = _words(content)
        joined = b" " + b" ".join(words) + b" "
        needed = sum(1 << number for number, rule in enumerate(known) if rule.is_for(words, joined))
        own = _Group(needed, len(content), (file,))
        kinds[needed] = kinds[needed].joined(own) if needed in kinds else own
    by_size = sorted(kinds.values(), key=lambda each: (-each.size, each.files))
    made = by_size[:_KINDS]
    for each in by_size[_KINDS:]:
        nearest = min(range(len(made)), key=lambda place: _more(made[place], each))
        made[nearest] = made[nearest].joined(each)
    while len(made) > 1:
        pairs = ((_more(one, made[place]), place, other) for other, one in enumerate(made) for place in range(other))
        more, place, other = min(pairs)
        if len(made) <= _GROUPS and more > _WORTH:
            break
        made[place] = made[place].joined(made.pop(other))
    return made


def _more(one: _Group, other: _Group) -> int:
    """Tell how much more two groups cost as one."""
    return one.joined(other).cost - one.cost - other.cost


def _file(some: Iterable[Rule]) -> bytes:
    return b"rules:\n" + b"".join(rule.text for rule in some)


@cache
def rules(pack: Path) -> tuple[Rule, ...]:
    """Take the rules of a pack apart. Raises OSError where one of its files cannot be read."""
    return tuple(_rule(name, text) for name, text in rule_files.texts(pack))


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
    """Read files; None where they are too large together, or not all of them can be read."""
    found: dict[str, bytes] = {}
    left = _MOST_BYTES
    for file in files:
        content = contents.beginning(root / file, left + 1)
        if content is None or len(content) > left:
            return None
        left -= len(content)
        found[file] = content
    return found


def _words(text: bytes) -> frozenset[bytes]:
    found: set[bytes] = set()
    for name, attribute in _NAME.findall(text.lower()):
        found.add(name)
        if attribute:
            found.add(name + b"." + attribute)
    return frozenset(found)
