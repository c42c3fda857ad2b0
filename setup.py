# SPDX-License-Identifier: GPL-3.0-or-later
"""The version stands in one place, Blender's manifest; everything else about the package stands in pyproject.toml."""

import tomllib
from pathlib import Path

from setuptools import setup

setup(version=tomllib.loads((Path(__file__).parent / "blender_manifest.toml").read_text())["version"])
