"""`devsecgate advisories`: what it prints, and what it ends with."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from buckets import Bucket, Reply, archive, served
from stores import build, record

from devsecgate import __version__

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with served() as running:
        running.holds("PyPI", {"A": record("A"), "B": record("B", withdrawn="2026-01-01T00:00:00Z")})
        running.holds("npm", {"C": record("C", ecosystem="npm")})
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Path:
    records = {"A": record("A"), "B": b"{", "C": record("C", withdrawn="2026-01-01T00:00:00Z")}
    return build(tmp_path / "store.sqlite", {"PyPI": records, "npm": {"N": record("N", ecosystem="npm")}},
                 checked_at="2026-07-31T10:00:00+00:00")  # fmt: skip


def test_an_update_says_what_became_of_each_ecosystem(devsecgate: Command, bucket: Bucket, tmp_path: Path) -> None:
    done = devsecgate("advisories", "update", "PyPI", "npm", "--from", bucket.address)
    assert (done.returncode, done.stdout, done.stderr) == (0, "PyPI: all 2 records\nnpm: all 1 records\n", "")
    assert (tmp_path / "home" / "cache" / "devsecgate" / "advisories.sqlite").is_file()
    done = devsecgate("advisories", "update", DEVSECGATE_ADVISORIES=bucket.address)
    said = "PyPI: 0 of 2 records have changed\nnpm: 0 of 1 records have changed\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")


def test_an_update_of_which_a_part_fails_is_incomplete(devsecgate: Command, bucket: Bucket, tmp_path: Path) -> None:
    done = devsecgate("advisories", "update", "PyPI", "Go", "--from", bucket.address, "--store", tmp_path / "s")
    assert (done.returncode, done.stdout) == (3, "PyPI: all 2 records\n")
    assert done.stderr == (
        f"devsecgate: Go: not updated: {bucket.address}/Go/all.zip: advisory records could not be fetched: "
        "the server answered 404\n  check the network, and that the address is a mirror of the OSV bucket, or give "
        "a folder\n"
    )
    assert (tmp_path / "s").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["update"], "the store is empty, and no ecosystem is named"),
        (["update", "--all", "PyPI"], "--all and named ecosystems contradict each other"),
        (["update", "../PyPI"], "'../PyPI' is no ecosystem"),
        (["update", "PyPI", "--from", "nowhere"], "there is no such folder of advisory records"),
        (["update", "PyPI", "--from", "ftp://mirror.example/"], "not a web address"),
        (["import", "nowhere"], "there are no advisory records"),
    ],
)
def test_a_wrong_request_is_told_and_leaves_nothing(
    devsecgate: Command, bucket: Bucket, tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = devsecgate("advisories", *arguments, "--store", tmp_path / "s", DEVSECGATE_ADVISORIES=bucket.address)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert not (tmp_path / "s").exists()


def test_an_import_takes_a_folder_and_an_archive(devsecgate: Command, tmp_path: Path) -> None:
    (tmp_path / "osv" / "PyPI").mkdir(parents=True)
    (tmp_path / "osv" / "PyPI" / "all.zip").write_bytes(archive({"A": record("A")}))
    place = ("--store", tmp_path / "s")
    done = devsecgate("advisories", "import", tmp_path / "osv", *place)
    assert (done.returncode, done.stdout, done.stderr) == (0, "PyPI: all 1 records\n", "")
    done = devsecgate("advisories", "import", tmp_path / "osv" / "PyPI" / "all.zip", "--ecosystem", "PyPI", *place)
    assert (done.returncode, done.stdout, done.stderr) == (0, "PyPI: all 1 records\n", "")
    done = devsecgate("advisories", "import", tmp_path / "osv", "--ecosystem", "npm", *place)
    said = "devsecgate: npm: not updated: there are no advisory records in npm/all.zip or npm/*.json\n"
    assert (done.returncode, done.stdout, done.stderr) == (3, "", said)


def test_the_status_is_a_table_for_people(devsecgate: Command, store: Path) -> None:
    done = devsecgate("advisories", "status", DEVSECGATE_STORE=str(store))
    assert (done.returncode, done.stderr) == (0, "")
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.stdout.splitlines() if "│" in line]
    assert [row[:6] for row in rows] == [
        ["PyPI", "2", "1", "1", "2026-01-02", "2026-07-31"],
        ["npm", "1", "0", "0", "2026-01-02", "2026-07-31"],
    ]
    assert {row[7] for row in rows} == {"https://mirror.example/osv"}
    assert all(row[6].endswith((" days", " day", "today")) for row in rows)


def test_the_status_is_json_for_programs(devsecgate: Command, store: Path) -> None:
    done = devsecgate("advisories", "status", "--json", "--store", store)
    shared = {"checked_at": "2026-07-31T10:00:00+00:00", "newest": "2026-01-02", "source": "https://mirror.example/osv"}
    assert json.loads(done.stdout) == {
        "store": str(store),
        "tool_version": __version__,
        "ecosystems": [
            {"name": "PyPI", "records": 2, "withdrawn": 1, "malformed": ["B.json"], **shared},
            {"name": "npm", "records": 1, "withdrawn": 0, "malformed": [], **shared},
        ],
    }


@pytest.mark.parametrize("command", [["status"], ["status", "--json"], ["verify"], ["export", "out"]])
def test_without_a_store_nothing_can_be_said(devsecgate: Command, tmp_path: Path, command: list[str]) -> None:
    done = devsecgate("advisories", *command, "--store", tmp_path / "nowhere")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"devsecgate: {tmp_path / 'nowhere'}: there is no store of advisories\n")
    assert "devsecgate advisories update" in done.stderr


def test_a_whole_store_is_verified(devsecgate: Command, store: Path) -> None:
    done = devsecgate("advisories", "verify", "--store", store)
    said = "3 records: each is as it came, and is matched as it says\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")


def test_a_store_that_somebody_changed_is_not_verified(devsecgate: Command, store: Path) -> None:
    with sqlite3.connect(store) as connection:
        connection.execute("DELETE FROM packages WHERE ecosystem = 'npm'")
    connection.close()
    done = devsecgate("advisories", "verify", "--store", store)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "devsecgate: npm: what is kept of thing is not what the records say\n"
        "devsecgate: remove the store, and update it with the ecosystems that you need\n"
    )


def files(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}


def test_an_export_is_a_bucket_that_leads_to_the_same_store(devsecgate: Command, store: Path, tmp_path: Path) -> None:
    done = devsecgate("advisories", "export", tmp_path / "one", "--store", store)
    assert (done.returncode, done.stdout, done.stderr) == (0, "PyPI: 2 records\nnpm: 1 records\n", "")
    first = files(tmp_path / "one")
    assert sorted(first) == [
        "PyPI/all.zip", "PyPI/modified_id.csv", "ecosystems.txt", "npm/all.zip", "npm/modified_id.csv"
    ]  # fmt: skip
    assert first["PyPI/modified_id.csv"] == b"2026-01-02T03:04:05Z,C\n2026-01-02T03:04:05Z,A\n"
    assert first["ecosystems.txt"] == b"PyPI\nnpm\n"
    other = ("--store", tmp_path / "other")
    assert devsecgate("advisories", "import", tmp_path / "one", *other).returncode == 0
    assert devsecgate("advisories", "export", tmp_path / "two", *other).returncode == 0
    assert files(tmp_path / "two") == first
    found = json.loads(devsecgate("advisories", "status", "--json", *other).stdout)["ecosystems"]
    assert [each["malformed"] for each in found] == [["B.json"], []]


def test_an_export_of_what_is_not_held_is_a_wrong_request(devsecgate: Command, store: Path, tmp_path: Path) -> None:
    done = devsecgate("advisories", "export", tmp_path / "out", "Go", "--store", store)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "devsecgate: the store holds no 'Go'\n  It holds PyPI, npm.\n"
    assert not (tmp_path / "out").exists()


def test_an_export_that_cannot_be_written_is_incomplete(devsecgate: Command, store: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "PyPI").write_text("")
    done = devsecgate("advisories", "export", tmp_path / "out", "--store", store)
    assert (done.returncode, done.stdout) == (3, "")


def test_an_update_that_is_interrupted_says_so_and_leaves_no_store(bucket: Bucket, tmp_path: Path) -> None:
    import signal
    import threading

    arrived, over = threading.Event(), threading.Event()

    def hold(path: str) -> None:
        arrived.set()
        over.wait(30)

    bucket.before = hold
    argv = [sys.executable, "-m", "devsecgate", "advisories", "update", "PyPI", "--from", bucket.address]
    child = subprocess.Popen(
        [*argv, "--store", str(tmp_path / "s")], stderr=subprocess.PIPE, env={**os.environ, "NO_PROXY": "127.0.0.1"}
    )
    assert arrived.wait(30)
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=30)
    over.set()
    assert child.returncode == 130
    assert b"interrupted" in said
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith("s")) == ["s.downloads", "s.lock"]


def test_a_busy_bucket_is_asked_again(devsecgate: Command, bucket: Bucket, tmp_path: Path) -> None:
    busy = Reply(status=429, body=b"", headers={"Retry-After": "1"})
    bucket.says(busy, bucket.next("/osv/PyPI/all.zip"))
    done = devsecgate("advisories", "update", "PyPI", "--from", bucket.address, "--store", tmp_path / "s")
    assert (done.returncode, done.stdout, done.stderr) == (0, "PyPI: all 2 records\n", "")


def test_progress_is_shown_on_a_terminal(bucket: Bucket, tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "devsecgate", "advisories", "update", "PyPI", "npm", "--from", bucket.address]
    known = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TERM": "xterm"}
    child = subprocess.Popen([*argv, "--store", str(tmp_path / "s")], env=known, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 1 << 16):
            shown += chunk
    except OSError:  # Linux: the other side is closed
        os.close(ours)
    out, _ = child.communicate(timeout=30)
    assert (child.returncode, out) == (0, b"PyPI: all 2 records\nnpm: all 1 records\n")
    assert b"PyPI" in shown
    assert b"npm" in shown


def test_a_policy_names_the_mirror(tmp_path: Path, devsecgate_at: Command) -> None:
    (tmp_path / "osv" / "PyPI").mkdir(parents=True)
    (tmp_path / "osv" / "PyPI" / "PYSEC-1.json").write_text(json.dumps(record("PYSEC-1")))
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\nname: team\ndependencies: {advisories: osv}\n")
    store = tmp_path / "store.sqlite"
    done = devsecgate_at(tmp_path, "advisories", "update", "PyPI", "--policy", policy, "--store", store)
    assert (done.returncode, store.is_file()) == (0, True), done.stderr
    policy.write_text("version: 1\nname: team\n")
    done = devsecgate_at(tmp_path, "advisories", "update", "PyPI", "--policy", policy, "--store", store)
    assert (done.returncode, "the policy names no advisory records" in done.stderr) == (2, True)
