# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of a character's meshes recognised together, by what they do; remembered until a name, slider or shape changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from mathutils import Matrix

from ...inference.errors import ParlanceError
from ...inference.rigging.rig_map import RigMap, from_json
from . import mirroring, shape_names
from .shape_points import points_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...inference.rigging.parts import Part
    from ...inference.rigging.recognition import Recognition

_remembered: dict[int, _Known] = {}
"""By root: panels ask at every redraw."""
_DIGITS: Final = 5


@dataclass(frozen=True, eq=False)
class _Known:
    """What was recognised, and what it depends on. probes: of each shape of each mesh, the vertex it moves furthest."""

    signature: object
    probes: tuple[tuple[int, ...], ...]
    found: Recognition


def recognised(root: Any, meshes: Sequence[Any]) -> Recognition:
    """What the shapes of a character's meshes are; meshes that share their shape keys are given once."""
    known = _remembered.get(root.session_uid)
    if known is None or known.signature != _signature(meshes, known.probes):
        known = _remembered[root.session_uid] = _look(root, meshes)
    return known.found


def forget() -> None:
    """Look at every shape anew when it is next needed; a shape changed far from where it moves most is not noticed else."""
    _remembered.clear()


def artists_map(mesh: Any) -> RigMap | None:
    """The map that the artist made for a mesh; None where there is none, or none that can be read (see `map_trouble`)."""
    if not mesh.parlance.rig_map or map_trouble(mesh):
        return None
    return map_of(mesh, from_json(mesh.parlance.rig_map))


def map_trouble(mesh: Any) -> str:
    """What is wrong with the map stored on a mesh, as a sentence; empty where nothing is."""
    if not mesh.parlance.rig_map:
        return ""
    try:
        from_json(mesh.parlance.rig_map)
    except ParlanceError as error:
        return str(error)
    return ""


def map_of(mesh: Any, rig_map: RigMap) -> RigMap:
    """A map with its targets as they are called now; shapes that are gone are left out."""
    names, renamed = set(shape_names.of(mesh)), shape_names.renamed(mesh)
    if all(drive.target in names for drive in rig_map.drives):
        return rig_map
    called = {drive.target: drive.target if drive.target in names else renamed.get(drive.target, "") for drive in rig_map.drives}
    drives = (replace(drive, target=called[drive.target]) for drive in rig_map.drives)
    return RigMap(rig_map.convention, tuple(drive for drive in drives if drive.target in names))


def _look(root: Any, meshes: Sequence[Any]) -> _Known:
    import numpy as np

    from ...inference.rigging.recognition import recognise_parts

    parts = [part(root, mesh) for mesh in meshes]
    furthest = (np.square(each.moves).sum(2).argmax(1) for each in parts)
    counts = (len(mesh.data.shape_keys.reference_key.points) for mesh in meshes)  # copies of a mirror come after them
    probes = tuple(tuple(int(i) % count for i in each) for each, count in zip(furthest, counts, strict=True))
    chosen: dict[str, dict[str, float]] = {}
    for mesh in meshes:
        rig_map = artists_map(mesh)
        known = {new: old for old, new in shape_names.renamed(mesh).items()}
        for drive in rig_map.active if rig_map else ():
            chosen.setdefault(known.get(drive.target, drive.target), {})[drive.source] = drive.gain
    found = recognise_parts(parts, chosen)
    kept = {name for mesh in meshes for name in shape_names.of(mesh)}  # a name that one mesh has still: `map_of` tells them apart
    renamed = {old: new for mesh in meshes for old, new in shape_names.renamed(mesh).items() if old not in kept}
    return _Known(_signature(meshes, probes), probes, found.renamed(renamed) if renamed else found)


def part(root: Any, mesh: Any) -> Part:
    """A mesh in the space of the character's root, bones at rest: whatever the head does at this frame, it is the same face."""
    import numpy as np

    from ...inference.rigging.parts import Part

    key = mesh.data.shape_keys
    basis = points_of(key.reference_key)
    blocks = _blocks(key)
    moves = np.empty((len(blocks), *basis.shape), np.float32)
    masks = _masks(mesh, {block.vertex_group for block in blocks if block.vertex_group})
    for i, block in enumerate(blocks):
        relative = block.relative_key
        moves[i] = points_of(block) - (basis if relative == key.reference_key else points_of(relative))
        if block.vertex_group in masks:
            moves[i] *= masks[block.vertex_group][:, None]
    basis, moves = mirroring.mirrored(mesh, basis, moves)
    place = np.array(root.matrix_world.inverted_safe() @ _resting(mesh), np.float64)
    turn = place[:3, :3].T.astype(np.float32)
    points = (basis.astype(np.float64) @ place[:3, :3].T + place[:3, 3]).astype(np.float32)
    if not np.array_equal(turn, np.eye(3, dtype=np.float32)):
        moves = moves @ turn
    known = shape_names.known_as(mesh)
    sliders = {name: (block.slider_min, block.slider_max) for name, block in zip(known, blocks, strict=True)}
    return Part(points, known, moves, sliders)


def _masks(mesh: Any, names: set[str]) -> dict[str, NDArray[np.float32]]:
    """float32[V] of each vertex group that limits a shape, as halves of one shape are often made; without the group none does."""
    import numpy as np

    wanted = {mesh.vertex_groups[name].index: name for name in names if name in mesh.vertex_groups}
    masks = {name: np.zeros(len(mesh.data.vertices), np.float32) for name in wanted.values()}
    for i, vertex in enumerate(mesh.data.vertices if wanted else ()):
        for member in vertex.groups:
            if member.group in wanted:
                masks[wanted[member.group]][i] = member.weight
    return masks


def _resting(mesh: Any) -> Any:
    """The world matrix of a mesh where the bone that carries it, as one carries teeth, is at rest."""
    below, above = mesh, mesh.parent
    while above is not None and not (below.parent_type == "BONE" and above.type == "ARMATURE"):
        below, above = above, above.parent
    bone = above.pose.bones.get(below.parent_bone) if above is not None else None
    if above is None or bone is None:
        return mesh.matrix_world
    # Made of what no frame changes, rather than turned back by the pose: the same bits at every frame.
    carried = above.matrix_world @ (Matrix() if bone.bone.use_relative_parent else _tip(bone.bone))
    placed = carried @ below.matrix_parent_inverse @ below.matrix_basis
    return placed if below == mesh else placed @ below.matrix_world.inverted_safe() @ mesh.matrix_world


def _tip(bone: Any) -> Any:
    """Where Blender hangs what a bone at rest carries, in the space of its armature."""
    return bone.matrix_local @ Matrix.Translation((0.0, bone.length, 0.0))


def _blocks(key: Any) -> list[Any]:
    resting = key.reference_key
    return [block for block in key.key_blocks if block != resting]


def _signature(meshes: Sequence[Any], probes: Sequence[Sequence[int]]) -> object:
    """Changes with the meshes, the names and sliders of shapes, the artist's map, and how far each shape moves things."""
    if len(meshes) != len(probes):
        return None
    return tuple((*_kept(mesh), tuple(_seen(mesh.data.shape_keys, places))) for mesh, places in zip(meshes, probes, strict=True))


def _kept(mesh: Any) -> tuple[int, str, str, int]:
    mirrors = sum(modifier.type == "MIRROR" and modifier.show_viewport for modifier in mesh.modifiers)
    return mesh.data.shape_keys.session_uid, mesh.parlance.rig_map, mesh.parlance.shape_names, mirrors


def _seen(key: Any, places: Sequence[int]) -> Iterator[object]:
    blocks = _blocks(key)
    yield len(blocks), len(key.reference_key.points)
    if len(blocks) != len(places) or len(key.reference_key.points) <= max(places, default=0):
        return
    for block, place in zip(blocks, places, strict=True):
        at, rest = block.points[place].co, block.relative_key.points[place].co
        yield (
            block.name,
            block.vertex_group,
            block.slider_min,
            block.slider_max,
            *(round(one - other, _DIGITS) for one, other in zip(at, rest, strict=True)),
        )


def by_names(mesh: Any) -> RigMap:
    """The map that the names of a mesh's shapes alone suggest; quick, for telling faces from other meshes."""
    return artists_map(mesh) or map_of(mesh, _recognised_by_names(shape_names.known_as(mesh)))


@lru_cache(maxsize=256)
def _recognised_by_names(names: tuple[str, ...]) -> RigMap:
    from ...inference.rigging import recognise

    return recognise(names)
