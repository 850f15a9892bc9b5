"""What a person is told to do about a package, by the file that names it and by its ecosystem."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from devsecgate.model import Location, Package
from devsecgate.remedy import Advice, advise, command, is_in_image


def package(path: str, ecosystem: str = "PyPI", **changes: object) -> Package:
    base = Package(
        purl="", name="jinja2", version="3.1.4", ecosystem=ecosystem, location=Location(path=path, line=3), direct=True
    )
    return structs.replace(base, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "ecosystem", "expected"),
    [
        ("requirements.txt", "PyPI", "requirements.txt:3: jinja2==3.1.6"),
        ("requirements/dev.in", "PyPI", "requirements/dev.in:3: jinja2==3.1.6"),
        ("pyproject.toml", "PyPI", "pyproject.toml:3: jinja2==3.1.6"),
        ("setup.cfg", "PyPI", "setup.cfg:3: jinja2==3.1.6"),
        ("a/uv.lock", "PyPI", "uv lock --upgrade-package jinja2==3.1.6"),
        ("poetry.lock", "PyPI", "poetry update jinja2"),
        ("Pipfile.lock", "PyPI", "pipenv upgrade jinja2==3.1.6"),
        ("pylock.toml", "PyPI", ""),
        ("package-lock.json", "npm", "npm install jinja2@3.1.6"),
        ("package.json", "npm", "npm install jinja2@3.1.6"),
        ("yarn.lock", "npm", "yarn up jinja2@3.1.6"),
        ("pnpm-lock.yaml", "npm", "pnpm update jinja2@3.1.6"),
        ("bun.lock", "npm", "bun update jinja2@3.1.6"),
        ("go.mod", "Go", "go get jinja2@v3.1.6"),
        ("Cargo.lock", "crates.io", "cargo update -p jinja2@3.1.4 --precise 3.1.6"),
        ("Gemfile.lock", "RubyGems", "bundle update jinja2"),
        ("composer.lock", "Packagist", "composer update jinja2"),
        ("pom.xml", "Maven", "pom.xml:3: jinja2:3.1.6"),
        ("packages.lock.json", "NuGet", "dotnet add package jinja2 --version 3.1.6"),
        ("mix.lock", "Hex", "mix deps.update jinja2"),
        ("pubspec.lock", "Pub", "dart pub upgrade jinja2"),
        ("Package.resolved", "SwiftURL", "swift package update jinja2"),
        ("app.tar!/lib/apk/db/installed", "Alpine:v3.19", "apk add --upgrade jinja2"),
        ("app.tar!/var/lib/dpkg/status", "Debian:12", "apt-get install --only-upgrade jinja2"),
        ("app.tar!/var/lib/dpkg/status", "Ubuntu:22.04:LTS", "apt-get install --only-upgrade jinja2"),
        ("app.tar!/var/lib/rpm", "Red Hat:enterprise_linux:9::baseos", "dnf upgrade jinja2"),
        ("app.tar!/var/lib/rpm", "openSUSE:Leap 15.6", "zypper update jinja2"),
        ("app.tar!/app/requirements.txt", "PyPI", "pip install jinja2==3.1.6"),
        ("bom.json", "npm", "npm install jinja2@3.1.6"),
        ("bom.json", "Unheard of", ""),
    ],
)
def test_each_manager_has_its_command_or_line(path: str, ecosystem: str, expected: str) -> None:
    assert command(package(path, ecosystem), "3.1.6") == expected


def test_the_toolchain_of_go_is_one_package_of_its_own() -> None:
    assert command(package("go.mod", "Go", name="stdlib"), "1.22.5") == "go get toolchain@go1.22.5"


def test_a_direct_package_is_upgraded() -> None:
    assert advise(package("uv.lock"), "3.1.6") == Advice(
        what="Upgrade jinja2 from 3.1.4 to 3.1.6", change="uv lock --upgrade-package jinja2==3.1.6"
    )


def test_what_pulls_a_package_in_is_named_with_the_override() -> None:
    pulled = package("package-lock.json", "npm", name="minimist", direct=False, via=("mkdirp", "mkdirp-infer"))
    assert advise(pulled, "1.2.6") == Advice(
        what="Upgrade minimist from 3.1.4 to 1.2.6, which mkdirp > mkdirp-infer pulls in; "
        'where that does not move it: package.json: "overrides": {"minimist": "1.2.6"}',
        change="npm update minimist",
    )


@pytest.mark.parametrize(
    ("path", "ecosystem", "override"),
    [
        ("uv.lock", "PyPI", 'pyproject.toml: [tool.uv] constraint-dependencies = ["jinja2>=3.1.6"]'),
        ("poetry.lock", "PyPI", "poetry add 'jinja2@>=3.1.6'"),
        ("yarn.lock", "npm", 'package.json: "resolutions": {"jinja2": "3.1.6"}'),
        ("pnpm-lock.yaml", "npm", 'package.json: "pnpm": {"overrides": {"jinja2": "3.1.6"}}'),
    ],
)
def test_each_manager_that_has_an_override_is_told_of_it(path: str, ecosystem: str, override: str) -> None:
    assert override in str(advise(package(path, ecosystem, direct=False), "3.1.6"))
    assert override not in str(advise(package(path, ecosystem), "3.1.6"))


def test_a_package_of_the_base_layer_is_ended_by_a_newer_base() -> None:
    base = package("app.tar!/lib/apk/db/installed", "Alpine:v3.19", origin="layer 1 of 5: ADD alpine.tar /")
    assert str(advise(base, "3.1.6")) == (
        "Upgrade jinja2 from 3.1.4 to 3.1.6, or rebuild on a newer base image (apk add --upgrade jinja2)."
    )
    own = structs.replace(base, origin="layer 3 of 5: RUN apk add jinja2")
    assert advise(own, "3.1.6").what == "Upgrade jinja2 from 3.1.4 to 3.1.6, and build the image again"


def test_without_a_fix_there_is_something_to_do_all_the_same() -> None:
    assert str(advise(package("uv.lock", via=("flask",)), None)) == (
        "No fixed version of jinja2 is known, which flask pulls in: replace it, or waive this with a reason and a date."
    )


def test_an_image_is_told_by_its_path_or_its_layer() -> None:
    assert is_in_image(package("app.tar!/x"))
    assert is_in_image(package("x", origin="layer 2 of 2"))
    assert not is_in_image(package("uv.lock"))


FILES = st.sampled_from(["uv.lock", "poetry.lock", "package-lock.json", "go.mod", "Cargo.lock", "composer.lock", "x"])


@given(FILES, st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_no_name_and_no_version_leaves_its_word_of_a_command(path: str, name: str, version: str) -> None:
    for ecosystem in ("PyPI", "npm", "Go", "crates.io", "Packagist", "Debian:12"):
        text = command(package(path, ecosystem, name=name, direct=False), version)
        if name.startswith("-"):
            assert not text
        else:
            words = shlex.split(text)
            assert any(name in word for word in words)
            assert not [word for word in words if word in (";", "&&", "|", "$(x)") and word not in (name, version)]
