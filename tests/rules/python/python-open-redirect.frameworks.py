from aiohttp import web
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.http import HttpResponseRedirect
from flask import Flask, make_response, redirect, request

app = Flask(__name__)
ORIGIN = "https://shop.example"
START = "https://shop.example/start/"


async def language(request):
    form = await request.post()
    # ruleid: python-open-redirect
    answer = web.HTTPFound(location=form.get("back", "/"))
    # ok: python-open-redirect
    other = web.HTTPFound(location="/")
    raise answer or other


async def moved(request):
    # ruleid: python-open-redirect
    raise web.HTTPMovedPermanently(request.query["to"])


@app.route("/legacy")
def legacy():
    target = request.args["to"]
    # ruleid: python-open-redirect
    return make_response("", 301, {"Location": target})


@app.route("/legacy/start")
def legacy_start():
    # ok: python-open-redirect
    return make_response("", 301, {"Location": "/start"})


@app.route("/begins")
def begins():
    target = request.args["to"]
    if target.startswith(ORIGIN):
        # ruleid: python-open-redirect
        return redirect(target)
    return "no"


@app.route("/begins-with-a-path")
def begins_with_a_path():
    target = request.args["to"]
    if target.startswith(START):
        # ok: python-open-redirect
        return redirect(target)
    return "no"


def tenant(host, path="/welcome"):
    return "https://" + host + path


@app.route("/tenant")
def to_tenant():
    # ruleid: python-open-redirect
    return redirect(tenant(request.args["host"]))


@app.route("/start")
def to_start():
    # ok: python-open-redirect
    return redirect(tenant("shop.example"))


def saved(request, filters):
    # ok: python-open-redirect
    first = HttpResponseRedirect(add_preserved_filters({"preserved_filters": request.GET["kept"]}, "/shop/"))
    further = add_preserved_filters({"preserved_filters": request.GET["kept"]}, "/shop/")
    # ok: python-open-redirect
    second = HttpResponseRedirect(further)
    asked = add_preserved_filters({"preserved_filters": filters}, request.GET["next"])
    # ruleid: python-open-redirect
    third = HttpResponseRedirect(asked)
    # ruleid: python-open-redirect
    return first or second or third or HttpResponseRedirect(request.GET["to"])
