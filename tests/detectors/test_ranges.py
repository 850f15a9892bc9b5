"""Poetry's and Pipenv's ranges become PEP 440, or are said to be none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from devsecgate.detectors.manifests.ranges import specifiers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.2.3", "==1.2.3"),
        ("=1.2", "==1.2"),
        ("==1.2.*", "==1.2.*"),
        ("1.*", "==1.*"),
        ("1.2.X", "==1.2.*"),
        (">= 1.0 , < 2.0", ">=1.0,<2.0"),
        (">=1.0 <2.0", ">=1.0,<2.0"),
        ("~=1.4.2", "~=1.4.2"),
        ("<>1.5", "!=1.5"),
        ("^1.2.3", ">=1.2.3,<2"),
        ("^1.2", ">=1.2,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("^1!2.3", ">=1!2.3,<1!3"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1.2", ">=1.2,<1.3"),
        ("~1", ">=1,<2"),
        ("^1.0 || ^2.0", ">=1.0,<2||>=2.0,<3"),
        (">=1|<0.5", ">=1||<0.5"),
        ("*", ""),
        ("^1.0 || *", ""),
        ("v1.0", "==1.0"),
        ("", None),
        ("^", None),
        ("^1.*", None),
        ("latest", None),
        ("1.0 - 2.0", None),
        ("> *", None),
        ("^1.0 ||", None),
        ("1.0\n2.0", None),
        ("9" * 600, None),
    ],
)
def test_a_range_is_translated_to_pep_440_or_is_none(text: str, expected: str | None) -> None:
    assert specifiers(text) == expected


@given(st.text(alphabet="0123456789.*^~=<>!|, vxX", max_size=16))
def test_whatever_is_translated_is_what_packaging_reads(text: str) -> None:
    found = specifiers(text)
    for each in (found or "").split("||"):
        SpecifierSet(each)
