from xml.etree import ElementTree

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


MENU = ElementTree.parse("menu.xml").getroot()


def dishes(kind):
    # ruleid: python-xpath-injection
    return MENU.findall(".//dish[@kind='{0}']".format(kind))


def all_dishes(kind):
    # ok: python-xpath-injection
    return MENU.findall(".//dish")


@app.get("/menu")
def menu():
    kind = request.args["kind"]
    return str(dishes(kind)) + str(all_dishes(kind))
