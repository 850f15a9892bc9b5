"""Views whose values go through functions of their file: what two tests of unfolded files look at."""

VIEWS = """\
import os, re
from flask import Flask, request
app = Flask(__name__)
def asked():
    return request.args.get("name")
def start(name):
    os.system("ls " + name)
def one_of_ours(name):
    return "first" if name else app.name
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
class Job:
    def __init__(self, number):
        self.number = int(number)
    def line(self):
        return f"job {self.number}"
def run(job):
    os.system(job.line())
@app.get("/e")
def e():
    job = Job(request.args.get("number"))
    run(job)
class Named:
    def __init__(self, name):
        self.name = name
    def line(self):
        return "job " + self.name
def run_named(named):
    os.system(named.line())
@app.get("/f")
def f():
    named = Named(request.args.get("name"))
    run_named(named)
def is_known(name):
    return re.fullmatch("[a-z]+", name) is not None
@app.get("/g")
def g():
    name = request.args.get("name")
    if is_known(name):
        os.system("ls " + name)
def start_one(name):
    os.system("ls " + name)
@app.get("/h")
def h():
    name = request.args.get("name")
    name = one_of_ours(name)
    start_one(name)
"""
