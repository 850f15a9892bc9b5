import ssl
from ssl import PROTOCOL_TLSv1, TLSVersion

from OpenSSL import SSL
from requests.adapters import HTTPAdapter
from urllib3.poolmanager import PoolManager


def contexts(socket):
    # ruleid: python-old-tls-version
    first = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
    # ruleid: python-old-tls-version
    second = ssl.SSLContext(protocol=ssl.PROTOCOL_SSLv3)
    # ruleid: python-old-tls-version
    third = ssl.SSLContext(PROTOCOL_TLSv1)
    # ruleid: python-old-tls-version
    fourth = ssl.wrap_socket(socket, ssl_version=ssl.PROTOCOL_TLSv1_1)
    # ruleid: python-old-tls-version
    fifth = SSL.Context(SSL.TLSv1_METHOD)
    # ok: python-old-tls-version
    sixth = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # ok: python-old-tls-version
    seventh = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)
    # ok: python-old-tls-version
    eighth = ssl.create_default_context()
    # ok: python-old-tls-version
    ninth = SSL.Context(SSL.TLS_METHOD)
    return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth


def versions(context):
    # ruleid: python-old-tls-version
    context.minimum_version = ssl.TLSVersion.TLSv1
    # ruleid: python-old-tls-version
    context.minimum_version = TLSVersion.MINIMUM_SUPPORTED
    # ruleid: python-old-tls-version
    context.options &= ~ssl.OP_NO_SSLv3
    # ok: python-old-tls-version
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # ok: python-old-tls-version
    context.maximum_version = TLSVersion.MAXIMUM_SUPPORTED
    # ok: python-old-tls-version
    context.options |= ssl.OP_NO_SSLv3 | ssl.OP_NO_TLSv1
    # ok: python-old-tls-version
    return context.minimum_version == ssl.TLSVersion.TLSv1


class Old(HTTPAdapter):
    def init_poolmanager(self, number, size):
        # ruleid: python-old-tls-version
        self.poolmanager = PoolManager(number, size, ssl_version=ssl.PROTOCOL_TLSv1)
        # ok: python-old-tls-version
        self.poolmanager = PoolManager(number, size, ssl_version=ssl.PROTOCOL_TLS_CLIENT)


# ruleid: python-old-tls-version
def connect(host, version=ssl.PROTOCOL_TLSv1):
    return host, version


# ok: python-old-tls-version
def connect_now(host, version=ssl.PROTOCOL_TLS_CLIENT):
    return host, version


# ok: python-old-tls-version
NAMES = {ssl.PROTOCOL_TLSv1: "TLS 1.0", ssl.PROTOCOL_TLSv1_2: "TLS 1.2"}
