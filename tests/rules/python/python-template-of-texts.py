import importlib.resources
import pathlib

import jinja2
from jinja2 import Environment, FileSystemLoader, Template
from jinja2.sandbox import SandboxedEnvironment
from mako.template import Template as MakoTemplate

PAGE = "<h1>{{ name }}</h1>"


def rendered(text, path, options, template):
    # ruleid: python-template-of-texts
    first = jinja2.Environment().from_string(text)
    # ruleid: python-template-of-texts
    second = Environment(trim_blocks=True, autoescape=True)
    # ruleid: python-template-of-texts
    third = Template(text)
    # ruleid: python-template-of-texts
    fourth = jinja2.Template(template.content)
    # ruleid: python-template-of-texts
    fifth = MakoTemplate(text)
    # ok: python-template-of-texts
    sixth = SandboxedEnvironment().from_string(text)
    # ok: python-template-of-texts
    seventh = Environment(loader=FileSystemLoader("templates"), autoescape=True)
    # ok: python-template-of-texts
    eighth = Environment(**options)
    # ok: python-template-of-texts
    ninth = Template("<h1>{{ name }}</h1>")
    # ok: python-template-of-texts
    tenth = Template(PAGE)
    # ok: python-template-of-texts
    eleventh = Template(pathlib.Path(path).read_text())
    # ok: python-template-of-texts
    twelfth = jinja2.Environment(autoescape=True).from_string("{{ name }}")
    # ok: python-template-of-texts
    thirteenth = Template(importlib.resources.files("shop").joinpath("mail.txt").read_text())
    # ok: python-template-of-texts
    fourteenth = MakoTemplate(filename=path)
    return (
        first,
        second,
        third,
        fourth,
        fifth,
        sixth,
        seventh,
        eighth,
        ninth,
        tenth,
        eleventh,
        twelfth,
        thirteenth,
        fourteenth,
    )
