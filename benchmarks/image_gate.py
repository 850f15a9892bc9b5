"""Time the gate of an image beside what Syft alone takes for it, and print the table that the README quotes.

`python benchmarks/image_gate.py IMAGE...`: archives; a gzipped one is unpacked for Syft, which does not read it.
`--root DIR` packs the file system below DIR (made by debootstrap, for one) into an archive first. The records are
brought into a store before anything is timed, as `devsecgate advisories update` does; nobody's policy is about.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY / "benchmarks"), str(REPOSITORY / "tests" / "support")]

from bench import BIN, measure  # noqa: E402 - beside this file
from images import Image, docker_archive, folder_tar  # noqa: E402 - of the tests


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("images", nargs="*", type=Path)
    parser.add_argument("--root", action="append", default=[], type=Path)
    parser.add_argument("--advisories", required=True, type=Path, help="a folder of records")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    print("| image | MB | syft s | gate s | times syft |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "store.sqlite")
        brought = (str(BIN / "devsecgate"), "advisories", "import", str(options.advisories), "--store", str(store))
        subprocess.run(brought, stdout=subprocess.DEVNULL, check=True)
        packed = [
            docker_archive(Path(folder, f"{root.name}.tar"), Image(layers=[folder_tar(root)])) for root in options.root
        ]
        for image in [*options.images, *packed]:
            _row(image.resolve(), Path(folder), store, options.runs)


def _row(image: Path, folder: Path, store: Path, runs: int) -> None:
    plain = image
    if image.suffix == ".gz":
        plain = folder / image.stem
        with gzip.open(image) as source, plain.open("wb") as target:
            shutil.copyfileobj(source, target)
    syft = (str(BIN / "syft"), "scan", f"docker-archive:{plain}", "-o", "syft-json", "-q")
    gate = (str(BIN / "devsecgate"), "gate", "--image", str(image), "--advisories", str(store), "--offline", "--quiet")
    elsewhere = folder / "empty"
    elsewhere.mkdir(exist_ok=True)
    assert subprocess.run(gate, cwd=elsewhere, capture_output=True, check=False).returncode in {0, 1, 3}, (
        f"{image.name} was not judged"
    )
    alone, ours = measure("syft", syft, runs=runs, cwd=elsewhere), measure("gate", gate, runs=runs, cwd=elsewhere)
    size = plain.stat().st_size / 1e6
    print(
        f"| {image.name} | {size:.0f} | {alone.wall:.2f} | {ours.wall:.2f} | {ours.wall / alone.wall:.2f} |", flush=True
    )


if __name__ == "__main__":
    main()
