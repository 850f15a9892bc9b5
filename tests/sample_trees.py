"""The small trees that `record_samples.py` has the real tools look at: what they find, and what they cannot read."""

from __future__ import annotations

from collections.abc import Mapping

DANGEROUS = {
    "app.py": "import pickle\nimport subprocess\n\n\ndef run(name, data):\n"
    "    subprocess.call(\n        'ls ' + name,\n        shell=True,\n    )\n    return pickle.loads(data)\n",
    "columns.py": "x = 'é€😀'; eval(x)\ny = ('日本', eval(\n    'é' +\n    'x'))\n",
    "quiet.py": "def greet(name):\n    return 'hello ' + name  # nosec\n",
    "passwords.py": "password = 'not a real one'\n\n\ndef log_in(user, password='neither'):\n    return user\n",
    "empty.py": "",
    "a folder/-rf.py": "assert eval('1')\n",
}
UNREADABLE = {
    "broken.py": "def f(:\n    pass\n",
    "nul.py": "x = 1\x00\n",
    "random.py": bytes(range(256)) * 4,
    "newer.py": "type Name = str\nlazy import os\neval('1')\n",
    "latin.py": b"# coding: latin-1\ns = '\xe9'; eval(s)\n",
    "other.py": "# coding: utf-7\nx = 1\n",
    "good.py": "eval('1')\n",
    "gone.py": None,
}
"""Content by name; None is a file that is asked for and is not there."""
RULES = """\
rules:
  - id: eval-called
    languages: [python]
    severity: HIGH
    message: The value of $X is evaluated.
    pattern: eval($X)
    metadata:
      cwe: ["CWE-95: Improper Neutralization of Directives in Dynamically Evaluated Code ('Eval Injection')"]
      confidence: MEDIUM
      references: [https://docs.python.org/3/library/functions.html#eval]
  - id: shell-called
    languages: [python]
    severity: WARNING
    message: A shell is called.
    pattern: subprocess.call(..., shell=True, ...)
    metadata: {cwe: CWE-78, confidence: high, references: https://docs.python.org/3/library/subprocess.html}
"""
BROKEN_RULE = "rules:\n  - {id: broken, languages: [python], severity: LOW, message: m}\n"
PACKS: Mapping[str, tuple[Mapping[str, str], str]] = {
    "go": (
        {"a folder/-rf.go": "package p\n\nfunc f() { planted(1) }\n", "quiet.go": "package p\n"},
        "languages: [go], pattern: planted(...)",
    ),
    "java": (
        {"a folder/-rf.java": "class A {\n  void f() { planted(1); }\n}\n", "Quiet.java": "class Quiet {}\n"},
        "languages: [java], pattern: planted(...)",
    ),
    "javascript": (
        {"a folder/-rf.tsx": "const a = <b>{planted(1)}</b>;\n", "quiet.js": "'use strict';\n"},
        "languages: [js, ts], pattern: planted(...)",
    ),
    "dockerfile": (
        {"a folder/-rf.dockerfile": "FROM a:1\nRUN planted\n", "Containerfile": "FROM a:1\nUSER 1\n"},
        "languages: [dockerfile], pattern: RUN planted",
    ),
    "terraform": (
        {"a folder/-rf.tofu": 'resource "planted" "a" {\n  b = 1\n}\n', "quiet.tf": "locals {}\n"},
        "languages: [terraform], pattern: 'resource \"planted\" $NAME { ... }'",
    ),
    "manifests": (
        {"a folder/-rf.yml": "a: 1\nplanted: true\n", "quiet.yaml": "a: 1\n"},
        "languages: [yaml], pattern: 'planted: true'",
    ),
    "pipelines": (
        {".github/workflows/-rf.yml": "on: push\nplanted: true\n", "action.yaml": "name: a\n"},
        "languages: [yaml], pattern: 'planted: true'",
    ),
}
"""Files by the folder of their pack, and what a rule looks for in them."""
NOT_PARSED: Mapping[str, Mapping[str, str]] = {
    "go": {"broken.go": "package p\n\nfunc f() { planted(1) }\nfunc g( {{ ]\n", "empty.go": ""},
    "java": {"Broken.java": "class A {\n  void f() { planted(1); }\n} } class {\n", "Empty.java": ""},
    "javascript": {"broken.js": "planted(1);\nlet = = 3 }\n", "empty.ts": ""},
    "terraform": {"broken.tf": 'resource "planted" "a" {\n  b = = 1\n}\n', "empty.tf": ""},
    "manifests": {"broken.yaml": "planted: true\na: [1\nb: }\n", "empty.yaml": ""},
    "pipelines": {".gitlab-ci.yml": "planted: true\na: [1\nb: }\n", "action.yml": ""},
}
WORKFLOWS = {
    ".github/workflows/issue.yml": "on: issues\njobs:\n  greet:\n    runs-on: ubuntu-latest\n    steps:\n"
    "      - uses: somebody/action@v1\n      - run: |\n          echo é\n"
    "          echo ${{ github.event.issue.title }}  # zizmor: ignore[template-injection]\n",
    ".github/workflows/-rf.yml": "on: pull_request_target\npermissions: write-all\njobs:\n  a:\n"
    "    runs-on: ubuntu-latest\n    container: debian:latest\n    steps:\n      - uses: actions/checkout@v4\n"
    "        with: {ref: '${{ github.head_ref }}'}\n",
    ".github/workflows/quiet.yaml": "name: quiet\non: push\npermissions: {}\njobs:\n  a:\n    name: a\n"
    "    runs-on: ubuntu-latest\n    steps: [{run: 'echo 1'}]\n",
    "a folder/action.yml": "name: a\ndescription: b\ninputs: {who: {description: c}}\nruns:\n  using: composite\n"
    "  steps:\n    - run: echo ${{ inputs.who }}\n      shell: bash\n",
    ".github/dependabot.yml": "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n"
    "    schedule: {interval: daily}\n    insecure-external-code-execution: allow\n",
}
UNREADABLE_WORKFLOWS = {
    ".github/workflows/empty.yml": "",
    ".github/workflows/broken.yml": "on: [push\n jobs",
    ".github/workflows/other.yml": "on: push\njobs: {a: {steps: 3}}\n",
    ".github/workflows/several.yml": "on: push\n---\non: push\n",
    "tasks/action.yml": "- name: no action\n  command: 'true'\n",
    ".github/workflows/good.yml": WORKFLOWS[".github/workflows/issue.yml"],
}
DOCKERFILES = {
    "Dockerfile": "FROM debian\n# hadolint ignore=DL3004,DL3008\nRUN apt-get update && apt-get install -y curl\n"
    "RUN sudo curl http://files.example/x | sh\nENV API_TOKEN=abc\nUSER root\n",
    "a folder/-rf.dockerfile": "# hadolint global ignore=DL3007\nFROM debian:latest AS build\nRUN rm -rf $HOME/x\n"
    "FROM build\nCOPY --from=build a /b\n",
    "quiet/Containerfile": "FROM debian:13\nUSER 1000\n",
}
UNREADABLE_DOCKERFILES = {
    "Dockerfile.empty": "",
    "Dockerfile.broken": "FROM debian:13\nFOO bar\n",
    "Dockerfile.here": "FROM debian:13\nRUN <<EOF\ntrue\nEOF\nRUN sudo true\n",
    "Dockerfile.random": bytes(range(256)) * 4,
    "Dockerfile.labelled": "FROM debian:13\nLABEL devsecgate-canary-7f3a=x\n",
    "Dockerfile.latin": b"FROM debian:13\n# \xe9\nRUN sudo true\n",
}
MANIFESTS = {
    "requirements.txt": "jinja2==2.4.1\nflask\nrequests==2.31.0\n",
    "requirements-dev.txt": "-r requirements.txt\nclick==8.1.0\ncolorama==0.4.6; sys_platform == 'win32'\n",
}
LOCKFILES = {
    "Cargo.lock": "version = 4\n"
    '\n[[package]]\nname = "shop"\nversion = "0.1.0"\ndependencies = [\n "serde_json",\n]\n'
    '\n[[package]]\nname = "serde_json"\nversion = "1.0.50"\nsource = "registry+https://registry.example/index"\n'
    'dependencies = [\n "itoa",\n]\n'
    '\n[[package]]\nname = "itoa"\nversion = "1.0.1"\nsource = "registry+https://registry.example/index"\n'
    '\n[[package]]\nname = "forked"\nversion = "0.2.0"\nsource = "git+https://git.example/forked#0123"\n',
    "web/yarn.lock": '# yarn lockfile v1\n\n\n"old@npm:lodash@3.10.1":\n  version "3.10.1"\n'
    '  resolved "https://registry.example/lodash/-/lodash-3.10.1.tgz#cccc"\n',
    "a folder/-rf/go.mod": "module shop.example\n\ngo 1.21.0\n",
    "broken/pnpm-lock.yaml": "{{{",
    "gone/Gemfile.lock": None,
}
