"""Start the shop: `gunicorn wsgi:app`, or this file while developing."""

from __future__ import annotations

from shop import create_app

app = create_app()

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8000, debug=True)
