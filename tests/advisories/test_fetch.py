"""Fetching advisory records: an archive is kept whole or not at all, whatever the server does."""

from __future__ import annotations

import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest
from buckets import GOOD, Bucket, Reply, archive, served, tagged

from devsecgate.advisories.fetch import FetchError, FetchLimits, Listing, Mirror, fetch

LIMITS = FetchLimits(connect_seconds=5, silence_seconds=5, total_seconds=30, attempts=3, pause_seconds=0)


def packed(*ids: str, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    return archive({each: {"id": each, "modified": "2026-01-01T00:00:00Z"} for each in ids}, method)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with served() as running:
        yield running


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(bucket: Bucket, folder: Path, limits: FetchLimits = LIMITS) -> str:
    """Fetch, and give what the error says; an archive that was there before must be there after."""
    place = folder / "127.0.0.1" / "PyPI" / "all.zip"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"what was there before")
    with pytest.raises(FetchError) as caught:
        fetch(bucket.address, folder, ["PyPI"], limits)
    assert files(folder) == {"127.0.0.1/PyPI/all.zip": b"what was there before"}
    assert caught.value.where == f"http://127.0.0.1:{bucket.port}/osv/PyPI/all.zip"
    assert str(folder) not in str(caught.value)
    return caught.value.what.removeprefix("advisory records could not be fetched: ")


def test_each_ecosystem_is_fetched_once_into_a_folder_named_after_the_mirror(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(Reply())
    bucket.says(Reply(body=packed("NPM-1")), path="/osv/npm/all.zip")
    bucket.says(Reply(body=packed("DSA-1")), path="/osv/Debian/all.zip")
    bucket.says(Reply(body=packed("RHSA-1")), path="/osv/Red%20Hat/all.zip")
    found = fetch(f"{bucket.address}/", tmp_path, ["npm", "PyPI", "Debian:12", "Debian:11", "Red Hat:x"], LIMITS)
    assert found == tmp_path / "127.0.0.1"
    assert files(found) == {
        "Debian/all.zip": packed("DSA-1"),
        "PyPI/all.zip": GOOD,
        "Red Hat/all.zip": packed("RHSA-1"),
        "npm/all.zip": packed("NPM-1"),
    }
    names = ["/osv/Debian/all.zip", "/osv/PyPI/all.zip", "/osv/Red%20Hat/all.zip", "/osv/npm/all.zip"]
    assert [path for path, _ in bucket.requests] == names


def test_a_newer_archive_takes_the_place_of_the_older(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(Reply(), Reply(body=packed("PYSEC-3")))
    assert files(fetch(bucket.address, tmp_path, ["PyPI"], LIMITS)) == {"PyPI/all.zip": GOOD}
    assert files(fetch(bucket.address, tmp_path, ["PyPI"], LIMITS)) == {"PyPI/all.zip": packed("PYSEC-3")}


def test_an_archive_of_unknown_length_is_read_to_its_end(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(Reply(length=None))
    assert files(fetch(bucket.address, tmp_path, ["PyPI"], LIMITS)) == {"PyPI/all.zip": GOOD}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 204, 206, 501])
def test_an_answer_that_is_no_archive_is_final(bucket: Bucket, tmp_path: Path, status: int) -> None:
    bucket.says(Reply(status=status, body=b"" if status == 204 else GOOD))
    assert refused(bucket, tmp_path) == f"the server answered {status}"
    assert len(bucket.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(bucket: Bucket, tmp_path: Path, status: int) -> None:
    busy = Reply(status=status, body=b"later", headers={"Retry-After": "0"})
    bucket.says(busy, busy, Reply())
    assert files(fetch(bucket.address, tmp_path, ["PyPI"], LIMITS)) == {"PyPI/all.zip": GOOD}
    assert len(bucket.requests) == 3


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_stays_busy_is_given_up(bucket: Bucket, tmp_path: Path, status: int) -> None:
    bucket.says(Reply(status=status, body=b"later"))
    assert refused(bucket, tmp_path) == f"the server answered {status}, 3 times"
    assert len(bucket.requests) == 3


@pytest.mark.parametrize("asked", ["Wed, 21 Oct 2026 07:28:00 GMT", "-5", "99999999999999999999", "1e9", ""])
def test_a_pause_that_is_no_sensible_number_is_not_waited_for(bucket: Bucket, tmp_path: Path, asked: str) -> None:
    bucket.says(Reply(status=503, body=b"", headers={"Retry-After": asked}), Reply())
    assert files(fetch(bucket.address, tmp_path, ["PyPI"], LIMITS)) == {"PyPI/all.zip": GOOD}


def test_the_pause_that_a_server_asks_for_is_bounded(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(Reply(status=429, body=b"", headers={"Retry-After": "3600"}), Reply())
    limits = FetchLimits(pause_seconds=0, longest_pause_seconds=0.2)
    begun = time.monotonic()
    fetch(bucket.address, tmp_path, ["PyPI"], limits)
    assert 0.2 <= time.monotonic() - begun < 30


def test_a_download_that_breaks_off_is_tried_again(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(Reply(body=GOOD[:100], length=len(GOOD)), Reply())
    assert files(fetch(bucket.address, tmp_path, ["PyPI"], LIMITS)) == {"PyPI/all.zip": GOOD}
    assert len(bucket.requests) == 2


def test_a_download_that_always_breaks_off_is_given_up(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(Reply(length=len(GOOD) + 1))
    assert refused(bucket, tmp_path) == "the download broke off (ProtocolError), 3 times"


def test_an_archive_that_is_cut_where_nobody_announced_its_length_is_refused(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(Reply(body=GOOD[:-1], length=None))
    assert refused(bucket, tmp_path) == "File is not a zip file"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "File is not a zip file"),
        (b"<html>Please log in</html>", "File is not a zip file"),
        (packed(), "the archive holds no records"),
        (packed("PYSEC-1", method=zipfile.ZIP_LZMA), "the archive is packed in a way that is not read here"),
    ],
)
def test_what_is_no_archive_of_records_is_refused(bucket: Bucket, tmp_path: Path, body: bytes, said: str) -> None:
    bucket.says(Reply(body=body))
    assert refused(bucket, tmp_path) == said


def test_a_wrong_checksum_in_the_archive_is_refused(bucket: Bucket, tmp_path: Path) -> None:
    content = bytearray(packed("PYSEC-1", "PYSEC-2", method=zipfile.ZIP_STORED))
    content[content.index(b'"PYSEC-2"') + 3] ^= 1
    bucket.says(Reply(body=bytes(content)))
    assert refused(bucket, tmp_path) == "a record of the archive is damaged"


def test_a_record_that_cannot_be_unpacked_is_refused(bucket: Bucket, tmp_path: Path) -> None:
    content = bytearray(GOOD)
    begin = content.index(b"PYSEC-1.json") + len(b"PYSEC-1.json")
    content[begin : begin + 8] = b"\xff" * 8
    bucket.says(Reply(body=bytes(content)))
    assert refused(bucket, tmp_path) == "the archive cannot be unpacked (error)"


def test_an_archive_that_is_encrypted_is_refused(bucket: Bucket, tmp_path: Path) -> None:
    content = bytearray(GOOD)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    bucket.says(Reply(body=bytes(content)))
    assert refused(bucket, tmp_path) == "the archive cannot be unpacked (RuntimeError)"


@pytest.mark.parametrize("length", [-1, None])
def test_an_archive_over_the_limit_is_refused(bucket: Bucket, tmp_path: Path, length: int | None) -> None:
    bucket.says(Reply(length=length))
    limits = FetchLimits(archive_bytes=len(GOOD) - 1)
    assert refused(bucket, tmp_path, limits) == f"the answer is larger than {len(GOOD) - 1} bytes"
    assert len(bucket.requests) == 1


def test_an_endless_download_is_stopped_at_the_limit_of_bytes(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(Reply(length=None, endless=True))
    assert refused(bucket, tmp_path, FetchLimits(archive_bytes=5000)) == "the answer is larger than 5,000 bytes"


def test_a_download_that_drips_is_stopped_at_the_limit_of_time(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(Reply(body=b"", length=1 << 30, endless=True))
    begun = time.monotonic()
    said = refused(bucket, tmp_path, FetchLimits(total_seconds=0.3, silence_seconds=20))
    assert said == "the download took more than 0.3 s"
    assert time.monotonic() - begun < 10


def test_a_server_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        bucket = Bucket(port=silent.getsockname()[1], address=f"http://127.0.0.1:{silent.getsockname()[1]}/osv")
        limits = FetchLimits(silence_seconds=0.1, attempts=2, pause_seconds=0)
        assert refused(bucket, tmp_path, limits) == "ReadTimeout, 2 times"


def test_a_port_that_nobody_listens_on_is_an_error(tmp_path: Path) -> None:
    with served() as bucket:
        pass
    assert refused(bucket, tmp_path) == "ConnectionError, 3 times"


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "many", "\xb2"])
def test_a_length_that_is_no_number_is_ignored(bucket: Bucket, tmp_path: Path, length: str) -> None:
    bucket.says(Reply(length=None, headers={"Content-Length": length}))
    assert files(fetch(bucket.address, tmp_path, ["PyPI"], LIMITS)) == {"PyPI/all.zip": GOOD}


def test_an_archive_that_arrives_encoded_is_not_decoded(bucket: Bucket, tmp_path: Path) -> None:
    import gzip

    bucket.says(Reply(body=gzip.compress(GOOD), headers={"Content-Encoding": "gzip"}))
    assert refused(bucket, tmp_path) == "File is not a zip file"


def test_a_redirect_is_followed(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(Reply(status=302, body=b"", headers={"Location": "/elsewhere/all.zip"}))
    bucket.says(Reply(), path="/elsewhere/all.zip")
    assert files(fetch(bucket.address, tmp_path, ["PyPI"], LIMITS)) == {"PyPI/all.zip": GOOD}


@pytest.mark.parametrize(
    ("location", "said"),
    [("/osv/PyPI/all.zip", "TooManyRedirects"), ("file:///etc/passwd", "InvalidSchema"), ("http://[", "ValueError")],
)
def test_a_redirect_that_leads_nowhere_is_refused(bucket: Bucket, tmp_path: Path, location: str, said: str) -> None:
    bucket.says(Reply(status=301, body=b"", headers={"Location": location}))
    assert refused(bucket, tmp_path) == said


def test_a_redirect_from_tls_to_none_is_refused(
    bucket: Bucket, tmp_path: Path, program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    made = [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), *subject]
    subprocess.run([*made, "-out", str(certificate)], check=True, capture_output=True)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    bucket.says(Reply())
    with served(context) as safe:
        safe.says(Reply(), Reply(status=307, body=b"", headers={"Location": f"{bucket.address}/PyPI/all.zip"}))
        found = fetch(safe.address, tmp_path / "first", ["PyPI"], LIMITS)
        assert files(found) == {"PyPI/all.zip": GOOD}
        with pytest.raises(FetchError) as caught:
            fetch(safe.address, tmp_path / "second", ["PyPI"], LIMITS)
    assert caught.value.what.endswith("the server redirects to an address without TLS")
    assert files(tmp_path / "second") == {}


def test_credentials_are_sent_to_the_mirror_and_to_nobody_else_and_are_never_shown(tmp_path: Path) -> None:
    with served() as mirror, served() as other:
        other.says(Reply(status=404), path="/else/all.zip")
        mirror.says(Reply(status=302, body=b"", headers={"Location": f"http://localhost:{other.port}/else/all.zip"}))
        secret = mirror.address.replace("http://", "http://reader:hunter2@")
        with pytest.raises(FetchError) as caught:
            fetch(secret, tmp_path, ["PyPI"], LIMITS)
    assert mirror.requests == [("/osv/PyPI/all.zip", "Basic cmVhZGVyOmh1bnRlcjI=")]
    assert other.requests == [("/else/all.zip", None)]
    assert "hunter2" not in f"{caught.value!r} {caught.value} {caught.value.where}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "osv",
        "ftp://example.org/osv",
        "file:///tmp/osv",
        "http://",
        "https:///osv",
        "http://[",
        "http://127.0.0.1:99999/osv",
        "http://127.0.0.1:1/osv?token=hunter2",
        "http://127.0.0.1:1/osv#hunter2",
        "http://reader:hunter2@/osv",
    ],
)
def test_what_is_no_web_address_is_refused_before_anything_is_asked(tmp_path: Path, url: str) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(url, tmp_path, ["PyPI"], LIMITS)
    assert caught.value.what == "not a web address"
    assert "hunter2" not in str(caught.value)
    assert files(tmp_path) == {}


@pytest.mark.parametrize("blocked", ["127.0.0.1", "127.0.0.1/PyPI", "127.0.0.1/PyPI/all.zip"])
def test_a_folder_that_cannot_be_written_is_an_error_without_the_machines_paths(
    bucket: Bucket, tmp_path: Path, blocked: str
) -> None:
    bucket.says(Reply())
    place = tmp_path / blocked
    place.parent.mkdir(parents=True, exist_ok=True)
    if blocked.endswith(".zip"):
        place.mkdir()
    else:
        place.write_text("a file where a folder should be")
    with pytest.raises(FetchError) as caught:
        fetch(bucket.address, tmp_path, ["PyPI"], LIMITS)
    assert str(tmp_path) not in str(caught.value)


def test_one_ecosystem_that_fails_fails_the_whole(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(Reply())
    with pytest.raises(FetchError) as caught:
        fetch(bucket.address, tmp_path, ["PyPI", "npm"], LIMITS)
    assert caught.value.where.endswith("/osv/npm/all.zip")


def held(mirror: Mirror, place: Path) -> bytes:
    """Fetch an archive to a place where an earlier download may have left something."""
    mirror.archive("PyPI", place)
    return place.read_bytes()


def ranges(bucket: Bucket) -> list[tuple[str | None, str | None]]:
    return [(asked, known) for _, asked, known in bucket.conditions]


def test_a_download_that_breaks_off_goes_on_where_it_was(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(tagged(GOOD, cut=100), tagged(GOOD))
    with Mirror(bucket.address, LIMITS) as mirror:
        assert held(mirror, tmp_path / "all.zip") == GOOD
    assert ranges(bucket) == [(None, None), ("bytes=100-", None)]


def test_a_download_that_broke_off_in_an_earlier_run_goes_on_where_it_was(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(tagged(GOOD, cut=100))
    with Mirror(bucket.address, FetchLimits(attempts=1)) as mirror, pytest.raises(FetchError):
        mirror.archive("PyPI", tmp_path / "all.zip")
    bucket.says(tagged(GOOD))
    with Mirror(bucket.address, LIMITS) as mirror:
        assert held(mirror, tmp_path / "all.zip") == GOOD
        assert held(mirror, tmp_path / "all.zip") == GOOD
    assert ranges(bucket) == [(None, None), ("bytes=100-", None), (None, tagged(GOOD).tag)]


def test_a_download_begins_anew_where_the_archive_has_changed_meanwhile(bucket: Bucket, tmp_path: Path) -> None:
    newer = packed("PYSEC-3", "PYSEC-4")
    bucket.says(tagged(GOOD, cut=100), tagged(newer))
    with Mirror(bucket.address, LIMITS) as mirror:
        assert held(mirror, tmp_path / "all.zip") == newer
    assert ranges(bucket) == [(None, None), ("bytes=100-", None)]


def part(begin: int, tag: str = tagged(GOOD).tag, *, stated: str | None = None, body: bytes | None = None) -> Reply:
    size = len(GOOD)
    headers = {"ETag": tag, "Content-Range": stated or f"bytes {begin}-{size - 1}/{size}"}
    return Reply(status=206, body=GOOD[begin:] if body is None else body, headers=headers)


@pytest.mark.parametrize(
    "second",
    [
        part(100, '"another"'),
        part(99),
        part(100, stated=f"bytes 100-{len(GOOD)}/{len(GOOD) + 1}"),
        part(100, stated="bytes 100-"),
        part(100, stated=" "),
        part(100, body=b"x" * (len(GOOD) - 100)),
        Reply(status=416, body=b""),
    ],
)
def test_a_part_that_does_not_fit_is_never_put_to_the_other(bucket: Bucket, tmp_path: Path, second: Reply) -> None:
    bucket.says(tagged(GOOD, cut=100), second, tagged(GOOD))
    with Mirror(bucket.address, LIMITS) as mirror:
        assert held(mirror, tmp_path / "all.zip") == GOOD
    assert ranges(bucket) == [(None, None), ("bytes=100-", None), (None, None)]


@pytest.mark.parametrize("tag", ["", 'W/"weak"', "bare", '"x', '"a b"'])
def test_a_server_without_strong_tags_is_asked_for_the_whole_again(bucket: Bucket, tmp_path: Path, tag: str) -> None:
    headers = {"ETag": tag} if tag else {}
    bucket.says(Reply(cut=100, headers=headers), Reply(headers=headers))
    with Mirror(bucket.address, LIMITS) as mirror:
        assert held(mirror, tmp_path / "all.zip") == GOOD
        assert held(mirror, tmp_path / "all.zip") == GOOD
    assert ranges(bucket) == [(None, None)] * 3


@pytest.mark.parametrize(
    "note", [b"", b"{", b"[]", b"{}", b'{"address":"http://elsewhere","etag":"\\"x\\"","length":9}']
)
def test_a_note_beside_a_download_that_is_not_about_it_is_not_believed(
    bucket: Bucket, tmp_path: Path, note: bytes
) -> None:
    (tmp_path / "all.zip.part").write_bytes(b"x" * 50)
    (tmp_path / "all.zip.tag").write_bytes(note)
    bucket.says(tagged(GOOD))
    with Mirror(bucket.address, LIMITS) as mirror:
        assert held(mirror, tmp_path / "all.zip") == GOOD
    assert ranges(bucket) == [(None, None)]


def test_an_archive_that_somebody_cut_after_it_was_whole_is_fetched_again(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(tagged(GOOD))
    with Mirror(bucket.address, LIMITS) as mirror:
        held(mirror, tmp_path / "all.zip")
        (tmp_path / "all.zip").write_bytes(GOOD[:50])
        assert held(mirror, tmp_path / "all.zip") == GOOD


def test_the_progress_of_a_download_counts_what_was_there_before(bucket: Bucket, tmp_path: Path) -> None:
    bucket.says(tagged(GOOD, cut=100), tagged(GOOD))
    seen: list[tuple[int, int | None]] = []
    with Mirror(bucket.address, LIMITS) as mirror:
        mirror.archive("PyPI", tmp_path / "all.zip", lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (len(GOOD), len(GOOD))


def test_a_list_is_told_from_none_and_from_one_that_is_known(bucket: Bucket) -> None:
    path = "/osv/PyPI/modified_id.csv"
    text = b"2026-01-01T00:00:00Z,PYSEC-1\n"
    tag = tagged(text).tag
    with Mirror(bucket.address, LIMITS) as mirror:
        assert mirror.listing("PyPI", "") is None
        bucket.says(tagged(text), path=path)
        assert mirror.listing("PyPI", "") == Listing(text=text, tag=tag)
        assert mirror.listing("PyPI", '"other"') == Listing(text=text, tag=tag)
        assert mirror.listing("PyPI", tag) == Listing(text=b"", tag=tag, unchanged=True)
        bucket.says(Reply(status=304, body=b"", length=None), path=path)
        with pytest.raises(FetchError, match="the server answered 304"):
            mirror.listing("PyPI", "")


def test_a_record_is_one_part_of_the_path_whatever_its_id(bucket: Bucket) -> None:
    bucket.says(Reply(body=b"{}"), path="/osv/Red%20Hat/..%2F..%2Fx%3Fy%23z.json")
    with Mirror(bucket.address, LIMITS) as mirror:
        assert mirror.record("Red Hat", "../../x?y#z") == b"{}"
        assert mirror.record("Red Hat", "X-1") is None


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(length=len(GOOD) + 1), "the download broke off (ProtocolError), 3 times"),
        (Reply(status=503), "the server answered 503, 3 times"),
        (Reply(status=403), "the server answered 403"),
        (Reply(body=b"x" * 2000), "the answer is larger than 1,000 bytes"),
        (Reply(body=b"x" * 2000, length=None), "the answer is larger than 1,000 bytes"),
    ],
)
@pytest.mark.parametrize("what", ["record", "listing"])
def test_a_list_or_record_comes_whole_or_not_at_all(bucket: Bucket, reply: Reply, said: str, what: str) -> None:
    limits = FetchLimits(attempts=3, pause_seconds=0, record_bytes=1000, listing_bytes=1000)
    for path in ("/osv/PyPI/A.json", "/osv/PyPI/modified_id.csv"):
        bucket.says(reply, path=path)
    with Mirror(bucket.address, limits) as mirror, pytest.raises(FetchError) as caught:
        mirror.record("PyPI", "A") if what == "record" else mirror.listing("PyPI", "")
    assert caught.value.what == f"advisory records could not be fetched: {said}"


def test_the_ecosystems_of_a_mirror_are_base_names_and_nothing_that_is_no_name(bucket: Bucket) -> None:
    lines = ["PyPI", "Debian", "Debian:12", "Red Hat", "[EMPTY]", "", "../etc", "a/b", ".", "x" * 65]
    bucket.says(Reply(body="\n".join(lines).encode() + b"\xff\n"), path="/osv/ecosystems.txt")
    with Mirror(bucket.address, LIMITS) as mirror:
        assert mirror.ecosystems() == ("Debian", "PyPI", "Red Hat", "[EMPTY]")


def test_a_mirror_without_a_list_of_ecosystems_says_so(bucket: Bucket) -> None:
    with Mirror(bucket.address, LIMITS) as mirror, pytest.raises(FetchError) as caught:
        mirror.ecosystems()
    assert caught.value.where == f"http://127.0.0.1:{bucket.port}/osv/ecosystems.txt"
