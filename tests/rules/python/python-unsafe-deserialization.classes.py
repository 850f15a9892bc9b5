"""Unpicklers of the file, and files that a visitor uploads."""

import io
import os
import pickle
import shelve

from flask import Flask, request

app = Flask(__name__)
REFUSED = {"os", "posix", "subprocess"}
KNOWN = {("collections", "OrderedDict"), ("datetime", "date")}


class Refusing(pickle.Unpickler):
    def find_class(self, module, name):
        if module in REFUSED:
            raise pickle.UnpicklingError(f"{module}.{name} is refused")
        return super().find_class(module, name)


class Choosing(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) not in KNOWN:
            raise pickle.UnpicklingError(f"{module}.{name} is not known")
        return super().find_class(module, name)


@app.post("/refusing")
def refusing():
    # ruleid: python-unsafe-deserialization
    return str(Refusing(io.BytesIO(request.get_data())).load())


@app.post("/choosing")
def choosing():
    # ok: python-unsafe-deserialization
    return str(Choosing(io.BytesIO(request.get_data())).load())


@app.post("/shelf")
def shelf():
    upload = request.files["shelf"]
    path = os.path.join("/srv/uploads", "shelf.db")
    upload.save(path)
    # ruleid: python-unsafe-deserialization
    with shelve.open(path, flag="r") as kept:
        return {"keys": sorted(kept)}


@app.post("/own")
def own():
    path = os.path.join("/srv/own", "shelf.db")
    # ok: python-unsafe-deserialization
    with shelve.open(path, flag="r") as kept:
        return {"keys": sorted(kept)}
