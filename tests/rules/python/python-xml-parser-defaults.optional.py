try:
    from lxml import etree
except ImportError:
    import xml.etree.ElementTree as etree


def read(text, parser):
    # ruleid: python-xml-parser-defaults
    first = etree.fromstring(text)
    # ok: python-xml-parser-defaults
    second = etree.fromstring(text, parser)
    return first, second
