# SPDX-License-Identifier: GPL-3.0-or-later
"""The virtual environments that build.py works in: one per Blender version, one for training. Standard library only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
HOME: Final = ROOT / ".venv"


class Unavailable(Exception):  # noqa: N818  (a state to report, not a fault)
    """An environment cannot be made here; the message says what is missing in one sentence."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment: its folder under .venv, its Python, what is installed in it, and whether the checkout is."""

    name: str
    python: str
    requirements: tuple[str, ...]
    with_checkout: bool = True

    @property
    def folder(self) -> Path:
        """Where it lives."""
        return HOME / self.name

    @property
    def executable(self) -> Path:
        """Its Python interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _blender(version: str, bpy: str, python: str) -> Environment:
    return Environment(version, python, (f"bpy=={bpy}", "-r", "requirements/blender.txt"))


BLENDERS: Final = (
    _blender("4.5", "4.5.15", "3.11"),
    _blender("5.0", "5.0.1", "3.11"),
    _blender("5.2", "5.2.3", "3.13"),
)
CLEAN: Final = tuple(
    Environment(f"clean-{item.name}", item.python, item.requirements[:1], with_checkout=False) for item in BLENDERS[1:]
)
"""Blender and nothing else, as an animator has it: what is packaged is tried here."""
TRAINING: Final = Environment("train", "3.11", ("-r", "requirements/train.txt"))
DEMO_ORDER: Final = (BLENDERS[1], BLENDERS[2], BLENDERS[0])


def interpreter(version: str) -> Path:
    """The Python of this version: the running one, one on the PATH, or one of pyenv's. Raises Unavailable."""
    if sys.version_info[:2] == tuple(int(part) for part in version.split(".")):
        return Path(sys.executable)
    candidates = [shutil.which(f"python{version}"), *_pyenv(version)]
    for candidate in filter(None, candidates):
        if _answers(Path(candidate), version):
            return Path(candidate)
    raise Unavailable(f"Python {version} was not found on the PATH or in pyenv; install it to use this part.")


def _pyenv(version: str) -> list[str]:
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    return [str(folder / "bin/python") for folder in sorted(versions.glob(f"{version}.*"), reverse=True)]


def _answers(candidate: Path, version: str) -> bool:
    """Whether the candidate runs and is that version (a pyenv shim exists for versions that are switched off)."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([candidate, "-c", question], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == version


def ensure(environment: Environment) -> Path:
    """Make the environment, or bring it up to date, and give its interpreter.

    Raises Unavailable when its Python is not on this machine or the packages cannot be installed.
    """
    stamp = environment.folder / "installed.txt"
    wanted = _fingerprint(environment)
    if stamp.is_file() and stamp.read_text() == wanted and environment.executable.exists():  # its Python may have been removed
        return environment.executable
    python = interpreter(environment.python)
    place = environment.folder.relative_to(ROOT)
    print(f"· preparing {place} (Python {environment.python}); the first time takes minutes", flush=True)
    _run([python, "-m", "venv", environment.folder], f"The environment {environment.name} could not be made")
    # Twice quiet: errors only, no warnings about package locations that a machine is set up with and does not have.
    pip: list[str | Path] = [environment.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    _run([*pip, *environment.requirements], f"The packages of {environment.name} could not be installed; check the network")
    if environment.with_checkout:
        # The root of the checkout is the package: an editable install without its dependencies, which are pinned above.
        _run([*pip, "--no-deps", "--editable", "."], "The checkout could not be made importable")
    stamp.write_text(wanted)
    return environment.executable


def _fingerprint(environment: Environment) -> str:
    lists = [ROOT / item for item in environment.requirements if item.endswith(".txt")]
    text = " ".join(environment.requirements) + "".join(path.read_text() for path in (*lists, ROOT / "pyproject.toml"))
    return hashlib.sha256((text + str(ROOT)).encode()).hexdigest()


def _run(command: Sequence[str | Path], failure: str) -> None:
    quiet = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    result = subprocess.run(command, cwd=ROOT, env=quiet, check=False)
    if result.returncode:
        raise Unavailable(f"{failure} (see above).")
