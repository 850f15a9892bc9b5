import base64
import os

import itsdangerous
import jwt
from Crypto.Cipher import AES
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from jose import jwt as jose_jwt

KEY = "green-umbrella"
PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
-----END PUBLIC KEY-----"""


def with_jwt(claims, token):
    # ruleid: python-hardcoded-signing-key
    first = jwt.encode(claims, "secret", algorithm="HS256")
    # ruleid: python-hardcoded-signing-key
    second = jwt.encode(claims, KEY, algorithm="HS256")
    # ruleid: python-hardcoded-signing-key
    third = jwt.encode(payload=claims, key="green-umbrella")
    # ruleid: python-hardcoded-signing-key
    fourth = jwt.decode(token, "secret", algorithms=["HS256"])
    # ruleid: python-hardcoded-signing-key
    fifth = jose_jwt.encode(claims, "green-umbrella", algorithm="HS256")
    # ok: python-hardcoded-signing-key
    sixth = jwt.encode(claims, os.environ["TOKEN_KEY"], algorithm="HS256")
    # ok: python-hardcoded-signing-key
    seventh = jwt.decode(token, PUBLIC_KEY, algorithms=["ES256"])
    # ok: python-hardcoded-signing-key
    eighth = jwt.decode(token, options={"verify_signature": False})
    # ok: python-hardcoded-signing-key
    ninth = jwt.decode(token, "", algorithms=["HS256"], options={"verify_signature": True})
    return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth


def with_itsdangerous(settings):
    # ruleid: python-hardcoded-signing-key
    first = URLSafeTimedSerializer("green-umbrella")
    # ruleid: python-hardcoded-signing-key
    second = itsdangerous.TimestampSigner(secret_key="green-umbrella", salt="mail")
    # ok: python-hardcoded-signing-key
    third = URLSafeTimedSerializer(settings.key, salt="mail")
    # ok: python-hardcoded-signing-key
    fourth = itsdangerous.TimestampSigner(os.environ["MAIL_KEY"], salt="mail")
    return first, second, third, fourth


def with_ciphers(text, key, nonce):
    # ruleid: python-hardcoded-signing-key
    first = Fernet(b"mWn3kq1Qz7nQm3m1l9b0a2b3c4d5e6f7g8h9i0j1k2k=")
    # ruleid: python-hardcoded-signing-key
    second = AESGCM(b"sixteen bytes ok")
    # ruleid: python-hardcoded-signing-key
    third = AES.new(b"sixteen bytes ok", AES.MODE_GCM)
    # ruleid: python-hardcoded-signing-key
    fourth = AES.new("sixteen bytes ok".encode(), AES.MODE_GCM)
    # ok: python-hardcoded-signing-key
    fifth = Fernet(Fernet.generate_key())
    # ok: python-hardcoded-signing-key
    sixth = AESGCM(key).encrypt(nonce, text, b"associated data")
    # ok: python-hardcoded-signing-key
    seventh = AES.new(key, AES.MODE_GCM, nonce=nonce)
    # ok: python-hardcoded-signing-key
    eighth = Fernet(base64.urlsafe_b64encode(key))
    return first, second, third, fourth, fifth, sixth, seventh, eighth


app = Flask(__name__)
# ruleid: python-hardcoded-signing-key
app.config["JWT_SECRET_KEY"] = "green-umbrella"
# ok: python-hardcoded-signing-key
app.config["JWT_SECRET_KEY"] = os.environ["JWT_SECRET_KEY"]
# ok: python-hardcoded-signing-key
app.config["JWT_SECRET_KEY"] = "change-me"
# ruleid: python-hardcoded-signing-key
SIMPLE_JWT = {"ALGORITHM": "HS256", "SIGNING_KEY": "green-umbrella"}
# ok: python-hardcoded-signing-key
SIMPLE_JWT = {"ALGORITHM": "HS256", "SIGNING_KEY": os.environ["SIGNING_KEY"]}
