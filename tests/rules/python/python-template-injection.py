import string

import jinja2
from django.template import Template as DjangoTemplate
from flask import Flask, render_template, render_template_string, request
from jinja2 import Environment
from mako.template import Template

app = Flask(__name__)
environment = Environment(autoescape=True)

GREETINGS = {"en": "Hello {{ name }}", "de": "Servus {{ name }}"}


@app.post("/newsletter")
def newsletter():
    text = request.form["text"]
    # ruleid: python-template-injection
    first = render_template_string("<article>" + text + "</article>")
    # ruleid: python-template-injection
    second = jinja2.Template(f"<article>{text}</article>").render()
    # ruleid: python-template-injection
    third = environment.from_string(text).render()
    # ruleid: python-template-injection
    fourth = Template("<article>%s</article>" % text).render()
    # ok: python-template-injection
    fifth = render_template_string("<article>{{ text }}</article>", text=text)
    # ok: python-template-injection
    sixth = render_template("newsletter.html", text=text)
    # ok: python-template-injection
    seventh = jinja2.Template("<article>{{ text }}</article>").render(text=text)
    # ok: python-template-injection
    eighth = environment.from_string(GREETINGS[request.form["language"]]).render(name=text)
    # ok: python-template-injection
    ninth = string.Template(text).safe_substitute(name="Ada")
    return first + second + third + fourth + fifth + sixth + seventh + eighth + ninth


def page(request):
    # ruleid: python-template-injection
    DjangoTemplate("Hello " + request.GET["name"])
    # ok: python-template-injection
    DjangoTemplate("Hello {{ name }}")
    # ok: python-template-injection
    Money.from_string(request.GET["price"])
