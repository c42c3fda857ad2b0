# SPDX-License-Identifier: GPL-3.0-or-later
"""ONNX operators that move, cut, join and choose without computing (ONNX operator set 13 to 21)."""

from __future__ import annotations

import numpy as np

from .graph import Array, Attributes

_PAD_MODES = {"constant": "constant", "reflect": "reflect", "edge": "edge", "wrap": "wrap"}


def constant(attributes: Attributes) -> Array:
    """A value stored in the node itself."""
    if "value" in attributes:
        return np.asarray(attributes["value"])
    if "value_float" in attributes or "value_floats" in attributes:
        return np.array(attributes.get("value_float", attributes.get("value_floats")), np.float32)
    return np.array(attributes.get("value_int", attributes.get("value_ints")), np.int64)


def constant_of_shape(attributes: Attributes, shape: Array) -> Array:
    """One value everywhere."""
    value = attributes.get("value", np.zeros(1, np.float32))
    return np.full(shape.tolist(), value.reshape(-1)[0], value.dtype)


def shape_of(attributes: Attributes, x: Array) -> Array:
    """The shape of x, or a part of it."""
    return np.array(x.shape[attributes.get("start", 0) : attributes.get("end", x.ndim)], np.int64)


def size_of(_: Attributes, x: Array) -> Array:
    """The number of elements."""
    return np.array(x.size, np.int64)


def reshape(attributes: Attributes, x: Array, shape: Array) -> Array:
    """Same elements, other axes; 0 keeps an axis unless allowzero."""
    keep = not attributes.get("allowzero", 0)
    return x.reshape([x.shape[i] if size == 0 and keep else int(size) for i, size in enumerate(shape)])


def flatten(attributes: Attributes, x: Array) -> Array:
    """Two axes, split before `axis`."""
    axis = attributes.get("axis", 1)
    return x.reshape(int(np.prod(x.shape[:axis])), -1)


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


def split(attributes: Attributes, x: Array, sizes: Array | None = None) -> tuple[Array, ...]:
    """Cut along an axis into given sizes or equal parts."""
    axis = attributes.get("axis", 0)
    sizes = attributes.get("split", sizes)
    if sizes is None:
        count = attributes["num_outputs"]
        step = -(-x.shape[axis] // count)
        return tuple(np.split(x, range(step, step * count, step), axis))
    return tuple(np.split(x, np.cumsum(sizes)[:-1], axis))


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
    amounts = np.maximum(amounts, 0)
    mode = _PAD_MODES[attributes.get("mode", "constant")]
    if mode == "constant":
        fill = 0 if value is None or value.size == 0 else value.reshape(-1)[0]
        return np.pad(x[cuts], amounts, constant_values=fill)
    return np.pad(x[cuts], amounts, mode=mode)  # type: ignore[call-overload,no-any-return]


def expand(_: Attributes, x: Array, shape: Array) -> Array:
    """Broadcast both ways."""
    return np.broadcast_to(x, np.broadcast_shapes(x.shape, tuple(shape.tolist())))


def tile(_: Attributes, x: Array, repeats: Array) -> Array:
    """Repeated along each axis."""
    return np.tile(x, repeats.tolist())


def arange(_: Attributes, start: Array, limit: Array, step: Array) -> Array:
    """Numbers in equal steps."""
    return np.arange(start.item(), limit.item(), step.item(), dtype=start.dtype)
