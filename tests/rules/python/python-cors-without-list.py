from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask import Flask
from flask_cors import CORS, cross_origin
from starlette.middleware import Middleware

app = Flask(__name__)
# ruleid: python-cors-without-list
CORS(app)
# ruleid: python-cors-without-list
CORS(app, origins="*", methods=["GET"])
# ruleid: python-cors-without-list
CORS(app, resources={r"/api/*": {"origins": "*"}})
# ok: python-cors-without-list
CORS(app, origins=["https://shop.example"])
# ok: python-cors-without-list
CORS(app, resources={r"/api/*": {"origins": ["https://shop.example"]}})
# ok: python-cors-without-list
CORS(app, supports_credentials=True)


@app.route("/prices")
# ruleid: python-cors-without-list
@cross_origin()
def prices():
    return "[]"


@app.route("/orders")
# ok: python-cors-without-list
@cross_origin(origins=["https://shop.example"])
def orders():
    return "[]"


api = FastAPI()
# ruleid: python-cors-without-list
api.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET"])
# ok: python-cors-without-list
api.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])
# ok: python-cors-without-list
api.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
middleware = [
    # ruleid: python-cors-without-list
    Middleware(CORSMiddleware, allow_origins=["*"]),
    # ok: python-cors-without-list
    Middleware(CORSMiddleware, allow_origins=["https://shop.example"]),
]
# ruleid: python-cors-without-list
CORS_ALLOW_ALL_ORIGINS = True
# ok: python-cors-without-list
CORS_ALLOW_ALL_ORIGINS = False
