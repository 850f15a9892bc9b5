"""The action, run by `act` as GitHub's runner runs it: a repository, an event and stubs in, what the log tells out."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml

OURS = "devsecgate/devsecgate@0123456789abcdef0123456789abcdef01234567"
CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd"
PINNED = re.compile(r"^(?P<name>[\w.-]+/[\w./-]+)@(?P<commit>[0-9a-f]{40})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What the log of one run tells."""

    job: str
    """`success` or `failure`."""
    steps: dict[str, str]
    """By name, of the job's own steps and of the action's: how it ended. What was skipped is not in here."""
    outputs: dict[str, str]
    """Of the action."""
    commands: tuple[tuple[str, str, str], ...]
    """What the runner obeyed: kind, title, message."""
    files: tuple[str, ...]
    """The file of every annotation, as the runner read it."""
    summary: str
    printed: str
    """All that the steps printed, and no command."""


@dataclass(slots=True)
class Project:
    """A repository on a branch `main`, with a change to it."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def tree(self) -> Path:
        return self.folder / "app"

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=somebody", "-c", "user.email=somebody@mail.example", "-c", "commit.gpgsign=false")
        clean = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", *who, *arguments], cwd=self.tree, env=clean, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, files: dict[str, str]) -> str:
        for name, content in files.items():
            (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
            (self.tree / name).write_text(content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "change")
        return self.git("rev-parse", "HEAD")


def make_project(folder: Path, files: dict[str, str]) -> tuple[Project, str]:
    """Make a repository, and give the commit of `main`."""
    made = Project(folder=folder)
    made.tree.mkdir(parents=True)
    made.git("init", "--quiet", "--initial-branch", "main")
    made.git("remote", "add", "origin", "https://github.com/acme/app")
    return made, made.commit(files)


def make_stubs(folder: Path, repository: Path) -> dict[str, Path]:
    """Make what is used instead of the actions that need GitHub: by `owner/name@commit`, a folder.

    The Python that is set up is this one, and the cache gives its environment back, so that nothing is installed.
    """
    action = folder / "devsecgate"
    (action / "requirements").mkdir(parents=True)
    shutil.copy(repository / "action.yml", action)
    for name in ("install.py", "toolchain.lock"):
        shutil.copy(repository / "requirements" / name, action / "requirements")
    temporary = "$RUNNER_TEMP/devsecgate-environment"
    scripts = {
        "actions/setup-python": f'echo "{Path(sys.executable).parent}" >> "$GITHUB_PATH"',
        "actions/cache": f'ln -s "{sys.prefix}" "{temporary}"; printf %s "{_digest(action)}" > "{temporary}.sha256"',
        "github/codeql-action/upload-sarif": 'echo "uploading $INPUT"; test -f "$INPUT" && exit 9',
    }
    stubs = {OURS: action}
    for used in uses(action / "action.yml"):
        match = PINNED.match(used)
        assert match is not None, used
        name = match["name"]
        top = "/".join(name.split("/")[:2])
        place = folder / top.replace("/", "-")
        below = place / name.removeprefix(top).lstrip("/")
        below.mkdir(parents=True, exist_ok=True)
        (below / "action.yml").write_text(_stub(scripts[name]))
        stubs[f"{top}@{match['commit']}"] = place
    return stubs


def uses(file: Path) -> list[str]:
    """Give every `uses` of an action or a workflow, in order."""
    found: list[str] = []

    def look(value: object) -> None:
        if isinstance(value, dict):
            found.extend(str(each) for name, each in value.items() if name == "uses")
            for each in value.values():
                look(each)
        elif isinstance(value, list):
            for each in value:
                look(each)

    look(yaml.safe_load(file.read_text()))
    return found


def _digest(action: Path) -> str:
    spec = importlib.util.spec_from_file_location("install", action / "requirements" / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.digest(action))


def _stub(script: str) -> str:
    """Give an action that runs a script; its input `sarif_file` is $INPUT."""
    step = {"shell": "bash", "run": script, "env": {"INPUT": "${{ inputs.sarif_file }}"}}
    names = ("python-version", "path", "key", "sarif_file", "category", "wait-for-processing")
    inputs = {name: {"description": name, "required": False} for name in names}
    runs = {"using": "composite", "steps": [step]}
    return yaml.safe_dump({"name": "stub", "description": "stub", "inputs": inputs, "runs": runs})


def workflow(inputs: dict[str, str]) -> str:
    """Give a workflow that uses the action, and prints its outputs whatever became of it."""
    steps = [
        {"uses": CHECKOUT, "with": {"persist-credentials": "false"}},
        {"id": "gate", "uses": OURS, "with": inputs},
        {
            "id": "after",
            "if": "always()",
            "shell": "bash",
            "run": "tr -d '\\n' <<< \"outputs=$OUTPUTS\"",
            "env": {"OUTPUTS": "${{ toJSON(steps.gate.outputs) }}"},
        },
    ]
    job = {"runs-on": "ubuntu-latest", "steps": steps}
    events = {"pull_request": {}, "merge_group": {}, "push": {}, "schedule": [{"cron": "0 5 * * 1"}]}
    return yaml.safe_dump({"name": "gate", "on": events, "permissions": {"contents": "read"}, "jobs": {"gate": job}})


def run(act: list[str], project: Project, event: str, payload: dict[str, object], stubs: dict[str, Path]) -> Ran:
    """Run the workflow for an event, with nothing of the caller's environment. `act` is the program and its flags."""
    file = project.folder / "event.json"
    file.write_text(json.dumps(payload))
    mapped = [f"--local-repository={name}={place}" for name, place in stubs.items()]
    argv = [*act, event, "--platform=ubuntu-latest=-self-hosted", f"--eventpath={file}", "--no-cache-server", "--json"]
    argv += [f"--action-cache-path={project.folder / 'cache'}", *mapped]
    home = project.folder / "home"
    home.mkdir(exist_ok=True)
    clean = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    done = subprocess.run(
        argv, cwd=project.tree, env=clean, check=False, capture_output=True, encoding="utf-8", timeout=300
    )
    return _read([json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")], done.stderr)


def _read(lines: list[dict[str, object]], told: str) -> Ran:
    """Take out of act's log what tests ask for."""
    results = [str(line["jobResult"]) for line in lines if "jobResult" in line]
    assert len(results) == 1, (told, lines)
    obeyed = [line for line in lines if line.get("command") in {"error", "warning", "notice", "set-env", "add-path"}]
    printed = "".join(str(line["msg"]) for line in lines if line.get("raw_output"))
    outputs = re.search(r"^outputs=(.*)$", printed, re.MULTILINE)
    assert outputs is not None, printed
    return Ran(
        job=results[0],
        steps={_name(line): str(line["stepResult"]) for line in lines if "stepResult" in line},
        outputs=json.loads(outputs[1]),
        commands=tuple((str(line["command"]), _property(line, "title"), str(line.get("arg", ""))) for line in obeyed),
        files=tuple(filter(None, (_property(line, "file") for line in obeyed))),
        summary="".join(str(line["content"]) for line in lines if line.get("command") == "summary"),
        printed=printed,
    )


def _property(line: dict[str, object], name: str) -> str:
    found = line.get("kvPairs")
    return str(found.get(name, "")) if isinstance(found, dict) else ""


def _name(line: dict[str, object]) -> str:
    """Give `gate` for the action's own step, `gate/3` or `gate/gate` for one inside it."""
    known = line.get("stepID", line.get("stepid"))
    assert isinstance(known, list)
    stage = "" if line.get("stage", "Main") == "Main" else f"{line['stage']} "
    return stage + "/".join(map(str, known))
