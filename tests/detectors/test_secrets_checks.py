"""Every check says yes to what is right, and no (or perhaps) to what is one letter wrong."""

from __future__ import annotations

import base64
import json
import random
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.detectors.secrets_checks import CHECKS, Strength, base36, base62, pem_block

NOTHING, DOUBTFUL, GUESSED, PLAUSIBLE, VERIFIED = Strength
SOURCE = random.Random(4)
PRIVATE = "PRIVATE"
MARK = "-----BEGIN " + f"{PRIVATE} KEY-----"
BARS = "-----"
WORD = "Kestrel" + "!73vQx"


def drawn(size: int, letters: str = "abcdefghkmnpqrstuvwxyzABCDEFGHKMNPQRSTUVWXYZ23456789") -> str:
    return "".join(SOURCE.choices(letters, k=size))


def check(name: str, text: str | bytes, pattern: str = r"(?s)(?P<value>.*)") -> Strength:
    match = re.compile(pattern.encode()).search(text if isinstance(text, bytes) else text.encode())
    assert match is not None
    return CHECKS[name](match)


def token(prefix: str, body: str) -> str:
    return prefix + body + base62(zlib.crc32(body.encode()), 6)


def test_there_is_a_test_for_each_check() -> None:
    assert sorted(CHECKS) == [
        "basic", "bech32", "canary", "crc32-base62", "crc32-grafana", "discord", "gitlab", "jwt", "named",
        "named-password", "password", "pem", "pem-base64", "pypi", "random", "random-or-uuid", "shared-access", "token",
        "url",
    ]  # fmt: skip


def test_base_62_has_digits_then_upper_then_lower_case_and_zeros_in_front() -> None:
    assert [base62(number, 3) for number in (0, 9, 10, 35, 36, 61, 62, 62**3 - 1)] == [
        "000", "009", "00A", "00Z", "00a", "00z", "010", "zzz",
    ]  # fmt: skip


def test_the_canary_is_a_canary_by_its_checksum_alone() -> None:
    body = drawn(32, "0123456789abcdef")
    right = f"devsecgate_canary_{body}{zlib.crc32(body.encode()):08x}"
    assert check("canary", right) is VERIFIED
    assert check("canary", right[:-1] + ("0" if right[-1] != "0" else "1")) is NOTHING


@pytest.mark.parametrize("prefix", ["ghp_", "gho_", "npm_"])
def test_a_token_with_its_checksum_is_certain_and_with_another_a_doubt(prefix: str) -> None:
    right = token(prefix, drawn(30))
    assert check("crc32-base62", right) is VERIFIED
    assert check("crc32-base62", right[:-1] + ("a" if right[-1] != "a" else "b")) is DOUBTFUL
    assert check("crc32-base62", right[:5] + ("a" if right[5] != "a" else "b") + right[6:]) is DOUBTFUL
    assert check("crc32-base62", prefix + "x" * 36) is NOTHING
    assert check("crc32-base62", prefix + drawn(60)) is PLAUSIBLE


def test_the_checksum_of_grafana_is_written_with_its_least_byte_first() -> None:
    body = f"glsa_{drawn(32)}"
    number = zlib.crc32(body.encode())
    assert check("crc32-grafana", f"{body}_{number.to_bytes(4, 'little').hex()}") is VERIFIED
    assert check("crc32-grafana", f"{body}_{number.to_bytes(4, 'big').hex()}") is DOUBTFUL
    assert check("crc32-grafana", f"glsa_{'0' * 32}_{'0' * 8}") is NOTHING


def routable(prefix: str, payload: bytes) -> str:
    """Write a token as GitLab does: its payload, its version, the payload's length, the checksum of all of it."""
    body = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    text = f"{prefix}-{body}.01.{base36(len(body), 2)}"
    return text + base36(zlib.crc32(text.encode()), 7)


@pytest.mark.parametrize("prefix", ["glpat", "glrt", "glcbt"])
def test_a_routable_token_is_certain_by_its_checksum_and_a_doubt_with_another(prefix: str) -> None:
    right = routable(prefix, SOURCE.randbytes(16) + b"c:1\no:1\nu:2\x0b")
    assert check("gitlab", right) is VERIFIED
    assert check("gitlab", right[:-1] + ("a" if right[-1] != "a" else "b")) is DOUBTFUL
    assert check("gitlab", right[:9] + ("a" if right[9] != "a" else "b") + right[10:]) is DOUBTFUL


def test_a_token_of_gitlab_without_a_checksum_is_told_by_its_prefix_alone() -> None:
    assert check("gitlab", f"glpat-{drawn(20)}") is PLAUSIBLE
    assert check("gitlab", f"glpat-{drawn(27)}.01.zz{drawn(7).lower()}") is PLAUSIBLE
    assert check("gitlab", "glpat-" + "x" * 20) is NOTHING
    assert check("gitlab", "glpat-" + "x" * 27 + ".01.0r" + "x" * 7) is NOTHING


def test_base_36_has_digits_then_lower_case_and_zeros_in_front() -> None:
    assert [base36(number, 2) for number in (0, 9, 10, 35, 36, 36**2 - 1)] == ["00", "09", "0a", "0z", "10", "zz"]


def test_a_key_behind_a_certain_name_may_be_random_or_a_uuid() -> None:
    identifier = "7c2e9b14-31d8-4f0a-8a65-2f9c4d1b6e03"
    assert check("random-or-uuid", identifier) is PLAUSIBLE
    assert check("random-or-uuid", f"sdk-{identifier}") is PLAUSIBLE
    assert check("random-or-uuid", drawn(24)) is PLAUSIBLE
    for word in ("00000000-0000-4000-8000-000000000000", "the-name-of-a-token", "${NPM_TOKEN}", "your-token-here"):
        assert check("random-or-uuid", word) is NOTHING


SIGNATURE = r"sig=(?P<value>[A-Za-z0-9%]+)"


def test_a_signature_is_azures_beside_its_version_or_behind_its_name() -> None:
    value = drawn(43) + "%3D"
    for text in (
        f"https://a.blob.core/c?sv=2022-11-02&sp=r&sig={value}",
        f"https://a.blob.core/c?sig={value}&sv=2022-11-02",
        f"SharedAccessSignature sr=hub&sig={value}&se=1",
    ):
        assert check("shared-access", text, SIGNATURE) is PLAUSIBLE
    assert check("shared-access", f"https://other.example/c?v=2&sig={value}", SIGNATURE) is NOTHING
    assert check("shared-access", f"https://a.blob.core/c?sv=2022-11-02&sig={'X' * 43}%3D", SIGNATURE) is NOTHING


def test_bech32_is_that_of_its_own_standard() -> None:
    assert check("bech32", "A12UEL5L") is VERIFIED  # the valid strings of BIP 173
    assert check("bech32", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw") is VERIFIED
    assert check("bech32", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w") is VERIFIED
    assert check("bech32", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3x") is DOUBTFUL


def test_a_token_of_a_package_index_begins_with_an_address_of_the_right_length() -> None:
    def macaroon(data: bytes) -> str:
        return "pypi-" + base64.urlsafe_b64encode(data).decode().rstrip("=")

    rest = SOURCE.randbytes(70)
    assert check("pypi", macaroon(b"\x02\x01\x08host.org\x02" + rest)) is VERIFIED
    assert check("pypi", macaroon(b"\x02\x01\x0dtest.host.org\x02" + rest)) is VERIFIED
    assert check("pypi", macaroon(b"\x02\x01\x09wrong.org\x02" + rest)) is DOUBTFUL
    assert check("pypi", "pypi-AgE" + "x" * 80) is NOTHING


def jwt(header: object, claims: object, signature: str) -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims))
    return ".".join((*parts, signature))


def test_a_web_token_names_its_algorithm() -> None:
    claims = {"sub": "u-17", "exp": 1}
    assert check("jwt", jwt({"alg": "HS256"}, claims, drawn(43))) is PLAUSIBLE
    assert check("jwt", jwt({"typ": "JWT"}, claims, drawn(43))) is NOTHING
    assert check("jwt", jwt(["alg"], claims, drawn(43))) is NOTHING
    assert check("jwt", jwt({"alg": "HS256"}, claims, "x" * 43)) is NOTHING
    assert check("jwt", jwt({"alg": "HS256"}, {"name": "John Doe"}, drawn(43))) is NOTHING
    assert check("jwt", f"eyJub3QgSlNPTg.{drawn(20)}.{drawn(43)}") is NOTHING
    assert check("jwt", "eyJ" + "W1tb" * 500 + f".{drawn(20)}.{drawn(43)}") is NOTHING


def test_a_bot_of_discord_is_a_number() -> None:
    def bot(user: str) -> str:
        return f"{base64.urlsafe_b64encode(user.encode()).decode().rstrip('=')}.{drawn(6)}.{drawn(27)}"

    assert check("discord", bot("123456789012345678")) is VERIFIED
    assert check("discord", bot("12345678901234567x")) is NOTHING
    assert check("discord", f"M!!!.{drawn(6)}.{drawn(27)}") is NOTHING


def basic(login: bytes) -> str:
    return base64.b64encode(login).decode()


def test_basic_authorisation_is_a_user_a_colon_and_a_password() -> None:
    assert check("basic", basic(f"deploy:{WORD}".encode())) is PLAUSIBLE
    assert check("basic", basic(b"deploy:winterwind")) is DOUBTFUL
    for nothing in (
        b"user:pass",
        b"admin:admin",
        b"no colon in it",
        b"deploy:x",
        b"deploy:\x01\x02\x03\x04",
        b"u:\xff\xfe\xfd\xfc",
        b"a:changeme1!",
    ):
        assert check("basic", basic(nothing)) is NOTHING, nothing
    assert check("basic", "not base64 at all!") is NOTHING


URL = r"(?P<user>[^:]*):(?P<value>[^@]*)@(?P<host>.*)"


def test_an_address_has_a_real_host_and_a_password_that_is_no_word_for_one() -> None:
    assert check("url", f"app:{WORD}@db.corp.net", URL) is PLAUSIBLE
    assert check("url", f":{WORD}@10.0.0.1", URL) is PLAUSIBLE
    assert check("url", f"app:{WORD}@[fe80::1]", URL) is PLAUSIBLE
    assert check("url", f"app:{WORD}@${{DB_HOST}}", URL) is PLAUSIBLE
    assert check("url", f"${{DB_USER}}:{WORD}@db", URL) is PLAUSIBLE
    assert check("url", "app:winterwind@db.corp.net", URL) is DOUBTFUL
    for nothing in (
        f"app:{WORD}@example.com", f"app:{WORD}@db.invalid", f"app:{WORD}@w*rong!", "user:pass@host", "root:root@host",
        "app:${PASSWORD}@db", "app:{password}@db", "app:<password>@db", "app:changeme@db", "app:$PASSWORD@db",
    ):  # fmt: skip
        assert check("url", nothing, URL) is NOTHING, nothing


def test_a_password_is_complex_or_random() -> None:
    assert check("password", WORD) is PLAUSIBLE
    assert check("password", drawn(24)) is PLAUSIBLE
    for nothing in ("winterwind", "current_password", "${PASSWORD}", "Password", "test1234!test", "os.environ"):
        assert check("password", nothing) is NOTHING, nothing


def test_random_is_what_a_machine_draws_and_a_token_anything_that_holds_no_place() -> None:
    assert check("random", drawn(32)) is PLAUSIBLE
    assert check("random", "customer_order_line_item_id") is NOTHING
    assert check("random", "your-secret-key-goes-here-77") is NOTHING
    assert check("token", "abc_customer_order_line_item") is PLAUSIBLE
    assert check("token", "abc_xxxxxxxxxxxxxxxxxxxxxxxxxxx") is NOTHING


NAMED = r"(?s).*?(?P<value>(?<=')[^']*)"


def named(check_name: str, text: str) -> Strength:
    """As the generic rules match: at the keyword, with the tail of the name in a group."""
    match = re.compile(
        rb"(?i)(?:secret|token|key|passw(?:or)?d)(?P<tail>[A-Za-z0-9_.-]{0,40}+) = '(?P<value>[^']*)'"
    ).search(text.encode())
    assert match is not None
    return CHECKS[check_name](match)


@pytest.mark.parametrize(
    "name",
    ["secret", "API_TOKEN", "clientSecret", "jwt_secret_2", "WTF_CSRF_SECRET_KEY", "PAGE_ACCESS_TOKEN", "hash_secret"],
)
def test_a_name_that_says_secret_makes_a_random_value_one(name: str) -> None:
    assert named("named", f"{name} = '{drawn(32)}'") is PLAUSIBLE
    assert named("named", f"{name} = 'projects/app/name-of-a-secret'") is NOTHING


@pytest.mark.parametrize(
    "name",
    ["token_url", "secretName", "public_key", "PUBLISHABLE_KEY", "csrf_token", "next_page_token", "token_count",
     "SECRET_ID", "token_hash", "secret_sha256", "key_fingerprint", "password_regex", "tokenizer"],
)  # fmt: skip
def test_a_name_that_is_about_a_secret_makes_it_none(name: str) -> None:
    value = drawn(32)
    assert named("named", f"{name} = '{value}'") is NOTHING
    assert named("named-password", f"{name} = '{value}'") is NOTHING


def test_a_uuid_is_a_guess_where_the_name_ends_in_the_word_for_a_secret() -> None:
    value = "3f9c1d27-7b44-4e1a-9c02-d5a86e0b7f13"
    assert named("named", f"API_KEY = '{value}'") is GUESSED
    assert named("named", f"client_secret = '{value}'") is GUESSED
    assert named("named", f"token_owner = '{value}'") is NOTHING
    assert named("named", f"API_KEY_ID = '{value}'") is NOTHING
    assert named("named", "API_KEY = '00000000-0000-4000-8000-000000000000'") is NOTHING


def test_a_random_password_is_sure_and_one_that_a_person_chose_a_guess() -> None:
    assert named("named-password", f"password = '{drawn(24)}'") is PLAUSIBLE
    assert named("named-password", f"password = '{WORD}'") is GUESSED
    assert named("named-password", "password = 'winterwind'") is NOTHING


def sequence(size: int) -> bytes:
    inside = b"\x02\x01\x00" + SOURCE.randbytes(size)
    return b"\x30\x82" + len(inside).to_bytes(2, "big") + inside


def lines_of(data: bytes) -> list[str]:
    text = base64.b64encode(data).decode()
    return [text[start : start + 64] for start in range(0, len(text), 64)]


def key(data: bytes, end: str = "\n", head: str = "", before: str = "", behind: str = "") -> str:
    lines = [MARK, *([head] if head else []), *(f"{before}{line}{behind}" for line in lines_of(data))]
    return end.join([*lines, f"{BARS}END {PRIVATE} KEY{BARS}"])


PEM = f"(?P<value>{MARK})"
OPENSSH = b"openssh-key-v1\0" + b"\0\0\0\4none" * 2 + b"\0" * 7 + b"\1\0\0\0\x33"


@pytest.mark.parametrize(
    "text",
    [
        key(sequence(600)),
        key(sequence(70)),
        key(sequence(600), end="\r\n"),
        key(sequence(600), end="\\n"),
        key(sequence(600), end=" "),
        key(sequence(600), end="\n    "),
        key(sequence(600), end="\n# "),
        key(sequence(600), end="\n// "),
        key(sequence(600), before='    "', behind='\\n"'),
        key(sequence(600), before="'", behind="\\n' +"),
        key(sequence(600), head="Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0011223344556677\n"),
        key(OPENSSH + SOURCE.randbytes(250)),
        key(b"\x95\x03\x98" + SOURCE.randbytes(500), head="Version: GnuPG v2\nComment: of mine\n"),
        key(b"\xc5\x97" + SOURCE.randbytes(500)),
    ],
    ids=["PKCS 8", "short", "CRLF", "escaped", "one line", "indented", "commented", "commented in C", "quoted",
         "joined", "encrypted", "OpenSSH", "OpenPGP", "OpenPGP, new format"],
)  # fmt: skip
def test_a_key_is_certain_by_its_structure_however_it_is_written(text: str) -> None:
    assert check("pem", text + "\nx = 1\n", PEM) is VERIFIED
    block = pem_block(f"{text}\nx = 1\n".encode(), len(MARK))
    assert block.end == len(text.encode())


def test_a_key_without_the_structure_of_one_is_plausible_and_a_mention_is_nothing() -> None:
    assert check("pem", key(SOURCE.randbytes(300).replace(b"0", b"1").lstrip(b"0")), PEM) in {PLAUSIBLE, VERIFIED}
    assert check("pem", key(b"\x02" + SOURCE.randbytes(300)), PEM) is PLAUSIBLE
    truncated = key(sequence(600))
    assert check("pem", truncated[:400], PEM) is PLAUSIBLE
    for nothing in (
        MARK,
        f"{MARK}\n...\n",
        f'if line == "{MARK}":',
        f"{MARK}\n{'x' * 64}\n{'x' * 64}\n",
        f"{MARK}\nMIIE\n",
    ):
        assert check("pem", nothing, PEM) is NOTHING, nothing


def test_a_key_that_never_ends_is_no_longer_than_its_own_lines() -> None:
    text = "\n".join([MARK, *lines_of(sequence(300)), ""])
    rest = f'NEXT = "{drawn(30)}"\n' * 5
    assert pem_block((text + rest).encode(), len(MARK)).end == len(text) - 1
    assert pem_block((text + MARK).encode(), len(MARK)).end == len(text) - 1


def test_a_foreign_line_inside_of_a_key_ends_it() -> None:
    lines = key(sequence(300)).split("\n")
    text = "\n".join([*lines[:3], f'OTHER = "{drawn(30)}"', *lines[3:]])
    assert pem_block(text.encode(), len(MARK)).end == len("\n".join(lines[:3]))


def test_a_key_in_base64_is_one_when_it_says_so_inside() -> None:
    assert check("pem-base64", base64.b64encode(key(sequence(300)).encode()).decode()) is VERIFIED
    assert (
        check("pem-base64", base64.b64encode(f"{BARS}BEGIN CERTIFICATE{BARS}\n{drawn(300)}".encode()).decode())
        is NOTHING
    )
    assert check("pem-base64", "LS0tLS1CRUdJTi!") is NOTHING


@given(st.sampled_from(sorted(CHECKS)), st.binary(max_size=300))
def test_no_bytes_make_a_check_fail(name: str, data: bytes) -> None:
    if name == "url":
        assert (
            check(name, b"u:" + data.replace(b"@", b"") + b"@h", r"(?s)(?P<user>[^:]*):(?P<value>[^@]*)@(?P<host>.*)")
            in Strength
        )
    elif name == "jwt":
        assert check(name, b"eyJ" + data.replace(b".", b"") + b".eyJ.x") in Strength
    elif name == "bech32":
        assert check(name, b"age1" + bytes(b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"[byte % 32] for byte in data)) in Strength
    elif name == "pem":
        assert check(name, MARK.encode() + data, PEM) in Strength
    elif name.startswith("named"):
        match = re.compile(rb"(?s)(?P<tail>)(?P<value>.*)").match(data)
        assert match is not None
        assert CHECKS[name](match) in Strength
    else:
        assert check(name, data) in Strength
