"""What the command line names beside a tree is found, and has one name that shows nothing of the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from devsecgate import given
from devsecgate.errors import UsageError
from devsecgate.scanner import Given, Subject


def read(*images: str, sboms: tuple[str, ...] = (), root: Path, offline: bool = False) -> tuple[Given, ...]:
    return given.read(images, sboms, root=root, offline=offline)


def test_a_file_of_the_target_has_its_path_and_another_one_its_own_name(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    (root / "dist").mkdir(parents=True)
    (root / "dist" / "app.tar").touch()
    (tmp_path / "sbom.json").touch()
    (tmp_path / "layout").mkdir()
    found = read(
        str(root / "dist" / "app.tar"), str(tmp_path / "layout"), sboms=(str(tmp_path / "sbom.json"),), root=root
    )
    assert found == (
        Given(subject=Subject.IMAGE, name="dist/app.tar", source=str(root / "dist" / "app.tar")),
        Given(subject=Subject.IMAGE, name="layout", source=str(tmp_path / "layout")),
        Given(subject=Subject.SBOM, name="sbom.json", source=str(tmp_path / "sbom.json")),
    )


def test_a_reference_is_named_without_the_way_to_fetch_it(tmp_path: Path) -> None:
    (found,) = read("registry:registry.example/app:1.2", root=tmp_path)
    assert found == Given(
        subject=Subject.IMAGE, name="registry.example/app:1.2", source="registry:registry.example/app:1.2"
    )


def test_a_reference_needs_the_network(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--offline and --image registry:.* contradict"):
        read("registry:registry.example/app", root=tmp_path, offline=True)


@pytest.mark.parametrize("text", ["nowhere.tar", "a\0b", "registry:", "registry:-o", "file:x", "", "registry:a b"])
def test_what_is_neither_a_file_nor_a_reference_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--image"):
        read(str(tmp_path / text) if text == "nowhere.tar" else text or str(tmp_path / "gone"), root=tmp_path)


def test_a_folder_is_an_image_and_no_sbom(tmp_path: Path) -> None:
    (tmp_path / "layout").mkdir()
    with pytest.raises(UsageError, match="--sbom: not a readable file"):
        read(sboms=(str(tmp_path / "layout"),), root=tmp_path)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="--image: not a readable file"):
        read(str(tmp_path / "pipe"), root=tmp_path)


def test_two_that_reports_could_not_tell_apart_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "app.tar").touch()
    with pytest.raises(UsageError, match=r"two would be called app\.tar"):
        read(str(tmp_path / "a" / "app.tar"), str(tmp_path / "b" / "app.tar"), root=tmp_path / "tree")


def test_a_name_holds_nothing_that_acts_and_nothing_that_looks_like_a_path_inside(tmp_path: Path) -> None:
    place = tmp_path / "tree" / "a!"
    place.mkdir(parents=True)
    (place / "b\x1b[31m\n.tar").touch()
    (found,) = read(str(place / "b\x1b[31m\n.tar"), root=tmp_path / "tree")
    assert found.name == "a!b\\x1b[31m\\n.tar"
