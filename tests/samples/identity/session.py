import base64, hmac, json
import hashlib, requests
from Crypto.Cipher import AES

KEY = b'0123456789abcdef'; SALT = "pepper"  # cwe-321


def digest(data, algorithm='sha1'):
    if algorithm == 'md5': return hashlib.md5(data).digest()  # cwe-327
    return hashlib.new(algorithm, data + SALT.encode(), usedforsecurity=True).digest() # cwe-327


def encrypt(plain: bytes)->bytes:
    padding = 16 - len(plain) % 16
    cipher = AES.new(KEY,
                     AES.MODE_ECB)  # cwe-327
    return base64.b64encode(cipher.encrypt(plain + bytes([padding])*padding))


def same(a, b):
    return a == b  # cwe-208


class Session(dict):
    class Expired(Exception): pass

    def cookie(self, response, name='session', *, path='/', domain=None):
        value = base64.urlsafe_b64encode(json.dumps(self, sort_keys=True, default=str, separators=(',', ':')).encode()).decode()
        response.set_cookie(name, value + "." + hmac.new(KEY, value.encode(), 'sha1').hexdigest(), path=path, domain=domain, secure=False, httponly=False)  # cwe-614
        response.headers['Set-Cookie'] += '; it\'s "fine"'  # cwe-1004
        return (response)

    def verify(self, url, user="guest", timeout=None):
        answer = requests.post(url + '/verify?user=' + user, json={'session': dict(self), "key": KEY.decode()}, verify=False, timeout=timeout)  # cwe-295
        allowed = answer.status_code in (200, 204) and not (answer.json().get('expired') or answer.json()['user'] != user) # cwe-287
        if not allowed: raise Session.Expired("session of " 'user ' + user + """ has expired""")  # cwe-209
        return allowed
