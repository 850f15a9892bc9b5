"""Match a Target with the scanners and the policy: who looks at which files, who is idle and why, what nobody reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from devsecgate.model import Gap, GapReason, Idle, Kind
from devsecgate.names import may_build_an_image
from devsecgate.scanner import Assignment, Given, Plan, Scanner, Settings, Subject

_LANGUAGES = {
    ".bash": "shell", ".c": "C", ".cc": "C++", ".cjs": "JavaScript", ".clj": "Clojure", ".cpp": "C++", ".cs": "C#",
    ".cts": "TypeScript", ".cxx": "C++", ".dart": "Dart", ".erl": "Erlang", ".ex": "Elixir", ".exs": "Elixir",
    ".go": "Go", ".groovy": "Groovy", ".h": "C", ".hpp": "C++", ".hs": "Haskell", ".ipynb": "Jupyter notebook",
    ".java": "Java", ".js": "JavaScript", ".jsx": "JavaScript", ".kt": "Kotlin", ".lua": "Lua", ".m": "Objective-C",
    ".mjs": "JavaScript", ".mts": "TypeScript", ".php": "PHP", ".pl": "Perl", ".pm": "Perl", ".ps1": "PowerShell",
    ".pyx": "Cython", ".r": "R", ".rb": "Ruby", ".rs": "Rust", ".scala": "Scala", ".sh": "shell", ".sol": "Solidity",
    ".sql": "SQL", ".svelte": "Svelte", ".swift": "Swift", ".ts": "TypeScript", ".tsx": "TypeScript", ".vue": "Vue",
}  # fmt: skip
_SHOWN = {Subject.FILES: "file", Subject.IMAGE: "image", Subject.SBOM: "SBOM"}
_NOTHING = {
    Subject.FILES: "no file of its kind in the target",
    Subject.IMAGE: "no image was given (--image)",
    Subject.SBOM: "no SBOM was given (--sbom)",
}
_WITHOUT_CODE = (".d.ts", ".d.mts", ".d.cts")
"""Declarations of types."""
_TERRAFORM_JSON = (".tf.json", ".tofu.json")
_INFRASTRUCTURE = {".tf": "Terraform", ".tofu": "Terraform", ".bicep": "Bicep", ".hcl": "HCL"}


def plan(  # noqa: PLR0913 - each by name
    files: Sequence[str],
    *,
    scripts: frozenset[str],
    links: Sequence[tuple[str, str]],
    scanners: Mapping[str, Scanner],
    settings: Settings,
    disabled: frozenset[str],
    layers_off: frozenset[Kind],
    enabled: frozenset[str] = frozenset(),
    given: Sequence[Given] = (),
) -> Plan:
    """Assign the target's files, and the images and SBOMs given, to scanners; each scanner is assigned, or idle.

    `scripts` are files without a suffix that are Python all the same. `links` are pairs of a link's path and the
    file that it points to: a file is read by its own name alone. `enabled` are scanners that work on request.
    """
    assignments: list[Assignment] = []
    idle: list[Idle] = []
    wanted: list[Scanner] = []
    for scanner in sorted(scanners.values(), key=lambda each: each.name):
        why: str | None
        selected, about = _share(scanner, files, scripts, given)
        if scanner.name in disabled:
            why = "disabled by the policy (scanners.disable)"
        elif scanner.kind in layers_off:
            why = f"the policy turns the layer {scanner.kind.value} off (layers.{scanner.kind.value})"
        elif scanner.on_request and scanner.name not in enabled:
            why, selected, about = "works on request only (scanners.enable)", (), ()
        else:
            wanted.append(scanner)
            why = scanner.enabled(settings)
        if why is None and not selected and not about:
            why = _NOTHING[scanner.subject]
        if why is None:
            assignments.append(Assignment(scanner=scanner, files=selected, given=about))
        else:
            idle.append(Idle(scanner=scanner.name, kind=scanner.kind, why=why, files=len(selected) + len(about)))
    return Plan(
        assignments=tuple(assignments),
        idle=tuple(idle),
        gaps=(
            *_unread(files, scanners=tuple(scanners.values()), layers_off=layers_off),
            *_misnamed(links, wanted),
            *_unlooked(given, assignments),
        ),
    )


def _share(
    scanner: Scanner, files: Sequence[str], scripts: frozenset[str], given: Sequence[Given]
) -> tuple[tuple[str, ...], tuple[Given, ...]]:
    """Give what a scanner would look at: files, or what is given of its subject."""
    if scanner.subject is not Subject.FILES:
        return (), tuple(each for each in given if each.subject is scanner.subject)
    return tuple(path for path in files if scanner.select(path) or (path in scripts and _reads_python(scanner))), ()


def _unlooked(given: Sequence[Given], assignments: Sequence[Assignment]) -> Iterator[Gap]:
    """Name each image or SBOM that nobody will look at, although it was asked for."""
    looked_at = {each for assignment in assignments for each in assignment.given}
    for each in given:
        if each not in looked_at:
            detail = f"no scanner looks at this {_SHOWN[each.subject]}: its layer is off, or its scanners are disabled"
            yield Gap(scanner="plan", reason=GapReason.MISSING, detail=detail, path=each.name)


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
    if path.endswith(_WITHOUT_CODE):
        return None
    if suffix in _LANGUAGES:
        return Kind.CODE, _LANGUAGES[suffix]
    described = _infrastructure(path, suffix)
    if described is not None:
        return Kind.IAC, described
    if path.startswith(".github/workflows/") and suffix in {".yml", ".yaml"}:
        return Kind.PIPELINE, "GitHub workflow"
    if name.name in {".gitlab-ci.yml", ".gitlab-ci.yaml"}:
        return Kind.PIPELINE, "GitLab CI"
    return None


def _infrastructure(path: str, suffix: str) -> str | None:
    if path.endswith(_TERRAFORM_JSON):
        return "Terraform in JSON"
    return "Dockerfile" if may_build_an_image(path) else _INFRASTRUCTURE.get(suffix)
