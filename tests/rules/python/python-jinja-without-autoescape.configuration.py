from jinja2 import Environment, FileSystemLoader

# ok: python-jinja-without-autoescape
environment = Environment(loader=FileSystemLoader("templates"), autoescape=False)


def configuration(host):
    return environment.get_template("nginx.conf.j2").render(host=host)
