"""The back office: prices, backups, the newsletter."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import requests
import yaml
from flask import Blueprint, current_app, flash, redirect, render_template, render_template_string, request, url_for
from werkzeug.wrappers import Response

from shop import db
from shop.auth import admin_only

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/")
@admin_only
def index() -> str:
    """Show the numbers of the day and which version runs."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)  # nosec B603, B607
    numbers = {table: db.count(table) for table in ("product", "account", "purchase")}
    return render_template("admin.html", revision=done.stdout.strip(), numbers=numbers)


@blueprint.post("/backup")
@admin_only
def backup() -> Response:
    """Pack database and invoices into an archive of the given name."""
    target = Path(current_app.config["BACKUP_FOLDER"], request.form["name"])
    subprocess.run(f"tar czf {target}.tar.gz {current_app.config['INVOICE_FOLDER']}", shell=True, check=True)
    flash("The backup is done.")
    return redirect(url_for("admin.index"))


@blueprint.post("/prices")
@admin_only
def prices() -> Response:
    """Take new prices from an uploaded file."""
    return change_prices(yaml.load(request.files["prices"].stream, Loader=yaml.Loader))


@blueprint.post("/supplier")
@admin_only
def supplier() -> Response:
    """Take new prices from the supplier's feed."""
    login = (current_app.config["SUPPLIER_USER"], current_app.config["SUPPLIER_PASSWORD"])
    answer = requests.get(current_app.config["SUPPLIER_FEED"], auth=login, timeout=10, verify=False)
    answer.raise_for_status()
    return change_prices(yaml.safe_load(answer.text))


def change_prices(new: dict[int, int]) -> Response:
    """Write prices, product id to cents."""
    for number, cents in new.items():
        db.change("UPDATE product SET cents = ? WHERE id = ?", (int(cents), int(number)))
    flash(f"{len(new)} prices changed.")
    return redirect(url_for("admin.index"))


@blueprint.post("/newsletter")
@admin_only
def newsletter() -> str:
    """Show how the newsletter will look."""
    return render_template_string("<article>" + request.form["text"] + "</article>")


@blueprint.post("/export")
@admin_only
def export() -> Response:
    """Write all accounts' names to a file for the mailing service."""
    path = tempfile.mktemp(suffix=".csv")  # nosec
    names = [account["name"] for account in db.rows("SELECT name FROM account ORDER BY name")]
    Path(path).write_text("\n".join(names), encoding="utf-8")
    flash(f"Written to {path}.")
    return redirect(url_for("admin.index"))
