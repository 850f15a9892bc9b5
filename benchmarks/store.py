"""Time the advisory store: compile all records, open it, look up and match 10,000 packages of mixed ecosystems.

Give the folder that is shaped like the OSV bucket. Packages are drawn from the store's own names, with versions that
their records speak of, and the rest are names that no record knows, as most of a real project's are.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from devsecgate.advisories import compile as compiling
from devsecgate.advisories.store import Store
from devsecgate.advisories.update import Request, bring_in
from devsecgate.detectors.manifests.reading import Pin

PACKAGES = 10_000
SHARES = (5, 20, 100)
"""Per cent of the packages that have advisories."""
DISTRIBUTIONS = {"AlmaLinux", "Alpine", "Debian"}
SEED = 20260801


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--store", type=Path, help="a store that is there already, instead of compiling one")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(options.store, options.measure)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        store = options.store or compiled(options.folder, Path(scratch, "store.sqlite"))
        print("\nSeconds by the clock, and in brackets of the processor; the best of the runs.\n")
        print("| packages with advisories | open ms | look up | look up and match | MB after opening | findings |")
        print("|--:|--:|--:|--:|--:|--:|")
        for share in SHARES:
            drawn = Path(scratch, "packages.json")
            drawn.write_text(json.dumps(draw(store, share)))
            runs = [run(options.folder, store, drawn) for _ in range(options.runs)]
            best = min(runs, key=lambda each: each["all"])
            print(
                f"| {share} % | {best['open'] * 1000:.1f} "
                f"| {best['look up']:.2f} ({best['look up CPU']:.2f}) | {best['all']:.2f} ({best['all CPU']:.2f}) "
                f"| {max(each['memory'] for each in runs):.0f} | {best['findings']:,.0f} |"
            )


def compiled(folder: Path, store: Path) -> Path:
    """Compile all records of a folder, and check them."""
    started = time.perf_counter()
    done = bring_in(Request(store=store, source=str(folder), ecosystems=(), now=datetime.now(UTC)))
    seconds = time.perf_counter() - started
    assert not any(each.failed for each in done), done
    with Store.open(store) as opened:
        records = sum(each.records for each in opened.ecosystems())
        started = time.perf_counter()
        assert list(compiling.verify(opened)) == []
    print(
        f"compile: {records:,} records of {len(done)} ecosystems, {seconds:.1f} s, {store.stat().st_size / 1e6:.0f} MB"
    )
    print(f"verify: {time.perf_counter() - started:.1f} s")
    return store


def draw(store: Path, share: int) -> list[tuple[str, str, str]]:
    """Draw packages: ecosystem with its release, name, and a version that one of its records speaks of."""
    chance = random.Random(SEED)
    with Store.open(store) as opened:
        every = [(held.name, name) for held in opened.ecosystems() for name in opened.shapes(held.name)[1]]
        chosen = chance.sample(every, min(len(every), PACKAGES * share // 100))
        packages = []
        for ecosystem in sorted({each for each, _ in chosen}):
            names = {name for each, name in chosen if each == ecosystem}
            known: dict[str, list[tuple[str, str]]] = {}
            for name, package in opened.book(ecosystem, names).packages.items():
                for entry in map(package.entry, range(len(package.table.rows))):
                    found = {event.version for each in entry.ranges for event in each.events} - {"0", "*"}
                    known.setdefault(name, []).extend(
                        (entry.ecosystem, version) for version in sorted(found | entry.versions)
                    )
            packages += [
                (release, name, version)
                for name in sorted(names)
                for release, version in [chance.choice(known.get(name) or [(ecosystem, "1.0.0")])]
            ]
    releases = sorted({ecosystem for ecosystem, _, _ in packages})
    packages += [(chance.choice(releases), f"no-such-package-{n}", "1.2.3") for n in range(PACKAGES - len(packages))]
    return packages


def run(folder: Path, store: Path, packages: Path) -> dict[str, float]:
    """Measure in a process of its own, so that nothing is warm and nothing else takes memory."""
    argv = [sys.executable, __file__, str(folder), "--store", str(store), "--measure", str(packages)]
    return dict(json.loads(subprocess.run(argv, stdout=subprocess.PIPE, check=True).stdout))


def measured(store: Path, packages: Path) -> dict[str, float]:
    """Open, look up, and match as the detector does."""
    from devsecgate.detectors.matching import match
    from devsecgate.detectors.records import Planted, Stored

    today = date(2026, 8, 1)
    pins = [pin(*each) for each in json.loads(packages.read_bytes())]
    started = time.perf_counter()
    with Store.open(store) as opened:
        held = [each.name for each in opened.ecosystems()]
        opening = time.perf_counter() - started
        before = peak()
        started = timed()
        for name in held:
            opened.book(name, names(pins, name))
        looking = since(started)
    gc.disable()  # as the detectors do
    records = Stored(path=store, today=today, max_age_days=100_000)
    started = timed()
    matched = match(pins, records=records, planted=Planted(path=None, advisories=None, today=today))
    matching = since(started)
    assert not [each for each in matched.gaps if each.reason in {"missing", "malformed"}]
    return {
        "open": opening,
        "look up": looking[0],
        "look up CPU": looking[1],
        "all": matching[0],
        "all CPU": matching[1],
        "memory": (peak() - before) / 1e6,
        "findings": len(matched.findings),
    }


def timed() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def since(started: tuple[float, float]) -> tuple[float, float]:
    """Give the seconds that have passed, by the clock and of the processor."""
    return time.perf_counter() - started[0], time.process_time() - started[1]


def pin(ecosystem: str, name: str, version: str) -> Pin:
    """Make a package; those of distributions come with a purl, as from an image."""
    purl = f"pkg:generic/{name}@{version}" if ecosystem.partition(":")[0] in DISTRIBUTIONS else ""
    return Pin(name=name, version=version, ecosystem=ecosystem, path="lock", line=1, purl=purl)


def names(pins: Sequence[Pin], ecosystem: str) -> set[str]:
    return {pin.name for pin in pins if pin.ecosystem.partition(":")[0] == ecosystem}


def peak() -> int:
    """Give the most memory that this process has had at any time, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss begins with what the parent had
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
