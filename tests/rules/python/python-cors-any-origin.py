import aiohttp_cors
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask import Flask, jsonify, request
from flask_cors import CORS, cross_origin
from starlette.middleware import Middleware

api = FastAPI()
# ruleid: python-cors-any-origin
api.add_middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_credentials=True,
    allow_methods=["*"],
)
# ruleid: python-cors-any-origin
api.add_middleware(CORSMiddleware, allow_credentials=True, allow_origin_regex=".*")
# ruleid: python-cors-any-origin
api.add_middleware(CORSMiddleware, allow_credentials=True, allow_origin_regex=r"https?://.*")
# ok: python-cors-any-origin
api.add_middleware(CORSMiddleware, allow_credentials=True, allow_origin_regex=r"https://.*\.shop\.example")
# ok: python-cors-any-origin
api.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=False)
# ok: python-cors-any-origin
api.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET"])
# ok: python-cors-any-origin
api.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"], allow_credentials=True, allow_headers=["*"])

origins = ["https://shop.example", "*"]
# ruleid: python-cors-any-origin
api.add_middleware(CORSMiddleware, allow_origins=origins, allow_credentials=True)
own_pages = ["https://shop.example", "https://www.shop.example"]
# ok: python-cors-any-origin
api.add_middleware(CORSMiddleware, allow_origins=own_pages, allow_credentials=True)

middleware = [
    # ruleid: python-cors-any-origin
    Middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True),
    # ok: python-cors-any-origin
    Middleware(CORSMiddleware, allow_origins=["https://shop.example"], allow_credentials=True),
]

app = Flask(__name__)
# ruleid: python-cors-any-origin
CORS(app, supports_credentials=True)
# ruleid: python-cors-any-origin
CORS(app, origins="*", supports_credentials=True)
# ruleid: python-cors-any-origin
CORS(app, resources={r"/api/*": {"origins": "*"}}, supports_credentials=True)
# ruleid: python-cors-any-origin
CORS(app, supports_credentials=True, origins=[".*"])
# ok: python-cors-any-origin
CORS(app)
# ok: python-cors-any-origin
CORS(app, origins=["https://shop.example"], supports_credentials=True)
# ok: python-cors-any-origin
CORS(app, resources={r"/api/*": {"origins": "https://shop.example"}}, supports_credentials=True)
# ok: python-cors-any-origin
CORS(app, supports_credentials=False)


@app.route("/orders")
# ruleid: python-cors-any-origin
@cross_origin(supports_credentials=True)
def orders():
    return jsonify([])


@app.route("/prices")
# ok: python-cors-any-origin
@cross_origin()
def prices():
    return jsonify([])


@app.after_request
def mirrored(response):
    # ruleid: python-cors-any-origin
    response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin")
    # ruleid: python-cors-any-origin
    response.headers.add("Access-Control-Allow-Origin", request.headers["Origin"])
    response.headers["Access-Control-Allow-Credentials"] = "true"
    # ok: python-cors-any-origin
    response.headers["Access-Control-Allow-Origin"] = "https://shop.example"
    return response


def pages(web):
    # ruleid: python-cors-any-origin
    aiohttp_cors.setup(web, defaults={"*": aiohttp_cors.ResourceOptions(allow_credentials=True, allow_headers="*")})
    # ok: python-cors-any-origin
    aiohttp_cors.setup(web, defaults={"https://shop.example": aiohttp_cors.ResourceOptions(allow_credentials=True)})
