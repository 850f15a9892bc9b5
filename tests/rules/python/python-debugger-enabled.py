import asyncio
import os

import uvicorn
from flask import Flask
from werkzeug.serving import run_simple

from shop import create_app, main

app = Flask(__name__)
# ruleid: python-debugger-enabled
app.debug = True
# ruleid: python-debugger-enabled
app.config["DEBUG"] = True
# ok: python-debugger-enabled
app.config["DEBUG"] = os.environ.get("DEBUG") == "1"
# ok: python-debugger-enabled
app.debug = False

if __name__ == "__main__":
    # ruleid: python-debugger-enabled
    app.run(host="127.0.0.1", debug=True)
    # ruleid: python-debugger-enabled
    create_app().run(debug=True, port=8000)
    # ruleid: python-debugger-enabled
    run_simple("localhost", 8000, app, use_debugger=True)
    # ok: python-debugger-enabled
    app.run(debug=False)
    # ok: python-debugger-enabled
    app.run(debug=os.environ.get("DEBUG") == "1")
    # ok: python-debugger-enabled
    run_simple("localhost", 8000, app)
    # ok: python-debugger-enabled
    asyncio.run(main(), debug=True)
    # ok: python-debugger-enabled
    uvicorn.run(app, debug=True)


def configured(app, wsgi):
    from werkzeug.debug import DebuggedApplication

    # ruleid: python-debugger-enabled
    app.config.update(DEBUG=True, TESTING=False)
    # ruleid: python-debugger-enabled
    shown = DebuggedApplication(wsgi, True)
    # ok: python-debugger-enabled
    app.config.update(DEBUG=False)
    # ok: python-debugger-enabled
    return shown, DebuggedApplication(wsgi, False)
