import asyncio
import os
import shlex
import subprocess
import subprocess as sp
from pathlib import Path
from subprocess import Popen, check_output, run

from flask import Blueprint, current_app, request

from shop import utils

blueprint = Blueprint("admin", __name__)

TOOLS = {"ping": "/usr/bin/ping", "dig": "/usr/bin/dig"}


@blueprint.get("/ping/<host>")
def ping(host):
    # ruleid: python-command-injection
    os.system("ping -c 1 " + host)
    # ruleid: python-command-injection
    os.popen(f"ping -c 1 {host}").read()
    # ok: python-command-injection
    os.system("ping -c 1 " + shlex.quote(host))
    # ok: python-command-injection
    subprocess.run(["ping", "-c", "1", "--", host])
    # ok: python-command-injection
    os.system("ping -c 1 localhost")


@blueprint.post("/backup")
def backup():
    target = Path(current_app.config["BACKUP_FOLDER"], request.form["name"])
    # ruleid: python-command-injection
    subprocess.run(f"tar czf {target}.tar.gz /srv", shell=True, check=True)
    # ruleid: python-command-injection
    sp.check_call("tar czf %s /srv" % target, shell=True)
    # ruleid: python-command-injection
    run(args="tar czf {} /srv".format(target), capture_output=True, shell=True)
    # ruleid: python-command-injection
    Popen("tar czf " + request.form["name"], stdout=sp.PIPE, shell=1)
    # ruleid: python-command-injection
    utils.call_subprocess("tar czf " + request.form["name"], shell=True)
    # ok: python-command-injection
    subprocess.run(["tar", "czf", f"{target}.tar.gz", "/srv"], check=True)
    # ok: python-command-injection
    subprocess.run(f"tar czf {shlex.quote(str(target))} /srv", shell=True, check=True)
    # ok: python-command-injection
    check_output("tar czf /tmp/all.tar.gz /srv", shell=True, input=request.get_data())


def by_sh():
    name = request.args["name"]
    # ruleid: python-command-injection
    subprocess.run(["sh", "-c", "ls " + name])
    # ruleid: python-command-injection
    os.execl("/bin/bash", "bash", "-c", name)
    arguments = []
    arguments.append("sh")
    arguments.append("-c")
    # ruleid: python-command-injection
    arguments.append(f"echo {name}")
    subprocess.run(arguments)
    # ok: python-command-injection
    subprocess.run(["sh", "-c", 'ls "$1"', "sh", name])
    arguments = ["ls"]
    # ok: python-command-injection
    arguments.append(name)
    # ok: python-command-injection
    subprocess.run(arguments)


def which_program():
    tool = request.args["tool"]
    # ruleid: python-command-injection
    subprocess.run([tool, "--version"])
    # ruleid: python-command-injection
    os.spawnlp(os.P_WAIT, tool, tool)
    # ok: python-command-injection
    subprocess.run([TOOLS[tool], "--version"])
    if tool not in {"ping", "dig"}:
        return
    # ok: python-command-injection
    subprocess.run([tool, "--version"])
    # ok: python-command-injection
    os.system(tool + " --version")


async def later(request):
    # ruleid: python-command-injection
    await asyncio.create_subprocess_shell("convert " + request.query_params["name"])
    # ok: python-command-injection
    await asyncio.create_subprocess_exec("convert", request.query_params["name"])


def shell(command):
    print(command)
    # ruleid: python-command-injection
    return subprocess.check_output(command, shell=True, text=True)


def host_of_request():
    host = request.args.get("host")
    return host


def helpers(client):
    # ruleid: python-command-injection
    shell("ls " + request.args["folder"])
    # ok: python-command-injection
    shell("ls " + shlex.quote(request.args["folder"]))
    # ok: python-command-injection
    shell("ls")
    # ruleid: python-command-injection
    os.system("ping " + host_of_request())
    # ruleid: python-command-injection
    client.exec_command("ls " + request.args["folder"])


def containers():
    values = {"count": "1"}
    values["host"] = request.args["host"]
    values["tool"] = "ping"
    # ruleid: python-command-injection
    os.system("ping " + values["host"])
    # ok: python-command-injection
    os.system("which " + values["tool"])
    hosts = [request.args["host"], "localhost"]
    for host in hosts:
        # ruleid: python-command-injection
        os.system("ping " + host)
    count = request.args["count"]
    if not count.isdigit():
        count = "1"
    # ok: python-command-injection
    os.system("ping -c " + count)
    # ok: python-command-injection
    os.system(f"ping -c {int(request.args['count'])} localhost")


def by_platform():
    words = []
    if "Windows" in platform.system():
        words.append("cmd.exe")
        words.append("/c")
    else:
        words.append("sh")
        words.append("-c")
    # ruleid: python-command-injection
    words.append(f"echo {request.args['word']}")
    subprocess.run(words, check=False)
    plain = []
    if "Windows" in platform.system():
        plain.append("where.exe")
    else:
        plain.append("which")
    # ok: python-command-injection
    plain.append(request.args["word"])
    subprocess.run(plain, check=False)
