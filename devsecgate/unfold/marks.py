"""Python files and the rules for them in; both with a word of what is harmless of the files' functions, out.

A rule cannot know what a function of the file gives back, nor what all calls of it give. So a copy of the file that is
looked at ends in a call for each function, and each parameter, of which we know it, and the rules that follow a request
pass over those. The name of the call is another one each time, which nobody can have written into a file.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping

from devsecgate.unfold.harmless import harmless
from devsecgate.unfold.unfolded import asks

_BLOCK = b"      # [harmless]"
"""How the list of what is harmless begins in the text of a rule that follows a request."""
_RULE = b"  - id: "
_QUOTING = {
    b"python-command-injection": frozenset({"shlex.join", "shlex.quote"}),
    b"python-cross-site-scripting": frozenset({"html.escape", "markupsafe.escape"}),
    b"python-ldap-injection": frozenset(
        f"{module}.escape_{what}"
        for module in ("ldap.dn", "ldap.filter", "ldap3.utils.conv", "ldap3.utils.dn")
        for what in ("dn_chars", "filter_chars", "rdn")
    ),
}
"""Functions whose answer is harmless where a rule looks, by the rule."""
_PLAIN = r"decode|encode|get\w*|int|lower|split|str|strip|upper"
"""Calls on the way to such a function that are no place where harm is done."""
_ANSWERS = r"""      - exact: true # a function of this file whose answer holds nothing of what it is given
        patterns:
          - pattern-inside: |
              ...
              {word}($HELPER)
          - pattern: $HELPER(...)
      - patterns: # the same where all of it is assigned (and it is given nothing that another call makes)
          - pattern-inside: |
              ...
              {word}($HELPER)
          - pattern-either:
              - pattern: $NAME = $CALL
              - pattern: $NAME = await $CALL
              - pattern: "$NAME: $TYPE = $CALL"
          - metavariable-pattern:
              metavariable: $CALL
              pattern: $HELPER(...)
          - metavariable-regex:
              metavariable: $CALL
              regex: '(?s)^\w+\((?!.*\b(?!({plain})\()\w+\()([^()]|\(([^()]|\([^()]*\))*\))*\)$'
          - focus-metavariable: $CALL
"""
_PARAMETERS = """      - exact: true # a parameter that gets nothing dangerous by any call of this file
        patterns:
          - pattern-inside: |
              ...
              {word}($HELPER, $PARAMETER)
          - pattern-inside: |
              def $HELPER(...):
                ...
          - pattern: $PARAMETER
"""


def marked(files: Mapping[str, bytes], rules: bytes) -> tuple[Mapping[str, bytes], bytes]:
    """Say in files what is harmless of their functions, and in the rules how that is said."""
    if _BLOCK not in rules:
        return files, rules
    word = f"devsecgate_{secrets.token_hex(8)}"
    said = {path: tuple(_said(word, content)) for path, content in files.items() if asks(content)}
    said = {path: lines for path, lines in said.items() if lines}
    if not said:
        return files, rules
    copied = {
        path: b"\n".join((content, *said[path], b"")) if path in said else content for path, content in files.items()
    }
    return copied, b"".join(_with_blocks(word, rules))


def _said(word: str, content: bytes) -> Iterator[bytes]:
    """Say what is harmless everywhere, and then what is where a rule is about one language."""
    found = harmless(content)
    yield from (f"{word}({name})".encode() for name in found.answers)
    yield from (f"{word}({name}, {parameter})".encode() for name, parameter in found.parameters)
    for rule, quoting in _QUOTING.items():
        if any(all(part in content for part in each.encode().split(b".")) for each in quoting):
            further = harmless(content, quoting=quoting)
            own = f"{word}_{rule.decode().replace('-', '_')}"
            yield from (f"{own}({name})".encode() for name in further.answers if name not in found.answers)


def _with_blocks(word: str, rules: bytes) -> Iterator[bytes]:
    """Give the lines of rules, with what such functions are called by in each list of what is harmless."""
    rule = b""
    for line in rules.splitlines(keepends=True):
        yield line
        if line.startswith(_RULE):
            rule = line.removeprefix(_RULE).strip()
        elif line.startswith(_BLOCK):
            yield (_ANSWERS + _PARAMETERS).format(word=word, plain=_PLAIN).encode()
            if rule in _QUOTING:
                yield _ANSWERS.format(word=f"{word}_{rule.decode().replace('-', '_')}", plain=_PLAIN).encode()
