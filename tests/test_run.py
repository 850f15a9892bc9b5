"""The engine: whatever a tool does, the result says what was seen and what was not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from devsecgate import jobs, rule_choice, run
from devsecgate.errors import MalformedOutput
from devsecgate.model import Finding, Gap, GapReason, Kind, Location, ScanResult
from devsecgate.scanner import (
    CANARY_PATH,
    Assignment,
    Canary,
    Command,
    Engine,
    Given,
    Job,
    Output,
    Parsed,
    Plan,
    Scanner,
    Settings,
    Split,
    Subject,
    relative,
)

# A tool that prints a line `path:rule` for each file that holds the word "bad".
_TOOL = """
import sys
for path in sys.argv[1:]:
    print(path, "bad-word" if "bad" in open(path).read() else "fine", sep=":")
"""


def _parse(output: Output, job: Job) -> Parsed:
    lines = output.stdout.decode().splitlines()
    if not lines or not output.stdout.endswith(b"\n"):
        raise MalformedOutput("no complete line")
    pairs = [(relative(path, job), rule) for path, _, rule in (line.rpartition(":") for line in lines)]
    findings = tuple(_finding(path, rule) for path, rule in pairs if rule != "fine")
    return Parsed(findings=findings, gaps=(), covered=frozenset(path for path, _ in pairs if path != CANARY_PATH))


def _finding(path: str, rule: str = "bad-word") -> Finding:
    place = Location(path=path)
    return Finding(
        scanner="words",
        kind=Kind.CODE,
        rule=rule,
        message="bad",
        location=place,
        severity=None,
        severity_source="unrated",
    )


def _command(tool: str) -> Callable[[Job], Command]:
    def command(job: Job) -> Command:
        return Command(argv=("python", "-c", tool, *job.files, str(job.canary)), exits=frozenset({0}))

    return command


def _words(tool: str = _TOOL) -> Scanner:
    return Scanner(
        name="words",
        kind=Kind.CODE,
        about="finds bad words",
        engines=(Engine(name="words", program="python", version=("--version",), install="pip install words"),),
        select=lambda path: path.endswith(".txt"),
        command=_command(tool),
        parse=_parse,
        canary=Canary(name="canary.txt", content=b"bad", rule="bad-word"),
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "a.txt").write_text("bad")
    (folder / "b.txt").write_text("good")
    return folder


def _run(
    scanner: Scanner,
    root: Path,
    *,
    timeout: float = 60,
    memory: int = 1 << 33,
    processors: int = 1,
    rules: tuple[Path, ...] = (),
) -> ScanResult:
    files = tuple(sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()))
    conditions = run.Conditions(
        root=root,
        target_files=frozenset(files),
        settings=Settings(processors=processors, rules=rules),
        timeout=timeout,
        memory=memory,
        refused_engines=frozenset({"refused"}),
    )
    plan = Plan(assignments=(Assignment(scanner=scanner, files=files),), idle=(), gaps=())
    (result,) = run.run(plan, conditions, lambda name, done: None)
    return result


def _reasons(result: ScanResult) -> list[GapReason]:
    return [gap.reason for gap in result.gaps]


def test_a_healthy_tool_covers_all_and_proves_itself(root: Path) -> None:
    result = _run(_words(), root)
    assert (result.findings, result.gaps, result.canaries) == ((_finding("a.txt"),), (), 1)
    assert result.covered == result.requested == {"a.txt", "b.txt"}
    assert result.version.startswith("3.")


def test_a_tool_that_is_not_there_is_a_gap_with_its_remedy(root: Path) -> None:
    engine = Engine(name="gone", program="a-program-that-is-not-there", install="pip install gone")
    result = _run(replace(_words(), engines=(engine,)), root)
    detail = "a-program-that-is-not-there is not installed, or not executable; install it: pip install gone"
    assert result.gaps == (Gap(scanner="words", reason=GapReason.MISSING, detail=detail),)
    assert result.covered == frozenset()


@pytest.mark.parametrize(
    ("tool", "reason"),
    [
        ("pass", GapReason.MALFORMED),
        ("print('a', end='')", GapReason.MALFORMED),
        ("import sys; sys.stdout.buffer.write(bytes([255, 254, 10]))", GapReason.BUG),
        (_TOOL + "\nsys.exit(3)", GapReason.FAILED),
        ("import os; os.kill(os.getpid(), 9)", GapReason.FAILED),
        ("import time; time.sleep(600)", GapReason.TIMEOUT),
        ("held = []\nwhile True: held.append(b'x' * 10_000_000)", GapReason.FAILED),
        ("import sys\nfor path in sys.argv[1:]: print(path, 'fine', sep=':')", GapReason.CANARY),
    ],
)
def test_a_broken_tool_is_a_gap_and_covers_nothing(root: Path, tool: str, reason: GapReason) -> None:
    result = _run(_words(tool), root, timeout=3, memory=400_000_000)
    assert _reasons(result) == [reason]
    assert (result.covered, result.canaries) == (frozenset(), 0)


def test_findings_of_a_tool_without_its_canary_are_kept(root: Path) -> None:
    tool = _TOOL.replace("sys.argv[1:]", "sys.argv[1:-1]")
    result = _run(_words(tool), root)
    assert (result.findings, _reasons(result)) == ((_finding("a.txt"),), [GapReason.CANARY])


def test_a_file_that_the_tool_passes_over_is_a_gap_of_its_own(root: Path) -> None:
    tool = _TOOL.replace("sys.argv[1:]", "sys.argv[2:]")
    detail = "words does not account for this file"
    result = _run(_words(tool), root)
    assert result.gaps == (Gap(scanner="words", reason=GapReason.UNREADABLE, detail=detail, path="a.txt"),)


def test_a_finding_outside_the_target_is_a_gap_and_is_dropped(root: Path) -> None:
    result = _run(_words(_TOOL + "\nprint('/etc/passwd:bad-word')"), root)
    assert (result.findings, _reasons(result)) == ((_finding("a.txt"),), [GapReason.MALFORMED])


def test_a_parser_that_raises_is_a_gap(root: Path) -> None:
    def parse(output: Output, job: Job) -> Parsed:
        raise KeyError("results")

    assert _reasons(_run(replace(_words(), parse=parse), root)) == [GapReason.BUG]


def test_a_command_that_raises_is_a_gap(root: Path) -> None:
    def command(job: Job) -> Command:
        raise ValueError(job.engine)

    assert _reasons(_run(replace(_words(), command=command), root)) == [GapReason.BUG]


def test_an_engine_that_refuses_is_followed_by_the_next_and_that_is_said(root: Path) -> None:
    engines = (Engine(name="fast", program="python"), Engine(name="slow", program="python"))

    def command(job: Job) -> Command:
        return _command(_TOOL if job.engine == "slow" else "raise SystemExit(9)")(job)

    scanner = replace(_words(), engines=engines, command=command, refused=lambda output: output.exit == 9)
    result = _run(scanner, root)
    assert (result.engine, result.gaps, len(result.findings)) == ("slow", (), 1)
    assert result.notes == ("fast refused to work; slow did the job",)


def test_an_engine_that_the_policy_refuses_is_not_used(root: Path) -> None:
    engines = (Engine(name="refused", program="python"), Engine(name="words", program="python"))
    assert _run(replace(_words(), engines=engines), root).engine == "words"
    only = _run(replace(_words(), engines=engines[:1]), root)
    assert only.gaps[0].detail == "python is refused by the policy: refused"


def test_files_are_divided_over_processors_and_each_process_proves_itself(root: Path) -> None:
    for number in range(30):
        (root / f"{number}.txt").write_text("bad")
    result = _run(replace(_words(), split=Split.PROCESSORS), root, processors=3)
    assert (result.canaries, len(result.findings), result.gaps) == (1, 31, ())


_WHERE = """
import os, sys
rule = "in-the-tree" if os.path.samefile(".", {root!r}) else "in-a-copy"
for path in sys.argv[1:-1]:
    print(path, rule if open(path).read() in ("bad", "good") else "changed", sep=":")
print(sys.argv[-1], "bad-word", sep=":")
"""


@pytest.mark.parametrize(
    ("more", "size", "further", "where"),
    [
        (0, 0, (), "in-a-copy"),
        (100, 0, (), "in-a-copy"),
        (0, 33 << 20, (), "in-the-tree"),
        (0, 0, ("own",), "in-the-tree"),
    ],
    ids=["few files", "many files", "large files", "rules of the policy"],
)
def test_a_tool_that_walks_all_of_a_repository_gets_copies_of_its_files(
    more: int, size: int, further: tuple[str, ...], where: str, root: Path, tmp_path: Path
) -> None:
    for number in range(more):
        (root / f"{number}.txt").write_text("good")
    (root / "deep" / "er").mkdir(parents=True)
    (root / "deep" / "er" / "c.txt").write_text("good")
    (root / "size.txt").write_text("good" if size == 0 else " " * size)
    rules = tuple(tmp_path / name for name in ("ours", *further))
    result = _run(replace(_words(_WHERE.format(root=str(root))), pack="words"), root, rules=rules)
    found = {(each.location.path, each.rule) for each in result.findings} - {("size.txt", "changed")}
    names = ("a.txt", "b.txt", "deep/er/c.txt", *(f"{number}.txt" for number in range(more)))
    assert found - {("size.txt", where)} == {(name, where) for name in names}
    assert (result.gaps, result.covered, result.canaries) == ((), result.requested, 1)


_TOGETHER = """
import sys
for path in sys.argv[1:-1]:
    print(path, len(sys.argv) - 2, sep=":")
print(sys.argv[-1], "bad-word", sep=":")
"""


@pytest.mark.parametrize(
    ("further", "together"), [((), {"40", "62"}), (("own",), {"102"})], ids=["our rules", "rules of the policy"]
)
def test_files_that_need_many_rules_are_looked_at_apart_from_those_that_need_few(
    further: tuple[str, ...], together: set[str], root: Path, tmp_path: Path
) -> None:
    (tmp_path / "ours" / "words").mkdir(parents=True)
    rules = "".join(f"  - id: rule-{n}\n    metadata:\n      words: [word{n}]\n" for n in range(1000))
    (tmp_path / "ours" / "words" / "rules.yaml").write_text(f"rules:\n{rules}")
    for number in range(100):
        many = " ".join(f"word{n}" for n in range(1000))
        (root / f"{number}.txt").write_text(many if number < 40 else "x" * 10_000)
    folders = tuple(tmp_path / name for name in ("ours", *further))
    result = _run(replace(_words(_TOGETHER), pack="words"), root, rules=folders)
    assert {each.rule for each in result.findings} == together
    assert (len(result.findings), result.gaps, result.covered) == (102, (), result.requested)


def test_a_pack_that_cannot_be_read_is_the_business_of_its_job_and_ends_no_run(root: Path, tmp_path: Path) -> None:
    (tmp_path / "ours" / "words" / "rules.yaml").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        rule_choice.chosen(tmp_path / "ours" / "words", root, ["./a.txt"], canary="bad-word")
    result = _run(replace(_words(), pack="words"), root, rules=(tmp_path / "ours",))
    assert (result.gaps, result.covered, result.canaries) == ((), result.requested, 1)


def test_files_that_cannot_all_be_copied_under_their_names_are_not(tmp_path: Path) -> None:
    """As on a disk where case does not count, or where the way to the copy is longer than a path may be."""
    long = "/".join(["d" * 200] * 25)
    assert not jobs.copy({"a.txt": b"bad", f"{long}/b.txt": b"good"}, tmp_path / "long")
    assert not jobs.copy({"a.txt": b"bad", "./a.txt": b"good"}, tmp_path / "twice")
    assert jobs.copy({"./a.txt": b"bad", "./deep/er/b.txt": b"good"}, tmp_path / "whole")
    copies = {path.name: path.read_bytes() for path in (tmp_path / "whole").rglob("*.txt")}
    assert copies == {"a.txt": b"bad", "b.txt": b"good"}


def test_an_argument_list_that_would_be_too_long_is_divided(root: Path) -> None:
    for number in range(3000):
        (root / f"{number:0200}.txt").touch()
    result = _run(_words(), root)
    assert (result.canaries, len(result.covered), result.gaps) == (1, 3002, ())


def test_one_broken_process_of_several_is_a_gap_and_the_others_count(root: Path) -> None:
    for number in range(30):
        (root / f"{number}.txt").write_text("bad")
    tool = _TOOL + "\nif './a.txt' in sys.argv: sys.exit(3)"
    result = _run(replace(_words(tool), split=Split.PROCESSORS), root, processors=2)
    assert (result.canaries, _reasons(result)) == (1, [GapReason.FAILED])
    assert 0 < len(result.covered) < len(result.requested)


def test_progress_names_each_scanner_twice(root: Path) -> None:
    told: list[tuple[str, bool]] = []
    plan = Plan(assignments=(Assignment(scanner=_words(), files=("a.txt",)),), idle=(), gaps=())
    conditions = run.Conditions(
        root=root,
        target_files=frozenset({"a.txt"}),
        settings=Settings(),
        timeout=60,
        memory=1 << 33,
        refused_engines=frozenset(),
    )
    run.run(plan, conditions, lambda name, done: told.append((name, done)))
    assert told == [("words", False), ("words", True)]


# A tool that looks at one thing that is not in the tree, and says what it found below its name.
_INSIDE = """
import sys
name, path, canary = sys.argv[1:]
print(f"{name}!/etc/passwd:bad-word" if "bad" in open(path).read() else f"{name}:fine")
print(f"{canary}:bad-word")
"""


def _images(tool: str = _INSIDE) -> Scanner:
    def command(job: Job) -> Command:
        assert job.given is not None
        assert job.files == ()
        return Command(
            argv=("python", "-c", tool, job.given.name, job.given.source, str(job.canary)), exits=frozenset({0})
        )

    def parse(output: Output, job: Job) -> Parsed:
        assert job.given is not None
        return replace(_parse(output, job), covered=frozenset({job.given.name}))

    return replace(_words(), subject=Subject.IMAGE, command=command, parse=parse)


def _beside(scanner: Scanner, root: Path, *names: str) -> ScanResult:
    given = tuple(Given(subject=Subject.IMAGE, name=name, source=str(root / name)) for name in names)
    conditions = run.Conditions(
        root=root,
        target_files=frozenset(),
        settings=Settings(),
        timeout=60,
        memory=1 << 33,
        refused_engines=frozenset(),
    )
    plan = Plan(assignments=(Assignment(scanner=scanner, files=(), given=given),), idle=(), gaps=())
    (result,) = run.run(plan, conditions, lambda name, done: None)
    return result


def test_each_image_is_a_job_of_its_own_with_its_own_canary(root: Path) -> None:
    result = _beside(_images(), root, "a.txt", "b.txt")
    assert (result.findings, result.gaps, result.canaries) == ((_finding("a.txt!/etc/passwd"),), (), 1)
    assert result.covered == result.requested == {"a.txt", "b.txt"}


def test_of_several_images_the_one_that_failed_is_named(root: Path) -> None:
    tool = "import sys\nif sys.argv[1] == 'b.txt': sys.exit(9)\n" + _INSIDE
    result = _beside(_images(tool), root, "a.txt", "b.txt")
    (gap,) = result.gaps
    assert (gap.reason, gap.detail) == (
        GapReason.FAILED,
        "b.txt: words exited with 9, which does not mean that it did its work",
    )
    assert (result.covered, result.canaries) == ({"a.txt"}, 1)


def test_a_finding_in_an_image_that_was_not_given_is_refused(root: Path) -> None:
    result = _beside(_images(_INSIDE.replace("{name}!", "other.txt!")), root, "a.txt")
    assert (result.findings, _reasons(result)) == ((), [GapReason.MALFORMED])


def test_an_image_that_the_tool_does_not_account_for_is_a_gap(root: Path) -> None:
    silent = replace(_images(), parse=_parse)
    result = _beside(silent, root, "b.txt")
    assert result.gaps == ()  # its line names it
    result = _beside(silent, root, "a.txt")
    assert [(gap.path, gap.reason) for gap in result.gaps] == [("a.txt", GapReason.UNREADABLE)]
