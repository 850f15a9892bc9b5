import os
import stat
import subprocess
from pathlib import Path


def modes(path, mode, sftp):
    # ruleid: python-world-writable-file
    os.chmod(path, 0o777)
    # ruleid: python-world-writable-file
    os.chmod(path, mode=0o666)
    # ruleid: python-world-writable-file
    os.chmod(path, 511)
    # ruleid: python-world-writable-file
    os.chmod(path, stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
    # ruleid: python-world-writable-file
    os.chmod(path, os.stat(path).st_mode | stat.S_IWOTH)
    # ruleid: python-world-writable-file
    Path(path).chmod(0o777)
    # ruleid: python-world-writable-file
    sftp.chmod(path, 0o666)
    # ok: python-world-writable-file
    os.chmod(path, 0o755)
    # ok: python-world-writable-file
    os.chmod(path, 0o660)
    # ok: python-world-writable-file
    os.chmod(path, 0o1777)
    # ok: python-world-writable-file
    os.chmod(path, mode & 0o777)
    # ok: python-world-writable-file
    os.chmod(path, os.stat(path).st_mode & ~stat.S_IWOTH)
    # ok: python-world-writable-file
    os.chmod(path, stat.S_IRWXU | stat.S_IRGRP | stat.S_IROTH)
    # ok: python-world-writable-file
    os.makedirs(path, mode=0o777)
    # ok: python-world-writable-file
    Path(path).chmod(stat.S_IRUSR | stat.S_IWUSR)


def commands(path):
    # ruleid: python-world-writable-file
    subprocess.run(["chmod", "-R", "777", path], check=True)
    # ruleid: python-world-writable-file
    subprocess.run(["chmod", "a+w", path], check=True)
    # ruleid: python-world-writable-file
    os.system("chmod 777 /srv/shop/run.sh")
    # ok: python-world-writable-file
    subprocess.run(["chmod", "-R", "755", path], check=True)
    # ok: python-world-writable-file
    subprocess.run(["chmod", "u+w", path], check=True)
    # ok: python-world-writable-file
    os.system("chmod 750 /srv/shop/run.sh")


def server():
    # ruleid: python-world-writable-file
    os.umask(0)


def asked():
    # ok: python-world-writable-file
    before = os.umask(0)
    os.umask(before)
    return before


def careful():
    # ok: python-world-writable-file
    os.umask(0o077)
