"""The names of folders and plug-ins go in; scanners and reports come out. There is no registry.

Every module of `devsecgate.scanners` and of `devsecgate.reports` counts, but those whose name begins with an
underscore. A report's module is named like its kind (`markdown`), or with `_report` behind it where the bare
name would be confused with another module's (`json_report`), and is imported when it is asked for. Code of
third parties is found by the entry-point group `devsecgate.scanners` and is loaded only when the policy names it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType

from devsecgate import reports as reports_package
from devsecgate import scanners as scanners_package
from devsecgate.errors import DevsecgateError, UsageError
from devsecgate.report import Report
from devsecgate.scanner import Scanner

GROUP = "devsecgate.scanners"
"""The entry-point group of third parties' scanners."""


def scanners(plugins: Sequence[str]) -> Mapping[str, Scanner]:
    """Give the built-in scanners and the plug-ins named, by name, sorted.

    Raises UsageError for a plug-in that is not installed, cannot be loaded, is no Scanner or has the name
    of another; DevsecgateError for a built-in module that does not end in `SCANNER = Scanner(...)`.
    """
    found: dict[str, Scanner] = {}
    for module in _modules(scanners_package):
        scanner = getattr(import_module(module), "SCANNER", None)
        if not isinstance(scanner, Scanner):
            raise _bug(module, "SCANNER = Scanner(...)")
        if scanner.name in found:
            raise _bug(module, f"a name of its own: {scanner.name} is taken")
        found[scanner.name] = scanner
    for plugin in dict.fromkeys(plugins):
        scanner = _plugin(plugin)
        if scanner.name in found:
            raise UsageError(
                f"the plug-in {plugin} is a second scanner called {scanner.name}",
                where="plugins",
                remedy="Take one of the two out of the policy; a plug-in cannot replace a built-in scanner.",
            )
        found[scanner.name] = scanner
    return dict(sorted(found.items()))


def kinds() -> tuple[str, ...]:
    """Name every kind of report, sorted, without importing any."""
    return tuple(sorted(_report_modules()))


def report(kind: str) -> Report:
    """Import one report. Raises UsageError for a kind that there is not."""
    module = _report_modules().get(kind)
    if module is None:
        raise UsageError(f"no report is called {kind}", where="--report", remedy=f"Kinds: {', '.join(kinds())}.")
    found = getattr(import_module(module), "REPORT", None)
    if not isinstance(found, Report) or found.kind != kind:
        raise _bug(module, f"REPORT = Report(kind={kind!r}, ...)")
    return found


def reports() -> Mapping[str, Report]:
    """Import every report, by kind, sorted: for lists, not for a run that renders one."""
    return {kind: report(kind) for kind in kinds()}


def _report_modules() -> dict[str, str]:
    names = {module: module.rpartition(".")[2] for module in _modules(reports_package)}
    return {name.removesuffix("_report").replace("_", "-"): module for module, name in names.items()}


def _modules(package: ModuleType) -> list[str]:
    """Full names of a package's modules, sorted; those that begin with an underscore are helpers."""
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__) if not found.name.startswith("_"))
    return [f"{package.__name__}.{name}" for name in names]


def _plugin(name: str) -> Scanner:
    from importlib.metadata import entry_points

    points = sorted(entry_points(group=GROUP, name=name), key=lambda point: point.value)
    if len({point.value for point in points}) != 1:
        problem = "is installed more than once, as different code" if points else "is not installed"
        installed = sorted({point.name for point in entry_points(group=GROUP)})
        remedy = f"Installed in the group {GROUP}: {', '.join(installed) or 'none'}."
        raise UsageError(f"the plug-in {name} {problem}", where="plugins", remedy=remedy)
    try:
        scanner = points[0].load()
    except Exception as error:
        raise UsageError(
            f"the plug-in {name} cannot be loaded: {type(error).__name__}: {error}",
            where="plugins",
            remedy=f"Repair or reinstall what gives {points[0].value}, or take it out of the policy.",
        ) from error
    if not isinstance(scanner, Scanner):
        raise UsageError(
            f"the plug-in {name} is no scanner: {points[0].value} is of type {type(scanner).__name__}",
            where="plugins",
            remedy="Its entry point must name a value that is a devsecgate.scanner.Scanner.",
        )
    return scanner


def _bug(module: str, expected: str) -> DevsecgateError:
    return DevsecgateError(
        f"a module of a plug-in folder has no {expected}",
        where=module,
        remedy="Add it, or begin the module's name with an underscore.",
    )
