import ssl
import urllib.request

import aiohttp
import httpx
import requests
import urllib3

CERTIFICATE = "/etc/ssl/supplier.pem"


def prices(session, settings, form):
    # ruleid: python-tls-verification-disabled
    first = requests.get("https://supplier.example", timeout=5, verify=False)
    # ruleid: python-tls-verification-disabled
    second = session.post("https://supplier.example", json={}, verify=False)
    # ruleid: python-tls-verification-disabled
    third = httpx.Client(verify=False)
    # ruleid: python-tls-verification-disabled
    session.verify = False
    # ruleid: python-tls-verification-disabled
    fourth = aiohttp.TCPConnector(ssl=False)
    # ruleid: python-tls-verification-disabled
    fifth = urllib3.PoolManager(cert_reqs="CERT_NONE")
    # ruleid: python-tls-verification-disabled
    sixth = urllib.request.urlopen("https://supplier.example", context=ssl._create_unverified_context())
    # ruleid: python-tls-verification-disabled
    ssl._create_default_https_context = ssl._create_unverified_context
    # ok: python-tls-verification-disabled
    seventh = requests.get("https://supplier.example", timeout=5)
    # ok: python-tls-verification-disabled
    eighth = requests.get("https://supplier.example", timeout=5, verify=CERTIFICATE)
    # ok: python-tls-verification-disabled
    ninth = session.get("https://supplier.example", verify=settings.verify)
    # ok: python-tls-verification-disabled
    tenth = httpx.Client(verify=True)
    # ok: python-tls-verification-disabled
    form.verify = False
    # ok: python-tls-verification-disabled
    eleventh = urllib3.PoolManager(cert_reqs="CERT_REQUIRED")
    # ok: python-tls-verification-disabled
    twelfth = urllib.request.urlopen("https://supplier.example", context=ssl.create_default_context())
    # ok: python-tls-verification-disabled
    form.save(verify=False)
    return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh, twelfth


def spelled_out(session, address):
    import ssl

    import urllib3

    # ruleid: python-tls-verification-disabled
    session.get(url=address, verify=False)
    # ruleid: python-tls-verification-disabled
    urllib3.HTTPSConnectionPool("host.example", cert_reqs=ssl.CERT_NONE)
    # ok: python-tls-verification-disabled
    session.get(url=address, verify="authority.pem")
    # ok: python-tls-verification-disabled
    urllib3.HTTPSConnectionPool("host.example", cert_reqs=ssl.CERT_REQUIRED)
