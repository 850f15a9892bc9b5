"""Bytes to shapes: what is not the promised document is an error with a place."""

import subprocess
import sys

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devsecgate.decode import decode
from devsecgate.errors import MalformedOutput


class Inner(msgspec.Struct):
    line: int


class Document(msgspec.Struct):
    results: list[Inner]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "tool: printed nothing"),
        (b" \n", "tool: printed nothing"),
        (b'{"results": [], "x": "\xff"}', "tool: output is not UTF-8 (byte 22)"),
        (
            b'{"results": []} x',
            "tool: output is not what it should be: JSON is malformed: trailing characters (byte 17)",
        ),
        (b'{"results": []}{"results": []}', "tool: output is not what it should be: JSON is malformed: trailing char"),
        (b'{"results": [', "tool: output is not what it should be: Input data was truncated"),
        (b"{}", "tool: output is not what it should be: Object missing required field `results`"),
        (b"[]", "tool: output is not what it should be: Expected `object`, got `array`"),
        (b"null", "tool: output is not what it should be: Expected `object`, got `null`"),
        (b'"text"', "tool: output is not what it should be: Expected `object`, got `str`"),
        (b'{"results": [{"line": 1}, {"line": "2"}]}', "Expected `int`, got `str` - at `$.results[1].line`"),
        (b"\xef\xbb\xbf{}", "tool: output is not what it should be: JSON is malformed: invalid character"),
        (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "tool: output is nested too deeply"),
    ],
)
def test_anything_but_the_promised_document_is_malformed_and_says_where(data: bytes, message: str) -> None:
    with pytest.raises(MalformedOutput) as caught:
        decode(data, Document, tool="tool")
    assert message in str(caught.value)


def test_a_document_of_the_promised_shape_is_decoded_and_what_is_not_named_is_passed_over() -> None:
    data = b'{"version": "2", "results": [{"line": 3, "code": "x"}]}\n'
    assert decode(data, Document, tool="tool") == Document(results=[Inner(line=3)])


@given(st.binary())
def test_no_bytes_make_anything_but_a_document_or_malformed_output(data: bytes) -> None:
    try:
        decoded = decode(data, Document, tool="tool")
    except MalformedOutput:
        return
    assert isinstance(decoded, Document)


def test_threads_that_meet_a_shape_at_the_same_moment_all_decode_it() -> None:
    """In a process of its own, which msgspec by itself ends with a segmentation fault here."""
    program = """
import json, sys, threading, types
from devsecgate.decode import decode

source = '''
from __future__ import annotations
import msgspec
class Inner(msgspec.Struct):
''' + ''.join(f'    field_{place}: dict[str, list[int]] | None = None\\n' for place in range(20)) + '''
class Outer(msgspec.Struct):
''' + ''.join(f'    field_{place}: list[Inner] = []\\n' for place in range(20))
data = json.dumps({f"field_{place}": [{"field_1": {"of": [1]}}] for place in range(20)}).encode()
sys.setswitchinterval(1e-6)
found = []
for number in range(20):
    module = types.ModuleType(f"shapes_{number}")
    sys.modules[module.__name__] = module
    exec(source, vars(module))
    together = threading.Barrier(8)

    def look():
        together.wait()
        found.append(decode(data, module.Outer, tool="tool").field_19[0].field_1 == {"of": [1]})

    threads = [threading.Thread(target=look) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
print(found.count(True))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=120)
    assert (done.returncode, done.stderr, done.stdout) == (0, b"", b"160\n")
