"""A file's text in, the `primaryLocationLineHash` of each of its lines out, as GitHub computes it.

Source: `src/fingerprints.ts` of github/codeql-action. GitHub uses the value to recognise an alert
after lines moved. It covers 100 characters that are not blank, so that an edit just below changes it:
our own identity of an issue is another (`devsecgateFingerprint/v1`).
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from itertools import accumulate

_WINDOW = 100
_BASE = 37
_MODULUS = 1 << 64
_SHIFT = pow(_BASE, _WINDOW, _MODULUS)
_END_OF_FILE = 65535
_CODEC = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"


def line_hashes(text: str) -> tuple[str, ...]:
    """Hash every line: `hash:n`, the n-th line with this hash from the top; item 0 is line 1.

    `text` is the file decoded as UTF-8 with U+FFFD for invalid bytes: a byte order mark is kept, and
    so are carriage returns. The line after a final newline counts as one.
    """
    units = _units(text)
    # The value of each prefix as a number in base 37; a window is the difference of two of them.
    prefixes = array("Q", accumulate(units, lambda value, unit: (value * _BASE + unit) % _MODULUS, initial=0))
    starts = [0, *(offset + 1 for offset, unit in enumerate(units) if unit == ord("\n"))]
    seen: Counter[str] = Counter()
    hashes = []
    for start in starts:
        value = f"{(prefixes[start + _WINDOW] - prefixes[start] * _SHIFT) % _MODULUS:x}"
        seen[value] += 1
        hashes.append(f"{value}:{seen[value]}")
    return tuple(hashes)


def _units(text: str) -> array[int]:
    """UTF-16 code units without blanks, line ends as LF, then the end mark and a window of zeros.

    No window reaches beyond the first 100 characters of any line, so that longer lines are cut there:
    a line of 50 MB costs no more than a short one.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "").split("\n")
    units = array("H")
    units.frombytes("\n".join(line[:_WINDOW] for line in lines).encode(_CODEC, "surrogatepass"))
    units.append(_END_OF_FILE)
    units.extend([0] * _WINDOW)
    return units
