"""What is said of a command's exit status is held to what bash does with it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from devsecgate.doctor import rules
from devsecgate.doctor.records import NotRead
from devsecgate.doctor.script import Shell, commands

SHELLS = {
    "plain": ((), Shell(errexit=False, pipefail=False)),
    "errexit": (("-e",), Shell(errexit=True, pipefail=False)),
    "pipefail": (("-eo", "pipefail"), Shell(errexit=True, pipefail=True)),
}
SCRIPTS = r"""
gate -r .
gate || true
gate || :
gate || exit 0
gate || exit 1
gate || exit
gate || { echo bad; exit 2; }
gate || (echo bad; exit 2)
gate || echo failed
gate || rc=$?; exit ${rc:-0}
gate || rc=$?; echo hi
gate || rc=1; if [ "${rc:-0}" -ne 0 ]; then echo warn; fi
gate || rc=1; if [ "${rc:-0}" -ne 0 ]; then exit 1; fi
gate; true
gate; exit 0
gate && echo ok; echo done
gate && echo ok
echo a && gate; echo done
true && gate || true
gate && true && true; echo x
true && gate && true
! gate
! gate && exit 1; echo x
! gate || exit 1; echo x
if gate; then echo ok; fi
if gate; then echo ok; else exit 1; fi
if ! gate; then echo bad; fi
if ! gate; then exit 1; fi
if ! gate; then rc=1; fi; exit ${rc:-0}
if gate; then s=0; else s=$?; fi; exit $s
if true && gate; then :; else exit 1; fi
if gate || false; then echo ok; fi
if gate || false; then echo ok; else exit 1; fi
if gate || true; then echo ok; else exit 1; fi
if gate || [ -z "$x" ]; then echo ok; else exit 1; fi
{ gate && :; }; echo x
f() { gate && :; }; f; echo x
f() { set +e; gate; }; f; true
( gate && : ); echo x
gate || return 1 || exit 0
gate || false || true
if ! gate; then exit ${x:-0}; fi
if gate | grep x; then exit 1; fi
gate | tee log
gate 2>&1 | tee log; echo x
gate | cat && echo yes; echo no
set -o pipefail; gate | tee log
gate | tee log; exit ${PIPESTATUS[0]}
{ gate | cat; } || true
gate &
gate & wait
gate & wait $!
gate & pid=$!; wait $pid
set +e; gate; echo done
set +e; gate; rc=$?; exit $rc
set +e; gate; rc=$?; set -e; echo $rc
set +e; gate; exit $?
set +e; gate
set +e; gate; if [ $? -ne 0 ]; then exit 3; fi
set +e; gate; [ $? -eq 0 ]
set +e; gate; [ $? -eq 0 ] || exit 1
set -e; gate; echo x
(gate); echo x
(gate) || true
( gate; echo x ) || exit 1
( set +e; gate; echo x ); echo y
( set +e; gate; exit $? ); echo y
set +e; ( set -e; gate; echo x ); echo y
{ gate; echo x; } && echo y
{ gate; echo x; }
f() { gate; echo x; }; f
f() { gate; echo x; }; f || exit 1
f() { gate; }; f || exit 1
f() { gate; }; f; echo y
f() { gate; }; f || true
f() { gate || return 1; echo x; }; f
f() { gate || exit 1; echo x; }; f || true
f() { gate || return 1; }; f || true
fail() { return 1; }; gate || fail; echo x
out=$(gate); echo "$out"
echo "$(gate)"
out=`gate`; echo x
export x=$(gate)
x=(a b $(gate)); echo x
cat <(gate)
for i in 1 2; do gate; done; echo z
set +e; for i in 1 2; do gate; done; echo z
rc=0; for i in 1 2; do gate || rc=1; done; exit $rc
rc=0; for i in 1 2; do gate || rc=1; done
n=0; until gate; do n=$((n+1)); [ $n -gt 2 ] && exit 1; done
while ! gate; do exit 5; done
while gate; do :; done
case a in a) gate;; esac; echo x
case a in b) true;; *) gate || true;; esac
bash -c 'gate; echo x'
bash -ec 'gate; echo x'
bash -c 'gate || true'
bash -o pipefail -c 'gate | cat'
sh -c "gate | cat"
eval gate; echo x
exit 0; gate
exec gate; echo x
trap 'exit 0' EXIT; gate
gate || failed=1; [ -z "$failed" ]
gate || failed=1; [ -z "$failed" ]; echo x
gate || failed=1; test -z "$failed" || exit 4
timeout 5 gate; echo x
env A=1 gate || true
find . -maxdepth 0 -exec gate {} \;
find . -maxdepth 0 -exec gate {} +
echo a | xargs gate; echo x
gate || [ $? -eq 1 ]
gate > out 2>&1 || (cat out; exit 1)
gate > out 2>&1 || cat out
[[ 1 == 1 && ( 2 == 2 ) ]] && gate; echo x
[[ 1 == 2 ]] || gate; echo x
gate || gate || true
gate || { rc=$?; echo $rc; }; exit ${rc:-0}
((1)) && gate; echo x
""".strip().splitlines()
CAREFUL = [
    "gate || [ $? -eq 2 ]",
    'gate || test "$SOFT" = 1',
    "echo a | while read x; do gate; done",
]
"""Kept by bash here, and lost for another exit code, another value, or another line."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which `gate` is a program that fails."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "gate").write_text("#!/bin/sh\nexit 1\n")
    (folder / "gate").chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def kept(script: str, shell: Shell) -> bool:
    found = [each for each in commands(script, shell) if each.words[0] == "gate"]
    assert found
    return any(each.loss is None for each in found)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_failure_is_kept_where_bash_keeps_it(shell: str, path: str, tmp_path: Path) -> None:
    options, ours = SHELLS[shell]
    wrong = []
    for script in SCRIPTS:
        apart = script if " do" in script or ";;" in script else script.replace("; ", "\n")
        for text in {script, apart}:
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", *options, "-c", text],
                env={"PATH": path},
                cwd=tmp_path,
                check=False,
                capture_output=True,
                timeout=20,
            )
            if (done.returncode != 0) is not kept(text, ours):
                wrong.append((text, done.returncode))
    assert wrong == []


@pytest.mark.parametrize("script", CAREFUL)
def test_what_depends_on_more_than_the_script_says_is_lost(script: str) -> None:
    assert not kept(script, Shell(errexit=False, pipefail=False))


@pytest.mark.parametrize(
    ("script", "rule"),
    [
        ("gate || true", rules.OR_TRUE),
        ("set +e\ngate\necho", rules.STATUS_OVERWRITTEN),
        ("gate && echo ok\necho", rules.STATUS_OVERWRITTEN),
        ("trap 'exit 0' ERR\ngate", rules.STATUS_OVERWRITTEN),
        ("if gate; then echo; fi", rules.CONDITION),
        ("! gate", rules.CONDITION),
        ("gate | tee x", rules.PIPE),
        ("gate &", rules.BACKGROUND),
        ("echo $(gate)", rules.SUBSTITUTION),
        ("find . -exec gate {} \\;", rules.SUBSTITUTION),
        ("exit 0\ngate", rules.NEVER_REACHED),
    ],
)
def test_each_way_to_lose_a_status_has_its_rule(script: str, rule: object) -> None:
    (ran,) = [each for each in commands(script, SHELLS["errexit"][1]) if each.words[0] == "gate"]
    assert ran.loss is not None
    assert ran.loss.rule == rule


@pytest.mark.parametrize(
    ("script", "handed"),
    [
        ('gate || echo "rc=$?" >> "$GITHUB_OUTPUT"', "$GITHUB_OUTPUT"),
        ("rc=0; gate || rc=$?; echo rc=$rc >> $GITHUB_OUTPUT", "$GITHUB_OUTPUT"),
        ("gate || echo $? > code.txt", "code.txt"),
        ("gate || echo $? > /dev/null", None),
    ],
)
def test_a_status_that_is_written_down_is_told(script: str, handed: str | None) -> None:
    (ran,) = [each for each in commands(script, SHELLS["errexit"][1]) if each.words[0] == "gate"]
    assert (ran.handed or None, ran.loss is None) == (handed, handed is not None)


def test_a_function_that_calls_itself_is_not_followed_for_ever() -> None:
    text = "f() { f; f; f; f; f; f; gate; }; f"
    with pytest.raises(NotRead, match="runs more than 5,000 commands"):
        commands(text, SHELLS["errexit"][1])


def test_a_script_that_nobody_writes_is_not_looked_at() -> None:
    with pytest.raises(NotRead, match="longer than 65,536 characters"):
        commands("true\n" * 20_000, SHELLS["errexit"][1])


def test_a_long_script_is_looked_at_without_much_time() -> None:
    text = "gate | tee x && echo\n" * 1500
    assert len(commands(text, SHELLS["plain"][1])) == 4500
