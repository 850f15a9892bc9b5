import os

INSTALLED_APPS = ["django.contrib.auth", "shop"]
DEBUG = os.environ.get("DEBUG") == "1"

# ruleid: python-django-plain-http
SECURE_SSL_REDIRECT = False
# ruleid: python-django-plain-http
SECURE_HSTS_SECONDS = 0
# ok: python-django-plain-http
SECURE_SSL_REDIRECT = True
# ok: python-django-plain-http
SECURE_HSTS_SECONDS = 31536000
# ok: python-django-plain-http
SECURE_SSL_REDIRECT = not DEBUG
if DEBUG:
    # ok: python-django-plain-http
    SECURE_SSL_REDIRECT = False
