import json

from flask import Response, render_template_string

SHELL = """<!doctype html>
<title>Dashboard</title>
<script>window.BOOT = %s;</script>
<script src="/static/dashboard.js"></script>
"""
NAMED = "<script type='application/json'>{data}</script><p>{text}</p>"
BEGIN = "<script>let data = "
LIST = "<pre>%s</pre>"


def dashboard(config):
    serialised = json.dumps(config)
    # ruleid: python-json-in-script
    page = SHELL % serialised
    # ruleid: python-json-in-script
    other = NAMED.format(data=json.dumps(config), text="a")
    # ruleid: python-json-in-script
    third = BEGIN + json.dumps(config, indent=1) + ";</script>"
    # ruleid: python-json-in-script
    fourth = f"<script>let data = {json.dumps(config)};</script>"
    return Response(page + other + third + fourth)


def escaped(config):
    serialised = json.dumps(config).replace("<", "\\u003c")
    # ok: python-json-in-script
    page = SHELL % serialised
    # ok: python-json-in-script
    other = LIST % json.dumps(config)
    # ok: python-json-in-script
    third = f"<p>{json.dumps(config)}</p>"
    # ok: python-json-in-script
    fourth = render_template_string("<script>let data = {{ data|tojson }};</script>", data=config)
    # ok: python-json-in-script
    fifth = SHELL % "{}"
    return Response(page + other + third + fourth + fifth)
