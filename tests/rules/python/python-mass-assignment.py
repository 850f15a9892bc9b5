from flask import Flask, request
from shop import Account, Line, OrderSchema, db

app = Flask(__name__)
FIELDS = ("name", "address")
EDITABLE_FIELDS = {"name", "address"}


@app.post("/account")
def update(user: Account, session, form):
    for key, value in request.get_json().items():
        # ruleid: python-mass-assignment
        setattr(user, key, value)
    for field in request.form:
        # ruleid: python-mass-assignment
        setattr(user, field, request.form[field])
    # ruleid: python-mass-assignment
    account = Account(**request.json)
    db.session.add(account)
    # ruleid: python-mass-assignment
    db.session.add(Line(**request.get_json()))
    # ruleid: python-mass-assignment
    Account.objects.filter(pk=user.pk).update(**request.data)
    # ruleid: python-mass-assignment
    Account.objects.create(owner=user, **request.POST.dict())
    # ruleid: python-mass-assignment
    user.__dict__.update(request.json)
    # ruleid: python-mass-assignment
    session.query(Account).filter_by(id=user.id).update(request.get_json())
    # ruleid: python-mass-assignment
    db.accounts.update_one({"_id": user.id}, {"$set": request.get_json()})


@app.post("/safe")
def safe(user: Account, session, form):
    body = request.get_json()
    for key in FIELDS:
        # ok: python-mass-assignment
        setattr(user, key, body[key])
    for key, value in body.items():
        if key in EDITABLE_FIELDS:
            # ok: python-mass-assignment
            setattr(user, key, value)
    # ok: python-mass-assignment
    setattr(user, "name", body["name"])
    # ok: python-mass-assignment
    account = Account(name=body["name"], address=body["address"])
    db.session.add(account)
    # ok: python-mass-assignment
    line = Line(**OrderSchema().load(body))
    db.session.add(line)
    # ok: python-mass-assignment
    Account.objects.filter(pk=user.pk).update(name=body["name"])
    # ok: python-mass-assignment
    Account.objects.create(**form.cleaned_data)
    # ok: python-mass-assignment
    session.query(Account).filter_by(id=user.id).update({"name": body["name"]})
    # ok: python-mass-assignment
    db.accounts.update_one({"_id": user.id}, {"$set": {"name": body["name"]}})
    # ok: python-mass-assignment
    checked = OrderSchema(**body)
    return checked.name
