"""The address of an OSV service and the packages to ask about in; the advisories that it names for them out.

The service is asked for candidates; each record that it names is fetched, parsed and later evaluated as one of a
folder is. What it does not answer, and where its answer and its own record disagree, is a Trouble.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from urllib.parse import quote, urlsplit

import msgspec

from devsecgate.advisories.aliases import closure
from devsecgate.advisories.ecosystems import base, same_release
from devsecgate.advisories.evaluate import Answer, evaluate
from devsecgate.advisories.known import Book, Loaded, Trouble
from devsecgate.advisories.parse import IDENTITY, Document, Malformed, document
from devsecgate.advisories.record import Advisory
from devsecgate.advisories.versions import spellings
from devsecgate.model import GapReason
from devsecgate.text import one_line, shorten

if TYPE_CHECKING:
    from requests import Response, Session

DEFAULT = "https://api.osv.dev"
_QUERY = "/v1/query"
_CHUNK = 1 << 16
_AGAIN = frozenset({429, 500, 502, 503, 504})
"""Answers after which a server may do better."""
_NAMED = 5
KNOWN = frozenset({
    "AlmaLinux", "Alpaquita", "Alpine", "Android", "Azure Linux", "BellSoft Hardened Containers", "Bioconductor",
    "Bitnami", "CRAN", "Chainguard", "CleanStart", "ConanCenter", "Debian", "Docker Hardened Images", "Echo", "FreeBSD",
    "GHC", "GitHub Actions", "Go", "Hackage", "Hex", "Julia", "Kubernetes", "Linux", "Mageia", "Maven", "MinimOS",
    "NuGet", "OSS-Fuzz", "Packagist", "Photon OS", "Pub", "PyPI", "Red Hat", "Rocky Linux", "Root", "RubyGems", "SUSE",
    "SwiftURL", "TuxCare", "Ubuntu", "VSCode", "Wolfi", "crates.io", "npm", "opam", "openEuler", "openSUSE",
})  # fmt: skip
"""The schema's ecosystems. Of any other one a service knows nothing, and its answer looks like a clean one."""

Shape = TypeVar("Shape")


class Coordinates(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One package to ask about."""

    ecosystem: str
    """OSV's string, with the release: `Debian:12`."""
    name: str
    """Normalised as its ecosystem does."""
    version: str


class ServiceLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How long and how much the answers may be. The service's own are 1000 queries, 35 s and 32 MiB."""

    queries: int = 1000
    """In one request."""
    pages: int = 200
    """Of one query's answer."""
    records: int = 50_000
    """Of one ecosystem."""
    response_bytes: int = 32 << 20
    parallel: int = 8
    """Records that are fetched at once."""
    connect_seconds: float = 10.0
    silence_seconds: float = 45.0
    """The longest time without a byte."""
    total_seconds: float = 300.0
    """For one ecosystem, with all attempts."""
    attempts: int = 4
    pause_seconds: float = 1.0
    """Before the second attempt; twice as long before each further one, and as long as the server asks for."""
    longest_pause_seconds: float = 30.0


class _Failed(Exception):  # noqa: N818 - internal: no answer that may be used
    def __init__(self, said: str, *, reason: GapReason = GapReason.FAILED) -> None:
        super().__init__(said)
        self.reason = reason


class _Busy(_Failed):
    """No answer yet, and perhaps one in a while."""

    def __init__(self, said: str, *, reason: GapReason = GapReason.FAILED, wait: float = 0.0) -> None:
        super().__init__(said, reason=reason)
        self.wait = wait


class _Named(msgspec.Struct, frozen=True):
    id: str


class _Result(msgspec.Struct, frozen=True):
    """What one query found; empty where that is nothing."""

    vulns: list[_Named] = []
    next_page_token: str | None = None


class _Batch(msgspec.Struct, frozen=True):
    results: list[_Result]
    """In the order of the queries."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """An OSV service, asked about the packages of one run."""

    url: str
    """Its root: what is before `/v1/query`."""
    asked: frozenset[Coordinates]
    today: date
    limits: ServiceLimits = msgspec.field(default_factory=ServiceLimits)

    def book(self, ecosystem: str, wanted: Collection[str]) -> Book | None:
        """Ask as `load` does, and put what is found in order by package."""
        loaded = self.load(ecosystem, wanted)
        return None if loaded is None else loaded.book()

    def load(self, ecosystem: str, wanted: Collection[str]) -> Loaded | None:
        """Ask about the packages of one ecosystem (`Debian`) that are wanted; None where none is to be asked about."""
        asked = sorted(
            each for each in self.asked if base(each.ecosystem) == base(ecosystem) and each.name in frozenset(wanted)
        )
        if not asked:
            return None
        if base(ecosystem) not in KNOWN:
            detail = f"the OSV service knows no ecosystem {ecosystem}: its packages were not looked up"
            return Loaded(troubles=(Trouble(reason=GapReason.UNRESOLVED, detail=detail),))
        return _Asking(service=self, deadline=time.monotonic() + self.limits.total_seconds).load(ecosystem, asked)


def root_of(query_url: str | None) -> str:
    """Give the root of a service from the address of its queries, as policies name it; None is the public one."""
    return DEFAULT if query_url is None else query_url.rstrip("/").removesuffix(_QUERY)


def shown(url: str) -> str:
    """Give a service's address as the verdict shows it, without the credentials that it may carry."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


_Query: TypeAlias = tuple[Coordinates, str, str]
"""A package, the spelling of its version that is asked for, and the token of the page."""


class _Asking(msgspec.Struct, kw_only=True):
    """The questions about one ecosystem, under way."""

    service: Service
    deadline: float
    named: dict[str, set[Coordinates]] = msgspec.field(default_factory=dict)
    """The packages that each advisory was named for."""
    troubles: list[Trouble] = msgspec.field(default_factory=list)

    def load(self, ecosystem: str, asked: Sequence[Coordinates]) -> Loaded:
        import requests
        from requests.adapters import HTTPAdapter

        limits = self.service.limits
        with requests.Session() as session:
            session.max_redirects = 3
            for scheme in ("http://", "https://"):
                session.mount(scheme, HTTPAdapter(pool_maxsize=limits.parallel))
            for start in range(0, len(asked), limits.queries):
                self._query(session, asked[start : start + limits.queries])
            if len(self.named) > limits.records:
                self._trouble(GapReason.FAILED, f"it names more than {limits.records:,} advisories: none was read")
                self.named.clear()
            with ThreadPoolExecutor(max_workers=limits.parallel) as pool:
                fetched = list(pool.map(partial(self._record, session, ecosystem), sorted(self.named)))
        return self._loaded(fetched)

    def _trouble(self, reason: GapReason, said: str) -> None:
        self.troubles.append(Trouble(reason=reason, detail=f"the OSV service at {shown(self.service.url)}: {said}"))

    # ------------------------------------------------------------ queries

    def _query(self, session: Session, asked: Sequence[Coordinates]) -> None:
        """Ask about some packages, page by page; what stays without an answer is named."""
        waiting = [(each, spelling, "") for each in asked for spelling in spellings(each.ecosystem, each.version)]
        limits = self.service.limits
        for _ in range(limits.pages):
            now, later = waiting[: limits.queries], waiting[limits.queries :]
            try:
                results = self._batch(session, now)
            except _Failed as failed:
                self._unasked(waiting, failed)
                return
            waiting = [*self._turned(now, results), *later]
            if not waiting:
                return
        self._unasked(waiting, _Failed("its pages do not end"))

    def _turned(self, asked: Sequence[_Query], results: Sequence[_Result]) -> Iterator[_Query]:
        """Note what was found, and give the queries that have another page."""
        for (each, spelling, token), result in zip(asked, results, strict=True):
            for vulnerability in result.vulns:
                self.named.setdefault(vulnerability.id, set()).add(each)
            if result.next_page_token and result.next_page_token == token:
                self._unasked([(each, spelling, token)], _Failed("its pages do not end"))
            elif result.next_page_token:
                yield each, spelling, result.next_page_token

    def _batch(self, session: Session, queries: Sequence[_Query]) -> Sequence[_Result]:
        body = {
            "queries": [
                {
                    "package": {"ecosystem": each.ecosystem, "name": each.name},
                    "version": spelling,
                    **({"page_token": token} if token else {}),
                }
                for each, spelling, token in queries
            ]
        }
        results = _decode(self._answer(session, "POST", "/v1/querybatch", msgspec.json.encode(body)), _Batch).results
        if len(results) != len(queries):
            said = f"it gave {len(results):,} results to {len(queries):,} queries"
            raise _Failed(said, reason=GapReason.MALFORMED)
        if not all(IDENTITY.fullmatch(named.id) for result in results for named in result.vulns):
            raise _Failed("it names an advisory by what is no id", reason=GapReason.MALFORMED)
        return results

    def _unasked(self, queries: Iterable[_Query], failed: _Failed) -> None:
        names = list(dict.fromkeys(f"{each.name} {each.version}" for each, _, _ in queries))
        self._trouble(failed.reason, f"{failed}; not looked up: {_list(names)}")

    # ------------------------------------------------------------ records

    def _record(self, session: Session, ecosystem: str, identity: str) -> tuple[str, Document | _Failed | None]:
        """Fetch one record; None where it is none."""
        names = frozenset(each.name for each in self.service.asked if base(each.ecosystem) == base(ecosystem))
        try:
            content = self._answer(session, "GET", f"/v1/vulns/{quote(identity, safe='')}", None)
            found = document(content, base(ecosystem), names.__contains__)
        except _Failed as failed:
            return identity, failed
        except Malformed:
            return identity, None
        return identity, found if found.id == identity else None

    def _loaded(self, fetched: Iterable[tuple[str, Document | _Failed | None]]) -> Loaded:
        found: dict[str, Document] = {}
        malformed: list[str] = []
        for identity, each in fetched:
            if isinstance(each, Document):
                found[identity] = each
            else:
                names = _list(sorted(f"{one.name} {one.version}" for one in self.named[identity]))
                if each is None:
                    malformed.append(identity)
                reason = GapReason.MALFORMED if each is None else each.reason
                why = "it is no OSV record" if each is None else str(each)
                self._trouble(reason, f"it names {identity} for {names}, and its record could not be read: {why}")
        self._disagreements(found)
        live = {identity: each for identity, each in found.items() if not each.withdrawn}
        advisories = [each.advisory for _, each in sorted(live.items()) if each.advisory is not None]
        groups = closure((each.id, each.aliases) for _, each in sorted(live.items()))
        return Loaded(
            advisories=tuple(advisories),
            groups={each.id: groups[each.id] for each in advisories},
            records=len(found),
            as_of=self.service.today.isoformat(),
            troubles=tuple(self.troubles),
        )

    def _disagreements(self, found: Mapping[str, Document]) -> None:
        """Name the packages for which the service names an advisory, and the advisory itself does not.

        Neither is believed: an ordering may be wrong on either side, and so may the record.
        """
        by_package: dict[Coordinates, list[str]] = {}
        for identity, each in sorted(found.items()):
            for package in sorted(self.named[identity]):
                if each.withdrawn or not _may_affect(each.advisory, package):
                    by_package.setdefault(package, []).append(identity)
        for package, identities in sorted(by_package.items()):
            self._trouble(
                GapReason.UNRESOLVED,
                f"it names {_list(identities)} for {package.name} {package.version}, and by the record it is not "
                "affected; read it, then change the version or accept this by name",
            )

    # ------------------------------------------------------------ requests

    def _answer(self, session: Session, method: str, path: str, body: bytes | None) -> bytes:
        """Give the body of an answer; ask again after a while where the server is busy or the line breaks."""
        limits = self.service.limits
        pause = limits.pause_seconds
        for left in reversed(range(limits.attempts)):
            if time.monotonic() > self.deadline:
                raise _Failed(f"no answer within {limits.total_seconds:g} s", reason=GapReason.TIMEOUT)
            try:
                return self._once(session, method, path, body)
            except _Busy as busy:
                if not left:
                    raise _Failed(f"{busy}, {limits.attempts} times", reason=busy.reason) from busy
                rest = max(0.0, self.deadline - time.monotonic())
                time.sleep(min(max(pause, busy.wait), limits.longest_pause_seconds, rest))
                pause *= 2
        raise _Failed("no attempt was allowed")

    def _once(self, session: Session, method: str, path: str, body: bytes | None) -> bytes:
        import requests

        limits = self.service.limits
        address = f"{self.service.url.rstrip('/')}{path}"
        headers = {"Accept-Encoding": "identity", "Content-Type": "application/json"}
        timeouts = (limits.connect_seconds, limits.silence_seconds)
        try:
            answer = session.request(method, address, data=body, headers=headers, timeout=timeouts, stream=True)
        except requests.Timeout as error:
            raise _Busy("no answer in time", reason=GapReason.TIMEOUT) from error
        except requests.ConnectionError as error:
            raise _Busy("no connection") from error
        except (requests.RequestException, ValueError) as error:
            raise _Failed(type(error).__name__) from error
        with answer:
            chain = [urlsplit(each.url).scheme for each in (*answer.history, answer)]
            if chain[0] == "https" and any(scheme != "https" for scheme in chain):
                raise _Failed("it redirects to an address without TLS")
            if answer.status_code in _AGAIN:
                wait = answer.headers.get("Retry-After", "")
                seconds = float(wait) if wait.isascii() and wait.isdigit() and len(wait) < 16 else 0.0
                raise _Busy(f"it answered {answer.status_code}", wait=seconds)
            if answer.status_code != 200:
                raise _Failed(f"it answered {answer.status_code}")
            return self._received(answer)

    def _received(self, answer: Response) -> bytes:
        """Read the body as it arrives, within its limits and to its announced length."""
        from urllib3.exceptions import HTTPError, ReadTimeoutError

        limits = self.service.limits
        received = bytearray()
        while True:
            try:
                chunk: bytes = answer.raw.read1(_CHUNK, decode_content=False)
            except ReadTimeoutError as error:
                raise _Busy("no answer in time", reason=GapReason.TIMEOUT) from error
            except HTTPError as error:
                raise _Busy(f"the answer broke off ({type(error).__name__})") from error
            if not chunk:
                break
            received += chunk
            if len(received) > limits.response_bytes:
                raise _Failed(f"its answer is larger than {limits.response_bytes >> 20} MiB")
            if time.monotonic() > self.deadline:
                raise _Failed(f"no answer within {limits.total_seconds:g} s", reason=GapReason.TIMEOUT)
        announced = answer.headers.get("Content-Length", "")
        if announced.isascii() and announced.isdigit() and int(announced) != len(received):
            raise _Busy(f"{len(received):,} of {int(announced):,} bytes arrived")
        return bytes(received)


def _may_affect(advisory: Advisory | None, package: Coordinates) -> bool:
    """Say whether a record's own word is that the package is affected, or that it cannot be known."""
    return advisory is not None and any(
        evaluate(each, package.version).answer is not Answer.UNAFFECTED
        for each in advisory.affected
        if each.name == package.name and same_release(each.ecosystem, package.ecosystem)
    )


def _decode(content: bytes, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        said = f"its answer is not what it should be: {shorten(one_line(str(error)), 200)}"
        raise _Failed(said, reason=GapReason.MALFORMED) from error


def _list(names: Sequence[str]) -> str:
    given = list(_shown_names(names))
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(given)}{more}"


def _shown_names(names: Sequence[str]) -> Iterator[str]:
    return (shorten(one_line(each), 100) for each in names[:_NAMED])
