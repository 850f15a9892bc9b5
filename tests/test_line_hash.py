"""The vectors are upstream's own (src/fingerprints.test.ts), or come from running upstream's code."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devsecgate.line_hash import line_hashes

END = "c129715d7a2bc9a3:1"
VECTORS: list[tuple[str, list[str]]] = [
    ("", [END]),
    (
        " a\nb\n  \t\tc\n d",
        ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
    ),
    (
        " hello; \t\r\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
        [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            END,
        ],
    ),
    (
        "Lorem ipsum dolor sit amet.\n" * 10,
        [
            *(f"a7f2ff13bc495cf2:{count}" for count in range(1, 7)),
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            END,
        ],
    ),
    (
        "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
        [
            "e54938cc54b302f1:1",
            "bb609acbe9138d60:1",
            "1131fd5871777f34:1",
            "5c482a0f8b35ea28:1",
            "54517377da7028d2:1",
            "2c644846cb18d53e:1",
            "f1b89f20de0d133:1",
            END,
        ],
    ),
    ('import os\nPASSWORD = "hunter2"\n', ["652e3e95382de6d8:1", "c547aafbb2e3a415:1", END]),
    ("s = 'héllo € 😀'\n", ["3ca1ab716c58c1d4:1", END]),
    ("\ufeffimport os\n", ["5aa1a8e55c93c499:1", END]),
    (bytes([0x73, 0x3D, 0xE9, 0x0A]).decode("utf-8", "replace"), ["59e7c131e5ca256a:1", END]),
    ("a\x0cb\x0bc\u2028d\u00a0e\n", ["79dea18a76e57587:1", END]),
]


@pytest.mark.parametrize(("text", "expected"), VECTORS)
def test_each_vector_of_upstream_gives_upstreams_hashes(text: str, expected: list[str]) -> None:
    assert list(line_hashes(text)) == expected


def rolling(text: str) -> list[str]:
    """Upstream's algorithm as it is written: one pass, a ring of 100 units, a subtraction for each step."""
    mask = (1 << 64) - 1
    shift = pow(37, 100, 1 << 64)
    window, starts = [0] * 100, [-1] * 100
    value, line, index = 0, 0, 0
    at_start, previous_cr = True, False
    hashes: dict[int, str] = {}
    counts: dict[str, int] = {}

    def output() -> None:
        text_value = f"{value:x}"
        counts[text_value] = counts.get(text_value, 0) + 1
        hashes[starts[index]] = f"{text_value}:{counts[text_value]}"
        starts[index] = -1

    def update(current: int) -> None:
        nonlocal value, index
        leaving = window[index]
        window[index] = current
        value = (value * 37 + current - shift * leaving) & mask
        index = (index + 1) % 100

    def process(current: int) -> None:
        nonlocal line, at_start, previous_cr
        if current in (32, 9) or (previous_cr and current == 10):
            previous_cr = False
            return
        previous_cr = current == 13
        current = 10 if current == 13 else current
        if starts[index] != -1:
            output()
        if at_start:
            at_start = False
            line += 1
            starts[index] = line
        if current == 10:
            at_start = True
        update(current)

    units = text.encode("utf-16-le", "surrogatepass")
    for offset in range(0, len(units), 2):
        process(int.from_bytes(units[offset : offset + 2], "little"))
    process(65535)
    for _ in range(100):
        if starts[index] != -1:
            output()
        update(0)
    return [hashes[number] for number in sorted(hashes)]


@given(st.text(alphabet=st.sampled_from("ab \t\r\n\x0c\u2028é😀"), max_size=400))
@settings(max_examples=300, deadline=None)
def test_the_difference_of_prefixes_equals_the_rolling_hash(text: str) -> None:
    assert list(line_hashes(text)) == rolling(text)


@given(st.text(alphabet="xy\n", min_size=90, max_size=110), st.text(alphabet="z", min_size=0, max_size=150))
@settings(max_examples=100, deadline=None)
def test_lines_around_the_window_s_length_are_cut_without_a_trace(head: str, tail: str) -> None:
    text = f"{head}\n{tail}{head}{tail}\n{tail}"
    assert list(line_hashes(text)) == rolling(text)


def test_a_line_of_twenty_megabytes_costs_no_more_than_reading_it() -> None:
    started = time.process_time()
    assert len(line_hashes("x" * 20_000_000 + "\ny\n")) == 3
    assert time.process_time() - started < 5
