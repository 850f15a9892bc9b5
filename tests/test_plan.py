"""The plan: every scanner works or is idle with a reason, and what nobody reads is named."""

from __future__ import annotations

from msgspec.structs import replace

from devsecgate import plan
from devsecgate.model import Gap, GapReason, Idle, Kind
from devsecgate.scanner import (
    Assignment,
    Canary,
    Command,
    Engine,
    Given,
    Job,
    Output,
    Parsed,
    Scanner,
    Settings,
    Subject,
)


def _scanner(name: str, suffix: str, kind: Kind = Kind.CODE) -> Scanner:
    def command(job: Job) -> Command:
        return Command(argv=("python", *job.files), exits=frozenset({0}))

    def parse(output: Output, job: Job) -> Parsed:
        return Parsed(findings=(), gaps=(), covered=frozenset())

    return Scanner(
        name=name,
        kind=kind,
        about="",
        engines=(Engine(name=name, program="python"),),
        select=lambda path: path.endswith(suffix),
        command=command,
        parse=parse,
        canary=Canary(name="canary", content=b"", rule="canary"),
        enabled=lambda settings: "it wants a network" if settings.offline and name == "online" else None,
    )


_PYTHON = _scanner("python", ".py")
_ONLINE = _scanner("online", ".lock", Kind.DEPENDENCY)
_SCANNERS = {each.name: each for each in (_PYTHON, _ONLINE)}


def _plan(
    *files: str,
    offline: bool = False,
    disabled: str = "",
    off: frozenset[Kind] = frozenset(),
    scripts: frozenset[str] = frozenset(),
    links: tuple[tuple[str, str], ...] = (),
) -> plan.Plan:
    return plan.plan(
        files,
        scripts=scripts,
        links=links,
        scanners=_SCANNERS,
        settings=Settings(offline=offline),
        disabled=frozenset({disabled}),
        layers_off=off,
    )


def test_each_scanner_gets_the_files_of_its_kind() -> None:
    found = _plan("a.py", "b.lock", "c.md")
    assert found.assignments == (
        Assignment(scanner=_ONLINE, files=("b.lock",)),
        Assignment(scanner=_PYTHON, files=("a.py",)),
    )
    assert (found.idle, found.gaps) == ((), ())


def test_an_idle_scanner_says_why() -> None:
    found = _plan("b.lock", offline=True)
    assert found.assignments == ()
    assert found.idle == (
        Idle(scanner="online", kind=Kind.DEPENDENCY, why="it wants a network", files=1),
        Idle(scanner="python", kind=Kind.CODE, why="no file of its kind in the target", files=0),
    )


def test_the_policy_can_disable_a_scanner_or_a_layer_and_that_is_said() -> None:
    (by_name,) = _plan("a.py", "b.lock", disabled="python").idle
    (by_layer,) = _plan("a.py", "b.lock", off=frozenset({Kind.CODE})).idle
    assert by_name.why == "disabled by the policy (scanners.disable)"
    assert by_layer.why == "the policy turns the layer code off (layers.code)"


def test_languages_and_formats_that_nobody_reads_are_gaps() -> None:
    found = _plan("a.py", "b.js", "c.mjs", "d.go", "Dockerfile", ".github/workflows/ci.yml", "README.md")
    details = {
        "no code scanner reads Go: 1 file",
        "no code scanner reads JavaScript: 2 files",
        "no iac scanner reads Dockerfile: 1 file",
        "no pipeline scanner reads GitHub workflow: 1 file",
    }
    expected = {Gap(scanner="plan", reason=GapReason.UNSUPPORTED, detail=detail) for detail in details}
    assert set(found.gaps) == expected


def test_a_layer_that_is_off_has_no_gaps() -> None:
    assert _plan("b.js", off=frozenset({Kind.CODE})).gaps == ()


def test_a_link_that_only_its_name_makes_readable_is_a_gap() -> None:
    links = (("run.py", "payload.dat"), ("same.py", "real.py"), ("b.lock", "a.py"), ("LICENSE", "LICENSE.txt"))
    found = {gap.path: (gap.reason, gap.detail) for gap in _plan("payload.dat", "real.py", links=links).gaps}
    why = "is a link to {}, which {} would read under this name only: make it a file"
    assert found == {
        "run.py": (GapReason.UNREADABLE, why.format("payload.dat", "python")),
        "b.lock": (GapReason.UNREADABLE, why.format("a.py", "online")),
    }
    assert _plan("payload.dat", links=links[:1], disabled="python").gaps == ()


def test_a_script_without_a_suffix_goes_to_the_scanners_of_its_language_alone() -> None:
    found = _plan("tool", "LICENSE", scripts=frozenset({"tool"}))
    assert found.assignments == (Assignment(scanner=_PYTHON, files=("tool",)),)


_IMAGES = replace(_scanner("images", "", Kind.CONTAINER), subject=Subject.IMAGE)
_IMAGE = Given(subject=Subject.IMAGE, name="app.tar", source="/somewhere/app.tar")
_SBOM = Given(subject=Subject.SBOM, name="sbom.json", source="/somewhere/sbom.json")


def _beside(
    *given: Given,
    scanner: Scanner = _IMAGES,
    disabled: str = "",
    off: frozenset[Kind] = frozenset(),
    enabled: frozenset[str] = frozenset(),
) -> plan.Plan:
    return plan.plan(
        ("a.py",),
        scripts=frozenset(),
        links=(),
        scanners={scanner.name: scanner},
        settings=Settings(),
        disabled=frozenset({disabled}),
        layers_off=off,
        enabled=enabled,
        given=given,
    )


def test_a_scanner_of_images_gets_the_images_and_no_files() -> None:
    found = _beside(_IMAGE)
    assert found.assignments == (Assignment(scanner=_IMAGES, files=(), given=(_IMAGE,)),)
    assert found.gaps == ()


def test_without_an_image_it_is_idle_and_had_nothing_to_look_at() -> None:
    assert _beside().idle == (Idle(scanner="images", kind=Kind.CONTAINER, why="no image was given (--image)", files=0),)


def test_what_is_given_and_nobody_looks_at_is_a_gap_however_that_came() -> None:
    why = "its layer is off, or its scanners are disabled"
    unseen = Gap(
        scanner="plan",
        reason=GapReason.MISSING,
        detail=f"no scanner looks at this image: {why}",
        path="app.tar",
    )
    assert _beside(_IMAGE, disabled="images").gaps == (unseen,)
    assert _beside(_IMAGE, off=frozenset({Kind.CONTAINER})).gaps == (unseen,)
    assert [gap.path for gap in _beside(_IMAGE, _SBOM).gaps] == ["sbom.json"]


def test_a_scanner_on_request_works_only_where_the_policy_asks_for_it() -> None:
    scanner = replace(_PYTHON, on_request=True)
    (idle,) = _beside(scanner=scanner).idle
    assert (idle.why, idle.files) == ("works on request only (scanners.enable)", 0)
    assert _beside(scanner=scanner, enabled=frozenset({"python"})).assignments == (
        Assignment(scanner=scanner, files=("a.py",)),
    )
