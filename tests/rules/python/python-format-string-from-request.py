import string

from flask import Flask, request

app = Flask(__name__)
GREETINGS = {"short": "Hi {user}", "long": "Dear {user}"}


@app.post("/greeting")
def greeting(user, order):
    text = request.form["greeting"]
    # ruleid: python-format-string-from-request
    first = text.format(user=user)
    # ruleid: python-format-string-from-request
    second = ("Dear customer, " + text).format(user, order)
    # ruleid: python-format-string-from-request
    third = request.args.get("greeting").format_map({"user": user})
    # ruleid: python-format-string-from-request
    fourth = f"<p>{text}</p>".format(order=order)
    # ruleid: python-format-string-from-request
    fifth = text % locals()
    # ruleid: python-format-string-from-request
    sixth = string.Formatter().vformat(text, (), {"user": user})
    # ok: python-format-string-from-request
    seventh = "Dear {user}, {text}".format(user=user, text=text)
    # ok: python-format-string-from-request
    eighth = GREETINGS[request.form["kind"]].format(user=user)
    # ok: python-format-string-from-request
    ninth = GREETINGS.get(request.form["kind"], "Hi {user}").format(user=user)
    # ok: python-format-string-from-request
    tenth = string.Template(text).safe_substitute(user=user.name)
    # ok: python-format-string-from-request
    eleventh = text.replace("{", "{{").replace("}", "}}").format(user=user)
    # ok: python-format-string-from-request
    twelfth = "%s: %s" % (user.name, text)
    # ok: python-format-string-from-request
    thirteenth = "{:>10}".format(request.form["amount"])
    return [first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh, twelfth, thirteenth]
