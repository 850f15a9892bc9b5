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

import msgspec

from devsecgate.detectors.secrets_words import is_complex, is_placeholder, is_random, is_sample_user, is_uuid


class Strength(IntEnum):
    """How well a candidate proves to be a secret."""

    NOTHING = 0
    """A placeholder, a reference, a word: not reported."""
    DOUBTFUL = 1
    """The right shape, and its checksum or structure is wrong: reported with low confidence."""
    GUESSED = 2
    """What a person would choose for a password, under a name that says so: low confidence."""
    PLAUSIBLE = 3
    VERIFIED = 4
    """A checksum or a structure is right: high confidence."""


Match: TypeAlias = re.Match[bytes]
Check: TypeAlias = Callable[[Match], Strength]

_BASE36 = string.digits + string.ascii_lowercase
_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_SIGNED = 400
"""Bytes before and behind a signature in which the rest of its address stands."""
_SIGNED_BY = re.compile(rb"(?:[?&;]|u0026)sv=20[0-9]{2}-|SharedAccessSignature ", re.IGNORECASE)
_LONG = 64
"""From this length on, random letters hold a word such as `test`, or one letter five times, too often."""
_PEM_LIMIT = 65_536
_PEM_LAST = re.compile(rb"-----END [A-Z0-9 ]{1,40}-----")
_PEM_PART = re.compile(rb"(?P<line>[^\\\r\n]++|\\(?![nr]))++|\\[nr]|[\r\n]")
_PEM_LINE = re.compile(
    rb"""(?:[\s#*>|,;()]|[+-](?=[\s"'`])|//(?=\s))*+(?:[bruf]{0,2}["'`])?[ \t]*+"""
    rb"""(?P<body>(?=[+/]{0,9}[A-Za-z0-9])[A-Za-z0-9+/]++={0,2}(?: [A-Za-z0-9+/]{16,}+={0,2})*+|=[A-Za-z0-9+/]{4})?"""
    rb"""["'`]?[\s,;()+.\\]*+(?:["'`][\s,;()+.\\]*+)?"""
)
"""A line of base64 (or the last one, a check sum), with what may stand around it in a comment or in code."""
_PEM_HEADER = re.compile(
    rb"""[\s#*>|"'`+]*+(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID|X-[\w-]+):[^\r\n]*+"""
)
_PEM_ZEROS = re.compile("A{5,}")


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
    if is_placeholder(value, strict=len(value) < _LONG):
        return Strength.NOTHING
    return Strength.PLAUSIBLE if is_random(value) else Strength.NOTHING


def _random_or_uuid(match: Match) -> Strength:
    """A key for certain, by what stands before it: some services have UUIDs for keys."""
    value = _value(match)
    bare = value[4:] if value.startswith(("sdk-", "api-")) else value
    return Strength.PLAUSIBLE if is_uuid(bare) else _random(match)


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


def base36(number: int, width: int) -> str:
    """Write a number in base 36 with digits and lower case; zeros in front up to `width`."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _BASE36[digit] + digits
    return digits.rjust(width, "0")


def _gitlab(match: Match) -> Strength:
    """GitLab's routable tokens: payload, version, and in base 36 the payload's length and the CRC-32 of all before.

    https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/
    """
    value = _value(match)
    payload, dot, last = value.rpartition(".")
    if not dot:
        return _token(match)
    body = payload.partition("-")[2].partition(".")[0]
    if last[2:] == base36(zlib.crc32(value[:-7].encode()), 7):
        return Strength.VERIFIED
    return min(_token(match), Strength.DOUBTFUL if last[:2] == base36(len(body), 2) else Strength.PLAUSIBLE)


def _shared_access(match: Match) -> Strength:
    """Azure: a signature is one beside the version that it was made for, or behind the words that name it."""
    around = match.string[max(0, match.start() - _SIGNED) : match.end() + _SIGNED]
    return _random(match) if _SIGNED_BY.search(around) else Strength.NOTHING


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
    data = _decoded(_value(match)[5:17])
    if data is not None and data[:3] in {b"\x02\x01\x08", b"\x02\x01\x0d"}:
        return Strength.VERIFIED
    return Strength.NOTHING if is_placeholder(_value(match), strict=False) else Strength.DOUBTFUL


def _jwt(match: Match) -> Strength:
    """RFC 7519: the header is a JSON object that names an algorithm."""
    header, payload, signature = _value(match).split(".")
    try:
        found = json.loads(_decoded(header) or b"")
    except (ValueError, RecursionError):
        return Strength.NOTHING
    if not isinstance(found, dict) or "alg" not in found or is_placeholder(signature, strict=False):
        return Strength.NOTHING
    claims = _decoded(payload) or b""
    return Strength.NOTHING if b"John Doe" in claims or b'"1234567890"' in claims else Strength.PLAUSIBLE


def _discord(match: Match) -> Strength:
    """The first part is the bot's numeric id."""
    user = _decoded(_value(match).partition(".")[0])
    return Strength.VERIFIED if user and user.isdigit() else Strength.NOTHING


class PemBlock(msgspec.Struct, frozen=True, kw_only=True):
    """What stands behind the first line of a PEM block."""

    body: str
    """The base64 in it, joined."""
    end: int
    """Behind its last line, or behind the last line that can be part of it."""


def pem_block(data: bytes, header_end: int) -> PemBlock:
    """Read the PEM block whose first line ends at `header_end`; it ends where something else begins.

    Line ends may be written as escapes, and each line may stand in quotes. Looks no further than the next
    five dashes, so that a million first lines cost no more than one.
    """
    limit = min(len(data), header_end + _PEM_LIMIT)
    dashes = data.find(b"-----", header_end, limit)
    stop = dashes if dashes >= 0 else limit
    last = _PEM_LAST.match(data, dashes) if dashes >= 0 else None
    body: list[bytes] = []
    end = position = header_end
    while position < stop and (part := _PEM_PART.match(data, position, stop)):
        position = part.end()
        if part["line"] is None or (not body and _PEM_HEADER.fullmatch(part[0])):
            continue
        line = _PEM_LINE.fullmatch(part[0])
        if line is None:
            return PemBlock(body=b"".join(body).decode("ascii"), end=end)
        if line["body"]:
            if not line["body"].startswith(b"="):
                body.append(line["body"].replace(b" ", b""))
            end = part.start() + line.end("body")
    return PemBlock(body=b"".join(body).decode("ascii"), end=last.end() if last else end)


def _pem(match: Match) -> Strength:
    """RFC 7468 and OpenSSH: a body of base64 that begins as a key does. A first line alone is only a mention."""
    text = pem_block(match.string, match.end("value")).body.split("=")[0]
    if len(text) < 40 or is_placeholder(_PEM_ZEROS.sub("", text), strict=False):
        return Strength.NOTHING
    data = _decoded(text[: len(text) // 4 * 4])
    return Strength.VERIFIED if data and _is_key(data) else Strength.PLAUSIBLE


def _is_key(data: bytes) -> bool:
    """OpenSSH's magic, OpenPGP's packet of a secret key, or DER's sequence of just this length."""
    if data.startswith(b"openssh-key-v1\0"):
        return True
    if data[0] & 0x80:
        tag = data[0] & 0x3F if data[0] & 0x40 else data[0] >> 2 & 0x0F
        return tag in {5, 7}
    if data[0] != 0x30 or len(data) < 6:
        return False
    if not data[1] & 0x80:
        head, size = 2, data[1]
    else:
        head = 2 + (data[1] & 0x7F)
        size = int.from_bytes(data[2:head], "big")
    return 0 <= head + size - len(data) <= 2


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
    if is_placeholder(password, strict=True) or is_sample_user(user, password):
        return Strength.NOTHING
    return Strength.PLAUSIBLE if is_complex(password) or is_random(password) else Strength.DOUBTFUL


_HOST = re.compile(r"[a-z0-9_.-]+|\[[0-9a-f:.]+\]|\$[a-z_(].*|\$?\{.*|%[a-z_]+%?")
"""A name, an address, or a reference to one."""


def _url(match: Match) -> Strength:
    """RFC 3986 userinfo, with a real host and a password that is not a word for one."""
    host = match["host"].decode("latin-1").lower()
    if not _HOST.fullmatch(host):
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
    r"public(?!ation)|publishable|(?:csrf|xsrf|next|page|cursor|continuation|sync|cancel\w*|request)[_-]?token|"
    r"token(?:izer|ize|s?_?count)|(?:hash|digest|checksum|fingerprint|sha\d*|md5|uuid)[_.-]?(?:token|keys?$)|"
    r"(?:token|secret|key|credential|passw(?:or)?d|pwd)[a-z0-9_.-]*(?:hash|digest|checksum|fingerprint|sha\d|md5|uuid)",
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


_UUID_KEY = re.compile(r"(?:secret|token|credential|key)[_-]?\Z", re.IGNORECASE)


def _named(match: Match) -> Strength:
    """A random value; a UUID, which some services have for keys, is a guess where the name ends in the word."""
    if _is_about_a_secret(match):
        return Strength.NOTHING
    if is_uuid(_value(match)) and _UUID_KEY.search(match.string[match.start() : match.end("tail")].decode("latin-1")):
        return Strength.GUESSED
    return _random(match)


def _named_password(match: Match) -> Strength:
    strength = Strength.NOTHING if _is_about_a_secret(match) else _password(match)
    return Strength.GUESSED if strength is Strength.PLAUSIBLE and not is_random(_value(match)) else strength


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "basic": _basic,
        "bech32": _bech32,
        "canary": _canary,
        "crc32-base62": _crc32_base62,
        "crc32-grafana": _crc32_grafana,
        "discord": _discord,
        "gitlab": _gitlab,
        "jwt": _jwt,
        "named": _named,
        "named-password": _named_password,
        "password": _password,
        "pem": _pem,
        "pem-base64": _pem_base64,
        "pypi": _pypi,
        "random": _random,
        "random-or-uuid": _random_or_uuid,
        "shared-access": _shared_access,
        "token": _token,
        "url": _url,
    }
)
"""By the name that a rule gives."""
