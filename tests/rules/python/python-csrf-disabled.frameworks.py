import tornado.web
from flask_wtf import CSRFProtect, FlaskForm

from shop import admin, hooks

csrf = CSRFProtect()
# ruleid: python-csrf-disabled
csrf.exempt(admin)
# ok: python-csrf-disabled
csrf.exempt(hooks)

# ruleid: python-csrf-disabled
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]


class Transfer(FlaskForm):
    class Meta:
        # ruleid: python-csrf-disabled
        csrf = False


class Base(tornado.web.RequestHandler):
    # ruleid: python-csrf-disabled
    def check_xsrf_cookie(self):
        return None


class Checked(tornado.web.RequestHandler):
    # ok: python-csrf-disabled
    def check_xsrf_cookie(self):
        super().check_xsrf_cookie()


# ruleid: python-csrf-disabled
open_site = tornado.web.Application([], xsrf_cookies=False)
# ok: python-csrf-disabled
site = tornado.web.Application([], xsrf_cookies=True)
