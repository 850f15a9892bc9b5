import pytest

from devsecgate.doctor.command_words import unwrap


@pytest.mark.parametrize(
    ("command", "inner"),
    [
        ("bandit -r .", "bandit -r ."),
        ("sudo -u x bandit", "bandit"),
        ("env -u X A=1 B=2 bandit", "bandit"),
        ("timeout -k 5 60 bandit -r .", "bandit -r ."),
        ("time nice -n 5 bandit", "bandit"),
        ("uv run --with bandit bandit -r .", "bandit -r ."),
        ("uv tool run bandit@1.9.4 -r .", "bandit -r ."),
        ("uvx --from semgrep semgrep scan", "semgrep scan"),
        ("pipx run bandit[toml] -r .", "bandit -r ."),
        ("poetry run python -m bandit -r .", "bandit -r ."),
        ("python3.12 -I -m pip_audit", "pip_audit"),
        ("npx --yes snyk test", "snyk test"),
        ("pnpm dlx snyk@1 test", "snyk test"),
        ("go run golang.org/x/vuln/cmd/govulncheck@latest ./...", "golang.org/x/vuln/cmd/govulncheck ./..."),
        ("xargs -n 1 -P 4 bandit", "bandit"),
        ("find . -name x -exec bandit {} +", "bandit {}"),
        ("python script.py -m bandit", "python script.py -m bandit"),
        ("sudo", ""),
    ],
)
def test_what_only_starts_another_program_is_taken_off(command: str, inner: str) -> None:
    assert " ".join(unwrap(command.split()).words) == inner


def test_the_variables_of_env_are_kept() -> None:
    assert unwrap(["env", "SKIP=x", "pre-commit", "run"]).assignments == ("SKIP=x",)


@pytest.mark.parametrize(
    ("words", "script", "options"),
    [
        (["bash", "-c", "a; b"], "a; b", "c"),
        (["/bin/sh", "-ec", "a"], "a", "ec"),
        (["bash", "-eo", "pipefail", "-c", "a"], "a", "eo pipefail c"),
        (["docker", "run", "--rm", "image", "sh", "-c", "a"], "a", "c"),
        (["eval", "a", "b"], "a b", ""),
        (["bash", "script.sh"], None, ""),
        (["bandit", "-c", "a"], None, ""),
    ],
)
def test_a_script_on_the_command_line_is_found(words: list[str], script: str | None, options: str) -> None:
    inner = unwrap(words)
    assert (inner.script, inner.options) == (script, options)
