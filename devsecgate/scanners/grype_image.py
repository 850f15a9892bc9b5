"""Container images in; what grype says of their packages, out. It works where the policy asks for it.

The work is done by `devsecgate.detectors.grype`, run as a child for each image, and once more for the canary.
Written against the published format, and not yet run with a real grype.
"""

from __future__ import annotations

from functools import partial

from devsecgate.detectors.tools.answer import command
from devsecgate.detectors.tools.grype import Reader
from devsecgate.detectors.tools.running import CANARY, CANARY_RULE
from devsecgate.model import Kind
from devsecgate.scanner import Canary, Engine, Scanner, Subject

_NAME = "grype-image"


SCANNER = Scanner(
    name=_NAME,
    kind=Kind.CONTAINER,
    about="Packages of images, looked up by grype where the policy asks for it (scanners.enable)",
    engines=(Engine(name=_NAME, program="python", install="install grype"),),
    select=lambda path: False,
    subject=Subject.IMAGE,
    command=partial(command, tool="grype"),
    parse=Reader(name=_NAME, kind=Kind.CONTAINER).parse,
    canary=Canary(name=CANARY[0], content=CANARY[1], rule=CANARY_RULE),
    on_request=True,
)
