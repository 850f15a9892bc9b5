"""One container image in; its packages, what advisories say of them, and how it is configured, as JSON on stdout.

Run as `python -m devsecgate.detectors.image --image PATH_OR_REFERENCE --name SHOWN --scratch DIR` and the options of
`detectors/options.py`. An image that cannot be judged makes this program fail (exit 3), and say why in one line on
stderr.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from devsecgate.detectors.images.limits import Refused
from devsecgate.detectors.images.look import SCHEMES, fetch, look
from devsecgate.detectors.syft import Failed, Missing
from devsecgate.errors import MalformedOutput
from devsecgate.text import one_line

_FAILED = 3


def main() -> int:
    """Look at the image, and print the answer."""
    parser = _parser(argparse.ArgumentParser(prog="devsecgate.detectors.image", allow_abbrev=False))
    parser.add_argument("--canary", type=Path, required=True)
    given, _ = parser.parse_known_args()
    reference: str = given.image
    try:
        if reference.startswith(SCHEMES) and not Path(reference).exists():
            seen = fetch(reference, given.canary, scratch=given.scratch, meanwhile=_prepare)
        else:
            seen = look(Path(reference), given.canary, scratch=given.scratch, meanwhile=_prepare)
        from devsecgate.detectors import options
        from devsecgate.detectors.images.judging import judge

        asked = options.common(_parser(options.parser("image")).parse_args())
        answer = judge(seen, given.name, asked)
    except (Refused, Missing, Failed, MalformedOutput) as error:
        print(f"{one_line(given.name)}: {one_line(str(error))}", file=sys.stderr)
        return _FAILED
    except OSError as error:
        print(f"{one_line(given.name)}: {error.strerror or type(error).__name__}", file=sys.stderr)
        return _FAILED
    import msgspec

    sys.stdout.buffer.write(msgspec.json.encode(answer))
    return 0


def _parser(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Add this program's own options; the common ones are read while syft works, for their imports take a while."""
    parser.add_argument("--image", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    return parser


def _prepare() -> None:
    """Import what is needed afterwards, while syft has the other processor."""
    from devsecgate.detectors.images import judging

    judging.prepare()


if __name__ == "__main__":
    sys.exit(main())
