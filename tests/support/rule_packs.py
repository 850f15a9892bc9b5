"""A pack of bundled rules goes in; its rules, its test code with the marks in it, and what semgrep says of it come out.

`tests/rules/<pack>/<rule>.<ext>` is the code for one rule; so is `<rule>.<anything>.<ext>`, and every file of a folder
`<rule>`. `ruleid: <rule>` in a comment stands before each line that the rule has to report, `ok: <rule>` before lines
that it must not.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import msgspec

from devsecgate import discovery, rule_choice
from devsecgate.jobs import show
from devsecgate.policy import rule_files
from devsecgate.process import clean_environment
from devsecgate.scanner import Engine, Job, Output, Parsed, Scanner, Settings

REPOSITORY = Path(__file__).resolve().parent.parent.parent
RULES = REPOSITORY / "policies" / "rules"
CODE = REPOSITORY / "tests" / "rules"
_MARK = re.compile(r"^\s*(?:#|//|/\*|\{/\*|<!--) (ruleid|ok): ([a-z0-9-]+)(?: \*/\}?| -->)?\s*$")


class Metadata(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that a rule says about itself; all but `asvs` has to be there."""

    cwe: list[str]
    owasp: list[str]
    confidence: str
    confidence_reason: str
    severity_reason: str
    references: list[str]
    lesson: dict[str, str]
    asvs: list[str] = []
    words: list[str] = []
    """Of which a file must have one, or the rule has nothing to look for in it (rule_choice.py)."""


class Rule(msgspec.Struct, frozen=True):
    id: str
    languages: list[str]
    severity: str
    message: str
    metadata: Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A folder of rules, and the scanner that runs them."""

    name: str
    scanner: Scanner
    languages: frozenset[str]
    begins: tuple[str, ...]
    """How the ids of its rules begin."""
    folder: str = ""
    """Where files have to stand to be the scanner's."""


_SCANNERS = discovery.scanners(())


def _pack(name: str, *languages: str, begins: tuple[str, ...] = (), folder: str = "") -> Pack:
    scanner = _SCANNERS["semgrep" if name == "python" else f"semgrep-{name}"]
    return Pack(
        name=name, scanner=scanner, languages=frozenset(languages), begins=begins or (f"{name}-",), folder=folder
    )


PACKS = {
    pack.name: pack
    for pack in (
        _pack("python", "python"),
        _pack("javascript", "javascript", "typescript"),
        _pack("go", "go"),
        _pack("java", "java"),
        _pack("dockerfile", "regex"),  # it reads lines
        _pack("terraform", "terraform", begins=("terraform-aws-", "terraform-azure-", "terraform-gcp-")),
        _pack("manifests", "yaml", begins=("kubernetes-", "compose-", "cloudformation-")),
        _pack("pipelines", "yaml", begins=("github-", "gitlab-"), folder=".gitlab/"),
    )
}


@cache
def rules(pack: str) -> Mapping[str, Rule]:
    """Read the rules of a pack, by id; that of its canary is none of them."""
    found = [
        msgspec.convert(rule, Rule)
        for file in sorted((RULES / pack).rglob("*.yaml"))
        if file.name != "canary.yaml"
        for rule in rule_files.rules(file)
    ]
    assert sorted({rule.id for rule in found}) == sorted(rule.id for rule in found)
    return {rule.id: rule for rule in found}


@cache
def code(pack: str) -> Mapping[str, tuple[Path, ...]]:
    """Give the files of test code, by the rule that they are named after."""
    found: dict[str, tuple[Path, ...]] = {}
    for file in sorted((CODE / pack).rglob("*")):
        if file.is_file():
            within = file.relative_to(CODE / pack)
            owner = within.parts[0].split(".")[0]
            found[owner] = (*found.get(owner, ()), file)
    return found


def marks(file: Path) -> Iterator[tuple[str, str, int]]:
    """Give the marks of one file: kind, rule, and the number of the line that it is about."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=2):
        match = _MARK.fullmatch(line)
        if match is not None:
            yield match[1], match[2], number


def lay_out(pack: Pack, root: Path) -> None:
    """Put the code of a pack, and both examples of every lesson, each a file of its own, below a folder."""
    base = root / pack.folder
    for file in (file for files in code(pack.name).values() for file in files):
        _write(base / "code" / file.relative_to(CODE / pack.name), file.read_bytes())
    for name, rule in rules(pack.name).items():
        # some rules ask for the name of a file, so that an example has that of the rule's first
        own = code(pack.name)[name][0].name
        for kind in ("vulnerable", "fixed"):
            _write(base / kind / name / own, f"{rule.metadata.lesson[kind]}\n".encode())


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def files_below(root: Path, pattern: str = "*") -> list[str]:
    """Give the files below a folder as the gate gives them to a scanner."""
    return [f"./{file.relative_to(root).as_posix()}" for file in sorted(root.rglob(pattern)) if file.is_file()]


def scan(program: Callable[[str], str], pack: Pack, engine: Engine, root: Path, files: Sequence[str]) -> Parsed:
    """Run semgrep with exactly the command of the gate, and read its report as the gate does."""
    scanner = pack.scanner
    scratch = root.parent / f"{root.name}-{scanner.engines.index(engine)}"
    scratch.mkdir()
    canary = scratch / scanner.canary.name
    canary.write_bytes(scanner.canary.content)
    settings = Settings(rules=(RULES,), processors=2)
    is_copied = scanner.unfolds and scanner.pack is not None
    chosen = rule_choice.everything(RULES / pack.name, root, files) if is_copied else None
    shown = show(scanner, root, files, chosen, scratch / "tree")
    job = Job(
        root=shown.root,
        files=tuple(files),
        canary=canary,
        scratch=scratch,
        engine=engine.name,
        settings=settings,
        rules=shown.rules,
        unfolded=shown.unfolded,
        spread=shown.spread,
    )
    command = scanner.command(job)
    for name, content in command.write.items():
        (scratch / name).write_bytes(content)
    done = subprocess.run(
        [program(command.argv[0]), *command.argv[1:]],
        cwd=shown.root,
        env=clean_environment(scratch=scratch, root=shown.root, network=False, extra=command.environment),
        capture_output=True,
        timeout=900,
        check=False,
    )
    assert done.returncode in command.exits, done.stderr.decode()
    return scanner.parse(Output(stdout=done.stdout, stderr=done.stderr, exit=done.returncode), job)


def within(path: str, pack: Pack) -> PurePosixPath:
    """Give a path below the folder in which the files of a pack stand."""
    return PurePosixPath(path.removeprefix(pack.folder))
