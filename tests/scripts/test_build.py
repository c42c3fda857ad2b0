# SPDX-License-Identifier: GPL-3.0-or-later
"""build.py starts anywhere, says what is missing, and packages what an animator needs and nothing else."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from parlance.scripts import release
from parlance.scripts.environments import Unavailable, interpreter
from parlance.scripts.package import CONTENT, _manifest_for
from parlance.scripts.release import HEADING
from parlance.scripts.wheels import PLATFORMS, fetch

ROOT = Path(__file__).resolve().parents[2]


def test_help_runs_from_another_folder(tmp_path):
    command = [sys.executable, ROOT / "build.py", "--help"]
    answer = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert answer.returncode == 0
    for verb in ("demo", "test", "package", "train", "bench", "docs", "matrix", "release"):
        assert verb in answer.stdout


def test_a_missing_python_is_said_in_one_sentence():
    with pytest.raises(Unavailable, match=r"^Python 3\.99 was not found .*\.$"):
        interpreter("3.99")


def test_the_interpreter_found_is_of_the_version_asked_for():
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert interpreter(running) == Path(sys.executable)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_platform_manifest_is_valid_and_names_its_wheels(platform):
    manifest = (ROOT / "blender_manifest.toml").read_text()
    wheels = [Path(f"onnxruntime-{wheel.version}-cp{wheel.python.replace('.', '')}.whl") for wheel in PLATFORMS[platform]]
    parsed = tomllib.loads(_manifest_for(manifest, platform, wheels))
    assert parsed["platforms"] == [platform]
    assert [Path(item).name for item in parsed["wheels"]] == [wheel.name for wheel in wheels]
    assert parsed["license"] == ["SPDX:GPL-3.0-or-later"]
    assert parsed["blender_version_min"] == "4.5.0"


def test_the_manifest_asks_for_what_the_code_uses():
    """Extensions say what they touch; the words are short and end without a full stop, as Blender's platform wants them."""
    asked = tomllib.loads((ROOT / "blender_manifest.toml").read_text())["permissions"]
    code = "".join(path.read_text() for room in ("addon", "inference") for path in (ROOT / room).rglob("*.py"))
    signs = {"clipboard": "window_manager.clipboard", "network": "import socket", "microphone": "arecord", "files": "filepath"}
    assert set(asked) == {permission for permission, sign in signs.items() if sign in code}
    assert all(len(reason) <= 64 and reason[-1].isalnum() for reason in asked.values())


def test_both_tested_pythons_get_a_wheel_everywhere():
    for wheels in PLATFORMS.values():
        assert {"3.11", "3.13"} <= {wheel.python for wheel in wheels}


def test_everything_packaged_exists():
    for item in CONTENT:
        assert (ROOT / item).exists(), item


def test_the_version_stands_in_one_place():
    command = [sys.executable, "setup.py", "--version"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert told.strip().splitlines()[-1] == release.version()
    assert HEADING.search(release.changelog())["version"] <= release.version()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ("# Changes\n\n## 1.2.3 · 2026-01-02\n\n- Better.\n", None),
        ("# Changes\n\n## 1.2.3\n\n- Better.\n", "no date"),
        ("# Changes\n\n## Unreleased\n\n- More.\n\n## 1.2.3 · 2026-01-02\n\n- Better.\n", "Unreleased"),
        ("# Changes\n\n## 1.2.2 · 2026-01-02\n\n- Better.\n", "does not begin"),
        ("# Changes\n\n## 1.2.3 · 2026-01-02\n\n## 1.2.2\n\n- Better.\n", "says nothing"),
    ],
)
def test_a_release_says_what_its_change_log_lacks(changes, fault):
    told = " ".join(release.faults_of("1.2.3", changes))
    assert fault in told if fault else not told


def test_the_tag_of_a_release_says_all_of_its_change_log(bare_checkout):
    def git(*words):
        return subprocess.run(["git", *words], cwd=bare_checkout, check=True, capture_output=True, text=True).stdout

    (bare_checkout / "blender_manifest.toml").write_text('version = "1.2.3"\n')
    (bare_checkout / "CHANGELOG.md").write_text("# Changes\n\n## 1.2.3 · 2026-01-02\n\n### Lips\n\n- They close.\n")
    (bare_checkout / ".gitignore").write_text("__pycache__\n")
    git("init", "-q")
    git("config", "user.name", "Somebody")
    git("config", "user.email", "somebody@example.org")
    git("add", ".")
    git("commit", "-qm", "1.2.3")
    subprocess.run([sys.executable, "build.py", "release"], cwd=bare_checkout, check=True, capture_output=True)
    assert "Parlance 1.2.3\n\n### Lips\n\n- They close." in git("cat-file", "tag", "v1.2.3")


def test_the_matrix_has_each_blender_on_each_system_that_has_it():
    answer = subprocess.run([sys.executable, ROOT / "build.py", "matrix"], check=True, capture_output=True, text=True)
    jobs = json.loads(answer.stdout)["include"]
    for blender in ("4.5", "5.0", "5.2"):
        assert {"linux-x64", "windows-x64", "macos-arm64"} <= {job["system"] for job in jobs if job["blender"] == blender}
    assert {job["system"] for job in jobs if not job["blender"]} == set(PLATFORMS)
    for job in jobs:
        assert job["command"].startswith("python build.py test ")


@pytest.fixture
def bare_checkout(tmp_path):
    """What build.py needs of the checkout, where no environment has been made and no other Python can be found."""
    for item in ("build.py", "scripts", "requirements", "pyproject.toml"):
        source = ROOT / item
        shutil.copytree(source, tmp_path / item) if source.is_dir() else shutil.copy2(source, tmp_path / item)
    return tmp_path


NEEDS_NO_313 = pytest.mark.skipif(sys.version_info[:2] == (3, 13), reason="Blender 5.2 would be found")


def without_another_python(checkout, *arguments):
    """`build.py test --blender 5.2` where nothing is on the PATH."""
    command = [sys.executable, checkout / "build.py", "test", "--blender", "5.2", *arguments]
    nowhere = {"PATH": str(checkout), "PYENV_ROOT": str(checkout)}
    return subprocess.run(command, env=nowhere, check=False, capture_output=True, text=True, encoding="utf-8")


@NEEDS_NO_313
@pytest.mark.parametrize(("allowed", "code"), [((), 1), (("--allow-missing",), 0)])
def test_a_blender_that_is_missing_is_a_failure_unless_allowed(bare_checkout, allowed, code):
    answer = without_another_python(bare_checkout, *allowed)
    assert answer.returncode == code
    assert "Not tested: Blender 5.2" in answer.stdout.splitlines()[-1]
    assert "Python 3.13 was not found" in answer.stdout


@NEEDS_NO_313
def test_an_environment_whose_python_was_removed_is_missing(bare_checkout):
    """It was made, and its Python is no longer on this machine."""
    made = (
        "from scripts.environments import BLENDERS, _fingerprint; newest = BLENDERS[-1]; newest.folder.mkdir(parents=True); "
        "(newest.folder / 'installed.txt').write_text(_fingerprint(newest))"
    )
    subprocess.run([sys.executable, "-c", made], cwd=bare_checkout, check=True)
    answer = without_another_python(bare_checkout)
    assert answer.returncode == 1
    assert "Not tested: Blender 5.2" in answer.stdout.splitlines()[-1]
    assert "Traceback" not in answer.stderr


def test_a_wheel_that_is_another_file_is_not_packaged(tmp_path):
    (wheel,) = (item for item in PLATFORMS["linux-x64"] if item.python == "3.11")
    name = f"onnxruntime-{wheel.version}-cp311-cp311-manylinux_2_27_x86_64.whl"
    for item in PLATFORMS["linux-x64"]:
        short = item.python.replace(".", "")
        (tmp_path / f"onnxruntime-{item.version}-cp{short}-cp{short}-manylinux_2_27_x86_64.whl").write_bytes(b"something else")
    with pytest.raises(Unavailable, match=r"not the file that was chosen.*\.$"):
        fetch("linux-x64", tmp_path)
    assert not (tmp_path / name).exists()


def test_every_wheel_is_pinned_and_reports_to_nobody():
    wheels = [wheel for platform in PLATFORMS.values() for wheel in platform]
    assert len({wheel.sha256 for wheel in wheels}) == len(wheels)
    assert all(re.fullmatch("[0-9a-f]{64}", wheel.sha256) for wheel in wheels)
    assert all(tuple(map(int, wheel.version.split("."))) < (1, 29) for wheel in wheels)


def test_an_installation_brings_the_weights_and_no_training_code():
    """What `pip install .` would put on the disk."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["setuptools"]["packages"]
    assert [name for name in packages if ".models" in name] == ["parlance.models.weights"]
    rooms = {path.parent for path in (ROOT / "inference").rglob("*.py")}
    listed = {ROOT.joinpath(*name.split(".")[1:]) for name in packages}
    assert rooms <= listed
    needed = " ".join(project["project"]["dependencies"])
    assert "torch" not in needed
    train = {line.split("==")[0]: line for line in project["project"]["optional-dependencies"]["train"]}
    pinned = (ROOT / "requirements" / "train.txt").read_text().splitlines()
    assert train["torch"] in pinned
    assert set(train.values()) <= set(pinned)
