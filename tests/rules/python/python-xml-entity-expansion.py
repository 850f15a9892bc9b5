import xml.dom.minidom
import xml.etree.ElementTree as ET
import xml.sax

import defusedxml.ElementTree
import lxml.etree
from flask import request


def read(handler):
    document = request.get_data()
    # ruleid: python-xml-entity-expansion
    first = ET.fromstring(document)
    # ruleid: python-xml-entity-expansion
    second = xml.dom.minidom.parseString(request.form["document"])
    # ruleid: python-xml-entity-expansion
    xml.sax.parseString(document, handler)
    # ruleid: python-xml-entity-expansion
    third = lxml.etree.fromstring(document)
    # ok: python-xml-entity-expansion
    fourth = defusedxml.ElementTree.fromstring(document)
    # ok: python-xml-entity-expansion
    fifth = lxml.etree.fromstring(document, lxml.etree.XMLParser(resolve_entities=False))
    # ok: python-xml-entity-expansion
    sixth = ET.parse("/srv/prices.xml")
    # ok: python-xml-entity-expansion
    seventh = ET.fromstring("<prices/>")
    return first, second, third, fourth, fifth, sixth, seventh
