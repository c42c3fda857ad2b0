# SPDX-License-Identifier: GPL-3.0-or-later
"""ONNX arithmetic, element by element and along one axis (ONNX operator set 13 to 21)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .graph import Array, Attributes, dtype_of

Operator = Callable[..., Any]


def plain(function: Callable[..., Any]) -> Operator:
    """An operator without attributes."""
    return lambda _, *inputs: function(*inputs)


def divide(_: Attributes, x: Array, y: Array) -> Array:
    """Quotient; integers truncate towards zero."""
    if np.issubdtype(x.dtype, np.integer):
        return np.trunc(x / y).astype(x.dtype)
    return np.asarray(np.divide(x, y))


def sigmoid(x: Array) -> Array:
    """Logistic function, through tanh so that no exponential can overflow."""
    half = x.dtype.type(0.5)
    return np.asarray(np.tanh(x * half) * half + half)


def clip(attributes: Attributes, x: Array, low: Array | None = None, high: Array | None = None) -> Array:
    """Bounded x; the bounds are inputs or, in old files, attributes."""
    low = low if low is not None else attributes.get("min")
    high = high if high is not None else attributes.get("max")
    if low is not None:
        x = np.maximum(x, np.asarray(low, x.dtype))
    return x if high is None else np.minimum(x, np.asarray(high, x.dtype))


def softmax(attributes: Attributes, x: Array) -> Array:
    """Probabilities along one axis."""
    axis = attributes.get("axis", -1)
    exponential = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(exponential / exponential.sum(axis=axis, keepdims=True))


def cast(attributes: Attributes, x: Array) -> Array:
    """Another element type."""
    return x.astype(dtype_of(attributes["to"]))
