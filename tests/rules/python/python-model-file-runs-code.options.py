from pathlib import Path

import joblib
import numpy as np

OPTIONS = {"allow_pickle": True, "mmap_mode": None}
PLAIN = {"mmap_mode": None}

# ok: python-model-file-runs-code
bundled = joblib.load(Path(__file__).with_name("model.joblib"))


def load(path):
    # ruleid: python-model-file-runs-code
    first = joblib.load(path)
    # ruleid: python-model-file-runs-code
    second = np.load(path, **OPTIONS)
    # ok: python-model-file-runs-code
    third = np.load(path, **PLAIN)
    # ok: python-model-file-runs-code
    fourth = np.load(path)
    return first, second, third, fourth
