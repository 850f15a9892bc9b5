"""A secret in a path is seen and masked; what only looks long is a name like any other."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from devsecgate import target
from devsecgate.detectors.secrets_names import masked
from devsecgate.model import Gap, GapReason

Tree = Callable[[dict[str, str | bytes]], Path]
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def token(seed: int = 1) -> str:
    """A token of GitLab's form, made here and now."""
    draw = random.Random(seed)
    return "glpat-" + "".join(draw.choice(_LETTERS) for _ in range(20))


def test_a_token_is_masked_wherever_it_stands_in_a_path() -> None:
    one, two = token(1), token(2)
    paths = (f"{one}.txt", f"backup/{one}/{two}.json", "src/app.py", f"notes of {two}")
    assert masked(paths) == {
        f"{one}.txt": "***.txt",
        f"backup/{one}/{two}.json": "backup/***/***.json",
        f"notes of {two}": "notes of ***",
    }


def test_hashes_versions_and_identifiers_are_names() -> None:
    paths = (
        "static/main.3f2a9c41d7e8b0a5c6d9.js",
        "objects/3f/2a9c41d7e8b0a5c6d93f2a9c41d7e8b0a5c6d9",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301.json",
        "migrations/0042_auto_20240131_1201_add_customer_number.py",
        "lib64/libcrypto-1_1-x64-2024-01-31-release-candidate.so",
        "user=admin.txt",
    )
    assert masked(paths) == {}


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="/\0"), max_size=60)))
def test_no_names_make_it_fail_and_every_answer_is_about_one_of_them(names: list[str]) -> None:
    assert masked(names).keys() <= set(names)


def test_the_target_leaves_such_files_and_links_out_and_says_so_without_the_value(tree: Tree) -> None:
    value = token()
    root = tree({f"{value}/a.py": "x = 1\n", "b.py": ""})
    (root / f"{value}.py").symlink_to("b.py")
    (root / "clean.py").symlink_to(f"{value}/a.py")
    (root / f"gone-{value}").symlink_to("nowhere")
    seen = target.read(root, exclude=frozenset(), max_file_size=1 << 20)
    why = "the name holds what looks like a secret: revoke it, then rename the file"
    assert (seen.files, seen.links) == (("b.py",), ())
    assert value not in repr((seen.gaps, seen.summary("")))
    assert {gap for gap in seen.gaps if gap.detail == why} == {
        Gap(scanner="target", reason=GapReason.UNREADABLE, detail=why, path=path)
        for path in ("***/a.py", "***.py", "gone-***")
    }
