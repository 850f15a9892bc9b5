import getpass
import os
import shutil
import tempfile
from pathlib import Path

STATE = "/tmp/state.json"
SCRATCH = Path("/tmp")


def keep(text, source):
    # ruleid: python-fixed-temporary-name
    with open("/tmp/out.txt", "w") as file:
        file.write(text)
    # ruleid: python-fixed-temporary-name
    with open(STATE, "wb") as file:
        file.write(text)
    # ruleid: python-fixed-temporary-name
    shutil.copyfile(source, "/var/tmp/copy.bak")
    # ruleid: python-fixed-temporary-name
    Path("/tmp/report.txt").write_text(text)
    # ok: python-fixed-temporary-name
    with open("/srv/app/out.txt", "w") as file:
        file.write(text)
    # ok: python-fixed-temporary-name
    with open(STATE) as file:
        file.read()
    # ok: python-fixed-temporary-name
    with open("/tmp/out.txt", "x") as file:
        file.write(text)
    # ok: python-fixed-temporary-name
    shutil.copyfile("/tmp/given.bak", source)
    # ok: python-fixed-temporary-name
    Path("/srv/report.txt").write_text(text)


def named_by_the_process(text):
    out = "/tmp/archive-%d.tar" % os.getpid()
    # ruleid: python-fixed-temporary-name
    with open(out, "wb") as file:
        file.write(text)
    cache = os.path.join(tempfile.gettempdir(), "cache.json")
    # ruleid: python-fixed-temporary-name
    with open(cache, "w") as file:
        file.write(text)
    log = f"/tmp/{getpass.getuser()}.log"
    # ruleid: python-fixed-temporary-name
    with open(log, mode="a") as file:
        file.write(text)


def below(text):
    work = SCRATCH / "input.bin"
    # ruleid: python-fixed-temporary-name
    work.write_bytes(text)
    folder = Path(tempfile.mkdtemp())
    own = folder / "input.bin"
    # ok: python-fixed-temporary-name
    own.write_bytes(text)
    handle, name = tempfile.mkstemp()
    # ok: python-fixed-temporary-name
    with open(name, "w") as file:
        file.write(text)
    # ok: python-fixed-temporary-name
    with open(handle, "w") as file:
        file.write(text)
    path = os.path.join(tempfile.mkdtemp(), "a")
    # ok: python-fixed-temporary-name
    with open(path, "w") as file:
        file.write(text)
