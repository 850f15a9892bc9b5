import xml.sax
from xml.sax import make_parser


def documents(text, file, handler, other):
    # ruleid: python-sax-parser-defaults
    parser = make_parser()
    # ruleid: python-sax-parser-defaults
    xml.sax.parseString(text, handler)
    # ruleid: python-sax-parser-defaults
    xml.sax.parse(file, handler)
    # ok: python-sax-parser-defaults
    xml.sax.parseString("<shop/>", handler)
    # ok: python-sax-parser-defaults
    other.parse(file, handler)
    # ok: python-sax-parser-defaults
    parser.setContentHandler(handler)
    # ok: python-sax-parser-defaults
    return parser, other.make_parser()
