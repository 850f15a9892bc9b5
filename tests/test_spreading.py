"""Functions with more values than semgrep follows: known as such, and spread so that it follows all of them."""

from __future__ import annotations

import ast
import sysconfig
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from devsecgate.unfold.breadth import ATTRIBUTES, VARIABLES, is_broad
from devsecgate.unfold.placing import Place, Rewritten
from devsecgate.unfold.spread import Spread, spread
from devsecgate.unfold.spreading import is_wide

MANY = 60
TARGETS = {
    "variables": "v{0} = ask({0})",
    "variables of a kind": "v{0}: str = ask({0})",
    "tuples": "v{0}, [*w{0}] = ask({0})",
    "loops": "for v{0} in ask({0}): use(v{0})",
    "pairs of loops": "for k{0}, v{0} in ask({0}): use(v{0})",
    "constants first": "v{0} = ''; v{0} += ask({0})",
    "attributes": "thing.v{0} = ask({0})",
    "attributes of attributes": "thing.part.v{0} = ask({0})",
    "attributes of the own object": "self.v{0} = ask({0})",
}
UNMOVED = {
    "parameters": ("v{0}", ""),
    "contexts": ("", "with ask({0}) as v{0}: use(v{0})"),
    "expressions": ("", "use(v{0} := ask({0}))"),
    "exceptions": ("", "try: ask({0})\n    except E{0} as v{0}: use(v{0})"),
    "globals": ("", "global v{0}; v{0} = ask({0})"),
    "objects": ("", "v{0}.part = ask({0})"),
    "patterns": ("", "match ask({0}):\n        case v{0}: use(v{0})"),
}


def function(line: str, count: int = MANY, parameter: str = "", *, end: str = "return v1") -> bytes:
    """A function with one line for each of so many values."""
    parameters = ", ".join(["self", *(parameter.format(number) for number in range(count) if parameter)])
    lines = [line.format(number) for number in range(count) if line]
    return f"def wide({parameters}):\n    ".encode() + "\n    ".join([*lines, end]).encode() + b"\n"


def made(content: bytes) -> Rewritten:
    """What is spread, of a file of which all is."""
    found = spread(content)
    assert found is not None
    assert found.too_wide == ()
    assert found.rewritten is not None
    return found.rewritten


def too_wide(content: bytes) -> tuple[str, ...]:
    found = spread(content)
    assert found is not None
    return found.too_wide


def functions(text: str | bytes) -> Iterator[ast.FunctionDef]:
    return (each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.FunctionDef))


def calls(tree: ast.AST) -> int:
    return sum(isinstance(each, ast.Call) for each in ast.walk(tree))


@pytest.mark.parametrize("targets", TARGETS)
def test_what_is_too_much_is_spread(targets: str) -> None:
    content = function(TARGETS[targets])
    (before,) = functions(content)
    found = made(content)
    (after,) = functions(found.text)
    assert is_wide(before)
    assert not is_wide(after)
    assert calls(after) == calls(before)
    compile(found.text, "wide.py", "exec")


@pytest.mark.parametrize("targets", UNMOVED)
def test_what_cannot_be_spread_is_said(targets: str) -> None:
    parameter, line = UNMOVED[targets]
    assert too_wide(function(line, parameter=parameter)) == ("wide",)


@pytest.mark.parametrize(("line", "most"), [("v{0} = ask({0})", VARIABLES - 1), ("a.v{0} = ask({0})", ATTRIBUTES)])
def test_what_fits_is_left_alone(line: str, most: int) -> None:
    assert spread(function(line, most - 1)) is None
    assert spread(function(line, most)) is not None


def test_constants_are_no_values_that_come_from_anywhere() -> None:
    assert spread(function("v{0} = {0}")) is None


def test_names_are_moved_wherever_they_stand_and_each_line_has_its_place() -> None:
    lines = [f"v{number} = ask({number})" for number in range(MANY)]
    code = """
        def wide(self, given):
            first = given
            {}
            def inner(v59):
                return v59
            other.v59 = [v59 for _ in v58 if other]
            return f"{{v59}} {{given}}", lambda: v59
    """
    content = textwrap.dedent(code).format("\n    ".join(lines)).encode()
    found = made(content)
    text = [line for line in found.text.splitlines() if line]
    assert [line.strip() for line in text[-5:]] == [
        "devsecgate_values_0.of4.v59 = ask(59)",
        "def inner(v59):",
        "return v59",
        "other.v59 = [devsecgate_values_0.of4.v59 for _ in devsecgate_values_0.of4.v58 if other]",
        "return (f'{devsecgate_values_0.of4.v59} {given}', lambda: devsecgate_values_0.of4.v59)",
    ]
    assert text[:2] == ["def wide(self, given):", "    first = given"]
    assert found.place(found.text.count("\n") + 1, 5) == Place(67, 67, 67)


def test_each_function_counts_by_itself_wherever_it_is() -> None:
    narrow = "\n".join(f"def f{number}():\n    v{number} = ask()" for number in range(MANY))
    assert spread(narrow.encode()) is None
    wide = textwrap.indent(function("v{0} = ask({0})").decode(), "        ")
    for around in ("class A(View):\n    if DEBUG:\n", "def make():\n    if DEBUG:\n", "try:\n    if DEBUG:\n"):
        end = "\nexcept E: pass\n" if around.startswith("try") else ""
        found = made(f"{narrow}\n{around}{wide}{end}".encode())
        assert any(each.name == "wide" and not is_wide(each) for each in functions(found.text))
        assert not any(each.name.startswith("f") for each in functions(found.text))


def test_the_module_itself_counts_too() -> None:
    found = made("\n".join(f"v{number} = ask({number})" for number in range(MANY)).encode())
    assert not is_wide(ast.parse(found.text))
    assert found.text.endswith("devsecgate_values_0.of3.v59 = ask(59)")


def test_nobody_hides_behind_our_names() -> None:
    assert too_wide(function("v{0} = ask({0})", end="return devsecgate_values_9")) == ("the file",)


def test_what_is_too_large_to_be_spread_is_said() -> None:
    assert spread(function("v{0} = ask({0})") + b"#" * 2_000_000) == Spread(None, ("the file",))
    assert spread(b"#" * (17 << 20)) == Spread(None, ("the file",))


def test_a_wide_file_is_told_without_its_tree() -> None:
    """The quick look never says no where the tree says yes: over the standard library."""
    wide = 0
    for file in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        content = file.read_bytes()
        tree = ast.parse(content)
        if is_wide(tree) or any(is_wide(each) for each in functions(content)):
            wide += 1
            assert is_broad(content), file.name
    assert wide >= 5


def test_room_is_made_for_what_is_spread_of_objects() -> None:
    parameters = ", ".join(f"p{number}" for number in range(30))
    lines = "\n".join(f"    thing.v{number} = ask({number})" for number in range(40))
    more = "\n".join(f"    w{number} = ask({number})" for number in range(VARIABLES - 32))
    found = made(f"def wide({parameters}):\n{lines}\n{more}\n".encode())
    assert not any(is_wide(each) for each in functions(found.text))


@pytest.mark.parametrize("further", ["other = thing", "others = [1, (thing, 2)]", "use(other := thing)"])
def test_attributes_of_what_has_a_further_name_are_not_spread(further: str) -> None:
    """`other.v20` is `thing.v20`: where that became something else, nothing would be said of it any more."""
    assert too_wide(function("thing.v{0} = ask({0})", 20, end=f"{further}\n    return thing.v1")) == ("wide",)
    assert made(function("thing.v{0} = ask({0})", 20, end="use(thing, [thing.v3])\n    return thing.v1"))


def test_no_two_values_become_one() -> None:
    content = function("thing.v{0} = ask({0}); thing__v{0} = ask({0}) if thing.v{0} else ''")
    (after,) = functions(made(content).text)
    stored = [
        ast.unparse(each)
        for each in ast.walk(after)
        if isinstance(each, ast.Name | ast.Attribute) and isinstance(each.ctx, ast.Store)
    ]
    assert len(stored) == len(set(stored)) == 2 * MANY


def test_what_this_interpreter_does_not_read_is_told_by_its_lines() -> None:
    wide, narrow = function("v{0} = ask({0})"), function("v{0} = ask({0})", 9)
    newer = b"def new(:\n    pass\n"
    assert too_wide(wide + newer) == ("the file, which is no Python for this interpreter",)
    assert spread(narrow + newer) is None


def test_of_what_is_too_deep_for_this_interpreter_the_words_are_counted() -> None:
    deep = b"x = eval" + b"()" * 50_000 + b"\n"
    assert too_wide(function("v{0} = ask({0})") + deep) == ("the file",)
    assert too_wide(function("", MANY, "w{0}") + deep) == ("the file",)
    assert spread(function("v{0} = ask({0})", 9) + deep) is None
