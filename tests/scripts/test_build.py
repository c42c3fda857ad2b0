# SPDX-License-Identifier: GPL-3.0-or-later
"""The one door: it starts anywhere, says what is missing, and packages what an animator needs and nothing else."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from parlance.scripts.environments import Unavailable, interpreter
from parlance.scripts.package import CONTENT, _manifest_for
from parlance.scripts.wheels import PLATFORMS

ROOT = Path(__file__).resolve().parents[2]


def test_help_runs_from_another_folder(tmp_path):
    command = [sys.executable, ROOT / "build.py", "--help"]
    answer = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert answer.returncode == 0
    for verb in ("demo", "test", "package", "train", "bench"):
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


def test_both_tested_pythons_get_a_wheel_everywhere():
    for wheels in PLATFORMS.values():
        assert {"3.11", "3.13"} <= {wheel.python for wheel in wheels}


def test_everything_packaged_exists_and_versions_agree():
    for item in CONTENT:
        assert (ROOT / item).exists(), item
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert tomllib.loads((ROOT / "blender_manifest.toml").read_text())["version"] == project
