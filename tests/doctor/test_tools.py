import pytest

from devsecgate.doctor.tools import TOOLS, acted, called, hooked, imaged, missing, silenced


@pytest.mark.parametrize(
    ("command", "tool"),
    [
        ("devsecgate gate .", "devsecgate"),
        ("devsecgate policy check x", None),
        ("/env/bin/devsecgate action", "devsecgate"),
        ("devsecgate verdict check x", "devsecgate"),
        ("devsecgate verdict show x", None),
        ("devsecgate scan --verdict x .", None),
        ("docker run --rm registry.example/tools devsecgate gate .", "devsecgate"),
        ("devsecgate --version", None),
        ("/usr/local/bin/bandit -r .", "bandit"),
        ("bandit --help", None),
        ("pip install bandit", None),
        ("pip-audit --strict", "pip-audit"),
        ("semgrep scan --config x", "semgrep"),
        ("semgrep --config x .", "semgrep"),
        ("semgrep login", None),
        ("trivy image --exit-code 1 x", "trivy"),
        ("trivy --quiet fs .", "trivy"),
        ("trivy image --format cyclonedx x", None),
        ("trivy image --download-db-only", None),
        ("trivy server", None),
        ("gitleaks detect", "gitleaks"),
        ("gitleaks version", None),
        ("npm audit --omit dev", "npm audit"),
        ("npm audit fix", None),
        ("npm ci", None),
        ("yarn npm audit", "npm audit"),
        ("cargo deny check", "cargo deny"),
        ("snyk test", "snyk"),
        ("snyk monitor", None),
        ("snyk container monitor x", None),
        ("docker scout cves x", "docker scout"),
        ("docker run --rm -v x:/y aquasec/trivy:0.60 image x", "trivy"),
        ("docker run --rm semgrep/semgrep semgrep scan --error", "semgrep"),
        ("docker run --rm python:3 bandit -r .", "bandit"),
        ("docker build .", None),
        ("safety generate", None),
        ("echo bandit", None),
    ],
)
def test_a_call_that_judges_is_told_from_one_that_does_not(command: str, tool: str | None) -> None:
    call = called(command.split())
    assert (call.tool.name if call else None) == tool


@pytest.mark.parametrize(
    ("uses", "tool"),
    [
        ("devsecgate/devsecgate@v1", "devsecgate"),
        ("Some-Org/devsecgate@main", "devsecgate"),
        ("devsecgate/devsecgate/comment@v1", None),
        ("aquasecurity/trivy-action@0.1", "trivy"),
        ("AquaSecurity/Trivy-Action@0.1", "trivy"),
        ("github/codeql-action/analyze@v4", "codeql"),
        ("github/codeql-action/upload-sarif@v4", None),
        ("github/codeql-action/init@v4", None),
        ("snyk/actions/python@v1", "snyk"),
        ("docker://zricethezav/gitleaks:v8", "gitleaks"),
        ("docker://alpine:3", None),
        ("actions/checkout@v4", None),
        ("google/osv-scanner-action/.github/workflows/osv-scanner-reusable.yml@v2", "osv-scanner"),
    ],
)
def test_an_action_is_known_by_its_name(uses: str, tool: str | None) -> None:
    found = acted(uses)
    assert (found.name if found else None) == tool


@pytest.mark.parametrize(
    ("image", "tool"),
    [("aquasec/trivy", "trivy"), ("ghcr.io:443/aquasecurity/trivy:1@sha256:x", "trivy"), ("my/trivy-like:1", None)],
)
def test_an_image_is_known_by_its_name(image: str, tool: str | None) -> None:
    found = imaged(image)
    assert (found.name if found else None) == tool


@pytest.mark.parametrize(
    ("repository", "identity", "tool"),
    [
        ("https://github.com/PyCQA/bandit", "bandit", "bandit"),
        ("https://github.com/PyCQA/bandit.git", "other", "bandit"),
        ("local", "gitleaks", "gitleaks"),
        ("https://github.com/x/devsecgate", "devsecgate-staged", "devsecgate"),
        ("https://github.com/astral-sh/ruff-pre-commit", "ruff", None),
    ],
)
def test_a_hook_is_known_by_its_id_or_its_repository(repository: str, identity: str, tool: str | None) -> None:
    found = hooked(repository, identity)
    assert (found.name if found else None) == tool


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("bandit --exit-zero -r .", "--exit-zero"),
        ("trivy image --exit-code=0 x", "--exit-code 0"),
        ("trivy image --exit-code 1 x", ""),
        ("checkov -d . --soft-fail", "--soft-fail"),
        ("checkov -d . --soft-fail-on LOW", ""),
        ("govulncheck -format sarif ./...", "-format sarif"),
        ("npm audit --audit-level=none", "--audit-level none"),
    ],
)
def test_an_option_that_silences_is_found(command: str, option: str) -> None:
    call = called(command.split())
    assert call is not None
    assert silenced(call) == option


@pytest.mark.parametrize(
    ("command", "variables", "option"),
    [
        ("semgrep scan --config x", set(), "--error"),
        ("semgrep scan --config x --error", set(), ""),
        ("semgrep ci", set(), ""),
        ("trivy fs .", set(), "--exit-code"),
        ("trivy fs .", {"TRIVY_EXIT_CODE"}, ""),
        ("trivy fs --config trivy.yaml .", set(), ""),
        ("grype dir:.", set(), "--fail-on"),
        ("trufflehog git file://. --fail", set(), ""),
        ("bandit -r .", set(), ""),
    ],
)
def test_an_option_without_which_a_tool_never_fails_is_found(command: str, variables: set[str], option: str) -> None:
    call = called(command.split())
    assert call is not None
    assert missing(call, frozenset(variables)) == option


def test_every_tool_is_there_once_and_can_be_found() -> None:
    assert len({each.name for each in TOOLS}) == len(TOOLS)
    assert [each.name for each in TOOLS if not (each.commands or each.actions)] == []
    assert [name for each in TOOLS for name in each.actions if name != name.lower()] == []
