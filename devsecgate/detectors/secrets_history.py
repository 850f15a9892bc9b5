"""The versions of files that the commits of a change added in; the secrets that each commit brought in, out.

Run as a child: `python -m devsecgate.detectors.secrets_history --given=MANIFEST --canary=FILE`, with
`secrets_versions.Salt` on stdin; `secrets_versions.HistoryAnswer` comes out. No value leaves this process. A value
that stood in one of the files that a commit changed, as a parent of the commit has them, is none that it brought in.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from devsecgate.detectors import secrets_rules
from devsecgate.detectors.secrets import Hasher, content, described, salted
from devsecgate.detectors.secrets_output import VERSION, Unseen
from devsecgate.detectors.secrets_search import Match, as_utf8, is_configuration, search
from devsecgate.detectors.secrets_versions import CommitVersions, HistoryAnswer, Leak, Manifest, Salt, Version


class _Looked(msgspec.Struct, frozen=True, kw_only=True):
    """One version, or one file as it was before."""

    data: bytes
    """As UTF-8."""
    found: tuple[Match, ...]
    incomplete: str

    def values(self) -> frozenset[bytes]:
        return frozenset(self.data[match.start : match.end] for match in self.found)


class _Look(msgspec.Struct, kw_only=True):
    """What one run knows."""

    folder: Path
    rules: tuple[secrets_rules.Rule, ...]
    hasher: Hasher
    answer: HistoryAnswer
    told: set[tuple[str, bytes]] = msgspec.field(default_factory=set)
    """Paths and values that are in the answer."""


def main(arguments: Sequence[str]) -> int:
    """Read what is given, look, print. Exit 0: looked; 2: something cannot be read."""
    try:
        given, canary = _option(arguments, "--given="), _option(arguments, "--canary=")
        salt = msgspec.json.decode(sys.stdin.buffer.read(), type=Salt).salt
        manifest = msgspec.json.decode(Path(given).read_bytes(), type=Manifest)
        rules = secrets_rules.load(secrets_rules.table())
        answer = look(Path(given).parent, manifest, canary=canary, rules=rules, salt=salt)
    except (msgspec.MsgspecError, OSError, ValueError, re.error) as error:
        print(f"secrets-history: {error}", file=sys.stderr)
        return 2
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    return 0


def _option(arguments: Sequence[str], name: str) -> str:
    found = [each.removeprefix(name) for each in arguments if each.startswith(name)]
    if len(found) != 1:
        raise ValueError(f"{name} has to be given once")
    return found[0]


def look(
    folder: Path, manifest: Manifest, *, canary: str, rules: tuple[secrets_rules.Rule, ...], salt: str
) -> HistoryAnswer:
    """Look at the canary as at any version, then at every commit. Raises OSError, ValueError for the canary alone."""
    answer = HistoryAnswer(version=VERSION, leaks=[], covered=[], unseen=[], commits=0, versions=0, size=0)
    looking = _Look(folder=folder, rules=rules, hasher=Hasher(salted(salt)), answer=answer)
    _tell(looking, CommitVersions(commit="", versions=[], before=[]), canary, _looked(looking, canary, canary))
    for commit in manifest.commits:
        _commit(looking, commit, manifest.name)
        answer.commits += bool(commit.commit)
    answer.covered.append(manifest.name)
    return answer


def _commit(looking: _Look, commit: CommitVersions, name: str) -> None:
    for version in commit.versions:
        shown = f"{name}!/{version.path}"
        found = _version(looking, version, shown)
        if found is None:
            continue
        looking.answer.versions += 1
        if found.incomplete:
            detail = f"{_of(commit)} not wholly searched for secrets: {found.incomplete}"
            looking.answer.unseen.append(Unseen(path=shown, detail=detail))
        if found.found:
            _tell(looking, commit, shown, found)


def _of(commit: CommitVersions) -> str:
    return f"commit {commit.commit}:" if commit.commit else "staged:"


def _version(looking: _Look, version: Version, shown: str) -> _Looked | None:
    """Look at one version; where it cannot be read, say so."""
    try:
        found = _looked(looking, str(looking.folder / version.content), version.path)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        looking.answer.unseen.append(Unseen(path=shown, detail=f"not searched for secrets: {why}"))
        return None
    looking.answer.size += len(found.data)
    return found


def _looked(looking: _Look, file: str, path: str) -> _Looked:
    data = as_utf8(content(file))
    matches = search(data, looking.rules, configuration=is_configuration(path))
    return _Looked(data=data, found=matches.found, incomplete=matches.incomplete)


def _tell(looking: _Look, commit: CommitVersions, shown: str, looked: _Looked) -> None:
    """Put those secrets into the answer that the commit brought in, and that are not in it yet."""
    old = _before(looking, commit, looked.values())
    for match, secret in zip(looked.found, described(shown, looked.data, looked.found, looking.hasher), strict=True):
        value = looked.data[match.start : match.end]
        if value in old or (shown, value) in looking.told:
            continue
        looking.told.add((shown, value))
        looking.answer.leaks.append(Leak(commit=commit.commit, secret=secret))


def _before(looking: _Look, commit: CommitVersions, values: frozenset[bytes]) -> frozenset[bytes]:
    """Give those of the values that were secrets of the changed files already.

    A file that cannot be read had none: then too much is told, and nothing is lost.
    """
    old: set[bytes] = set()
    for name in commit.before:
        try:
            data = as_utf8(content(str(looking.folder / name)))
        except (OSError, ValueError) as error:
            print(f"secrets-history: {name}: {error}", file=sys.stderr)
            continue
        if any(value in data for value in values - old):
            found = search(data, looking.rules, configuration=True).found
            old |= {data[match.start : match.end] for match in found}
    return frozenset(old)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
