import hashlib
import hmac
import pickle

import yaml
from flask import Flask, abort, request

app = Flask(__name__)


class Spec(yaml.SafeLoader):
    pass


@app.post("/resume")
def resume():
    blob = request.get_data()
    expected = hmac.new(KEY, blob[32:], hashlib.sha256).digest()
    if not hmac.compare_digest(blob[:32], expected):
        abort(403)
    # ok: python-unsafe-deserialization
    return str(pickle.loads(blob[32:]))


@app.post("/noted")
def noted():
    blob = request.get_data()
    if not hmac.compare_digest(blob[:32], hmac.new(KEY, blob[32:], hashlib.sha256).digest()):
        print("not signed")
    # ruleid: python-unsafe-deserialization
    return str(pickle.loads(blob[32:]))


@app.post("/refused")
def refused():
    blob = request.get_data()
    if not hmac.compare_digest(blob[:32], hmac.new(KEY, blob[32:], hashlib.sha256).digest()):
        raise ValueError("not signed")
    # ok: python-unsafe-deserialization
    return str(pickle.loads(blob[32:]))


@app.post("/unsigned")
def unsigned():
    # ruleid: python-unsafe-deserialization
    return str(pickle.loads(request.get_data()))


@app.post("/spec")
def spec():
    # ok: python-unsafe-deserialization
    return str(yaml.load(request.get_data(), Loader=Spec))


class Store:
    def keep(self, handle):
        # ruleid: python-unsafe-deserialization
        return pickle.Unpickler(handle).load()


@app.post("/models")
def models():
    return str(Store().keep(request.files["model"]))
