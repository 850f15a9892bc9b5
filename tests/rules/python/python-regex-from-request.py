import re
from re import search

import pandas
from flask import Flask, request

app = Flask(__name__)
PATTERNS = {"digits": r"\d+", "words": r"\w+"}


@app.route("/find")
def find(names, frame: pandas.DataFrame):
    text = request.args.get("q", "")
    # ruleid: python-regex-from-request
    pattern = re.compile(text)
    # ruleid: python-regex-from-request
    first = re.search(f"^{text}", names)
    # ruleid: python-regex-from-request
    second = search(request.form["pattern"], names)
    # ruleid: python-regex-from-request
    third = re.sub("(" + request.json["word"] + ")", "*", names)
    # ruleid: python-regex-from-request
    fourth = frame[frame.name.str.contains(text)]
    # ruleid: python-regex-from-request
    fifth = re.compile(pattern="|".join(request.args.getlist("word")), flags=re.IGNORECASE)
    # ok: python-regex-from-request
    sixth = re.compile(re.escape(text))
    # ok: python-regex-from-request
    seventh = re.search(rf"\b{re.escape(text)}\b", names)
    # ok: python-regex-from-request
    eighth = re.search(r"^\w+$", text)
    # ok: python-regex-from-request
    ninth = re.sub(r"\s+", " ", request.form["pattern"])
    # ok: python-regex-from-request
    tenth = frame[frame.name.str.contains(text, regex=False)]
    # ok: python-regex-from-request
    eleventh = re.compile(PATTERNS.get(text, r"\w+"))
    # ok: python-regex-from-request
    twelfth = re.findall(PATTERNS[text], names)
    # ok: python-regex-from-request
    thirteenth = text in names
    return [
        pattern,
        first,
        second,
        third,
        fourth,
        fifth,
        sixth,
        seventh,
        eighth,
        ninth,
        tenth,
        eleventh,
        twelfth,
        thirteenth,
    ]


def counted():
    size = int(request.args["size"])
    # ok: python-regex-from-request
    return re.compile(r"\d{%d}" % size)
