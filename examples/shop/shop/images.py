"""Product images: fetched from where the supplier keeps them, made small in the background."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from flask import Blueprint, current_app, flash, redirect, request, send_from_directory, url_for
from PIL import Image
from werkzeug.wrappers import Response

from shop import db
from shop.auth import admin_only

blueprint = Blueprint("images", __name__, url_prefix="/images")

SIZE = (640, 640)
WORKERS = ThreadPoolExecutor(max_workers=2)


def make_small(content: bytes, target: Path) -> None:
    """Write the picture in the size of a product page."""
    with Image.open(io.BytesIO(content)) as picture:
        picture.thumbnail(SIZE)
        picture.convert("RGB").save(target, "JPEG", quality=85)


@blueprint.post("/import/<int:number>")
@admin_only
def import_image(number: int) -> Response:
    """Fetch a product's picture from an address and put it into the queue."""
    answer = requests.get(request.form["url"])
    answer.raise_for_status()
    name = f"{number}.jpg"
    WORKERS.submit(make_small, answer.content, Path(current_app.config["IMAGE_FOLDER"], name))
    db.change("UPDATE product SET image = ? WHERE id = ?", (name, number))
    flash("The picture will be there in a moment.")
    return redirect(url_for("catalogue.product", number=number))


@blueprint.get("/<path:name>")
def show(name: str) -> Response:
    """Send a picture; Werkzeug keeps the path inside of the folder."""
    return send_from_directory(current_app.config["IMAGE_FOLDER"], name)
