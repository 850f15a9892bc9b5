"""Names that functions of the same file get and give back."""

import os
from pathlib import Path

from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

FOLDER = "/srv/files"


def destination(original):
    name = secure_filename(original or "")
    return os.path.join(FOLDER, name)


def below(folder, original):
    name = secure_filename(original or "")
    return os.path.join(folder, name)


def beside(folder, original):
    return os.path.join(folder, original)


def keep(upload: FileStorage, folder: Path):
    target = folder / upload.filename
    # ruleid: python-path-traversal
    target.write_bytes(upload.read())


def keep_its_bytes(upload: FileStorage, folder: Path):
    # ok: python-path-traversal
    (folder / "upload").write_bytes(upload.read())


def attach():
    for upload in request.files.getlist("file"):
        # ok: python-path-traversal
        upload.save(destination(upload.filename))
        # ruleid: python-path-traversal
        upload.save(beside("/srv/files", upload.filename))
        # ruleid: python-path-traversal
        upload.save(below(request.form["folder"], upload.filename))
        # ok: python-path-traversal
        upload.save(os.path.join(FOLDER, secure_filename(upload.filename)))
