"""Workflows and actions: each rule fires where a gate is neutered, and not where it is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devsecgate.doctor.records import Report

InJob = Callable[..., list[str]]
Examine = Callable[[dict[str, str]], Report]
Said = Callable[[dict[str, str]], list[str]]

SHA = "0123456789abcdef0123456789abcdef01234567"
TRIVY = f"aquasecurity/trivy-action@{SHA}"


@pytest.mark.parametrize(
    "steps",
    [
        "- run: bandit -r .",
        "- run: |\n    pip install bandit\n    bandit -r .",
        "- run: |\n    set -o pipefail\n    bandit -r . | tee log",
        "- run: bandit -r . | tee log\n  shell: bash",
        "- run: bandit -r . || { echo '::error::bandit'; exit 1; }",
        "- uses: actions/checkout@v4\n- run: devsecgate gate --offline",
        f"- uses: {TRIVY}\n  with: {{exit-code: '1'}}",
        f"- uses: {TRIVY}\n  env: {{TRIVY_EXIT_CODE: '1'}}",
        f"- uses: gitleaks/gitleaks-action@{SHA} # v2",
        "- id: a\n  run: bandit -r .\n  continue-on-error: true\n- if: steps.a.outcome == 'failure'\n  run: exit 1",
        '- id: scan\n  run: bandit -r . || echo "rc=$?" >> $GITHUB_OUTPUT\n- run: exit ${{ steps.scan.outputs.rc }}',
        "- run: bandit -r .\n  continue-on-error: false",
        "- run: bandit -r .\n- if: always()\n  uses: actions/upload-artifact@v4",
        "- run: bandit -r .\n- if: always()\n  name: Publish test results\n  run: ./publish",
        "- run: bandit -r .\n- uses: softprops/action-gh-release@v2",
        "- run: bandit -r .\n  timeout-minutes: 5",
        "- if: github.event_name == 'pull_request'\n  run: bandit a\n- if: github.ref == 'x'\n  run: bandit b",
        '- run: echo "bandit || true"\n- run: bandit -r .',
        "- run: |\n    cat <<EOF\n    bandit || true\n    EOF\n    bandit -r .",
        "- run: bandit -r . # || true",
    ],
)
def test_a_gate_that_can_fail_is_left_alone(steps: str, in_job: InJob) -> None:
    assert in_job(steps) == []


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("- run: bandit -r . || true", ["6 or-true"]),
        ("- run: |\n    echo\n    bandit -r . || true", ["8 or-true"]),
        ("- run: >-\n    echo &&\n    bandit -r . || true", ["8 or-true"]),
        ("- run: bandit -r . | tee log", ["6 pipe-without-pipefail"]),
        ("- run: bandit -r . | tee log\n  shell: sh", ["6 pipe-without-pipefail"]),
        ("- run: bandit -r .; true\n  shell: bash {0}", ["6 status-overwritten"]),
        ("- run: |\n    set +e\n    bandit -r .\n    echo done", ["8 status-overwritten"]),
        ("- run: if ! bandit -r .; then echo bad; fi", ["6 condition-drops-status"]),
        ("- run: bandit -r . &", ["6 background"]),
        ("- run: echo \"$(bandit -r .)\"", ["6 substitution-drops-status"]),
        ("- run: |\n    exit 0\n    bandit -r .", ["8 never-reached"]),
        ("- run: bandit --exit-zero -r .", ["6 exit-code-flag"]),
        ("- run: semgrep scan --config x", ["6 no-fail-option"]),
        (f"- uses: {TRIVY}", ["6 no-fail-option"]),
        (f"- uses: {TRIVY}\n  with:\n    exit-code: 0", ["8 exit-code-flag"]),
        (f"- uses: anchore/scan-action@{SHA}\n  with:\n    fail-build: false", ["8 exit-code-flag"]),
        (f"- uses: bridgecrewio/checkov-action@{SHA}\n  with:\n    soft_fail: true", ["8 exit-code-flag"]),
        ("- run: bandit -r .\n  continue-on-error: true", ["7 continue-on-error"]),
        ("- run: bandit -r .\n  continue-on-error: ${{ github.event_name == 'push' }}", ["7 continue-on-error"]),
        ("- id: a\n  run: bandit -r .\n  continue-on-error: true\n- if: steps.a.outcome == 'failure'\n  run: echo",
         ["8 continue-on-error"]),
        ("- id: a\n  run: bandit . || echo rc=$? >> $GITHUB_OUTPUT", ["7 or-true"]),
        ("- uses: gitleaks/gitleaks-action@v2", ["6 unpinned-gate"]),
        ("- uses: gitleaks/gitleaks-action@0123456", ["6 unpinned-gate"]),
        ("- uses: gitleaks/gitleaks-action@master", ["6 gate-on-branch"]),
        ("- uses: docker://zricethezav/gitleaks:v8", ["6 unpinned-gate"]),
        ("- if: github.actor != 'dependabot[bot]'\n  run: bandit -r .", ["6 can-be-skipped"]),
        ("- run: bandit -r .\n- if: always()\n  run: twine upload dist/*", ["7 deploy-despite-gate"]),
        ("- run: bandit -r .\n- if: '!cancelled()'\n  uses: pypa/gh-action-pypi-publish@v1", ["7 deploy-despite-gate"]),
        ("- if: ${{ vars.X }} == 'a'\n  run: bandit -r .", ["6 if-always-true"]),
        ("- if: |\n    ${{ vars.X }}\n  run: bandit -r .", ["6 if-always-true"]),
        ("- run: git commit --no-verify -m x\n- run: bandit .", ["6 no-verify"]),
        ("- run: devsecgate gate --policy=policies/advisory.yaml", ["6 advisory-policy"]),
        (f"- uses: devsecgate/devsecgate@{SHA}\n  with:\n    policy: advisory", ["8 advisory-policy"]),
        (f"- uses: devsecgate/devsecgate@{SHA}\n  with:\n    fail-on-incomplete: false", ["8 incomplete-passes"]),
        ("- run: devsecgate action\n  env: {DEVSECGATE_INPUT_FAIL_ON_INCOMPLETE: 'false'}", ["7 incomplete-passes"]),
    ],
)  # fmt: skip
def test_a_gate_that_is_neutered_is_named_with_its_line(steps: str, found: list[str], in_job: InJob) -> None:
    assert in_job(steps) == found


def test_results_that_code_scanning_gets_are_left_to_it(in_job: InJob) -> None:
    upload = f"- uses: github/codeql-action/upload-sarif@{SHA}"
    assert in_job(f"- uses: {TRIVY}\n  with: {{format: sarif}}\n{upload}") == ["6 left-to-code-scanning"]
    assert in_job(f"- run: bandit . || true\n{upload}") == ["6 or-true"]


def test_of_two_runs_of_a_tool_one_may_only_report(in_job: InJob) -> None:
    steps = "- run: trivy fs --exit-code 0 .\n- run: trivy fs --exit-code 1 --severity CRITICAL ."
    assert in_job(steps) == ["6 another-run-decides"]


@pytest.mark.parametrize(
    ("job", "found"),
    [
        ("continue-on-error: true\n", ["7 continue-on-error"]),
        ("continue-on-error: ${{ matrix.experimental }}\n", ["7 continue-on-error"]),
        ("continue-on-error: ${{ false }}\n", []),
        ("if: github.ref == 'refs/heads/main'\n", ["7 can-be-skipped"]),
        ("if: github.event_name == 'pull_request'\n", []),
        ("env: {SKIP: 'x,gitleaks'}\n", ["7 skip-variable"]),
        ("env: {SKIP: 'ruff'}\n", []),
        ("timeout-minutes: 5\n", []),
        ("defaults: {run: {shell: bash}}\n", []),
    ],
)
def test_a_job_neuters_its_gate(job: str, found: list[str], in_job: InJob) -> None:
    assert in_job("- run: bandit -r .", job=job) == found


@pytest.mark.parametrize("where", ["workflow", "job"])
def test_the_default_shell_is_that_of_the_job_or_the_workflow(where: str, said: Said) -> None:
    default = "defaults:\n  run:\n    shell: bash\n"
    own = default.replace("\n", "\n    ").rstrip(" ")
    text = f"""on: pull_request
{default if where == "workflow" else ""}jobs:
  scan:
    {own if where == "job" else ""}
    steps:
      - run: bandit . | tee x
"""
    assert said({".github/workflows/ci.yml": text}) == []


def test_a_script_for_another_shell_is_named_as_not_looked_at(report: Examine) -> None:
    text = """
        on: pull_request
        jobs:
          a:
            runs-on: windows-latest
            steps:
              - run: bandit -r .
              - run: echo
              - run: bandit || (
                shell: bash
        """
    found = report({".github/workflows/ci.yml": text})
    assert [(each.line, each.why) for each in found.unread] == [
        (6, "a script for pwsh is not read here"),
        (8, "the script could not be parsed: ) is missing"),
    ]
    assert [each.rule.id for each in found.findings] == ["doctor.no-gate"]


@pytest.mark.parametrize(
    ("on", "found"),
    [
        ("{pull_request: {}, push: {branches: [main]}}", []),
        ("[push, pull_request]", []),
        ("push", []),
        ("{pull_request: {branches: [main]}}", []),
        ("{pull_request: {branches: [release]}}", ["1 branch-filter"]),
        ("{pull_request: {branches-ignore: [x]}}", ["1 branch-filter"]),
        ("{pull_request: {paths: ['src/**']}}", ["1 path-filter"]),
        ("{pull_request: {paths-ignore: ['docs/**']}}", ["1 path-filter"]),
        ("{pull_request: {}, push: {paths: ['src/**']}}", []),
        ("{pull_request: {types: [opened]}}", ["1 event-types"]),
        ("{pull_request: {types: [opened, synchronize]}}", []),
        ("{push: {branches: [main]}}", ["1 no-pull-request-trigger"]),
        ("{schedule: [{cron: '0 0 * * *'}]}", ["1 no-pull-request-trigger"]),
        ("workflow_call", []),
    ],
)
def test_a_gate_has_to_start_for_every_pull_request(on: str, found: list[str], in_job: InJob) -> None:
    assert in_job("- run: bandit -r .", on=on) == found


def test_a_scan_by_night_may_stand_beside_the_gate(said: Said) -> None:
    gate = "on: pull_request\njobs:\n  a:\n    steps:\n      - run: bandit -r .\n"
    nightly = gate.replace("pull_request", "{schedule: [{cron: '0 0 * * *'}]}")
    assert said({".github/workflows/a.yml": gate, ".github/workflows/b.yml": nightly}) == []


def test_a_merge_queue_that_the_gate_does_not_know_is_named(said: Said) -> None:
    gate = "on: pull_request\njobs:\n  a:\n    steps:\n      - run: bandit -r .\n"
    tests = "on: [pull_request, merge_group]\njobs:\n  a:\n    steps:\n      - run: pytest\n"
    both = gate.replace("pull_request", "[pull_request, merge_group]")
    assert said({".github/workflows/a.yml": gate, ".github/workflows/b.yml": tests}) == [
        ".github/workflows/a.yml:1 no-merge-group-trigger"
    ]
    assert said({".github/workflows/a.yml": both, ".github/workflows/b.yml": tests}) == []


@pytest.mark.parametrize(
    ("on", "ref", "found"),
    [
        ("pull_request_target", "${{ github.event.pull_request.head.sha }}", ["6 pull-request-target"]),
        ("pull_request_target", "refs/pull/${{ github.event.number }}/merge", ["6 pull-request-target"]),
        ("pull_request_target", "main", []),
        ("pull_request", "${{ github.event.pull_request.head.sha }}", []),
    ],
)
def test_a_strangers_code_is_not_gated_with_secrets(on: str, ref: str, found: list[str], in_job: InJob) -> None:
    steps = f"- uses: actions/checkout@v4\n  with: {{ref: '{ref}'}}\n- run: bandit -r ."
    assert in_job(steps, on=on) == found


def jobs(text: str) -> dict[str, str]:
    head = "on: pull_request\njobs:\n  scan:\n    steps:\n      - run: bandit -r .\n"
    return {".github/workflows/ci.yml": head + text}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("  deploy:\n    needs: scan\n    steps: []\n", []),
        ("  deploy:\n    steps: []\n", ["6 deploy-without-gate"]),
        ("  x:\n    environment: production\n    steps: []\n", ["6 deploy-without-gate"]),
        ("  build:\n    needs: [scan]\n  deploy:\n    needs: [build]\n", []),
        ("  build:\n    steps: []\n  deploy:\n    needs: build\n", ["8 deploy-without-gate"]),
        ("  build:\n    if: always()\n    needs: [scan]\n  deploy:\n    needs: [build]\n", ["9 deploy-without-gate"]),
        ("  deploy:\n    needs: scan\n    if: always()\n", ["8 deploy-despite-gate"]),
        ("  deploy:\n    needs: scan\n    if: always() && needs.scan.result == 'success'\n", []),
        ("  deploy:\n    needs: scan\n    if: failure()\n", ["8 deploy-despite-gate"]),
        ("  deploy:\n    needs: scan\n    if: github.ref == 'refs/heads/main'\n", []),
        ("  publish-report:\n    if: always()\n    steps: []\n", []),
        ("  release-notes:\n    steps: []\n", []),
        ("  notify:\n    needs: scan\n    if: failure()\n", []),
        ("  a:\n    needs: b\n  b:\n    needs: a\n  deploy:\n    needs: [a]\n", ["10 deploy-without-gate"]),
    ],
)
def test_a_deployment_waits_for_the_gate(text: str, found: list[str], said: Said) -> None:
    assert said(jobs(text)) == found


def test_a_deployment_in_another_workflow_is_noted(said: Said) -> None:
    release = "on: {push: {tags: ['v*']}}\njobs:\n  release:\n    steps: []\n"
    files = jobs("") | {".github/workflows/release.yml": release}
    assert said(files) == [".github/workflows/release.yml:3 deploy-in-another-workflow"]


def test_a_deployment_after_another_workflow_has_to_ask_how_that_ended(said: Said) -> None:
    release = "on: {workflow_run: {workflows: [ci], types: [completed]}}\njobs:\n  deploy:\n    steps: []\n"
    files = jobs("") | {".github/workflows/release.yml": release}
    assert said(files) == [".github/workflows/release.yml:1 deploy-despite-gate"]
    asks = release + "    if: github.event.workflow_run.conclusion == 'success'\n"
    assert said(jobs("") | {".github/workflows/release.yml": asks}) == []


@pytest.mark.parametrize(
    ("changes", "own", "found"),
    [
        ("if: github.ref == 'x'", "needs: changes", ["7 needs-can-be-skipped"]),
        ("if: github.ref == 'x'", "needs: [changes]\n    if: '!cancelled()'", []),
        ("steps: []", "needs: changes", []),
        ("steps: []", "needs: changes\n    if: needs.changes.outputs.a == 'true'", ["8 can-be-skipped"]),
    ],
)
def test_a_gate_whose_need_is_skipped_is_skipped(changes: str, own: str, found: list[str], said: Said) -> None:
    head = "on: pull_request\njobs:\n  changes:\n    name: x\n"
    text = f"{head}    {changes}\n  scan:\n    {own}\n    steps:\n      - run: bandit -r .\n"
    assert said({".github/workflows/ci.yml": text}) == found


def test_inputs_are_compared_as_what_they_are(said: Said) -> None:
    text = """
        on:
          workflow_call:
            inputs:
              scan: {type: boolean, default: true}
              mode: {type: string}
        jobs:
          scan:
            if: inputs.scan == 'true'
            steps:
              - if: inputs.mode == 'true'
                run: echo
              - run: bandit -r .
        """
    assert said({".github/workflows/ci.yml": text}) == ["8 boolean-compared-with-string"]


def test_an_input_that_is_a_string_for_another_trigger_is_not_judged(said: Said) -> None:
    text = """
        on:
          workflow_call: {inputs: {scan: {type: boolean}}}
          workflow_dispatch: {inputs: {scan: {type: string}}}
        jobs:
          scan:
            steps:
              - if: inputs.scan == 'true'
                run: echo
              - run: bandit -r .
        """
    assert said({".github/workflows/ci.yml": text}) == []


ACTION = """
    name: Scan
    inputs:
      scan: {default: 'true'}
      upload: {default: 'false'}
    runs:
      using: composite
      steps:
        - run: bandit -r . | tee log
          shell: bash
        - if: inputs.scan == true
          run: echo
          shell: bash
        - if: inputs.upload
          run: echo
          shell: bash
        - if: inputs.upload == 'true'
          run: echo
          shell: bash
    """


def test_a_composite_action_has_strings_for_inputs_and_pipefail_by_its_shell(said: Said) -> None:
    assert said({"action.yml": ACTION}) == ["10 string-compared-with-boolean", "13 string-compared-with-boolean"]


def test_what_calls_a_local_gate_is_a_gate(said: Said) -> None:
    action = "runs:\n  using: composite\n  steps:\n    - run: bandit -r .\n      shell: bash\n"
    files = {
        "tools/scan/action.yml": action,
        ".github/workflows/inner.yml": "on: workflow_call\njobs:\n  a:\n    steps:\n      - uses: ./tools/scan\n",
        ".github/workflows/ci.yml": (
            "on: pull_request\njobs:\n  scan:\n    uses: ./.github/workflows/inner.yml\n"
            "  scan-again:\n    steps:\n      - uses: ./tools/scan\n        continue-on-error: true\n"
            "  deploy:\n    needs: scan\n  release:\n    steps: []\n"
        ),
    }
    assert said(files) == [
        ".github/workflows/ci.yml:8 continue-on-error",
        ".github/workflows/ci.yml:11 deploy-without-gate",
    ]


def test_a_workflow_of_another_repository_is_not_looked_at_unless_it_is_known(report: Examine) -> None:
    text = f"""
        on: pull_request
        jobs:
          a:
            uses: org/ci/.github/workflows/scan.yml@v1
          b:
            uses: google/osv-scanner-action/.github/workflows/osv-scanner-reusable.yml@{SHA}
        """
    found = report({".github/workflows/ci.yml": text})
    assert [(each.line, each.why) for each in found.unread] == [
        (4, "the workflow org/ci/.github/workflows/scan.yml@v1 is in another repository: run doctor there")
    ]
    assert [each.tool for each in found.gates] == ["osv-scanner"]


def test_an_anchor_is_followed(said: Said) -> None:
    text = """
        on: pull_request
        jobs:
          a:
            steps: &steps
              - run: bandit -r . || true
          b:
            steps: *steps
        """
    assert said({".github/workflows/ci.yml": text}) == ["5 or-true"]


def test_a_local_action_that_is_not_there_is_named_as_not_looked_at(report: Examine) -> None:
    text = "on: pull_request\njobs:\n  a:\n    steps:\n      - uses: ./other/scan\n      - run: bandit -r .\n"
    found = report({".github/workflows/ci.yml": text})
    assert [(each.line, each.why) for each in found.unread] == [(5, "./other/scan is called, and could not be read")]
