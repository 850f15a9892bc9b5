import base64
import io
import json
import marshal
import pickle
import shelve
from pickle import loads

import dill
import jsonpickle
import numpy
import torch
import yaml
from flask import Blueprint, current_app, request

blueprint = Blueprint("cart", __name__)


@blueprint.get("/cart")
def cart():
    packed = request.cookies.get("cart")
    # ruleid: python-unsafe-deserialization
    first = pickle.loads(base64.urlsafe_b64decode(packed))
    # ruleid: python-unsafe-deserialization
    second = loads(bytes.fromhex(packed))
    # ruleid: python-unsafe-deserialization
    third = pickle.Unpickler(io.BytesIO(request.get_data())).load()
    # ruleid: python-unsafe-deserialization
    fourth = jsonpickle.decode(packed)
    # ruleid: python-unsafe-deserialization
    fifth = marshal.loads(request.data)
    # ruleid: python-unsafe-deserialization
    sixth = dill.load(request.files["model"].stream)
    # ok: python-unsafe-deserialization
    seventh = json.loads(base64.urlsafe_b64decode(packed))
    # ok: python-unsafe-deserialization
    eighth = pickle.loads(current_app.signer.unsign(packed))
    # ok: python-unsafe-deserialization
    ninth = pickle.dumps(packed)
    # ok: python-unsafe-deserialization
    tenth = request.get_json()
    return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth


@blueprint.post("/prices")
def prices():
    text = request.form["prices"]
    # ruleid: python-unsafe-deserialization
    first = yaml.load(text, Loader=yaml.Loader)
    # ruleid: python-unsafe-deserialization
    second = yaml.load(request.files["prices"].stream, yaml.UnsafeLoader)
    # ruleid: python-unsafe-deserialization
    third = yaml.unsafe_load(text)
    # ok: python-unsafe-deserialization
    fourth = yaml.load(text, Loader=yaml.SafeLoader)
    # ok: python-unsafe-deserialization
    fifth = yaml.load(text, yaml.CSafeLoader)
    # ok: python-unsafe-deserialization
    sixth = yaml.safe_load(text)
    return first, second, third, fourth, fifth, sixth


def models():
    # ruleid: python-unsafe-deserialization
    first = torch.load(request.files["model"])
    # ok: python-unsafe-deserialization
    second = torch.load(request.files["model"], weights_only=True)
    # ruleid: python-unsafe-deserialization
    third = numpy.load(request.files["model"], allow_pickle=True)
    # ok: python-unsafe-deserialization
    fourth = numpy.load(request.files["model"])
    # ruleid: python-unsafe-deserialization
    fifth = shelve.open("/srv/" + request.args["name"])
    # ok: python-unsafe-deserialization
    sixth = shelve.open("/srv/shelf")
    return first, second, third, fourth, fifth, sixth


def replaced():
    values = {}
    values["given"] = request.cookies["cart"]
    values["empty"] = "gASVBAAAAAAAAABdlC4="
    packed = values["given"]
    # ruleid: python-unsafe-deserialization
    pickle.loads(base64.b64decode(packed))
    packed = values["empty"]
    # ok: python-unsafe-deserialization
    pickle.loads(base64.b64decode(packed))
    packed = str(int(request.args["number"]))
    # ok: python-unsafe-deserialization
    pickle.loads(packed.encode())
    with open("/srv/cache", "rb") as file:
        # ok: python-unsafe-deserialization
        pickle.load(file)
