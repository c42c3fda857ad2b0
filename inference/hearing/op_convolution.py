# SPDX-License-Identifier: GPL-3.0-or-later
"""ONNX convolution and pooling over time, [1 or more, channels, time], as matrix products (ONNX operator set, Conv and *Pool)."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .graph import Array, Attributes


def conv(attributes: Attributes, x: Array, weight: Array, bias: Array | None = None) -> Array:
    """1-D convolution, x [N, C, T], weight [O, C / groups, K] -> [N, O, T']."""
    _one_dimensional(x)
    outputs, group_channels, taps = weight.shape
    groups = attributes.get("group", 1)
    stride, dilation = _first(attributes, "strides"), _first(attributes, "dilations")
    reach = dilation * (taps - 1) + 1
    x = np.pad(x, ((0, 0), (0, 0), _padding(attributes, x.shape[2], reach, stride)))
    length = (x.shape[2] - reach) // stride + 1

    def tap(index: int) -> Array:
        return x[:, :, index * dilation : index * dilation + (length - 1) * stride + 1 : stride]

    if groups == 1 and group_channels == 1:
        frames = sliding_window_view(x[:, 0], reach, axis=1)[:, ::stride, ::dilation]
        result = np.matmul(weight[:, 0], np.ascontiguousarray(frames).swapaxes(1, 2))
    elif groups == 1:
        # NumPy before 2.0 multiplies slowly unless the matrices are laid out as BLAS wants them.
        matrices = np.ascontiguousarray(np.moveaxis(weight, 2, 0))
        result = np.matmul(matrices[0], np.ascontiguousarray(tap(0)))
        for index in range(1, taps):
            result += np.matmul(matrices[index], np.ascontiguousarray(tap(index)))
    elif group_channels == 1 and groups == outputs:
        result = weight[:, 0, 0, None] * tap(0)
        for index in range(1, taps):
            result += weight[:, 0, index, None] * tap(index)
    else:
        kernel = weight.reshape(groups, outputs // groups, group_channels, taps)
        shape = (len(x), groups, group_channels, length)
        result = sum(np.matmul(kernel[..., index], tap(index).reshape(shape)) for index in range(taps))
        result = np.asarray(result).reshape(len(x), outputs, length)
    return np.asarray(result if bias is None else result + bias[:, None])


def average_pool(attributes: Attributes, x: Array) -> Array:
    """Mean over windows of time; padding counts only where count_include_pad says so."""
    total = _window_sums(attributes, x)
    if attributes.get("count_include_pad", 0):
        return np.asarray(total / attributes["kernel_shape"][0], x.dtype)
    return np.asarray(total / _window_sums(attributes, np.ones_like(x[:1, :1])), x.dtype)


def max_pool(attributes: Attributes, x: Array) -> Array:
    """Maximum over windows of time."""
    size = attributes["kernel_shape"][0]
    x = _padded(attributes, x, size, -np.inf)
    # Maxima of maxima: each pass doubles the span that an element answers for.
    span = 1
    while 2 * span <= size:
        x = np.maximum(x[..., :-span], x[..., span:])
        span *= 2
    if span < size:
        x = np.maximum(x[..., : x.shape[2] - size + span], x[..., size - span :])
    return np.asarray(x[..., :: _first(attributes, "strides")])


def _window_sums(attributes: Attributes, x: Array) -> Array:
    """Sums over the pooling windows, in double precision, from a running sum."""
    size = attributes["kernel_shape"][0]
    total = np.cumsum(np.pad(_padded(attributes, x, size, 0.0), ((0, 0), (0, 0), (1, 0))), axis=2, dtype=np.float64)
    return np.asarray((total[..., size:] - total[..., :-size])[..., :: _first(attributes, "strides")])


def _padded(attributes: Attributes, x: Array, size: int, fill: float) -> Array:
    _one_dimensional(x)
    if attributes.get("ceil_mode", 0):
        raise ValueError("pooling that rounds up is not supported")
    padding = _padding(attributes, x.shape[2], size, _first(attributes, "strides"))
    return np.pad(x, ((0, 0), (0, 0), padding), constant_values=fill)


def _first(attributes: Attributes, name: str) -> int:
    return int(attributes.get(name, [1])[0])


def _padding(attributes: Attributes, length: int, reach: int, stride: int) -> tuple[int, int]:
    mode = attributes.get("auto_pad", "NOTSET")
    if mode in ("SAME_UPPER", "SAME_LOWER"):
        total = max((-(-length // stride) - 1) * stride + reach - length, 0)
        small, large = total // 2, total - total // 2
        return (small, large) if mode == "SAME_UPPER" else (large, small)
    before, after = attributes.get("pads", [0, 0])
    return before, after


def _one_dimensional(x: Array) -> None:
    if x.ndim != 3:
        raise ValueError("only convolution and pooling over one axis of time are supported")
