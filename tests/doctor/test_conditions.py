import pytest

from devsecgate.doctor.conditions import Facts, bare, booleans_for, forces, goes_on, mixed, strings_for

FACTS = Facts(ready_for_review=False, pushed=False, inputs={})


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("${{ inputs.x }} == 'true'", True),
        ("${{ a }} && ${{ b }}", True),
        ("github.ref == ${{ env.REF }}", True),
        ("${{ a }}\n", True),
        ("${{ a && b }}", False),
        ("a == 'b'", False),
    ],
)
def test_an_expression_with_anything_around_it_is_always_true(text: str, is_it: bool) -> None:
    assert mixed(text) is is_it


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("inputs.scan == 'true'", ["scan"]),
        ("${{ inputs.scan != 'false' }}", ["scan"]),
        ("'true' == inputs.scan", ["scan"]),
        ("a && inputs['scan'] == 'true'", ["scan"]),
        ("inputs.scan", []),
        ("inputs.scan == true", []),
        ("inputs.mode == 'true'", []),
        ("github.event.inputs.scan == 'true'", []),
        ("inputs.scan == 'yes'", []),
    ],
)
def test_a_boolean_that_is_compared_with_a_string_is_found(text: str, names: list[str]) -> None:
    assert list(strings_for(text, frozenset({"scan"}))) == names


@pytest.mark.parametrize(
    ("text", "composite", "names"),
    [
        ("inputs.scan == true", True, ["scan"]),
        ("false != inputs.scan", True, ["scan"]),
        ("inputs.scan == 'true'", True, []),
        ("fromJSON(inputs.scan) == true", True, []),
        ("inputs.scan == true", False, []),
        ("github.event.inputs.scan == true", False, ["scan"]),
    ],
)
def test_a_string_that_is_compared_with_a_boolean_is_found(text: str, composite: bool, names: list[str]) -> None:
    assert list(booleans_for(text, frozenset({"scan"}), composite=composite)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("inputs.scan", ["scan"]),
        ("${{ !inputs.scan }}", ["scan"]),
        ("always() && (inputs.scan)", ["scan"]),
        ("inputs.scan == 'true'", []),
        ("fromJSON(inputs.scan)", []),
        ("inputs.path", []),
    ],
)
def test_a_string_that_is_a_condition_as_it_stands_is_found(text: str, names: list[str]) -> None:
    assert list(bare(text, frozenset({"scan"}))) == names


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("always()", True),
        ("${{ !cancelled() }}", True),
        ("failure()", True),
        ("always() && github.ref == 'refs/heads/main'", True),
        ("always() && needs.scan.result == 'success'", False),
        ("!cancelled() && needs.scan.result != 'failure'", False),
        ("!cancelled() && !contains(needs.*.result, 'failure')", False),
        ("always() && needs.build.result == 'success'", True),
        ("success()", False),
        ("!failure()", False),
        ("github.ref == 'refs/heads/main'", False),
    ],
)
def test_a_condition_that_goes_past_a_failed_gate_is_found(text: str, is_it: bool) -> None:
    assert forces(text, frozenset({"scan"})) is is_it


@pytest.mark.parametrize(
    "text",
    [
        "always()",
        "${{ !cancelled() }}",
        "github.event_name == 'pull_request'",
        "github.event_name=='pull_request' || github.event_name == 'push'",
        "(github.event_name != 'schedule') && github.repository == 'a/b'",
        "hashFiles('**/Dockerfile') != ''",
        "matrix.os == 'ubuntu-latest'",
        "runner.os != 'Windows'",
        "${{ github.ref }} == 'x'",
    ],
)
def test_a_condition_that_pull_requests_meet_is_no_hole(text: str) -> None:
    assert goes_on(text, FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "github.event_name == 'push'",
        "github.event_name != 'pull_request'",
        "github.ref == 'refs/heads/main'",
        "github.actor != 'dependabot[bot]'",
        "!contains(github.event.head_commit.message, '[skip scan]')",
        "github.event.pull_request.head.repo.full_name == github.repository",
        "needs.changes.outputs.src == 'true'",
        "vars.SCAN == 'true'",
        "inputs.scan",
        "failure()",
        "github.event_name == 'pull_request' && env.SCAN == 'true'",
        "!github.event.pull_request.draft",
        "(" * 50 + "always()",
    ],
)
def test_a_condition_that_some_pull_requests_do_not_meet_is_a_hole(text: str) -> None:
    assert not goes_on(text, FACTS)


def test_a_draft_may_be_left_out_where_the_gate_starts_once_it_is_ready() -> None:
    facts = Facts(ready_for_review=True, pushed=False, inputs={})
    assert goes_on("github.event.pull_request.draft == false", facts)


def test_a_branch_of_the_repository_may_be_gated_by_its_push() -> None:
    text = "github.event_name == 'push' || github.event.pull_request.head.repo.full_name != github.repository"
    assert goes_on(text, Facts(ready_for_review=False, pushed=True, inputs={}))
    assert not goes_on(text, FACTS)


def test_an_input_that_is_true_unless_it_is_changed_is_no_hole() -> None:
    assert goes_on("inputs.scan", Facts(ready_for_review=False, pushed=False, inputs={"scan": "true"}))
    assert not goes_on("inputs.scan", Facts(ready_for_review=False, pushed=False, inputs={"scan": "false"}))
