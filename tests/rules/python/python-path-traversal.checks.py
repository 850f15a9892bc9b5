import os
import zipfile
from pathlib import Path

from flask import Flask, abort, request

app = Flask(__name__)
ROOT = Path("/srv/files").resolve()


def inside(name):
    path = (ROOT / name).resolve()
    if not path.is_relative_to(ROOT):
        raise ValueError(name)
    return path


@app.route("/resolved")
def resolved():
    # ok: python-path-traversal
    return inside(request.args["name"]).read_text()


@app.route("/is-a-file")
def is_a_file():
    path = os.path.join("/srv/files", request.args["name"])
    if not os.path.isfile(path):
        abort(404)
    # ruleid: python-path-traversal
    with open(path) as file:
        return file.read()


@app.route("/upload")
def upload():
    # ok: python-path-traversal
    with zipfile.ZipFile(request.files["archive"]) as archive:
        return str(len(archive.namelist()))


@app.route("/archive")
def archive():
    # ruleid: python-path-traversal
    with zipfile.ZipFile("/srv/archives/" + request.args["name"]) as opened:
        return str(len(opened.namelist()))


def erase(name):
    # ruleid: python-path-traversal
    os.remove("/srv/files/" + name)


@app.route("/remove/<name>")
def removed(name):
    erase(name)
    return "yes"
