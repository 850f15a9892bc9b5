import os

import environ

env = environ.Env()
DEBUG = env.bool("DEBUG", default=False)

# ruleid: python-django-any-host
ALLOWED_HOSTS = ["*"]
# ruleid: python-django-any-host
ALLOWED_HOSTS = ["shop.example", "*"]
# ruleid: python-django-any-host
ALLOWED_HOSTS += ["*"]
# ruleid: python-django-any-host
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
# ok: python-django-any-host
ALLOWED_HOSTS = []
# ok: python-django-any-host
ALLOWED_HOSTS = [".shop.example"]
# ok: python-django-any-host
ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")
# ok: python-django-any-host
CORS_ALLOW_HEADERS = ["*"]
if DEBUG:
    # ok: python-django-any-host
    ALLOWED_HOSTS = ["*"]
