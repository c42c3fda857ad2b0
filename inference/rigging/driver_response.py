# SPDX-License-Identifier: GPL-3.0-or-later
"""What a driver's expression gives for a value of one of its variables: arithmetic read as arithmetic, never run as a program."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

_EXPONENT: Final = 8.0
_BINARY: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: lambda base, exponent: math.pow(base, exponent) if abs(exponent) <= _EXPONENT else math.nan,
}
_UNARY: Final[dict[type[ast.unaryop], float]] = {ast.USub: -1.0, ast.UAdd: 1.0}
_COMPARED: Final[dict[type[ast.cmpop], Callable[[float, float], bool]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def _clamp(value: float, low: float = 0.0, high: float = 1.0) -> float:
    return min(max(value, low), high)


def _smoothstep(start: float, end: float, value: float) -> float:
    share = _clamp((value - start) / (end - start))
    return share * share * (3.0 - 2.0 * share)


_FUNCTIONS: Final[dict[str, Callable[..., float]]] = {
    "min": min, "max": max, "abs": abs, "clamp": _clamp, "lerp": lambda a, b, t: a + (b - a) * t, "smoothstep": _smoothstep,
    "sqrt": math.sqrt, "sin": math.sin, "cos": math.cos, "tan": math.tan, "radians": math.radians, "degrees": math.degrees,
    "pow": math.pow, "fabs": math.fabs, "float": float, "int": int,
}  # fmt: skip
_NAMES: Final = {"pi": math.pi, "e": math.e, "True": 1.0, "False": 0.0}
_FLAT: Final = 1e-4
_FULL: Final = 0.98
_HALVINGS: Final = 12
_SPANS: Final = tuple(base * 10.0**power for power in range(-4, 3) for base in (1.0, 1.5, 2.0, 3.0, 5.0, 7.0))
"""Distances from rest that are tried for a control of unknown range, in its own units."""


def value(expression: str, variables: Mapping[str, float]) -> float | None:
    """What an expression gives; None where it is more than arithmetic, or gives no number."""
    try:
        found = _value(ast.parse(expression.strip(), mode="eval").body, variables)
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError, TypeError, RecursionError, KeyError):
        return None
    return float(found) if math.isfinite(found) else None


def _value(node: ast.expr, variables: Mapping[str, float]) -> float:
    """Raises KeyError for a name, and ValueError for a kind of expression, that is not arithmetic."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return float(node.value)
    if isinstance(node, ast.Name):
        return variables[node.id] if node.id in variables else _NAMES[node.id]
    if isinstance(node, ast.BinOp):
        return _BINARY[type(node.op)](_value(node.left, variables), _value(node.right, variables))
    if isinstance(node, ast.UnaryOp):
        return _UNARY[type(node.op)] * _value(node.operand, variables)
    return _chosen(node, variables)


def _chosen(node: ast.expr, variables: Mapping[str, float]) -> float:
    """Comparisons, conditions and functions."""
    if isinstance(node, ast.IfExp):
        return _value(node.body if _value(node.test, variables) else node.orelse, variables)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return float(_COMPARED[type(node.ops[0])](_value(node.left, variables), _value(node.comparators[0], variables)))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return float(_FUNCTIONS[node.func.id](*(_value(argument, variables) for argument in node.args)))
    raise ValueError(type(node).__name__)


def line(response: Callable[[float], float | None], low: float | None, high: float | None) -> tuple[float, float] | None:
    """gain and offset of the straight line from where a control rests to where it has done all that it does, up to 1.

    response: the driven value for a value of the control.   low, high: how far the control goes, None where that is not known.
    None where it does nothing.
    """
    rest = response(0.0)
    if rest is None:
        return None
    best: tuple[float, float] | None = None
    for sign, end in ((1.0, high), (-1.0, low)):
        spans = [share * abs(end) for share in np.linspace(0.05, 1.0, 20)] if end else _SPANS if end is None else []
        places = [sign * span for span in spans]
        shown = [response(place) for place in places]
        if None in shown or not shown:
            continue
        rises = np.clip(np.array(shown, float), None, 1.0) - rest
        if rises.max() < _FLAT:
            continue
        goal = _FULL * float(rises.max())
        at = int(np.argmax(rises >= goal))
        full = _narrowed(response, places[at - 1] if at else 0.0, places[at], goal + rest)
        if best is None or rises[at] > best[1]:
            best = (goal / full, float(rises[at]))
    return None if best is None else (best[0], rest)


def _narrowed(response: Callable[[float], float | None], before: float, after: float, goal: float) -> float:
    """Where between two places of a control its goal is reached."""
    for _ in range(_HALVINGS):
        middle = (before + after) / 2.0
        shown = response(middle)
        before, after = (before, middle) if shown is not None and shown >= goal else (middle, after)
    return after
