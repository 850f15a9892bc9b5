"""Python files and the rules for them in; both with a word of the functions whose answer is harmless, out.

A rule cannot know what a function of the file gives back. So a copy of the file that is looked at ends in a call for
each function of which we know it, and the rules that follow a request pass over what such a function gives back. The
name of the call is another one each time, which nobody can have written into a file.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from devsecgate.unfold.answers import harmless_functions

_BLOCK = b"      # [harmless]"
"""How the list of what is harmless begins in the text of a rule that follows a request."""
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
              regex: '(?s)^\w+\((?!.*\b(?!(get\w*|str|strip)\()\w+\()([^()]|\(([^()]|\([^()]*\))*\))*\)$'
          - focus-metavariable: $CALL
"""


def marked(files: Mapping[str, bytes], rules: bytes) -> tuple[Mapping[str, bytes], bytes]:
    """Say in files which of their functions give back nothing that is dangerous, and in the rules that it is said."""
    if _BLOCK not in rules:
        return files, rules
    named = {path: found for path, content in files.items() if (found := harmless_functions(content))}
    if not named:
        return files, rules
    word = f"devsecgate_{secrets.token_hex(8)}"
    said = {path: "".join(f"\n{word}({name})" for name in found).encode() + b"\n" for path, found in named.items()}
    block = _PASSED_OVER.format(word=word).encode()
    lines = rules.splitlines(keepends=True)
    changed = b"".join(line + block if line.startswith(_BLOCK) else line for line in lines)
    return {path: content + said.get(path, b"") for path, content in files.items()}, changed
