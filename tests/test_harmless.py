"""Functions that give back nothing of what they are given: told as such where that is certain, and nowhere else."""

from __future__ import annotations

import ast
import copy
import re
import textwrap
from contextlib import suppress
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from devsecgate.unfold.harmless import LARGEST, Harmless, harmless
from devsecgate.unfold.marks import marked

TOP = """
import hashlib, ipaddress, logging, os, re, sys, uuid
from functools import cache
from pathlib import Path
from flask import abort, request, session
NAMES = {"a": "b", "c": "d"}
KNOWN = ("a", "b")
CHANGED = {"a": "b"}
CHANGED.update(other)
DEEP = {"a": ["b"]}
NAMED = re.compile(r"[a-z][a-z0-9_-]{0,9}")
WHOLE = re.compile(r"^[a-z]+$", re.IGNORECASE)
VERBOSE = re.compile(r"[a-z]+", re.VERBOSE)
WIDE = re.compile(r"[a-z/.]+")
BASE = Path("/srv")
"""
HARMLESS = {
    "a constant": "return 'a'",
    "nothing, or a number": "if not x: return None\nreturn int(x)",
    "an entry of a table": "return NAMES[x]",
    "an entry, or another": "return NAMES.get(x, 'other')",
    "an entry by way of a variable": "found = NAMES.get(x)\nif found is None:\n    abort(404)\nreturn found",
    "a table of its own": "own = {'a': 1}\nfound = own.get(x)\nreturn found",
    "one of a list": "if x not in KNOWN:\n    raise ValueError(x)\nreturn x",
    "one of a list, or none": "return x if x in ('a', 'b') else ''",
    "one of a table": "if x in NAMES and y:\n    return x\nreturn 'other'",
    "neither of two refused": "if x not in KNOWN or not y:\n    return None\nreturn x",
    "what was compared": "if x == 'a':\n    return x\nreturn None",
    "letters": "if not x.isalnum():\n    abort(400)\nreturn x",
    "what matches": "if not NAMED.fullmatch(x):\n    return ''\nreturn x",
    "what matches, asked otherwise": "if re.fullmatch('[a-z]+', x) is None:\n    raise KeyError\nreturn x",
    "what matches from end to end": "if not WHOLE.fullmatch(x):\n    return ''\nreturn x",
    "a number in a text": "number = int(x)\nreturn f'/orders/{number:04}'",
    "a path of an identifier": (
        "try:\n    key = uuid.UUID(x)\nexcept ValueError:\n    abort(400)\nreturn BASE / f'{key}.json'"
    ),
    "a case of constants": "match x:\n    case 'a' | 'b':\n        return x\n    case _:\n        return 'c', 'd'",
    "a case of a part": (
        "match x.split('-'):\n    case ['a', *_]:\n        return 'a'\n    case [first]:\n        return 'b'"
    ),
    "a loop": "found = 0\nfor each in x:\n    found += len(each)\nreturn found",
    "what a loop looks for": "for each in x:\n    if each in KNOWN:\n        return each\nreturn 'a'",
    "a list of what is known": "return [each for each in x.split(',') if each in KNOWN]",
    "what is put together": "parts = ['a']\nparts.append(str(int(x)))\nreturn '-'.join(parts)",
    "a text, though another call has what is given": "text = 'a'\nfound = x.split(y)\nreturn text",
    "a digest": "return hashlib.sha256(x.encode()).hexdigest()",
    "rows of a query": (
        "with opened('a') as c:\n    row = c.execute('SELECT a FROM b WHERE c = ?', (x,)).fetchone()\nreturn row"
    ),
    "what another one gives": "return first(x)",
    "while": "number = 9\nwhile x > number:\n    number += 1\nreturn number",
    "a pair": "one, other = 1, x\nreturn one",
    "what was signed": "try:\n    return signer.loads(x, max_age=60)\nexcept ValueError:\n    return None",
    "once, in a context": "with y:\n    found = int(x)\nreturn found",
    "in the end": "try:\n    number = int(x)\nfinally:\n    y.close()\nreturn number",
}
HARMFUL = {
    "itself": "return x",
    "a part of itself": "return 'a' + x",
    "in a text": "return f'{int(x)} {x}'",
    "a format of its own": "return f'{1:{x}}'",
    "one way of two": "if y:\n    return x\nreturn 'a'",
    "the refused": "if x in KNOWN:\n    return 'a'\nreturn x",
    "either of two checked": "if x in KNOWN or y in KNOWN:\n    return x\nreturn 'a'",
    "not all of two checked": "if not (x in KNOWN and y):\n    return x\nreturn 'a'",
    "a substring": "if x in 'abc' + y:\n    return x\nreturn ''",
    "an entry, or itself": "return NAMES.get(x, x)",
    "an entry of what is changed": "return CHANGED[x]",
    "an entry in which something is changed": "return DEEP[x]",
    "a wide expression": "if WIDE.fullmatch(x):\n    return x\nreturn ''",
    "what matches something else": "if VERBOSE.fullmatch(x):\n    return x\nreturn ''",
    "what is added under another name": "parts = ['a']\nother = parts\nother += x\nreturn parts",
    "a beginning that matches": "if NAMED.match(x):\n    return x\nreturn ''",
    "the other that matches": "if NAMED.fullmatch(y):\n    return x\nreturn ''",
    "after another round": (
        "found = 'a'\nfor each in x:\n    if found:\n"
        "        y = found\n    found = each\nreturn found"
    ),
    "what a loop before left": (
        "found = 'a'\nwhile y:\n    if y > 1:\n"
        "        found = x\n        break\nreturn found"
    ),
    "where it goes on": (
        "found = 'a'\nfor each in x:\n    if each:\n"
        "        found = each\n        continue\n    found = 'b'\nreturn found"
    ),
    "where it broke off": "try:\n    x = int(x)\nexcept ValueError:\n    pass\nreturn x",
    "in between": (
        "found = 'a'\ntry:\n    found = x\n"
        "    found = int(found)\nexcept ValueError:\n    return found\nreturn 1"
    ),
    "an error": "try:\n    return int(x)\nexcept ValueError as error:\n    return str(error)",
    "what a context lets through": "found = 'a'\nwith y:\n    found = x\n    found = int(x)\nreturn found",
    "what is put into a list": "parts = ['a']\nparts.append(x)\nreturn parts",
    "under another name": "parts = ['a']\nother = parts\nother.append(x)\nreturn parts",
    "by a key": "parts = {}\nparts[x] = 1\nreturn parts",
    "by a function": "parts = ['a']\nfill(parts, x)\nreturn parts",
    "what is split off": "parts = 'a'.split('-')\nparts.append(x)\nreturn parts[1]",
    "a case of its own name": "match x:\n    case found:\n        return found",
    "a case that may be any": "match x:\n    case 'a':\n        return 1\nreturn x",
    "what somebody asks": "from flask import request\nreturn request.args['a']",
    "what nobody knows": "return unknown(x)",
    "an address that ends in any text": "return ipaddress.ip_address(x)",
    "a comprehension": "return [each for each in x if each]",
    "another way of it": "return '-'.join(x)",
    "a lambda": "found = lambda: x\nreturn 'a'",
    "by a name of others": "global NAMES\nNAMES = x\nreturn 'a'",
    "one by one": "yield x\nreturn 'a'",
    "what runs it": "cursor.execute(x)\nreturn 1",
    "what was not signed": "return signer.loads(x)",
    "what opens it": "os.remove(BASE / x)\nreturn True",
    "what opens it by itself": "Path(x).unlink()\nreturn True",
    "what writes it down": "logging.warning('a %s', x)\nreturn 'a'",
    "what keeps it": "session['a'] = x\nreturn 'a'",
    "what changes it": "x.name = y\nreturn 'a'",
    "a statement of its own": "return cursor.execute('SELECT ' + x).fetchone()",
    "nothing": "x = int(x)",
}  # fmt: skip


def file(body: str, *, top: str = TOP, head: str = "def told(x, y=None):") -> bytes:
    return f"{top}\ndef first(x):\n    return 'a'\n\n{head}\n{textwrap.indent(body, '    ')}\n# told()\n".encode()


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS)
def test_what_gives_back_nothing_of_what_it_is_given_is_told(body: str) -> None:
    assert "told" in harmless(file(body)).answers


@pytest.mark.parametrize("body", HARMFUL.values(), ids=HARMFUL)
def test_what_may_give_some_of_it_back_or_do_something_with_it_is_not(body: str) -> None:
    ast.parse(file(body))
    assert "told" not in harmless(file(body)).answers


@pytest.mark.parametrize(
    ("head", "is_told"),
    [
        ("@cache\ndef told(x, *, y=1):", True),
        ("async def told(x, *, y=1):", True),
        ("@app.route('/')\ndef told(x):", False),
        ("def told(int):", False),
        ("told = 1\ndef told(x):", False),
        ("def other(told): pass\ndef told(x):", False),
        ("from names import *\ndef told(x):", False),
        ("def int(x): return x\ndef told(x):", False),
        ("class A:\n    def told(self): pass\ndef told(x):", False),
    ],
)
def test_a_name_has_to_be_the_functions_own(head: str, is_told: bool) -> None:
    assert (
        "told" in harmless(file("return int(x)" if "x" in head else "return int(int)", head=head)).answers
    ) is is_told


def test_what_is_read_and_never_compiled_is_no_trouble() -> None:
    assert "told" not in harmless(file("break\nreturn x")).answers
    assert "told" in harmless(file("if x:\n    continue\nreturn 'a'") + b"return told(1)\nbreak\n").answers


def test_what_cannot_be_read_has_none() -> None:
    assert harmless(file("return 'a'") + b"def (:\n") == Harmless()
    assert harmless(file("return 'a'") + b"x = " + b"-" * 50_000 + b"1\n") == Harmless()
    assert harmless(file("return 'a'") + b"#" * LARGEST) == Harmless()


@pytest.mark.parametrize("kind", ["for a{0} in x:", "while v{0}:"])
def test_a_file_that_is_made_so_that_there_is_no_end_of_it_has_none(kind: str) -> None:
    """Each loop in a loop is gone through twice each time that the one around it is."""
    begun = [f"{' ' * depth}v{depth} = 1\n{' ' * depth}{kind.format(depth)}" for depth in range(60)]
    ended = [f"{' ' * depth} v{depth} = x" for depth in reversed(range(60))]
    body = "\n".join([*begun, *ended, "return v0"])
    assert harmless(file(body)) == Harmless()


GIVEN = {
    "a constant": ("use('a')", {"x", "y"}),
    "a number": ("use(int(asked()))", {"x", "y"}),
    "both": ("use('a', y=2)", {"x", "y"}),
    "one of two": ("use('a', asked())", {"x"}),
    "what was checked": ("z = asked()\nif z not in KNOWN:\n    abort(400)\nuse(z)", {"x", "y"}),
    "in what is given back": ("return use('a')", {"x", "y"}),
    "in each round": ("for z in KNOWN:\n    use(z)", {"x", "y"}),
    "in a comprehension, a constant": ("return [use('a') for z in asked()]", {"x", "y"}),
    "anything": ("use(asked())", {"y"}),
    "one time of two": ("use('a')\nuse(asked())", {"y"}),
    "in a later round": ("z = 'a'\nfor each in asked():\n    use(z)\n    z = each", {"y"}),
    "while": ("z = 'a'\nwhile use(z):\n    z = asked()", {"y"}),
    "in a comprehension": ("z = 'a'\nreturn [use(z) for z in asked()]", {"y"}),
    "in a lambda": ("z = 'a'\nreturn lambda z: use(z)", {"y"}),
    "in an assigned expression": ("z = 'a'\nif z := asked():\n    use(z)", {"y"}),
    "assigned after it was checked": ("z = asked()\nif z in KNOWN and (z := asked()):\n    use(z)", {"y"}),
    "spread out": ("use(*asked())", set()),
    "by names": ("use(**asked())", set()),
    "given on": ("use('a')\nreturn use", set()),
    "in a class": ("class A:\n    z = use(asked())", set()),
    "in a function in it": ("z = 'a'\ndef inner():\n    nonlocal z\n    z = asked()\ninner()\nuse(z)", {"y"}),
    "after a return": ("use('a')\nreturn 1\nuse(asked())", set()),
    "under another name": ("again = use\nagain(asked())\nuse('a')", set()),
}


@pytest.mark.parametrize(("body", "parameters"), GIVEN.values(), ids=GIVEN)
def test_a_parameter_to_which_each_call_gives_something_harmless_is_told(body: str, parameters: set[str]) -> None:
    content = file(body, top=f"{TOP}\ndef use(x, y=None):\n    run(x, y)\n")
    assert {each for name, each in harmless(content).parameters if name == "use"} == parameters


def test_what_a_function_hands_on_is_harmless_where_all_that_it_gets_is() -> None:
    top = f"{TOP}\ndef use(x):\n    run(x)\n\ndef between(w, v):\n    use(w)\n    keep(v)\n"
    assert harmless(file("between('a', asked())", top=top)).parameters == (("between", "w"), ("use", "x"))
    assert harmless(file("between(asked(), 'a')", top=top)).parameters == (("between", "v"),)


def test_what_is_given_back_is_harmless_where_each_call_gives_it() -> None:
    top = f"{TOP}\ndef use(x, other='a'):\n    return x if x in KNOWN else other\n"
    assert "use" in harmless(file("return use(asked())", top=top)).answers
    assert "use" in harmless(file("return use(asked(), 'b')", top=top)).answers
    assert "use" not in harmless(file("return use(asked(), asked())", top=top)).answers
    assert "use" not in harmless(file("return use(asked()), use", top=top)).answers


@pytest.mark.parametrize(
    "head",
    [
        "@app.route('/')\ndef use(x):\n    run(x)",
        "def use(x, event=None):\n    run(x)",
        "def use(x):\n    x = asked()\n    run(x)",
        "def use(*x):\n    run(x)",
        "def use(x):\n    def inner():\n        nonlocal x\n        x = asked()\n    run(x)",
    ],
)
def test_a_parameter_that_may_be_something_else_is_not(head: str) -> None:
    assert harmless(file("use('a')", top=f"{TOP}\n{head}\n")).parameters == ()


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        ("return 'a ' + shlex.quote(x)", True),
        ("return ' '.join(shlex.quote(each) for each in x)", True),
        ("return shlex.quote(x, y)", False),
        ("return shlex.quote(x) + y", False),
        ("return quote(x)", False),
    ],
)
def test_what_is_quoted_is_harmless_where_that_is_asked(body: str, is_told: bool) -> None:
    content = file(body, top=f"{TOP}import shlex\n")
    assert ("told" in harmless(content, quoting=frozenset({"shlex.quote"})).answers) is is_told
    assert "told" not in harmless(content).answers


def test_what_is_quoted_is_said_to_the_rule_about_that_language_alone() -> None:
    sql, shell = (
        RULES.replace(b"rules:\n", b"").replace(b"id: a", b"id: " + each)
        for each in (b"a", b"python-command-injection")
    )
    content = file("return shlex.quote(x)", top=f"{TOP}import shlex\n")
    said, rules = marked({"a.py": content}, b"rules:\n" + sql + shell)
    (word,) = set(re.findall(rb"(devsecgate_[0-9a-f]{16})\(", said["a.py"]))
    own = word + b"_python_command_injection"
    assert said["a.py"].endswith(b"\n%s(first)\n%s(told)\n" % (word, own))
    first, second = rules.split(b"id: python-command-injection")
    assert (first.count(word), first.count(own)) == (3, 0)
    assert (second.count(word), second.count(own)) == (5, 2)


RULES = b"rules:\n  - id: a\n    pattern-sanitizers:\n      # [harmless] the same\n      - pattern: a()\n"


def test_it_is_said_at_the_end_of_a_file_under_a_name_that_nobody_knows() -> None:
    files = {"a.py": file("return first(x)").rstrip(b"\n"), "b.py": b"pass\n"}
    (said, rules), (again, _) = marked(files, RULES), marked(files, RULES)
    (word,) = set(re.findall(rb"devsecgate_[0-9a-f]{16}", said["a.py"]))
    assert said["a.py"] == files["a.py"] + b"\n%s(first)\n%s(told)\n" % (word, word)
    assert said["b.py"] == files["b.py"]
    assert said["a.py"] != again["a.py"]
    assert rules.replace(rules[rules.index(b"      - exact") : rules.index(b"      - pattern: a()")], b"") == RULES
    assert rules.count(word) == 3


def test_where_there_is_nothing_to_say_all_stays_as_it_is() -> None:
    files = {"a.py": file("return first(x)")}
    assert marked(files, b"rules:\n  - id: a\n") == (files, b"rules:\n  - id: a\n")
    assert marked({"b.py": b"pass\n"}, RULES) == ({"b.py": b"pass\n"}, RULES)


TAINT = "¤", "§"
"""What is in the two values that a generated function is given, and in nothing else."""
NAMES = st.sampled_from(["a", "b", "x", "y"])
CONDITIONS = st.recursive(
    st.builds(
        str.format,
        st.sampled_from([
            "{0} in KNOWN", "{0} not in KNOWN", "{0} == 'k'", "{0} != 'k'", "{0} is None", "{0}.isalnum()",
            "NAMED.fullmatch({0})", "NAMED.fullmatch({0}) is None", "{0}", "{0} in TABLE", "{0} in {1}",
        ]),
        NAMES,
        NAMES,
    ),
    lambda inner: st.builds(
        str.format, st.sampled_from(["not ({0})", "({0}) and ({1})", "({0}) or ({1})"]), inner, inner
    ),
    max_leaves=3,
)  # fmt: skip
EXPRESSIONS = st.recursive(
    st.one_of(NAMES, st.sampled_from(["'c'", "ONE", "NONE", "[]", "TABLE['k']", "KNOWN", "{'k': 'v'}"])),
    lambda inner: st.one_of(
        st.builds(
            str.format,
            st.sampled_from([
                "({0} + {1})", "[{0}, {1}]", "({0}, {1})", "f'{{{0}}}'", "str({0})", "len({0})", "TABLE.get({0}, {1})",
                "TABLE.get({0})", "{0}.strip()", "{0}.split('-')", "'-'.join({0})", "list({0})", "'{{}}'.format({0})",
                "[z for z in {0}]", "[z for z in {0} if z in KNOWN]", "[{1} for z in {0}]", "{{'k': {0}}}", "{0}[0]",
                "sorted({0})", "({0} or {1})", "{0}.get('k', {1})", "{0}.upper()", "'%s' % {0}", "[x for x in {0}]",
            ]),
            inner,
            inner,
        ),
        st.builds("({0} if {2} else {1})".format, inner, inner, CONDITIONS),
    ),
    max_leaves=4,
)  # fmt: skip


def _indented(body: list[str]) -> str:
    return textwrap.indent("\n".join(body) or "pass", "    ")


def _bodies(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map(_indented)
    deeper = body.map(_deeper)
    return st.one_of(
        st.builds("if {0}:\n{1}\nelse:\n{2}".format, CONDITIONS, body, body),
        st.builds("if {0}:\n{1}".format, CONDITIONS, body),
        st.builds("for {0} in {1}:\n{2}".format, NAMES, EXPRESSIONS, body),
        st.builds("for _ in range(3):\n{0}\n    if {1}:\n        {2}\n{3}".format, body, CONDITIONS,
                  st.sampled_from(["break", "continue"]), body),
        st.builds("try:\n{0}\nexcept Exception:\n{1}".format, body, body),
        st.builds("try:\n{0}\nexcept Exception as {1}:\n{2}\nelse:\n{3}".format, body, NAMES, body, body),
        st.builds("try:\n{0}\nfinally:\n{1}".format, body, body),
        st.builds("with suppress(Exception):\n{0}".format, body),
        st.builds("match {0}:\n    case 'k':\n{1}\n    case _:\n{2}".format, NAMES, deeper, deeper),
        st.builds("match {0}:\n    case [{1}, *_]:\n{2}\n    case 'k' | 'l' if {3}:\n{2}".format, NAMES, NAMES,
                  deeper, CONDITIONS),
    )  # fmt: skip


def _deeper(text: str) -> str:
    return textwrap.indent(text, "    ")


STATEMENTS = st.recursive(
    st.one_of(
        st.builds("{0} = {1}".format, NAMES, EXPRESSIONS),
        st.builds("{0} += {1}".format, NAMES, EXPRESSIONS),
        st.builds("{0}, {1} = {2}, {3}".format, NAMES, NAMES, EXPRESSIONS, EXPRESSIONS),
        st.builds("{0}, *{1} = {2}".format, NAMES, NAMES, EXPRESSIONS),
        st.builds("{0}.append({1})".format, NAMES, EXPRESSIONS),
        st.builds("{0}[{1}] = {2}".format, st.sampled_from(["a", "b"]), EXPRESSIONS, EXPRESSIONS),
        st.builds("return {0}".format, EXPRESSIONS),
        st.just("raise ValueError"),
    ),
    _bodies,
    max_leaves=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.lists(STATEMENTS, min_size=1, max_size=5), EXPRESSIONS)
def test_no_generated_function_of_which_it_is_said_gives_any_of_it_back(body: list[str], last: str) -> None:
    """Such functions are run: what they give back holds nothing of what they are given."""
    code = "import re\nfrom contextlib import suppress\nKNOWN = ('k', 'l')\nTABLE = {'k': 'v'}\n"
    code += (
        f"ONE = 1\nNONE = None\nNAMED = re.compile('[a-z]+')\ndef told(x, y):\n{_indented([*body, f'return {last}'])}\n"
    )
    code += "# told()\n"
    assume("told" in harmless(code.encode()).answers)
    module: dict[str, Any] = {}
    exec(code, module)
    for given_to in product(
        [f"{TAINT[0]}-{TAINT[0]}", "k", [TAINT[0], "k"], ["k", TAINT[0]]], [TAINT[1], "l", [TAINT[1]]]
    ):
        answer = ""
        with suppress(Exception):
            answer = repr(module["told"](*copy.deepcopy(given_to)))
        assert not any(each in answer for each in TAINT), (given_to, answer)
