# SPDX-License-Identifier: GPL-3.0-or-later
"""The meshes of a character as they are at rest, in the world's space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from mathutils import Matrix

from ...head.fields import Array
from ...head.fitting.surface import Bare
from ...inference.errors import ParlanceError
from ..character import hierarchy
from ..character.shape_points import points_of

_AXES: Final = (Matrix.Scale(-1.0, 4, (1, 0, 0)), Matrix.Scale(-1.0, 4, (0, 1, 0)), Matrix.Scale(-1.0, 4, (0, 0, 1)))


@dataclass(frozen=True, eq=False)
class RestMesh:
    """An object's mesh. `bare` is in the world's space; `image`: what its Mirror modifier adds, None without."""

    owner: Any
    bare: Bare
    image: Bare | None

    @property
    def to_local(self) -> Array:
        """float[3, 3] that turns displacements in the world into the mesh's own space."""
        return np.linalg.inv(np.array(self.owner.matrix_world.to_3x3(), float))


def gather(selected: Any, also: Sequence[Any] = ()) -> tuple[RestMesh, ...]:
    """The meshes of the character that an object belongs to, and others that are selected, each mesh datablock once.

    Raises ParlanceError where one of them cannot be given shapes.
    """
    body = hierarchy.body_of(selected)
    found = {}
    for owner in (*hierarchy.members(body), *(each for each in also if each.type == "MESH")):
        if len(owner.data.polygons) and owner.data not in found:
            found[owner.data] = owner
    if not found:
        raise ParlanceError(f"“{selected.name}” has no mesh to make shapes on; select the head.")
    for owner in found.values():
        _check(owner)
    return tuple(_at_rest(owner) for owner in found.values())


def _check(owner: Any) -> None:
    if not owner.is_editable or not owner.data.is_editable or owner.data.library is not None:
        raise ParlanceError(f"The mesh of “{owner.name}” is linked from another file; make it local to give it shapes.")
    if owner.mode == "EDIT":
        raise ParlanceError(f"“{owner.name}” is in Edit Mode; leave it to make shapes.")
    if owner.data.shape_keys and not owner.data.shape_keys.use_relative:
        raise ParlanceError(f"The shape keys of “{owner.name}” are absolute; make them relative to add shapes.")


def _at_rest(owner: Any) -> RestMesh:
    mesh = owner.data
    if mesh.shape_keys:
        points = points_of(mesh.shape_keys.reference_key)
    else:
        points = np.empty(3 * len(mesh.vertices), np.float32)
        mesh.vertices.foreach_get("co", points)
    mesh.calc_loop_triangles()
    triangles = np.empty(3 * len(mesh.loop_triangles), np.int32)
    mesh.loop_triangles.foreach_get("vertices", triangles)
    local, corners = points.reshape(-1, 3).astype(float), triangles.reshape(-1, 3).astype(np.int64)
    bare = Bare(owner.name, _moved(local, owner.matrix_world), corners)
    mirror = mirror_of(owner)
    if mirror is None:
        return RestMesh(owner, bare, None)
    return RestMesh(owner, bare, Bare(owner.name, _moved(_moved(local, mirror), owner.matrix_world), corners[:, ::-1]))


def mirror_of(owner: Any) -> Matrix | None:
    """What the first Mirror modifier does to points of the mesh; None without one."""
    for modifier in owner.modifiers:
        if modifier.type == "MIRROR" and modifier.show_viewport and any(modifier.use_axis):
            flip = _AXES[list(modifier.use_axis).index(True)]
            if modifier.mirror_object is None:
                return flip
            there = owner.matrix_world.inverted_safe() @ modifier.mirror_object.matrix_world
            return there @ flip @ there.inverted_safe()
    return None


def _moved(points: Array, matrix: Matrix) -> Array:
    place = np.array(matrix, float)
    return np.asarray(points @ place[:3, :3].T + place[:3, 3])
