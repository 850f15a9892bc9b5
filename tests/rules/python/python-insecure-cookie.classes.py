"""Settings of several surroundings."""

from flask import Flask


class Config:
    # ok: python-insecure-cookie
    SESSION_COOKIE_SECURE = False


class ProductionConfig(Config):
    # ok: python-insecure-cookie
    SESSION_COOKIE_SECURE = True


class OtherConfig:
    # ruleid: python-insecure-cookie
    SESSION_COOKIE_SECURE = False


class DevelopmentConfig:
    # ok: python-insecure-cookie
    SESSION_COOKIE_SECURE = True


app = Flask(__name__)
app.config.from_object(ProductionConfig)
# ruleid: python-insecure-cookie
app.config["SESSION_COOKIE_HTTPONLY"] = False
