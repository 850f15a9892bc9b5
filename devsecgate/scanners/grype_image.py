"""Container images in; what grype says of their packages, out. It works where the policy asks for it.

The work is done by `devsecgate.detectors.grype`, run as a child for each image, and once more for the canary.
Written against the published format, and not yet run with a real grype.
"""

from __future__ import annotations

from devsecgate.detectors.tools.grype import Reader
from devsecgate.detectors.tools.running import CANARY, CANARY_RULE
from devsecgate.model import Kind
from devsecgate.scanner import Canary, Command, Engine, Job, Scanner, Subject

_NAME = "grype-image"


def command(job: Job) -> Command:
    """Name the image that was given."""
    return Command(
        argv=(
            "python",
            "-m",
            "devsecgate.detectors.grype",
            f"--canary={job.canary}",
            f"--scratch={job.scratch}",
            *([f"--image={job.given.source}"] if job.given is not None else []),
            *(["--offline"] if job.settings.offline else []),
        ),
        exits=frozenset({0}),
        network=not job.settings.offline,
        timeout=1800.0,
    )


SCANNER = Scanner(
    name=_NAME,
    kind=Kind.CONTAINER,
    about="Packages of images, looked up by grype where the policy asks for it (scanners.enable)",
    engines=(Engine(name=_NAME, program="python", install="install grype"),),
    select=lambda path: False,
    subject=Subject.IMAGE,
    command=command,
    parse=Reader(name=_NAME, kind=Kind.CONTAINER).parse,
    canary=Canary(name=CANARY[0], content=CANARY[1], rule=CANARY_RULE),
    on_request=True,
)
