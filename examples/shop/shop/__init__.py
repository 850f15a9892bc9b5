"""The shop: pictures, prints and frames, sold from one small server."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_cors import CORS

from shop import admin, auth, cart, catalogue, db, images, invoices


def create_app(settings: dict[str, object] | None = None) -> Flask:
    """Build the application; `settings` override the module `shop.settings`."""
    app = Flask(__name__)
    app.config.from_object("shop.settings")
    app.config.update(settings or {})
    for folder in ("IMAGE_FOLDER", "INVOICE_FOLDER", "BACKUP_FOLDER"):
        Path(str(app.config[folder])).mkdir(parents=True, exist_ok=True)
    CORS(app, resources={r"/api/*": {"origins": app.config["PARTNER_ORIGINS"]}})
    db.init_app(app)
    for part in (catalogue, cart, auth, admin, images, invoices):
        app.register_blueprint(part.blueprint)
    return app
