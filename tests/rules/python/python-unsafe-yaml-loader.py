import ruamel.yaml
import yaml
from yaml import Loader, SafeLoader


def settings(path, loader):
    with open(path) as file:
        # ruleid: python-unsafe-yaml-loader
        first = yaml.load(file, Loader=yaml.Loader)
        # ruleid: python-unsafe-yaml-loader
        second = yaml.load(file, Loader)
        # ruleid: python-unsafe-yaml-loader
        third = yaml.unsafe_load(file)
        # ruleid: python-unsafe-yaml-loader
        fourth = list(yaml.load_all(file))
        # ruleid: python-unsafe-yaml-loader
        fifth = ruamel.yaml.YAML(typ="unsafe").load(file)
        # ok: python-unsafe-yaml-loader
        sixth = yaml.safe_load(file)
        # ok: python-unsafe-yaml-loader
        seventh = yaml.load(file, Loader=SafeLoader)
        # ok: python-unsafe-yaml-loader
        eighth = yaml.load(file, Loader=yaml.CSafeLoader)
        # ok: python-unsafe-yaml-loader
        ninth = yaml.load(file, Loader=loader)
        # ok: python-unsafe-yaml-loader
        tenth = ruamel.yaml.YAML(typ="safe").load(file)
    return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth


class Other:
    def read(self, file):
        # ok: python-unsafe-yaml-loader
        return self.yaml.load(file)


def by_name(file):
    # ruleid: python-unsafe-yaml-loader
    first = yaml.load(stream=file, Loader=yaml.Loader)
    # ok: python-unsafe-yaml-loader
    return first, yaml.load(stream=file, Loader=yaml.SafeLoader)


def view(request):
    name = request.args["name"]
    if name not in ("one", "two"):
        return "no such one", 404
    with open(f"/srv/{name}.yaml") as file:
        # ruleid: python-unsafe-yaml-loader
        first = yaml.load(file, Loader=yaml.Loader)
        # ok: python-unsafe-yaml-loader
        second = yaml.load(file, Loader=yaml.SafeLoader)
    # ruleid: python-unsafe-yaml-loader
    third = yaml.load({"one": "a: 1", "two": "b: 2"}[name], Loader=yaml.Loader)
    for part in request.form:
        # ok: python-unsafe-yaml-loader
        third += yaml.safe_load("- x")
    return first, second, third
