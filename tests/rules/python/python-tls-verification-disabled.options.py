import httpx
import requests

OPTIONS = {"timeout": 5.0, "verify": False}
CHECKED = {"timeout": 5.0}


def fetch(url):
    # ruleid: python-tls-verification-disabled
    first = httpx.AsyncClient(base_url=url, **OPTIONS)
    # ruleid: python-tls-verification-disabled
    second = requests.get(url, **OPTIONS)
    # ok: python-tls-verification-disabled
    third = httpx.AsyncClient(base_url=url, **CHECKED)
    # ok: python-tls-verification-disabled
    fourth = requests.get(url, **CHECKED)
    return first, second, third, fourth
