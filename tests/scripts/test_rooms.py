# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports run one way: a newcomer may trust docs/architecture.md."""

import ast
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
ROOMS = re.findall(r"`(\w+)`", ARCHITECTURE.partition("rooms import one way")[2].partition(". ")[0])
"""Those of the add-on, in the order that the document says."""
WITH_HEADS = set(re.findall(r"^\| `addon/(\w+)/` \|.*\| bpy, head \|$", ARCHITECTURE, re.MULTILINE))
FOLDERS = re.findall(r"`(\w+)`", ARCHITECTURE.partition("folders import one way")[2].partition(". ")[0])
"""The library's, in the order that the document says."""
BLENDER = {"bpy", "bpy_extras", "mathutils", "aud", "gpu", "gpu_extras", "blf", "addon_utils"}
SCRIPTED = re.compile(r"^\s*(import|from) .*\b(bpy|addon_utils)\b", re.MULTILINE)
"""Blender's modules in a text that is to be run."""


@cache
def tree(path):
    return ast.parse(path.read_text())


@cache
def imported(path):
    """Every module that a file imports, by its place in the checkout; Blender's and others by name."""
    return frozenset(_imported(path))


def _imported(path):
    package = path.relative_to(ROOT).parent.parts
    typing = {id(node) for check in ast.walk(tree(path)) if _is_for_types(check) for node in ast.walk(check)}
    for node in ast.walk(tree(path)):
        if id(node) in typing:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1]] if node.level else []
            module = [*base, *(node.module.split(".") if node.module else [])]
            yield from (".".join([*module, alias.name]) for alias in node.names)


def _is_for_types(node):
    """Whether what is imported there is only named in annotations."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def room(module):
    """The room of the add-on, or of the checkout, that a module is in."""
    top, *inner = module.split(".")
    return inner[0] if top == "addon" and inner and (ROOT / "addon" / inner[0]).is_dir() else top


def test_every_folder_of_code_is_in_the_document():
    named = set(re.findall(r"[\w-]+", " ".join(re.findall(r"`([^`]*)`", ARCHITECTURE))))
    tops = ("inference", "addon", "head", "models", "demo", "benchmarks", "scripts", "tests")
    there = {path.parent for top in tops for path in ROOT.glob(f"{top}/**/*.py")}
    assert not [folder for folder in there if folder.name not in named]


def test_every_path_in_the_document_is_there():
    paths = re.findall(r"`([\w./-]+(?:/|\.(?:py|json|npz|md|toml)))`", ARCHITECTURE)
    assert len(paths) > 100
    inside = [path.relative_to(ROOT) for top in ROOT.iterdir() if not top.name.startswith(".") for path in (top, *top.rglob("*"))]
    ends = {"/".join(path.parts[start:]) for path in inside for start in range(len(path.parts))}
    assert not [path for path in paths if path.rstrip("/") not in ends]


def test_every_room_of_the_addon_is_in_the_document():
    there = {path.name for path in (ROOT / "addon").iterdir() if (path / "__init__.py").exists()}
    assert sorted(ROOMS) == sorted(there)
    assert there == set(re.findall(r"^\| `addon/(\w+)/` \|", ARCHITECTURE, re.MULTILINE))


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_of_the_addon_imports_only_those_before_it(name):
    others = {*ROOMS[ROOMS.index(name) + 1 :], *(() if name in WITH_HEADS else ("head",))}
    for path in ROOT.glob(f"addon/{name}/**/*.py"):
        assert not {room(module) for module in imported(path)} & others, path


def test_every_folder_of_the_library_has_its_place_in_the_order():
    assert sorted(FOLDERS) == sorted(path.parent.name for path in ROOT.glob("inference/*/__init__.py"))


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_of_the_library_imports_only_those_before_it(name):
    later = {f"inference.{other}" for other in FOLDERS[FOLDERS.index(name) + 1 :]}
    for path in ROOT.glob(f"inference/{name}/**/*.py"):
        assert not {".".join(module.split(".")[:2]) for module in imported(path)} & later, path


@pytest.mark.parametrize("top", ["inference", "addon", "head", "models", "demo", "benchmarks", "scripts"])
def test_modules_import_one_way(top):
    """Imports within functions count as well: they would only hide that two modules need each other."""
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in ROOT.glob(f"{top}/**/*.py")}
    modules = {name.removesuffix(".__init__"): path for name, path in modules.items()}
    graph = {name: {within(modules, module) for module in _imported(path)} - {name, ""} for name, path in modules.items()}
    TopologicalSorter(graph).prepare()


def within(modules, name):
    """The module that a name is of: the name of a function is in one."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name


@pytest.mark.parametrize("folder", ["inference", "models", "head"])
def test_blender_stays_in_the_addon(folder):
    for path in ROOT.glob(f"{folder}/**/*.py"):
        tops = {module.partition(".")[0] for module in imported(path)}
        assert not tops & BLENDER, path
        assert "addon" not in tops, path
        assert folder == "models" or "torch" not in tops, path
        texts = (node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant))
        hidden = [text for text in texts if isinstance(text, str) and SCRIPTED.search(text)]
        assert not hidden, path


def test_blenders_are_told_apart_in_one_place():
    for path in ROOT.glob("addon/**/*.py"):
        versions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.attr == "version"]
        asked = {ast.unparse(node) for node in versions} & {"bpy.app.version", "app.version"}
        assert not asked or path == ROOT / "addon/compat.py", path


def test_the_library_knows_nothing_else_of_the_package():
    for path in ROOT.glob("inference/**/*.py"):
        assert not {module.partition(".")[0] for module in imported(path)} & {"head", "models", "scripts", "demo", "addon"}, path


def test_the_work_of_the_worker_thread_names_no_blender():
    assert not {module.partition(".")[0] for module in imported(ROOT / "addon/performing/perform.py")} & BLENDER
