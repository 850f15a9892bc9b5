from flask import Flask, current_app, make_response

app = Flask(__name__)

COOKIE = "session_id"

# ruleid: python-insecure-cookie
app.config["SESSION_COOKIE_SECURE"] = False
# ok: python-insecure-cookie
app.config["SESSION_COOKIE_SECURE"] = True
# ruleid: python-insecure-cookie
app.config.update(SESSION_COOKIE_HTTPONLY=False, SESSION_COOKIE_SAMESITE="Lax")
# ok: python-insecure-cookie
app.config.update(SESSION_COOKIE_SECURE=True)


def cookies(token, options):
    response = make_response("done")
    # ruleid: python-insecure-cookie
    response.set_cookie("theme", "dark", secure=False)
    # ruleid: python-insecure-cookie
    response.set_cookie("session", token)
    # ruleid: python-insecure-cookie
    response.set_cookie(COOKIE, token, httponly=True)
    # ruleid: python-insecure-cookie
    response.set_cookie("remember_token", token, secure=True)
    # ruleid: python-insecure-cookie
    response.set_cookie("auth", token, max_age=60, secure=True, httponly=False)
    # ok: python-insecure-cookie
    response.set_cookie("session", token, secure=True, httponly=True, samesite="Lax")
    # ok: python-insecure-cookie
    response.set_cookie("session", token, secure=current_app.config["SECURE"], httponly=True)
    # ok: python-insecure-cookie
    response.set_cookie("session", token, **options)
    # ok: python-insecure-cookie
    response.set_cookie("csrf_token", token, secure=True)
    # ok: python-insecure-cookie
    response.set_cookie("theme", "dark")
    # ok: python-insecure-cookie
    response.delete_cookie("session")
    return response
