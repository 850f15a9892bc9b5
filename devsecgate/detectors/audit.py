"""Manifest paths as JSON on stdin; the packages they name, and what pip-audit says of them, as JSON on stdout.

Run as `python -m devsecgate.detectors.audit --canary FILE --scratch DIR [--alone] [--osv-url URL]
[--first-party NAME]...`
with the scanned root as working directory. pip-audit gets exact pins alone, so that it neither resolves
nor installs nor builds anything. A pip-audit that fails makes this program fail (exit 3), and say so.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
from msgspec.structs import replace

from devsecgate.advisories.versions import UnknownVersion, python, spellings
from devsecgate.detectors import child, online
from devsecgate.detectors.dependencies import inventory
from devsecgate.detectors.manifests.inventory import Inventory
from devsecgate.detectors.manifests.reading import Pin
from devsecgate.detectors.matching import entry
from devsecgate.detectors.options import names
from devsecgate.detectors.package_answer import AuditAnswer, GapEntry
from devsecgate.model import GapReason

_FAILED = 3
LARGEST_OUTPUT = 64 << 20
"""Bytes on stdout of one pip-audit; one more and it is stopped."""
_ADDRESS = re.compile(r"(https?://)(?:[^/\s@]*@)?([^/\s?#]*)\S*")


def main() -> int:
    """Read the request, run pip-audit as often as needed, and print the answer."""
    options = _options().parse_args()
    program = Path(sys.executable).parent / "pip-audit"
    if not program.is_file():
        print("pip-audit is not installed beside Python: pip install pip-audit", file=sys.stderr)
        return _FAILED
    stock = inventory(
        Path.cwd(),
        sys.stdin.buffer.read(),
        canary=options.canary,
        first_party=options.first_party,
        target=options.marker,
    )
    exempt = names(options.first_party)
    here = [pin for pin in stock.pins if pin.ecosystem == "PyPI" and pin.name not in exempt]
    elsewhere = [pin for pin in stock.elsewhere if pin.ecosystem == "PyPI" and pin.name not in exempt]
    pins = [*here, *elsewhere]
    audits = []
    for number, lines in enumerate(_rounds(pin for pin in pins if _is_version(pin))):
        listed = options.scratch / f"pins-{number}.txt"
        listed.write_text("".join(f"{line}\n" for line in lines))
        document = _audit(program, listed, options.osv_url)
        if document is None:
            return _FAILED
        audits.append(msgspec.Raw(document))
    answer = AuditAnswer(
        version=_version(),
        asked_on=datetime.now(UTC).date().isoformat(),
        packages=[entry(pin) for pin in here],
        elsewhere=[entry(pin) for pin in elsewhere],
        gaps=[*_unseen(stock, alone=options.alone), *(_unasked(pin) for pin in pins if not _is_version(pin))],
        covered=sorted(stock.covered),
        audits=audits,
        published=_published(audits, [pin for pin in here if pin.path != options.canary], options.osv_url),
    )
    sys.stdout.buffer.write(msgspec.json.encode(answer))
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="devsecgate.detectors.audit", allow_abbrev=False)
    parser.add_argument("--canary", required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--osv-url")
    parser.add_argument("--marker", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--first-party", action="append", default=[])
    return parser


def _version() -> str:
    try:
        return version("pip-audit")
    except PackageNotFoundError:
        return ""


def _is_version(pin: Pin) -> bool:
    try:
        python(pin.version)
    except UnknownVersion:
        return False
    return True


def _rounds(pins: Iterable[Pin]) -> Iterator[list[str]]:
    """Divide pins into lists in which no package has two versions: pip-audit refuses those.

    A local version is asked for together with the release that it was built from, which advisories speak of.
    """
    versions: dict[str, set[str]] = {}
    for pin in pins:
        versions.setdefault(pin.name, set()).update(str(python(each)) for each in spellings("PyPI", pin.version))
    queues = {name: sorted(each) for name, each in sorted(versions.items())}
    for number in range(max((len(each) for each in queues.values()), default=0)):
        yield [f"{name}=={each[number]}" for name, each in queues.items() if number < len(each)]


def _audit(program: Path, listed: Path, osv_url: str | None) -> bytes | None:
    """Run pip-audit once; None where it did not do its work. Exit 1 is its word for findings and for errors alike."""
    arguments = ("--no-deps", "--disable-pip", "--format=json", "--vulnerability-service=osv", "--aliases=on")
    address = [f"--osv-url={osv_url}"] if osv_url else []
    argv = [str(program), f"--requirement={listed}", *arguments, "--progress-spinner=off", *address]
    try:
        done = child.run(argv, limit=LARGEST_OUTPUT)
    except child.TooMuch as error:
        print(f"pip-audit {error}", file=sys.stderr)
        return None
    if done.exit in (0, 1) and done.printed.strip():
        return done.printed
    # no more of an address than its host: the rest may hold credentials
    told = _ADDRESS.sub(r"\1\2", done.complaint)
    print(f"pip-audit failed (exit {done.exit}): {told}", file=sys.stderr)
    return None


class _Audited(msgspec.Struct):
    name: str
    vulns: list[msgspec.Raw] | None = None


class _Document(msgspec.Struct):
    dependencies: list[_Audited]


def _published(audits: Iterable[msgspec.Raw], pins: Sequence[Pin], osv_url: str | None) -> dict[str, str]:
    """Ask the service when the advisories that were found were disclosed, which pip-audit does not tell.

    Where it does not answer, that stays unknown: an issue without a day gets no time.
    """
    from devsecgate.advisories.service import ServiceLimits, root_of

    try:
        documents = [msgspec.json.decode(each, type=_Document) for each in audits]
    except msgspec.DecodeError:
        return {}  # the scanner, which reads all of it, says so
    vulnerable = {each.name for document in documents for each in document.dependencies if each.vulns}
    asked = [pin for pin in pins if pin.name in vulnerable]
    if not asked:
        return {}
    limits = ServiceLimits(attempts=1, total_seconds=60)
    service = replace(online.service(root_of(osv_url), asked, today=datetime.now(UTC).date()), limits=limits)
    loaded = service.load("PyPI", vulnerable)
    return {} if loaded is None else {each.id: each.published for each in loaded.advisories if each.published}


def _unseen(stock: Inventory, *, alone: bool) -> Iterator[GapEntry]:
    """Give the gaps of manifests that were not read at all; with `alone`, the inventory's others too.

    Where the inventory's own scanner works, it tells the others.
    """
    for each in stock.gaps:
        if alone or (each.path is not None and each.path not in stock.covered):
            yield GapEntry(reason=each.reason.value, detail=each.detail, path=each.path, package=each.package)
    for ecosystem in sorted({pin.ecosystem for pin in (*stock.pins, *stock.elsewhere)} - {"PyPI"}) if alone else ():
        detail = f"{ecosystem} packages cannot be asked for by pip-audit, and dependencies is disabled"
        yield GapEntry(reason=GapReason.MISSING.value, detail=detail, path=None, package=None)


def _unasked(pin: Pin) -> GapEntry:
    detail = f"line {pin.line}: {pin.name} {pin.version} is not a version by PEP 440 and could not be audited"
    return GapEntry(reason=GapReason.UNRESOLVED.value, detail=detail, path=pin.path, package=pin.name)


if __name__ == "__main__":
    sys.exit(main())
