"""Helpers that quote for a shell, and those that quote for something else."""

import html
import os
import shlex

from flask import Flask, request

app = Flask(__name__)


def quoted(*parts):
    return " ".join(shlex.quote(part) for part in parts)


def flag(name, value):
    return f"--{shlex.quote(name)}={shlex.quote(value)}"


def escaped(text):
    return html.escape(text)


def half(name, value):
    return f"--{name}={shlex.quote(value)}"


@app.get("/quoted")
def by_quoted():
    # ok: python-command-injection
    return os.popen("grep -F -e " + quoted(request.args["text"]) + " /var/log/app.log").read()


@app.get("/flag")
def by_flag():
    line = flag("text", request.args["text"])
    # ok: python-command-injection
    return os.popen("search " + line).read()


@app.get("/escaped")
def by_escaped():
    # ruleid: python-command-injection
    return os.popen("search " + escaped(request.args["text"])).read()


@app.get("/half")
def by_half():
    # ruleid: python-command-injection
    return os.popen("search " + half(request.args["name"], request.args["text"])).read()
