"""What the command line, the policy and the environment say in; what every scanner is told, out.

That includes where advisory records come from: a folder, a store, a mirror that is fetched here, or nowhere.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import msgspec

from devsecgate import bundled
from devsecgate.advisories.place import VARIABLE, default_path
from devsecgate.errors import DevsecgateError, UsageError
from devsecgate.model import Gap, GapReason
from devsecgate.policy.records import Policy
from devsecgate.scanner import Settings


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What decides where advisory records come from, besides the policy."""

    advisories: str | None
    """As the command line says it."""
    offline: bool
    root: Path
    """Of the scanned tree."""
    files: Iterable[str]


class Advisories(msgspec.Struct, frozen=True, kw_only=True):
    """Where this run's advisory records are; nowhere: the services of the network are asked."""

    folder: Path | None = None
    store: Path | None = None
    gaps: tuple[Gap, ...] = ()


def advisories(policy: Policy, wanted: Wanted, stack: ExitStack) -> Advisories:
    """Find the folder of advisory records, fetched if need be, or the store; a fetch that fails is a gap."""
    named = wanted.advisories
    url = named if named and "://" in named else None if named else policy.dependencies.url
    if url is None:
        return _local_advisories(named, policy, wanted.root)
    if wanted.offline:
        raise UsageError("--offline and an address of advisory records contradict each other", where=url)
    from devsecgate.advisories import fetch
    from devsecgate.detectors.manifests import formats

    ecosystems = {found for path in wanted.files if (found := formats.ecosystem(path)) is not None}
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="devsecgate-advisories-")))
    try:
        return Advisories(folder=fetch.fetch(url, folder, ecosystems))
    except DevsecgateError as error:
        return Advisories(gaps=(Gap(scanner="advisories", reason=GapReason.FAILED, detail=str(error)),))


def _local_advisories(named: str | None, policy: Policy, root: Path) -> Advisories:
    """Take the folder or the store that is named; without any, the user's own store, where there is one."""
    place = Path(named).absolute() if named else policy.dependencies.folder
    if place is None:
        own = default_path().absolute()
        if os.environ.get(VARIABLE) and not own.exists():
            raise UsageError(
                f"the store that {VARIABLE} names is not there",
                where=own.name,
                remedy="Run `devsecgate advisories update` with the ecosystems that you need, or unset it.",
            )
        if own.exists() and own.resolve().is_relative_to(root):
            raise UsageError(
                "the store of advisory records is in the scanned tree, which may have brought it",
                where=own.name,
                remedy="Name it with --advisories if you put it there, or keep it elsewhere (DEVSECGATE_STORE).",
            )
        return Advisories(store=own) if own.exists() else Advisories()
    if place.is_file():
        return Advisories(store=place)
    if not place.is_dir():
        raise UsageError(
            "the folder of advisory records is not there",
            where=named or str(policy.dependencies.advisories),
            remedy="Give a folder that holds <Ecosystem>/all.zip, or a store that `devsecgate advisories` made.",
        )
    return Advisories(folder=place)


def settings(policy: Policy, found: Advisories, *, offline: bool) -> Settings:
    """Put together what scanners may need to know; without records that were asked for, no service is asked."""
    return Settings(
        rules=(bundled.policies() / "rules", *policy.scanners.rules),
        advisories=found.folder,
        store=found.store,
        max_age=policy.dependencies.max_age,
        markers=_markers(policy),
        offline=offline or bool(found.gaps),
        osv_url=policy.dependencies.osv_url,
        disabled=policy.scanners.disable,
        first_party=policy.first_party,
        processors=os.cpu_count() or 1,
        salt=os.environ.get("DEVSECGATE_SALT", ""),
    )


def _markers(policy: Policy) -> tuple[tuple[str, str], ...]:
    target = policy.dependencies.target
    if target is None:
        return ()
    from devsecgate.detectors.manifests import markers

    found = markers.environment(python=target.python, platform=target.platform, machine=target.machine)
    return tuple(sorted(found.items()))
