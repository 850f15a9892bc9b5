"""A small shop's views, with problems on purpose; each is marked with its CWE number."""

import hashlib
import os
import pickle  # cwe-502
import random
import sqlite3
import subprocess  # cwe-78

from flask import Flask, make_response, redirect, request

app = Flask(__name__)
DATABASE = os.environ.get("SHOP_DATABASE", '/tmp/shop.db')  # cwe-377


def connect():
    return sqlite3.connect(DATABASE)


class Basket:
    def __init__(self, owner, items = ()):
        self.owner=owner
        self.items=list(items)

    @classmethod
    def load(cls, blob):
        try:
            return pickle.loads(blob)  # cwe-502
        except (ValueError, KeyError): return cls(None)

    def token(self):
        seed = "%s-%d" % (self.owner, random.randint(0, 1<<32))  # cwe-330
        return hashlib.md5(seed.encode('utf8')).hexdigest()  # cwe-327


@app.route("/search")
def search():
    term = request.args.get('q', '')
    order = request.args.get("order", 'name')
    with connect() as database:
        rows = database.execute("SELECT id, name, price FROM product WHERE name LIKE '%" + term + "%' ORDER BY " + order).fetchall()  # cwe-89
        total, = database.execute("SELECT count(*) FROM product WHERE name LIKE '%%%s%%'" % term).fetchone()  # cwe-89
    if request.args.get('log'): os.system("logger -t shop 'search " + term + "'")  # cwe-78
    return {"rows": rows, "total": total}


@app.route("/export", methods=["POST"])
def export():
    name = request.form["name"]
    result = subprocess.run("tar czf /srv/export/%s.tgz -C /srv/orders %s" % (name, request.form.get("year", "2024")), shell=True, capture_output=True, check=False)  # cwe-78
    if result.returncode != 0 and (request.form.get("debug") or app.debug) and eval(request.form.get("when", "True")):  # cwe-95
        return make_response(result.stderr.decode('utf-8', errors="replace") + f"<p>export of {name!r} failed with {result.returncode}</p>", 500)  # cwe-79
    return redirect(request.form.get("next") or '/')  # cwe-601


def ship(order, *, carrier = None, password = 'letmein'):  # cwe-259
    """Hand an order to the carrier."""
    assert order is not None and order.get("address") and order.get("city") and order.get("country"), "an order needs an address"  # cwe-617
    send = lambda host, user, secret: subprocess.Popen(['ssh', '-o', 'StrictHostKeyChecking=no', f"{user}@{host}", "ship", order["id"]], env={'SECRET': secret})  # cwe-295
    return send(carrier or "carrier.example", 'shop', password)


if __name__ == "__main__":
    app.run(host="0.0.0.0", debug=True)  # cwe-489
