import aiohttp_jinja2
import jinja2
from fastapi.templating import Jinja2Templates
from flask import Flask
from jinja2 import Environment, FileSystemLoader, Template, select_autoescape

app = Flask(__name__)


class Pages:
    def __init__(self, folder):
        # ruleid: python-jinja-without-autoescape
        self.environment = Environment(loader=FileSystemLoader(folder))
        # ruleid: python-jinja-without-autoescape
        self.other = jinja2.Environment(loader=jinja2.PackageLoader("shop"), autoescape=False)
        # ok: python-jinja-without-autoescape
        self.safe = Environment(loader=FileSystemLoader(folder), autoescape=select_autoescape())
        # ok: python-jinja-without-autoescape
        self.safer = jinja2.Environment(loader=jinja2.PackageLoader("shop"), autoescape=True)

    def show(self, name):
        return self.environment.get_template("shop.html").render(name=name)


def others(web, name):
    # ruleid: python-jinja-without-autoescape
    page = Template("<h1>{{ name }}</h1>").render(name=name)
    # ruleid: python-jinja-without-autoescape
    app.jinja_env.autoescape = False
    # ruleid: python-jinja-without-autoescape
    aiohttp_jinja2.setup(web, loader=jinja2.FileSystemLoader("templates"), autoescape=False)
    # ok: python-jinja-without-autoescape
    escaped = Template("<h1>{{ name|e }}</h1>").render(name=name)
    # ok: python-jinja-without-autoescape
    text = Template("Dear {{ name }}, your order is on its way.").render(name=name)
    # ok: python-jinja-without-autoescape
    html = Template("<h1>{{ name }}</h1>", autoescape=True).render(name=name)
    # ok: python-jinja-without-autoescape
    app.jinja_env.autoescape = True
    # ok: python-jinja-without-autoescape
    aiohttp_jinja2.setup(web, loader=jinja2.FileSystemLoader("templates"))
    # ok: python-jinja-without-autoescape
    templates = Jinja2Templates(directory="templates")
    return page, escaped, text, html, templates
