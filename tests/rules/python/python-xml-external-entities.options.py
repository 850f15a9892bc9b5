import urllib.request
from xml.parsers import expat

from lxml import etree, objectify


def with_options(text):
    # ruleid: python-xml-external-entities
    options = {"resolve_entities": True, "no_network": False}
    # ok: python-xml-external-entities
    quiet = {"resolve_entities": False}
    # ruleid: python-xml-external-entities
    parser = objectify.makeparser(resolve_entities=True)
    # ok: python-xml-external-entities
    other = objectify.makeparser(resolve_entities=False)
    return etree.XMLParser(**options), etree.XMLParser(**quiet), parser, other, text


def opened_by_hand(text):
    parser = expat.ParserCreate()

    def external(context, base, system, public):
        inner = parser.ExternalEntityParserCreate(context)
        inner.Parse(urllib.request.urlopen(system).read(), True)
        return 1

    # ruleid: python-xml-external-entities
    parser.ExternalEntityRefHandler = external
    parser.Parse(text, True)


class Reader:
    def start(self):
        parser = expat.ParserCreate()
        # ok: python-xml-external-entities
        parser.ExternalEntityRefHandler = self.external
        # ok: python-xml-external-entities
        parser.CharacterDataHandler = self.characters
        return parser

    def external(self, context, base, system, public):
        raise ValueError(system)

    def characters(self, text):
        print(text)
