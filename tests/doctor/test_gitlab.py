"""GitLab pipelines: what they come to, and each rule where it fires and where it does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devsecgate.doctor.records import Report

Said = Callable[[dict[str, str]], list[str]]
Examine = Callable[[dict[str, str]], Report]

MAIN = ".gitlab-ci.yml"


def job(text: str) -> dict[str, str]:
    return {MAIN: "scan:\n  script:\n    - bandit -r .\n" + "".join(f"  {line}\n" for line in text.splitlines())}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("allow_failure: false", []),
        ("allow_failure: true", ["4 allow-failure"]),
        ("allow_failure: yes", ["4 allow-failure"]),
        ("allow_failure:\n  exit_codes: [1, 3]", ["4 allowed-exit-codes"]),
        ("allow_failure:\n  exit_codes: 3", ["4 allowed-exit-codes"]),
        ("allow_failure:\n  exit_codes: [137]", []),
        ("when: manual", ["4 manual-gate"]),
        ("when: manual\nallow_failure: false", []),
        ("when: manual\nallow_failure: true", ["5 allow-failure"]),
        ("when: always", []),
        ("when: on_failure", ["4 rules-skip-gate"]),
        ("rules:\n  - when: manual", []),
        ("rules:\n  - when: always\n    allow_failure: true", ["6 allow-failure"]),
        ('rules:\n  - if: $CI_PIPELINE_SOURCE == "merge_request_event"\n  - if: $CI_COMMIT_BRANCH == "main"', []),
        ("rules:\n  - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", ["4 rules-skip-gate"]),
        ("rules:\n  - if: $CI_COMMIT_TAG", ["4 rules-skip-gate"]),
        ('rules:\n  - if: $CI_PIPELINE_SOURCE == "schedule"', ["4 rules-skip-gate"]),
        ("rules:\n  - changes: [src/**]", ["4 rules-skip-gate"]),
        ("rules:\n  - changes: [src/**]\n  - when: always", []),
        ("rules:\n  - when: never", ["4 rules-skip-gate"]),
        ("only: [main]", ["4 rules-skip-gate"]),
        ("only: [merge_requests, main]", []),
        ("only:\n  refs: [branches]", []),
        ("only:\n  changes: [src/**]", ["4 rules-skip-gate"]),
        ("except: [merge_requests]", ["4 rules-skip-gate"]),
        ("except: [tags]", []),
        ("timeout: 5m", []),
        ("artifacts:\n  reports:\n    sast: gl-sast-report.json", ["6 report-of-a-failing-job"]),
        ("artifacts:\n  reports:\n    junit: x.xml", []),
        ("variables:\n  SKIP: gitleaks", ["5 skip-variable"]),
        ("variables:\n  SAST_DISABLED: 'true'", ["5 skip-variable"]),
        ("after_script:\n  - bandit tests", ["5 after-script"]),
    ],
)  # fmt: skip
def test_what_stands_beside_the_script_of_a_gate(text: str, found: list[str], said: Said) -> None:
    assert said(job(text)) == found


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("- bandit -r . | tee log", []),
        ("- bandit -r . || true", ["3 or-true"]),
        ("- set +e\n- bandit -r .\n- exit $?", ["4 status-overwritten"]),
        ("- set +e\n- bandit -r . ; rc=$?\n- exit $rc", []),
        ("- |\n  set +e\n  bandit -r .\n  exit $?", []),
        ("- bandit -r . || rc=$?\n- exit ${rc:-0}", []),
        ("- bandit -r . && echo ok\n- echo done", ["3 status-overwritten"]),
        ("- echo\n- |\n  echo\n  bandit --exit-zero", ["6 exit-code-flag"]),
        ("- trivy fs --exit-code 0 .\n- trivy fs --exit-code 1 .", ["3 another-run-decides"]),
        ("- - bandit -r . || true", ["3 or-true"]),
    ],
)
def test_a_script_is_run_as_the_runner_runs_it(script: str, found: list[str], said: Said) -> None:
    lines = "".join(f"    {line}\n" for line in script.splitlines())
    assert said({MAIN: f"scan:\n  script:\n{lines}"}) == found


def test_before_and_after_are_one_script(said: Said) -> None:
    text = "default:\n  before_script:\n    - set +e\nscan:\n  script:\n    - bandit -r .\n    - echo\n"
    assert said({MAIN: text}) == ["6 status-overwritten"]


def test_what_a_job_extends_is_in_it(said: Said) -> None:
    text = """
        .soft:
          allow_failure: true
        .script:
          script:
            - bandit -r . || true
        a:
          extends: [.soft]
          script: [bandit -r .]
        b:
          extends: .soft
          allow_failure: false
          script:
            - !reference [.script, script]
        """
    assert said({MAIN: text}) == ["2 allow-failure", "5 or-true"]


def test_merge_keys_are_followed(said: Said) -> None:
    text = ".soft: &soft\n  allow_failure: true\nscan:\n  <<: *soft\n  script: [bandit -r .]\n"
    assert said({MAIN: text}) == ["2 allow-failure"]


def test_a_job_that_extends_itself_is_named_as_not_looked_at(report: Examine) -> None:
    found = report({MAIN: "a:\n  extends: b\n  script: [bandit]\nb:\n  extends: a\n"})
    assert [each.why for each in found.unread] == ["`extends` goes round in circles, or too deep"]


def test_local_includes_are_read_and_merged(said: Said) -> None:
    files = {
        MAIN: "include:\n  - local: /ci/scan.yml\n  - ci/more/*.yml\nscan:\n  allow_failure: true\n",
        "ci/scan.yml": "spec:\n  inputs: {}\n---\nscan:\n  script:\n    - bandit $[[ inputs.x ]]\n",
        "ci/more/a.yml": "more:\n  script:\n    - pip-audit || true\n",
    }
    assert said(files) == [f"{MAIN}:5 allow-failure", "ci/more/a.yml:3 or-true"]


def test_an_include_that_is_not_here_is_named_as_not_looked_at(report: Examine) -> None:
    text = """
        include:
          - local: ci/none.yml
          - remote: https://example.com/a.yml
          - project: a/b
            file: /c.yml
          - component: $CI_SERVER_FQDN/a/b@1
          - template: Python.gitlab-ci.yml
          - local: $WHERE/x.yml
          - https://example.com/b.yml
        scan:
          script: [bandit -r .]
        """
    found = report({MAIN: text})
    assert [(each.line, each.why) for each in found.unread] == [
        (2, "an include that could not be read: ci/none.yml"),
        (3, "an include that is not in this repository: remote https://example.com/a.yml"),
        (4, "an include that is not in this repository: project a/b"),
        (6, "an include that is not in this repository: component $CI_SERVER_FQDN/a/b@1"),
        (7, "an include that is not in this repository: template Python.gitlab-ci.yml"),
        (8, "an include that is not in this repository: local $WHERE/x.yml"),
        (9, "an include that is not in this repository: remote https://example.com/b.yml"),
    ]
    assert (found.findings, found.exit_code) == ((), 3)


def test_files_that_include_one_another_are_read_once(report: Examine) -> None:
    files = {MAIN: "include: a.yml\nscan: {script: [bandit]}\n", "a.yml": f"include: {MAIN}\n"}
    assert report(files).exit_code == 0


def test_gitlabs_own_templates_never_fail(said: Said) -> None:
    assert said({MAIN: "include:\n  - template: Security/SAST.gitlab-ci.yml\n"}) == ["2 template-never-fails"]


def test_a_component_of_ours_is_a_gate_and_is_pinned(said: Said) -> None:
    name = "$CI_SERVER_FQDN/group/devsecgate/gate"
    assert said({MAIN: f"include:\n  - component: {name}@1.0.0\n"}) == []
    assert said({MAIN: f"include:\n  - component: {name}@~latest\n"}) == ["2 gate-on-branch"]


def test_a_child_pipeline_with_a_gate_is_waited_for(said: Said) -> None:
    child = {"child.yml": "scan:\n  script: [bandit -r .]\n"}
    start = "a:\n  trigger:\n    include: child.yml\n"
    assert said({MAIN: start} | child) == [f"{MAIN}:2 child-pipeline-not-awaited"]
    assert said({MAIN: f"{start}    strategy: depend\n"} | child) == []
    assert said({MAIN: f"{start}    strategy: depend\n  allow_failure: true\n"} | child) == [f"{MAIN}:5 allow-failure"]
    assert said({MAIN: f"{start}b:\n  script: [bandit]\n", "child.yml": "a:\n  script: [echo]\n"}) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("deploy:\n  stage: deploy\n  script: [x]\n", []),
        ("deploy:\n  stage: build\n  script: [x]\n", ["3 deploy-without-gate"]),
        ("deploy:\n  stage: deploy\n  needs: []\n  script: [x]\n", ["3 deploy-without-gate"]),
        ("deploy:\n  stage: deploy\n  needs: [scan]\n  script: [x]\n", []),
        ("deploy:\n  stage: deploy\n  needs: [{job: build}]\n  script: [x]\nbuild:\n  script: [x]\n",
         ["3 deploy-without-gate"]),
        ("deploy:\n  stage: deploy\n  when: always\n  script: [x]\n", ["5 deploy-despite-gate"]),
        ("deploy:\n  stage: deploy\n  when: manual\n  script: [x]\n", []),
        ("x:\n  stage: build\n  environment: production\n  script: [x]\n", ["3 deploy-without-gate"]),
        ("x:\n  stage: build\n  environment: {name: a, action: stop}\n  script: [x]\n", []),
    ],
)  # fmt: skip
def test_a_deployment_waits_for_the_gate(text: str, found: list[str], said: Said) -> None:
    assert said({MAIN: "scan:\n  script: [bandit -r .]\n" + text}) == found


def test_a_scan_that_publishes_and_a_gate_that_reads_it_are_right(said: Said) -> None:
    text = """
        scan:
          script:
            - devsecgate gate --report gitlab=gl-sast-report.json || echo $? > gate.code
          artifacts:
            paths: [gate.code]
            reports:
              sast: gl-sast-report.json
        gate:
          needs: [scan]
          script:
            - if [ -f gate.code ]; then exit "$(cat gate.code)"; fi
        """
    assert said({MAIN: text}) == []
