import hmac

from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators import csrf as decorators
from django.views.decorators.csrf import csrf_exempt, csrf_protect, ensure_csrf_cookie
from django.views.decorators.http import require_GET
from flask import Flask
from flask_wtf.csrf import CSRFProtect
from rest_framework.authentication import SessionAuthentication

app = Flask(__name__)
csrf = CSRFProtect(app)


# ruleid: python-csrf-disabled
@csrf_exempt
def change_address(request):
    request.user.address = request.POST["address"]


# ruleid: python-csrf-disabled
@decorators.csrf_exempt
def change_name(request):
    request.user.name = request.POST["name"]


# ok: python-csrf-disabled
@csrf_protect
def change_mail(request):
    request.user.mail = request.POST["mail"]


# ok: python-csrf-disabled
@ensure_csrf_cookie
def form(request):
    return request.user.mail


# ok: python-csrf-disabled
@csrf_exempt
def payment_webhook(request):
    return request.body


# ok: python-csrf-disabled
@csrf_exempt
def paid(request):
    if not hmac.compare_digest(signature(request.body), request.headers["Signature"]):
        raise PermissionError
    return request.body


# ok: python-csrf-disabled
@csrf_exempt
@require_GET
def prices(request):
    return "[]"


# ruleid: python-csrf-disabled
@method_decorator(csrf_exempt, name="dispatch")
class Orders(View):
    def post(self, request):
        return request.POST["order"]


class Basket(View):
    # ruleid: python-csrf-disabled
    @method_decorator(csrf_exempt)
    def dispatch(self, *args, **kwargs):
        return super().dispatch(*args, **kwargs)


# ok: python-csrf-disabled
@method_decorator(csrf_protect, name="dispatch")
class Returns(View):
    def post(self, request):
        return request.POST["order"]


# ok: python-csrf-disabled
@method_decorator(csrf_exempt, name="dispatch")
class StripeWebhook(View):
    def post(self, request):
        return request.body


urls = [
    # ruleid: python-csrf-disabled
    ("orders", csrf_exempt(Orders.as_view())),
    # ok: python-csrf-disabled
    ("hook", csrf_exempt(StripeWebhook.as_view())),
    # ok: python-csrf-disabled
    ("returns", csrf_protect(Returns.as_view())),
]


# ruleid: python-csrf-disabled
@app.post("/address")
@csrf.exempt
def address():
    return "done"


class Unchecked(SessionAuthentication):
    # ruleid: python-csrf-disabled
    def enforce_csrf(self, request):
        return


class Checked(SessionAuthentication):
    # ok: python-csrf-disabled
    def enforce_csrf(self, request):
        super().enforce_csrf(request)


# ruleid: python-csrf-disabled
app.config["WTF_CSRF_ENABLED"] = False
# ok: python-csrf-disabled
app.config["WTF_CSRF_ENABLED"] = True
# ruleid: python-csrf-disabled
app.config.update(WTF_CSRF_ENABLED=False, DEBUG=False)
# ok: python-csrf-disabled
app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)


class Production:
    # ruleid: python-csrf-disabled
    WTF_CSRF_ENABLED = False


class Testing:
    TESTING = True
    # ok: python-csrf-disabled
    WTF_CSRF_ENABLED = False
