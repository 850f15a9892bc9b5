import json
import logging
from logging import getLogger

from flask import current_app, request

logger = logging.getLogger(__name__)
log = getLogger("audit")


def login():
    name = request.form["name"]
    # ruleid: python-log-injection
    logger.warning("login failed for %s", name)
    # ruleid: python-log-injection
    logger.info("login failed for " + name)
    # ruleid: python-log-injection
    current_app.logger.error(f"login failed for {name}")
    # ruleid: python-log-injection
    log.log(logging.INFO, request.headers.get("User-Agent"))
    # ok: python-log-injection
    logger.warning("login failed for %r", name)
    # ok: python-log-injection
    logger.warning("login failed for %s", repr(name))
    # ok: python-log-injection
    logger.warning("login failed for %s", name.replace("\n", " "))
    # ok: python-log-injection
    log.info(json.dumps({"event": "login", "name": name}))
    # ok: python-log-injection
    logger.info("page %d", int(request.args["page"]))
    # ok: python-log-injection
    logger.info("somebody failed to log in")


def catalogue(category):
    # ok: python-log-injection
    category.info(request.args["name"])
