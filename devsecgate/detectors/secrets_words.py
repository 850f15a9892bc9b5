"""A value goes in; whether it is a placeholder, random, or as complex as a password comes out."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter

_REFERENCE = re.compile(
    r"\$\{|\{\{|\}\}|\$\(|%\(|%[sdr]\b|^\$[A-Za-z_]|^%[A-Za-z_]+%$|^\{.{0,80}\}$|\{[a-z_][a-z0-9_.]{0,40}\}|<[^<>]{1,80}>|"
    r"\[[a-z_ -]{1,40}\]|^@|^!|^\*+$|\.\.\.|\*\*\*|\u2026|^vault:|^op://|^ref\+|^secretKeyRef|^ENC\[|^\$ANSIBLE_VAULT",
    re.IGNORECASE,
)
_CERTAIN = re.compile(
    r"example|changeme|change[_-]me|change[_-]it|placeholder|replace[_-]?(?:me|with|this)|redacted|not[_-]?a?[_-]?real|"
    r"your[_-]|^your|insert|goes[_-]here|_here$|-here$|dummy|lorem|deadbeef|cafebabe|feedface|0123456789|123456789|"
    r"abcdefgh|98765432|qwertyui|(.)\1{6}|(..)\2{5}|(...)\3{4}|(....)\4{3}",
    re.IGNORECASE,
)
_LIKELY = re.compile(
    r"xxx|sample|fake|mock|invalid|foobar|foo[_-]?bar|hunter2|todo|fixme|secret[_-]?(?:key|value)|my[_-]|"
    r"pass(?:word|wd)?[_-]?(?:1|12|123)?$|^test|[_-]test|12345|abcdef|^none$|^null$|^true$|^false$|correct.?horse|"
    r"([^/+])\1{4}",
    re.IGNORECASE,
)
_CODE = re.compile(r"://|^\.{0,2}/|^~/|\(\)|^[A-Za-z_]+\.[A-Za-z_]+\(|^[\w.+-]+@[\w-]+\.[\w.]+$|\.[a-z]{2,4}$")
_PASSWORD_HASH = re.compile(r"^(?:\$(?:1|2[abxy]?|5|6|y|argon2\w*|pbkdf2\S*)\$|[a-z0-9_]+\$[^$]*\$|\{[A-Z0-9-]+\})")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_HEX = re.compile(r"[0-9a-fA-F]+")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_CLASSES = ("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789")

_SAMPLE_USERS = frozenset({
    "user", "username", "usr", "u", "name", "me", "bob", "alice", "joe", "john", "foo", "bar", "test", "tester",
    "admin", "root", "guest", "login", "auth", "basic_auth_user",
})  # fmt: skip
_SAMPLE_PASSWORDS = frozenset({
    "pass", "passwd", "password", "pw", "pwd", "p", "passw0rd", "secret", "test", "testing", "guest", "admin",
    "root", "foo", "bar", "baz", "letmein", "hidden", "token", "password1", "password123", "basic_auth_password",
    "mypassword", "mypass", "userpass", "x-oauth-basic", "x-access-token",
})  # fmt: skip


def is_placeholder(value: str, *, strict: bool) -> bool:
    """Does the value only hold the place of a secret, or point to one?

    `strict` is for values that nothing but their surroundings makes a secret: words such as `fake`
    count as well, which a token of sixty characters may hold by chance.
    """
    if _REFERENCE.search(value) or _CERTAIN.search(value) or len(set(value)) <= min(max(3, len(value) // 12), 12):
        return True
    return strict and bool(_LIKELY.search(value))


def is_sample_user(user: str, password: str) -> bool:
    """Is this a pair that documentation and tests use, such as `user:pass`, or the same word twice?"""
    low = password.lower()
    if low in _SAMPLE_PASSWORDS or (user and low == user.lower()):
        return True
    return user.lower() in _SAMPLE_USERS and not is_complex(password) and not is_random(password)


def entropy(value: str) -> float:
    """Shannon's entropy in bits for each character."""
    size = len(value)
    return -sum(count / size * math.log2(count / size) for count in Counter(value).values()) if size else 0.0


def is_random(value: str) -> bool:
    """Does the value look drawn by a machine? Words, paths, identifiers, UUIDs and password hashes do not."""
    if len(value) < 16 or _UUID.fullmatch(value) or _CODE.search(value) or _PASSWORD_HASH.search(value):
        return False
    if " " in value or "\t" in value:
        return False
    if _HEX.fullmatch(value):
        return entropy(value) >= (3.1 if len(value) >= 32 else 2.8) and not value.isdigit() and not value.isalpha()
    wanted = 3.9 if len(value) >= 32 else 3.6 if len(value) >= 20 else 3.3
    return entropy(value) >= wanted and _changes(value) >= 0.28 and not _is_words(value)


def _changes(value: str) -> float:
    """The share of neighbours that are of different classes (lower, upper, digit, other)."""
    classes = [next((index for index, letters in enumerate(_CLASSES) if letter in letters), 3) for letter in value]
    return sum(left != right for left, right in itertools.pairwise(classes)) / (len(value) - 1)


def _is_words(value: str) -> bool:
    """Is most of it made of words of four letters and more, as identifiers and sentences are?"""
    words = [
        word for word in _WORD.findall(value) if len(word) >= 4 and word.isalpha() and set(word.lower()) & set("aeiouy")
    ]
    return sum(map(len, words)) >= 0.6 * len(value)


def is_complex(value: str) -> bool:
    """Is it what a person who was told the rules would choose: letters, digits, another sign, eight and more?"""
    if len(value) < 8 or " " in value or _CODE.search(value) or _PASSWORD_HASH.search(value):
        return False
    kinds = sum(any(letter in letters for letter in value) for letters in _CLASSES)
    signs = sum(not letter.isalnum() and letter not in "_-./" for letter in value)
    return (
        value.isprintable() and signs <= len(value) // 2 and kinds + bool(signs) >= 3 and any(map(str.isdigit, value))
    )
