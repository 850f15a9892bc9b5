"""The value goes through functions and objects of the file before it is run."""
import ipaddress
import re
import shlex
import subprocess
from dataclasses import dataclass

from flask import Flask, abort, g, request
from flask.views import MethodView

app = Flask(__name__)
NAME = re.compile(r"[a-z0-9-]{1,30}")


@app.before_request
def remember():
    g.host = request.args.get("host", "")


def address(text):
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        abort(400)


def quoted(parts):
    for part in parts:
        yield shlex.quote(part)


def as_they_came(parts):
    for part in parts:
        yield part


@dataclass
class Backup:
    folder: str
    target: str = "/srv/backup"

    @classmethod
    def asked(cls):
        return cls(request.form["folder"])

    @property
    def line(self):
        return f"tar cf {self.target} {self.folder}"

    def start(self):
        # ruleid: python-command-injection
        subprocess.run(self.line, shell=True)


class Checked:
    def __init__(self, name):
        if not NAME.fullmatch(name):
            abort(400)
        self.name = name

    def start(self):
        # ok: python-command-injection
        subprocess.run("systemctl start " + self.name, shell=True)


@app.post("/backup")
def backup():
    Backup.asked().start()
    return ""


@app.post("/start")
def start():
    Checked(request.form["name"]).start()
    return ""


@app.get("/ping")
def ping():
    # ok: python-command-injection
    subprocess.run("ping -c1 " + address(g.host), shell=True)
    # ruleid: python-command-injection
    return subprocess.getoutput("ping -c1 " + g.host)


class Archive(MethodView):
    def __init__(self):
        self.program = "zip"

    def command(self, parts):
        return " ".join([self.program, *parts])

    def post(self):
        names = request.form.getlist("name")
        # ruleid: python-command-injection
        subprocess.run(self.command(as_they_came(names)), shell=True)
        # ok: python-command-injection
        subprocess.run(self.command(quoted(names)), shell=True)
        return ""
