import os

from Crypto.Cipher import AES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = b"000000000000"
IV = b"\x00" * 16


def seal(key, text, iv):
    # ruleid: python-constant-nonce
    first = AESGCM(key).encrypt(b"000000000000", text, None)
    box = AESGCM(key)
    # ruleid: python-constant-nonce
    second = box.encrypt(NONCE, text, None)
    # ruleid: python-constant-nonce
    third = Cipher(algorithms.AES(key), modes.CBC(b"0123456789abcdef"))
    # ruleid: python-constant-nonce
    fourth = AES.new(key, AES.MODE_CBC, b"0123456789abcdef")
    # ruleid: python-constant-nonce
    fifth = AES.new(key, AES.MODE_GCM, nonce=b"0123456789ab")
    # ok: python-constant-nonce
    sixth = AESGCM(key).encrypt(os.urandom(12), text, None)
    # ok: python-constant-nonce
    seventh = Cipher(algorithms.AES(key), modes.CBC(iv))
    # ok: python-constant-nonce
    eighth = AES.new(key, AES.MODE_CBC, iv)
    # ok: python-constant-nonce
    ninth = AES.new(key, AES.MODE_GCM)
    nonce = os.urandom(12)
    # ok: python-constant-nonce
    tenth = nonce + box.encrypt(nonce, text, None)
    # ok: python-constant-nonce
    eleventh = box.decrypt(nonce, text, b"header")
    return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh
