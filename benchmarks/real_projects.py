"""The releases that `real.py` gates, and what is published about their own code.

Each place was read out of the difference between the vulnerable and the fixed release; `real.py fetch`
checks that every line still holds the code that is named here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a release that an advisory is about."""

    path: str
    line: int
    code: str
    """A part of the line, so that a wrong archive or a wrong number is noticed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One published vulnerability in a release's own code, with the place that we read out of the fix."""

    advisory: str
    cve: str
    what: str
    cwe: int
    places: tuple[Place, ...]
    """Where a finding of this CWE's family counts as found: the sink, or the line that builds its input."""
    after: tuple[Place, ...] = ()
    """The same places in the release that the advisory calls fixed: is the rule still speaking there?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """One source archive, as the index names it."""

    name: str
    version: str
    file: str
    sha256: str

    @property
    def folder(self) -> str:
        """The folder that it extracts to."""
        return self.file.removesuffix(".tar.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One release to gate, why it was chosen, and what is known about it."""

    archive: Archive
    why: str
    flaws: tuple[Flaw, ...] = ()
    fixed: Archive | None = None


PROJECTS = (
    Project(
        archive=Archive(
            name="flask",
            version="3.1.3",
            file="flask-3.1.3.tar.gz",
            sha256="0ef0e52b8a9cd932855379197dd8f94047b359ca0a78695144304cb45f87c9eb",
        ),
        why="current, small, well kept: should be nearly quiet",
    ),
    Project(
        archive=Archive(
            name="requests",
            version="2.34.2",
            file="requests-2.34.2.tar.gz",
            sha256="f288924cae4e29463698d6d60bc6a4da69c89185ad1e0bcc4104f584e960b9ed",
        ),
        why="current, small, well kept: should be nearly quiet",
    ),
    Project(
        archive=Archive(
            name="django",
            version="5.2.19",
            file="django-5.2.19.tar.gz",
            sha256="ad03d8abc51dbff95ebf34b27123cf0c26a3b62db7ba0cd520783686362533d1",
        ),
        why="large; ships a file on purpose that no parser accepts",
    ),
    Project(
        archive=Archive(
            name="ansible-core",
            version="2.21.5",
            file="ansible_core-2.21.5.tar.gz",
            sha256="65bb3148c58ebb843cd5074004c805f404f152114d98476dd823324616c9c6cb",
        ),
        why="large; starts processes for a living",
    ),
    Project(
        archive=Archive(
            name="pip",
            version="26.3",
            file="pip-26.3.tar.gz",
            sha256="6c36ae7da8695be67e3cd9f7d87919667ced53f57ce2ede75d89b5912ed2bc4c",
        ),
        why="large; carries copies of other projects, and installs archives for a living",
    ),
    Project(
        archive=Archive(
            name="sqlalchemy",
            version="2.1.9",
            file="sqlalchemy-2.1.9.tar.gz",
            sha256="d700a8b2edfb26282a470333d6bc4a454c4acda4d201a3bea7b72fa76c217d28",
        ),
        why="large; puts SQL together for a living",
    ),
    Project(
        archive=Archive(
            name="fastapi",
            version="0.165.0",
            file="fastapi-0.165.0.tar.gz",
            sha256="dd94d4128319c1e1d50535ab023ab698f850a4d2822f0e181747b46f4ff3c0ab",
        ),
        why="current; much of it is documentation that runs",
    ),
    Project(
        archive=Archive(
            name="rich",
            version="15.0.0",
            file="rich-15.0.0.tar.gz",
            sha256="edd07a4824c6b40189fb7ac9bc4c52536e9780fbbfbddf6f1e2502c31b068c36",
        ),
        why="current, small, well kept: should be nearly quiet",
    ),
    Project(
        archive=Archive(
            name="httpx",
            version="0.28.1",
            file="httpx-0.28.1.tar.gz",
            sha256="75e98c5f16b0f35b567856f597f06ff2270a374470a5c2392242528e3e3e42fc",
        ),
        why="current, small, well kept: should be nearly quiet",
    ),
    Project(
        archive=Archive(
            name="attrs",
            version="26.1.0",
            file="attrs-26.1.0.tar.gz",
            sha256="d03ceb89cb322a8fd706d4fb91940737b6642aa36998fe130a9bc96c985eff32",
        ),
        why="current, small; writes Python and evaluates it",
    ),
    Project(
        archive=Archive(
            name="whoogle-search",
            version="0.8.3",
            file="whoogle-search-0.8.3.tar.gz",
            sha256="64da84137ffa6eb386e112250d0099b32399494adf5f0b74de5251274f9a6925",
        ),
        why="old release of a Flask application: requests to any address, files written to any place",
        flaws=(
            Flaw(
                advisory="PYSEC-2024-20",
                cve="CVE-2024-22203",
                what="`element` fetches any address",
                cwe=918,
                places=(
                    Place(path="app/routes.py", line=479, code="g.user_request.send(base_url=src_url)"),
                    Place(path="app/request.py", line=339, code="response = requests.get("),
                ),
                after=(
                    Place(path="app/routes.py", line=501, code="g.user_request.send(base_url=src_url)"),
                    Place(path="app/request.py", line=339, code="response = requests.get("),
                ),
            ),
            Flaw(
                advisory="PYSEC-2024-18",
                cve="CVE-2024-22205",
                what="`window` fetches any address",
                cwe=918,
                places=(
                    Place(path="app/routes.py", line=509, code="g.user_request.send(base_url=target_url)"),
                    Place(path="app/request.py", line=339, code="response = requests.get("),
                ),
                after=(
                    Place(path="app/routes.py", line=546, code="g.user_request.send(base_url=target_url)"),
                    Place(path="app/request.py", line=339, code="response = requests.get("),
                ),
            ),
            Flaw(
                advisory="PYSEC-2024-23",
                cve="CVE-2024-22204",
                what="`config` writes a pickle to a path from the query string",
                cwe=22,
                places=(
                    Place(path="app/routes.py", line=445, code="open(os.path.join("),
                    Place(path="app/routes.py", line=447, code="request.args.get('name')), 'wb')"),
                ),
                after=(Place(path="app/routes.py", line=462, code="open(os.path.join("),),
            ),
        ),
        fixed=Archive(
            name="whoogle-search",
            version="0.8.4",
            file="whoogle-search-0.8.4.tar.gz",
            sha256="e7d7c86dcf87f8ea8741b0eb4fc857332be841c39b0fe36888467e8b12255e43",
        ),
    ),
    Project(
        archive=Archive(
            name="motioneye",
            version="0.43.1b3",
            file="motioneye-0.43.1b3.tar.gz",
            sha256="e2b2315e0fb113d858411876edf4a0997f23f3a7ba45ad66d6eff0e7127a320d",
        ),
        why="old release of a Tornado application: a shell command with a device name from a form",
        flaws=(
            Flaw(
                advisory="PYSEC-2025-39",
                cve="CVE-2025-47782",
                what="device path reaches a shell, through a wrapper of its own",
                cwe=78,
                places=(
                    Place(path="motioneye/controls/v4l2ctl.py", line=92, code="cmd = f\"v4l2-ctl -d '{device}'"),
                    Place(path="motioneye/controls/v4l2ctl.py", line=96, code="utils.call_subprocess(cmd, shell=True"),
                ),
                after=(
                    Place(path="motioneye/controls/v4l2ctl.py", line=93, code='cmd = f"v4l2-ctl -d {quote(device)}'),
                    Place(path="motioneye/controls/v4l2ctl.py", line=97, code="utils.call_subprocess(cmd, shell=True"),
                ),
            ),
        ),
        fixed=Archive(
            name="motioneye",
            version="0.43.1b4",
            file="motioneye-0.43.1b4.tar.gz",
            sha256="7f981e2877cf984bd0e5291c3fc8ccc8af95245c8aa25e8ae65ca2b11181922a",
        ),
    ),
    Project(
        archive=Archive(
            name="archivy",
            version="1.6.2",
            file="archivy-1.6.2.tar.gz",
            sha256="f883780f1e0243571c32cbf12a5b2d6b9124e90f75b3797a3656eb531a6d1e30",
        ),
        why="old release of a Flask application: a redirect to wherever the URL says",
        flaws=(
            Flaw(
                advisory="PYSEC-2022-161",
                cve="CVE-2022-0697",
                what="redirect after login; the release that the advisory calls fixed still has it",
                cwe=601,
                places=(Place(path="archivy/routes.py", line=261, code='return redirect(next_url or "/")'),),
                after=(Place(path="archivy/routes.py", line=267, code='return redirect(next_url or "/")'),),
            ),
        ),
        fixed=Archive(
            name="archivy",
            version="1.7.0",
            file="archivy-1.7.0.tar.gz",
            sha256="30582d53f7e6b4394b19941881dfa4f8af07d781d997e0a350873d8b667d83e1",
        ),
    ),
    Project(
        archive=Archive(
            name="calibreweb",
            version="0.6.17",
            file="calibreweb-0.6.17.tar.gz",
            sha256="0b2d391d8ccf1fa848caa9e662a277121223c14346addfd70a2faf224c9175cc",
        ),
        why="old release of a Flask application: SQL put together from the query string",
        flaws=(
            Flaw(
                advisory="PYSEC-2026-305",
                cve="CVE-2022-30765",
                what="column and direction of the user table's order become SQL text; the fix checks the column only",
                cwe=89,
                places=(Place(path="src/calibreweb/cps/admin.py", line=307, code='text(sort + " " + order)'),),
                after=(Place(path="src/calibreweb/cps/admin.py", line=310, code='text(sort + " " + order)'),),
            ),
        ),
        fixed=Archive(
            name="calibreweb",
            version="0.6.18",
            file="calibreweb-0.6.18.tar.gz",
            sha256="0b362e901b931056672cce72a08d825b02c1474c20c22b8f0420856e74884f75",
        ),
    ),
)
