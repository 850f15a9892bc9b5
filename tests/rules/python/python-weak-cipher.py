from Crypto.Cipher import AES, ARC4, DES
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def encrypt(key, nonce, text):
    # ruleid: python-weak-cipher
    first = DES.new(key, DES.MODE_CBC).encrypt(text)
    # ruleid: python-weak-cipher
    second = ARC4.new(key).encrypt(text)
    # ruleid: python-weak-cipher
    third = AES.new(key, AES.MODE_ECB).encrypt(text)
    # ruleid: python-weak-cipher
    fourth = Cipher(algorithms.TripleDES(key), modes.CBC(nonce))
    # ruleid: python-weak-cipher
    fifth = Cipher(algorithms.AES(key), modes.ECB())
    # ok: python-weak-cipher
    sixth = AES.new(key, AES.MODE_GCM, nonce=nonce).encrypt_and_digest(text)
    # ok: python-weak-cipher
    seventh = Cipher(algorithms.AES(key), modes.GCM(nonce))
    # ok: python-weak-cipher
    eighth = AESGCM(key).encrypt(nonce, text, None)
    # ok: python-weak-cipher
    ninth = Fernet(key).encrypt(text)
    # ok: python-weak-cipher
    tenth = Cipher(algorithms.ChaCha20(key, nonce), mode=None)
    return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth


def named(key):
    from Crypto.Cipher import AES

    # ruleid: python-weak-cipher
    first = AES.new(key, mode=AES.MODE_ECB)
    # ok: python-weak-cipher
    return first, AES.new(key, mode=AES.MODE_GCM)
