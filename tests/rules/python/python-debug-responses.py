import os

import tornado.web
from fastapi import FastAPI
from starlette.applications import Starlette

OPTIONS = {"title": "shop", "debug": True}
QUIET = {"title": "shop"}

# ruleid: python-debug-responses
app = Starlette(debug=True, routes=[])
# ruleid: python-debug-responses
api = FastAPI(title="shop", debug=True)
# ruleid: python-debug-responses
site = tornado.web.Application([], debug=True)
# ruleid: python-debug-responses
other = FastAPI(**OPTIONS)
# ok: python-debug-responses
quiet = FastAPI(**QUIET)
# ok: python-debug-responses
plain = Starlette(routes=[])
# ok: python-debug-responses
chosen = Starlette(debug=os.environ.get("APP_DEBUG") == "1")
# ok: python-debug-responses
off = tornado.web.Application([], debug=False)
