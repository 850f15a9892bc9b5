"""The scanner of secrets reads its detector's answer or refuses it, and a whole run of the gate shows no value."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from msgspec.structs import replace

from devsecgate.errors import MalformedOutput
from devsecgate.model import Confidence, Finding, Gap, GapReason, Kind, Location, Severity, Suppression
from devsecgate.process import clean_environment
from devsecgate.scanner import CANARY_PATH, Job, Output, Settings
from devsecgate.scanners.secrets import SCANNER

REPOSITORY = Path(__file__).resolve().parent.parent.parent
KINDS = ("console", "cyclonedx", "github", "json", "markdown", "sarif")
Tree = Callable[[dict[str, str | bytes]], Path]


def load_corpus() -> ModuleType:
    name = "secrets_corpus"
    spec = importlib.util.spec_from_file_location(name, REPOSITORY / "benchmarks" / "secrets_corpus.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


corpus = load_corpus()


def job(root: Path, tmp_path: Path, *files: str, salt: str = "", canary: bytes | None = None) -> Job:
    planted = tmp_path / "planted" / SCANNER.canary.name
    planted.parent.mkdir(exist_ok=True)
    planted.write_bytes(SCANNER.canary.content if canary is None else canary)
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return Job(
        root=root.resolve(),
        files=tuple(f"./{file}" for file in files),
        canary=planted.resolve(),
        scratch=scratch,
        engine="devsecgate secrets",
        settings=Settings(salt=salt),
    )


def run(given: Job) -> Output:
    command = SCANNER.command(given)
    done = subprocess.run(
        (sys.executable, *command.argv[1:]),
        cwd=given.root,
        input=command.stdin,
        capture_output=True,
        check=False,
        env=clean_environment(scratch=given.scratch, root=given.root, network=False, extra=command.environment),
    )
    assert done.returncode in command.exits, done.stderr
    return Output(stdout=done.stdout, stderr=done.stderr, exit=done.returncode)


def of_rule(findings: tuple[Finding, ...], path: str) -> list[str]:
    return [finding.rule for finding in findings if finding.location.path == path]


def test_a_secret_becomes_a_finding_with_all_that_a_person_needs_and_no_value(tree: Tree, tmp_path: Path) -> None:
    maker = corpus.Maker(random.Random(1))
    value = maker.fill("{ghp}")
    root = tree({"a.py": f'T = "{value}"  # gitleaks:allow of the sandbox\n', "b.py": "x = 1\n"})
    given = job(root, tmp_path, "a.py", "b.py", salt="pepper")
    parsed = SCANNER.parse(run(given), given)
    (found,) = (finding for finding in parsed.findings if finding.location.path == "a.py")
    assert found == Finding(
        scanner="secrets",
        kind=Kind.SECRET,
        rule="github-token",
        message="GitHub token (40 bytes, its structure verified). To make it worthless: delete it in GitHub, "
        "Settings, Developer settings, Personal access tokens.",
        location=Location(path="a.py", line=1, end_line=1, column=6, end_column=46),
        severity=Severity.HIGH,
        severity_source="rule",
        confidence=Confidence.HIGH,
        cwes=frozenset({798}),
        suppression=Suppression(
            marker="gitleaks:allow",
            location=Location(path="a.py", line=1, column=51),
            justification="of the sandbox",
        ),
        secret_hash=found.secret_hash,
    )
    assert re.fullmatch("[0-9a-f]{32}", found.secret_hash or "")
    assert (parsed.covered, parsed.gaps) == (frozenset({"a.py", "b.py"}), ())


def test_the_canary_is_found_by_every_way_of_looking(tree: Tree, tmp_path: Path) -> None:
    given = job(tree({"a.py": "x = 1\n"}), tmp_path, "a.py")
    parsed = SCANNER.parse(run(given), given)
    assert sorted(of_rule(parsed.findings, CANARY_PATH)) == [
        "devsecgate-canary", "generic-password", "generic-secret", "private-key", "url-credentials",
    ]  # fmt: skip
    assert parsed.gaps == ()


def test_a_canary_that_is_not_whole_is_a_gap_for_each_way_that_did_not_look(tree: Tree, tmp_path: Path) -> None:
    first = SCANNER.canary.content.split(b"\n")[0]
    given = job(tree({"a.py": "x = 1\n"}), tmp_path, "a.py", canary=first)
    parsed = SCANNER.parse(run(given), given)
    assert of_rule(parsed.findings, CANARY_PATH) == ["devsecgate-canary"]
    assert parsed.gaps == tuple(
        Gap(
            scanner="secrets",
            reason=GapReason.CANARY,
            detail=f"the rule {rule} did not fire on the planted sample",
        )
        for rule in ("generic-password", "generic-secret", "private-key", "url-credentials")
    )


def test_a_canary_with_another_checksum_is_none(tree: Tree, tmp_path: Path) -> None:
    content = SCANNER.canary.content
    wrong = content.replace(content[50:58], b"00000000", 1)
    given = job(tree({"a.py": "x = 1\n"}), tmp_path, "a.py", canary=wrong)
    assert "devsecgate-canary" not in of_rule(SCANNER.parse(run(given), given).findings, CANARY_PATH)


def test_the_canary_opens_no_door_and_stands_in_no_source() -> None:
    lines = SCANNER.canary.content.decode().split("\n")
    sources = "".join(file.read_text() for file in (REPOSITORY / "devsecgate").rglob("*.py"))
    assert [line for line in lines if len(line) > 20 and line in sources and not line.startswith("-----")] == []


def test_a_file_that_is_gone_or_is_no_file_is_a_gap(tree: Tree, tmp_path: Path) -> None:
    root = tree({"a.py": "x = 1\n", "folder/b.py": "x = 1\n"})
    given = job(root, tmp_path, "a.py", "gone.py", "folder")
    parsed = SCANNER.parse(run(given), given)
    assert parsed.covered == frozenset({"a.py"})
    assert parsed.gaps == (
        Gap(
            scanner="secrets",
            reason=GapReason.UNREADABLE,
            detail="not searched for secrets: No such file or directory",
            path="gone.py",
        ),
        Gap(
            scanner="secrets",
            reason=GapReason.UNREADABLE,
            detail="not searched for secrets: Is a directory",
            path="folder",
        ),
    )


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Output, Job]:
    """What the detector really prints."""
    folder = tmp_path_factory.mktemp("real")
    root = folder / "tree"
    root.mkdir()
    maker = corpus.Maker(random.Random(2))
    (root / "a.py").write_text(f'T = "{maker.fill("{ghp}")}"  # gitleaks:allow\n')
    given = job(root, folder, "a.py", "gone.py")
    return run(given), given


@pytest.mark.parametrize(
    "stdout", [b"", b" \n", b"{}", b"[]", b"null", b"true", b"7", b'"text"', b"not JSON", b"\xff\xfe{}", b"[" * 100_000]
)
def test_what_is_no_answer_is_malformed(real: tuple[Output, Job], stdout: bytes) -> None:
    output, given = real
    with pytest.raises(MalformedOutput):
        SCANNER.parse(replace(output, stdout=stdout), given)


def test_an_answer_that_is_cut_off_anywhere_is_malformed(real: tuple[Output, Job]) -> None:
    output, given = real
    whole = output.stdout.rstrip()
    for end in range(len(whole)):
        with pytest.raises(MalformedOutput):
            SCANNER.parse(replace(output, stdout=whole[:end]), given)
    with pytest.raises(MalformedOutput):
        SCANNER.parse(replace(output, stdout=whole + whole), given)


def test_an_answer_that_lacks_any_field_is_malformed(real: tuple[Output, Job]) -> None:
    output, given = real
    answer = json.loads(output.stdout)
    read = {"version", "secrets", "covered", "unseen", "rules", "size"}
    assert set(answer) == read
    for name in read:
        with pytest.raises(MalformedOutput):
            SCANNER.parse(replace(output, stdout=_json({**answer, name: None})), given)
        with pytest.raises(MalformedOutput):
            SCANNER.parse(replace(output, stdout=_json({key: answer[key] for key in answer if key != name})), given)
    for name in answer["secrets"][0]:
        broken = {key: value for key, value in answer["secrets"][0].items() if key != name}
        with pytest.raises(MalformedOutput):
            SCANNER.parse(replace(output, stdout=_json({**answer, "secrets": [broken]})), given)


@pytest.mark.parametrize("name", ["severity", "confidence"])
def test_a_severity_or_a_confidence_that_there_is_not_is_malformed(real: tuple[Output, Job], name: str) -> None:
    output, given = real
    answer = json.loads(output.stdout)
    answer["secrets"][0][name] = "enormous"
    with pytest.raises(MalformedOutput, match=f"there is no {name} 'enormous'"):
        SCANNER.parse(replace(output, stdout=_json(answer)), given)


def _json(value: object) -> bytes:
    return msgspec.json.encode(value)


# ---------------------------------------------------------------- a whole run of the gate


POLICY = """version: 1
name: with-loud-rules
extends: default
scanners:
  rules: [rules]
"""
LOUD = """rules:
  - id: quotes-the-call
    languages: [python]
    severity: ERROR
    message: The call $F holds $X
    pattern: $F($X, ...)
  - id: quotes-the-value
    languages: [python]
    severity: WARNING
    message: $N is $X
    pattern: $N = "$X"
"""


def planted(maker: ModuleType) -> tuple[dict[str, str | bytes], Mapping[str, str]]:
    """A tree with a secret in every place that some scanner reads, and the values by where they are."""
    draw = maker.Maker(random.Random(31))
    values = {
        name: draw.fill(template)
        for name, template in {
            "aws": "{b:40}", "B105": "{s:24}", "B106": "{w:18}", "B107": "{password}", "generic": "{w:40}",
            "command": "{password}", "bearer": "{w:40}", "eval": "{ghp}", "syntax": "glpat-{w:20}", "syntax2": "{ghp}",
            "parameter": "{ghp}", "name": "{ghp}", "index": "{w:24}", "git": "glpat-{w:20}", "address": "{w:24}",
            "requirement": "{ghp}", "version": "{ghp}", "project": "{w:24}", "toml": "{ghp}", "lock": "{npm}",
            "npmrc": "{npm}", "pem": "{pem}", "openssh": "{openssh}", "account": "{sa}", "putty": "{putty}",
            "quoted pem": "{pem}", "environment": "{s:20}", "database": "{w:20}", "utf16": "{w:24}",
            "utf16 code": "{ghp}",
            "marked": "{ghp}", "docker": "{ghp}", "latin": "{ghp}", "workflow": "{password}", "long line": "{ghp}",
        }.items()
    }  # fmt: skip
    v = values
    files: dict[str, str | bytes] = {
        ".devsecgate.yaml": POLICY,
        "rules/loud.yaml": LOUD,
        "app/settings.py": f'AWS_SECRET_ACCESS_KEY = "{v["aws"]}"\n'
        f'password = "{v["B105"]}"  # nosec B105 - {v["eval"]}\n'
        f'API_TOKEN = "{v["generic"]}"\n\n\ndef login(user, password="{v["B107"]}"):\n    return user\n\n\n'
        f'login("x", password="{v["B106"]}")\n',
        "app/run.py": "import subprocess\n\n\ndef go(name):\n"
        f'    subprocess.run("curl --user ci:{v["command"]} https://h.net/" + name, shell=True)\n'
        f"    subprocess.run(\"curl -H 'Authorization: Bearer {v['bearer']}' \" + name, shell=True)\n"
        f'    eval("{v["eval"]}" + name)\n    eval("""{v["quoted pem"]}""" + name)\n'
        f'    eval("{"x" * 370} {v["long line"]}" + name)\n',
        "app/broken.py": f'token = "{v["syntax"]}" "x" y (\n{v["syntax2"]} = = 3\n',
        "app/twice.py": f"def f({v['parameter']}, {v['parameter']}):\n    pass\n",
        f"app/{v['name']}/call.py": f'import os\nos.system("{v["name"]}" + x)\n',
        "app/latin.py": f'# -*- coding: latin-1 -*-\nx = "\xe9"; token = "{v["latin"]}"; eval(x)\n'.encode("latin-1"),
        "requirements.txt": f"--index-url https://ci:{v['index']}@index.corp.net/simple\n"
        f"git+https://ci:{v['git']}@git.corp.net/pkg.git@main#egg=pkg\n"
        f"other @ https://ci:{v['address']}@files.corp.net/other-1.0.tar.gz\nflask==2.0.0\n"
        f"broken line {v['requirement']} ===\nname=={v['version']}\n",
        "pyproject.toml": '[project]\nname = "x"\nversion = "1"\n'
        f'dependencies = ["a @ git+https://ci:{v["project"]}@git.corp.net/a.git"]\n',
        "uv.lock": f"version = {v['toml']}\n",
        "package-lock.json": '{"lockfileVersion": 3, "packages": {"a": {"version": "' + v["lock"] + '"}}',
        ".npmrc": f"//npm.corp.net/:_authToken={v['npmrc']}\n",
        "id.pem": v["pem"] + "\n",
        "id_ed25519": v["openssh"] + "\n",
        "account.json": v["account"],
        "id.ppk": v["putty"] + "\n",
        ".env": f"DB_PASSWORD='{v['environment']}'\nURL=postgres://a:{v['database']}@db.corp.net/x\n",
        "win.env": f"A=1\r\nDB_PASSWORD={v['utf16']}\r\n".encode("utf-16"),
        "win.py": f'import os\r\nos.system("{v["utf16 code"]}" + x)\r\n'.encode("utf-16"),
        "marked.py": f'TOKEN = "{v["marked"]}"  # pragma: allowlist secret: as {v["generic"]} and {v["marked"]}\n',
        "Dockerfile": f"FROM scratch\nENV TOKEN={v['docker']}\n",
        ".github/workflows/x.yml": f"jobs:\n  a:\n    steps:\n      - run: curl -u a:{v['workflow']} https://h.net\n",
    }
    return files, values


def parts(value: str) -> set[str]:
    """Every six neighbouring characters of the random part of a value."""
    lines = [line for line in value.replace("\\n", "\n").split("\n") if "KEY" not in line and ": " not in line]
    bodies = [line.partition("_")[2] or line for line in lines] if len(lines) == 1 else lines
    every = {body[start : start + 6] for body in bodies for start in range(len(body) - 5)}
    telling = {
        part for part in every if len(set(part)) > 3 and any(map(str.isupper, part)) and any(map(str.islower, part))
    }
    return {part for part in telling if not part.isalpha()}


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory, program: Callable[[str], str]
) -> tuple[dict[str, str], Mapping[str, str]]:
    """All that one run of the gate leaves behind: stdout, stderr, and a report of each kind."""
    program("semgrep")
    folder = tmp_path_factory.mktemp("whole")
    root, reports = folder / "tree", folder / "reports"
    reports.mkdir()
    files, values = planted(corpus)
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    argv = [sys.executable, "-m", "devsecgate", "gate", str(root), "--offline", "--verbose", "--report", "console=-"]
    for kind in KINDS:
        argv += ["--report", f"{kind}={reports / kind}"]
    done = subprocess.run(argv, capture_output=True, check=False, env={**os.environ, "DEVSECGATE_SALT": "pepper"})
    assert done.returncode == 1, done.stderr.decode()
    left = {kind: (reports / kind).read_text(encoding="utf-8") for kind in KINDS}
    return {**left, "stdout": done.stdout.decode(), "stderr": done.stderr.decode()}, values


def test_no_value_and_no_part_of_one_is_in_anything_that_the_gate_leaves_behind(
    whole: tuple[dict[str, str], Mapping[str, str]],
) -> None:
    left, values = whole
    shown = {}
    for kind, text in left.items():
        for name, value in values.items():
            seen = sorted(part for part in parts(value) if part in text)
            if value in text or seen:
                shown[kind, name] = seen[:3]
    assert shown == {}


def test_a_file_with_a_value_in_its_name_is_a_gap_that_does_not_show_it(
    whole: tuple[dict[str, str], Mapping[str, str]],
) -> None:
    report = json.loads(whole[0]["json"])
    gaps = [gap for gap in report["gaps"] if gap["path"] == "app/***/call.py"]
    why = "the name holds what looks like a secret: revoke it, then rename the file"
    assert [(gap["scanner"], gap["reason"], gap["detail"], gap["accepted"]) for gap in gaps] == [
        ("target", "unreadable", why, False)
    ]


def test_every_planted_value_is_found(whole: tuple[dict[str, str], Mapping[str, str]]) -> None:
    report = json.loads(whole[0]["json"])
    found: dict[str, set[int]] = {}
    for issue in report["issues"]:
        if issue["kind"] == "secret":
            found.setdefault(issue["location"]["path"], set()).add(issue["location"]["line"])
    assert found == {
        ".env": {1, 2}, ".github/workflows/x.yml": {4}, ".npmrc": {1}, "Dockerfile": {2}, "account.json": {4},
        "app/broken.py": {1, 2}, "app/latin.py": {2}, "app/run.py": {5, 6, 7, 8, 23},
        "app/settings.py": {1, 2, 3, 6, 10},
        "app/twice.py": {1}, "id.pem": {1}, "id.ppk": {8}, "id_ed25519": {1},
        "marked.py": {1},
        "package-lock.json": {1}, "pyproject.toml": {4}, "requirements.txt": {1, 2, 3, 5, 6}, "uv.lock": {1},
        "win.env": {2}, "win.py": {2},
    }  # fmt: skip


def test_a_marker_is_shown_as_a_suppression_and_the_secret_is_still_there(
    whole: tuple[dict[str, str], Mapping[str, str]],
) -> None:
    report = json.loads(whole[0]["json"])
    found = [
        (issue["suppression"]["marker"], issue["suppression"]["justification"])
        for issue in report["issues"]
        if issue["kind"] == "secret" and issue["location"]["path"] == "marked.py"
    ]
    assert found == [("pragma: allowlist secret", "as *** and ***")] * 2


def test_the_salt_of_the_environment_makes_the_hashes(whole: tuple[dict[str, str], Mapping[str, str]]) -> None:
    import hmac

    report = json.loads(whole[0]["json"])
    hashes = {
        finding["secret_hash"]
        for issue in report["issues"]
        for finding in issue["findings"]
        if finding["rule"] == "github-token" and issue["location"]["path"] == "Dockerfile"
    }
    assert hashes == {hmac.digest(b"pepper", whole[1]["docker"].encode(), "sha256")[:16].hex()}
