# SPDX-License-Identifier: GPL-3.0-or-later
"""Where keys put an object, or a bone of one, in the world at each frame, without the scene being played.

Parents and the bones above are followed. Where constraints or deltas have a say, keys alone do not tell where something is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any, Final, TypeAlias

import bpy
import numpy as np
from bpy.app.handlers import persistent
from mathutils import Euler, Matrix, Quaternion, Vector
from numpy.typing import NDArray

from ..leaving import ends_with
from . import fcurves, slots

Matrices: TypeAlias = NDArray[np.float32]
"""float32[F, 4, 4], as precise as Blender's own: a transform at each frame, or one for all of what stands still."""
Basis: TypeAlias = Callable[[Any], Matrices]
"""The transforms of an object or pose bone before those of what is above it: at each frame, or as it stands now."""
CLOSE: Final = 1e-3
"""Metres, and parts of a turn, by which what is followed may differ from what Blender shows now."""
_MOST: Final = 1_000_000
"""Transforms that are kept from one slider's move to the next, 64 MB of them: an hour of a hand below a whole arm and spine."""
_SAYS: Final = {
    **dict.fromkeys(("co", "handle_left", "handle_right"), (np.float32, 2)),
    **dict.fromkeys(("interpolation", "easing"), (np.int32, 1)),
    **dict.fromkeys(("back", "amplitude", "period"), (np.float32, 1)),
}
"""All of a key that a curve's values follow from, with its type and length."""
_known: OrderedDict[bytes, Matrices] = OrderedDict()
"""Transforms by what they follow from; those that were asked for last at the end."""


def of(target: Any, bone: str, frames: NDArray[np.int_]) -> NDArray[np.float64] | None:
    """float64[F, 3] the origin of an object, or the head of a bone of it, at each frame; None where keys alone do not tell.

    bone: its name; empty for the object itself.
    """
    item = target.pose.bones[bone] if bone else target
    now = _world(item, lambda each: _many([each.matrix_basis]))
    if now is None or not _alike(now[0], target.matrix_world @ item.matrix if bone else target.matrix_world):
        return None
    moved = _world(item, lambda each: _keyed(each, frames))
    if moved is None:
        return None
    return np.broadcast_to(moved[:, :3, 3].astype(np.float64), (len(frames), 3))


def _many(matrices: list[Matrix]) -> Matrices:
    return np.array(matrices, np.float32)


def _alike(one: Matrices, other: Matrix) -> bool:
    return bool(np.allclose(one, other, atol=CLOSE))


def _world(item: Any, basis: Basis) -> Matrices | None:
    """Where an object or a pose bone is, by what is above it; None where that is not told by transforms alone."""
    if any(not each.mute for each in item.constraints):
        return None
    own = basis(item)
    if isinstance(item, bpy.types.PoseBone):
        above = _above_bone(item, basis)
    elif item.parent is None:
        return own
    else:
        above = _above_object(item, basis)
    return None if above is None else above @ own


def _above_object(item: Any, basis: Basis) -> Matrices | None:
    if item.parent_type == "OBJECT":
        above = _world(item.parent, basis)
        end = Matrix.Identity(4)
    elif item.parent_type == "BONE" and item.parent_bone in item.parent.pose.bones:
        bone = item.parent.pose.bones[item.parent_bone]
        above = _world(bone, basis)
        end = Matrix.Translation(Vector((0.0, bone.bone.length, 0.0)))
    else:
        return None
    return None if above is None else above @ _many([end @ item.matrix_parent_inverse])


def _above_bone(item: Any, basis: Basis) -> Matrices | None:
    rest = item.bone
    if not rest.use_inherit_rotation or not rest.use_local_location or rest.inherit_scale != "FULL":
        return None
    if item.parent is None:
        above, place = _world(item.id_data, basis), rest.matrix_local
    else:
        above, place = _world(item.parent, basis), item.parent.bone.matrix_local.inverted() @ rest.matrix_local
    return None if above is None else above @ _many([place])


def _keyed(item: Any, frames: NDArray[np.int_]) -> Matrices:
    """The transforms of one object or pose bone at each frame; one matrix where no key moves it."""
    playing = slots.existing(item.id_data)
    path = f'pose.bones["{bpy.utils.escape_identifier(item.name)}"].' if isinstance(item, bpy.types.PoseBone) else ""
    mode = {"QUATERNION": "rotation_quaternion", "AXIS_ANGLE": "rotation_axis_angle"}.get(item.rotation_mode, "rotation_euler")
    names = ("location", mode, "scale")
    curves = [[_playing(playing and playing.bag, path + name, i) for i in range(len(getattr(item, name)))] for name in names]
    if not any(curve is not None for each in curves for curve in each):
        return _many([item.matrix_basis])
    still = [list(getattr(item, name)) for name in names]
    parts = [part for each in zip(curves, still, strict=True) for one in zip(*each, strict=True) for part in _says(*one)]
    stamp = blake2b(b"|".join([item.rotation_mode.encode(), frames.tobytes(), *parts])).digest()
    if stamp not in _known or any(curve is not None and len(curve.modifiers) for each in curves for curve in each):
        values = [
            np.column_stack([_sampled(*one, frames) for one in zip(*each, strict=True)])
            for each in zip(curves, still, strict=True)
        ]
        _keep(
            stamp,
            _many(
                [
                    Matrix.LocRotScale(Vector(place), _rotation(turn, item.rotation_mode), Vector(size))
                    for place, turn, size in zip(*values, strict=True)
                ]
            ),
        )
    _known.move_to_end(stamp)
    return _known[stamp]


def _playing(bag: Any | None, path: str, index: int) -> Any | None:
    """The curve of a property; None where it has none, or one that is muted and that Blender does not play."""
    curve = fcurves.find(bag, path, index)
    return None if curve is None or curve.mute else curve


def _keep(stamp: bytes, matrices: Matrices) -> None:
    """Keep the transforms; of older ones no more than there is room for."""
    _known[stamp] = matrices
    if _forget not in bpy.app.handlers.load_pre:
        bpy.app.handlers.load_pre.append(_forget)
        ends_with(_stop)
    kept = sum(map(len, _known.values()))
    while kept > _MOST and len(_known) > 1:
        kept -= len(_known.popitem(last=False)[1])


@persistent  # type: ignore[untyped-decorator]
def _forget(*_: Any) -> None:
    _known.clear()


def _stop() -> None:
    _known.clear()
    bpy.app.handlers.load_pre.remove(_forget)


def _says(curve: Any | None, still: float) -> Iterator[bytes]:
    """What the values of a curve follow from, but for its modifiers; of a property without one the value as it stands."""
    if curve is None:
        yield repr(still).encode()
        return
    yield curve.extrapolation.encode()
    for name, (dtype, width) in _SAYS.items():
        values = np.empty(len(curve.keyframe_points) * width, dtype)
        curve.keyframe_points.foreach_get(name, values)
        yield values.tobytes()


def _sampled(curve: Any | None, still: float, frames: NDArray[np.int_]) -> NDArray[np.float64]:
    """float64[F] what a curve says at each frame; the value as it stands where there is none."""
    return np.full(len(frames), still) if curve is None else np.array([curve.evaluate(frame) for frame in frames])


def _rotation(values: NDArray[np.float64], mode: str) -> Any:
    if mode == "QUATERNION":
        return Quaternion(values).normalized()
    if mode == "AXIS_ANGLE":
        return Quaternion(values[1:], values[0])
    return Euler(values, mode)
