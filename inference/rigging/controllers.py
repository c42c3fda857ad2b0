# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes that a control rig drives: keys belong on the controller, at the value that gives the shape its own.

A driver that is a straight line of one property can be turned round; any other is left to the artist.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from .rig_map import Drive

_FLAT: Final = 1e-6
_INDEXED: Final = re.compile(r"^(?P<path>.*)\[(?P<index>\d+)\]$")


def straight(expression: str, variable: str, constants: Mapping[str, float] | None = None) -> tuple[float, float] | None:
    """gain and offset where an expression of a driver is gain * variable + offset; None where it is anything else.

    constants: values of the driver's other variables, such as a strength that the artist set once.
    Clamps, min and max around such a line count as the line, since weights are clamped anyway.
    """
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError:
        return None
    return _line(tree, variable, constants or {})


def _line(node: ast.expr, variable: str, constants: Mapping[str, float]) -> tuple[float, float] | None:
    if isinstance(node, ast.Name) and (node.id == variable or node.id in constants):
        return (1.0, 0.0) if node.id == variable else (0.0, constants[node.id])
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return 0.0, float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inner = _line(node.operand, variable, constants)
        sign = -1.0 if isinstance(node.op, ast.USub) else 1.0
        return None if inner is None else (sign * inner[0], sign * inner[1])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"min", "max", "clamp"} and node.args:
        lines = [_line(argument, variable, constants) for argument in node.args]
        sloped = [line for line in lines if line is not None and line[0]]
        return sloped[0] if len(sloped) == 1 and None not in lines else None
    if isinstance(node, ast.BinOp):
        return _combined(node, variable, constants)
    return None


def _combined(node: ast.BinOp, variable: str, constants: Mapping[str, float]) -> tuple[float, float] | None:
    left, right = _line(node.left, variable, constants), _line(node.right, variable, constants)
    if left is None or right is None:
        return None
    if isinstance(node.op, ast.Add):
        return left[0] + right[0], left[1] + right[1]
    if isinstance(node.op, ast.Sub):
        return left[0] - right[0], left[1] - right[1]
    if isinstance(node.op, ast.Mult) and 0.0 in {left[0], right[0]}:
        return left[0] * right[1] + right[0] * left[1], left[1] * right[1]
    if isinstance(node.op, ast.Div) and not right[0] and right[1]:
        return left[0] / right[1], left[1] / right[1]
    return None


def through(drive: Drive, target: str, gain: float, offset: float) -> Drive | None:
    """The drive of a controller by which shape = gain * controller + offset gets what `drive` gives it; None where it is flat."""
    if abs(gain) < _FLAT:
        return None
    low, high = sorted(((drive.low - offset) / gain, (drive.high - offset) / gain))
    return replace(drive, target=target, gain=drive.gain / gain, offset=(drive.offset - offset) / gain, low=low, high=high)


def address(target: str) -> tuple[str, int]:
    """A target's data path and array index: “pose.bones["jaw"].rotation_euler[0]” is channel 0 of a rotation."""
    match = _INDEXED.match(target)
    return (match["path"], int(match["index"])) if match else (target, 0)
