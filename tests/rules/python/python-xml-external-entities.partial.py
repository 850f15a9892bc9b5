"""Parsers that are made later."""

from functools import partial

from lxml import etree

PARSERS = {
    # ok: python-xml-external-entities
    "strict": partial(etree.XMLParser, resolve_entities=False, no_network=True),
    # ruleid: python-xml-external-entities
    "legacy": partial(etree.XMLParser, resolve_entities=True, load_dtd=True),
}
