import os
import shlex
import subprocess
import sys

from installer.utils import call_subprocess

GIT = "/usr/bin/git"


class Repository:
    PROGRAM = "git"

    def __init__(self, folder):
        self.folder = folder

    def checkout(self, branch):
        # ruleid: python-shell-with-built-command
        subprocess.run(f"git -C {self.folder} checkout {branch}", shell=True, check=True)
        # ok: python-shell-with-built-command
        subprocess.run(["git", "-C", self.folder, "checkout", branch], check=True)
        # ok: python-shell-with-built-command
        subprocess.run(f"{self.PROGRAM} status", shell=True, check=True)

    def export(self, url, location):
        command = "git clone %s %s" % (url, location)
        # ruleid: python-shell-with-built-command
        call_subprocess(command, shell=True, cwd=self.folder)
        # ok: python-shell-with-built-command
        call_subprocess(["git", "clone", url, location], cwd=self.folder)
        # ok: python-shell-with-built-command
        call_subprocess("git clone {}".format(url), cwd=self.folder)


def pack(name, files):
    # ruleid: python-shell-with-built-command
    os.system("tar czf {}.tar.gz /srv".format(name))
    # ruleid: python-shell-with-built-command
    os.popen("tar czf all.tar.gz " + " ".join(files))
    command = "tar czf"
    command += name
    # ruleid: python-shell-with-built-command
    os.system(command)
    # ok: python-shell-with-built-command
    os.system("tar czf all.tar.gz " + " ".join(shlex.quote(file) for file in files))
    # ok: python-shell-with-built-command
    os.system(f"tar czf {shlex.quote(name)} /srv")
    # ok: python-shell-with-built-command
    os.system(f"{GIT} status")
    # ok: python-shell-with-built-command
    os.system(f"{sys.executable} -m pip check")
    # ok: python-shell-with-built-command
    os.system("kill %d" % os.getpid())
    # ok: python-shell-with-built-command
    subprocess.run("git status", shell=True, check=True)


def counted(path, seconds):
    # ruleid: python-shell-with-built-command
    lines = int(os.popen(f"wc -l < {path}").read())
    # ok: python-shell-with-built-command
    os.system(f"sleep {int(seconds)}")
    return lines
