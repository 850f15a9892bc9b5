from flask import Flask, request
from lxml.etree import XPathEvaluator, parse

app = Flask(__name__)


@app.route("/authors")
def authors():
    evaluate = XPathEvaluator(parse("/srv/library.xml"))
    last = request.args["last"]
    # ruleid: python-xpath-injection
    found = evaluate("//author[starts-with(last, '" + last + "')]")
    # ok: python-xpath-injection
    other = evaluate("//author[starts-with(last, $last)]", last=last)
    return str(len(found) + len(other))
