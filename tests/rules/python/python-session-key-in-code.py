import os
import secrets

from flask import Flask

app = Flask(__name__)

# ruleid: python-session-key-in-code
SECRET_KEY = "orange-bicycle-under-the-stairs"
# ok: python-session-key-in-code
SECRET_KEY = os.environ["SHOP_SECRET_KEY"]
# ok: python-session-key-in-code
SECRET_KEY = secrets.token_hex(32)
# ok: python-session-key-in-code
SECRET_KEY = ""

# ruleid: python-session-key-in-code
app.secret_key = b"seven quiet rivers run north"
# ruleid: python-session-key-in-code
app.config["SECRET_KEY"] = "seven quiet rivers run north"
# ok: python-session-key-in-code
app.config["SECRET_KEY"] = "dev"
# ok: python-session-key-in-code
app.config["SECRET_KEY"] = os.getenv("SECRET_KEY")
# ok: python-session-key-in-code
app.config["SECRET_KEY"] = "change-me-in-production"


class Shop(Flask):
    def __init__(self) -> None:
        super().__init__(__name__)
        # ruleid: python-session-key-in-code
        self.config.from_mapping(DEBUG=False, SECRET_KEY="seven quiet rivers run north")
        # ruleid: python-session-key-in-code
        self.config.update({"SECRET_KEY": "seven quiet rivers run north", "DEBUG": False})
        # ok: python-session-key-in-code
        self.config.from_mapping(SECRET_KEY=os.environ["SECRET_KEY"])
        # ok: python-session-key-in-code
        self.config.update(TESTING=True, NAME="seven quiet rivers run north")
