from flask import Flask, request

app = Flask(__name__)


def audit(actor):
    with open("/srv/audit.log", "a") as file:
        # ruleid: python-log-injection
        file.write(f"{actor} was here\n")
        # ok: python-log-injection
        file.write("somebody was here\n")


@app.route("/note")
def note():
    audit(request.args["actor"])
    # ruleid: python-log-injection
    gen_log.warning("note of %s", request.args["actor"])
    # ok: python-log-injection
    gen_log.warning("note of %r", request.args["actor"])
    return "yes"
