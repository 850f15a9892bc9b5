"""The contract for scanner authors: a scanner is a value, not a program.

It names a command, a parser and a canary. It starts no process, opens no file and catches nothing:
run.py does. Add a scanner by adding one module to `devsecgate/scanners/` that ends in
`SCANNER = Scanner(...)`, one recorded sample under `tests/samples/` and one test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path

import msgspec

from devsecgate.model import DataSource, Finding, Gap, Idle, Kind, Package
from devsecgate.unfold.placing import Rewritten
from devsecgate.unfold.spread import Spread

CANARY_PATH = "<canary>"
"""The path that findings in the canary carry; run.py takes them out, counts them, and lets none through."""


class Split(Enum):
    """How run.py divides a scanner's files over processes."""

    ONCE = "once"
    """One process, unless the argument list would be too long."""
    PROCESSORS = "processors"
    """Equal shares, one for each processor: for tools that use one thread."""


class Subject(Enum):
    """What a scanner looks at."""

    FILES = "files"
    """Files of the scanned tree, as `select` picks them."""
    IMAGE = "image"
    """Container images that the command line names."""
    SBOM = "sbom"
    """Bills of materials that the command line names."""
    COMMITS = "commits"
    """What the commits of a change added; there are some where the change has a base (commits.py)."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """Something beside the tree: what the command line names, or the commits of the change."""

    subject: Subject
    name: str
    """As reports show it, and as the paths of findings begin: `NAME`, or `NAME!/path/inside`. No two are alike."""
    source: str
    """An absolute path, or for an image a reference with its scheme: `registry:registry.example/app:1.2`. Of commits,
    the manifest of what they added (detectors/secrets_versions.py)."""


class Canary(msgspec.Struct, frozen=True, kw_only=True):
    """A planted problem, outside the scanned tree, that must be reported on this very run."""

    name: str
    """File name under the job's canary folder, for example `canary.py`."""
    content: bytes
    rule: str
    """The rule that must fire on it."""
    extra: Mapping[str, bytes] = msgspec.field(default_factory=dict)
    """Further files the canary needs beside it, by relative name; they are not targets."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy and the command line say that a scanner may need."""

    rules: tuple[Path, ...] = ()
    """Folders of semgrep rules: the bundled pack first, then the policy's own."""
    advisories: Path | None = None
    """A folder shaped like the public OSV bucket, or None."""
    store: Path | None = None
    """A store of advisory records, or None; never both it and a folder."""
    max_age: int = 7
    """Days after which the store's records are too old to speak for today."""
    markers: tuple[tuple[str, str], ...] = ()
    """Variables of Python's environment markers that are not this interpreter's, from the policy's target."""
    offline: bool = False
    """True: no scanner may use the network."""
    osv_url: str | None = None
    """Query address of an OSV service for pip-audit; None is its own default."""
    disabled: frozenset[str] = frozenset()
    """Scanners that the policy does not let work: those that rely on one of them must say what is unseen."""
    first_party: frozenset[str] = frozenset()
    """Normalised names of the project's own packages, which no index knows."""
    processors: int = 1
    salt: str = ""
    """Key for the hashes of secrets (DEVSECGATE_SALT); empty is the detector's documented default."""
    no_commits: str = "nothing is compared with a base (--base), so that no commits are the change's own"
    """Why the commits of a change are not looked at; empty where they are."""


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """One program that can do a scanner's work. Tried in order; the first that is there is used."""

    name: str
    """As the verdict shows it: `banditrs`, `semgrep --experimental`."""
    program: str
    """Looked up beside the running interpreter first, then on a cleaned PATH; `python` is the interpreter itself."""
    version: tuple[str, ...] | None = None
    """Arguments that print the version, or None where the output carries it."""
    optional: bool = False
    """True: nobody has to install it. A later engine is the reference; one that stands alone leaves a gap."""
    install: str = ""
    """What to do when it is missing: `pip install 'devsecgate[fast]'`."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One process' worth of work."""

    root: Path
    """Absolute path of the scanned tree, or of copies of the files; the command's working directory."""
    files: tuple[str, ...]
    """`./`-prefixed paths under root, sorted: never options, never absolute. Empty where something is given."""
    canary: Path
    """Absolute path of the canary file, outside root: to be given to the tool as one more target."""
    scratch: Path
    """Absolute path of an empty private folder, for configuration and output files of this job alone."""
    engine: str
    """Name of the engine that will run it."""
    settings: Settings
    given: Given | None = None
    """The one image or SBOM that this job is about; None for files."""
    rules: bytes | None = None
    """Of the scanner's pack, the rules that can find anything in these files; None stands for the whole pack."""
    unfolded: Mapping[str, Rewritten] = msgspec.field(default_factory=dict)
    """By path (no `./`): files whose functions have what they call written into them, to be looked at beside them."""
    spread: Mapping[str, Spread] = msgspec.field(default_factory=dict)
    """By path (no `./`): functions with more values than semgrep follows, which are to be looked at spread."""
    alone: bool = False
    """True: its one file is looked at again; what the tool still has no time for is a gap."""
    broad: bool = False
    """True: these are files of which the tool may leave something out (`Scanner.is_broad`), and has to say what."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What to run. `argv[0]` is the engine's program, resolved by run.py."""

    argv: tuple[str, ...]
    exits: frozenset[int]
    """Exit codes that the tool documents for "I did my work"; anything else is a Gap FAILED."""
    environment: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Added to the clean environment (process.py)."""
    stdin: bytes = b""
    write: Mapping[str, bytes] = msgspec.field(default_factory=dict)
    """Files that run.py writes below `job.scratch` before the start: relative name to content."""
    network: bool = False
    """True: proxy and certificate variables are passed on."""
    timeout: float = 600.0
    """Seconds of wall time."""
    output_limit: int = 256 * 1024 * 1024
    """Bytes on stdout; one more and the process is stopped."""
    said_limit: int = 1 << 20
    """Bytes on stderr that are kept."""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """What came back. `parse` sees it only where the exit code is one of `Command.exits`."""

    stdout: bytes
    stderr: bytes
    exit: int


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """One output, decoded. Canary findings are in here too: run.py takes them out and counts them."""

    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    covered: frozenset[str]
    """Paths (no `./`) that the output proves were looked at; the canary's is left out."""
    packages: tuple[Package, ...] = ()
    sources: tuple[DataSource, ...] = ()
    again: frozenset[str] = frozenset()
    """Paths of which the tool had no time to see all; each is looked at again by itself."""
    version: str | None = None
    """Where the output carries it."""
    notes: tuple[str, ...] = ()
    """What a person should know and no policy needs to judge; they become the result's notes."""


class Scanner(msgspec.Struct, frozen=True, kw_only=True):
    """One layer's tool: what it looks at, how it is run, how it is read, how it proves itself."""

    name: str
    kind: Kind
    about: str
    """One line for `devsecgate scanners`."""
    engines: tuple[Engine, ...]
    select: Callable[[str], bool]
    """Is this path (relative, POSIX) something to look at? Not asked where the subject is not files."""
    command: Callable[[Job], Command]
    """Pure."""
    parse: Callable[[Output, Job], Parsed]
    """Pure; raises MalformedOutput for anything that is not the tool's documented shape."""
    canary: Canary
    subject: Subject = Subject.FILES
    by_file: bool = False
    """True: its answer about a file rests on that file's path and bytes alone, and is kept for them (cache.py)."""
    on_request: bool = False
    """True: it works only where the policy asks for it by name (scanners.enable)."""
    pack: str | None = None
    """A folder of bundled rules, below the first of `Settings.rules`; a job gets those that its files need."""
    unfolds: bool = False
    """True: its jobs get unfolded files, and wide functions with their values spread."""
    is_broad: Callable[[bytes], bool] | None = None
    """May the tool leave something out of a file with this content? Such files get jobs of their own (`Job.broad`)."""
    first: bool = False
    """True: it takes the longest, and is started before the others."""
    split: Split = Split.ONCE
    refused: Callable[[Output], bool] = lambda output: False
    """Did this engine refuse to work at all, so that the next one should be tried?"""
    enabled: Callable[[Settings], str | None] = lambda settings: None
    """Why this scanner should stay idle under these settings, or None: it should work."""


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """One scanner, and the files, images or SBOMs that it is asked to look at."""

    scanner: Scanner
    files: tuple[str, ...]
    given: tuple[Given, ...] = ()
    """What it is asked to look at instead of files; each by a process of its own."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What will be run, what will not and why, and what no scanner reads."""

    assignments: tuple[Assignment, ...]
    idle: tuple[Idle, ...]
    gaps: tuple[Gap, ...]


def relative(name: str, job: Job) -> str:
    """Turn a path from a tool's output into a target path.

    The canary becomes CANARY_PATH; a file of the job, given back as `./x`, `x` or absolute below
    root, becomes `x`; anything else is returned unchanged, so that run.py can refuse a path that
    was never asked for.
    """
    if name == str(job.canary):
        return CANARY_PATH
    return name.removeprefix(f"{job.root}/").removeprefix("./")
