import builtins

import pandas as pd
from flask import Flask, request

app = Flask(__name__)


@app.route("/tool")
def tool():
    # ruleid: python-code-injection
    function = getattr(builtins, request.args["tool"], None)
    # ok: python-code-injection
    other = getattr(builtins, "len", None)
    return str(function("a") or other("a"))


@app.route("/column")
def column():
    sales_df = pd.DataFrame()
    # ruleid: python-code-injection
    return str(sales_df.eval(request.args["formula"]))


@app.route("/predict")
def predict():
    # ok: python-code-injection
    return str(model.eval(request.args["sentence"]))


def evaluate(text):
    # ruleid: python-code-injection
    return eval(text)


def constant(text):
    # ok: python-code-injection
    return eval(text)


@app.route("/evaluate")
def evaluated():
    constant("1 + 1")
    return str(evaluate(request.args["text"]))


@app.route("/timing")
def timing():
    # ruleid: python-code-injection
    timer = timeit.Timer(stmt=request.args["statement"], setup="data = []")
    # ruleid: python-code-injection
    first = timeit.timeit(request.args["statement"], number=5)
    # ok: python-code-injection
    second = timeit.timeit("sum(data)", number=int(request.args["number"]))
    # ok: python-code-injection
    third = timeit.Timer("sum(data)")
    return str(first + second + timer.timeit() + third.timeit())
