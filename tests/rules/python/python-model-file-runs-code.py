import joblib
import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file
from transformers import AutoModel


def models(path):
    # ruleid: python-model-file-runs-code
    first = torch.load(path, weights_only=False)
    # ruleid: python-model-file-runs-code
    second = joblib.load(path)
    # ruleid: python-model-file-runs-code
    third = np.load(path, allow_pickle=True)
    # ruleid: python-model-file-runs-code
    fourth = pd.read_pickle(path)
    # ruleid: python-model-file-runs-code
    fifth = AutoModel.from_pretrained("somebody/model", trust_remote_code=True)
    # ok: python-model-file-runs-code
    sixth = torch.load(path, weights_only=True)
    # ok: python-model-file-runs-code
    seventh = load_file(path)
    # ok: python-model-file-runs-code
    eighth = np.load(path)
    # ok: python-model-file-runs-code
    ninth = pd.read_parquet(path)
    # ok: python-model-file-runs-code
    tenth = AutoModel.from_pretrained("somebody/model", revision="8ee7b1f")
    return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth
