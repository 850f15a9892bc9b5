import re
import xml.etree.ElementTree as ET

import elementpath
import lxml.etree
from flask import request
from lxml import etree

NAMES = {"ada": "1", "grace": "2"}


def with_lxml(path):
    tree = etree.parse(path)
    name = request.args["name"]
    # ruleid: python-xpath-injection
    tree.xpath("//user[@name='" + name + "']")
    # ruleid: python-xpath-injection
    lxml.etree.XPath(f"//user[@name='{name}']")(tree)
    # ok: python-xpath-injection
    tree.xpath("//user[@name=$name]", name=name)
    # ok: python-xpath-injection
    tree.xpath(f"//user[@id='{int(request.args['id'])}']")
    # ok: python-xpath-injection
    tree.xpath("//user[@id='" + NAMES[name] + "']")
    quoted = name.replace("'", "&apos;")
    # ok: python-xpath-injection
    tree.xpath("//user[@name='" + quoted + "']")
    if name not in NAMES:
        return None
    # ok: python-xpath-injection
    return tree.xpath(f"//user[@name='{name}']")


def with_element_tree(path):
    root = ET.parse(path).getroot()
    query = "./user[@name='%s']" % request.form["name"]
    # ruleid: python-xpath-injection
    root.find(query)
    # ruleid: python-xpath-injection
    root.findall(f"./user[@name='{request.form['name']}']")
    # ruleid: python-xpath-injection
    root.findtext(query)
    # ok: python-xpath-injection
    root.findall("./user")
    query = "./user"
    # ok: python-xpath-injection
    root.find(query)
    # ok: python-xpath-injection
    return [user for user in root.iter("user") if user.get("name") == request.form["name"]]


def with_elementpath(root):
    # ruleid: python-xpath-injection
    elementpath.select(root, "//user[@name='" + request.cookies.get("name") + "']")
    # ok: python-xpath-injection
    elementpath.select(root, "//user[@name=$name]", variables={"name": request.cookies.get("name")})


def only_texts(text):
    # ok: python-xpath-injection
    text.find(request.args["word"])
    # ok: python-xpath-injection
    re.findall(r"\w+", request.args["word"])
