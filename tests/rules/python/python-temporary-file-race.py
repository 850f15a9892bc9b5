import os
import tempfile
from tempfile import mktemp


def export(text):
    # ruleid: python-temporary-file-race
    path = tempfile.mktemp(suffix=".csv")
    # ruleid: python-temporary-file-race
    other = mktemp()
    # ok: python-temporary-file-race
    handle, safe = tempfile.mkstemp(suffix=".csv")
    # ok: python-temporary-file-race
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write(text)
    # ok: python-temporary-file-race
    with tempfile.TemporaryDirectory() as folder:
        os.listdir(folder)
    return path, other, handle, safe
