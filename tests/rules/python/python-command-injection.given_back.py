"""Commands that functions of the same file get and give back."""

import shlex
import subprocess

from flask import request


def run_script(script):
    # ruleid: python-command-injection
    subprocess.run(["/bin/sh", "-c", script])


def run_other(script):
    # ok: python-command-injection
    subprocess.run(["/bin/sh", "-c", script])


def line(name):
    quoted = shlex.quote(name)
    return f"wc -l {quoted}"


def part(name, offset):
    quoted = shlex.quote(name)
    return f"tail -c +{offset} {quoted}"


def fetch(path):
    branch = request.form.get("branch", "main")
    run_script("cd {} && git fetch origin {}".format(path, branch))
    depth = request.form.get("depth", type=int)
    run_other("cd {} && git fetch --depth {}".format(path, depth))


def count():
    # ok: python-command-injection
    subprocess.run(line(request.args["name"]), shell=True)
    # ruleid: python-command-injection
    subprocess.run(part("a.txt", request.args["offset"]), shell=True)
    # ok: python-command-injection
    subprocess.run(["tail", "-c", request.args["offset"], "a.txt"])
