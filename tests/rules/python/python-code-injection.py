import ast
import builtins
import json
import operator
import re

import pandas
from flask import Flask, request

app = Flask(__name__)

OPERATIONS = {"plus": operator.add, "minus": operator.sub}


@app.route("/calculate", methods=["POST"])
def calculate():
    formula = request.form["formula"]
    # ruleid: python-code-injection
    eval(formula)
    # ruleid: python-code-injection
    eval("2 * " + formula, {"__builtins__": {}})
    # ruleid: python-code-injection
    exec(f"result = {formula}")
    # ruleid: python-code-injection
    compile(request.get_data(), "<form>", "exec")
    # ruleid: python-code-injection
    builtins.eval(request.json["formula"])
    # ruleid: python-code-injection
    pandas.DataFrame().eval(formula)
    # ok: python-code-injection
    ast.literal_eval(formula)
    # ok: python-code-injection
    json.loads(formula)
    # ok: python-code-injection
    eval("1 + 1")
    # ok: python-code-injection
    eval(f"1 + {int(formula)}")
    # ok: python-code-injection
    re.compile(formula)
    operation = OPERATIONS[request.form["operation"]]
    # ok: python-code-injection
    operation(float(request.form["a"]), float(request.form["b"]))
    formula = "1 + 1"
    # ok: python-code-injection
    eval(formula)


@app.route("/run/<name>")
def run(name):
    # ruleid: python-code-injection
    __import__(name)
    # ruleid: python-code-injection
    exec(name + "()")
    if name in ("start", "stop"):
        # ok: python-code-injection
        exec(name + "()")


def decoded(request):
    import base64

    # ruleid: python-code-injection
    exec(base64.b64decode(request.GET["code"]).decode())
    # ok: python-code-injection
    base64.b64decode(request.GET["code"]).decode()


def load_plugin():
    import importlib

    # ruleid: python-code-injection
    plugin = importlib.import_module(request.args["plugin"])
    name = request.args["plugin"]
    if name not in {"first", "second"}:
        return None
    # ok: python-code-injection
    return plugin, importlib.import_module(name)
