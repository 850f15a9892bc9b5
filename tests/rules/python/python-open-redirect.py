from urllib.parse import urljoin, urlparse, urlsplit

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from flask import Blueprint, abort, make_response, redirect, request, session, url_for

blueprint = Blueprint("auth", __name__)
app = FastAPI()

PAGES = {"cart": "/cart", "home": "/"}
HOSTS = {"shop.example", "images.example"}
BASE = "https://shop.example"


@blueprint.post("/login")
def login():
    next_url = request.args.get("next")
    # ruleid: python-open-redirect
    first = redirect(next_url or "/")
    # ruleid: python-open-redirect
    second = redirect(request.form["next"], code=303)
    # ruleid: python-open-redirect
    third = redirect("/" + next_url)
    # ruleid: python-open-redirect
    fourth = redirect(f"https://{next_url}/")
    # ruleid: python-open-redirect
    fifth = redirect("https://shop.example" + next_url)
    # ok: python-open-redirect
    sixth = redirect(url_for("catalogue.index", next=next_url))
    # ok: python-open-redirect
    seventh = redirect("/search?q=" + next_url)
    # ok: python-open-redirect
    eighth = redirect(f"https://shop.example/{next_url}")
    # ok: python-open-redirect
    ninth = redirect(f"{BASE}/{next_url}")
    # ok: python-open-redirect
    tenth = redirect(PAGES.get(next_url, "/"))
    # ok: python-open-redirect
    return redirect(request.url), first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth


def with_a_variable():
    target = "/users/" + request.args["name"]
    # ok: python-open-redirect
    return redirect(target)


def with_the_host_checked():
    target = request.args.get("next", "/")
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        abort(400)
    # ok: python-open-redirect
    return redirect(target)


def with_the_host_in_a_list():
    target = request.args["next"]
    if urlparse(target).netloc not in HOSTS:
        return redirect("/")
    # ok: python-open-redirect
    return redirect(target)


def with_a_longer_condition():
    target = request.args.get("next")
    if not target or urlparse(target).netloc != "":
        target = url_for("catalogue.index")
    # ok: python-open-redirect
    return redirect(target)


def is_safe_url(target):
    host = urlparse(request.host_url)
    other = urlparse(urljoin(request.host_url, target))
    return other.scheme in ("http", "https") and host.netloc == other.netloc


def with_a_function():
    target = request.args.get("next")
    if not is_safe_url(target):
        return abort(400)
    # ok: python-open-redirect
    return redirect(target)


def with_half_a_check():
    target = request.args.get("next", "/")
    if not target.startswith("/"):
        target = "/"
    # ruleid: python-open-redirect
    return redirect(target)


def with_the_whole_check():
    target = request.args.get("next", "/")
    if not target.startswith("/") or target.startswith("//"):
        target = "/"
    # ruleid: python-open-redirect
    first = redirect(target)
    if target.startswith("//"):
        target = "/"
    # ok: python-open-redirect
    return redirect(target), first


def by_header():
    response = make_response("", 302)
    # ruleid: python-open-redirect
    response.headers["Location"] = request.args["next"]
    # ok: python-open-redirect
    response.headers["X-Next"] = request.args["next"]
    # ok: python-open-redirect
    response.headers["Location"] = "/"
    return response


def django(request):
    target = request.GET.get("next", "/")
    # ruleid: python-open-redirect
    first = HttpResponseRedirect(target)
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    # ok: python-open-redirect
    return HttpResponseRedirect(target), first


@app.get("/out")
async def out(target: str):
    # ruleid: python-open-redirect
    return RedirectResponse(url=target)


def from_another_function(authorize):
    # ok: python-open-redirect
    first = redirect(authorize(request.args["client"], request.args["scope"]))
    # ruleid: python-open-redirect
    return redirect(urljoin(request.host_url, request.args["next"])), first


def from_the_session():
    # ok: python-open-redirect
    return redirect(session.pop("next", "/"))


def with_django_asked_behind_another_condition(request):
    target = request.POST.get("next", request.GET.get("next"))
    if (target or request.accepts("text/html")) and not url_has_allowed_host_and_scheme(
        url=target, allowed_hosts={request.get_host()}
    ):
        target = "/"
    # ok: python-open-redirect
    return HttpResponseRedirect(target)


def with_django_asked_by_keyword(request):
    target = request.GET["next"]
    if not url_has_allowed_host_and_scheme(url=target, allowed_hosts={request.get_host()}):
        target = "/"
    # ok: python-open-redirect
    return HttpResponseRedirect(target)


def with_another_condition(request):
    target = request.POST.get("next")
    if (target or request.accepts("text/html")) and request.is_secure():
        target = target.strip()
    # ruleid: python-open-redirect
    return HttpResponseRedirect(target)


def with_the_language_checked(request):
    language = request.POST.get("language")
    if language and check_for_language(language):
        # ok: python-open-redirect
        return HttpResponseRedirect(translated("/start", language))
    return None


class Invoices:
    def response_add(self, request, invoice, continue_at=None):
        # ok: python-open-redirect
        return HttpResponseRedirect(continue_at or address_of(invoice))

    def leave(self, request, continue_at):
        # ruleid: python-open-redirect
        return HttpResponseRedirect(continue_at)
