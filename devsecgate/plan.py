"""Match a Target with the scanners and the policy: who looks at which files, who is idle and why, what nobody reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from devsecgate.model import Gap, GapReason, Idle, Kind
from devsecgate.scanner import Assignment, Plan, Scanner, Settings

_LANGUAGES = {
    ".bash": "shell", ".c": "C", ".cc": "C++", ".cjs": "JavaScript", ".clj": "Clojure", ".cpp": "C++", ".cs": "C#",
    ".cxx": "C++", ".dart": "Dart", ".erl": "Erlang", ".ex": "Elixir", ".exs": "Elixir", ".go": "Go",
    ".groovy": "Groovy", ".h": "C", ".hpp": "C++", ".hs": "Haskell", ".ipynb": "Jupyter notebook", ".java": "Java",
    ".js": "JavaScript", ".jsx": "JavaScript", ".kt": "Kotlin", ".lua": "Lua", ".m": "Objective-C",
    ".mjs": "JavaScript", ".php": "PHP", ".pl": "Perl", ".pm": "Perl", ".ps1": "PowerShell", ".pyx": "Cython",
    ".r": "R", ".rb": "Ruby", ".rs": "Rust", ".scala": "Scala", ".sh": "shell", ".sol": "Solidity", ".sql": "SQL",
    ".svelte": "Svelte", ".swift": "Swift", ".ts": "TypeScript", ".tsx": "TypeScript", ".vue": "Vue",
}  # fmt: skip
_INFRASTRUCTURE = {".tf": "Terraform", ".bicep": "Bicep", ".hcl": "HCL"}


def plan(  # noqa: PLR0913 - each by name
    files: Sequence[str],
    *,
    scripts: frozenset[str],
    links: Sequence[tuple[str, str]],
    scanners: Mapping[str, Scanner],
    settings: Settings,
    disabled: frozenset[str],
    layers_off: frozenset[Kind],
) -> Plan:
    """Assign the target's files to scanners. Every scanner ends up assigned or idle with a reason.

    `scripts` are files without a suffix that are Python all the same. `links` are pairs of a link's path and the
    file that it points to: a file is read by its own name alone.
    """
    assignments: list[Assignment] = []
    idle: list[Idle] = []
    wanted: list[Scanner] = []
    for scanner in sorted(scanners.values(), key=lambda each: each.name):
        why: str | None
        selected = tuple(path for path in files if scanner.select(path) or (path in scripts and _reads_python(scanner)))
        if scanner.name in disabled:
            why = "disabled by the policy (scanners.disable)"
        elif scanner.kind in layers_off:
            why = f"the policy turns the layer {scanner.kind.value} off (layers.{scanner.kind.value})"
        else:
            wanted.append(scanner)
            why = scanner.enabled(settings)
        if why is None and not selected:
            why = "no file of its kind in the target"
        if why is None:
            assignments.append(Assignment(scanner=scanner, files=selected))
        else:
            idle.append(Idle(scanner=scanner.name, kind=scanner.kind, why=why, files=len(selected)))
    return Plan(
        assignments=tuple(assignments),
        idle=tuple(idle),
        gaps=(*_unread(files, scanners=tuple(scanners.values()), layers_off=layers_off), *_misnamed(links, wanted)),
    )


def _reads_python(scanner: Scanner) -> bool:
    return scanner.kind is Kind.CODE and scanner.select("script.py")


def _misnamed(links: Sequence[tuple[str, str]], scanners: Sequence[Scanner]) -> Iterator[Gap]:
    """Name each link that a scanner would read by its name, and does not by the name of its file."""
    for link, end in links:
        blind = [each.name for each in scanners if each.select(link) and not each.select(end)]
        if blind:
            detail = f"is a link to {end}, which {', '.join(blind)} would read under this name only: make it a file"
            yield Gap(scanner="plan", reason=GapReason.UNREADABLE, detail=detail, path=link)


def _unread(files: Sequence[str], *, scanners: Sequence[Scanner], layers_off: frozenset[Kind]) -> tuple[Gap, ...]:
    """Name the languages and formats of the target that no scanner of their layer reads."""
    counts: Counter[tuple[Kind, str]] = Counter()
    for path in files:
        found = _subject(path)
        if found is None or found[0] in layers_off:
            continue
        if not any(scanner.kind is found[0] and scanner.select(path) for scanner in scanners):
            counts[found] += 1
    return tuple(
        Gap(
            scanner="plan",
            reason=GapReason.UNSUPPORTED,
            detail=f"no {kind.value} scanner reads {subject}: {count} {'file' if count == 1 else 'files'}",
        )
        for (kind, subject), count in sorted(counts.items())
    )


def _subject(path: str) -> tuple[Kind, str] | None:
    """Name the layer and the language or format of a file, where it has one."""
    name = PurePosixPath(path)
    suffix = name.suffix.lower()
    if suffix in _LANGUAGES:
        return Kind.CODE, _LANGUAGES[suffix]
    if suffix in _INFRASTRUCTURE:
        return Kind.IAC, _INFRASTRUCTURE[suffix]
    if name.name in {"Dockerfile", "Containerfile"} or name.name.startswith("Dockerfile."):
        return Kind.IAC, "Dockerfile"
    if path.startswith(".github/workflows/") and suffix in {".yml", ".yaml"}:
        return Kind.PIPELINE, "GitHub workflow"
    if name.name in {".gitlab-ci.yml", ".gitlab-ci.yaml"}:
        return Kind.PIPELINE, "GitLab CI"
    return None
