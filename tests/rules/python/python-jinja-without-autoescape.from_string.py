"""Environments that are given a page."""

from jinja2 import Environment, select_autoescape

plain = Environment(trim_blocks=True)
# ruleid: python-jinja-without-autoescape
card = plain.from_string('<div class="card">{{ label }}</div>')
# ok: python-jinja-without-autoescape
line = plain.from_string("{{ label }}: {{ value }}")

escaping = Environment(autoescape=select_autoescape(default_for_string=True))
# ok: python-jinja-without-autoescape
safe_card = escaping.from_string('<div class="card">{{ label }}</div>')
