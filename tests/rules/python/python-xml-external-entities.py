import xml.sax
import xml.sax.handler
from xml.sax.handler import feature_external_ges, feature_external_pes

import lxml.etree
from lxml import etree


def with_lxml(text):
    # ruleid: python-xml-external-entities
    parser = etree.XMLParser(resolve_entities=True)
    # ruleid: python-xml-external-entities
    other = lxml.etree.XMLParser(load_dtd=True, no_network=False)
    # ruleid: python-xml-external-entities
    events = etree.iterparse(text, resolve_entities=True)
    # ok: python-xml-external-entities
    safe = etree.XMLParser(resolve_entities=False, no_network=True)
    # ok: python-xml-external-entities
    safer = lxml.etree.XMLParser(load_dtd=True, resolve_entities=False)
    # ok: python-xml-external-entities
    plain = etree.XMLParser()
    return etree.fromstring(text, parser), other, events, safe, safer, plain


def with_sax(handler, stream):
    reader = xml.sax.make_parser()
    # ruleid: python-xml-external-entities
    reader.setFeature(xml.sax.handler.feature_external_ges, True)
    # ruleid: python-xml-external-entities
    reader.setFeature(feature_external_pes, 1)
    # ruleid: python-xml-external-entities
    reader.setFeature("http://xml.org/sax/features/external-general-entities", True)
    # ok: python-xml-external-entities
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    # ok: python-xml-external-entities
    reader.setContentHandler(handler)
    reader.parse(stream)


def with_sax_that_is_switched_off_again(stream):
    reader = xml.sax.make_parser()
    # ok: python-xml-external-entities
    reader.setFeature(xml.sax.handler.feature_external_ges, True)
    # ok: python-xml-external-entities
    reader.setFeature(feature_external_ges, False)
    reader.parse(stream)
