"""What package managers themselves say of two versions: -1, 0 or 1, or None where they refuse."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

Pair = tuple[str, str]
Answers = list[int | None]
Tool = Callable[[Sequence[Pair]], Answers]
_SIGNS = {"<": -1, "=": 0, "==": 0, ">": 1}
_AT_ONCE = 500
"""Pairs in one list of arguments, which has an end."""
_CLEAN = {"PATH": os.defpath, "LC_ALL": "C"}


def needed(*names: str) -> str:
    """Find the first of some programs, or skip: these are many, and no machine of ours must have them all."""
    for name in names:
        if (found := shutil.which(name)) is not None:
            return found
    return pytest.skip(f"{names[0]} is not installed: its order is not compared with ours")


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, input=given, capture_output=True, text=True, env=_CLEAN, check=False, timeout=120)


def _each(one: Callable[[Pair], int | None]) -> Tool:
    def compare(pairs: Sequence[Pair]) -> Answers:
        with ThreadPoolExecutor(max_workers=2) as pool:
            return list(pool.map(one, pairs))

    return compare


def dpkg() -> Tool:
    program = needed("dpkg")

    def one(pair: Pair) -> int | None:
        for operator, answer in (("lt", -1), ("eq", 0), ("gt", 1)):
            done = run(program, "--compare-versions", pair[0], operator, pair[1])
            if done.stderr:  # bad syntax is a warning, and an answer all the same
                return None
            if done.returncode == 0:
                return answer
        return None

    return _each(one)


def apk(image: Path, root: Path) -> Tool:
    """Take apk out of an image of Alpine (a docker-archive) and run it with the image's own loader."""
    if not image.is_file():
        pytest.skip(f"no image of Alpine at {image}: apk's order is not compared with ours")
    unpack(image, root)
    command = (str(root / "lib/ld-musl-x86_64.so.1"), "--library-path", f"{root}/lib", str(root / "sbin/apk"))
    if os.uname().machine != "x86_64":
        pytest.skip("the image's apk is for x86_64: its order is not compared with ours")

    def compare(pairs: Sequence[Pair]) -> Answers:
        refused = set(run(*command, "version", "--check", *{text for pair in pairs for text in pair}).stdout.split())

        def one(pair: Pair) -> int | None:
            if refused & {*pair}:  # it compares them all the same
                return None
            return _SIGNS[run(*command, "version", "--test", *pair).stdout.strip()]

        return _each(one)(pairs)

    return compare


def unpack(image: Path, root: Path) -> None:
    """Unpack what apk needs of an image with one layer."""
    with tarfile.open(image) as outer:
        layer = next(each for each in outer.getmembers() if each.name.endswith("/layer.tar"))
        with tarfile.open(fileobj=outer.extractfile(layer)) as inner:
            wanted = [each for each in inner.getmembers() if each.name.startswith(("lib/", "sbin/apk"))]
            inner.extractall(root, members=wanted, filter="data")


def rpm() -> Tool:
    program = needed("rpm")

    def compare(pairs: Sequence[Pair]) -> Answers:
        answers: Answers = []
        for start in range(0, len(pairs), _AT_ONCE):
            calls = (
                f'print(rpm.vercmp("{one}", "{other}") .. "\\n");' for one, other in pairs[start : start + _AT_ONCE]
            )
            said = run(program, "--eval", "%{lua:" + "".join(calls) + "}").stdout
            answers += [int(each) for each in said.split()]
        return answers

    return compare


def maven() -> Tool:
    program = needed("java")
    places = (Path("/usr/share/java"), Path("/usr/share/maven/lib"), Path.home() / ".m2/repository/org/apache/maven")
    jars = [jar for place in places for jar in sorted(place.rglob("maven-artifact-3*.jar"))]
    if not jars:
        pytest.skip("Maven is not installed: its order is not compared with ours")

    def compare(pairs: Sequence[Pair]) -> Answers:
        answers: Answers = []
        for start in range(0, len(pairs), _AT_ONCE):
            texts = [text for pair in pairs[start : start + _AT_ONCE] for text in pair]
            done = run(program, "-cp", str(jars[0]), "org.apache.maven.artifact.versioning.ComparableVersion", *texts)
            said = [line.split() for line in done.stdout.splitlines() if line.startswith("   ")]
            answers += [_SIGNS[each[1]] for each in said[::2]]  # it compares each with the next one
        return answers

    return compare


def _asked(pairs: Sequence[Pair], *command: str) -> Answers:
    answers: Answers = json.loads(run(*command, given=json.dumps(pairs)).stdout)
    return answers


def ruby() -> Tool:
    program = needed("ruby")
    script = (
        'require "json"; def v(t) Gem::Version.new(t) rescue nil end;'
        "puts JSON.generate(JSON.parse(STDIN.read).map { |a, b| v(a) && v(b) && (v(a) <=> v(b)) })"
    )
    return lambda pairs: _asked(pairs, program, "-e", script)


def npm() -> Tool:
    program = needed("node")
    places = [Path(needed("npm")).resolve().parent.parent, Path("/usr/lib/node_modules/npm"), Path("/usr/share/nodejs")]
    found = [each for place in places for each in (place / "node_modules/semver", place / "semver") if each.is_dir()]
    if not found:
        pytest.skip("npm's semver is not installed: its order is not compared with ours")
    script = (
        f"const semver = require({json.dumps(str(found[0]))});"
        "const compare = ([a, b]) => semver.valid(a) && semver.valid(b) ? semver.compare(a, b) : null;"
        "console.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0)).map(compare)))"
    )
    return lambda pairs: _asked(pairs, program, "-e", script)


def composer() -> Tool:
    program = needed("php")
    library = Path("/usr/share/php/Composer/Semver/autoload.php")
    if not library.is_file():
        pytest.skip("Composer is not installed: its order is not compared with ours")
    script = (
        f"require {json.dumps(str(library))}; $p = new Composer\\Semver\\VersionParser();"
        "$n = function ($t) use ($p) { try { return $p->normalize($t); } catch (Exception $e) { return null; } };"
        "echo json_encode(array_map(function ($x) use ($n) { [$a, $b] = array_map($n, $x);"
        " return $a && $b ? version_compare($a, $b) : null; }, json_decode(stream_get_contents(STDIN))));"
    )
    return lambda pairs: _asked(pairs, program, "-r", script)
