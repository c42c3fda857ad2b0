# SPDX-License-Identifier: GPL-3.0-or-later
"""Follower bones: those below the jaw that carry teeth and tongue of a head whose mouth is opened by shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from ...inference.rigging.rig_map import RigMap
from .shape_points import points_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...inference.rigging.survey import Survey

NOTHING: Final = RigMap("", ())
JAW: Final = frozenset(("jawOpen", "jawLeft", "jawRight", "jawForward"))
"""What a bone that carries no skin does not do, though it is called a jaw."""
_CARRIES: Final = 0.5
"""Weight from which a vertex goes where its bone does."""
_TOUCHES: Final = 0.05
_MOST: Final = 0.9
"""Share of the furthest way that a chin goes."""
_remembered: dict[int, tuple[Survey, object, RigMap, bool]] = {}
"""By armature: panels ask at every redraw, and weights take a while to read."""


def followers(body: Any, meshes: Sequence[Any], maps: Sequence[tuple[Any, RigMap]], found: Survey | None) -> tuple[RigMap, bool]:
    """How the bones of a body follow the shapes that open its mouth, and whether the jaw itself is one of them.

    meshes: all of the character.   maps: those that have shapes, and how they answer to the 52 shapes.
    """
    if body.type != "ARMATURE" or found is None or not maps:
        return NOTHING, False
    known = _remembered.get(body.session_uid)
    signature = _signature(body, meshes), tuple(rig_map for _, rig_map in maps)
    if known is None or known[0] is not found or known[1] != signature:
        known = _remembered[body.session_uid] = (found, signature, *_look(body, meshes, dict(maps), found))
    return known[2:]


def _signature(body: Any, meshes: Sequence[Any]) -> object:
    import numpy as np

    bones = body.data.bones
    heads = np.empty(3 * len(bones), np.float32)
    bones.foreach_get("head_local", heads)
    sizes = [(mesh.session_uid, len(mesh.data.vertices), len(mesh.vertex_groups), mesh.parent_bone) for mesh in meshes]
    return tuple(bones.keys()), heads.tobytes(), tuple(sizes)


def _look(body: Any, meshes: Sequence[Any], maps: dict[Any, RigMap], found: Survey) -> tuple[RigMap, bool]:
    import numpy as np

    from ...inference.rigging.bones import Bone, jaw_bone
    from ...inference.rigging.followers import falls, follower_map

    name = jaw_bone(tuple(bone.name for bone in body.data.bones))
    fallen = falls(found, maps.values())
    if not name or not fallen:
        return NOTHING, False
    jaw = body.data.bones[name]
    skin, rest, apart = _carried(jaw, meshes, maps, frozenset(fallen))
    carriers = _uppermost(jaw, skin, rest) if not apart & skin else []  # else the tongue would leave teeth that have to stay
    bones = {
        each: Bone(each, np.array(bone.matrix_local.to_3x3()), np.array(bone.head_local), body.pose.bones[each].rotation_mode)
        for each in (name, *carriers)
        for bone in [body.data.bones[each]]
    }
    chin = _furthest(body, maps, max(fallen, key=lambda source: fallen[source]))
    return follower_map(bones[name], [bones[each] for each in carriers], chin, found, fallen), name in carriers


def _carried(
    jaw: Any, meshes: Sequence[Any], maps: dict[Any, RigMap], opening: frozenset[str]
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Of the bones from the jaw down, those that touch what shapes open, those that carry something else, and of these those
    that carry some of a mesh which no shape opens at all.
    """
    names = {bone.name for bone in (jaw, *jaw.children_recursive)}
    skin, rest, apart = set[str](), set[str](), set[str]()
    for mesh in meshes:
        if mesh.parent_type == "BONE" and mesh.parent_bone in names:
            (skin if _opened(mesh, maps.get(mesh), opening).any() else rest).add(mesh.parent_bone)
        groups = {group.index: group.name for group in mesh.vertex_groups if group.name in names}
        if not groups:
            continue
        opened = _opened(mesh, maps.get(mesh), opening)
        still = not opened.any()
        for vertex in mesh.data.vertices:
            for each in vertex.groups:
                if each.group in groups and each.weight > _TOUCHES:
                    if opened[vertex.index]:
                        skin.add(groups[each.group])
                    elif each.weight > _CARRIES:
                        rest.add(groups[each.group])
                        if still:
                            apart.add(groups[each.group])
    return frozenset(skin), frozenset(rest), frozenset(apart)


def _opened(mesh: Any, rig_map: RigMap | None, opening: frozenset[str]) -> NDArray[np.bool_]:
    """bool[V] what the shapes that open the mouth move of a mesh."""
    import numpy as np

    moved = np.zeros(len(mesh.data.vertices), bool)
    if rig_map is None:
        return moved
    key = mesh.data.shape_keys
    rest = points_of(key.reference_key)
    for target in {drive.target for drive in rig_map.active if drive.source in opening}:
        moved |= (points_of(key.key_blocks[target]) != rest).any(1)
    return moved


def _furthest(body: Any, maps: dict[Any, RigMap], source: str) -> NDArray[np.float32]:
    """float32[3] where a source moves a face most, in the space of the body: of what opens the mouth that is about the chin."""
    import numpy as np

    best, there = 0.0, np.zeros(3, np.float32)
    for mesh, rig_map in maps.items():
        key = mesh.data.shape_keys
        for target in {drive.target for drive in rig_map.active if drive.source == source}:
            rest, moved = (points_of(block) for block in (key.reference_key, key.key_blocks[target]))
            far = np.linalg.norm(moved - rest, axis=1)
            if len(far) and far.max() > best:
                best = float(far.max())
                place = np.array(body.matrix_world.inverted_safe() @ mesh.matrix_world, np.float32)
                there = place[:3, :3] @ rest[far > _MOST * best].mean(0) + place[:3, 3]
    return there


def _uppermost(bone: Any, skin: frozenset[str], rest: frozenset[str]) -> list[str]:
    """The bones, the highest first, that carry something with all that is below them and touch no skin."""
    below = {bone.name, *(each.name for each in bone.children_recursive)}
    if not below & skin:
        return [bone.name] if below & rest else []
    return [name for child in bone.children for name in _uppermost(child, skin, rest)]
