"""Settings of the shop, as the first developer left them."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

BASE = Path(os.environ.get("SHOP_HOME", Path.cwd() / "var"))

SECRET_KEY = "orange-bicycle-under-the-stairs-1987"
DATABASE = str(BASE / "shop.sqlite3")
IMAGE_FOLDER = str(BASE / "images")
INVOICE_FOLDER = str(BASE / "invoices")
BACKUP_FOLDER = str(BASE / "backups")

SESSION_COOKIE_SAMESITE = "Lax"
PERMANENT_SESSION_LIFETIME = timedelta(days=30)
MAX_CONTENT_LENGTH = 8 * 1024 * 1024
PAGE_SIZE = 24

PARTNER_ORIGINS = ["https://frames.example"]
SUPPLIER_FEED = "https://supplier.example/prices.yaml"
SUPPLIER_USER = "shop-4711"
SUPPLIER_PASSWORD = "kV7!pmZ2q#Lw9xTd"

MAIL_HOST = os.environ.get("SHOP_MAIL_HOST", "localhost")
MAIL_FROM = "orders@shop.example"
