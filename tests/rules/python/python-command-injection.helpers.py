import enum
import os
import re
import shlex
from http.server import BaseHTTPRequestHandler
from ipaddress import IPv4Address

from fastapi import FastAPI
from flask import Flask, abort, request
from pydantic import BaseModel

app = Flask(__name__)
api = FastAPI()


class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"


class Order(BaseModel):
    number: int
    address: IPv4Address
    note: str


class Runner:
    def run_line(self, line):
        # ruleid: python-command-injection
        os.system("run " + line)

    @staticmethod
    def run_static(line):
        # ruleid: python-command-injection
        os.popen(line)


class Probe:
    def __init__(self, host):
        # ruleid: python-command-injection
        os.system("ping -c 1 " + host)


def ping(host):
    # ruleid: python-command-injection
    os.system("ping -c 1 " + host)


def with_options(flags, host):
    line = f"ping {flags} {host}"
    # ruleid: python-command-injection
    os.system(line)


def only_constants(host):
    # ok: python-command-injection
    os.system("ping -c 1 " + host)


def plain_word(value):
    if not value.isalnum():
        abort(400)
    return value


def code_or_error(value):
    if re.fullmatch(r"[A-Z]{2}[0-9]+", value) is None:
        raise ValueError(value)
    return value


def number(value):
    try:
        return int(value)
    except ValueError:
        abort(400)


@app.route("/helpers")
def helpers():
    host = request.args.get("host")
    ping(host)
    with_options("-c 1", request.form["host"])
    only_constants("example.com")
    runner = Runner()
    runner.run_line(request.cookies["line"])
    Runner.run_static(request.args["line"])
    Probe(request.args["probe"])
    return later_in_the_file(request.headers["X-Host"])


def later_in_the_file(host):
    # ruleid: python-command-injection
    return os.popen("host " + host).read()


@app.route("/checked")
def checked():
    # ok: python-command-injection
    os.system("set " + Level(request.args["level"]).value)
    # ok: python-command-injection
    os.system("set " + plain_word(request.args["word"]))
    # ok: python-command-injection
    os.system("set " + code_or_error(request.args["code"]))
    # ok: python-command-injection
    os.system("set " + str(number(request.args["number"])))
    digit = request.args.get("digit", "0")
    if not (digit.isascii() and digit.isdigit()):
        return "no", 400
    # ok: python-command-injection
    os.system("set " + digit)
    slots = {"fixed": "ls", "given": request.args["given"]}
    # ok: python-command-injection
    os.system(slots["fixed"])
    return "yes"


@app.route("/many")
def many():
    wanted = [name.strip() for name in request.args.getlist("name") if name]
    # ruleid: python-command-injection
    os.popen(" ".join(["tar", "cf", "out.tar"] + wanted))
    # ruleid: python-command-injection
    os.popen(" ".join(f"{field}={request.args[field]}" for field in ("a", "b")))
    known = [name for name in request.args.getlist("name") if name in ("a", "b")]
    # ok: python-command-injection
    os.popen(" ".join(known))
    sizes = [str(int(size)) for size in request.args.getlist("size")]
    # ok: python-command-injection
    os.popen(" ".join(sizes))
    return "yes"


@api.post("/orders")
def order(body: Order):
    # ruleid: python-command-injection
    os.system("print " + body.note)
    # ok: python-command-injection
    os.system(f"print {body.number} {body.address}")


@api.get("/fan/{level}")
def fan(level: Level, name: str):
    # ruleid: python-command-injection
    os.system("fan " + name)
    # ok: python-command-injection
    os.system("fan " + level.value)


def handler(event, context):
    # ruleid: python-command-injection
    os.system("run " + event["queryStringParameters"]["line"])
    # ok: python-command-injection
    os.system("run " + context.function_name)


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        # ruleid: python-command-injection
        os.system("log " + self.path)
        # ok: python-command-injection
        os.system("log " + self.server_version)


def application(environ, start_response):
    # ruleid: python-command-injection
    os.system("log " + environ["QUERY_STRING"])
    # ok: python-command-injection
    os.system("log request")


def all_quoted(names):
    return [shlex.quote(name) for name in names]


def all_as_they_came(names):
    return [name for name in names]


@app.get("/archive")
def archived():
    names = request.args.getlist("name")
    # ok: python-command-injection
    os.system("zip " + " ".join(all_quoted(names)))
    # ruleid: python-command-injection
    os.system("zip " + " ".join(all_as_they_came(names)))
    return ""
