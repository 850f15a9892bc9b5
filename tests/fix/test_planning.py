"""From wanted upgrades to edits, commands and what is left: whole projects, without a disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from devsecgate.fix.planning import plan
from devsecgate.fix.records import Change, Fixes, Left, Step, Unchangeable, Upgrade

Make = Callable[..., Upgrade]


def planned(files: Mapping[str, str | bytes], *upgrades: Upgrade, minor_only: bool = False) -> Fixes:
    """Plan for a tree whose manifests are all of these files but those in a folder `other`."""
    held = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

    def read(path: str) -> bytes:
        if path not in held:
            raise Unchangeable(f"{path} cannot be read")
        return held[path]

    manifests = [path for path in held if not path.startswith("other/")]
    return plan(upgrades, manifests, read, minor_only=minor_only)


def texts(fixes: Fixes) -> dict[str, str]:
    return {each.path: each.new for each in fixes.changes}


def commands(fixes: Fixes) -> list[tuple[str, str]]:
    return [(each.folder, each.command) for each in fixes.steps]


def whys(fixes: Fixes) -> list[str]:
    return [each.why for each in fixes.left]


def test_a_pin_is_changed_and_pip_is_asked_whether_all_go_together(upgrade: Make) -> None:
    fixes = planned({"requirements.txt": "jinja2==3.1.4\n"}, upgrade())
    assert fixes.changes == (
        Change(
            path="requirements.txt",
            before=b"jinja2==3.1.4\n",
            after=b"jinja2==3.1.6\n",
            old="jinja2==3.1.4\n",
            new="jinja2==3.1.6\n",
        ),
    )
    assert commands(fixes) == [(".", "pip install --dry-run --ignore-installed -r ./requirements.txt")]
    assert fixes.left == ()


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
def test_a_byte_order_mark_stays(mark: bytes, upgrade: Make) -> None:
    encoding = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}[mark]
    fixes = planned({"requirements.txt": mark + "jinja2==3.1.4\r\né".encode(encoding)}, upgrade())
    assert [each.after for each in fixes.changes] == [mark + "jinja2==3.1.6\r\né".encode(encoding)]


def test_the_edit_goes_to_the_file_that_holds_the_pin(upgrade: Make) -> None:
    files = {
        "requirements.txt": "flask==3.1.3\n-r other/base.list\n-r other/missing.list\n",
        "other/base.list": "-c limits.list\njinja2==3.1.4\n",
        "other/limits.list": "jinja2<3.1.5\n",
    }
    fixes = planned(files, upgrade(line=2))
    assert texts(fixes) == {
        "other/base.list": "-c limits.list\njinja2==3.1.6\n",
        "other/limits.list": "jinja2<3.1.7\n",
    }
    assert [(each.path, each.line) for each in fixes.done[0].edits] == [
        ("other/base.list", 2),
        ("other/limits.list", 1),
    ]


def test_files_that_include_each_other_are_read_once(upgrade: Make) -> None:
    files = {"requirements.txt": "-r other/a.list\n", "other/a.list": "-r ../requirements.txt\njinja2==3.1.4\n"}
    assert texts(planned(files, upgrade())) == {"other/a.list": "-r ../requirements.txt\njinja2==3.1.6\n"}


def test_an_include_that_leads_out_is_not_followed(upgrade: Make) -> None:
    files = {"requirements.txt": "-r ../evil.txt\njinja2==3.1.4\n", "../evil.txt": "jinja2==3.1.4\n"}
    assert texts(planned(files, upgrade())) == {"requirements.txt": "-r ../evil.txt\njinja2==3.1.6\n"}


def test_two_manifests_that_pin_the_same_package_are_both_changed(upgrade: Make) -> None:
    files = {"requirements.txt": "jinja2==3.1.4\n", "pyproject.toml": '[project]\ndependencies = ["jinja2==3.1.4"]\n'}
    fixes = planned(files, upgrade(), upgrade(path="pyproject.toml", line=2))
    assert texts(fixes) == {
        "requirements.txt": "jinja2==3.1.6\n",
        "pyproject.toml": '[project]\ndependencies = ["jinja2==3.1.6"]\n',
    }
    assert len(fixes.done) == 2


@pytest.mark.parametrize(
    ("lock", "manifest", "text"),
    [
        ("poetry.lock", "pyproject.toml", '[tool.poetry.dependencies]\njinja2 = "3.1.4"\n'),
        ("Pipfile.lock", "Pipfile", '[packages]\njinja2 = "==3.1.4"\n'),
        ("base-requirements.txt", "requirements.txt", "-r base-requirements.txt\njinja2==3.1.4\n"),
    ],
)
def test_what_one_upgrade_has_changed_is_not_missed_by_another(
    lock: str, manifest: str, text: str, upgrade: Make
) -> None:
    files = {lock: "jinja2==3.1.4\n" if lock.endswith(".txt") else "", manifest: text}
    fixes = planned(files, upgrade(path=lock), upgrade(path=manifest, line=2))
    assert texts(fixes)[manifest] == text.replace("3.1.4", "3.1.6")
    assert (len(fixes.done), fixes.left) == (2, ())


def test_several_upgrades_of_one_file_are_all_in_it(upgrade: Make) -> None:
    files = {"requirements.txt": "jinja2==3.1.4\npyyaml==5.3.1\n"}
    fixes = planned(files, upgrade(), upgrade(name="pyyaml", current="5.3.1", target="5.4", line=2))
    assert texts(fixes) == {"requirements.txt": "jinja2==3.1.6\npyyaml==5.4\n"}


def test_a_pin_with_hashes_is_made_again_by_its_program(upgrade: Make) -> None:
    files = {
        "requirements.txt": "# autogenerated by pip-compile\njinja2==3.1.4 --hash=md5:a\npyyaml==5.3.1 --hash=md5:b\n",
        "requirements.in": "jinja2<3.1.5\npyyaml\n",
    }
    fixes = planned(files, upgrade(line=2), upgrade(name="pyyaml", current="5.3.1", target="5.4", line=3))
    assert texts(fixes) == {"requirements.in": "jinja2<3.1.7\npyyaml\n"}
    (folder, command), *more = commands(fixes)
    assert (folder, more) == (".", [])
    assert command == (
        "pip-compile --generate-hashes --upgrade-package jinja2==3.1.6 --upgrade-package pyyaml==5.4 "
        "--output-file ./requirements.txt ./requirements.in"
    )


def test_a_pin_with_hashes_of_no_known_source_is_left_with_the_command(upgrade: Make) -> None:
    fixes = planned({"requirements.txt": "jinja2==3.1.4 --hash=sha256:aa\n"}, upgrade())
    assert texts(fixes) == {}
    (why,) = whys(fixes)
    assert why == (
        "its hashes have to change with it: make the file again with the program that wrote it, such as "
        "pip-compile --generate-hashes --upgrade-package jinja2==3.1.6"
    )


def test_a_compiled_file_without_hashes_is_changed_and_compiled_again(upgrade: Make) -> None:
    files = {
        "requirements/base.txt": "# This file was autogenerated by uv:\n#    uv pip compile base.in\njinja2==3.1.4\n",
        "requirements/base.in": "jinja2\n",
    }
    fixes = planned(files, upgrade(path="requirements/base.txt", line=3))
    assert texts(fixes) == {"requirements/base.txt": files["requirements/base.txt"].replace("3.1.4", "3.1.6")}
    assert commands(fixes) == [("requirements", "uv pip compile --output-file ./base.txt ./base.in")]


def test_a_file_that_was_compiled_from_the_project_is_compiled_again_from_it(upgrade: Make) -> None:
    files = {
        "a/requirements.txt": "# autogenerated by pip-compile\n#    pip-compile pyproject.toml\njinja2==3.1.4\n",
        "a/pyproject.toml": '[project]\ndependencies = ["jinja2"]\n',
    }
    fixes = planned(files, upgrade(path="a/requirements.txt", line=3))
    assert commands(fixes) == [("a", "pip-compile --output-file ./requirements.txt ./pyproject.toml")]


def test_a_range_that_allows_the_fix_needs_only_the_lock(upgrade: Make) -> None:
    files = {"uv.lock": "", "pyproject.toml": '[project]\ndependencies = ["jinja2>=3,<4"]\n'}
    fixes = planned(files, upgrade(path="uv.lock", line=7, direct=True))
    assert texts(fixes) == {}
    assert fixes.steps == (Step(folder=".", head="uv lock", packages=("--upgrade-package jinja2==3.1.6",)),)
    assert fixes.done[0].note == "only its lockfile has to follow"


def test_a_range_that_forbids_the_fix_is_changed_in_every_member_of_the_lock(upgrade: Make) -> None:
    range_of = '[project]\ndependencies = ["jinja2<3.1.5"]\n'
    member = '[[package]]\nname = "{0}"\nsource = {{ editable = "{1}" }}\n'
    files = {
        "app/uv.lock": f"version = 1\n{member.format('app', '.')}{member.format('a', 'packages/a')}",
        "app/examples/pyproject.toml": range_of,
        "app/pyproject.toml": range_of,
        "app/packages/a/pyproject.toml": range_of,
        "app/packages/b/uv.lock": "",
        "app/packages/b/pyproject.toml": range_of,
        "pyproject.toml": range_of,
    }
    fixes = planned(files, upgrade(path="app/uv.lock", line=7))
    assert sorted(texts(fixes)) == ["app/packages/a/pyproject.toml", "app/pyproject.toml"]
    assert commands(fixes) == [("app", "uv lock --upgrade-package jinja2==3.1.6")]


@pytest.mark.parametrize(
    ("lock", "command"),
    [
        ("poetry.lock", "poetry update --lock jinja2"),
        ("Pipfile.lock", "pipenv upgrade jinja2==3.1.6"),
        ("uv.lock", "uv lock --upgrade-package jinja2==3.1.6"),
        ("pdm.lock", "pdm update jinja2"),
    ],
)
def test_each_lock_has_its_command(lock: str, command: str, upgrade: Make) -> None:
    assert commands(planned({lock: ""}, upgrade(path=lock))) == [(".", command)]


NPM = {"ecosystem": "npm", "name": "jquery", "current": "3.4.1", "target": "3.5.0", "path": "package-lock.json"}
LOCK = {"lockfileVersion": 3, "packages": {"": {}, "node_modules/ui": {"dependencies": {"jquery": "^3.4.0"}}}}


def test_what_npm_is_asked_for_is_raised_and_locked_again(upgrade: Make) -> None:
    files = {"package-lock.json": json.dumps(LOCK), "package.json": '{"dependencies": {"jquery": "^3.4.1"}}'}
    fixes = planned(files, upgrade(**NPM, direct=True))
    assert texts(fixes) == {"package.json": '{"dependencies": {"jquery": "^3.5.0"}}'}
    assert commands(fixes) == [(".", "npm install --package-lock-only")]


def test_what_others_pull_in_and_would_take_needs_only_the_lock(upgrade: Make) -> None:
    files = {"package-lock.json": json.dumps(LOCK), "package.json": "{}"}
    fixes = planned(files, upgrade(**NPM, direct=False))
    assert texts(fixes) == {}
    assert commands(fixes) == [(".", "npm update --package-lock-only jquery")]


def test_what_others_pull_in_and_would_not_take_is_overridden(upgrade: Make) -> None:
    lock = json.dumps(LOCK).replace("^3.4.0", "3.4.1")
    fixes = planned({"package-lock.json": lock, "package.json": "{}"}, upgrade(**NPM, direct=False))
    assert texts(fixes) == {"package.json": '{"overrides":{"jquery":"^3.5.0"}}'}
    assert commands(fixes) == [(".", "npm install --package-lock-only")]


def test_what_nothing_fixes_is_left(upgrade: Make) -> None:
    wanted = upgrade(target=None)
    assert planned({"requirements.txt": "jinja2==3.1.4\n"}, wanted) == Fixes(
        changes=(),
        done=(),
        steps=(),
        left=(
            Left(
                upgrade=wanted,
                why="no version is known that fixes all of this: replace it, or waive this with a reason and a date",
            ),
        ),
    )


@pytest.mark.parametrize("target", ["3.1.4", "3.1.3", "not a version", "4.0\n"])
def test_nothing_is_ever_downgraded(target: str, upgrade: Make) -> None:
    fixes = planned({"requirements.txt": "jinja2==3.1.4\n"}, upgrade(target=target))
    assert (texts(fixes), whys(fixes)) == (
        {},
        [f"{target} is not known to be later, and nothing is ever downgraded"],
    )


@pytest.mark.parametrize(
    ("ecosystem", "current", "target", "major"),
    [
        ("PyPI", "3.1.4", "3.2", False),
        ("PyPI", "3.1.4", "4.0", True),
        ("PyPI", "0.1", "0.2", False),
        ("PyPI", "1!3.1", "1!4.0", True),
        ("npm", "0.1.0", "0.2.0", True),
        ("npm", "0.0.1", "0.0.2", True),
        ("npm", "1.9.0", "1.10.0", False),
        ("npm", "1.9.0", "2.0.0", True),
    ],
)
def test_another_major_version_is_marked_and_left_out_on_request(
    ecosystem: str, current: str, target: str, major: bool, upgrade: Make
) -> None:
    path = "requirements.txt" if ecosystem == "PyPI" else "package-lock.json"
    files = {"requirements.txt": f"jinja2=={current}\n", "package-lock.json": json.dumps(LOCK), "package.json": "{}"}
    wanted = upgrade(ecosystem=ecosystem, current=current, target=target, path=path, direct=False)
    assert [each.major for each in planned(files, wanted).done] == [major]
    kept = planned(files, wanted, minor_only=True)
    assert [each.why for each in kept.left] == (
        [f"{target} is another major version, which --minor-only leaves out"] if major else []
    )


def test_a_package_of_an_image_is_left_with_its_advice(upgrade: Make) -> None:
    fixes = planned({}, upgrade(path="app.tar!/usr/lib/x", elsewhere=True))
    assert whys(fixes) == ["it is not in a manifest of this project: Upgrade jinja2 from 3.1.4 to 3.1.6."]


def test_a_manifest_of_another_manager_has_its_command(upgrade: Make) -> None:
    wanted = upgrade(ecosystem="Go", name="golang.org/x/net", current="0.1.0", target="0.7.0", path="svc/go.mod")
    assert commands(planned({"svc/go.mod": ""}, wanted)) == [("svc", "go get golang.org/x/net@v0.7.0")]


def test_a_setup_file_is_left_with_its_line(upgrade: Make) -> None:
    advice = "Upgrade jinja2 from 3.1.4 to 3.1.6 (setup.cfg:3: jinja2==3.1.6)."
    fixes = planned({"setup.cfg": "x"}, upgrade(path="setup.cfg", line=3, advice=advice))
    assert whys(fixes) == [f"nothing here can write it: {advice}"]


def test_one_that_cannot_be_changed_does_not_keep_the_others(upgrade: Make) -> None:
    files = {"requirements.txt": "jinja2==3.1.4,!=3.1.6\npyyaml==5.3.1\n"}
    fixes = planned(files, upgrade(), upgrade(name="pyyaml", current="5.3.1", target="5.4", line=2))
    assert texts(fixes) == {"requirements.txt": "jinja2==3.1.4,!=3.1.6\npyyaml==5.4\n"}
    assert [each.upgrade.name for each in fixes.left] == ["jinja2"]


def test_an_upgrade_that_fails_on_the_way_changes_nothing(upgrade: Make) -> None:
    files = {
        "requirements.txt": "jinja2==3.1.4\n-r other/hashed.list\n",
        "other/hashed.list": "jinja2==3.1.4 --hash=x:y\n",
    }
    fixes = planned(files, upgrade())
    assert texts(fixes) == {}
    assert whys(fixes) == ["it is pinned with hashes at other/hashed.list:1, and without elsewhere; lock it again"]


def test_a_file_that_may_not_be_changed_is_told(upgrade: Make) -> None:
    assert whys(planned({}, upgrade())) == ["requirements.txt cannot be read"]


def test_a_file_that_is_not_text_is_told(upgrade: Make) -> None:
    assert whys(planned({"requirements.txt": b"jinja2==3.1.4\n\xff"}, upgrade())) == ["is not UTF-8; save it as UTF-8"]
