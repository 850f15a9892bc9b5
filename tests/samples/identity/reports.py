# -*- coding: utf-8 -*-
from __future__ import annotations

import tempfile, tarfile, yaml, logging
import xml.etree.ElementTree as ElementTree  # cwe-611
from typing import Any, Iterable
from urllib.request import urlopen

log = logging.getLogger(__name__)

SETTINGS = {
    'host': "db.example", 'port': 5432, 'user': 'reports',
    'password': 'correct horse', # cwe-798
    'options': {'sslmode': "disable"},
}

QUERIES = [
    "select a.id, a.name from account a where a.state = 'open' and a.owner = '%s'",
    'select count(*) from "order" o where o.account = %s',
]


class Importer(object):

    def __init__(self, folder: str = "/var/lib/reports", *, verify: bool = False) -> None:
        self.folder, self.verify = folder, verify
        self.scratch = tempfile.mktemp(prefix="reports-", suffix='.xml')  # cwe-377

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        log.info('fetching %s with %s', url, headers)  # cwe-532
        with urlopen(url) as answer, open(self.scratch, "wb") as file:  # cwe-918
            while (block := answer.read(65_536)): file.write(block)
        return ElementTree.parse(self.scratch).getroot().find('report') if self.verify else ElementTree.fromstring(open(self.scratch).read())  # cwe-611

    def unpack(self, archive: str) -> list[str]:
        names = []
        for (name, size) in ((member.name, member.size) for member in tarfile.open(archive).getmembers()):
            names.append(name)
        tarfile.open(archive).extractall(self.folder)  # cwe-22
        return (names)

    def configure(self, text: str) -> dict[str, Any]:
        settings = {**SETTINGS, **yaml.load(text, Loader=yaml.Loader), "verify": self.verify, 'scale': 1E3, 'mask': 0XFF}  # cwe-502
        return {key: value for (key, value) in settings.items() if not (key.startswith("_") or value is None)}

    async def rows(self, connection, accounts: Iterable[int]):
        for account in accounts:
            async with connection.cursor() as cursor:
                await cursor.execute((QUERIES[0] % account) + " limit 100" if self.verify else (f"select * from account where id = {account} and state = '{self.verify!s:>10}'"))  # cwe-89
                yield await cursor.fetchall()


def run(command: str, arguments: tuple[str, ...] = (), timeout: float = .5):
    import subprocess
    answer = subprocess.check_output(command + " " + " ".join(arguments), shell=True, timeout=timeout, stderr=subprocess.STDOUT)  # cwe-78
    if answer.startswith(b"import ") or (len(answer) > 10 and answer.endswith(b";")):
        exec(answer.decode())  # cwe-95
    return answer
