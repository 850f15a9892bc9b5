"""What a function calls of its file is written into it: the same way of the same data, and each part has its place."""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

import pytest

from devsecgate.unfold.placing import Place, Rewritten
from devsecgate.unfold.unfolded import LARGEST, unfold

HEAD = "from flask import Flask, request\napp = Flask(__name__)\n"


def unfolded(code: str) -> Rewritten:
    found = unfold((HEAD + textwrap.dedent(code)).encode())
    assert found is not None
    return found


def body(code: str, name: str = "view") -> str:
    """The statements of one unfolded function."""
    module = ast.parse(unfolded(code).text)
    (function,) = (each for each in ast.walk(module) if isinstance(each, ast.FunctionDef) and each.name == name)
    return "\n".join(map(ast.unparse, function.body))


WRITTEN = {
    "what a function gives back": (
        """
        def clean(text):
            return text.strip()
        @app.get("/")
        def view():
            value = clean(request.args["a"])
            return value
        """,
        "of1_text = request.args['a']\nvalue = of1_text.strip()\nreturn value",
    ),
    "a function in a function": (
        """
        def first(number: int = 1): return request.args["a"]
        def second(extra: web.Client = b): return first() + extra
        @app.get("/")
        def view(): return second()
        """,
        (
            "of1_extra: web.Client = b\nof4_number = 1\nof3_first = request.args['a']\n"
            "of2_second = of3_first + of1_extra\nreturn of2_second"
        ),
    ),
    "a way out in the middle": (
        """
        def choose(a):
            if a in KNOWN:
                return a
            return "x"
        @app.get("/")
        def view():
            return choose(request.args["a"])
        """,
        (
            "of1_a = request.args['a']\nwhile True:\n    if of1_a in KNOWN:\n        of2_choose = of1_a\n"
            "        break\n    of2_choose = 'x'\n    break\nreturn of2_choose"
        ),
    ),
    "a way out of a loop": (
        """
        def first(rows):
            for row in rows:
                if row:
                    return row
            return ""
        @app.get("/")
        def view():
            return first(request.args.getlist("a"))
        """,
        (
            "of1_rows = request.args.getlist('a')\nwhile True:\n    for of2_row in of1_rows:\n        if of2_row:\n"
            "            of3_first = of2_row\n            break\n    if of3_first_left:\n        break\n"
            "    of3_first = ''\n    break\nreturn of3_first"
        ),
    ),
    "an object and its methods": (
        """
        class Job:
            def __init__(self, name): self.name = name
            @classmethod
            def asked(cls): return cls(request.args["a"])
            @property
            def line(self): return "run " + self.name
            def go(self): return start(self.line)
        @app.get("/")
        def view():
            job = Job.asked()
            return job.go()
        """,
        (
            "job = object()\nof1_name = request.args['a']\njob.name = of1_name\nof2_line = 'run ' + job.name\n"
            "of3_go = start(of2_line)\nreturn of3_go"
        ),
    ),
    "a record": (
        """
        @dataclass
        class Job:
            name: str
            place: str = "here"
        @app.get("/")
        def view():
            job = Job(request.args["a"])
            return go(job.name)
        """,
        "job = object()\njob.name = request.args['a']\njob.place = 'here'\nreturn go(job.name)",
    ),
    "a generator and a list": (
        """
        def rows(values):
            for value in values:
                yield "<td>" + value
        def row(a): return "<tr>" + a
        @app.get("/")
        def view():
            return [row(each) for each in rows(request.args.getlist("a"))]
        """,
        (
            "of2_values = request.args.getlist('a')\nof3_rows = ''\nfor of1_value in of2_values:\n"
            "    of3_rows += '<td>' + of1_value\nof6_list = []\nfor each in of3_rows:\n"
            "    of5_row = '<tr>' + each\n    of6_list.append(of5_row)\nreturn of6_list"
        ),
    ),
    "all kinds of parameters": (
        """
        def go(a, /, b=1, *rest, c, d=2, **more): use(a, b, rest, c, d, more)
        @app.get("/")
        def view(): go(1, 2, 3, c=4, e=5)
        """,
        (
            "of2_b = 2\nof4_d = 2\nof1_a = 1\nof3_c = 4\nof6_rest = (3,)\nof5_more = {'e': 5}\nof7_go = None\n"
            "use(of1_a, of2_b, of6_rest, of3_c, of4_d, of5_more)"
        ),
    ),
    "what runs before each request": (
        """
        @app.before_request
        def early(): g.name = request.args["a"]
        @app.get("/")
        def view(): return g.name
        """,
        "of1_early = None\ng.name = request.args['a']\nreturn g.name",
    ),
    "what a pattern takes out of a value": (
        """
        def parts(text): return text.partition("=")
        @app.get("/")
        def view():
            match parts(request.args["a"]):
                case ["a", value] if value: return value
                case {"b": Job(name=name) as job, **more}: return job
                case [first, *rest, last] | (first, rest, last): return rest
        """,
        (
            "of1_text = request.args['a']\nof2_parts = of1_text.partition('=')\nmatch of2_parts:\n"
            "    case ['a', value] if value:\n        value = of2_parts[1]\n        return value\n"
            "    case {'b': Job(name=name) as job, **more}:\n        more = of2_parts\n        job = of2_parts['b']\n"
            "        name = of2_parts['b'].name\n        return job\n"
            "    case [first, *rest, last] | [first, rest, last]:\n"
            "        first = of2_parts[0]\n        rest = of2_parts\n        last = of2_parts[-1]\n"
            "        first = of2_parts[0]\n        rest = of2_parts[1]\n        last = of2_parts[2]\n"
            "        return rest"
        ),
    ),
    "names in the patterns of what is called": (
        """
        def kind(value):
            match value:
                case {"a": name, **more}: return name
                case [name, *more] as both: return both
            return ""
        @app.get("/")
        def view():
            name = request.args["a"]
            return kind(name)
        """,
        (
            "name = request.args['a']\nwhile True:\n    match name:\n"
            "        case {'a': of2_name, **of3_more}:\n            of3_more = name\n"
            "            of2_name = name['a']\n            of4_kind = of2_name\n            break\n"
            "        case [of2_name, *of3_more] as of5_both:\n            of5_both = name\n"
            "            of2_name = name[0]\n            of3_more = name\n            of4_kind = of5_both\n"
            "            break\n    of4_kind = ''\n    break\nreturn of4_kind"
        ),
    ),
    "a variable that is given on, and one that the function has too": (
        """
        def asked(req): return req.args["a"] + LIMIT
        @app.get("/")
        def view():
            LIMIT = asked(request)
            return asked(LIMIT)
        """,
        (
            "of1_asked = request.args['a'] + LIMIT\nLIMIT = of1_asked\nof2_req = LIMIT\n"
            "of3_asked = of2_req.args['a'] + LIMIT\nreturn of3_asked"
        ),
    ),
    "an object that another one is made of": (
        """
        class Job:
            def __init__(self, name): self.name = name
        @app.get("/")
        def view():
            job = Job(request.args["a"])
            job = Job(job.name.strip())
            return job.name
        """,
        (
            "job = object()\nof1_name = request.args['a']\njob.name = of1_name\nof2_job = object()\n"
            "of3_name = job.name.strip()\nof2_job.name = of3_name\njob = of2_job\nreturn job.name"
        ),
    ),
    "partial functions": (
        """
        shell = functools.partial(subprocess.run, shell=True, text=True)
        def line(a, b): return a + b
        @app.get("/")
        def view():
            start = partial(line, "run ")
            return shell(start(request.args["a"]), text=False)
        """,
        (
            "start = partial(line, 'run ')\nof1_a = 'run '\nof2_b = request.args['a']\nof3_line = of1_a + of2_b\n"
            "return subprocess.run(of3_line, shell=True, text=False)"
        ),
    ),
    "how an object becomes a text": (
        """
        class Link:
            root = "https://shop.example/"
            def __init__(self): self.parts = []
            def add(self, part):
                self.parts.append(part)
                return self
            def __str__(self): return self.root + "/".join(self.parts)
        @app.get("/")
        def view():
            link = Link().add(request.args["a"])
            return str(link), f"{link}"
        """,
        (
            "of1_link = object()\nof1_link.root = 'https://shop.example/'\nof1_link.parts = []\n"
            "of2_part = request.args['a']\nof1_link.parts.append(of2_part)\nlink = of1_link\n"
            "of3___str__ = link.root + '/'.join(link.parts)\nof4___str__ = link.root + '/'.join(link.parts)\n"
            "return (of3___str__, f'{of4___str__}')"
        ),
    ),
    "what a record does afterwards": (
        """
        @dataclass
        class Job:
            name: str
            kind: ClassVar[str] = "x"
            def __post_init__(self): self.line = "run " + self.name
        @app.get("/")
        def view(): return Job(request.args["a"]).line
        """,
        (
            "of1_job = object()\nof1_job.name = request.args['a']\nof2___post_init__ = None\n"
            "of1_job.line = 'run ' + of1_job.name\nreturn of1_job.line"
        ),
    ),
    "an object that nobody saw being made": (
        """
        class Work:
            def __init__(self, line): self.line = line
            def carry_out(self): return start(self.line)
        @app.get("/")
        def view():
            work = waiting(request.args["a"])
            return work.carry_out()
        """,
        "work = waiting(request.args['a'])\nwork.line = work\nof1_carry_out = start(work.line)\nreturn of1_carry_out",
    ),
    "what a check looks at": (
        """
        KNOWN = re.compile("[a-z]+")
        def is_known(name): return bool(KNOWN.fullmatch(name))
        @app.get("/")
        def view():
            name = request.args["a"]
            is_known(name)
            return name if is_known(name) else ""
        """,
        "name = request.args['a']\nis_known(name)\nreturn name if (is_known(name), KNOWN.fullmatch(name))[1] else ''",
    ),
    "a class that is given on": (
        """
        class Kind(Enum): A = "a"
        def read(kind, text): return kind(text)
        @app.get("/")
        def view(): return read(Kind, request.args["a"]).value
        """,
        "of3_text = request.args['a']\nof2_read = Kind(of3_text)\nreturn of2_read.value",
    ),
}


@pytest.mark.parametrize(("code", "written"), WRITTEN.values(), ids=WRITTEN.keys())
def test_what_is_called_is_written_where_it_is_called(code: str, written: str) -> None:
    assert renumbered(body(code)) == renumbered(written)


def renumbered(text: str) -> str:
    """Count our names by their first places: which number they have is nobody's business."""
    numbers: dict[str, str] = {}
    return re.sub(r"\bof\d+_", lambda found: numbers.setdefault(found[0], f"of{len(numbers) + 1}_"), text)


STAYS = {
    "a function that calls itself": "def go(a): return go(a[1:])\n@app.get('/')\ndef view(): return go(request.args)",
    "what only says whether something is so": (
        "def ok(a): return a in KNOWN and a != ''\ndef x(): pass\n@app.get('/')\n"
        "def view():\n    x()\n    return request.args['a'] if ok(request.args['a']) else ''"
    ),
    "a name that two functions have": (
        "def x(): pass\nif A:\n    def go(a): return 1\nelse:\n    def go(a): return 2\n@app.get('/')\n"
        "def view():\n    x()\n    return go(request.args)"
    ),
    "arguments that do not fit": (
        "def x(): pass\ndef go(a): return 1\n@app.get('/')\ndef view():\n    x()\n    return go()"
    ),
    "a call in the head of a loop": (
        "def x(): pass\ndef go(a): return a\n@app.get('/')\ndef view():\n    x()\n    while go(request.args): break"
    ),
    "a call in a function in it": (
        "def x(): pass\ndef go(a): return a\n@app.get('/')\ndef view():\n    x()\n    return lambda: go(request.args)"
    ),
    "arguments that are not told": (
        "def x(): pass\ndef go(a): return 1\n@app.get('/')\ndef view():\n    x()\n    return go(*request.args)"
    ),
}


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS.keys())
def test_what_cannot_be_written_there_stays_a_call(code: str) -> None:
    found = unfolded(code)
    (call,) = {"go", "ok"} & {
        each.func.id
        for function in ast.walk(ast.parse(found.text))
        if isinstance(function, ast.FunctionDef) and function.name == "view"
        for each in ast.walk(function)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
    }
    assert f"def {call}(" in found.text


def test_what_may_fail_leaves_a_variable_as_it_was() -> None:
    written = body(
        """
        def read(text):
            found = ""
            found = int(text)
            return found
        @app.get("/")
        def view():
            value = request.args["a"]
            try:
                value = read(value)
            except ValueError:
                pass
            return value
        """
    )
    assert renumbered(written) == renumbered(
        "value = request.args['a']\ntry:\n    of2_read = ''\n    of2_read = int(value)\n"
        "    pass\n    value = of2_read\nexcept ValueError:\n    pass\nreturn value"
    )


def test_each_part_is_placed_where_it_was() -> None:
    found = unfolded(
        """
        def go(name,
               more):
            first = name
            start("run "
                  + first)

        @app.get("/")
        def view():
            value = request.args["a"]
            go(value, 1)
        """
    )
    lines = {text.strip(): number for number, text in enumerate(found.text.splitlines(), start=1)}
    places = {text: found.place(number, 5) for text, number in lines.items()}
    start = next(text for text in places if text.startswith("start("))
    assert places[start] == Place(7, 8, 13)
    column = found.text.splitlines()[lines[start] - 1].index("of") + 1
    assert found.place(lines[start], column) == Place(8, 8, 13)
    assert places["value = request.args['a']"] == Place(12, 12, 12)


OVER_LINES = '''
def go(name):
    return name

@app.get(
    "/"
)
@other
def view():
    """Over several

    lines.
    """
    try:
        value = go(request.args["a"])
    except KeyError:
        return ""
    match value:
        case 'a':
            return go(value)
'''


def test_every_line_of_the_text_has_a_place() -> None:
    found = unfolded(OVER_LINES)
    source, lines = (HEAD + OVER_LINES).splitlines(), found.text.splitlines()
    places = {text: found.place(number, 1) for number, text in enumerate(lines, start=1)}
    for each in ("@other", "    except KeyError:", "    try:", "        case 'a':", "    match value:"):
        line = source.index(each) + 1
        assert (place := places[each]) is not None
        assert place.line == line
    assert places["    lines."] == places['    """Over several'] == Place(12, 15, 12)
    assert None not in places.values()
    assert found.place(0, 1) is found.place(len(lines) + 1, 1) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"import json\ndef a(): pass\ndef b(request): a()\n",
        (HEAD + "@app.get('/')\ndef view(): return request.args['a']\n").encode(),
        (HEAD + "def a(: pass\n").encode(),
        HEAD.encode() + b"\xff\n",
        HEAD.encode() + b"x = " + b"(" * 5_000,
        HEAD.encode() + b"x = " + b"-" * 50_000 + b"1\n",
        HEAD.encode() + b"x = " + b"a." * 40_000 + b"b\n",
        HEAD.encode() + b"".join(b" " * depth + b"if a:\n" for depth in range(300)),
        (HEAD + "def a(b): use(b)\n@app.get('/')\ndef view(): a(request.args['a'])\n#").encode() + b"#" * LARGEST,
    ],
    ids=[
        "empty", "no web", "nothing called", "no Python", "no text", "brackets", "signs", "dots", "blocks", "too large",
    ],
)  # fmt: skip
def test_a_file_that_has_nothing_to_write_or_cannot_be_read_is_left_alone(content: bytes) -> None:
    assert unfold(content) is None


def test_properties_that_ask_each_other_twice_come_to_an_end() -> None:
    each = "    @property\n    def p{0}_x(self): return self.p{1}_x + self.p{1}_x\n"
    made = "class A:\n    def __init__(self): self.p0_x = 1\n" + "".join(each.format(n, n - 1) for n in range(1, 40))
    found = unfolded(made + "@app.get('/')\ndef view():\n    a = A()\n    return a.p39_x\n")
    assert len(found.text) < 100_000


def test_there_is_an_end_to_what_is_written() -> None:
    """Ten functions that call the next one ten times each would be ten thousand million calls."""
    functions = "".join(f"def f{number}(a):\n" + f"    f{number + 1}(a)\n" * 10 + "\n" for number in range(10))
    views = "".join(f"@app.get('/{number}')\ndef view{number}(): f0(request.args)\n" for number in range(100))
    found = unfolded(f"{functions}def f10(a): use(a)\n{views}")
    assert len(found.text) < 2_000_000


def test_our_own_code_is_unfolded_into_code_whose_every_line_has_a_place(repository: Path) -> None:
    """Any code: nothing of it takes requests, but its functions call one another in every way that we write."""
    count = 0
    for file in sorted((repository / "devsecgate").rglob("*.py")):
        text = file.read_text(encoding="utf-8").replace("def ", "@app.get('/')\ndef ", 400)
        future, _, rest = text.partition("from __future__ import annotations\n")
        found = unfold(f"{future}from __future__ import annotations\n{HEAD}{rest}".encode())
        if found is not None:
            count += 1
            compile(found.text, file.name, "exec")
            for each in (one for one in ast.walk(ast.parse(found.text)) if isinstance(one, ast.stmt)):
                place = found.place(each.lineno, each.col_offset + 1)
                assert place is not None
                assert 1 <= place.line <= place.end_line <= text.count("\n") + 3
    assert count > 20
