"""A vulnerable package and the version that fixes it in; what to do, and the command or the line that does it, out.

Pure text: nothing here is run. Names and versions come from the scanned tree and from advisories, so what is
put into a command is quoted, and a name that a program would read as an option gets no command.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping

import msgspec

from devsecgate.model import Package


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What a person does about one package."""

    what: str
    """A sentence without its full stop: `Upgrade jinja2 from 3.1.4 to 3.1.6`."""
    change: str
    """The command to run, or the line to write behind its place; empty where there is none."""

    def __str__(self) -> str:
        return f"{self.what} ({self.change})." if self.change else f"{self.what}."


_Change = Callable[[Package, str], str]

_IMAGE = "!/"
"""What stands between the name of an image and a path in it."""
_SYSTEMS: Mapping[str, str] = {
    "Alpine": "apk add --upgrade",
    "Wolfi": "apk add --upgrade",
    "Chainguard": "apk add --upgrade",
    "Debian": "apt-get install --only-upgrade",
    "Ubuntu": "apt-get install --only-upgrade",
    "Red Hat": "dnf upgrade",
    "Rocky Linux": "dnf upgrade",
    "AlmaLinux": "dnf upgrade",
    "Amazon Linux": "dnf upgrade",
    "openSUSE": "zypper update",
    "SUSE": "zypper update",
}
"""How each distribution upgrades one package."""


def advise(package: Package, version: str | None) -> Advice:
    """Say what to do; the version is the smallest that fixes what is meant, None where none is known to."""
    source = parent(package)
    comes = f", which {source} pulls in" if source else ""
    if version is None:
        what = f"No fixed version of {package.name} is known{comes}: replace it, or waive this with a reason and a date"
        return Advice(what=what, change="")
    system = package.ecosystem.partition(":")[0] in _SYSTEMS
    inside = f", {_where(package)}" if system or is_in_image(package) else ""
    what = f"Upgrade {package.name} from {package.version} to {version}{comes}{inside}"
    change = command(package, version)
    override = "" if system or package.direct is not False else _override(package, version)
    if override and override != change:
        what += f"; where that does not move it: {override}"
    return Advice(what=what, change=change)


def command(package: Package, version: str) -> str:
    """Give the command that upgrades a package, or the line to write behind its place; empty where neither is known."""
    if package.name.startswith("-"):
        return ""
    system = _SYSTEMS.get(package.ecosystem.partition(":")[0])
    if system is not None:
        return f"{system} {shlex.quote(package.name)}"
    file = package.location.path.rpartition("/")[2]
    change = None if is_in_image(package) else _FILES.get(file, _by_suffix(file))
    change = change or _ECOSYSTEMS.get(package.ecosystem.partition(":")[0])
    return "" if change is None else change(package, version)


def parent(package: Package) -> str:
    """Give `app > flask`: what pulls a package in, from what is asked for to its parent; empty where nothing says."""
    return " > ".join(package.via)


def is_in_image(package: Package) -> bool:
    """Say whether a package is installed in an image, where it is upgraded by making the image again."""
    return bool(package.origin) or _IMAGE in package.location.path


def _where(package: Package) -> str:
    from_base = package.origin.startswith("layer 1 of ")
    return "or rebuild on a newer base image" if from_base else "and build the image again"


def _override(package: Package, version: str) -> str:
    """Give the line that makes a manager take a version of what is not asked for; empty where it has none."""
    file = package.location.path.rpartition("/")[2]
    return _OVERRIDES[file](package, version) if file in _OVERRIDES else ""


def _quoted(text: str) -> str:
    return shlex.quote(text)


def _line(package: Package, version: str) -> str:
    return f"{package.location.path}:{package.location.line}: {package.name}=={version}"


def _npm(package: Package, version: str) -> str:
    if package.direct is False:
        return f"npm update {_quoted(package.name)}"
    return f"npm install {_at(package, version)}"


def _at(package: Package, version: str) -> str:
    return _quoted(f"{package.name}@{version}")


def _go(package: Package, version: str) -> str:
    plain = version.removeprefix("v")
    if package.name in ("stdlib", "toolchain"):
        return f"go get {_quoted(f'toolchain@go{plain}')}"
    return f"go get {_quoted(f'{package.name}@v{plain}')}"


def _named(words: str) -> _Change:
    """Make the command of a manager that takes the newest version that the manifest allows."""
    return lambda package, _: f"{words} {_quoted(package.name)}"


def _at_version(words: str) -> _Change:
    """Make the command for what is asked for; what is not has an override alone."""

    def change(package: Package, version: str) -> str:
        override = _override(package, version) if package.direct is False else ""
        return override or f"{words} {_at(package, version)}"

    return change


def _in_json(*keys: str) -> _Change:
    """Make the line of package.json that overrides a version."""

    def change(package: Package, version: str) -> str:
        opened = "".join(f'"{key}": {{' for key in keys)
        return f'package.json: {opened}"{package.name}": "{version}"{"}" * len(keys)}'

    return change


def _equal(words: str) -> _Change:
    return lambda package, version: f"{words} {_quoted(f'{package.name}=={version}')}"


def _maven(package: Package, version: str) -> str:
    return f"{package.location.path}:{package.location.line}: {package.name}:{version}"


def _nuget(package: Package, version: str) -> str:
    return f"dotnet add package {_quoted(package.name)} --version {_quoted(version)}"


def _cargo(package: Package, version: str) -> str:
    return f"cargo update -p {_quoted(f'{package.name}@{package.version}')} --precise {_quoted(version)}"


_FILES: Mapping[str, _Change] = {
    "uv.lock": _equal("uv lock --upgrade-package"),
    "poetry.lock": _named("poetry update"),
    "Pipfile.lock": _equal("pipenv upgrade"),
    "pdm.lock": _named("pdm update"),
    "pylock.toml": lambda package, version: "",  # several tools write it
    "pyproject.toml": _line,
    "Pipfile": _line,
    "setup.py": _line,
    "setup.cfg": _line,
    "package.json": _npm,
    "package-lock.json": _npm,
    "npm-shrinkwrap.json": _npm,
    "yarn.lock": _at_version("yarn up"),
    "pnpm-lock.yaml": _at_version("pnpm update"),
    "bun.lock": _at_version("bun update"),
    "bun.lockb": _at_version("bun update"),
    "go.mod": _go,
    "go.sum": _go,
    "Cargo.lock": _cargo,
    "Gemfile.lock": _named("bundle update"),
    "composer.lock": _named("composer update"),
    "pom.xml": _maven,
    "gradle.lockfile": _named("./gradlew dependencies --update-locks"),
    "packages.lock.json": _nuget,
    "pubspec.lock": _named("dart pub upgrade"),
    "mix.lock": _named("mix deps.update"),
    "Package.resolved": _named("swift package update"),
}
"""By the name of the file that names the package."""
_ECOSYSTEMS: Mapping[str, _Change] = {
    "PyPI": _equal("pip install"),
    "npm": _npm,
    "Go": _go,
    "crates.io": _cargo,
    "RubyGems": _named("bundle update"),
    "Packagist": _named("composer update"),
    "NuGet": _nuget,
    "Pub": _named("dart pub upgrade"),
    "Hex": _named("mix deps.update"),
    "SwiftURL": _named("swift package update"),
}
"""Where the file's name says nothing: a package that is installed, in an image or a list of parts."""
_OVERRIDES: Mapping[str, _Change] = {
    "uv.lock": lambda package, version: (
        f'pyproject.toml: [tool.uv] constraint-dependencies = ["{package.name}>={version}"]'
    ),
    "poetry.lock": lambda package, version: f"poetry add {_quoted(f'{package.name}@>={version}')}",
    "package-lock.json": _in_json("overrides"),
    "npm-shrinkwrap.json": _in_json("overrides"),
    "yarn.lock": _in_json("resolutions"),
    "pnpm-lock.yaml": _in_json("pnpm", "overrides"),
    "bun.lock": _in_json("overrides"),
    "bun.lockb": _in_json("overrides"),
}
"""What makes a manager take a version of a package that the project does not ask for itself."""


def _by_suffix(file: str) -> _Change | None:
    """Take a requirements file by its suffix, whatever else it is called."""
    return _line if file.endswith((".txt", ".in", ".pip", ".lock")) else None
