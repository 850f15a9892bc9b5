"""Placeholders, words and names are told from what a machine or a careful person chose."""

from __future__ import annotations

import base64
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.detectors.secrets_words import entropy, is_complex, is_placeholder, is_random, is_sample_user

SOURCE = random.Random(11)
LETTERS = string.ascii_letters + string.digits


@pytest.mark.parametrize(
    "value",
    [
        "changeme", "change-me", "your-api-key", "YOUR_TOKEN", "<password>", "<your token>", "xxxxxxxx", "********",
        "${DB_PASSWORD}", "$DB_PASSWORD", "$env:TOKEN", "$config['password']", "$this->password", "{{ password }}",
        "%(password)s", "%PASSWORD%", "%s", "{password}", "{settings.password}", "$(cat secret)",
        "op://vault/item/field",
        "vault:secret/data/app", "ref+vault://x", "ENC[AES256_GCM,data:x]", "$ANSIBLE_VAULT;1.1;AES256",
        "@Microsoft.KeyVault(x)",
        "@Value(x)", "!Ref Password", "!vault", "arn:aws:secretsmanager:eu:1:secret:x", "abc...xyz", "abc…xyz",
        "[password]",
        "EXAMPLEKEY", "0123456789abcdef", "deadbeefcafe1234", "abababababab", "abcabcabcabcabc", "aaaaaaaaaaaa1",
        "lorem-ipsum",
        "insert-here", "token_here", "not-a-real-key", "dummy-token", "placeholder",
    ],
)  # fmt: skip
def test_what_holds_the_place_of_a_secret_is_a_placeholder(value: str) -> None:
    assert is_placeholder(value, strict=False)


@pytest.mark.parametrize(
    "value", ["fake-token", "test-token", "hunter2", "my-password", "foobar77", "secret_key", "Password123", "12345abc"]
)
def test_words_of_tests_are_placeholders_where_only_the_name_speaks_for_a_secret(value: str) -> None:
    assert is_placeholder(value, strict=True)
    assert not is_placeholder(value, strict=False)


@pytest.mark.parametrize(
    "value",
    ["$ecur3!Pw", "!QAZ2wsx#EDC", "@Winter77!", "a<9b>c!X2", "x%s9Kp2!", "Kestrel{9}vQ!", "Xk$2(p)L9", "/9kQ+x7Zt",
    "q1&w2|e3;R4"],
)  # fmt: skip
def test_signs_in_a_password_do_not_make_it_a_reference(value: str) -> None:
    assert not is_placeholder(value, strict=True)


@pytest.mark.parametrize("size", [16, 20, 24, 32, 40, 64, 128])
@pytest.mark.parametrize("alphabet", ["letters", "base64", "hex", "upper hex", "url-safe"])
def test_what_is_drawn_by_a_machine_is_random_and_no_placeholder(alphabet: str, size: int) -> None:
    draw = {
        "letters": lambda: "".join(SOURCE.choice(LETTERS) for _ in range(size)),
        "base64": lambda: base64.b64encode(SOURCE.randbytes(size)).decode()[:size],
        "hex": lambda: f"{SOURCE.getrandbits(size * 4):0{size}x}",
        "upper hex": lambda: SOURCE.randbytes(size)[: size // 2].hex().upper(),
        "url-safe": lambda: base64.urlsafe_b64encode(SOURCE.randbytes(size)).decode()[:size],
    }[alphabet]
    values = [draw() for _ in range(1000)]
    assert sum(is_random(value) and not is_placeholder(value, strict=size < 64) for value in values) >= 970


@pytest.mark.parametrize(
    "value",
    [
        "", "short", "fifteen-letters", "customer_order_line_item_id", "CUSTOMER_ORDER_LINE_ITEM",
        "customerOrderLineItemId",
        "sun-bcl-j2re-1.4.2", "LicenseRef-scancode-aes-128-3.0", "bsd-3-clause-open-mpi",
        "microsoft-exchange-2019-update",
        "projects/app/secrets/api-key/versions/3", "/etc/ssl/private/server.key", "./config/settings/production.yaml",
        "https://host.net/oauth2/v2.0/token", "path.to.module.ClassName", "00000000-0000-4000-8000-000000000000",
        "someone@corp.net", "current_user.get_token()", "20240101120000123456", "abcdefghijklmnopqrstuvwxyz",
        "The quick brown fox jumps", "pbkdf2_sha256$600000$abcdefgh$xyz", "$2b$12$KIXQ4Uo8yBzJx1",
        "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g",
        "[A-Za-z0-9_-]{20,40}", "JSONWebTokenAuthentication", "rest_framework.authtoken.models.Token",
        "Mot-de-passe-incorrect",
    ],
)  # fmt: skip
def test_names_paths_words_and_hashes_of_passwords_are_not_random(value: str) -> None:
    assert not is_random(value)


@pytest.mark.parametrize(
    "value", ["Kestrel!73vQ", "p@ssw0rd!X", "Winter2024!", "aB3-xyzQ9", "12ab!CD34", "tiger9%Moon"]
)
def test_letters_of_three_kinds_with_a_digit_are_complex(value: str) -> None:
    assert is_complex(value)


@pytest.mark.parametrize(
    "value",
    ["", "aB3!", "winterwind", "Winterwind", "winterwind7", "winter wind 7!A", "WINTER_WIND_7", "current_password",
     "user77@corp.net", "Config/Path7.yaml", "getPassword1()", "!!!!!!!!aB3", "$2b$12$aB3!aB3!"],
)  # fmt: skip
def test_words_names_and_hashes_are_not_complex(value: str) -> None:
    assert not is_complex(value)


def test_users_and_passwords_of_documentation_are_samples() -> None:
    assert is_sample_user("deploy", "password")
    assert is_sample_user("postgres", "postgres")
    assert is_sample_user("Admin", "admin")
    assert is_sample_user("user", "winterwind")
    assert is_sample_user("", "secret")
    assert not is_sample_user("user", "Kestrel!73vQ")
    assert not is_sample_user("deploy", "winterwind")


def test_entropy_is_bits_for_each_character() -> None:
    assert entropy("") == 0
    assert entropy("aaaa") == 0
    assert entropy("abab") == 1
    assert entropy("abcd") == 2
    assert entropy(string.ascii_lowercase[:16] * 3) == 4


@given(st.text(max_size=300))
def test_no_text_makes_a_judgement_fail_or_change(value: str) -> None:
    judged = (is_placeholder(value, strict=True), is_random(value), is_complex(value), is_sample_user(value, value))
    assert judged == (
        is_placeholder(value, strict=True),
        is_random(value),
        is_complex(value),
        is_sample_user(value, value),
    )
    assert is_placeholder(value, strict=True) or not is_placeholder(value, strict=False)
    assert 0 <= entropy(value) <= 9


@given(st.sampled_from(["{", "<", "$(", "%(", "a", "ab", "-", "/", ".", "$2b$", "0", "[A-"]), st.integers(1, 16_000))
def test_judging_a_long_value_takes_no_longer_than_reading_it(part: str, count: int) -> None:
    value = (part * count)[:16_000]
    is_placeholder(value, strict=True)
    is_random(value)
    is_complex(value)
