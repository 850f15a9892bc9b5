"""Requirements files are read as pip reads them; what has no exact version, or lies elsewhere, is never lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from devsecgate.detectors.manifests.files import LARGEST, Tree
from devsecgate.detectors.manifests.inventory import Inventory, take
from devsecgate.detectors.manifests.requirements import logical_lines
from devsecgate.model import Gap, GapReason

Take = Callable[..., Inventory]
NOWHERE = '; sys_platform == "nowhere"'
NOT_PINNED = "is not pinned to one version: not resolvable, lock it"
ADDRESS = "is installed from an address, not from an index: advisories cannot be looked up"
FILE = "is installed from an address or a file, not from an index: advisories cannot be looked up"
NO_NAME = "not the name and version of a package; correct the file"


def pins(found: Inventory) -> list[tuple[str, str, int]]:
    return [(pin.name, pin.version, pin.line) for pin in found.pins]


def gaps(found: Inventory) -> list[tuple[GapReason, str]]:
    return [(gap.reason, gap.detail) for gap in found.gaps]


def test_pins_are_read_with_hashes_continuations_comments_extras_and_markers(inventory: Take) -> None:
    text = """\
# a comment \\
Flask==3.0.0
typing_extensions==4.12.2 \\
    --hash=sha256:04e5ca0351e0f3f85c6853954072df659d0d13fac324d0072316b67d7794700d \\
    --hash=sha256:1a7ead55c7e559dd4dee8856e3a88b41225abfe1ce8df57b7c13915fe121ffb8
requests[security,socks] == 2.31.0  # why
Zope.Interface==6.4.post2;python_version>="3"
local==1.0+cu117
epoch==1!2.0
odd===1.0-whatever
both==1.0,>=0.9
spaces   ==  1.0
"""
    found = inventory({"requirements.txt": text})
    assert pins(found) == [
        ("flask", "3.0.0", 2),
        ("typing-extensions", "4.12.2", 3),
        ("requests", "2.31.0", 6),
        ("zope-interface", "6.4.post2", 7),
        ("local", "1.0+cu117", 8),
        ("epoch", "1!2.0", 9),
        ("odd", "1.0-whatever", 10),
        ("both", "1.0", 11),
        ("spaces", "1.0", 12),
    ]
    assert (gaps(found), found.elsewhere, found.covered) == ([], (), {"requirements.txt"})


@pytest.mark.parametrize(
    "wish", ["flask", "flask>=3", "flask~=3.0", "flask!=3.0", "flask==3.*", "flask[dev]", "flask==1.0,==2.0", "Flask"]
)
def test_what_has_no_exact_version_is_a_gap_that_says_lock_it(inventory: Take, wish: str) -> None:
    found = inventory({"requirements.txt": f"\n{wish} # comment\n"})
    gap = Gap(
        scanner="dependencies",
        reason=GapReason.UNRESOLVED,
        detail=f"line 2: flask {NOT_PINNED}",
        path="requirements.txt",
        package="flask",
    )
    assert (found.gaps, found.pins) == ((gap,), ())


def test_a_lockfile_beside_it_does_not_pin_a_requirements_file(inventory: Take) -> None:
    lock = '[[package]]\nname = "flask"\nversion = "3.0.0"\n\n[metadata]\nlock-version = "2.0"\n'
    assert gaps(inventory({"requirements.txt": "flask\n", "poetry.lock": lock})) == [
        (GapReason.UNRESOLVED, f"line 1: flask {NOT_PINNED}")
    ]


def test_a_false_marker_takes_a_pin_elsewhere_and_an_open_wish_into_the_notes(inventory: Take) -> None:
    text = f"flask==3.0.0 {NOWHERE}\ndjango>=5 {NOWHERE}\nflask==2.0.0 ; sys_platform != 'nowhere'\nx==1; extra == 'y'"
    found = inventory({"requirements.txt": text})
    assert pins(found) == [("flask", "2.0.0", 3)]
    assert [(pin.name, pin.version, pin.line, pin.marker) for pin in found.elsewhere] == [
        ("flask", "3.0.0", 1, 'sys_platform == "nowhere"'),
        ("x", "1", 4, 'extra == "y"'),
    ]
    target, said = found.notes
    assert target.startswith("markers are evaluated for Python 3.")
    assert said == 'requirements.txt:2: django is not for this target: sys_platform == "nowhere"'
    assert gaps(found) == []


@pytest.mark.parametrize("marker", ["python_version >= 'x'", "os_name > 'a'", "'x' in extras", "'x' in os_name"])
def test_a_marker_that_cannot_be_evaluated_counts_as_true_or_is_a_gap(inventory: Take, marker: str) -> None:
    found = inventory({"requirements.txt": f"flask==3.0.0 ; {marker}"})
    assert len(found.pins) + len(found.elsewhere) + len(found.gaps) == 1


def test_a_pin_that_is_for_elsewhere_does_not_resolve_a_wish_for_here(inventory: Take) -> None:
    found = inventory({"requirements.txt": f"flask\nflask==3.0.0 {NOWHERE}\n"})
    assert gaps(found) == [(GapReason.UNRESOLVED, f"line 1: flask {NOT_PINNED}")]


def test_an_included_file_is_located_at_its_own_lines_where_it_is_looked_at_itself(inventory: Take) -> None:
    files: dict[str, str | bytes] = {
        "requirements.txt": "\n-r requirements/base.txt\n",
        "requirements/base.txt": "\n\na==1\n",
    }
    found = inventory(files)
    assert [(pin.path, pin.line) for pin in found.pins] == [("requirements/base.txt", 3)]
    found = inventory(files, only=("requirements.txt",))
    assert [(pin.path, pin.line) for pin in found.pins] == [("requirements.txt", 2)]


@pytest.mark.parametrize(
    "line",
    [
        "-r more.list",
        "-rmore.list",
        "--requirement more.list",
        "--requirement=more.list",
        '-r "more.list"',
        "-r 'more.list' # comment",
        "-r ./x/../more.list",
        "--no-index -r more.list",
        "-i https://example.org/simple -r more.list",
        "--pre --index-url=https://example.org/simple\t--requirement more.list",
        "-c empty.list -r more.list",
        "-r empty.list -r more.list",
        "-\\\nr more.list",
        "# comment\x0c-r more.list",
        "# comment\u2028-r more.list",
        "x==1 # c \\\x0c\n-r more.list",
    ],
)
def test_every_spelling_of_an_include_is_followed(inventory: Take, line: str) -> None:
    files = {"requirements.txt": f"{line}\n", "more.list": "evil==1.0\nworse\n", "empty.list": "", "x/y": ""}
    found = inventory(files, only=("requirements.txt",))
    assert ("evil", "1.0") in [(pin.name, pin.version) for pin in found.pins]
    assert [gap.package for gap in found.gaps] == ["worse"]


def test_constraints_pin_wishes_and_are_no_wishes_themselves(inventory: Take) -> None:
    files = {"requirements.txt": "flask\ndjango\n-c limits.list\n", "limits.list": "flask==3.0.0\nurllib3<2\n"}
    found = inventory(files, only=("requirements.txt",))
    assert pins(found) == [("flask", "3.0.0", 3)]
    assert gaps(found) == [(GapReason.UNRESOLVED, f"line 2: django {NOT_PINNED}")]


def test_what_a_constraints_file_requires_is_a_requirement_as_pip_has_it(inventory: Take) -> None:
    files = {"requirements.txt": "-c limits.list\n", "limits.list": "-r real.list\n", "real.list": "flask\n"}
    found = inventory(files, only=("requirements.txt",))
    assert gaps(found) == [(GapReason.UNRESOLVED, f"line 1: flask {NOT_PINNED}")]


def test_a_file_that_is_a_constraint_and_a_requirement_is_both(inventory: Take) -> None:
    files = {"requirements.txt": "-c same.list\n-r same.list\n", "same.list": "flask\n"}
    found = inventory(files, only=("requirements.txt",))
    assert gaps(found) == [(GapReason.UNRESOLVED, f"line 2: flask {NOT_PINNED}")]


def test_files_that_include_each_other_are_read_once(inventory: Take) -> None:
    files = {
        "requirements.txt": "-r requirements.txt\n-r ./requirements.txt\n-r sub/b-requirements.txt\na==1\n",
        "sub/b-requirements.txt": "-r ../requirements.txt\n-r b-requirements.txt\nb==2\n",
    }
    found = inventory(files)
    assert [(pin.name, pin.path, pin.line) for pin in found.pins] == [
        ("a", "requirements.txt", 4),
        ("b", "sub/b-requirements.txt", 3),
    ]
    assert gaps(found) == []


def test_includes_that_are_too_deep_or_too_many_are_a_gap(inventory: Take) -> None:
    chain: dict[str, str | bytes] = {f"{n}.list": f"-r {n + 1}.list\np{n}==1\n" for n in range(40)}
    found = inventory({**chain, "requirements.txt": "-r 0.list\n"}, only=("requirements.txt",))
    assert len(found.pins) == 32
    assert gaps(found) == [(GapReason.MALFORMED, "line 1: includes too many files")]
    wide: dict[str, str | bytes] = {f"w{n}.list": f"p{n}==1\n" for n in range(600)}
    many = "".join(f"-r w{n}.list\n" for n in range(600))
    found = inventory({**wide, "requirements.txt": many}, only=("requirements.txt",))
    assert len(found.pins) == 499
    assert {detail.partition(": ")[2] for _, detail in gaps(found)} == {"includes too many files"}
    assert len(found.gaps) == 101


OUTSIDE = "is outside of the scanned folder; what is in it was not seen"


@pytest.mark.parametrize(
    ("line", "reason", "said"),
    [
        ("-r ../outside.txt", GapReason.UNREADABLE, f"the file that it includes {OUTSIDE}"),
        ("-c /etc/hostname", GapReason.UNREADABLE, f"the file that it includes {OUTSIDE}"),
        ("-r a/../../outside.txt", GapReason.UNREADABLE, f"the file that it includes {OUTSIDE}"),
        ("-r link.txt", GapReason.UNREADABLE, f"the file that it includes {OUTSIDE}"),
        ("-r folder/outside.txt", GapReason.UNREADABLE, f"the file that it includes {OUTSIDE}"),
        (
            "-r loop.txt",
            GapReason.UNREADABLE,
            "the file that it includes cannot be opened: Too many levels of symbolic links; what is in it was not seen",
        ),
        (
            "-r nothing.txt",
            GapReason.UNREADABLE,
            "the file that it includes cannot be opened: No such file or directory; what is in it was not seen",
        ),
        (
            "-r .",
            GapReason.UNREADABLE,
            "the file that it includes is not a regular file; what is in it was not seen",
        ),
        (
            "-r fifo.txt",
            GapReason.UNREADABLE,
            "the file that it includes is not a regular file; what is in it was not seen",
        ),
        (
            f"-r {'x' * 300}",
            GapReason.UNREADABLE,
            "the file that it includes cannot be opened: File name too long; what is in it was not seen",
        ),
        (
            "-r https://u:hunter2@example.org/r.txt",
            GapReason.UNRESOLVED,
            "includes a file by an address that is not read; copy it into the project",
        ),
        (
            "-r ${HOME}/r.txt",
            GapReason.UNRESOLVED,
            "includes a file by an address that is not read; copy it into the project",
        ),
    ],
)
def test_an_include_that_cannot_or_must_not_be_read_is_a_gap(
    tree: Callable[[dict[str, str | bytes]], Path], line: str, reason: GapReason, said: str
) -> None:
    root = tree({"requirements.txt": f"{line}\na==1\n", "a/b": ""}).resolve()
    (root.parent / "outside.txt").write_text("secret==1.0\n")
    (root / "link.txt").symlink_to(root.parent / "outside.txt")
    (root / "folder").symlink_to(root.parent)
    (root / "loop.txt").symlink_to(root / "loop.txt")
    os.mkfifo(root / "fifo.txt")
    found = take(Tree(root=root), ["requirements.txt"], first_party=frozenset())
    assert gaps(found) == [(reason, f"line 1: {said}")]
    assert pins(found) == [("a", "1", 2)]
    assert "hunter2" not in repr(found)


def test_what_is_above_a_link_is_where_the_system_says(tree: Callable[[dict[str, str | bytes]], Path]) -> None:
    root = tree(
        {
            "requirements.txt": "-r a/link/../real.list\n",
            "b/c/x": "",
            "b/real.list": "evil==1\n",
            "a/real.list": "good==1",
        }
    ).resolve()
    (root / "a" / "link").symlink_to(root / "b" / "c")
    found = take(Tree(root=root), ["requirements.txt"], first_party=frozenset())
    assert [pin.name for pin in found.pins] == ["evil"]


def test_a_manifest_that_is_itself_a_link_out_of_the_tree_is_not_read(
    tree: Callable[[dict[str, str | bytes]], Path],
) -> None:
    root = tree({"x": ""}).resolve()
    (root.parent / "outside.txt").write_text("secret==1.0\n")
    (root / "requirements.txt").symlink_to(root.parent / "outside.txt")
    found = take(Tree(root=root), ["requirements.txt"], first_party=frozenset())
    detail = "this manifest is outside of the scanned folder"
    assert (gaps(found), found.pins, found.covered) == ([(GapReason.UNREADABLE, detail)], (), frozenset())


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://user:hunter2@example.org/simple",
        "-i https://user:hunter2@example.org/simple",
        "--extra-index-url=https://hunter2@example.org/simple --trusted-host example.org",
        "--find-links https://user:hunter2@example.org/",
        "-f ./wheels",
        "--no-index",
        "--no-binary :all: --only-binary=hunter2",
        "--pre --prefer-binary --require-hashes --no-require-hashes",
        "--use-feature hunter2",
    ],
)
def test_options_that_change_no_exact_version_have_no_effect(inventory: Take, line: str) -> None:
    found = inventory({"requirements.txt": f"{line}\nflask==3.0.0\n"})
    assert (pins(found), gaps(found), found.notes) == ([("flask", "3.0.0", 2)], [], ())


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("--frobnicate", "--frobnicate"),
        ("--requ more.list", "--requ"),
        ("-r", "-r"),
        ("--index-url", "--index-url"),
        ("--no-index=hunter2", "--no-index"),
        ("--pre hunter2", "a part of this line"),
        ("-x hunter2", "-x"),
        ("-- hunter2", "a part of this line"),
        ("-", "a part of this line"),
        ("-r 'hunter2", "a part of this line"),
        ("--hash=sha256:hunter2", "--hash"),
        ("--password:hunter2", "a part of this line"),
    ],
)
def test_what_is_no_option_is_named_and_never_quoted(inventory: Take, line: str, shown: str) -> None:
    found = inventory({"requirements.txt": f"{line}\nflask==3.0.0\n"})
    detail = f"line 1: {shown} is not an option of requirements files, or lacks its value; correct the file"
    assert (GapReason.MALFORMED, detail) in gaps(found)
    assert pins(found) == [("flask", "3.0.0", 2)]
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("line", "package", "what"),
    [
        ("-e git+https://user:hunter2@example.org/x.git@main#egg=Some_Thing", "some-thing", f"some-thing {FILE}"),
        ("--editable=git+ssh://git@example.org/x.git", None, f"a package that {FILE}"),
        ("git+https://user:hunter2@example.org/x.git#egg=thing&subdirectory=y", "thing", f"thing {FILE}"),
        ("https://user:hunter2@example.org/thing-1.0.tar.gz", None, f"a package that {FILE}"),
        ("thing @ https://user:hunter2@example.org/thing-1.0.tar.gz", "thing", f"thing {ADDRESS}"),
        ("thing[x] @ git+https://hunter2@example.org/x ; python_version > '3'", "thing", f"thing {ADDRESS}"),
        ("thing @ file:///hunter2/x", "thing", f"thing {ADDRESS}"),
        ("./thing-1.0-py3-none-any.whl --hash=sha256:00", None, f"a package that {FILE}"),
        ("thing-1.0.zip", None, f"a package that {FILE}"),
        ("../elsewhere", None, f"a package that {FILE}"),
        ("/opt/thing", None, f"a package that {FILE}"),
        ("~/thing", None, f"a package that {FILE}"),
        ("-e ../elsewhere[dev]", None, f"a package that {FILE}"),
        ("-e ./no-manifest", None, f"a package that {FILE}"),
        (f"-e ./{'x' * 300}", None, f"a package that {FILE}"),
        ("-e file:./no-manifest", None, f"a package that {FILE}"),
    ],
)
def test_what_is_not_from_an_index_is_a_gap_without_its_address(
    inventory: Take, line: str, package: str | None, what: str
) -> None:
    found = inventory({"requirements.txt": line, "no-manifest/module.py": ""})
    assert [(gap.reason, gap.detail, gap.package) for gap in found.gaps] == [
        (GapReason.UNRESOLVED, f"line 1: {what}", package)
    ]
    assert "hunter2" not in repr(found)
    assert "example.org" not in repr(found)


@pytest.mark.parametrize(
    "line", ["-e ./lib", "-e lib[dev]", "./lib", "-e file:lib", "--editable=./lib#egg=lib", "-e 'lib'"]
)
def test_a_project_of_the_tree_that_is_looked_at_itself_is_no_gap(inventory: Take, line: str) -> None:
    manifest = '[project]\nname = "lib"\ndependencies = ["flask==3.0.0"]\n'
    found = inventory({"requirements.txt": line, "lib/pyproject.toml": manifest})
    assert (gaps(found), [pin.path for pin in found.pins]) == ([], ["lib/pyproject.toml"])
    assert found.notes == ("requirements.txt:1: a project of the scanned folder itself; its own manifests are read",)


def test_a_project_is_found_from_the_root_too_where_pip_is_run(inventory: Take) -> None:
    found = inventory({"requirements/dev.txt": "-e .\n", "setup.py": "from setuptools import setup\nsetup()\n"})
    assert gaps(found) == []


def test_a_project_of_the_tree_that_nobody_looks_at_is_a_gap(inventory: Take) -> None:
    files = {"requirements.txt": "-e ./lib\n", "lib/pyproject.toml": '[project]\ndependencies = ["flask"]\n'}
    found = inventory(files, only=("requirements.txt",))
    assert gaps(found) == [(GapReason.UNRESOLVED, f"line 1: a package that {FILE}")]


@pytest.mark.parametrize(
    "line",
    [
        "flask==",
        "flask==1.0==2.0",
        "flask 1.0",
        "flask==1.0; nonsense",
        "flask==${VERSION}",
        "${FLASK}",
        "flask==1.0 extra words",
        "=1.0",
        "flask==1.0\u202e",
        "fl\u0430sk==1.0",
        "'flask==1.0'",
        "\\flask==1.0",
        "<<<<<<< HEAD",
        "flask==1.0," * 1000,
        "f" * 5000,
    ],
)
def test_a_line_that_is_no_requirement_is_a_gap_that_does_not_repeat_it(inventory: Take, line: str) -> None:
    found = inventory({"requirements.txt": f"good==1\n{line}\n"})
    assert gaps(found) == [(GapReason.MALFORMED, f"line 2: {NO_NAME}")]
    assert pins(found) == [("good", "1", 1)]


@pytest.mark.parametrize("version", ["===1.0~x", "===${VERSION}", "====", "===" + "1" * 200])
def test_a_version_that_is_none_is_a_gap_that_does_not_repeat_it(inventory: Take, version: str) -> None:
    found = inventory({"requirements.txt": f"flask{version}\n"})
    assert [(gap.reason, gap.detail, gap.package) for gap in found.gaps] == [
        (GapReason.MALFORMED, "line 1: flask is pinned to what is no version; correct the file", "flask")
    ]
    assert found.pins == ()


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfflask==3.0.0\ndjango==5.0\n",
        "\ufeffflask==3.0.0\ndjango==5.0\n".encode("utf-16-le"),
        "\ufeffflask==3.0.0\ndjango==5.0\n".encode("utf-16-be"),
        b"flask==3.0.0\r\ndjango==5.0\r\n",
        b"flask==3.0.0\rdjango==5.0\r",
        b"flask==3.0.0\\\r\n\r\ndjango==5.0",
    ],
)
def test_marks_and_line_ends_of_other_systems_are_read(inventory: Take, content: bytes) -> None:
    found = inventory({"requirements.txt": content})
    assert [(pin.name, pin.version) for pin in found.pins] == [("flask", "3.0.0"), ("django", "5.0")]
    assert gaps(found) == []


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_a_rare_end_of_line_hides_no_requirement_behind_a_comment(inventory: Take, separator: str) -> None:
    found = inventory({"requirements.txt": f"# nothing here{separator}evil==1.0\nlast==2.0\n"})
    assert pins(found) == [("evil", "1.0", 1), ("last", "2.0", 2)]


@pytest.mark.parametrize(
    ("content", "reason", "said"),
    [
        (b"flask==3.0.0 # caf\xe9\n", GapReason.UNREADABLE, "is not UTF-8; save it as UTF-8"),
        (b"\xff\xfef", GapReason.UNREADABLE, "is not UTF-8; save it as UTF-8"),
        (b"flask==3.0.0\0\n", GapReason.MALFORMED, "holds a NUL character"),
        ("\ufeffflask==3.0.0".encode("utf-32-le"), GapReason.MALFORMED, "holds a NUL character"),
        (
            b"#" * (LARGEST + 1),
            GapReason.UNREADABLE,
            f"is larger than {LARGEST:,} bytes, which no manifest is",
        ),
    ],
)
def test_a_file_that_is_no_text_is_a_gap_as_a_whole(
    inventory: Take, content: bytes, reason: GapReason, said: str
) -> None:
    found = inventory({"requirements.txt": content})
    assert (gaps(found), found.pins, found.covered) == ([(reason, f"this manifest {said}")], (), frozenset())


@pytest.mark.parametrize("line", ["x" * (10 << 20), "flask==1.0 " + "--hash=sha256:00 " * 700_000])
def test_a_line_of_ten_megabytes_is_a_gap_and_the_next_one_is_read(inventory: Take, line: str) -> None:
    found = inventory({"requirements.txt": f"{line}\nflask==3.0.0\n"})
    detail = "line 1: longer than 262,144 characters, which no requirement is"
    assert (gaps(found), pins(found)) == ([(GapReason.MALFORMED, detail)], [("flask", "3.0.0", 2)])


@pytest.mark.parametrize(
    "name", ["flask==1.0\n" * 20_000, "# " + "\x0c" * 200_000, "\\\n" * 100_000, "[" * 200_000 + "]"]
)
def test_large_files_of_small_trouble_are_read_in_one_pass(inventory: Take, name: str) -> None:
    assert inventory({"requirements.txt": name}).covered == {"requirements.txt"}


def test_logical_lines_are_numbered_as_editors_number_them() -> None:
    text = "a\n\n# c\nb \\\n  c \\\n# comment ends it\nd\x0ce\\\nf\r\n g#h #i\rz\\"
    assert list(logical_lines(text)) == [(1, "a"), (4, "b   c"), (7, "d"), (7, "ef"), (9, "g#h"), (10, "z")]


def test_a_page_of_prose_that_is_called_like_one_is_one_gap(inventory: Take) -> None:
    found = inventory({"docs/constraints.txt": "Constraints reference\n=====================\n" * 8 + "flask==3.0.0\n"})
    detail = "this manifest is no list of requirements: 16 of its lines name no package, the first is line 1"
    assert (gaps(found), found.covered) == ([(GapReason.MALFORMED, detail)], frozenset())


def test_some_broken_lines_among_good_ones_are_told_one_by_one(inventory: Take) -> None:
    good = "".join(f"thing{number}==1.0\n" for number in range(20))
    found = inventory({"requirements.txt": good + "no requirement\n" * 12})
    assert (len(found.pins), len(found.gaps)) == (20, 12)
