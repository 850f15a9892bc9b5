"""Names of Dockerfiles, and that each rule for them is for all of these."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from devsecgate.names import DOCKERFILES, builds_an_image, may_build_an_image


@pytest.mark.parametrize(
    "path",
    [
        "Dockerfile", "app/Dockerfile", "dockerfile", "Dockerfile.prod", "Dockerfile-dev", "web.Dockerfile",
        "web.dockerfile", "Containerfile", "Containerfile.dev", "web.containerfile",
    ],
)  # fmt: skip
def test_a_dockerfile_is_known_by_its_name(path: str) -> None:
    assert (builds_an_image(path), may_build_an_image(path)) == (True, True)


@pytest.mark.parametrize("path", ["DOCKERFILE", "dockerfile.prod", "CONTAINERFILE.dev"])
def test_other_letters_are_noticed_and_read_by_nobody(path: str) -> None:
    assert (builds_an_image(path), may_build_an_image(path)) == (False, True)


@pytest.mark.parametrize("path", ["Dockerfile.dockerignore", "Dockerfiles", "mydockerfile", "Dockerfile/readme.md"])
def test_what_only_sounds_like_one_is_none(path: str) -> None:
    assert (builds_an_image(path), may_build_an_image(path)) == (False, False)


def test_every_rule_of_the_pack_is_for_every_such_name(repository: Path) -> None:
    files = [file for file in (repository / "policies/rules/dockerfile").glob("*.yaml") if file.stem != "canary"]
    rules = [rule for file in files for rule in yaml.safe_load(file.read_bytes())["rules"]]
    assert len(rules) >= 25
    assert {rule["id"]: tuple(rule["paths"]["include"]) for rule in rules} == {
        rule["id"]: DOCKERFILES for rule in rules
    }
