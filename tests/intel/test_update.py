"""Updating the catalogue: the new one as a whole or the last good one, whatever server, disk and signals do."""

from __future__ import annotations

import gzip
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest
from buckets import Bucket, Reply, served
from catalogues import catalogue

from devsecgate.download import Patience
from devsecgate.errors import ExitCode, UsageError
from devsecgate.intel import kev
from devsecgate.intel.kev import CatalogueError, parse
from devsecgate.intel.update import PUBLIC, Updated, update
from devsecgate.model import GapReason

QUICK = Patience(connect_seconds=5, silence_seconds=5, total_seconds=30, attempts=3, pause_seconds=0)
TODAY = date(2026, 8, 1)
OLD, NEW = catalogue(100, "2026-06-01"), catalogue(101, "2026-07-01")
PATH = "/kev.json"
DYING = Path(__file__).parent.parent / "support" / "dying_catalogue.py"
UNUSABLE = "the catalogue of known exploited vulnerabilities cannot be used: "
NOT_TAKEN = "the catalogue of known exploited vulnerabilities was not taken: "
NOT_FETCHED = "the catalogue of known exploited vulnerabilities could not be fetched: "


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A server that plays CISA."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with served() as running:
        running.says(Reply(body=NEW), path=PATH)
        yield running


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A file that holds the old catalogue."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "kev.json").write_bytes(OLD)
    return tmp_path / "cache" / "kev.json"


def url(server: Bucket) -> str:
    return f"http://127.0.0.1:{server.port}{PATH}"


def files(place: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in place.parent.iterdir() if not each.name.endswith(".lock")}


def taken(source: str | Path, place: Path, **named: bool) -> Updated:
    return update(source, place, today=TODAY, patience=QUICK, **named)


def refused(source: str | Path, place: Path, reason: GapReason, patience: Patience = QUICK) -> CatalogueError:
    """Update, and give the error; what was there before must be there after, and nothing else."""
    before = files(place)
    with pytest.raises(CatalogueError) as caught:
        update(source, place, today=TODAY, patience=patience)
    assert files(place) == before
    assert (caught.value.exit_code, caught.value.reason) == (ExitCode.INCOMPLETE, reason)
    return caught.value


def not_fetched(server: Bucket, place: Path, patience: Patience = QUICK) -> str:
    error = refused(url(server), place, GapReason.FAILED, patience)
    assert error.where == url(server)
    assert error.what.startswith(NOT_FETCHED)
    return error.what.removeprefix(NOT_FETCHED)


def test_a_catalogue_from_an_address_takes_the_place_of_the_one_held(server: Bucket, place: Path) -> None:
    done = taken(url(server), place)
    assert done == Updated(taken=parse(NEW, url(server)), held=parse(OLD, "kev.json"), damaged="")
    assert files(place) == {"kev.json": NEW}
    assert [path for path, _ in server.requests] == [PATH]


@pytest.mark.parametrize("kind", [str, Path])
def test_a_catalogue_from_a_file_takes_the_place_of_the_one_held(
    place: Path, tmp_path: Path, kind: Callable[[Path], str | Path]
) -> None:
    (tmp_path / "new.json").write_bytes(NEW)
    done = taken(kind(tmp_path / "new.json"), place)
    assert done == Updated(taken=parse(NEW, "new.json"), held=parse(OLD, "kev.json"), damaged="")
    assert files(place) == {"kev.json": NEW}


def test_a_first_catalogue_makes_its_folder_for_this_user_alone(server: Bucket, tmp_path: Path) -> None:
    place = tmp_path / "home" / "cache" / "kev.json"
    assert taken(url(server), place) == Updated(taken=parse(NEW, url(server)), held=None, damaged="")
    assert files(place) == {"kev.json": NEW}
    assert place.parent.stat().st_mode & 0o077 == 0


def test_the_same_catalogue_may_come_again(server: Bucket, place: Path) -> None:
    place.write_bytes(NEW)
    assert taken(url(server), place).held == parse(NEW, "kev.json")
    assert files(place) == {"kev.json": NEW}


def test_a_link_stays_one_and_what_it_points_to_is_replaced(server: Bucket, place: Path, tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(place)
    taken(url(server), tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert files(place) == {"kev.json": NEW}


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(server: Bucket, place: Path, status: int) -> None:
    busy = Reply(status=status, body=b"later", headers={"Retry-After": "0"})
    server.says(busy, busy, Reply(body=NEW), path=PATH)
    taken(url(server), place)
    assert files(place) == {"kev.json": NEW}
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_stays_busy_is_given_up(server: Bucket, place: Path, status: int) -> None:
    server.says(Reply(status=status, body=NEW), path=PATH)
    assert not_fetched(server, place) == f"the server answered {status}, 3 times"


@pytest.mark.parametrize("status", [204, 206, 304, 401, 403, 404, 410])
def test_an_answer_that_is_no_catalogue_is_final(server: Bucket, place: Path, status: int) -> None:
    server.says(Reply(status=status, body=b"" if status in {204, 304} else NEW), path=PATH)
    assert not_fetched(server, place) == f"the server answered {status}"
    assert len(server.requests) == 1


def test_a_refusal_names_the_ways_around_it(server: Bucket, place: Path) -> None:
    server.says(Reply(status=403, body=b"<HTML>Access Denied</HTML>"), path=PATH)
    assert "cisagov/kev-data" in refused(url(server), place, GapReason.FAILED).remedy


def test_a_download_that_breaks_off_is_tried_again(server: Bucket, place: Path) -> None:
    server.says(Reply(body=NEW, cut=300), Reply(body=NEW), path=PATH)
    taken(url(server), place)
    assert files(place) == {"kev.json": NEW}


@pytest.mark.parametrize("wrong", [Reply(body=NEW, cut=300), Reply(body=NEW, length=len(NEW) + 1)])
def test_a_download_that_always_breaks_off_is_given_up(server: Bucket, place: Path, wrong: Reply) -> None:
    server.says(wrong, path=PATH)
    assert not_fetched(server, place) == "the download broke off (ProtocolError), 3 times"


def test_a_download_that_is_cut_where_nobody_announced_its_length_is_refused(server: Bucket, place: Path) -> None:
    server.says(Reply(body=NEW[:-1], length=None), path=PATH)
    error = refused(url(server), place, GapReason.MALFORMED)
    assert (error.what, error.where) == (f"{UNUSABLE}Input data was truncated", url(server))


def test_a_download_that_is_announced_as_too_short_is_refused(server: Bucket, place: Path) -> None:
    server.says(Reply(body=NEW, length=len(NEW) - 1), path=PATH)
    assert refused(url(server), place, GapReason.MALFORMED).what == f"{UNUSABLE}Input data was truncated"


@pytest.mark.parametrize(
    "large", [Reply(body=NEW, length=kev.LARGEST + 1), Reply(body=b" " * (kev.LARGEST + 1), length=None)]
)
def test_an_answer_over_the_limit_is_refused(server: Bucket, place: Path, large: Reply) -> None:
    server.says(large, path=PATH)
    assert not_fetched(server, place) == "the answer is larger than 67,108,864 bytes"
    assert len(server.requests) == 1


def test_a_download_that_drips_is_stopped_at_the_limit_of_time(server: Bucket, place: Path) -> None:
    server.says(Reply(body=b"", length=1 << 20, endless=True), path=PATH)
    patience = Patience(total_seconds=0.3, silence_seconds=20)
    assert not_fetched(server, place, patience) == "the download took more than 0.3 s"


def test_a_server_that_says_nothing_is_given_up(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = Bucket(port=silent.getsockname()[1])
        patience = Patience(silence_seconds=0.1, attempts=2, pause_seconds=0)
        assert not_fetched(server, place, patience) == "ReadTimeout, 2 times"


def test_a_port_that_nobody_listens_on_is_an_error(place: Path) -> None:
    with served() as server:
        pass
    assert not_fetched(server, place) == "ConnectionError, 3 times"


def test_a_redirect_is_followed_and_the_first_address_is_the_one_that_is_named(server: Bucket, place: Path) -> None:
    server.says(Reply(status=302, body=b"", headers={"Location": "/elsewhere.json"}), path=PATH)
    server.says(Reply(body=NEW), path="/elsewhere.json")
    assert taken(url(server), place).taken == parse(NEW, url(server))


def test_a_redirect_from_tls_to_none_is_refused(
    server: Bucket, place: Path, tmp_path: Path, program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    made = [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), *subject]
    subprocess.run([*made, "-out", str(certificate)], check=True, capture_output=True)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with served(context) as safe:
        safe.says(Reply(status=307, body=b"", headers={"Location": url(server)}), path=PATH)
        error = refused(url(safe).replace("http:", "https:"), place, GapReason.FAILED)
    assert error.what == f"{NOT_FETCHED}the server redirects to an address without TLS"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "Input data was truncated"),
        (b"<html><body>Please log in</body></html>", "JSON is malformed: invalid character (byte 0)"),
        (b"{}", "Object missing required field `catalogVersion`"),
        (NEW.replace(b'"count": 101', b'"count": 102'), "it announces 102 entries, and holds 101"),
        (NEW.replace(b"CVE-2024-00002", b"CVE-2024-00003"), "it lists CVE-2024-00003 more than once"),
    ],
)
def test_an_answer_of_status_200_that_is_no_catalogue_is_refused(
    server: Bucket, place: Path, body: bytes, said: str
) -> None:
    server.says(Reply(body=body), path=PATH)
    error = refused(url(server), place, GapReason.MALFORMED)
    assert (error.what, error.where) == (f"{UNUSABLE}{said}", url(server))


def test_an_answer_that_arrives_encoded_is_not_decoded(server: Bucket, place: Path) -> None:
    server.says(Reply(body=gzip.compress(NEW), headers={"Content-Encoding": "gzip"}), path=PATH)
    assert refused(url(server), place, GapReason.MALFORMED).what.startswith(f"{UNUSABLE}it is not UTF-8")


def test_credentials_are_sent_and_never_shown(server: Bucket, place: Path) -> None:
    secret = url(server).replace("http://", "http://reader:hunter2@")
    assert taken(secret, place).taken.source == url(server)
    server.says(Reply(status=401), path=PATH)
    error = refused(secret, place, GapReason.FAILED)
    assert "hunter2" not in f"{error!r} {error} {error.where}"
    assert {sent for _, sent in server.requests} == {"Basic cmVhZGVyOmh1bnRlcjI="}


@pytest.mark.parametrize(
    "source",
    ["ftp://reader:hunter2@example.org/kev.json", "file:///etc/passwd", "https://", "http://127.0.0.1:1/k?t=hunter2"],
)
def test_what_is_no_web_address_is_refused_before_anything_is_asked(place: Path, source: str) -> None:
    with pytest.raises(UsageError) as caught:
        taken(source, place)
    assert caught.value.what == "not a web address"
    assert "hunter2" not in str(caught.value)
    assert files(place) == {"kev.json": OLD}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere.json", "there is no catalogue of known exploited vulnerabilities"),
        ("", f"{UNUSABLE}it is not a regular file"),
        ("pipe", f"{UNUSABLE}it is not a regular file"),
    ],
)
def test_a_source_that_is_no_file_is_a_wrong_request(place: Path, tmp_path: Path, name: str, said: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError) as caught:
        taken(tmp_path / name, place)
    assert (caught.value.what, caught.value.where) == (said, str(tmp_path / name))
    assert files(place) == {"kev.json": OLD}


def test_a_file_that_is_no_catalogue_is_refused(place: Path, tmp_path: Path) -> None:
    (tmp_path / "new.json").write_bytes(NEW[:-1])
    error = refused(tmp_path / "new.json", place, GapReason.MALFORMED)
    assert (error.what, error.where) == (f"{UNUSABLE}Input data was truncated", "new.json")


def test_a_catalogue_that_shrank_by_a_tenth_is_taken(server: Bucket, place: Path) -> None:
    smaller = catalogue(90, "2026-07-01")
    server.says(Reply(body=smaller), path=PATH)
    taken(url(server), place)
    assert files(place) == {"kev.json": smaller}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (catalogue(89, "2026-07-01"), "it lacks 11 of the 100 entries held"),
        (catalogue(1, "2026-07-01"), "it lacks 99 of the 100 entries held"),
        (catalogue(100, "2026-07-01", first=12), "it lacks 11 of the 100 entries held"),
        (catalogue(101, "2026-05-31"), "it was released on 2026-05-31, and the one held on 2026-06-01"),
    ],
)
def test_a_step_back_is_refused_and_taken_by_force(server: Bucket, place: Path, body: bytes, said: str) -> None:
    server.says(Reply(body=body), path=PATH)
    error = refused(url(server), place, GapReason.STALE)
    assert (error.what, error.where) == (f"{NOT_TAKEN}{said}", url(server))
    assert "--force" in error.remedy
    done = taken(url(server), place, force=True)
    assert done == Updated(taken=parse(body, url(server)), held=parse(OLD, "kev.json"), damaged="")
    assert files(place) == {"kev.json": body}


def test_another_catalogue_of_the_same_day_is_no_step_back(server: Bucket, place: Path) -> None:
    other = catalogue(99, "2026-06-01")
    server.says(Reply(body=other), path=PATH)
    taken(url(server), place)
    assert files(place) == {"kev.json": other}


def test_a_catalogue_of_a_day_that_has_not_come_is_refused_and_taken_by_force(server: Bucket, place: Path) -> None:
    body = catalogue(101, "2026-08-03")
    server.says(Reply(body=body), path=PATH)
    error = refused(url(server), place, GapReason.STALE)
    assert error.what.endswith("was released on 2026-08-03, which is after today, 2026-08-01")
    taken(url(server), place, force=True)
    assert files(place) == {"kev.json": body}


def test_force_takes_nothing_that_is_no_catalogue(server: Bucket, place: Path) -> None:
    server.says(Reply(body=NEW[:-1], length=None), path=PATH)
    with pytest.raises(CatalogueError, match="Input data was truncated"):
        taken(url(server), place, force=True)
    assert files(place) == {"kev.json": OLD}


def test_a_damaged_file_is_replaced_and_said_to_have_been_one(server: Bucket, place: Path) -> None:
    place.write_bytes(OLD[:-1])
    done = taken(url(server), place)
    assert done == Updated(taken=parse(NEW, url(server)), held=None, damaged=f"{UNUSABLE}Input data was truncated")
    assert files(place) == {"kev.json": NEW}


def test_a_place_that_is_no_file_is_left_alone(server: Bucket, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", tmp_path):
        with pytest.raises(CatalogueError) as caught:
            taken(url(server), place)
        assert (caught.value.what, caught.value.where) == (f"{UNUSABLE}it is not a regular file", str(place))
    assert (tmp_path / "pipe").is_fifo()


def test_a_place_that_cannot_be_written_is_an_error(server: Bucket, place: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        taken(url(server), place / "below" / "kev.json")
    assert caught.value.what == "the catalogue of known exploited vulnerabilities cannot be written: Not a directory"
    assert files(place) == {"kev.json": OLD}


def test_a_disk_that_is_full_leaves_the_last_good_catalogue(place: Path, tmp_path: Path) -> None:
    (tmp_path / "new.json").write_bytes(NEW)
    limit = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); "
    ignore = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    run = "import runpy; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    argv = [sys.executable, "-c", limit + ignore + run, str(DYING), str(place), str(tmp_path / "new.json"), "0"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert "cannot be written: File too large" in done.stderr
    assert files(place) == {"kev.json": OLD}


def test_one_update_waits_for_another_and_judges_by_what_that_left(server: Bucket, place: Path, tmp_path: Path) -> None:
    import fcntl

    (tmp_path / "old.json").write_bytes(OLD)
    said: list[str] = []

    def late() -> None:
        with pytest.raises(CatalogueError) as caught:
            taken(tmp_path / "old.json", place)
        said.append(caught.value.what)

    with place.with_name("kev.json.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        thread = threading.Thread(target=late)
        thread.start()
        place.write_bytes(NEW)  # as the other update does
    thread.join()
    assert said == [f"{NOT_TAKEN}it was released on 2026-06-01, and the one held on 2026-07-01"]
    assert files(place) == {"kev.json": NEW}


def dying(place: Path, source: Path, point: int | str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, str(DYING), str(place), str(source), str(point)]
    return subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A file of the new catalogue, and how many calls an update to it has."""
    root = tmp_path_factory.mktemp("dying")
    (root / "new.json").write_bytes(NEW)
    (root / "kev.json").write_bytes(OLD)
    done = dying(root / "kev.json", root / "new.json", 0)
    assert done.returncode == 0, done.stderr
    assert (root / "kev.json").read_bytes() == NEW
    return root / "new.json", int(done.stdout)


NAMED = [
    f"{event} {name}"
    for name in ("posix.open", "fcntl.flock", "BufferedWriter.write", "BufferedWriter.flush", "posix.fsync")
    for event in ("c_call", "c_return")
]
AFTER = "c_return posix.replace"


@pytest.mark.parametrize("point", [*range(12), *NAMED, "c_call posix.replace", AFTER])
def test_an_update_that_is_killed_anywhere_leaves_the_last_good_catalogue(
    calls: tuple[Path, int], place: Path, point: int | str
) -> None:
    source, count = calls
    if isinstance(point, int):  # spread over the whole of it
        point = 1 + point * (count - 1) // 11
    done = dying(place, source, point)
    assert done.returncode == -signal.SIGKILL, (point, done.stderr)
    assert place.read_bytes() in (OLD, NEW)
    if isinstance(point, str):
        assert place.read_bytes() == (NEW if point == AFTER else OLD)
    assert taken(source, place).taken == parse(NEW, "new.json")
    assert files(place) == {"kev.json": NEW}


def test_an_update_that_is_killed_while_the_server_answers_leaves_the_last_good_catalogue(
    server: Bucket, place: Path
) -> None:
    started = threading.Event()

    def kill(_: str) -> None:
        started.wait()
        os.kill(child.pid, signal.SIGKILL)

    server.before = kill
    child = subprocess.Popen([sys.executable, str(DYING), str(place), url(server), "0"], stderr=subprocess.PIPE)
    started.set()
    with child:
        child.communicate()
    assert child.returncode == -signal.SIGKILL
    assert files(place) == {"kev.json": OLD}


def test_the_default_source_is_cisas_own_file() -> None:
    assert PUBLIC == "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"
