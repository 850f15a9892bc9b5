"""Downloading: what `tests/advisories/test_fetch.py` does not ask of it over a mirror."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from buckets import Bucket, Reply, served

from devsecgate.download import NoAddress, Patience, Refused, Session, is_downgrade, said, shown

QUICK = Patience(connect_seconds=5, silence_seconds=5, total_seconds=30, attempts=3, pause_seconds=0)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with served() as running:
        yield running


def test_a_file_comes_whole_and_one_that_is_not_there_is_none(bucket: Bucket) -> None:
    bucket.says(Reply(body=b"whole"), path="/osv/file")
    with Session(QUICK) as session:
        assert session.whole(f"{bucket.address}/file", most=5) == b"whole"
        assert session.whole(f"{bucket.address}/other", most=5) is None
        with pytest.raises(Refused, match="the answer is larger than 4 bytes"):
            session.whole(f"{bucket.address}/file", most=4)
    assert [path for path, _ in bucket.requests] == ["/osv/file", "/osv/other", "/osv/file"]


def test_nothing_is_asked_where_no_attempt_is_allowed(bucket: Bucket) -> None:
    with Session(Patience(attempts=0)) as session, pytest.raises(Refused, match="no attempt was allowed"):
        session.whole(bucket.address, most=5)
    assert bucket.requests == []


@pytest.mark.parametrize(
    ("addresses", "found"),
    [
        (["https://a/"], False),
        (["http://a/"], False),
        (["https://a/", "https://b/"], False),
        (["http://a/", "https://b/"], False),
        (["http://a/", "https://b/", "http://c/"], False),
        (["https://a/", "http://b/"], True),
        (["https://a/", "http://b/", "https://c/"], True),
        (["https://a/", "ftp://b/"], True),
    ],
)
def test_what_began_with_tls_must_go_on_with_it(addresses: list[str], found: bool) -> None:
    assert is_downgrade(addresses) is found


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://example.org/a/b.json", "https://example.org/a/b.json"),
        ("https://example.org:8443/a/", "https://example.org:8443/a"),
        ("http://reader:hunter2@Example.ORG", "http://example.org"),
    ],
)
def test_an_address_is_shown_without_credentials(url: str, found: str) -> None:
    assert shown(url) == found


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("", ""),
        ("example.org/a", ""),
        ("ftp://reader:hunter2@example.org/a", "example.org"),
        ("https://reader:hunter2@example.org/a?token=hunter2", "example.org"),
        ("https://example.org/a#hunter2", "example.org"),
        ("https://reader:hunter2@/a", ""),
        ("http://[", ""),
        ("http://example.org:99999/", ""),
    ],
)
def test_of_what_is_no_address_the_host_alone_may_be_shown(url: str, host: str) -> None:
    with pytest.raises(NoAddress) as caught:
        shown(url)
    assert (str(caught.value), caught.value.host) == ("not a web address", host)


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (Refused("the server answered 403"), "the server answered 403"),
        (PermissionError(13, "Permission denied", "/a/secret/place"), "Permission denied"),
        (OSError(), "OSError"),
        (ValueError("http://reader:hunter2@example.org"), "ValueError"),
    ],
)
def test_an_error_is_described_without_addresses_and_paths(error: Exception, found: str) -> None:
    assert said(error) == found
