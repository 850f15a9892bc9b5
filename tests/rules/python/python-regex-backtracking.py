import re

from django.core.validators import RegexValidator

# ruleid: python-regex-backtracking
LETTERS = re.compile(r"^([a-z]+)+$")
# ruleid: python-regex-backtracking
WORDS = re.compile(r"^(\w+\s?)*$")
# ruleid: python-regex-backtracking
MAIL = re.compile(r"^([a-zA-Z0-9]+[._-]?)+@example\.com$")
# ruleid: python-regex-backtracking
HOST = RegexValidator(r"^(([a-z0-9])+.)+[a-z]{2,}$", "no name")
# ruleid: python-regex-backtracking
REST = re.compile("(?:.*)*x")
# ok: python-regex-backtracking
PLAIN = re.compile(r"^[a-z]+$")
# ok: python-regex-backtracking
SEPARATED = re.compile(r"^[a-z]+(?:-[a-z0-9]+)*$")
# ok: python-regex-backtracking
DOTTED = re.compile(r"^(?:[a-z]+\.)+[a-z]{2,}$")
# ok: python-regex-backtracking
GROUPS = re.compile(r"^(\d{1,4})(-\d{1,4})*$")
# ok: python-regex-backtracking
CHOICE = re.compile(r"(?:foo|bar)+")


def checked(text):
    pattern = r"^(\d+)*$"
    # ruleid: python-regex-backtracking
    first = re.match(pattern, text)
    # ok: python-regex-backtracking
    second = re.sub(r"(\s)+", " ", text)
    # ok: python-regex-backtracking
    third = re.split(r",\s*", text)
    return first, second, third
