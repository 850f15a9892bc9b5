"""Requirements files of any content: what pip would install is seen, and nothing outside of the tree is opened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from devsecgate.detectors.manifests.files import Tree
from devsecgate.detectors.manifests.inventory import take

pieces = st.sampled_from(
    (
        "flask", "==", "1.0", ">=2", "[x]", ";", " python_version>'3'", "#", " #", " ", "\\", "\n", "\r\n", "\x0c",
        "\u2028", "-r ", "-c", "--requirement=", "--no-index ", "-e ", "./lib", "a.list", "b.list", "\\\n", "--pre",
        "--hash=sha256:00 ", "django==5.0", "-i x ", "'", "@ https://x/y", "\t", "\x85", "\ufeff",
    )
)  # fmt: skip


def by_pip(path: Path) -> list[tuple[str, bool]] | None:
    """Give what pip would install or constrain from a file, as pip's own reader says; None where it refuses."""
    from pip._internal.exceptions import InstallationError
    from pip._internal.req.req_file import parse_requirements

    try:
        read = list(parse_requirements(str(path), session=None))  # type: ignore[arg-type]
    except (InstallationError, RecursionError, AssertionError, OSError, ValueError, SystemExit):
        return None
    return [(each.requirement, each.constraint) for each in read if not each.is_editable]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(st.lists(pieces, max_size=14), st.lists(pieces, max_size=8))
@example(["#", "\x0c", "flask", "==", "1.0"], [])
@example(["--no-index ", "-r ", "a.list"], ["django==5.0"])
@example(["-c", "a.list"], ["-r ", "b.list"])
def test_nothing_that_pip_would_install_goes_unseen(tmp_path: Path, main: list[str], included: list[str]) -> None:
    (tmp_path / "requirements.txt").write_bytes("".join(main).encode())
    (tmp_path / "a.list").write_bytes("".join(included).encode())
    (tmp_path / "b.list").write_bytes(b"django\nrequests==2.0\n")
    installed = by_pip(tmp_path / "requirements.txt")
    found = take(Tree(root=tmp_path.resolve()), ["requirements.txt"], first_party=frozenset())
    named = {pin.name for pin in (*found.pins, *found.elsewhere)} | {gap.package for gap in found.gaps}
    for text, constraint in installed or ():
        try:
            name = canonicalize_name(Requirement(text).name)
        except InvalidRequirement:
            assert found.gaps or found.pins, text  # pip refuses to install it
            continue
        if not constraint:
            assert name in named or any(f" {name} is not for" in note for note in found.notes), text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=300) | st.binary(max_size=300))
def test_any_content_is_read_or_a_gap(tmp_path: Path, content: str | bytes) -> None:
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    (tmp_path / "requirements.txt").write_bytes(data)
    found = take(Tree(root=tmp_path.resolve()), ["requirements.txt"], first_party=frozenset())
    assert found.covered == {"requirements.txt"} or len(found.gaps) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.sampled_from(["..", ".", "in", "out", "up", "x.txt", "/", "//", "etc", "~", "\\", "%2e", "..."]), max_size=7
    )
)
def test_no_include_ever_opens_a_file_outside_of_the_tree(tmp_path: Path, parts: list[str]) -> None:
    root = tmp_path / "root"
    (root / "in").mkdir(parents=True, exist_ok=True)
    for link, target in ((root / "out", tmp_path), (root / "in" / "up", root)):
        if not link.is_symlink():
            link.symlink_to(target)
    (tmp_path / "x.txt").write_text("secret==1.0\n")
    (root / "in" / "x.txt").write_text("fine==1.0\n")
    (root / "requirements.txt").write_text(f"-r '{'/'.join(parts)}'\n-c in/up/out/x.txt\n-e out/x.txt\n")
    opened: list[str] = []
    original = os.open

    def spy(path: str, flags: int, *rest: object, **named: object) -> int:
        opened.append(os.path.realpath(path))
        return original(path, flags, *rest, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", spy)
        found = take(Tree(root=root.resolve()), ["requirements.txt"], first_party=frozenset())
    assert opened
    assert all(path.startswith(f"{root.resolve()}") for path in opened)
    assert "secret" not in repr(found)
