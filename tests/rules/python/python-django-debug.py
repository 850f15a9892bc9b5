import os
import sys

INSTALLED_APPS = ["django.contrib.auth", "shop"]
ALLOWED_HOSTS = ["shop.example"]

# ruleid: python-django-debug
DEBUG = True
# ok: python-django-debug
DEBUG = False
# ok: python-django-debug
DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
# ok: python-django-debug
TEMPLATE_DEBUG = DEBUG

if sys.argv[1:] == ["runserver"]:
    # ok: python-django-debug
    DEBUG = True
