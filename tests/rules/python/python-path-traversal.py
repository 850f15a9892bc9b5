import os
import re
import shutil
import uuid
from pathlib import Path

from django.core.files.storage import default_storage
from fastapi import Depends, FastAPI
from fastapi.responses import FileResponse
from flask import Blueprint, abort, current_app, request, send_file, send_from_directory
from werkzeug.utils import safe_join, secure_filename

from shop.auth import account

blueprint = Blueprint("invoices", __name__)
app = FastAPI()

FOLDER = Path("/srv/invoices")
TEMPLATES = {"plain": "plain.txt", "fancy": "fancy.txt"}


@blueprint.get("/download")
def download():
    path = os.path.join(current_app.config["INVOICE_FOLDER"], request.args["name"])
    # ruleid: python-path-traversal
    first = send_file(path, as_attachment=True)
    # ruleid: python-path-traversal
    with open(path) as file:
        file.read()
    # ruleid: python-path-traversal
    second = (FOLDER / request.args["name"]).read_text()
    # ruleid: python-path-traversal
    third = Path(FOLDER, request.args["name"]).open()
    # ok: python-path-traversal
    fourth = send_from_directory(FOLDER, request.args["name"])
    # ok: python-path-traversal
    fifth = open(safe_join("/srv/invoices", request.args["name"]))
    # ok: python-path-traversal
    sixth = open(os.path.join("/srv/invoices", os.path.basename(request.args["name"])))
    # ok: python-path-traversal
    seventh = (FOLDER / Path(request.args["name"]).name).read_text()
    # ok: python-path-traversal
    eighth = open(f"/srv/invoices/{int(request.args['number'])}.txt")
    # ok: python-path-traversal
    ninth = open(f"/srv/invoices/{uuid.UUID(request.args['number'])}.txt")
    # ok: python-path-traversal
    tenth = open(FOLDER / TEMPLATES[request.args["template"]])
    # ok: python-path-traversal
    last = open(FOLDER / TEMPLATES.get(request.args["template"], "plain.txt"))
    return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, last


@blueprint.post("/upload")
def upload():
    file = request.files["file"]
    # ruleid: python-path-traversal
    file.save(os.path.join("/srv/uploads", file.filename))
    # ok: python-path-traversal
    file.save(os.path.join("/srv/uploads", secure_filename(file.filename)))
    # ok: python-path-traversal
    file.save("/srv/uploads/upload.bin")
    # ok: python-path-traversal
    default_storage.save(file.filename, file)


@blueprint.post("/move/<name>")
def move(name):
    # ruleid: python-path-traversal
    os.remove("/srv/uploads/" + name)
    # ruleid: python-path-traversal
    os.rename("/srv/uploads/upload.bin", f"/srv/uploads/{name}")
    # ruleid: python-path-traversal
    shutil.copy("/srv/uploads/upload.bin", "/srv/uploads/" + name)
    # ruleid: python-path-traversal
    shutil.rmtree(os.path.join("/srv/uploads", name))
    # ok: python-path-traversal
    os.remove("/srv/uploads/" + name.replace("/", "_"))
    # ok: python-path-traversal
    os.remove("/srv/uploads/" + re.sub(r"[^\w.-]", "_", name))
    # ok: python-path-traversal
    os.remove("/srv/uploads/upload.bin")


def removed_dots():
    name = request.args["name"].replace("../", "")
    # ruleid: python-path-traversal
    return open("/srv/invoices/" + name)


def refused_dots():
    name = request.args["name"]
    if "../" in name:
        abort(400)
    # ok: python-path-traversal
    return open("/srv/invoices/" + name)


def refused_slashes():
    name = request.args["name"]
    if not name or "/" in name or name.startswith("."):
        abort(400)
    # ok: python-path-traversal
    return open("/srv/invoices/" + name)


def resolved_and_compared():
    path = os.path.realpath(os.path.join("/srv/invoices", request.args["name"]))
    if not path.startswith("/srv/invoices/"):
        abort(400)
    # ok: python-path-traversal
    return open(path)


def only_compared():
    path = os.path.join("/srv/invoices", request.args["name"])
    if not path.startswith("/srv/invoices/"):
        abort(400)
    # ruleid: python-path-traversal
    return open(path)


def resolved_path():
    path = (FOLDER / request.args["name"]).resolve()
    if not path.is_relative_to(FOLDER):
        abort(400)
    # ok: python-path-traversal
    return path.read_bytes()


def unresolved_path():
    path = FOLDER / request.args["name"]
    if not path.is_relative_to(FOLDER):
        abort(400)
    # ruleid: python-path-traversal
    return path.read_bytes()


def by_exception():
    path = (FOLDER / request.args["name"]).resolve()
    try:
        path.relative_to(FOLDER)
    except ValueError:
        abort(404)
    # ok: python-path-traversal
    return path.read_bytes()


def checked_by_a_function(is_safe_path):
    name = request.args["name"]
    if not is_safe_path(FOLDER, name):
        abort(404)
    # ok: python-path-traversal
    return (FOLDER / name).read_bytes()


def from_a_list():
    name = request.args.get("name")
    names = ["a.txt", "b.txt"]
    if name not in names:
        abort(404)
    # ok: python-path-traversal
    return open("/srv/invoices/" + name)


@app.get("/files/{name}")
async def files(name: str, number: int, user=Depends(account)):
    if number > 0:
        # ok: python-path-traversal
        return FileResponse(f"/srv/files/{number}")
    if user:
        # ok: python-path-traversal
        return FileResponse(f"/srv/files/{user}")
    # ruleid: python-path-traversal
    return FileResponse("/srv/files/" + name)


@blueprint.get("/pages/<int:number>")
def page(number):
    # ok: python-path-traversal
    return send_file(f"/srv/pages/{number}.html")


def lambda_handler(event, context):
    # ruleid: python-path-traversal
    return open("/mnt/files/" + event["queryStringParameters"]["name"]).read()


def command_line(arguments):
    # ok: python-path-traversal
    return open(arguments.path)
