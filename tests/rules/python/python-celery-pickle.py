import kombu
from celery import Celery, shared_task
from kombu import Consumer
from kombu.serialization import enable_insecure_serializers

# ruleid: python-celery-pickle
app = Celery("shop", task_serializer="pickle")
# ok: python-celery-pickle
safe = Celery("shop", task_serializer="json")
# ruleid: python-celery-pickle
app.conf.accept_content = ["json", "pickle"]
# ruleid: python-celery-pickle
app.conf["task_serializer"] = "pickle"
# ruleid: python-celery-pickle
app.conf.update(result_serializer="pickle", timezone="UTC")
# ok: python-celery-pickle
app.conf.update(accept_content=["json"], task_serializer="json", result_serializer="json")
# ok: python-celery-pickle
app.conf.accept_content = ["json", "msgpack"]
# ruleid: python-celery-pickle
CELERY_ACCEPT_CONTENT = ("application/x-python-serialize", "json")
# ruleid: python-celery-pickle
CELERY_TASK_SERIALIZER = "pickle"
# ok: python-celery-pickle
CELERY_TASK_SERIALIZER = "json"
# ok: python-celery-pickle
FORMATS = ["json", "pickle"]


@app.task(serializer="json")
# ok: python-celery-pickle
def good(order):
    return order


@app.task(bind=True, serializer="pickle")
# ruleid: python-celery-pickle
def bad(self, order):
    return order


@shared_task(serializer="pickle")
# ruleid: python-celery-pickle
def worse(order):
    return order


def send(connection, channel, order):
    # ruleid: python-celery-pickle
    good.apply_async((order,), serializer="pickle")
    # ok: python-celery-pickle
    good.apply_async((order,), serializer="json")
    # ruleid: python-celery-pickle
    Consumer(channel, accept=["pickle", "json"])
    # ok: python-celery-pickle
    kombu.Consumer(channel, accept=["json"])
    # ok: python-celery-pickle
    connection.SimpleQueue("orders", serializer="json")
    # ruleid: python-celery-pickle
    enable_insecure_serializers()
    # ok: python-celery-pickle
    kombu.serialization.disable_insecure_serializers()


def stored(frame, writer):
    # ok: python-celery-pickle
    writer.save(frame, format="pickle")
    # ok: python-celery-pickle
    writer.formats = ["pickle"]
