import os

app = object()
# ruleid: python-session-key-in-code
app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY", "Zk93-lamp-harbour-2291-x")
# ruleid: python-session-key-in-code
KEY = os.getenv("SHOP_SECRET_KEY", "Zk93-lamp-harbour-2291-x")
# ok: python-session-key-in-code
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
# ok: python-session-key-in-code
NAME = os.getenv("SHOP_NAME", "Zk93-lamp-harbour-2291-x")
