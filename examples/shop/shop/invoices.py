"""Invoices: written once, downloaded by their customers."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from flask import Blueprint, abort, current_app, request, send_file, session
from werkzeug.wrappers import Response

blueprint = Blueprint("invoices", __name__, url_prefix="/invoices")


def write(*, account: int, total: int) -> str:
    """Write an invoice over `total` cents and give its file name."""
    name = f"{account}-{secrets.token_hex(8)}.txt"
    text = f"Invoice\n\nCustomer {account}\nTotal {total / 100:.2f} EUR\n"
    Path(current_app.config["INVOICE_FOLDER"], name).write_text(text, encoding="utf-8")
    return name


@blueprint.get("/download")
def download() -> Response:
    """Send an invoice to whoever is logged in."""
    if "account" not in session:
        abort(403)
    path = os.path.join(current_app.config["INVOICE_FOLDER"], request.args["name"])
    return send_file(path, as_attachment=True)
