# SPDX-License-Identifier: GPL-3.0-or-later
"""ONNX operators that move, cut, join and choose without computing (ONNX operator set 13 to 21)."""

from __future__ import annotations

import numpy as np

from .graph import Array, Attributes


def constant(attributes: Attributes) -> Array:
    """A value stored in the node itself."""
    return np.asarray(attributes["value"])


def constant_of_shape(attributes: Attributes, shape: Array) -> Array:
    """One value everywhere."""
    value = attributes.get("value", np.zeros(1, np.float32))
    return np.full(shape.tolist(), value.reshape(-1)[0], value.dtype)


def reshape(attributes: Attributes, x: Array, shape: Array) -> Array:
    """Same elements, other axes; 0 keeps an axis unless allowzero."""
    keep = not attributes.get("allowzero", 0)
    return x.reshape([x.shape[i] if size == 0 and keep else int(size) for i, size in enumerate(shape)])


def transpose(attributes: Attributes, x: Array) -> Array:
    """Axes in another order."""
    return np.transpose(x, attributes.get("perm"))


def squeeze(attributes: Attributes, x: Array, axes: Array | None = None) -> Array:
    """Without the given axes of size 1."""
    chosen = attributes.get("axes") if axes is None else axes.tolist()
    return np.squeeze(x, None if chosen is None else tuple(chosen))


def unsqueeze(attributes: Attributes, x: Array, axes: Array | None = None) -> Array:
    """With new axes of size 1."""
    chosen = attributes["axes"] if axes is None else np.atleast_1d(axes).tolist()
    return np.expand_dims(x, tuple(chosen))


def concat(attributes: Attributes, *inputs: Array) -> Array:
    """Joined along an axis."""
    return np.concatenate(inputs, attributes["axis"])


def split(attributes: Attributes, x: Array, sizes: Array) -> tuple[Array, ...]:
    """Taken apart along an axis, so many of it in each piece."""
    ends = np.cumsum(sizes).tolist()
    axis = attributes.get("axis", 0)
    if not ends or ends[-1] != x.shape[axis]:
        raise ValueError("pieces that are split off must add up to the whole")
    return tuple(np.split(x, ends[:-1], axis))


def cut(_: Attributes, x: Array, starts: Array, ends: Array, *axes_and_steps: Array) -> Array:
    """Slice. ONNX clamps as Python does, and writes "to the very start" backwards as the smallest integer."""
    chosen = axes_and_steps[0].tolist() if axes_and_steps else range(len(starts))
    strides = axes_and_steps[1].tolist() if len(axes_and_steps) > 1 else [1] * len(starts)
    index = [slice(None)] * x.ndim
    for axis, start, end, step in zip(chosen, starts.tolist(), ends.tolist(), strides, strict=True):
        beyond = step < 0 and end < -x.shape[axis]
        index[axis] = slice(start, None if beyond else end, step)
    return x[tuple(index)]


def gather(attributes: Attributes, x: Array, indices: Array) -> Array:
    """Elements by index along an axis."""
    return np.take(x, indices, axis=attributes.get("axis", 0))


def pad(attributes: Attributes, x: Array, pads: Array, value: Array | None = None, axes: Array | None = None) -> Array:
    """More elements before and after; negative amounts cut."""
    chosen = list(range(x.ndim)) if axes is None else axes.tolist()
    amounts = np.zeros((x.ndim, 2), int)
    amounts[chosen] = pads.reshape(2, -1).T
    cuts = tuple(slice(max(-before, 0), size - max(-after, 0)) for (before, after), size in zip(amounts, x.shape, strict=True))
    if attributes.get("mode", "constant") != "constant":
        raise ValueError("only padding with a constant is supported")
    fill = 0 if value is None or value.size == 0 else value.reshape(-1)[0]
    return np.pad(x[cuts], np.maximum(amounts, 0), constant_values=fill)
