"""Expressions that are checked as a whole before they run."""

import re

SUM = re.compile(r"[0-9]{1,4}(?:[+-][0-9]{1,4}){0,9}")


def checked(text):
    if not SUM.fullmatch(text):
        raise ValueError("only sums of short numbers")
    # ok: python-code-from-parameter
    return eval(text)


def unchecked(text):
    # ruleid: python-code-from-parameter
    return eval(text)
