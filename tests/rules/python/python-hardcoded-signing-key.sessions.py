import os

import tornado.web
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware

app = Starlette(
    # ruleid: python-hardcoded-signing-key
    middleware=[Middleware(SessionMiddleware, secret_key="9b1dcf3ae0724f6c8d")],
)
# ruleid: python-hardcoded-signing-key
app.add_middleware(SessionMiddleware, secret_key="9b1dcf3ae0724f6c8d")
# ok: python-hardcoded-signing-key
app.add_middleware(SessionMiddleware, secret_key=os.environ["SESSION_KEY"])
# ruleid: python-hardcoded-signing-key
site = tornado.web.Application([], cookie_secret="61oETzKXQAGaYdkL5gEm")
# ruleid: python-hardcoded-signing-key
SETTINGS = {"cookie_secret": "61oETzKXQAGaYdkL5gEm"}
# ok: python-hardcoded-signing-key
OTHER = {"cookie_secret": os.environ["COOKIE_SECRET"]}
# ok: python-hardcoded-signing-key
other = tornado.web.Application([], cookie_secret=os.environ["COOKIE_SECRET"])
# ok: python-hardcoded-signing-key
LOGIN = {"login_url": "/login"}
