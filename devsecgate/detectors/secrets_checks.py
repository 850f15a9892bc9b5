"""A candidate goes in; how well it proves to be a secret comes out.

The formats are the providers' own: a checksum or a structure verifies, randomness makes plausible,
and a placeholder is nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import string
import zlib
from collections.abc import Callable, Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import TypeAlias

from devsecgate.detectors.secrets_words import is_complex, is_placeholder, is_random, is_sample_user


class Strength(IntEnum):
    """How well a candidate proves to be a secret."""

    NOTHING = 0
    """A placeholder, a reference, a word: not reported."""
    DOUBTFUL = 1
    """The right shape, and its checksum or structure is wrong: reported with low confidence."""
    PLAUSIBLE = 2
    VERIFIED = 3


Match: TypeAlias = re.Match[bytes]
Check: TypeAlias = Callable[[Match], Strength]

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_PEM_LIMIT = 65_536
_PEM_LAST = re.compile(rb"-----END [A-Z0-9 ]{1,40}-----")
_PEM_QUOTES = re.compile(r"""^[\s#*>|]*(?:[\s,;()+]*[bru]?["'`])?|["'`]?[\s,;()\\]*$|["'`][\s,;()+\\]*$""")
_PEM_FOREIGN = re.compile(r"[^A-Za-z0-9+/=].*")


def _value(match: Match) -> str:
    return match["value"].decode("latin-1")


def _canary(match: Match) -> Strength:
    """CRC-32 of the random part, as eight hex digits."""
    value = match["value"]
    return Strength.VERIFIED if f"{zlib.crc32(value[18:50]):08x}".encode() == value[50:] else Strength.NOTHING


def _token(match: Match) -> Strength:
    """A prefix and a length that nothing else has."""
    return Strength.NOTHING if is_placeholder(_value(match), strict=False) else Strength.PLAUSIBLE


def _random(match: Match) -> Strength:
    """A shape that other things share: the value must look random as well."""
    value = _value(match)
    if is_placeholder(value, strict=True):
        return Strength.NOTHING
    return Strength.PLAUSIBLE if is_random(value) else Strength.NOTHING


def base62(number: int, width: int) -> str:
    """Write a number in base 62 with digits, upper case, lower case; zeros in front up to `width`."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(width, "0")


def _crc32_base62(match: Match) -> Strength:
    """GitHub and npm: the last six digits are the CRC-32, in base 62, of what stands behind the prefix.

    https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    """
    _, _, body = _value(match).partition("_")
    if len(body) == 36 and base62(zlib.crc32(body[:-6].encode()), 6) == body[-6:]:
        return Strength.VERIFIED
    if is_placeholder(body, strict=False):
        return Strength.NOTHING
    return Strength.PLAUSIBLE if len(body) > 36 else Strength.DOUBTFUL


def _crc32_grafana(match: Match) -> Strength:
    """Grafana: the last eight hex digits are the CRC-32 of the rest, least byte first."""
    key, _, checksum = _value(match).rpartition("_")
    if zlib.crc32(key.encode()).to_bytes(4, "little").hex() == checksum:
        return Strength.VERIFIED
    return Strength.NOTHING if is_placeholder(key, strict=False) else Strength.DOUBTFUL


def _bech32(match: Match) -> Strength:
    """BIP 173's checksum, which age uses. https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki."""
    prefix, _, data = _value(match).lower().rpartition("1")
    values = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    values += [_BECH32.index(letter) for letter in data]
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            checksum ^= generator if top >> bit & 1 else 0
    if checksum == 1:
        return Strength.VERIFIED
    return Strength.NOTHING if is_placeholder(data, strict=False) else Strength.DOUBTFUL


def _decoded(text: str) -> bytes | None:
    """Base64, standard or URL-safe, padded or not; None where it is not."""
    text = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _pypi(match: Match) -> Strength:
    """A macaroon (version 2) whose first field is a location as long as the index's, or its test index's, host."""
    data = _decoded(_value(match).removeprefix("pypi-"))
    if data is not None and data[:3] in {b"\x02\x01\x08", b"\x02\x01\x0d"}:
        return Strength.VERIFIED
    return Strength.NOTHING if is_placeholder(_value(match), strict=False) else Strength.DOUBTFUL


def _jwt(match: Match) -> Strength:
    """RFC 7519: the header is a JSON object that names an algorithm."""
    header = _decoded(_value(match).partition(".")[0])
    try:
        found = json.loads(header or b"")
    except (ValueError, RecursionError):
        return Strength.NOTHING
    if (
        not isinstance(found, dict)
        or "alg" not in found
        or is_placeholder(_value(match).rpartition(".")[2], strict=False)
    ):
        return Strength.NOTHING
    return Strength.PLAUSIBLE


def _discord(match: Match) -> Strength:
    """The first part is the bot's numeric id."""
    user = _decoded(_value(match).partition(".")[0])
    return Strength.VERIFIED if user and user.isdigit() else Strength.NOTHING


def pem_end(data: bytes, header_end: int) -> int:
    """Where a PEM block ends whose first line ends at `header_end`: behind its last line, or before what cannot be it.

    Looks no further than the next five dashes, so that a million first lines cost no more than one.
    """
    limit = min(len(data), header_end + _PEM_LIMIT)
    dashes = data.find(b"-----", header_end, limit)
    if dashes < 0:
        return limit
    end = _PEM_LAST.match(data, dashes)
    return end.end() if end else dashes


def _pem(match: Match) -> Strength:
    """RFC 7468 and OpenSSH: a body of base64 that begins as a key does. A first line alone is only a mention."""
    start = match.end("value")
    body = match.string[start : pem_end(match.string, start)].partition(b"-----")[0].decode("latin-1")
    lines = [_PEM_QUOTES.sub("", line) for line in re.split(r"\\[nr]|[\r\n]", body)]
    text = "".join(line for line in lines if ":" not in line)
    text = _PEM_FOREIGN.sub("", text).split("=")[0]
    if len(text) < 40 or is_placeholder(text, strict=False):
        return Strength.NOTHING
    data = _decoded(text[: len(text) // 4 * 4])
    if data and (data[0] == 0x30 or data[0] & 0x80 or data.startswith(b"openssh-key-v1")):
        return Strength.VERIFIED
    return Strength.PLAUSIBLE


def _pem_base64(match: Match) -> Strength:
    data = _decoded(_value(match))
    return Strength.VERIFIED if data is not None and b"PRIVATE KEY-----" in data[:60] else Strength.NOTHING


def _basic(match: Match) -> Strength:
    """RFC 7617: base64 of `user:password`."""
    data = _decoded(_value(match))
    if data is None or not data.isascii():
        return Strength.NOTHING
    user, colon, password = data.decode("ascii").partition(":")
    if not colon or not (user + password).isprintable() or len(password) < 3:
        return Strength.NOTHING
    return _password_of(user, password)


def _password_of(user: str, password: str) -> Strength:
    if is_placeholder(password, strict=True) or is_placeholder(user, strict=False) or is_sample_user(user, password):
        return Strength.NOTHING
    return Strength.PLAUSIBLE if is_complex(password) or is_random(password) else Strength.DOUBTFUL


def _url(match: Match) -> Strength:
    """RFC 3986 userinfo, with a real host and a password that is not a word for one."""
    host = match["host"].decode("latin-1").lower()
    if not re.fullmatch(r"[a-z0-9_.-]+|\[[0-9a-f:.]+\]", host):
        return Strength.NOTHING
    strength = _password_of(match["user"].decode("latin-1"), _value(match))
    if re.search(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|invalid|test)$", host):
        return Strength.NOTHING
    return strength


def _password(match: Match) -> Strength:
    value = _value(match)
    if is_placeholder(value, strict=True):
        return Strength.NOTHING
    return Strength.PLAUSIBLE if is_complex(value) or is_random(value) else Strength.NOTHING


_BEFORE = re.compile(rb"[A-Za-z0-9_.-]{0,40}\Z")
_NOT_SECRET = re.compile(
    r"public|publishable|csrf|next|page|cursor|continuation|token(?:izer|ize|s?_?count)|"
    r"hash|digest|checksum|fingerprint|(?:^|[_.-])(?:sha|md5|uuid)",
    re.IGNORECASE,
)
_NOT_THE_VALUE = re.compile(
    r"(?:[_.-]|(?<=[a-z]))(?:id|ids|url|uri|path|file|filename|dir|name|field|label|type|len|length|size|expir\w*|ttl|"
    r"timeout|age|regex|pattern|header|prefix|suffix|help|text|title|message|msg|error|param|parameter|class|format|"
    r"template|method|scope|scopes|algorithm|version|count|limit|min|max|policy|reset|confirm|validator|validators|"
    r"hasher|hashers|changed|command|prompt|hint|description|placeholder|input|form|view|endpoint|ref|arn|location|"
    r"provider|store|manager|env|var|mode|state|status|strength|rules?|attrs?|query|column|index|test|usage|env_var)$",
    re.IGNORECASE,
)


def _is_about_a_secret(match: Match) -> bool:
    """Does the name say that the value is about a secret, and not one: `token_url`, `public_key`?"""
    before = _BEFORE.search(match.string, max(0, match.start() - 40), match.start())
    name = (before[0] if before else b"") + match.string[match.start() : match.end("tail")]
    tail = match["tail"].decode("latin-1")
    upper = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", tail)
    return bool(_NOT_SECRET.search(name.decode("latin-1")) or _NOT_THE_VALUE.search("_" + upper.lstrip("_.-")))


def _named(match: Match) -> Strength:
    return Strength.NOTHING if _is_about_a_secret(match) else _random(match)


def _named_password(match: Match) -> Strength:
    return Strength.NOTHING if _is_about_a_secret(match) else _password(match)


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "basic": _basic,
        "bech32": _bech32,
        "canary": _canary,
        "crc32-base62": _crc32_base62,
        "crc32-grafana": _crc32_grafana,
        "discord": _discord,
        "jwt": _jwt,
        "named": _named,
        "named-password": _named_password,
        "password": _password,
        "pem": _pem,
        "pem-base64": _pem_base64,
        "pypi": _pypi,
        "random": _random,
        "token": _token,
        "url": _url,
    }
)
"""By the name that a rule gives."""
