# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation says of the code, read without running it: operators, library functions, error sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from .environments import ROOT

PROPERTIES: Final = frozenset({"StringProperty", "IntProperty", "FloatProperty", "BoolProperty", "EnumProperty"})
UNSAID: Final = frozenset({"filter_glob", "filepath"})
"""Properties of file dialogs that are the same everywhere."""


@dataclass(frozen=True)
class Argument:
    """A property of an operator: its name, its kind, its default as written, and what it is for."""

    name: str
    kind: str
    default: str
    about: str


@dataclass(frozen=True)
class OperatorFacts:
    """An operator: how scripts call it, what it is called in menus, what it does, and its arguments."""

    call: str
    label: str
    about: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True)
class Sentence:
    """What people are told: the sentence with “…” for what varies, and the file that says it."""

    text: str
    file: str


def operators() -> list[OperatorFacts]:
    """Every operator of the add-on that scripts may call, by name."""
    found = [facts for path in _files("addon") for node in _classes(path) if (facts := _operator(node)) is not None]
    return sorted(found, key=lambda facts: facts.call)


def sentences() -> list[Sentence]:
    """Every sentence of a ParlanceError, once, in the order of rooms and files."""
    found: dict[str, Sentence] = {}
    for room in ("addon", "inference"):
        for path in _files(room):
            for node in ast.walk(_tree(path)):
                if isinstance(node, ast.Call) and _name(node.func) == "ParlanceError" and node.args:
                    for text in _texts(node.args[0]):
                        found.setdefault(text, Sentence(text, path.relative_to(ROOT).as_posix()))
    return list(found.values())


def functions(module: str) -> list[tuple[str, str, str]]:
    """The public functions and classes of a module: name, signature, docstring."""
    found = []
    for node in _tree(ROOT / module).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            signature = f"({ast.unparse(node.args)})" if isinstance(node, ast.FunctionDef) else ""
            found.append((node.name, signature, ast.get_docstring(node) or ""))
    return found


def _files(room: str) -> Iterator[Path]:
    yield from sorted((ROOT / room).glob("**/*.py"))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _classes(path: Path) -> Iterator[ast.ClassDef]:
    yield from (node for node in ast.walk(_tree(path)) if isinstance(node, ast.ClassDef))


def _operator(node: ast.ClassDef) -> OperatorFacts | None:
    values = {}
    for item in node.body:
        if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
            values[item.targets[0].id] = item.value
        elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.value is not None:
            values[item.target.id] = item.value
    if "bl_idname" not in values or "bl_label" not in values:
        return None
    arguments = [found for item in node.body if isinstance(item, ast.AnnAssign) and (found := _argument(item)) is not None]
    about = " ".join((ast.get_docstring(node) or "").split())
    return OperatorFacts(f"bpy.ops.{_said(values['bl_idname'])}", _said(values["bl_label"]), about, tuple(arguments))


def _argument(item: ast.AnnAssign) -> Argument | None:
    call = item.annotation
    if not isinstance(item.target, ast.Name) or not isinstance(call, ast.Call) or _name(call.func) not in PROPERTIES:
        return None
    if item.target.id in UNSAID:
        return None
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    about = _said(given["description"]) if "description" in given else _said(given.get("name", ast.Constant("")))
    default = ast.unparse(given["default"]) if "default" in given else ""
    return Argument(item.target.id, _name(call.func).removesuffix("Property").lower(), default, about)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _said(node: ast.expr) -> str:
    return next(iter(_texts(node)), ast.unparse(node))


def _texts(node: ast.expr) -> list[str]:
    """What a literal says, “…” for what is filled in; both sides of a choice; nothing for what is not written here."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value] if node.value else []
    if isinstance(node, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values]
        return [re.sub("(… ?)+…", "…", "".join(parts))]
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    return []
