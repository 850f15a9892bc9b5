"""One shop a test, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop import create_app, db


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    names = ("IMAGE_FOLDER", "INVOICE_FOLDER", "BACKUP_FOLDER")
    settings = {name: str(tmp_path / name.lower()) for name in names}
    made = create_app({**settings, "DATABASE": str(tmp_path / "shop.sqlite3"), "TESTING": True})
    with made.app_context():
        db.change("INSERT INTO product (title, cents) VALUES (?, ?)", ("Harbour at night", 2500))
        db.change("INSERT INTO product (title, cents) VALUES (?, ?)", ("Oak frame", 1900))
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
