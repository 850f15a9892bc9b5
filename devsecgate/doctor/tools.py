"""The security tools that make a step a gate: how they are called, and what silences them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from devsecgate.doctor.command_words import program

_NOTHING: Mapping[str, tuple[str, ...]] = {}
_ASKS = frozenset({
    "--version", "-V", "version", "--help", "-h", "help", "login", "auth", "install", "update", "self-update",
    "completion", "--download-db-only", "--download-java-db-only", "clean", "plugin", "db", "config", "--list-rules",
})  # fmt: skip
"""Words after which a tool judges nothing."""


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """One security tool."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    """The words that call it: `("npm", "audit")`."""
    within: frozenset[str] = frozenset()
    """Where there are any, only these sub-commands judge."""
    not_with: tuple[str, ...] = ()
    """Words with which it judges nothing: what only writes an SBOM."""
    actions: tuple[str, ...] = ()
    """`owner/name`, or the beginning of a longer path."""
    images: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    """Ids of hooks, or the ends of the addresses of repositories with hooks."""
    silent: tuple[str, ...] = ()
    """Options that make it exit 0; with a value: `--exit-code 0`."""
    needs: tuple[str, ...] = ()
    """Without one of these options it exits 0."""
    needs_only: frozenset[str] = frozenset()
    """Where there are any, only these sub-commands need one."""
    variables: tuple[str, ...] = ()
    """Variables that stand for one of `needs`."""
    inputs: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=lambda: _NOTHING)
    """Inputs of its actions, with the values that make them succeed."""
    input_needed: str = ""
    """Without this input its actions succeed whatever is found."""


_TRUE = ("true", "1", "yes", "on")
_FALSE = ("false", "0", "no", "off")

TOOLS: tuple[Tool, ...] = (
    Tool(name="devsecgate", hooks=("devsecgate",),
         commands=(("devsecgate", "gate"), ("devsecgate", "action"), ("devsecgate", "hook"),
                   ("devsecgate", "verdict", "check"))),
    Tool(name="bandit", commands=(("bandit",),), silent=("--exit-zero",), hooks=("bandit", "pycqa/bandit"),
         actions=("pycqa/bandit-action", "tj-actions/bandit", "mdegis/bandit-action"), inputs={"exit_zero": _TRUE}),
    Tool(name="pip-audit", commands=(("pip-audit",), ("pip_audit",)), hooks=("pip-audit",),
         actions=("pypa/gh-action-pip-audit", "trailofbits/gh-action-pip-audit"),
         inputs={"internal-be-careful-allow-failure": _TRUE}),
    Tool(name="semgrep", commands=(("semgrep",), ("opengrep",)), within=frozenset({"scan", "ci", "", "-"}),
         needs=("--error",), needs_only=frozenset({"scan", "", "-"}), hooks=("semgrep", "semgrep-ci"),
         actions=("semgrep/semgrep-action", "returntocorp/semgrep-action"),
         images=("semgrep/semgrep", "returntocorp/semgrep")),
    Tool(name="trivy", commands=(("trivy",),),
         within=frozenset({"image", "i", "fs", "filesystem", "repo", "repository", "rootfs", "config", "k8s",
                           "kubernetes", "vm", "sbom"}),
         not_with=("cyclonedx", "spdx", "spdx-json", "github"), silent=("--exit-code 0",),
         needs=("--exit-code", "--config", "-c"), variables=("TRIVY_EXIT_CODE",),
         images=("aquasec/trivy", "aquasecurity/trivy"),
         actions=("aquasecurity/trivy-action",), inputs={"exit-code": ("0",)}, input_needed="exit-code"),
    Tool(name="grype", commands=(("grype",),), needs=("--fail-on", "-f", "--config", "-c"),
         variables=("GRYPE_FAIL_ON_SEVERITY",), images=("anchore/grype",), hooks=("grype",),
         actions=("anchore/scan-action",), inputs={"fail-build": _FALSE}),
    Tool(name="gitleaks", commands=(("gitleaks",),), silent=("--exit-code 0",),
         within=frozenset({"detect", "protect", "git", "dir", "directory", "file", "stdin"}),
         images=("gitleaks/gitleaks", "zricethezav/gitleaks"), hooks=("gitleaks", "gitleaks-docker", "gitleaks-system"),
         actions=("gitleaks/gitleaks-action", "zricethezav/gitleaks-action")),
    Tool(name="trufflehog", commands=(("trufflehog",),), needs=("--fail", "--pre-commit"), hooks=("trufflehog",),
         images=("trufflesecurity/trufflehog",), actions=("trufflesecurity/trufflehog",)),
    Tool(name="detect-secrets", commands=(("detect-secrets-hook",),), hooks=("detect-secrets",)),
    Tool(name="ggshield", commands=(("ggshield",),), silent=("--exit-zero",), hooks=("ggshield",),
         actions=("gitguardian/ggshield-action", "gitguardian/ggshield")),
    Tool(name="checkov", commands=(("checkov",),), silent=("--soft-fail", "-s"), images=("bridgecrew/checkov",),
         hooks=("checkov", "checkov_container", "checkov_diff", "terraform_checkov"),
         actions=("bridgecrewio/checkov-action",), inputs={"soft_fail": _TRUE}),
    Tool(name="tfsec", commands=(("tfsec",),), silent=("--soft-fail", "-s"), hooks=("tfsec", "terraform_tfsec"),
         images=("aquasec/tfsec",), actions=("aquasecurity/tfsec-action",), inputs={"soft_fail": _TRUE}),
    Tool(name="kics", commands=(("kics",),), within=frozenset({"scan"}), images=("checkmarx/kics",),
         silent=("--ignore-on-exit all", "--ignore-on-exit results"), actions=("checkmarx/kics-github-action",),
         inputs={"ignore_on_exit": ("all", "results")}),
    Tool(name="snyk", commands=(("snyk",),), within=frozenset({"test", "code", "container", "iac", ""}),
         not_with=("monitor",),
         actions=("snyk/actions",), inputs={"command": ("monitor",)}, images=("snyk/snyk",)),
    Tool(name="codeql", commands=(), actions=("github/codeql-action/analyze",)),
    Tool(name="zizmor", commands=(("zizmor",),), silent=("--no-exit-codes",), hooks=("zizmor",),
         actions=("zizmorcore/zizmor-action", "woodruffw/zizmor-action")),
    Tool(name="hadolint", commands=(("hadolint",),), silent=("--no-fail",), images=("hadolint/hadolint",),
         hooks=("hadolint", "hadolint-docker"), actions=("hadolint/hadolint-action",), inputs={"no-fail": _TRUE}),
    Tool(name="safety", commands=(("safety",),), within=frozenset({"check", "scan", "ci"}), images=("pyupio/safety",),
         silent=("--continue-on-error",), hooks=("python-safety-dependencies-check",), actions=("pyupio/safety",)),
    Tool(name="osv-scanner", commands=(("osv-scanner",),), hooks=("osv-scanner",),
         images=("google/osv-scanner",), inputs={"fail-on-vuln": _FALSE},
         actions=("google/osv-scanner-action", "google/osv-scanner")),
    Tool(name="govulncheck", commands=(("govulncheck",),), actions=("golang/govulncheck-action",),
         silent=("-json", "-format json", "-format sarif", "-format openvex"), hooks=("govulncheck",)),
    Tool(name="gosec", commands=(("gosec",),), silent=("-no-fail", "--no-fail"), images=("securego/gosec",),
         actions=("securego/gosec",), hooks=("gosec",)),
    Tool(name="npm audit", commands=(("npm", "audit"), ("yarn", "audit"), ("yarn", "npm", "audit"), ("pnpm", "audit"),
                                     ("bun", "audit"), ("npx", "audit-ci"), ("audit-ci",)),
         not_with=("fix", "signatures"), silent=("--audit-level none",)),
    Tool(name="cargo audit", commands=(("cargo", "audit"), ("cargo-audit",)),
         actions=("rustsec/audit-check", "actions-rs/audit-check", "actions-rust-lang/audit")),
    Tool(name="cargo deny", commands=(("cargo", "deny"),), actions=("embarkstudios/cargo-deny-action",)),
    Tool(name="bundler-audit", commands=(("bundle-audit",), ("bundler-audit",), ("bundle", "audit"))),
    Tool(name="composer audit", commands=(("composer", "audit"),)),
    Tool(name="brakeman", commands=(("brakeman",),), silent=("--no-exit-on-warn",)),
    Tool(name="dependency-check", commands=(("dependency-check",), ("dependency-check.sh",)), needs=("--failOnCVSS",),
         actions=("dependency-check/dependency-check_action",), images=("owasp/dependency-check",)),
    Tool(name="dependency-review", commands=(), actions=("actions/dependency-review-action",),
         inputs={"warn-only": _TRUE}),
    Tool(name="docker scout", commands=(("docker", "scout"),), within=frozenset({"cves", "compare"}),
         needs=("--exit-code", "-e"), actions=("docker/scout-action",), inputs={"exit-code": _FALSE},
         input_needed="exit-code"),
    Tool(name="kubescape", commands=(("kubescape",),), within=frozenset({"scan"}),
         actions=("kubescape/github-action",)),
    Tool(name="sonar", commands=(("sonar-scanner",),),
         actions=("sonarsource/sonarqube-scan-action", "sonarsource/sonarcloud-github-action")),
)  # fmt: skip


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call of a tool on a command line."""

    tool: Tool
    arguments: tuple[str, ...]


def called(words: Sequence[str]) -> Call | None:
    """Find the tool that a command calls to judge something; None: it is none, or judges nothing here."""
    if not words:
        return None
    named = (program(words), *words[1:])
    for tool in TOOLS:
        for command in tool.commands:
            if named[: len(command)] == command:
                return _judging(tool, tuple(words[len(command) :]))
    return _contained(named)


def acted(uses: str) -> Tool | None:
    """Find the tool of an action, or of a workflow of somebody else, without looking at its version."""
    name = uses.partition("@")[0].lower().removeprefix("docker://")
    if name.count("/") == 1 and name.endswith(("/devsecgate", "/devsecgate-action")):
        return TOOLS[0]  # and not what is below it, which comments
    for tool in TOOLS:
        if any(name == each or name.startswith(f"{each}/") for each in tool.actions):
            return tool
    return imaged(uses.removeprefix("docker://")) if uses.startswith("docker://") else None


def imaged(image: str) -> Tool | None:
    """Find the tool of a container image."""
    name = image.partition("@")[0]
    name = name[: name.rfind(":")] if name.rfind(":") > name.rfind("/") else name
    for tool in TOOLS:
        if any(name == each or name.endswith(f"/{each}") for each in tool.images):
            return tool
    return None


def hooked(repository: str, identity: str) -> Tool | None:
    """Find the tool of a hook, by its id, or by the address of its repository."""
    address = repository.lower().removesuffix(".git").rstrip("/")
    for tool in TOOLS:
        known = any(address.endswith(f"/{each}") for each in tool.hooks if "/" in each)
        if known or identity in tool.hooks or identity.startswith(f"{tool.name}-"):
            return tool
    return None


def silenced(call: Call) -> str:
    """Return the option that makes the tool exit 0; empty: there is none."""
    given = " ".join(call.arguments).replace("=", " ")
    for option in call.tool.silent:
        if f" {option} " in f" {given} ":
            return option
    return ""


def missing(call: Call, variables: frozenset[str]) -> str:
    """Return the option without which the tool exits 0; empty: it is there, or none is needed."""
    if not call.tool.needs or (call.tool.needs_only and _subcommand(call) not in call.tool.needs_only):
        return ""
    names = {each.partition("=")[0] for each in call.arguments}
    if names & set(call.tool.needs) or variables & set(call.tool.variables):
        return ""
    return call.tool.needs[0]


def _judging(tool: Tool, arguments: tuple[str, ...]) -> Call | None:
    call = Call(tool=tool, arguments=arguments)
    parts = {part for each in arguments for part in each.split("=")}
    if (arguments and arguments[0] in _ASKS - tool.within) or parts & {"--version", "--help", "--download-db-only"}:
        return None
    if set(tool.not_with) & parts or (tool.within and _subcommand(call) not in tool.within):
        return None
    return call


def _subcommand(call: Call) -> str:
    """Return the sub-command; `-`: an option stands first, or a path; empty: there is nothing."""
    known = call.tool.within - {"", "-"}
    for each in call.arguments:
        if each in known:
            return each
    first = call.arguments[0] if call.arguments else ""
    return "-" if first.startswith(("-", ".", "/", "$")) else first


def _contained(named: Sequence[str]) -> Call | None:
    """Find the tool of `docker run … image arguments`."""
    if named[0] not in {"docker", "podman", "nerdctl"} or "run" not in named[1:3]:
        return None
    for place, word in enumerate(named):
        tool = imaged(word)
        if tool is not None:
            rest = tuple(named[place + 1 :])
            known = next((each for each in tool.commands if rest[: len(each)] == each), ())
            return _judging(tool, rest[len(known) :])
    for place, word in enumerate(named[2:], start=2):
        if any(word == command[0] for tool in TOOLS for command in tool.commands):
            return called(named[place:])
    return None
