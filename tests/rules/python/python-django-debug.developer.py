from .base import *  # noqa: F403

# ok: python-django-debug
DEBUG = True
