import lxml.etree
from lxml import etree, objectify


def parsers(options):
    # ruleid: python-xml-parser-defaults
    first = etree.XMLParser(remove_comments=True, recover=True)
    # ruleid: python-xml-parser-defaults
    second = lxml.etree.XMLParser()
    # ok: python-xml-parser-defaults
    fourth = etree.XMLParser(resolve_entities=False)
    # ok: python-xml-parser-defaults
    fifth = lxml.etree.XMLParser(no_network=True, resolve_entities=False, huge_tree=False)
    # ok: python-xml-parser-defaults
    sixth = etree.XMLParser(**options)
    # ok: python-xml-parser-defaults
    seventh = etree.HTMLParser()
    return first, second, fourth, fifth, sixth, seventh


def documents(text, path, handler, parser, other):
    # ruleid: python-xml-parser-defaults
    root = etree.fromstring(text)
    # ruleid: python-xml-parser-defaults
    tree = lxml.etree.parse(path)
    # ruleid: python-xml-parser-defaults
    part = objectify.fromstring("<a>%s</a>" % text)
    # ruleid: python-xml-parser-defaults
    events = etree.iterparse(path, events=("end",))
    # ok: python-xml-parser-defaults
    safe = etree.fromstring(text, parser)
    # ok: python-xml-parser-defaults
    file = etree.parse(path, parser=parser)
    # ok: python-xml-parser-defaults
    constant = etree.fromstring("<shop/>")
    # ok: python-xml-parser-defaults
    copied = etree.fromstring(etree.tostring(other))
    # ok: python-xml-parser-defaults
    few = etree.iterparse(path, resolve_entities=False)
    # ok: python-xml-parser-defaults
    page = etree.HTML(text)
    return root, tree, part, events, safe, file, constant, copied, few, page
