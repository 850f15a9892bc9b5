"""The target and git: what git tracks is looked at or is a gap, whatever the repository looks like."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devsecgate import target
from devsecgate.model import Gap, GapReason
from devsecgate.target import Target

Tree = Callable[[dict[str, str | bytes]], Path]
SUBMODULE = "the submodule is not checked out: run `git submodule update --init`"
HIDDEN = "so that tracked files may be hidden in folders that the policy excludes"


@pytest.fixture(autouse=True)
def _quiet_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own settings have no say in these tests."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)


def read(root: Path, *exclude: str) -> Target:
    return target.read(root, exclude=frozenset({"venv", *exclude}), max_file_size=100_000)


def git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=t", "-c", "user.email=t@team.example", "-c", "protocol.file.allow=always")
    done = subprocess.run(
        ("git", *who, *arguments), cwd=root, env=environment, check=True, capture_output=True, input=stdin
    )
    return done.stdout


def repository(root: Path) -> Path:
    """Commit all that is there."""
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-f", ".")
    git(root, "commit", "-q", "--allow-empty", "-m", "first")
    return root


def missing(path: str, detail: str) -> Gap:
    return Gap(scanner="target", reason=GapReason.MISSING, detail=detail, path=path)


def unknown(why: str, path: str | None = None) -> Gap:
    return Gap(scanner="target", reason=GapReason.FAILED, detail=f"{why}, {HIDDEN}", path=path)


BROKEN = "git could not read the repository (exit 128)"


# ---------------------------------------------------------------- shapes of a repository


def test_a_worktree_is_a_repository_and_its_git_file_is_not_looked_at(tree: Tree, tmp_path: Path) -> None:
    main = repository(tree({"a.py": "", "venv/b.py": ""}))
    git(main, "worktree", "add", "-q", str(tmp_path / "other"))
    found = read(tmp_path / "other")
    assert (found.files, found.gaps) == (("a.py", "venv/b.py"), ())
    assert found.revision == git(main, "rev-parse", "HEAD").decode().strip()


def test_a_link_to_the_repository_is_followed_by_git_alone(tree: Tree, tmp_path: Path) -> None:
    root = repository(tree({"a.py": "", "venv/b.py": ""}))
    (root / ".git").rename(tmp_path / "elsewhere")
    (root / ".git").symlink_to(tmp_path / "elsewhere")
    assert (read(root).files, read(root).gaps) == (("a.py", "venv/b.py"), ())


def test_a_folder_within_a_repository_knows_what_is_tracked_in_it(tree: Tree) -> None:
    root = repository(tree({"a.py": "", "sub/venv/b.py": "", "sub/c.py": "", "other/venv/d.py": ""}))
    found = read(root / "sub")
    assert (found.files, found.gaps) == (("c.py", "venv/b.py"), ())
    assert found.revision is not None


def test_a_tree_without_a_repository_has_no_revision_and_no_gap(tree: Tree) -> None:
    found = read(tree({"a.py": "", "venv/b.py": ""}))
    assert (found.files, found.excluded, found.gaps, found.revision) == (("a.py",), ("venv (1)",), (), None)


def test_a_repository_without_a_commit_has_no_revision(tree: Tree) -> None:
    root = tree({"a.py": "", "venv/b.py": ""})
    git(root, "init", "-q")
    git(root, "add", "-f", "venv/b.py")
    found = read(root)
    assert (found.files, found.gaps, found.revision) == (("a.py", "venv/b.py"), (), None)


def _no_head(root: Path) -> None:
    (root / ".git" / "HEAD").unlink()


def _no_content(root: Path) -> None:
    shutil.rmtree(root / ".git")
    (root / ".git").mkdir()


def _a_file_that_leads_nowhere(root: Path) -> None:
    shutil.rmtree(root / ".git")
    (root / ".git").write_text("gitdir: /nowhere/at/all\n")


def _a_file_with_code(root: Path) -> None:
    shutil.rmtree(root / ".git")
    (root / ".git").write_text("eval(input())\n")


def _a_link_to_nothing(root: Path) -> None:
    shutil.rmtree(root / ".git")
    (root / ".git").symlink_to("gone")


def _a_loop(root: Path) -> None:
    shutil.rmtree(root / ".git")
    (root / ".git").symlink_to(".git")


def _a_cut_index(root: Path) -> None:
    index = root / ".git" / "index"
    index.write_bytes(index.read_bytes()[:30])


def _an_index_of_the_future(root: Path) -> None:
    index = root / ".git" / "index"
    index.write_bytes(b"DIRC\x00\x00\x00\x63" + index.read_bytes()[8:])


def _an_unknown_extension(root: Path) -> None:
    git(root, "config", "core.repositoryformatversion", "1")
    git(root, "config", "extensions.fromTheFuture", "true")


_BROKEN: tuple[Callable[[Path], None], ...] = (
    _no_head, _no_content, _a_file_that_leads_nowhere, _a_file_with_code, _a_link_to_nothing, _a_loop, _a_cut_index,
    _an_index_of_the_future, _an_unknown_extension,
)  # fmt: skip


@pytest.mark.parametrize("damage", _BROKEN, ids=lambda damage: damage.__name__.strip("_"))
def test_a_repository_that_git_cannot_read_is_a_gap(tree: Tree, damage: Callable[[Path], None]) -> None:
    root = repository(tree({"a.py": "", "venv/b.py": ""}))
    damage(root)
    found = read(root)
    assert (found.files, found.gaps, found.excluded) == (("a.py",), (unknown(BROKEN),), ("venv (1)",))


@pytest.mark.parametrize("size", [40, 60, 100])
def test_an_index_that_git_reads_only_in_part_is_a_gap(tree: Tree, size: int) -> None:
    root = repository(tree({"a.py": "", "venv/b.py": ""}))
    index = root / ".git" / "index"
    index.write_bytes(index.read_bytes()[:size])
    assert read(root).gaps == (unknown("git's index is damaged"),)


@pytest.mark.parametrize("damage", _BROKEN[:6], ids=lambda damage: damage.__name__.strip("_"))
def test_a_broken_repository_within_a_good_one_is_not_taken_for_the_good_one(
    tree: Tree, damage: Callable[[Path], None]
) -> None:
    root = tree({"a.py": "", "sub/venv/b.py": ""})
    repository(root / "sub")
    damage(root / "sub")
    git(root, "init", "-q")
    assert read(root).gaps == (unknown(BROKEN, "sub"),)
    assert read(root / "sub").gaps[0] == unknown(BROKEN)


def test_git_that_is_not_installed_is_a_gap(tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tree({"a.py": ""}))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert read(root).gaps == (unknown("git is not installed"),)


def test_git_of_the_tree_itself_is_never_started(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tree({"a.py": "", "bin/git": "#!/bin/sh\ntouch ran\n"}))
    (root / "bin" / "git").chmod(0o755)
    nested = root / "sub"
    nested.mkdir()
    repository(nested)
    monkeypatch.setenv("PATH", f"{root / 'bin'}:.:bin")
    monkeypatch.chdir(root)
    gaps = read(root).gaps
    assert gaps == (unknown("git is not installed"), unknown("git is not installed", "sub"))
    assert not list(root.rglob("ran"))


@pytest.mark.parametrize("code", ["exit 1", "echo 'error: cut' >&2", "kill -9 $$"])
def test_git_that_fails_is_a_gap(tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    root = repository(tree({"a.py": ""}))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(f"#!/bin/sh\n{code}\n")
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (gap,) = read(root).gaps
    assert (gap.reason, gap.detail.endswith(HIDDEN)) == (GapReason.FAILED, True)


def test_a_repository_of_another_user_is_read(tree: Tree) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    root = repository(tree({"a.py": "", "venv/b.py": ""}))
    for path in (root, *root.rglob("*")):
        os.chown(path, 12345, 12345)
    found = read(root)
    assert (found.files, found.gaps) == (("a.py", "venv/b.py"), ())


@pytest.mark.parametrize(
    "names",
    [
        ("GIT_DIR", "GIT_WORK_TREE"),
        ("GIT_INDEX_FILE",),
        ("GIT_CEILING_DIRECTORIES",),
        ("GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"),
    ],
)
def test_the_environment_does_not_lead_git_elsewhere(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    root = repository(tree({"a.py": "", "venv/b.py": ""}))
    for name in names:
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    assert (read(root).files, read(root).gaps) == (("a.py", "venv/b.py"), ())


def test_settings_in_the_environment_do_not_reach_git(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tree({"a.py": "", "hook.sh": "#!/bin/sh\ntouch ran\n"}))
    (root / "hook.sh").chmod(0o755)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(root / "hook.sh"))
    monkeypatch.setenv("GIT_TRACE", str(root / "trace"))
    assert read(root).files == ("a.py", "hook.sh")
    assert sorted(path.name for path in root.iterdir()) == [".git", "a.py", "hook.sh"]


# ---------------------------------------------------------------- what an index may hold


def test_a_sparse_index_names_the_folders_that_are_left_out(tree: Tree) -> None:
    root = repository(tree({"kept/a.py": "", "left/b.py": "", "left/deep/c.py": "", "top.py": ""}))
    git(root, "sparse-checkout", "set", "--cone", "--sparse-index", "kept")
    found = read(root)
    assert found.files == ("kept/a.py", "top.py")
    assert found.gaps == (missing("left", "the folder is left out by a sparse checkout"),)


def test_a_file_that_is_marked_and_still_there_is_looked_at(tree: Tree) -> None:
    root = repository(tree({"a.py": "", "venv/b.py": ""}))
    git(root, "update-index", "--skip-worktree", "venv/b.py")
    git(root, "update-index", "--assume-unchanged", "a.py")
    assert (read(root).files, read(root).gaps) == (("a.py", "venv/b.py"), ())


def test_a_conflict_counts_as_tracked(tree: Tree) -> None:
    root = repository(tree({"venv/a.py": "one\n"}))
    git(root, "checkout", "-q", "-b", "other")
    (root / "venv" / "a.py").write_text("two\n")
    git(root, "commit", "-qam", "second")
    git(root, "checkout", "-q", "main")
    (root / "venv" / "a.py").write_text("three\n")
    git(root, "commit", "-qam", "third")
    with pytest.raises(subprocess.CalledProcessError):
        git(root, "merge", "-q", "other")
    assert (read(root).files, read(root).gaps) == (("venv/a.py",), ())


@pytest.mark.parametrize("name", [b"venv/caf\xe9.py", b"venv/a\nb.py", b'venv/"quoted"\t.py'])
def test_tracked_names_may_be_any_bytes(tree: Tree, name: bytes) -> None:
    root = tree({"a.py": "", "venv/plain.py": ""})
    os.close(os.open(os.fsencode(root) + b"/" + name, os.O_CREAT | os.O_WRONLY))
    git(root, "init", "-q")
    git(root, "add", "-f", "--", os.fsdecode(name))
    found = read(root)
    assert found.files == ("a.py", "venv/plain.py")
    assert [gap.reason for gap in found.gaps] == [GapReason.UNREADABLE]


def test_a_large_index_is_read_and_its_sparse_entries_are_named(tree: Tree) -> None:
    root = repository(tree({"a.py": ""}))
    blob = git(root, "hash-object", "-w", "a.py").decode().strip()
    lines = "".join(f"100644 {blob} 0\tbig/{number % 100}/f{number:05}.py\n" for number in range(30_000))
    git(root, "update-index", "--index-info", stdin=lines.encode())
    assert (read(root).files, read(root).gaps) == (("a.py",), ())
    names = "\0".join(f"big/{number % 100}/f{number:05}.py" for number in range(30_000))
    git(root, "update-index", "-z", "--skip-worktree", "--stdin", stdin=names.encode())
    assert len(read(root).gaps) == 30_000


# ---------------------------------------------------------------- repositories within


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Another project, to be a submodule."""
    root = tmp_path / "library"
    for name in ("code.py", "venv/hidden.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    return repository(root)


def test_what_a_submodule_tracks_is_looked_at_even_in_an_excluded_folder(tree: Tree, library: Path) -> None:
    root = repository(tree({"a.py": "", "venv/mine.py": ""}))
    git(root, "submodule", "--quiet", "add", str(library), "vendored")
    found = read(root)
    assert found.files == (".gitmodules", "a.py", "vendored/code.py", "vendored/venv/hidden.py", "venv/mine.py")
    assert found.gaps == ()


def test_a_submodule_whose_own_name_is_excluded_is_looked_at(tree: Tree, library: Path) -> None:
    root = repository(tree({"a.py": ""}))
    git(root, "submodule", "--quiet", "add", str(library), "venv")
    assert read(root).files == (".gitmodules", "a.py", "venv/code.py", "venv/venv/hidden.py")
    git(root, "submodule", "--quiet", "deinit", "-f", "venv")
    assert read(root).gaps == (missing("venv", SUBMODULE),)


def test_a_submodule_of_a_submodule_that_is_not_there_is_a_gap(tree: Tree, library: Path, tmp_path: Path) -> None:
    middle = tmp_path / "middle"
    middle.mkdir()
    repository(middle)
    git(middle, "submodule", "--quiet", "add", str(library), "deep")
    git(middle, "commit", "-qm", "second")
    root = repository(tree({"a.py": ""}))
    git(root, "submodule", "--quiet", "add", str(middle), "lib")
    assert read(root).gaps == (missing("lib/deep", SUBMODULE),)


def test_a_submodule_in_whose_place_something_else_is(tree: Tree, library: Path) -> None:
    root = repository(tree({"a.py": ""}))
    git(root, "submodule", "--quiet", "add", str(library), "vendored")
    shutil.rmtree(root / "vendored")
    (root / "vendored").write_text("a file\n")
    assert read(root).gaps == (missing("vendored", SUBMODULE),)


def test_a_submodule_that_may_not_be_read_is_one_gap(library: Path, tmp_path: Path, nobody: Callable[[], None]) -> None:
    root = tmp_path / "tree"
    root.mkdir()
    repository(root)
    git(root, "submodule", "--quiet", "add", str(library), "vendored")
    (root / "vendored").chmod(0)
    nobody()
    (gap,) = read(root).gaps
    assert (gap.path, gap.detail) == ("vendored", "the folder cannot be read: Permission denied")


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Become a user without rights, where the tests are run as root."""
    monkeypatch.setenv("PATH", os.defpath)

    def become() -> None:
        if os.geteuid() != 0:
            return
        for folder in (tmp_path, *tmp_path.parents):
            if folder.is_relative_to("/tmp") and folder != Path("/tmp"):
                folder.chmod(folder.stat().st_mode | 0o755)
        os.seteuid(65534)

    yield become
    if os.getuid() == 0:
        os.seteuid(0)
    for folder in tmp_path.iterdir():
        subprocess.run(("chmod", "-R", "u+rwX", folder), check=True)


def test_a_clone_within_the_tree_is_asked_too(tree: Tree, library: Path) -> None:
    root = repository(tree({"a.py": ""}))
    shutil.copytree(library, root / "clone", symlinks=True)
    assert read(root).files == ("a.py", "clone/code.py", "clone/venv/hidden.py")


def test_a_workspace_of_clones_is_asked_clone_by_clone(tree: Tree, library: Path) -> None:
    root = tree({"a.py": ""})
    shutil.copytree(library, root / "one")
    shutil.copytree(library, root / "two")
    found = read(root)
    assert found.files == ("a.py", "one/code.py", "one/venv/hidden.py", "two/code.py", "two/venv/hidden.py")
    assert (found.gaps, found.revision) == ((), None)


def test_more_repositories_than_can_be_asked_are_gaps(tree: Tree) -> None:
    files: dict[str, str | bytes] = {"a.py": ""}
    for number in range(201):
        files[f"{number:03}/.git/HEAD"] = "ref: refs/heads/main\n"
        files[f"{number:03}/.git/refs/x"] = files[f"{number:03}/.git/objects/x"] = ""
    (gap,) = read(tree(files)).gaps
    detail = "more than 200 repositories in one tree: what this one tracks is not known"
    assert (gap.reason, gap.path, gap.detail) == (GapReason.FAILED, "000", detail)


# ---------------------------------------------------------------- what a hostile repository could start


def _hostile(root: Path, *settings: tuple[str, str]) -> Path:
    """Set up a program that leaves a mark, and settings that name it as `PROGRAM`."""
    program = root.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch {root.parent / 'ran'}\nexit 1\n")
    program.chmod(0o755)
    for name, value in settings:
        git(root, "config", name, value.replace("PROGRAM", str(program)))
    return root.parent / "ran"


def test_no_setting_of_a_repository_starts_a_program(tree: Tree) -> None:
    root = repository(tree({"a.py": "", "venv/b.py": "", ".gitattributes": "* filter=evil diff=evil\n"}))
    mark = _hostile(
        root,
        ("core.fsmonitor", "PROGRAM"),
        ("core.hooksPath", str(root.parent)),
        ("core.pager", "PROGRAM"),
        ("pager.ls-files", "PROGRAM"),
        ("core.editor", "PROGRAM"),
        ("core.sshCommand", "PROGRAM"),
        ("core.askPass", "PROGRAM"),
        ("core.alternateRefsCommand", "PROGRAM"),
        ("credential.helper", "PROGRAM"),
        ("diff.external", "PROGRAM"),
        ("diff.evil.textconv", "PROGRAM"),
        ("filter.evil.clean", "PROGRAM"),
        ("filter.evil.smudge", "PROGRAM"),
        ("filter.evil.process", "PROGRAM"),
        ("gpg.program", "PROGRAM"),
        ("uploadpack.packObjectsHook", "PROGRAM"),
        ("alias.ls-files", "!PROGRAM"),
        ("alias.rev-parse", "!PROGRAM"),
    )
    (root / "a.py").write_text("changed\n")
    before = {path: path.stat().st_mtime_ns for path in (root / ".git").rglob("*")}
    found = read(root)
    assert (found.files, found.gaps) == ((".gitattributes", "a.py", "venv/b.py"), ())
    assert not mark.exists()
    assert {path: path.stat().st_mtime_ns for path in (root / ".git").rglob("*")} == before


def test_a_repository_that_lacks_objects_does_not_fetch_them(tree: Tree, tmp_path: Path) -> None:
    """Git asks a partial clone's remote by the program that the clone's own configuration names."""
    root = repository(tree({"kept/a.py": "", "left/b.py": ""}))
    git(root, "sparse-checkout", "set", "--cone", "--sparse-index", "kept")
    lost = git(root, "rev-parse", "HEAD:left").decode().strip()
    (root / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    mark = _hostile(
        root,
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.url", str(tmp_path)),
        ("remote.origin.promisor", "true"),
        ("remote.origin.uploadpack", "PROGRAM"),
        ("protocol.file.allow", "always"),
        ("protocol.allow", "always"),
    )
    with pytest.raises(FileNotFoundError):
        mark.stat()
    git(root, "ls-files")
    assert mark.exists(), "git itself would have started the program"
    mark.unlink()
    found = read(root)
    assert not mark.exists()
    assert found.gaps == (missing("left", "the folder is left out by a sparse checkout"),)


def test_a_folder_dressed_as_a_repository_is_not_asked(tree: Tree) -> None:
    root = tree({"sub/a.py": "", "sub/venv/b.py": ""})
    git(root, "init", "-q", "--bare", "sub")
    mark = _hostile(root, *())
    program = root.parent / "program"
    for name, value in (("core.bare", "false"), ("core.worktree", str(root / "sub")), ("core.fsmonitor", str(program))):
        git(root, "config", "--file", "sub/config", name, value)
    repository(root)
    found = read(root / "sub")
    assert "venv/b.py" in found.files
    assert (found.gaps, mark.exists()) == ((), False)


@pytest.mark.parametrize("setting", [("core.worktree", "/"), ("core.bare", "true")], ids=" ".join)
def test_a_repository_cannot_say_that_its_files_are_elsewhere(tree: Tree, setting: tuple[str, str]) -> None:
    root = repository(tree({"a.py": "", "venv/b.py": ""}))
    git(root, "config", *setting)
    assert (read(root).files, read(root).gaps) == (("a.py", "venv/b.py"), ())


# ---------------------------------------------------------------- what happens meanwhile


def test_what_vanishes_or_changes_its_kind_after_the_walk_has_no_text(tree: Tree) -> None:
    root = tree(dict.fromkeys(("gone.py", "folder.py", "fifo.py", "link.py", "stays.py"), "x\n"))
    seen = read(root)
    for name in ("gone.py", "folder.py", "fifo.py", "link.py"):
        (root / name).unlink()
    (root / "folder.py").mkdir()
    os.mkfifo(root / "fifo.py")
    (root / "link.py").symlink_to("stays.py")
    assert target.texts(seen, seen.files, limit=100) == {"stays.py": "x\n"}


def test_links_to_files_are_told_with_their_ends(tree: Tree) -> None:
    root = tree({"payload.dat": "eval(x)", "pages/a.md": ""})
    (root / "run.py").symlink_to("payload.dat")
    (root / "docs").symlink_to("pages")
    assert (read(root).links, read(root).gaps) == ((("run.py", "payload.dat"),), ())


def test_a_path_that_is_longer_than_the_system_takes_is_a_gap(tree: Tree) -> None:
    root = tree({"a.py": ""})
    folder = os.open(root, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=folder)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(os.open("deep.py", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)
    found = read(root)
    assert found.files == ("a.py",)
    assert [gap.detail for gap in found.gaps] == ["the folder cannot be read: File name too long"]
    subprocess.run(("rm", "-rf", root), check=True)
