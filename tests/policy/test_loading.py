import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from devsecgate import policy
from devsecgate.errors import ExitCode, PolicyError
from devsecgate.policy.records import Policy

TODAY = date(2026, 12, 1)
PROJECT = "version: 1\nname: project\nextends: default\n"
Load = Callable[..., Policy]
Mistakes = Callable[..., list[str]]


def refused(file: Path | None, root: Path) -> str:
    with pytest.raises(PolicyError) as caught:
        policy.load(file, root, today=TODAY)
    assert caught.value.exit_code is ExitCode.USAGE
    return str(caught.value)


def test_a_target_without_a_policy_is_judged_by_the_default_one(tmp_path: Path) -> None:
    assert policy.load(None, tmp_path, today=TODAY).chain == ("default",)


@pytest.mark.parametrize("name", [".devsecgate.yaml", "devsecgate.yaml", ".github/devsecgate.yaml"])
def test_a_policy_is_found_under_three_names(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(PROJECT)
    assert policy.load(None, tmp_path, today=TODAY).chain == (name, "default")


def test_two_policies_are_one_too_many(tmp_path: Path) -> None:
    for name in (".devsecgate.yaml", "devsecgate.yaml"):
        (tmp_path / name).write_text(PROJECT)
    assert refused(None, tmp_path) == (
        "devsecgate.yaml: two policies: .devsecgate.yaml and devsecgate.yaml\n  keep one"
    )


@pytest.mark.parametrize("name", [".devsecgate.yml", "devsecgate.yml", ".github/.devsecgate.yaml"])
def test_a_file_that_would_be_mistaken_for_the_policy_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(PROJECT)
    assert refused(None, tmp_path).startswith(f"{name}: this looks like a policy, and is not read")


def test_all_mistakes_are_told_at_once_with_what_was_meant(mistakes: Mistakes) -> None:
    text = """\
version: 1
nam: project
layers:
  cod: required
  iac: of
rules:
  - action: blok
    reason: " "
    when: {severity: hgih, path: 3, cwe: ["79"]}
  - reason: x
gaps:
  accept:
    - reason: [outdatd]
      because: x
first_party: []
waivers:
  - {owner: a, reason: b, expires: 2026-13-01, fingerprint: 12345678901234567}
"""
    assert mistakes(text) == [
        ".devsecgate.yaml:1: name: `name` is missing",
        ".devsecgate.yaml:2: nam: unknown key `nam`: did you mean `name`?",
        ".devsecgate.yaml:4: layers.cod: unknown key `cod`: did you mean `code`?",
        ".devsecgate.yaml:5: layers.iac: unknown value `of`: did you mean `off`?; one of off, optional, required",
        ".devsecgate.yaml:7: rules[0].action: unknown value `blok`: did you mean `block`?; one of allow, block, warn",
        ".devsecgate.yaml:8: rules[0].reason: this is blank",
        ".devsecgate.yaml:9: rules[0].when.cwe[0]: expected `int`, got `str`",
        ".devsecgate.yaml:9: rules[0].when.path: 3 is a number here, and should be a text: write it in quotes",
        (
            ".devsecgate.yaml:9: rules[0].when.severity: unknown value `hgih`: did you mean `high`?; "
            "one of critical, high, info, low, medium"
        ),
        ".devsecgate.yaml:10: rules[1].action: `action` is missing",
        (
            ".devsecgate.yaml:13: gaps.accept[0].reason[0]: unknown value `outdatd`: did you mean `outdated`?; one of "
            "bug, canary, empty, failed, malformed, missing, outdated, stale, timeout, unreadable, "
            "unresolved, unsupported"
        ),
        ".devsecgate.yaml:15: first_party: expected `array` of length >= 1",
        ".devsecgate.yaml:17: waivers[0].expires: not a date: write it as 2026-12-31",
        (
            ".devsecgate.yaml:17: waivers[0].fingerprint: 12345678901234567 is a number here, and should be a text: "
            "write it in quotes"
        ),
    ]


def test_entries_that_make_no_sense_are_told_at_once(mistakes: Mistakes) -> None:
    text = (
        PROJECT
        + """\
rules: [{action: warn, reason: x, when: {path: [a, ../b]}}]
gaps: {accept: [{reason: missing, because: x}]}
target: {exclude: ["a/b"]}
waivers:
  - {owner: a, reason: b, expires: 2026-12-24}
  - {owner: a, reason: b, expires: 2026-12-24, rule: B101}
  - {owner: a, reason: b, expires: 2026-12-24, rule: "B*", path: tests}
tools:
  - name: mine
    kind: code
    argv: ["{files}", "--x={canary}", "{home}"]
    files: "*.py"
    output: ../out
    canary: {name: a/b.py, content: x, rule: R}
    exits: [256]
"""
    )
    assert mistakes(text) == [
        ".devsecgate.yaml:4: rules[0].when.path[1]: a path pattern has no empty part, no `.` and no `..`",
        '.devsecgate.yaml:5: gaps.accept[0]: say which: a `scanner` ("*" for whichever), a `path` or a `package`',
        ".devsecgate.yaml:6: target.exclude[0]: this is the name of a folder, without `/`, `*` and `?`",
        (
            ".devsecgate.yaml:8: waivers[0]: a waiver names `fingerprint`, or `rule` and `path`, or `advisory` and "
            "`package`; here is nothing"
        ),
        (
            ".devsecgate.yaml:9: waivers[1]: a waiver names `fingerprint`, or `rule` and `path`, or `advisory` and "
            "`package`; here is `rule`"
        ),
        ".devsecgate.yaml:10: waivers[2].rule: a waiver names exactly one: no `*` and no `?` here",
        ".devsecgate.yaml:14: tools[0].argv: `{canary}` is there exactly once, as an argument of its own",
        ".devsecgate.yaml:14: tools[0].argv[0]: the program is named, not filled in",
        ".devsecgate.yaml:14: tools[0].argv[1]: `{files}` and `{canary}` are arguments of their own",
        ".devsecgate.yaml:14: tools[0].argv[2]: no such placeholder: {home}",
        ".devsecgate.yaml:16: tools[0].output: `stdout`, or a plain file name below {scratch}",
        ".devsecgate.yaml:17: tools[0].canary.name: a plain file name, without folders",
        ".devsecgate.yaml:18: tools[0].exits: not an exit code: 256",
    ]


def test_a_tool_is_read_with_its_defaults(load: Load) -> None:
    tools = load(
        PROJECT
        + """\
tools:
  - name: mine
    kind: code
    argv: [mine, "{files}", "{canary}", "--output={scratch}/out.sarif"]
    files: "*.py"
    output: out.sarif
    canary: {name: canary.py, content: "eval(x)", rule: M1}
"""
    ).tools
    assert [(tool.name, tool.output, tool.files, tool.exits, tool.timeout) for tool in tools] == [
        ("mine", "out.sarif", ("*.py",), frozenset({0}), 600.0)
    ]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("strct", ".devsecgate.yaml:3: extends: no profile `strct`: did you mean `strict`?"),
        ("/etc/base.yaml", ".devsecgate.yaml:3: extends: not a relative path: /etc/base.yaml"),
        ("../base.yaml", ".devsecgate.yaml:3: extends: this leads out of the target"),
        ("./gone.yaml", ".devsecgate.yaml:3: extends: cannot be read: No such file or directory"),
        ("./.devsecgate.yaml", ".devsecgate.yaml:3: extends: it extends itself"),
        ('"a\\0b.yaml"', ".devsecgate.yaml:3: extends: cannot be read: not a file name"),
    ],
)
def test_a_base_that_cannot_be_used_is_refused(mistakes: Mistakes, tmp_path: Path, key: str, said: str) -> None:
    (tmp_path.parent / "base.yaml").write_text("secret words")
    assert mistakes(f"version: 1\nname: project\nextends: {key}\n")[0] == said


def test_a_cycle_is_refused(mistakes: Mistakes) -> None:
    other = "version: 1\nname: other\nextends: ./.devsecgate.yaml\n"
    assert mistakes("version: 1\nname: project\nextends: ./other.yaml\n", other=other) == [
        "other.yaml:3: extends: it extends itself"
    ]


def test_a_chain_of_more_than_eight_is_refused(mistakes: Mistakes) -> None:
    files = {f"p{n}": f"version: 1\nname: p\nextends: ./p{n + 1}.yaml\n" for n in range(9)}
    said = mistakes("version: 1\nname: project\nextends: ./p0.yaml\n", **files)
    assert said == ["p6.yaml:3: extends: more than 8 policies extend one another"]


def test_a_policy_named_by_the_user_may_be_anywhere_and_is_never_shown_with_its_absolute_path(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "base.yaml").write_text("version: 1\nname: base\nextends: strict\n")
    (tmp_path / "own.yaml").write_text("version: 1\nname: own\nextends: ./base.yaml\n")
    (tmp_path / "target/in.yaml").write_text("version: 1\nname: in\nextends: ../base.yaml\n")
    root = tmp_path / "target"
    assert policy.load(tmp_path / "own.yaml", root, today=TODAY).chain == ("own.yaml", "base.yaml", "strict")
    assert policy.load(root / "in.yaml", root, today=TODAY).chain == ("in.yaml", "../base.yaml", "strict")


def test_a_link_out_of_the_target_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "target"
    root.mkdir()
    (tmp_path / "outside.yaml").write_text(PROJECT)
    (root / ".devsecgate.yaml").symlink_to(tmp_path / "outside.yaml")
    assert refused(None, root).startswith(".devsecgate.yaml: this leads out of the target")
    assert refused(root / ".devsecgate.yaml", root).startswith(".devsecgate.yaml: this leads out of the target")


def test_a_link_inside_the_target_is_followed(tmp_path: Path) -> None:
    (tmp_path / "ci.yaml").write_text(PROJECT)
    (tmp_path / ".devsecgate.yaml").symlink_to("ci.yaml")
    assert policy.load(None, tmp_path, today=TODAY).name == "project"


def test_what_is_not_a_readable_text_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    name = tmp_path / ".devsecgate.yaml"
    os.mkfifo(name)
    assert refused(None, tmp_path) == ".devsecgate.yaml: not a regular file"
    name.unlink()
    name.mkdir()
    assert refused(None, tmp_path) == ".devsecgate.yaml: cannot be read: Is a directory"
    name.rmdir()
    name.symlink_to("nowhere")
    assert refused(None, tmp_path) == ".devsecgate.yaml: cannot be read: No such file or directory"
    name.unlink()
    name.symlink_to(".devsecgate.yaml")
    assert refused(None, tmp_path) == ".devsecgate.yaml: cannot be read: Too many levels of symbolic links"
    name.unlink()
    name.write_bytes(b"version: 1\nname: \xff\n")
    assert refused(None, tmp_path) == ".devsecgate.yaml:2: not UTF-8"
    name.write_bytes(b"")
    assert refused(None, tmp_path).startswith(".devsecgate.yaml:1: the policy is empty")
    name.write_bytes(b"#" * (1024 * 1024 + 1))
    assert refused(None, tmp_path) == ".devsecgate.yaml: larger than 1 MiB: no policy is that large"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser reads everything")
def test_an_unreadable_policy_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".devsecgate.yaml").write_text(PROJECT)
    (tmp_path / ".devsecgate.yaml").chmod(0)
    assert refused(None, tmp_path) == ".devsecgate.yaml: cannot be read: Permission denied"


def test_a_policy_named_by_the_user_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone.yaml", tmp_path) == "gone.yaml: cannot be read: No such file or directory"


def test_folders_are_relative_to_the_policy_that_names_them(tmp_path: Path) -> None:
    (tmp_path / ".github/rules").mkdir(parents=True)
    text = PROJECT + "dependencies: {advisories: ../osv}\nscanners: {rules: [rules]}\n"
    (tmp_path / ".github/devsecgate.yaml").write_text(text)
    loaded = policy.load(None, tmp_path, today=TODAY)
    assert (loaded.dependencies.advisories, loaded.dependencies.folder) == ("../osv", tmp_path / "osv")
    assert loaded.scanners.rules == (tmp_path / ".github/rules",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dependencies: {advisories: ../../osv}", "dependencies.advisories: this leads out of the target"),
        ("dependencies: {advisories: /osv}", "dependencies.advisories: not a relative path: /osv"),
        (
            "dependencies: {advisories: ftp://x/y}",
            "dependencies.advisories: not a folder, and not an http or https address: ftp://x/y",
        ),
        ("scanners: {rules: [gone]}", "scanners.rules[0]: cannot be read: No such file or directory"),
        ("scanners: {rules: [.devsecgate.yaml]}", "scanners.rules[0]: not a folder: .devsecgate.yaml"),
    ],
)
def test_folders_that_cannot_be_used_are_refused(mistakes: Mistakes, text: str, said: str) -> None:
    assert mistakes(PROJECT + text)[0] == f".devsecgate.yaml:4: {said}"


def test_two_rules_of_one_name_are_refused_for_semgrep_would_drop_one(
    load: Load, mistakes: Mistakes, tmp_path: Path
) -> None:
    (tmp_path / "rules" / "deep").mkdir(parents=True)
    (tmp_path / "rules" / "one.yaml").write_text("rules: [{id: same}, {id: other}, 7]\n")
    (tmp_path / "rules" / "deep" / "one.yml").write_text("rules: [{id: same}]\n")
    (tmp_path / "rules" / "broken.yaml").write_text("rules: [\n")
    text = PROJECT + "scanners: {rules: [rules]}"
    assert load(text).scanners.rules == (tmp_path / "rules",)
    (tmp_path / "rules" / "two.yaml").write_text("rules: [{id: same}]\n")
    said = "two rules of one folder have the id same, and semgrep would drop one of them"
    assert mistakes(text) == [f".devsecgate.yaml:4: scanners.rules[0]: {said}", "Give each rule an id of its own."]


def test_a_waiver_that_no_severity_allows_to_run_so_long_is_refused(mistakes: Mistakes) -> None:
    waiver = "waivers:\n  - {owner: a, reason: b, rule: B101, path: tests, expires: 2027-12-02}\n"
    assert mistakes(PROJECT + waiver) == [
        (
            ".devsecgate.yaml:5: waivers[0].expires: no waiver may run longer than 365 days (waiver_terms): "
            "today the latest date is 2027-12-01"
        )
    ]


def test_importing_the_policy_package_loads_neither_yaml_nor_dataclasses() -> None:
    """A command that reads no policy does not wait for YAML, and none waits for dataclasses to be made."""
    code = (
        "import sys, devsecgate.policy, devsecgate.verdict; print(sorted({'yaml', 'dataclasses'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
