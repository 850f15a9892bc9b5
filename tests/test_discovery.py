"""Modules are scanners and reports by being there; third parties' code runs only when it is named."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import devsecgate.reports
import devsecgate.scanners
from devsecgate import discovery
from devsecgate.errors import DevsecgateError, ExitCode, UsageError

SCANNER = """
from devsecgate.model import Kind
from devsecgate.scanner import Canary, Command, Engine, Parsed, Scanner
SCANNER = Scanner(
    name={name!r}, kind=Kind.CODE, about="a", engines=(Engine(name="a", program="a"),), select=lambda path: True,
    command=lambda job: Command(argv=("a",), exits=frozenset({{0}})),
    parse=lambda output, job: Parsed(findings=(), gaps=(), covered=frozenset()),
    canary=Canary(name="a", content=b"a", rule="a"),
)
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Write a module into an importable folder, or beside the built-in ones, and forget it afterwards."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(tmp_path)
    for package in (devsecgate.scanners, devsecgate.reports):
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / package.__name__)])

    def module(name: str, text: str) -> None:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    yield module
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def plugin(write: Callable[[str, str], None]) -> Callable[[str, str], None]:
    """Install a distribution that has one entry point."""

    def install(name: str, value: str) -> None:
        write(f"{name}-1.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        write(f"{name}-1.dist-info/entry_points.txt", f"[devsecgate.scanners]\n{name} = {value}\n")

    return install


def test_every_built_in_scanner_is_found_under_its_own_name_sorted() -> None:
    found = discovery.scanners(())
    assert list(found) == sorted(found)
    assert {name: scanner.name for name, scanner in found.items()} == {name: name for name in found}
    assert "bandit" in found


def test_a_new_module_is_a_scanner_without_any_list_of_them(write: Callable[[str, str], None]) -> None:
    write("devsecgate.scanners/mine.py", SCANNER.format(name="mine"))
    assert discovery.scanners(())["mine"].about == "a"


def test_a_module_that_begins_with_an_underscore_is_a_helper(write: Callable[[str, str], None]) -> None:
    write("devsecgate.scanners/_helper.py", "raise AssertionError('imported')\n")
    assert discovery.scanners(())


@pytest.mark.parametrize("text", ["", "SCANNER = 1\n", SCANNER.format(name="bandit")])
def test_a_built_in_module_without_a_scanner_of_its_own_is_our_bug(
    text: str, write: Callable[[str, str], None]
) -> None:
    write("devsecgate.scanners/mine.py", text)
    with pytest.raises(DevsecgateError) as caught:
        discovery.scanners(())
    assert caught.value.exit_code is ExitCode.INTERNAL
    assert caught.value.where == "devsecgate.scanners.mine"


def test_reports_are_found_by_file_name_and_say_the_same_kind() -> None:
    assert list(discovery.reports()) == list(discovery.kinds())
    assert {"console", "json", "sarif", "github", "markdown"} <= set(discovery.kinds())


def test_asking_for_one_report_imports_no_other() -> None:
    code = (
        "import sys; from devsecgate import discovery; discovery.kinds(); discovery.report('markdown');"
        "print([name for name in sorted(sys.modules) if name.startswith('devsecgate.reports.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['devsecgate.reports.markdown']\n"


def test_a_kind_that_there_is_not_is_a_usage_error_that_names_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"no report is called html[\s\S]*Kinds: .*console"):
        discovery.report("html")


def test_a_report_whose_kind_is_not_its_file_name_is_our_bug(write: Callable[[str, str], None]) -> None:
    write(
        "devsecgate.reports/mine.py",
        "from devsecgate.report import Report\n"
        "REPORT = Report(kind='other', about='a', render=lambda verdict, context: b'')\n",
    )
    assert "mine" in discovery.kinds()
    with pytest.raises(DevsecgateError, match="REPORT = Report"):
        discovery.report("mine")


def test_a_plug_in_is_loaded_only_where_it_is_named(
    write: Callable[[str, str], None], plugin: Callable[[str, str], None]
) -> None:
    plugin("good", "good_plugin:SCANNER")
    plugin("bad", "bad_plugin:SCANNER")
    write("good_plugin.py", SCANNER.format(name="good"))
    write("bad_plugin.py", "raise AssertionError('imported')\n")
    assert "good" not in discovery.scanners(())
    assert discovery.scanners(("good", "good"))["good"].about == "a"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("raise OSError('no licence')\n", "cannot be loaded: OSError: no licence"),
        ("import there_is_no_such_module\n", "cannot be loaded: ModuleNotFoundError"),
        ("def SCANNER(:\n", "cannot be loaded: SyntaxError"),
        ("OTHER = 1\n", "cannot be loaded: AttributeError"),
        ("SCANNER = 1\n", "is no scanner: .* of type int"),
        (SCANNER.format(name="bandit"), "is a second scanner called bandit"),
    ],
)
def test_a_plug_in_that_cannot_be_used_is_a_usage_error_with_a_remedy(
    text: str, message: str, write: Callable[[str, str], None], plugin: Callable[[str, str], None]
) -> None:
    plugin("mine", "mine_plugin:SCANNER")
    write("mine_plugin.py", text)
    with pytest.raises(UsageError, match=message) as caught:
        discovery.scanners(("mine",))
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.remedy


def test_a_plug_in_that_is_not_installed_is_a_usage_error_that_names_those_that_are(
    plugin: Callable[[str, str], None],
) -> None:
    plugin("mine", "mine_plugin:SCANNER")
    with pytest.raises(UsageError, match=r"other is not installed[\s\S]*mine"):
        discovery.scanners(("other",))
