"""The rules of `doctor`, each with what happens and what to write instead; docs/doctor.md is held to this table."""

from __future__ import annotations

from devsecgate.doctor.records import Rule
from devsecgate.model import Confidence, Severity

_INFO, _LOW, _MEDIUM, _HIGH = Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH
_SURE, _LIKELY = Confidence.HIGH, Confidence.MEDIUM


def _rule(name: str, severity: Severity, why: str, instead: str, *, confidence: Confidence = _SURE) -> Rule:
    return Rule(id=f"doctor.{name}", severity=severity, confidence=confidence, why=why, instead=instead)


NO_GATE = _rule(
    "no-gate", _HIGH,
    "Nothing that was read runs a known security tool: every change passes.",
    "Add a job that runs `devsecgate gate` on every pull request, and make it a required check.",
)  # fmt: skip

# the exit status, wherever it is lost
CONTINUE_ON_ERROR = _rule(
    "continue-on-error", _HIGH,
    "The step or job is green although the gate failed.",
    "Delete `continue-on-error`, or let a later step fail on `steps.<id>.outcome`.",
)  # fmt: skip
OR_TRUE = _rule(
    "or-true", _HIGH,
    "What stands behind `||` succeeds, and the gate's failure is gone.",
    "Delete what is behind `||`, or end it with `exit 1`.",
)  # fmt: skip
STATUS_OVERWRITTEN = _rule(
    "status-overwritten", _HIGH,
    "The shell does not stop at the gate's failure, and a later command's status counts instead.",
    "Delete `set +e`, put the gate last, or keep `$?` and end with `exit \"$status\"`.",
)  # fmt: skip
CONDITION = _rule(
    "condition-drops-status", _HIGH,
    "The gate is a condition, and nothing fails where it is not met.",
    "Run the gate as a command of its own, or write `exit 1` in the branch of its failure.",
)  # fmt: skip
PIPE = _rule(
    "pipe-without-pipefail", _HIGH,
    "A pipe's status is that of its last command: `gate | tee` is green whatever the gate says.",
    "Write `shell: bash` for the step (GitHub then sets pipefail), or `set -o pipefail` before it.",
)  # fmt: skip
BACKGROUND = _rule(
    "background", _HIGH,
    "The gate runs in the background, and its status is never asked for.",
    "Run it in the foreground, or `wait \"$pid\"` for it.",
)  # fmt: skip
SUBSTITUTION = _rule(
    "substitution-drops-status", _HIGH,
    "The gate runs inside of another command, whose status counts instead.",
    "Run the gate as a command of its own and write its output to a file.",
)  # fmt: skip
NEVER_REACHED = _rule(
    "never-reached", _HIGH,
    "The script ends before it comes to the gate.",
    "Delete the `exit` above it.",
)  # fmt: skip
EXIT_CODE_FLAG = _rule(
    "exit-code-flag", _HIGH,
    "An option tells the tool to exit 0 whatever it finds.",
    "Delete the option; lower the threshold or waive single findings instead.",
)  # fmt: skip
NO_FAIL_OPTION = _rule(
    "no-fail-option", _MEDIUM,
    "This tool exits 0 whatever it finds, unless it is asked to fail.",
    "Give it the option that the message names.",
)  # fmt: skip
CODE_SCANNING = _rule(
    "left-to-code-scanning", _INFO,
    "The tool never fails here and its results are uploaded: only a code scanning ruleset can stop a merge.",
    "Check that a ruleset with `Require code scanning results` names this tool.",
)  # fmt: skip
ANOTHER_RUN = _rule(
    "another-run-decides", _INFO,
    "This run of the tool never fails, and another one in the same job does.",
    "Check that the one that fails looks at all that this one looks at.",
    confidence=_LIKELY,
)  # fmt: skip
ADVISORY = _rule(
    "advisory-policy", _INFO,
    "devsecgate runs with its advisory policy, which blocks nothing.",
    "Take the `default` policy once the findings are triaged.",
)  # fmt: skip

INCOMPLETE_PASSES = _rule(
    "incomplete-passes", _MEDIUM,
    "devsecgate's INCOMPLETE passes: a scanner that did not run is as good as one that found nothing.",
    "Delete `fail-on-incomplete`, and accept single gaps in the policy (`gaps: accept:`).",
)  # fmt: skip

# GitHub
ALWAYS_TRUE = _rule(
    "if-always-true", _MEDIUM,
    "`${{ }}` with anything around it makes the whole `if:` a text, and a text is true.",
    "Put all of the condition inside of one `${{ }}`, or leave `${{ }}` away.",
)  # fmt: skip
BOOLEAN_AS_STRING = _rule(
    "boolean-compared-with-string", _HIGH,
    "The input is a boolean here, and no boolean is equal to a string.",
    "Write `if: inputs.x`, or `if: ${{ !inputs.x }}`.",
)  # fmt: skip
STRING_AS_BOOLEAN = _rule(
    "string-compared-with-boolean", _HIGH,
    "The input is a string here: it is equal to no boolean, and `'false'` is true.",
    "Write `if: inputs.x == 'true'`.",
)  # fmt: skip
UNPINNED = _rule(
    "unpinned-gate", _MEDIUM,
    "Whoever can move the tag replaces the gate, as was done with 76 of trivy-action's 77 tags.",
    "Pin it by its full commit: `uses: owner/name@<40 hex digits> # v1.2.3`, an image by `@sha256:…`.",
)  # fmt: skip
ON_BRANCH = _rule(
    "gate-on-branch", _HIGH,
    "The gate is whatever is on somebody's branch at this minute.",
    "Pin it by its full commit: `uses: owner/name@<40 hex digits> # v1.2.3`.",
)  # fmt: skip
DEPLOY_DESPITE_GATE = _rule(
    "deploy-despite-gate", _HIGH,
    "The condition lets it run although the gate failed.",
    "Delete `always()`, `!cancelled()` or `failure()`, or add `&& needs.<gate>.result == 'success'`.",
    confidence=_LIKELY,
)  # fmt: skip
DEPLOY_WITHOUT_GATE = _rule(
    "deploy-without-gate", _MEDIUM,
    "It deploys without waiting for the gate.",
    "Name the gate's job in its `needs:` (GitLab: put it in a later stage, or name it in `needs:`).",
    confidence=_LIKELY,
)  # fmt: skip
DEPLOY_ELSEWHERE = _rule(
    "deploy-in-another-workflow", _INFO,
    "It deploys in a workflow that runs no gate: nothing here says that what is deployed has passed one.",
    "Run the gate in this workflow too, or deploy only what is protected by a required check.",
    confidence=_LIKELY,
)  # fmt: skip
PATH_FILTER = _rule(
    "path-filter", _MEDIUM,
    "The workflow does not start for other paths: a required check then waits for ever, others are simply absent.",
    "Delete `paths:` and `paths-ignore:` from `pull_request`, and let the gate decide what to look at.",
)  # fmt: skip
BRANCH_FILTER = _rule(
    "branch-filter", _LOW,
    "The gate does not start for pull requests to other branches.",
    "Name every branch that is released from, or delete `branches:` from `pull_request`.",
    confidence=_LIKELY,
)  # fmt: skip
EVENT_TYPES = _rule(
    "event-types", _MEDIUM,
    "The gate does not start again for what is pushed to an open pull request.",
    "Add `synchronize` to `types:`, or delete `types:`.",
)  # fmt: skip
CAN_BE_SKIPPED = _rule(
    "can-be-skipped", _MEDIUM,
    "The gate is skipped where its `if:` is not met, and a skipped required check counts as passed.",
    "Delete the `if:` of the gate, or put the condition into what the gate looks at.",
    confidence=_LIKELY,
)  # fmt: skip
NEEDS_CAN_BE_SKIPPED = _rule(
    "needs-can-be-skipped", _MEDIUM,
    "A job that the gate needs can be skipped; the gate is skipped with it, and that counts as passed.",
    "Delete `needs:` from the gate, or write `if: ${{ !cancelled() }}` for it.",
    confidence=_LIKELY,
)  # fmt: skip
NO_PULL_REQUEST = _rule(
    "no-pull-request-trigger", _MEDIUM,
    "No workflow with a gate starts for pull requests: what is wrong is found after the merge.",
    "Add `pull_request:` to the gate's `on:`.",
)  # fmt: skip
NO_MERGE_GROUP = _rule(
    "no-merge-group-trigger", _MEDIUM,
    "Other workflows start for the merge queue, and this gate does not.",
    "Add `merge_group:` to the gate's `on:`.",
    confidence=_LIKELY,
)  # fmt: skip
PULL_REQUEST_TARGET = _rule(
    "pull-request-target", _HIGH,
    "The gate runs on a stranger's code with the repository's secrets: that code can change the verdict.",
    "Run the gate on `pull_request`.",
)  # fmt: skip

# GitLab
ALLOW_FAILURE = _rule(
    "allow-failure", _HIGH,
    "The pipeline is green although the gate's job failed.",
    "Delete `allow_failure`.",
)  # fmt: skip
ALLOWED_EXIT_CODES = _rule(
    "allowed-exit-codes", _HIGH,
    "1 is a gate's FAIL, and 3 is devsecgate's INCOMPLETE: the pipeline goes on with both.",
    "Delete these codes from `allow_failure: exit_codes:`.",
)  # fmt: skip
MANUAL = _rule(
    "manual-gate", _HIGH,
    "The gate waits for somebody to start it, and the pipeline does not wait for the gate.",
    "Delete `when: manual`, or write `allow_failure: false` beside it.",
)  # fmt: skip
AFTER_SCRIPT = _rule(
    "after-script", _HIGH,
    "GitLab ignores the status of `after_script`.",
    "Move the gate to `script:`.",
)  # fmt: skip
GITLAB_SKIPPED = _rule(
    "rules-skip-gate", _MEDIUM,
    "The job is not in the pipelines of merge requests, or not in all of them.",
    "Add `- if: $CI_PIPELINE_SOURCE == \"merge_request_event\"` to its `rules:`, without `changes:`.",
    confidence=_LIKELY,
)  # fmt: skip
CHILD_PIPELINE = _rule(
    "child-pipeline-not-awaited", _HIGH,
    "The pipeline with the gate is started, and its result is not waited for.",
    "Add `strategy: depend` to `trigger:`.",
)  # fmt: skip
REPORT_LOST = _rule(
    "report-of-a-failing-job", _LOW,
    "GitLab does not read the security reports of a failed job: just when there are findings, none are shown.",
    "Let one job scan, exit 0 and publish, and another one that needs it read the result and fail.",
)  # fmt: skip
TEMPLATE_NEVER_FAILS = _rule(
    "template-never-fails", _INFO,
    "The jobs of GitLab's own security templates have `allow_failure: true`.",
    "Add a merge request approval policy, or a gate of your own.",
)  # fmt: skip

# hooks
HOOK_MANUAL = _rule(
    "hook-manual-stage", _MEDIUM,
    "The hook runs for no commit and no push, only when somebody asks for it.",
    "Delete `stages: [manual]`.",
)  # fmt: skip
HOOK_EXCLUDES_ALL = _rule(
    "hook-excludes-all", _HIGH,
    "The hook is given no file, and is skipped.",
    "Delete the pattern, or name single files in it.",
)  # fmt: skip
HOOK_MUTABLE = _rule(
    "hook-mutable-rev", _MEDIUM,
    "The hook is whatever was on somebody's branch when it was installed, and is never updated after.",
    "Pin `rev:` to a tag or a full commit.",
)  # fmt: skip
HOOK_ENTRY = _rule(
    "hook-entry", _HIGH,
    "No shell reads a hook's `entry:`: `||` and the like are passed to the tool as arguments.",
    "Write the tool and its options only.",
)  # fmt: skip
SKIP_VARIABLE = _rule(
    "skip-variable", _HIGH,
    "SKIP tells pre-commit to leave the gate's hook out.",
    "Delete the hook from SKIP.",
)  # fmt: skip
NO_VERIFY = _rule(
    "no-verify", _LOW,
    "The commit or push goes past all hooks.",
    "Delete `--no-verify`.",
)  # fmt: skip
HOOKS_NOT_IN_CI = _rule(
    "hooks-not-in-ci", _INFO,
    "Hooks can be left out by whoever commits, and no CI runs the same.",
    "Run `pre-commit run --all-files`, or the tools themselves, in CI.",
)  # fmt: skip

ALL = tuple(sorted((each for each in globals().values() if isinstance(each, Rule)), key=lambda rule: rule.id))
