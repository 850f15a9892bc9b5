import json

from bson import ObjectId
from flask import Flask, request
from pymongo import MongoClient

app = Flask(__name__)
database = MongoClient().shop


@app.post("/login")
def login():
    body = request.get_json()
    # ruleid: python-nosql-injection
    first = database.accounts.find_one({"name": body["name"], "password": body["password"]})
    # ruleid: python-nosql-injection
    second = database.accounts.find(request.json)
    # ruleid: python-nosql-injection
    database.accounts.delete_many({"owner": request.json.get("owner")})
    condition = {"name": body.get("name")}
    # ruleid: python-nosql-injection
    third = database["accounts"].count_documents(filter=condition)
    # ruleid: python-nosql-injection
    database.orders.update_one({"_id": json.loads(request.data)["id"]}, {"$set": {"paid": True}})
    # ruleid: python-nosql-injection
    fourth = database.accounts.find({"$where": "this.name == '" + request.args["name"] + "'"})
    # ruleid: python-nosql-injection
    fifth = database.accounts.find({"$where": f"this.age > {request.form['age']}"})
    return [first, second, third, fourth, fifth]


@app.post("/safe")
def safe(schema):
    body = request.get_json()
    # ok: python-nosql-injection
    first = database.accounts.find_one({"name": str(body["name"])})
    # ok: python-nosql-injection
    second = database.accounts.find_one({"_id": ObjectId(body["id"])})
    # ok: python-nosql-injection
    third = database.accounts.find_one({"name": request.form["name"]})
    # ok: python-nosql-injection
    fourth = database.accounts.find({"age": int(request.args["age"])})
    # ok: python-nosql-injection
    fifth = database.accounts.find_one({"key": f"shop:{body['key']}"})
    # ok: python-nosql-injection
    sixth = database.accounts.find_one(schema.load(body))
    # ok: python-nosql-injection
    seventh = database.accounts.find({"$where": "this.paid < this.price"})
    # ok: python-nosql-injection
    database.accounts.insert_one({"name": body["name"]})
    # ok: python-nosql-injection
    eighth = body["text"].find("shop")
    name = body["name"]
    if not isinstance(name, str):
        raise ValueError(name)
    # ok: python-nosql-injection
    ninth = database.accounts.find_one({"name": name})
    return [first, second, third, fourth, fifth, sixth, seventh, eighth, ninth]


@app.post("/chosen")
def chosen():
    kind = request.json["kind"]
    # ruleid: python-nosql-injection
    first = db.items.find_one({"kind": kind})
    if kind not in ("book", "toy"):
        return "", 400
    # ok: python-nosql-injection
    return first, db.items.find_one({"kind": kind})
