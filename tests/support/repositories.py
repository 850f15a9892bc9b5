"""Git repositories that tests make: always the same author and day, and nothing of this machine's configuration."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_MOMENT = "2026-01-01T00:00:00Z"
_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "t",
    "GIT_AUTHOR_EMAIL": "t@team.example",
    "GIT_COMMITTER_NAME": "t",
    "GIT_COMMITTER_EMAIL": "t@team.example",
    "GIT_AUTHOR_DATE": _MOMENT,
    "GIT_COMMITTER_DATE": _MOMENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """One repository with a working tree."""

    root: Path

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run git, and give what it printed; a failure fails the test."""
        done = subprocess.run(
            ("git", *arguments), cwd=self.root, env=_ENVIRONMENT, input=stdin, capture_output=True, check=False
        )
        assert done.returncode == 0, (arguments, done.stderr)
        return done.stdout.decode().strip()

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files, or remove those that are None."""
        for path, content in files.items():
            place = self.root / path
            if content is None:
                place.unlink()
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: Mapping[str, str | bytes | None], message: str = "change") -> str:
        """Write files, commit all that there is, and give the commit."""
        self.write(files)
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.head

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def clone(self, place: Path, *arguments: str) -> Repository:
        """Clone over a file address, so that depth counts."""
        place.parent.mkdir(parents=True, exist_ok=True)
        self.git("clone", "-q", *arguments, f"file://{self.root}", str(place))
        return Repository(root=place)


def make(root: Path, files: Mapping[str, str | bytes | None]) -> Repository:
    """Make a repository with one commit on `main`."""
    root.mkdir(parents=True)
    made = Repository(root=root)
    made.git("init", "-q", "-b", "main")
    made.git("config", "uploadpack.allowAnySHA1InWant", "true")
    made.commit(files, "first")
    return made
