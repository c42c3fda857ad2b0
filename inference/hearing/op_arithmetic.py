# SPDX-License-Identifier: GPL-3.0-or-later
"""ONNX arithmetic: element by element, matrix products, normalisations and reductions (ONNX operator set 13 to 21)."""

from __future__ import annotations

import math
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


def power(_: Attributes, x: Array, exponent: Array) -> Array:
    """x ** exponent in the type of x; squares by multiplication."""
    if exponent.size == 1 and exponent.item() == 2:
        return np.asarray(x * x)
    return np.asarray(np.power(x, exponent)).astype(x.dtype, copy=False)


def sigmoid(x: Array) -> Array:
    """Logistic function, through tanh so that no exponential can overflow."""
    half = x.dtype.type(0.5)
    return np.asarray(np.tanh(x * half) * half + half)


def softplus(x: Array) -> Array:
    """log(1 + exp(x))."""
    return np.asarray(np.logaddexp(x, x.dtype.type(0)))


def hard_sigmoid(attributes: Attributes, x: Array) -> Array:
    """Piecewise linear sigmoid."""
    alpha, beta = attributes.get("alpha", 0.2), attributes.get("beta", 0.5)
    return np.asarray(np.clip(x * np.float32(alpha) + np.float32(beta), 0, 1))


def leaky_relu(attributes: Attributes, x: Array) -> Array:
    """x where positive, alpha x elsewhere."""
    return np.where(x >= 0, x, x * np.float32(attributes.get("alpha", 0.01)))


def prelu(_: Attributes, x: Array, slope: Array) -> Array:
    """x where positive, slope x elsewhere."""
    return np.where(x >= 0, x, x * slope)


def elu(attributes: Attributes, x: Array) -> Array:
    """x where positive, alpha (exp(x) - 1) elsewhere."""
    return np.asarray(np.where(x >= 0, x, np.float32(attributes.get("alpha", 1.0)) * np.expm1(np.minimum(x, 0))))


def erf(x: Array) -> Array:
    """Error function, to 1.5e-7 (Abramowitz and Stegun 1964, formula 7.1.26)."""
    magnitude = np.abs(x.astype(np.float64))
    t = 1.0 / (1.0 + 0.3275911 * magnitude)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.asarray(np.sign(x) * (1.0 - series * np.exp(-magnitude * magnitude))).astype(x.dtype)


def gelu(attributes: Attributes, x: Array) -> Array:
    """Gaussian error linear unit, exact or by tanh."""
    if attributes.get("approximate", "none") == "tanh":
        inner = np.float32(math.sqrt(2 / math.pi)) * (x + np.float32(0.044715) * x**3)
        return np.asarray(np.float32(0.5) * x * (1 + np.tanh(inner)))
    return np.asarray(np.float32(0.5) * x * (1 + erf(x * np.float32(math.sqrt(0.5)))))


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


def log_softmax(attributes: Attributes, x: Array) -> Array:
    """Logarithm of softmax."""
    axis = attributes.get("axis", -1)
    shifted = x - x.max(axis=axis, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True)))


def gemm(attributes: Attributes, a: Array, b: Array, c: Array | None = None) -> Array:
    """alpha a b + beta c, either factor transposed on request."""
    product = (a.T if attributes.get("transA", 0) else a) @ (b.T if attributes.get("transB", 0) else b)
    product = product * a.dtype.type(attributes.get("alpha", 1.0))
    return np.asarray(product if c is None else product + a.dtype.type(attributes.get("beta", 1.0)) * c)


def einsum(attributes: Attributes, *inputs: Array) -> Array:
    """Sum of products over named axes."""
    return np.asarray(np.einsum(attributes["equation"], *inputs, optimize=True))


def batch_normalization(attributes: Attributes, x: Array, *parameters: Array) -> Array:
    """Fixed affine map per channel (axis 1); the parameters are scale, shift, mean and variance."""
    scale, shift, mean, variance = parameters
    factor = scale / np.sqrt(variance + variance.dtype.type(attributes.get("epsilon", 1e-5)))
    shape = (-1, *[1] * (x.ndim - 2))
    return np.asarray(x * factor.reshape(shape) + (shift - mean * factor).reshape(shape))


def layer_normalization(attributes: Attributes, x: Array, scale: Array, shift: Array | None = None) -> Array:
    """Zero mean and unit variance over the axes from `axis` on."""
    axes = tuple(range(attributes.get("axis", -1) % x.ndim, x.ndim))
    result = _standardised(x, axes, attributes) * scale
    return np.asarray(result if shift is None else result + shift)


def instance_normalization(attributes: Attributes, x: Array, scale: Array, shift: Array) -> Array:
    """Zero mean and unit variance per channel over time."""
    shape = (-1, *[1] * (x.ndim - 2))
    return np.asarray(_standardised(x, tuple(range(2, x.ndim)), attributes) * scale.reshape(shape) + shift.reshape(shape))


def reduction(function: Callable[..., Any]) -> Operator:
    """An operator that reduces axes given as an input or, in old files, as an attribute."""

    def reduce(attributes: Attributes, x: Array, axes: Array | None = None) -> Array:
        chosen = attributes.get("axes") if axes is None else [int(axis) for axis in axes]
        if not chosen and attributes.get("noop_with_empty_axes", 0):
            return x
        result = function(x, axis=tuple(chosen) if chosen else None, keepdims=bool(attributes.get("keepdims", 1)))
        return np.asarray(result, x.dtype)

    return reduce


def root_sum_square(x: Array, axis: tuple[int, ...] | None, keepdims: bool) -> Array:
    """Euclidean norm."""
    return np.asarray(np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims)))


def sum_square(x: Array, axis: tuple[int, ...] | None, keepdims: bool) -> Array:
    """Sum of squares."""
    return np.asarray(np.sum(x * x, axis=axis, keepdims=keepdims))


def cumulative_sum(attributes: Attributes, x: Array, axis: Array) -> Array:
    """Running sum, optionally backwards or without the current element."""
    along = int(axis)
    if attributes.get("reverse", 0):
        x = np.flip(x, along)
    total = np.cumsum(x, along, dtype=x.dtype)
    if attributes.get("exclusive", 0):
        total = total - x
    return np.flip(total, along) if attributes.get("reverse", 0) else total


def cast(attributes: Attributes, x: Array) -> Array:
    """Another element type."""
    return x.astype(dtype_of(attributes["to"]))


def quantize(attributes: Attributes, x: Array, scale: Array, zero: Array | None = None) -> Array:
    """Round to the integer grid, half to even."""
    zero = np.zeros(1, np.uint8) if zero is None else zero
    bounds = np.iinfo(zero.dtype)
    level = np.rint(x / _along(attributes, scale, x)) + _along(attributes, zero, x).astype(np.float32)
    return np.asarray(np.clip(level, bounds.min, bounds.max)).astype(zero.dtype)


def dequantize(attributes: Attributes, x: Array, scale: Array, zero: Array | None = None) -> Array:
    """Back from the integer grid."""
    level = x.astype(np.float32)
    if zero is not None:
        level = level - _along(attributes, zero, x).astype(np.float32)
    return np.asarray(level * _along(attributes, scale, x))


def _along(attributes: Attributes, parameter: Array, x: Array) -> Array:
    if parameter.ndim == 0 or parameter.size == 1:
        return parameter
    axis = attributes.get("axis", 1) % x.ndim
    return parameter.reshape([-1 if index == axis else 1 for index in range(x.ndim)])


def _standardised(x: Array, axes: tuple[int, ...], attributes: Attributes) -> Array:
    centred = x - x.mean(axis=axes, keepdims=True)
    variance = np.mean(centred * centred, axis=axes, keepdims=True)
    return np.asarray(centred / np.sqrt(variance + x.dtype.type(attributes.get("epsilon", 1e-5))))
