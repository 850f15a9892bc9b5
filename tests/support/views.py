"""Views whose values go through functions of their file: what two tests of unfolded files look at."""

VIEWS = """\
import os
from flask import Flask, request
app = Flask(__name__)
def asked():
    return request.args.get("name")
def start(name):
    os.system("ls " + name)
def one_of_ours(name):
    return "first" if name else "other"
@app.get("/a")
def a():
    start(asked())
@app.get("/b")
def b():
    os.system(one_of_ours(request.args.get("name")))
@app.get("/c")
def c():
    os.system(request.args.get("name"))
    start("x")
def first(names):
    for name in names:
        if name:
            return name
    return ""
@app.get("/d")
def d():
    os.system(first([request.args.get("name")]))
"""
