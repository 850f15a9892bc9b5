"""The detector finds secrets in files of any kind and any size, shows none of their values, and never falls silent."""

from __future__ import annotations

import json
import os
import random
import string
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.detectors import secrets, secrets_rules
from devsecgate.detectors.secrets_checks import base62
from devsecgate.detectors.secrets_output import VERSION, Answer, Marker, Request, Secret
from devsecgate.detectors.secrets_search import MAX_MATCHES, as_utf8, is_configuration, search

RULES = secrets_rules.load(secrets_rules.table())
SOURCE = random.Random(23)
LETTERS = string.ascii_letters + string.digits
Tree = Callable[[dict[str, str | bytes]], Path]


def drawn(size: int) -> str:
    return "".join(SOURCE.choice(LETTERS) for _ in range(size))


def token() -> str:
    """A GitHub token with its checksum."""
    import zlib

    body = drawn(30)
    return "ghp_" + body + base62(zlib.crc32(body.encode()), 6)


def look(root: Path, *files: str, salt: str = "s") -> Answer:
    before = Path.cwd()
    os.chdir(root)
    try:
        return secrets.look(Request(files=list(files), salt=salt), RULES)
    finally:
        os.chdir(before)


def run(stdin: bytes, root: Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    argv = (sys.executable, "-m", "devsecgate.detectors.secrets")
    return subprocess.run(
        argv, cwd=root, input=stdin, capture_output=True, check=False, env={**os.environ, **(environment or {})}
    )


def ask(root: Path, *files: str, salt: str = "", environment: dict[str, str] | None = None) -> tuple[Answer, bytes]:
    done = run(msgspec.json.encode(Request(files=list(files), salt=salt)), root, environment)
    assert (done.returncode, done.stderr) == (0, b"")
    return msgspec.json.decode(done.stdout, type=Answer), done.stdout


# ---------------------------------------------------------------- the answer


def test_the_answer_says_what_where_and_how_sure_and_not_what_it_is(tree: Tree) -> None:
    value = token()
    root = tree({"a.py": f'x = 1\nTOKEN = "{value}"\n', "b.txt": "nothing\n"})
    answer, printed = ask(root, "./a.py", "./b.txt", salt="salt")
    assert len(answer.secrets[0].hash) == 32
    assert answer.secrets == [
        Secret(
            path="./a.py",
            rule="github-token",
            title="GitHub token",
            severity="high",
            confidence="high",
            verified=True,
            line=2,
            column=10,
            end_line=2,
            end_column=50,
            length=40,
            hash=answer.secrets[0].hash,
            marker=None,
            revoke="delete it in GitHub, Settings, Developer settings, Personal access tokens",
        )
    ]
    assert (answer.version, answer.rules, answer.covered, answer.unseen) == (
        VERSION,
        len(RULES),
        ["./a.py", "./b.txt"],
        [],
    )
    assert answer.size == len(f'x = 1\nTOKEN = "{value}"\n') + len("nothing\n")
    assert not any(value[start : start + 6].encode() in printed for start in range(4, len(value) - 5))


def test_two_runs_print_the_same_bytes(tree: Tree) -> None:
    root = tree({f"{number}.py": f'A = "{token()}"; password = "{drawn(20)}"\n' for number in range(20)})
    files = [f"./{number}.py" for number in range(20)]
    assert ask(root, *files, salt="s")[1] == ask(root, *files, salt="s")[1]


@pytest.mark.parametrize(
    "stdin",
    [
        *(b"", b"{}", b"[]", b"null", b'{"files": []}', b"\xff"),
        *(b'{"files": [1], "salt": ""}', b'{"files": [], "salt": "", "x": 1}'),
    ],
)
def test_a_request_that_cannot_be_read_is_an_error_and_no_answer(stdin: bytes, tmp_path: Path) -> None:
    done = run(stdin, tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"secrets: ")


# ---------------------------------------------------------------- the hash


def hashes(root: Path, *, salt: str = "", environment: dict[str, str] | None = None) -> list[str]:
    return [each.hash for each in ask(root, "./a.py", "./b.py", salt=salt, environment=environment)[0].secrets]


@pytest.mark.parametrize("kind", ["random", "guessable"])
def test_one_value_in_two_places_has_one_hash_and_another_salt_makes_another(tree: Tree, kind: str) -> None:
    import hashlib

    value = token() if kind == "random" else "Kestrel" + "!73vQ"
    root = tree({"a.py": f'password = "{value}"\n', "b.py": f'\n\nPASSWORD = "{value}"\n'})
    one, two = hashes(root, salt="one"), hashes(root, salt="two")
    assert one[0] == one[1]
    assert two[0] == two[1]
    assert one[0] != two[0]
    plain = hashlib.sha256(value.encode()).hexdigest()
    salted = hashlib.sha256(f"one{value}".encode()).hexdigest()
    assert not {one[0], two[0]} & {plain, plain[:32], plain[32:], salted, salted[:32]}


def test_the_salt_is_that_of_the_request_else_a_public_one(tree: Tree) -> None:
    root = tree({"a.py": f'T = "{token()}"\n', "b.py": ""})
    default = hashes(root, environment={"DEVSECGATE_SALT": "pepper"})
    assert default == hashes(root, salt=secrets.DEFAULT_SALT)
    assert default != hashes(root, salt="pepper")


def test_a_value_that_could_be_guessed_is_hashed_slowly(tree: Tree) -> None:
    import hashlib

    value = b"Kestrel" + b"!73vQ"
    root = tree({"a.py": f'password = "{value.decode()}"\n', "b.py": ""})
    slow = hashlib.scrypt(value, salt=b"k", n=4096, r=8, p=1, dklen=16).hex()
    assert hashes(root, salt="k") == [slow]


# ---------------------------------------------------------------- places


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_and_columns_are_counted_in_characters_whatever_ends_a_line(tree: Tree, end: str) -> None:
    value = token()
    text = end.join(["première", "\N{GRINNING FACE}", f'é = "{value}"; ü = "{value}"', ""])
    answer = look(tree({"a.py": text.encode()}), "./a.py")
    assert [(each.line, each.column, each.end_line, each.end_column) for each in answer.secrets] == [
        (3, 6, 3, 46),
        (3, 54, 3, 94),
    ]


@given(
    before=st.binary(max_size=40), between=st.binary(max_size=40), behind=st.binary(max_size=10),
    quote=st.sampled_from("\"'`")
)  # fmt: skip
def test_places_are_those_of_the_text_that_the_gate_reads_whatever_the_bytes(
    before: bytes, between: bytes, behind: bytes, quote: str
) -> None:
    """`target.texts` decodes the whole file, the detector only parts of it: masking needs both to agree."""
    before, between = before.replace(b"\0", b"x"), between.replace(b"\0", b"x")
    value = f"api_token = {quote}{'Zk9vQx3Rm7Lp2Wt8'}é{'Ns5Yc4'}{quote}\n".encode()
    data = before + b"\n" + value + between + b"\n" + value + behind
    text = data.decode("utf-8", errors="replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    matches = search(data, RULES, configuration=True)
    described = secrets.described("a", data, matches.found, secrets.Hasher(b"k"))
    for match, each in zip(matches.found, described, strict=True):
        if each.line == each.end_line:
            shown = lines[each.line - 1][each.column - 1 : each.end_column - 1]
            assert shown == data[match.start : match.end].decode("utf-8", errors="replace")


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_secrets_are_found_in_every_unicode_encoding_with_and_without_a_mark(tree: Tree, encoding: str) -> None:
    text = f"# Zugänge des Dienstes\r\nPORT=8080\r\nTOKEN={token()}\r\nDB_PASSWORD={drawn(24)}\r\n"
    answer = look(tree({".env": text.encode(encoding)}), "./.env")
    assert [(each.rule, each.line) for each in answer.secrets] == [("github-token", 3), ("generic-password", 4)]
    assert answer.unseen == []


def test_utf_16_behind_lines_of_utf_8_is_read_too(tree: Tree) -> None:
    first, second = token(), token()
    data = f"A={first}\n".encode() + f"B={second}\r\n".encode("utf-16-le") + b"C=1\n"
    answer = look(tree({".env": data}), "./.env")
    assert [(each.rule, each.line) for each in answer.secrets] == [("github-token", 1), ("github-token", 2)]
    assert len(as_utf8(data)) == len(data)


def test_secrets_are_found_in_binary_files(tree: Tree) -> None:
    data = SOURCE.randbytes(5000) + b"\0" + token().encode() + b"\0" + SOURCE.randbytes(5000)
    answer = look(tree({"program.bin": data}), "./program.bin")
    assert [each.rule for each in answer.secrets] == ["github-token"]


@pytest.mark.parametrize(
    ("path", "bare"),
    [
        (".env", True), ("a/.env.local", True), ("prod.env", True), ("Dockerfile", True), ("app.dockerfile", False),
        ("config", True), (".netrc", True), (".bashrc", True), ("a.yml", True), ("a.tf", True), ("README.md", True),
        ("values.yaml.j2", True), ("settings.py", False), ("app.js", False), ("main.go", False), ("Main.java", False),
    ],
)  # fmt: skip
def test_values_without_quotes_count_in_configuration_and_prose_and_not_in_code(path: str, bare: bool) -> None:
    assert is_configuration(path) is bare
    found = search(f"api_key = {drawn(32)}\n".encode(), RULES, configuration=is_configuration(path)).found
    assert [each.rule.id for each in found] == (["generic-secret"] if bare else [])


# ---------------------------------------------------------------- markers


@pytest.mark.parametrize(
    ("comment", "text", "why"),
    [
        ("# pragma: allowlist secret", "pragma: allowlist secret", ""),
        ("# pragma: whitelist secret - of the test server", "pragma: whitelist secret", "of the test server"),
        ("# gitleaks:allow", "gitleaks:allow", ""),
        ("// betterleaks:allow because it is revoked", "betterleaks:allow", "because it is revoked"),
        ("# trufflehog:ignore", "trufflehog:ignore", ""),
        ("/* ggignore */", "ggignore", ""),
        ("<!-- nosecret: a sample -->", "nosecret", "a sample"),
        ("# devsecgate: allow secret because it opens no door", "devsecgate: allow secret because", "it opens no door"),
    ],
)
def test_a_marker_on_the_line_is_given_with_the_secret_and_hides_nothing(
    tree: Tree, comment: str, text: str, why: str
) -> None:
    answer = look(tree({"a.py": f'\nT = "{token()}"  {comment}\n'}), "./a.py")
    assert [each.rule for each in answer.secrets] == ["github-token"]
    column = 1 + len(f'T = "{"x" * 40}"  {comment}'[: f'T = "{"x" * 40}"  {comment}'.index(text)])
    assert answer.secrets[0].marker == Marker(text=text, line=2, column=column, justification=why)


def test_a_marker_may_stand_on_the_line_above_where_it_says_so(tree: Tree) -> None:
    comment = "# pragma: allowlist nextline secret: of the sandbox"
    answer = look(tree({"a.py": f'{comment}\nT = "{token()}"\n'}), "./a.py")
    assert answer.secrets[0].marker == Marker(
        text="pragma: allowlist nextline secret", line=1, column=3, justification="of the sandbox"
    )
    answer = look(tree({"b.py": f'# pragma: allowlist secret\nT = "{token()}"\n# gitleaks:allow\n'}), "./b.py")
    assert answer.secrets[0].marker is None


def test_a_marker_inside_of_the_value_is_none(tree: Tree) -> None:
    value = f"aB3-nosecret-{drawn(20)}"
    answer = look(tree({"a.py": f'password = "{value}"\n'}), "./a.py")
    assert [(each.rule, each.marker) for each in answer.secrets] == [("generic-password", None)]


def test_a_justification_shows_no_secret_of_the_file_and_no_word_that_could_be_one(tree: Tree) -> None:
    first, second, third = token(), token(), drawn(40)
    text = f'A = "{first}"\nB = "{second}"  # gitleaks:allow like {first} and {second}, and "{third}" too\n'
    answer = look(tree({"a.py": text}), "./a.py")
    markers = [each.marker.justification for each in answer.secrets if each.marker is not None]
    assert markers == ['like *** and ***, and "***" too'] * 3
    printed = msgspec.json.encode(answer).decode()
    assert [value for value in (first, second, third) if value[4:20] in printed] == []


# ---------------------------------------------------------------- what could not be seen


def test_what_cannot_be_opened_is_unseen_and_not_covered(tree: Tree) -> None:
    root = tree({"a.py": "x = 1\n", "folder/b.py": "x = 1\n"})
    (root / "link.py").symlink_to("a.py")
    os.mkfifo(root / "pipe")
    answer = look(root, "./a.py", "./gone.py", "./link.py", "./pipe", "./folder")
    assert answer.covered == ["./a.py"]
    assert {each.path: each.detail for each in answer.unseen} == {
        "./gone.py": "not searched for secrets: No such file or directory",
        "./link.py": "not searched for secrets: Too many levels of symbolic links",
        "./pipe": "not searched for secrets: it is not a regular file",
        "./folder": "not searched for secrets: Is a directory",
    }


def test_a_file_that_is_too_large_is_unseen(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "MAX_BYTES", 1024 * 1024)
    root = tree({"large.txt": b"x" * (1024 * 1024 + 1), "just.txt": b"x" * 1024 * 1024})
    answer = look(root, "./large.txt", "./just.txt")
    assert answer.covered == ["./just.txt"]
    assert [each.detail for each in answer.unseen] == ["not searched for secrets: it is larger than 1 MB"]


def test_of_more_secrets_than_can_be_listed_the_rest_is_unseen(tree: Tree) -> None:
    text = "".join(f'T{number} = "{token()}"\n' for number in range(MAX_MATCHES + 1))
    answer = look(tree({"a.py": text, "b.py": text[: text.rindex("\nT")]}), "./a.py", "./b.py")
    assert [(each.path, each.detail) for each in answer.unseen] == [
        ("./a.py", "not wholly searched for secrets: it holds more than 1,000 secrets")
    ]
    assert len(answer.secrets) == 2 * MAX_MATCHES


def test_a_secret_behind_a_key_that_never_ends_is_found(tree: Tree) -> None:
    begin = "-----BEGIN " + "PRIVATE KEY-----"
    body = "\n".join(drawn(64) for _ in range(6))
    answer = look(tree({"a.txt": f"{begin}\n{body}\n\nT = {token()}\n"}), "./a.txt")
    assert [(each.rule, each.line, each.end_line) for each in answer.secrets] == [
        ("private-key", 1, 7),
        ("github-token", 9, 9),
    ]


# ---------------------------------------------------------------- time


def seconds(data: bytes) -> float:
    start = time.perf_counter()
    matches = search(as_utf8(data), RULES, configuration=True)
    secrets.described("a", data, matches.found, secrets.Hasher(b"k"))
    return time.perf_counter() - start


def test_a_line_of_fifty_megabytes_with_a_thousand_secrets_takes_seconds(tree: Tree) -> None:
    part = b"x" * 50_000
    data = b"".join(part + b' "' + token().encode() + b'" ' for _ in range(MAX_MATCHES)) + b"// gitleaks:allow\n"
    start = time.perf_counter()
    answer = look(tree({"a.min.js": data}), "./a.min.js")
    assert time.perf_counter() - start < 30
    assert len(answer.secrets) == MAX_MATCHES
    assert [each.marker is not None for each in answer.secrets] == [False] * (MAX_MATCHES - 1) + [True]
    assert answer.secrets[-1].end_column == data.rindex(b'"') + 1


def test_a_hundred_thousand_keywords_in_one_file_take_seconds() -> None:
    for word in (
        b'token = "',
        b"secret: ",
        b"password=",
        b'"api_key", "',
        b"://a:b",
        b"eyJ-",
        b"ghp_",
        b"gl",
        b"curl -u ",
    ):
        assert seconds(word * 100_000) < 20, word


def test_a_million_first_lines_of_keys_cost_no_more_than_their_length() -> None:
    begin = b"-----BEGIN " + b"PRIVATE KEY-----"
    for unit in (
        begin + b"\n",
        begin,
        begin + b"\\n" + b"A1b2" * 30,
        b'"private_key": "' + begin,
        b"Private-Lines: 2\n" * 2,
    ):
        assert seconds(unit * (2_000_000 // len(unit))) < 20, unit


def test_twice_the_file_takes_about_twice_the_time() -> None:
    unit = b'key = "abc"; token: x; password=y; ://u:p; eyJabc.eyJabc. -----BEGIN '
    once, twice = (min(seconds(unit * count) for _ in range(3)) for count in (10_000, 20_000))
    assert twice < 4 * once + 0.2


def test_more_places_of_one_keyword_than_are_looked_at_are_said_to_be_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    from devsecgate.detectors import secrets_search

    monkeypatch.setattr(secrets_search, "MAX_PLACES", 10)
    assert search(b"token " * 10, RULES, configuration=True).incomplete == ""
    assert search(b"token " * 11, RULES, configuration=True).incomplete == "one keyword stands at more than 10 places"


# ---------------------------------------------------------------- any bytes at all


ALPHABET = st.lists(
    st.sampled_from(
        [b"token", b"=", b'"', b"'", b" ", b"\n", b"\r", b"\\n", b"-----BEGIN ", b"PRIVATE KEY-----", b"-----END ",
        b"eyJ", b".",
         b"://", b":", b"@", b"ghp_", b"a1B2c3D4e5F6g7H8", b"password", b"\0", b"\xff", b"\xc3", b"\xa9", b"key",
         b"value", b"basic ",
         b"dXNlcjpwYXNz", b"AKIA", b"curl -u ", b";", b"pragma: allowlist secret", b"AAAAAAAA", b"{", b"$",
         b"\xff\xfe", b"Q~"]
    ),
    max_size=60,
)  # fmt: skip


@given(st.one_of(st.binary(max_size=400), ALPHABET.map(b"".join)))
def test_no_bytes_make_the_detector_fail_and_the_same_bytes_give_the_same_answer(data: bytes) -> None:
    def described() -> list[Secret]:
        utf8 = as_utf8(data)
        return secrets.described("a", utf8, search(utf8, RULES, configuration=True).found, secrets.Hasher(b"k"))

    found = described()
    assert found == described()
    places = [(each.line, each.column, each.end_line, each.end_column) for each in found]
    assert places == sorted(places)
    assert all(place[:2] <= place[2:] for place in places)


@given(st.lists(st.sampled_from(["ghp_", "password = ", '"', "\n", " ", "é"]), max_size=8), st.integers(0, 2**64))
def test_no_part_of_a_value_is_in_the_answer(noise: list[str], seed: int) -> None:
    source = random.Random(seed)
    value = "glpat-" + "".join(source.choice(LETTERS) for _ in range(20))
    text = f'{"".join(noise)}\nAPI = "{value}"  # gitleaks:allow {value} {value}\n'
    utf8 = text.encode()
    found = secrets.described("a", utf8, search(utf8, RULES, configuration=True).found, secrets.Hasher(b"k"))
    assert "gitlab-token" in {each.rule for each in found}
    printed = json.dumps([msgspec.to_builtins(each) for each in found])
    assert [value[start : start + 6] for start in range(6, 21) if value[start : start + 6] in printed] == []
