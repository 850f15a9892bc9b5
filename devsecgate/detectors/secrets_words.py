"""A value goes in; whether it is a placeholder, random, or as complex as a password comes out."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter

_REFERENCE = re.compile(
    r"\$\{|\{\{|\}\}|^\$\(|\$\([a-z_][a-z0-9_ .-]*\)|%\([a-z_]\w*\)[sdr]|(?:^|[ /:=])%[sdr](?=$|[ /:@.])|"
    r"^\$(?:env:)?[A-Za-z_][A-Za-z0-9_]*(?:$|->|::|[\[.(])|^%[A-Za-z_]+%$|^\{.{0,80}\}$|\{[a-z_][^{}\"'\\]{0,60}\}|"
    r"<[a-z_][a-z0-9_ .:/|-]{0,80}>|\[[a-z_ -]{1,40}\]|^@[a-z]+[./(:]|^![a-z]+(?:$|[ (])|^\*+$|\.\.\.|\*\*\*|\u2026|"
    r"^vault:|^op://|^arn:|^ref\+|^secretKeyRef|^ENC\[|^\$ANSIBLE_VAULT",
    re.IGNORECASE,
)
_CERTAIN = re.compile(
    r"example|changeme|change[_-]me|change[_-]it|placeholder|replace[_-]?(?:me|with|this)|redacted|not[_-]?a?[_-]?real|"
    r"your[_-]|^your|insert|goes[_-]here|_here$|-here$|dummy|lorem|deadbeef|cafebabe|feedface|0123456789|123456789|"
    r"abcdefgh|98765432|qwertyui|(.)\1{6}|(..)\2{5}|(...)\3{4}|(....)\4{3}",
    re.IGNORECASE,
)
_LIKELY = re.compile(
    r"xxxx|(?:^|[^a-z0-9])xxx|sample|fake|mock|invalid|foobar|foo[_-]?bar|hunter2|todo|fixme|secret[_-]?(?:key|value)|my[_-]|"
    r"pass(?:word|wd)?[_-]?(?:1|12|123)?$|^test|[_-]test|12345|abcdef|^none$|^null$|^true$|^false$|correct.?horse|"
    r"([^/+])\1{4}",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"://|a-zA-Z|A-Za-z|a-z0-9|A-Z0-9|\[\^?[a-zA0]-|^(?:\.{1,2}|~)/|^/[a-z0-9_.@-]{2,}(?:/[\w.@-]+)*/?$|"
    r"^[\w.]+\(.*\)$|\w\(\)\.[a-z_]|^[A-Za-z_]+\.[A-Za-z_]+\(|^[\w.+-]+@[\w-]+\.[\w.]+$|\.[a-z]{2,4}$"
)
"""Addresses, classes of a regular expression, paths, calls, mail addresses, file names."""
_IDENTIFIER = re.compile(r"[A-Z]+(?:[_.:-][A-Z]+)+|[a-z]+(?:[_.:-][a-z]+)+")
_SEPARATORS = re.compile(r"[-_.:/ ]+")
_SLUG_PART = re.compile(r"v?\d{1,8}|(?P<letters>[A-Za-z]+)(?:\d{1,4}[A-Za-z]{0,4})?")
_PASSWORD_HASH = re.compile(
    r"^(?:\$(?:1|2[abxy]?|5|6|y|argon2\w*|pbkdf2\S*)\$|(?:pbkdf2|bcrypt|argon2|scrypt|sha1|md5|unsalted|crypt)\w*\$|"
    r"\{[A-Z0-9-]+\})"
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_HEX = re.compile(r"[0-9a-f]{16,}|[0-9A-F]{16,}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_LETTERS = (
    "abacadagaialamanaparasataubabebiblbobucacechcickclcocrctcudadedidodseaecedeeefegelemeneperesetevexfafefffiflfo"
    "gegigrhahehihoiaibicidieifigiliminioipirisitivizkelaldlelilllolsltlulymamemimompnancndnenfngninonsntnuobocodol"
    "omonoooporosotouovowpapepiplpoppprptqurarcrdrerirmrorrrsrtrurysascseshsisospssstsutatctethtitotrtstttutyubueul"
    "umunupurusutvaveviwaypze"
)
_PAIRS = frozenset(_LETTERS[place : place + 2] for place in range(0, len(_LETTERS), 2))
"""Five of six neighbouring letters in the words of programs are one of these; of random letters, one of four."""
_CLASSES = ("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789")

_ENDS = 150
"""Characters at either end of a long value that are looked at: what holds a place says so there."""

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
    value = value if len(value) <= 2 * _ENDS else value[:_ENDS] + value[-_ENDS:]
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
    if len(value) < 16 or _UUID.fullmatch(value) or _IDENTIFIER.fullmatch(value) or _is_slug(value):
        return False
    if _CODE.search(value) or _PASSWORD_HASH.search(value) or " " in value or "\t" in value:
        return False
    digits = max(_HEX.findall(value), key=len, default="")
    if len(digits) >= 0.6 * len(value):
        return entropy(digits) >= (2.9 if len(digits) >= 32 else 2.6) and not digits.isdigit() and not digits.isalpha()
    wanted = 3.9 if len(value) >= 32 else 3.6 if len(value) >= 20 else 3.3
    return entropy(value) >= wanted and _changes(value) >= 0.2 and not _is_words(value)


def is_uuid(value: str) -> bool:
    """Is it a UUID of random digits (version 4), and not one that somebody typed?"""
    return _UUID.fullmatch(value) is not None and value[14] == "4" and entropy(value.replace("-", "")) > 3


def _changes(value: str) -> float:
    """The share of neighbours that are of different classes (lower, upper, digit, other)."""
    classes = [next((index for index, letters in enumerate(_CLASSES) if letter in letters), 3) for letter in value]
    return sum(left != right for left, right in itertools.pairwise(classes)) / (len(value) - 1)


def _is_slug(value: str) -> bool:
    """Is it a name of words and numbers with signs between, as `sun-bcl-j2re-1.4.2` is?"""
    parts = [part for part in _SEPARATORS.split(value) if part]
    return len(parts) >= 3 and sum(len(part) for part in parts if _is_slug_part(part)) >= 0.6 * sum(map(len, parts))


def _is_slug_part(part: str) -> bool:
    match = _SLUG_PART.fullmatch(part)
    if match is None:
        return False
    uniform = part.isalpha() and (part.islower() or part.isupper() or part.istitle())
    return uniform or len(part) <= 4 or part.isdigit() or _is_word((match["letters"] or "").lower())


def _is_words(value: str) -> bool:
    """Is most of it made of words of four letters and more, as identifiers and sentences are?"""
    return sum(len(word) for word in _WORD.findall(value) if _is_word(word.lower())) >= 0.5 * len(value)


def _is_word(word: str) -> bool:
    if len(word) < 4 or not word.isalpha():
        return False
    return sum(left + right in _PAIRS for left, right in itertools.pairwise(word)) >= 0.6 * (len(word) - 1)


def is_complex(value: str) -> bool:
    """Is it what a person who was told the rules would choose: letters, digits, another sign, eight and more?"""
    if len(value) < 8 or " " in value or _CODE.search(value) or _PASSWORD_HASH.search(value):
        return False
    kinds = sum(any(letter in letters for letter in value) for letters in _CLASSES)
    signs = sum(not letter.isalnum() and letter not in "_-./" for letter in value)
    return (
        value.isprintable() and signs <= len(value) // 2 and kinds + bool(signs) >= 3 and any(map(str.isdigit, value))
    )
