import ast


class Rule:
    def __init__(self, rule):
        self.rule = rule

    def matches(self, name):
        # ruleid: python-code-from-parameter
        return eval(self.rule)

    def fixed(self):
        # ok: python-code-from-parameter
        return eval("1 + 1")


def search(engine, query, number):
    # ruleid: python-code-from-parameter
    found = eval(f"Engine.{engine}.search('{query}')")
    # ruleid: python-code-from-parameter
    exec(f"import {engine}")
    # ruleid: python-code-from-parameter
    other = eval("lambda x: " + query)
    # ok: python-code-from-parameter
    value = ast.literal_eval(query)
    # ok: python-code-from-parameter
    half = eval(f"{int(number)} / 2")
    # ok: python-code-from-parameter
    model = engine.eval(query)
    # ok: python-code-from-parameter
    exec(compile(query, "<template>", "exec"))
    return found, other, value, half, model


def start(dispatch=None):
    # ruleid: python-code-from-parameter
    return eval(dispatch)


def run(path):
    # ok: python-code-from-parameter
    exec(open(path).read())


EXPRESSIONS = {"profit": "revenue - cost", "ratio": "cost / revenue"}


def metric(name, figures):
    expression = EXPRESSIONS[name]
    # ok: python-code-from-parameter
    first = eval(expression, {}, dict(figures))
    # ok: python-code-from-parameter
    return first, eval(EXPRESSIONS.get(name), {})
