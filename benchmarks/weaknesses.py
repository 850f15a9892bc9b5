"""Write small Flask views with and without 14 weaknesses, scan them, and print how well the two are told apart.

`python benchmarks/weaknesses.py`: each view takes a value from the request (sources), leads it somewhere (ways, in
which it survives or does not) and does something with it (uses, dangerous ones or others). Every combination of a way
and a use is one file, with the sources in turn. Discrimination is the rate of true reports minus the rate of false
ones; a report counts where its CWE belongs to the weakness. `--show WEAKNESS` lists what was judged wrongly, `--keep
DIR` leaves the files there.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packs import look
from weakness_views import FIXED, SOURCES, USES, WAYS, Use, Way

from devsecgate.cwe import family

_EXTERNAL_ENTITIES = 611


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One file: what it is about, whether it is weak, and what it was made of."""

    name: str
    weakness: str
    weak: bool
    made_of: str
    code: str


def views() -> Iterator[View]:
    """Give every view, the same ones each time."""
    number = 0
    sources = itertools.cycle(SOURCES.items())
    straight = Way(name="", keeps=True, lines="text = value")
    for weakness, (_, uses) in USES.items():
        for use, way in itertools.product(uses, WAYS):
            source, lines = next(sources)
            number += 1
            yield _view(number, weakness, (source, lines), way, use)
        next(sources)  # so that the sources meet other ways at the next weakness
    for weakness, (_, uses) in FIXED.items():
        for use, (source, lines) in itertools.product(uses, SOURCES.items()):
            number += 1
            yield _view(number, weakness, (source, lines), straight, use)


def _view(number: int, weakness: str, source: tuple[str, str], way: Way, use: Use) -> View:
    body = textwrap.indent("\n".join((source[1], way.lines, use.lines)), "    ")
    code = (
        "import urllib.parse\n\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
        f'{way.above}\n\n@app.route("/view{number}", methods=["GET", "POST"])\ndef view():\n{body}\n'
    )
    return View(
        name=f"view_{number:04}.py",
        weakness=weakness,
        weak=use.weak and way.keeps,
        made_of=f"{source[0]} / {way.name or '-'} / {use.name}",
        code=code,
    )


def write(folder: Path) -> tuple[View, ...]:
    """Write the views, and give them."""
    written = tuple(views())
    for view in written:
        compile(view.code, view.name, "exec")
        (folder / view.name).write_text(view.code, encoding="utf-8")
    return written


def judged(written: tuple[View, ...], folder: Path) -> dict[str, bool]:
    """Say of each view whether its own weakness was reported in it."""
    numbers = {weakness: _kind(cwe) for weakness, (cwe, _) in (USES | FIXED).items()}
    found = look("python", folder, [view.name for view in written]).findings
    reported = {(each.location.path, _kind(cwe)) for each in found for cwe in each.cwes}
    return {view.name: (view.name, numbers[view.weakness]) in reported for view in written}


def _kind(cwe: int) -> str | None:
    """Give the family of a number; entities that multiply are another weakness than those that reach outside."""
    return "external-entities" if cwe == _EXTERNAL_ENTITIES else family([cwe])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", help="a weakness: list what was judged wrongly")
    parser.add_argument("--keep", type=Path, help="an empty folder for the views")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        written = write(folder)
        found = judged(written, folder)
    print("| weakness | views | weak | found | false | discrimination |\n|---|--:|--:|--:|--:|--:|")
    differences = []
    for weakness in USES | FIXED:
        mine = [view for view in written if view.weakness == weakness]
        weak = [view for view in mine if view.weak]
        true = sum(found[view.name] for view in weak)
        false = sum(found[view.name] for view in mine if not view.weak)
        differences.append(true / len(weak) - false / (len(mine) - len(weak)))
        print(f"| {weakness} | {len(mine)} | {len(weak)} | {true} | {false} | {differences[-1]:+.2f} |")
    print(f"| mean | {len(written)} | | | | {sum(differences) / len(differences):+.2f} |")
    wrong = [view for view in written if found[view.name] != view.weak and options.show in (view.weakness, "all")]
    for view in wrong:
        print("missed" if view.weak else "false ", view.name, view.weakness, "|", view.made_of)
    for part, index in (("source", 0), ("way", 1), ("use", 2)) if wrong else ():
        counted = Counter((view.weak, view.made_of.split(" / ")[index]) for view in wrong)
        print(
            part,
            *(f"{'missed' if weak else 'false'} {name}: {count};" for (weak, name), count in counted.most_common()),
        )


if __name__ == "__main__":
    main()
