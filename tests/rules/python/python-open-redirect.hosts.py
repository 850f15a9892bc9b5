from urllib.parse import urlsplit

from flask import Flask, redirect, request

app = Flask(__name__)
HOSTS = {"shop.example", "pay.example"}


def allowed(url):
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.netloc in HOSTS


@app.route("/checkout")
def checkout():
    url = request.args["url"]
    # ok: python-open-redirect
    return redirect(url if allowed(url) else "https://shop.example/")


@app.route("/unchecked")
def unchecked():
    # ruleid: python-open-redirect
    return redirect(request.args["url"])
