from flask import Flask, request

app = Flask(__name__)


class Session(dict):
    pass


@app.route("/size")
def size():
    session = Session()
    # ok: python-trust-boundary-violation
    session["word"] = request.args["word"]
    return str(len(session))


@app.route("/kept")
def kept():
    from flask import session

    # ruleid: python-trust-boundary-violation
    session["word"] = request.args["word"]
    # ok: python-trust-boundary-violation
    session["kind"] = "guest"
    return "yes"
