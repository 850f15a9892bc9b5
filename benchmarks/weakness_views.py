"""The parts that `weaknesses.py` makes its views of: sources, ways, uses, and views of weaknesses without a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Lines between a source and a use: `value` goes in, `text` comes out."""

    name: str
    keeps: bool
    """True: what the visitor sent is in `text` afterwards."""
    lines: str
    above: str = ""
    """Lines before the view: a helper of the same file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What is done with `text`."""

    name: str
    weak: bool
    lines: str


SOURCES = {
    "query": 'value = request.args.get("item", "")',
    "form": 'value = request.form["item"]',
    "cookie": 'value = urllib.parse.unquote_plus(request.cookies.get("item", "none"))',
    "header": 'value = request.headers.get("X-Item")',
    "list": 'values = request.form.getlist("item")\nvalue = values[0] if values else ""',
    "names": 'value = ""\nfor name in request.form.keys():\n    if "item" in request.form.getlist(name):\n'
    "        value = name\n        break",
    "raw": 'query = request.query_string.decode("utf-8")\nplace = query.find("item=")\n'
    "value = urllib.parse.unquote_plus(query[place + 5:])",
    "path": 'parts = request.path.split("/")\nvalue = parts[1] if len(parts) > 1 else parts[0]',
    "wrapper": "import shared.wrapping\nwrapped = shared.wrapping.Wrapped(request)\n"
    'value = wrapped.form_value("item")\nif not value:\n    value = ""',
    "json": 'value = request.get_json()["item"]',
    "loop": 'value = ""\nfor name, given in request.headers.items():\n    if name.lower() == "x-item":\n'
    "        value = given",
}

WAYS = (
    Way(name="straight", keeps=True, lines="text = value"),
    Way(name="built", keeps=True, lines='text = "a"\ntext += value\ntext += "z"\ntext = text[1:-1]'),
    Way(name="formatted", keeps=True, lines='text = "{0}-{1}".format(value, "end")[:-4]'),
    Way(
        name="encoded",
        keeps=True,
        lines='import base64\ncoded = base64.b64encode(value.encode("utf-8"))\n'
        'text = base64.b64decode(coded).decode("utf-8")',
    ),
    Way(name="replaced", keeps=True, lines='text = value.replace("_", " ").strip()'),
    Way(
        name="dictionary",
        keeps=True,
        lines='box = {}\nbox["one"] = "fixed"\nbox["two"] = value\nbox["three"] = "other"\ntext = box["two"]',
    ),
    Way(
        name="list",
        keeps=True,
        lines='items = []\nitems.append("first")\nitems.append(value)\nitems.append("last")\nitems.pop(0)\n'
        "text = items[0]",
    ),
    Way(
        name="configuration",
        keeps=True,
        lines="import configparser\nsettings = configparser.ConfigParser()\n"
        'settings.add_section("part")\nsettings.set("part", "one", "fixed")\nsettings.set("part", "two", value)\n'
        'text = settings.get("part", "two")',
    ),
    Way(
        name="condition",
        keeps=True,
        lines='number = 106\ntext = value if 7 * 18 + number > 200 else "never"',
    ),
    Way(
        name="branch",
        keeps=True,
        lines='number = 86\nif 7 * 42 - number > 200:\n    text = value\nelse:\n    text = "never"',
    ),
    Way(
        name="match",
        keeps=True,
        lines='letters = "ABC"\nmatch letters[0]:\n    case "A":\n        text = value\n    case "B":\n'
        '        text = "bob"\n    case _:\n        text = "uncle"',
    ),
    Way(
        name="helper",
        keeps=True,
        lines="text = tidy(value)",
        above="def tidy(given):\n    kept = given\n    return kept.strip()\n",
    ),
    Way(
        name="object",
        keeps=True,
        lines="import shared.things\nthing = shared.things.make()\ntext = thing.work(value)",
    ),
    Way(name="joined", keeps=True, lines='text = "".join([value, "-end"])'),
    Way(
        name="other key",
        keeps=False,
        lines='box = {}\nbox["one"] = "fixed"\nbox["two"] = value\ntext = box["two"]\ntext = box["one"]',
    ),
    Way(
        name="other element",
        keeps=False,
        lines='items = []\nitems.append("first")\nitems.append(value)\nitems.append("last")\nitems.pop(0)\n'
        "text = items[1]",
    ),
    Way(
        name="other option",
        keeps=False,
        lines="import configparser\nsettings = configparser.ConfigParser()\n"
        'settings.add_section("part")\nsettings.set("part", "one", "fixed")\nsettings.set("part", "two", value)\n'
        'text = settings.get("part", "one")',
    ),
    Way(
        name="other condition",
        keeps=False,
        lines='number = 106\ntext = "always" if 7 * 18 + number > 200 else value',
    ),
    Way(
        name="other branch",
        keeps=False,
        lines='number = 86\nif 7 * 42 - number > 200:\n    text = "always"\nelse:\n    text = value',
    ),
    Way(
        name="other case",
        keeps=False,
        lines='letters = "ABC"\nmatch letters[1]:\n    case "A":\n        text = value\n    case "B":\n'
        '        text = "bob"\n    case "C" | "D":\n        text = value\n    case _:\n        text = "uncle"',
    ),
    Way(
        name="helper of constants",
        keeps=False,
        lines="text = choose(value)",
        above='def choose(given):\n    if given == "a":\n        return "first"\n    return "second"\n',
    ),
    Way(name="replaced whole", keeps=False, lines='text = value\ntext = "fixed"'),
    Way(name="number", keeps=False, lines="text = str(int(value))"),
    Way(
        name="allowed",
        keeps=False,
        lines='if value not in ("red", "green"):\n    return "no", 400\ntext = value',
    ),
    Way(
        name="table",
        keeps=False,
        lines='text = {"r": "red", "g": "green"}.get(value, "blue")',
    ),
)


def _weak(name: str, lines: str) -> Use:
    return Use(name=name, weak=True, lines=lines)


def _fine(name: str, lines: str) -> Use:
    return Use(name=name, weak=False, lines=lines)


USES: dict[str, tuple[int, tuple[Use, ...]]] = {
    "command injection": (
        78,
        (
            _weak("system", 'import os\nos.system("ls " + text)\nreturn "done"'),
            _weak("shell list", 'import subprocess\nsubprocess.run(["sh", "-c", f"echo {text}"])\nreturn "done"'),
            _weak("shell", 'import subprocess\nout = subprocess.check_output("id " + text, shell=True)\nreturn "done"'),
            _weak("popen", 'import os\nout = os.popen(f"echo {text}").read()\nreturn "done"'),
            _weak(
                "argument list",
                "import subprocess\nargv = []\nargv.append('sh')\nargv.append('-c')\nargv.append(f'echo {text}')\n"
                "subprocess.run(argv, capture_output=True, text=True)\nreturn 'done'",
            ),
            _fine("arguments", 'import subprocess\nsubprocess.run(["echo", "--", text])\nreturn "done"'),
            _fine("quoted", 'import os\nimport shlex\nos.system("ls " + shlex.quote(text))\nreturn "done"'),
            _fine("constant", 'import os\nos.system("ls -l")\nreturn "done"'),
        ),
    ),
    "code injection": (
        94,
        (
            _weak("eval", 'result = eval(text)\nreturn "done"'),
            _weak("exec", 'exec(f"x = {text}")\nreturn "done"'),
            _weak("compile", 'exec(compile(text, "<text>", "exec"))\nreturn "done"'),
            _fine("literal", 'import ast\nresult = ast.literal_eval(text)\nreturn "done"'),
            _fine("constant", 'result = eval("1 + 1")\nreturn "done"'),
            _fine(
                "checked",
                'if not text.startswith("\'") or not text.endswith("\'") or "\'" in text[1:-1]:\n'
                '    return "no", 400\nresult = eval(text)\nreturn "done"',
            ),
        ),
    ),
    "deserialization": (
        502,
        (
            _weak("pickle", 'import base64\nimport pickle\nitem = pickle.loads(base64.b64decode(text))\nreturn "done"'),
            _weak("yaml", 'import yaml\nitem = yaml.load(text, Loader=yaml.Loader)\nreturn "done"'),
            _weak("jsonpickle", 'import jsonpickle\nitem = jsonpickle.decode(text)\nreturn "done"'),
            _fine("json", 'import json\nitem = json.loads(text)\nreturn "done"'),
            _fine("safe yaml", 'import yaml\nitem = yaml.safe_load(text)\nreturn "done"'),
            _fine("dumped", 'import pickle\nitem = pickle.loads(pickle.dumps(text))\nreturn "done"'),
        ),
    ),
    "LDAP injection": (
        90,
        (
            _weak(
                "ldap3",
                "import ldap3\nserver = ldap3.Server('ldap.example')\nconn = ldap3.Connection(server, auto_bind=True)\n"
                "conn.search('dc=example', f'(&(uid={text})(objectclass=person))', attributes=['cn'])\n"
                'return "done"',
            ),
            _weak(
                "ldap3 variable",
                "import ldap3\nimport shared.directory\nconn = shared.directory.connection()\n"
                "condition = f'(&(objectclass=person)(|(uid={text})(street={{0}})))'\n"
                "conn.search('dc=example', condition, attributes=ldap3.ALL_ATTRIBUTES)\nreturn \"done\"",
            ),
            _weak(
                "python-ldap",
                "import ldap\nconn = ldap.initialize('ldap://ldap.example')\n"
                "conn.search_s('dc=example', ldap.SCOPE_SUBTREE, '(uid=' + text + ')')\nreturn \"done\"",
            ),
            _fine(
                "escaped",
                "import ldap3\nfrom ldap3.utils.conv import escape_filter_chars\n"
                "conn = ldap3.Connection(ldap3.Server('ldap.example'))\n"
                "conn.search('dc=example', f'(uid={escape_filter_chars(text)})')\nreturn \"done\"",
            ),
            _fine(
                "constant",
                "import ldap3\nconn = ldap3.Connection(ldap3.Server('ldap.example'))\n"
                "conn.search('dc=example', '(objectclass=person)')\nreturn \"done\"",
            ),
        ),
    ),
    "path traversal": (
        22,
        (
            _weak("open", 'with open(f"/srv/files/{text}", "rb") as file:\n    data = file.read()\nreturn "done"'),
            _weak(
                "joined",
                'import os\nwhere = os.path.join("/srv/files", text)\ndata = open(where).read()\nreturn "done"',
            ),
            _weak(
                "pathlib",
                "import pathlib\nwhere = pathlib.Path('/srv/files') / text\ndata = where.read_text()\nreturn \"done\"",
            ),
            _weak(
                "codecs",
                'import codecs\nfile = codecs.open("/srv/files/" + text, "r", "utf-8")\nreturn file.read()[:1]',
            ),
            _weak(
                "flags",
                "import os\nfile = os.open(f'/srv/files/{text}', os.O_RDWR | os.O_CREAT, 0o600)\n"
                "os.write(file, b'x')\nreturn \"done\"",
            ),
            _fine(
                "secured",
                "import os\nfrom werkzeug.utils import secure_filename\n"
                'data = open(os.path.join("/srv/files", secure_filename(text))).read()\nreturn "done"',
            ),
            _fine(
                "from folder", 'from flask import send_from_directory\nreturn send_from_directory("/srv/files", text)'
            ),
            _fine(
                "resolved",
                "import pathlib\nroot = pathlib.Path('/srv/files')\nwhere = (root / text).resolve()\n"
                "if not where.is_relative_to(root):\n    return 'no', 400\ndata = where.read_text()\nreturn \"done\"",
            ),
            _fine(
                "refused",
                "if '../' in text or text.startswith('/'):\n    return 'no', 400\n"
                "data = open('/srv/files/' + text).read()\nreturn \"done\"",
            ),
        ),
    ),
    "open redirect": (
        601,
        (
            _weak("redirect", "from flask import redirect\nreturn redirect(text)"),
            _weak("flask.redirect", "import flask\nreturn flask.redirect(text, code=302)"),
            _weak(
                "header",
                "from flask import make_response\nanswer = make_response('', 302)\n"
                "answer.headers['Location'] = text\nreturn answer",
            ),
            _fine("below", "from flask import redirect\nreturn redirect('/items/' + text)"),
            _fine("route", "from flask import redirect, url_for\nreturn redirect(url_for('view', item=text))"),
            _fine(
                "host",
                "from flask import redirect\nimport urllib.parse\n"
                "if urllib.parse.urlparse(text).netloc not in ('shop.example',):\n    return 'no', 400\n"
                "return redirect(text)",
            ),
        ),
    ),
    "SQL injection": (
        89,
        (
            _weak(
                "sqlite",
                "import sqlite3\ncursor = sqlite3.connect('a.db').cursor()\n"
                'cursor.execute(f"SELECT * FROM item WHERE name = \'{text}\'")\nreturn "done"',
            ),
            _weak(
                "variable",
                "import shared.database\nsql = 'SELECT * FROM item WHERE name = \\'' + text + '\\''\n"
                'cursor = shared.database.cursor()\ncursor.execute(sql)\nreturn "done"',
            ),
            _weak(
                "script",
                "import shared.database\nsql = \"UPDATE item SET name = '%s' WHERE id = 1\" % text\n"
                'shared.database.cursor().executescript(sql)\nreturn "done"',
            ),
            _fine(
                "parameter",
                "import shared.database\ncursor = shared.database.cursor()\n"
                "cursor.execute('SELECT * FROM item WHERE name = ?', (text,))\nreturn \"done\"",
            ),
            _fine(
                "parameter variable",
                "import shared.database\nsql = 'SELECT * FROM item WHERE name = %s'\n"
                'cursor = shared.database.cursor()\ncursor.execute(sql, [text])\nreturn "done"',
            ),
        ),
    ),
    "trust boundary": (
        501,
        (
            _weak("value", "from flask import session\nsession['user'] = text\nreturn \"done\""),
            _weak("key", "import flask\nflask.session[text] = '10'\nreturn \"done\""),
            _fine("constant", "from flask import session\nsession['user'] = 'guest'\nreturn text[:0]"),
            _fine("other", "from flask import session\nknown = session.get('user')\nreturn \"done\""),
        ),
    ),
    "XPath injection": (
        643,
        (
            _weak(
                "lxml",
                "import lxml.etree\nroot = lxml.etree.parse('/srv/people.xml').getroot()\n"
                'found = root.xpath("/people/person[@id=\'" + text + "\']")\nreturn "done"',
            ),
            _weak(
                "variable",
                "import lxml.etree\nroot = lxml.etree.parse('/srv/people.xml')\n"
                'query = f"/people/person[@id=\'{text}\']"\nfound = lxml.etree.XPath(query)(root)\nreturn "done"',
            ),
            _weak(
                "elementpath",
                "import elementpath\nimport xml.etree.ElementTree as ET\nroot = ET.parse('/srv/people.xml')\n"
                'found = elementpath.select(root, f"/people/person[@id=\'{text}\']")\nreturn "done"',
            ),
            _fine(
                "variable of the query",
                "import lxml.etree\nroot = lxml.etree.parse('/srv/people.xml').getroot()\n"
                "found = root.xpath('/people/person[@id=$name]', name=text)\nreturn \"done\"",
            ),
            _fine(
                "quotes refused",
                "import lxml.etree\nroot = lxml.etree.parse('/srv/people.xml').getroot()\n"
                "if \"'\" in text:\n    return 'no', 400\n"
                'found = root.xpath("/people/person[@id=\'" + text + "\']")\nreturn "done"',
            ),
            _fine(
                "quotes escaped",
                "import lxml.etree\nroot = lxml.etree.parse('/srv/people.xml').getroot()\n"
                'found = root.xpath("/people/person[@id=\'" + text.replace("\'", \'&apos;\') + "\']")\nreturn "done"',
            ),
        ),
    ),
    "cross-site scripting": (
        79,
        (
            _weak("returned", "return f'<p>Hello {text}</p>'"),
            _weak("collected", "page = ''\npage += 'Item: '\npage += text\nreturn page"),
            _weak("response", "from flask import make_response\nreturn make_response('<b>' + text + '</b>')"),
            _weak(
                "named", "page = ''\nbox = {'name': text, 'a': 'b'}\npage += 'Name {0[name]}'.format(box)\nreturn page"
            ),
            _fine("escaped", "import html\nreturn f'<p>Hello {html.escape(text)}</p>'"),
            _fine("markup", "import markupsafe\nreturn '<p>Hello ' + str(markupsafe.escape(text)) + '</p>'"),
            _fine("json", "from flask import jsonify\nreturn jsonify(name=text)"),
            _fine("template", "from flask import render_template\nreturn render_template('page.html', name=text)"),
        ),
    ),
}

FIXED: dict[str, tuple[int, tuple[Use, ...]]] = {
    "weak hash": (
        328,
        (
            _weak("md5", "import hashlib\ndigest = hashlib.md5(value.encode()).hexdigest()\nreturn digest"),
            _weak(
                "sha1",
                "import hashlib\ndigest = hashlib.sha1()\ndigest.update(value.encode())\nreturn digest.hexdigest()",
            ),
            _weak("named", "import hashlib\ndigest = hashlib.new('md5')\ndigest.update(value.encode())\nreturn 'done'"),
            _weak("named sha1", "import hashlib\nname = 'sha1'\ndigest = hashlib.new(name)\nreturn digest.hexdigest()"),
            _fine("sha256", "import hashlib\ndigest = hashlib.sha256(value.encode()).hexdigest()\nreturn digest"),
            _fine("named sha512", "import hashlib\ndigest = hashlib.new('sha512')\nreturn digest.hexdigest()"),
            _fine("said", "import hashlib\nreturn hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()"),
            _fine("sha3", "import hashlib\nreturn hashlib.sha3_256(value.encode()).hexdigest()"),
        ),
    ),
    "insecure cookie": (
        614,
        (
            _weak(
                "insecure",
                "from flask import make_response\nanswer = make_response('x')\n"
                "answer.set_cookie('item', value, path=request.path, secure=False, httponly=True)\nreturn answer",
            ),
            _weak(
                "session",
                "from flask import make_response\nanswer = make_response('x')\n"
                "answer.set_cookie('session', 'abc')\nreturn answer",
            ),
            _fine(
                "secure",
                "from flask import make_response\nanswer = make_response('x')\n"
                "answer.set_cookie('item', value, path=request.path, secure=True, httponly=True)\nreturn answer",
            ),
            _fine(
                "lax",
                "from flask import make_response\nanswer = make_response('x')\n"
                "answer.set_cookie('session', 'abc', secure=True, httponly=True, samesite='Lax')\nreturn answer",
            ),
        ),
    ),
    "weak randomness": (
        330,
        (
            _weak(
                "choice", "import random\ntoken = ''.join(random.choice('abcdef') for _ in range(20))\nreturn 'done'"
            ),
            _weak("bits", "import random\ntoken = str(random.getrandbits(64))\nreturn 'done'"),
            _weak(
                "cookie",
                "import random\nfrom flask import make_response\nkey = str(random.randint(0, 2**32))\n"
                "answer = make_response('x')\nanswer.set_cookie('rememberMe', key, secure=True, httponly=True)\n"
                "return answer",
            ),
            _weak("float", "import random\nsession_id = str(random.random())[2:]\nreturn 'done'"),
            _weak("bytes", "import random\nimport base64\nkey = base64.b64encode(random.randbytes(32))\nreturn 'done'"),
            _fine("secrets", "import secrets\ntoken = secrets.token_hex(16)\nreturn 'done'"),
            _fine("system", "import random\ntoken = random.SystemRandom().getrandbits(64)\nreturn 'done'"),
            _fine(
                "secret choice",
                "import secrets\ntoken = ''.join(secrets.choice('abcdef') for _ in range(20))\nreturn 'x'",
            ),
        ),
    ),
    "XML external entities": (
        611,
        (
            _weak(
                "sax",
                "import io\nimport xml.sax\nimport xml.sax.handler\nparser = xml.sax.make_parser()\n"
                "parser.setFeature(xml.sax.handler.feature_external_ges, True)\nparser.parse(io.StringIO(value))\n"
                "return 'done'",
            ),
            _weak(
                "dom",
                "import xml.dom.minidom\nimport xml.sax\nimport xml.sax.handler\nparser = xml.sax.make_parser()\n"
                "parser.setFeature(xml.sax.handler.feature_external_ges, True)\n"
                "document = xml.dom.minidom.parseString(value, parser)\nreturn 'done'",
            ),
            _weak(
                "lxml",
                "import lxml.etree\nparser = lxml.etree.XMLParser(resolve_entities=True)\n"
                "root = lxml.etree.fromstring(value, parser)\nreturn 'done'",
            ),
            _fine(
                "dom without",
                "import xml.dom.minidom\nimport xml.sax\nimport xml.sax.handler\nparser = xml.sax.make_parser()\n"
                "parser.setFeature(xml.sax.handler.feature_external_ges, False)\n"
                "document = xml.dom.minidom.parseString(value, parser)\nreturn 'done'",
            ),
            _fine(
                "lxml without",
                "import lxml.etree\nparser = lxml.etree.XMLParser(resolve_entities=False, no_network=True)\n"
                "root = lxml.etree.fromstring(value, parser)\nreturn 'done'",
            ),
            _fine(
                "defused",
                "import defusedxml.ElementTree\nroot = defusedxml.ElementTree.fromstring(value)\nreturn 'done'",
            ),
            _fine(
                "plain sax",
                "import io\nimport xml.sax\nparser = xml.sax.make_parser()\nparser.parse(io.StringIO(value))\n"
                "return 'done'",
            ),
        ),
    ),
}
