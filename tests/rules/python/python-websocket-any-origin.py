import socketio
from flask import Flask
from flask_socketio import SocketIO
from tornado.websocket import WebSocketHandler

app = Flask(__name__)
# ruleid: python-websocket-any-origin
chat = SocketIO(app, cors_allowed_origins="*")
# ruleid: python-websocket-any-origin
server = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins=["*"])
# ruleid: python-websocket-any-origin
open_server = socketio.Server(cors_allowed_origins=[])
# ok: python-websocket-any-origin
own = SocketIO(app)
# ok: python-websocket-any-origin
listed = socketio.Server(cors_allowed_origins=["https://shop.example"])
# ok: python-websocket-any-origin
without_cookies = socketio.Server(cors_allowed_origins="*", cors_credentials=False)


class Open(WebSocketHandler):
    # ruleid: python-websocket-any-origin
    def check_origin(self, origin):
        return True


class Own(WebSocketHandler):
    # ok: python-websocket-any-origin
    def check_origin(self, origin):
        return origin in {"https://shop.example"}
