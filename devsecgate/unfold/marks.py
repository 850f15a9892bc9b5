"""Python files and the rules for them in; both with a word of what is harmless of the files' functions, out.

A rule cannot know what a function of the file gives back, nor what all calls of it give. So a copy of the file that is
looked at ends in a call for each function, and each parameter, of which we know it, and the rules that follow a request
pass over those. The name of the call is another one each time, which nobody can have written into a file.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping

from devsecgate.unfold.harmless import Harmless, harmless
from devsecgate.unfold.unfolded import asks

_BLOCK = b"      # [harmless]"
"""How the list of what is harmless begins in the text of a rule that follows a request."""
_PLAIN = r"decode|encode|get\w*|int|lower|split|str|strip|upper"
"""Calls on the way to such a function that are no place where harm is done."""
_PASSED_OVER = r"""      - exact: true # a function of this file whose answer holds nothing of what it is given
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
      - exact: true # a parameter that gets nothing dangerous by any call of this file
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
    asking = {path: harmless(content) for path, content in files.items() if asks(content)}
    known = {path: found for path, found in asking.items() if found != Harmless()}
    if not known:
        return files, rules
    word = f"devsecgate_{secrets.token_hex(8)}"
    block = _PASSED_OVER.format(word=word, plain=_PLAIN).encode()
    lines = rules.splitlines(keepends=True)
    changed = b"".join(line + block if line.startswith(_BLOCK) else line for line in lines)
    said = {path: b"\n".join(_said(word, found)) for path, found in known.items()}
    return {path: content + said.get(path, b"") for path, content in files.items()}, changed


def _said(word: str, found: Harmless) -> Iterator[bytes]:
    yield b""
    yield from (f"{word}({name})".encode() for name in found.answers)
    yield from (f"{word}({name}, {parameter})".encode() for name, parameter in found.parameters)
    yield b""
