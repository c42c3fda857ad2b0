# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports run one way: a newcomer may trust docs/architecture.md."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {
    **{"scene": 0, "generate": 1, "panel": 2},
    **{"retouch": 3, "mapping": 3, "demo_head": 3, "exchange": 3, "dialogue": 3},
    **{"captures": 4},
}
"""A room of the add-on may import from rooms below it, and from itself."""
BLENDER = {"bpy", "bpy_extras", "mathutils", "aud", "gpu", "gpu_extras", "blf", "addon_utils"}
SCRIPTED = re.compile(r"^\s*(import|from) .*\b(bpy|addon_utils)\b", re.MULTILINE)
"""Blender's modules in a text that is to be run."""


def imported(path):
    """Every module that a file imports, by its place in the checkout; Blender's and others by name."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1]] if node.level else []
            module = [*base, *(node.module.split(".") if node.module else [])]
            yield from (".".join([*module, alias.name]) for alias in node.names)


def room(module):
    """The room of the add-on that a module is in, None outside."""
    parts = module.split(".")
    return parts[1] if parts[0] == "addon" and len(parts) > 1 and parts[1] in FLOORS else None


@pytest.mark.parametrize("path", sorted(ROOT.glob("addon/*/**/*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_room_of_the_addon_imports_from_above(path):
    here = room(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for module in imported(path):
        there = room(module)
        assert there is None or here is None or there == here or FLOORS[there] < FLOORS[here], module


@pytest.mark.parametrize("folder", ["inference", "models", "head"])
def test_blender_stays_in_the_addon(folder):
    for path in ROOT.glob(f"{folder}/**/*.py"):
        tops = {module.partition(".")[0] for module in imported(path)}
        assert not tops & BLENDER, path
        assert "addon" not in tops, path
        assert folder == "models" or "torch" not in tops, path
        texts = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
        hidden = [text for text in texts if isinstance(text, str) and SCRIPTED.search(text)]
        assert not hidden, path


def test_the_library_knows_nothing_else_of_the_package():
    for path in ROOT.glob("inference/**/*.py"):
        assert not {module.partition(".")[0] for module in imported(path)} & {"head", "models", "scripts", "demo", "addon"}, path


def test_the_work_of_the_worker_thread_names_no_blender():
    assert not {module.partition(".")[0] for module in imported(ROOT / "addon/generate/perform.py")} & BLENDER
