"""A YAML file goes in, a `Policy` comes out: every mistake is a PolicyError with file, line and key.

A policy says what must be looked at, what blocks, and what is accepted. It may extend another one.

What an extension may do. It may *tighten* freely. To *loosen* something under a top-level key, the
policy that it extends must name that key in `loosen:`; without that, the policy is refused, with
both lines. `loosen:` of an extension can pass on only what it was given itself, and a policy without
`loosen:` passes on nothing. What counts as loosening:

=====================  ==========================================================================
key                    looser is
=====================  ==========================================================================
layers                 a lower requirement, in the order off < optional < required
scanners               one more name in `disable`
target                 one more name in `exclude`
rules                  nothing is refused: where `rules` may not be loosened, the stricter of the
                       base's action and the extension's counts (allow < warn < block); where it
                       may, the extension's first match replaces the base's
unrated                a lower severity assumed (a higher one is tried beside the base's; the
                       stricter action counts)
inline_suppressions    `honour` from false to true, `needs_justification` from true to false, a
                       higher `up_to`
gaps                   one more entry in `accept` (entries in `refuse` always may be added)
first_party            one more name
dependencies           any change of `advisories`, `osv_url` or `target`: it may know less; a higher
                       `max_age`
waivers                one more waiver
waiver_terms           a longer term
existing               `warn` instead of `block`
deadlines              more days
baseline               any change
=====================  ==========================================================================

Everything else (`name`, `scanners.refuse_engines`, `scanners.rules`, `scanners.timeout`, `scanners.enable`,
`target.max_file_size`, `gaps.refuse`, `plugins`, `tools`) only adds evidence or gaps, and is free.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from devsecgate.policy.records import Policy

__all__ = ["Policy", "load", "schema", "show"]


def load(file: Path | None, root: Path, *, today: date) -> Policy:
    """Read the policy that judges `root`, with all that it extends.

    `file` None: the first of `.devsecgate.yaml`, `devsecgate.yaml`, `.github/devsecgate.yaml` below
    root, or else the bundled `default`. `today` is what waivers' terms count from. Raises PolicyError.
    """
    from devsecgate.policy.loading import effective

    return effective(file, root, today=today)


def show(policy: Policy) -> str:
    """Render the effective policy as YAML; a comment behind each entry names the line that it comes from."""
    from devsecgate.policy.showing import render

    return render(policy)


def schema() -> bytes:
    """Return the JSON Schema of a policy file, from the types that decode it."""
    from devsecgate.policy.document import json_schema

    return json_schema()
