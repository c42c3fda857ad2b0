# SPDX-License-Identifier: GPL-3.0-or-later
"""The visemes that an artist posed, kept with the character: read from the face or an action, and merged into its maps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from ...inference.errors import ParlanceError
from ...inference.rigging.rig_map import RigMap
from .. import compat
from . import controls, named_bones

if TYPE_CHECKING:
    from ...inference.rigging.own_visemes import OwnVisemes, Pose

NONE: Final = RigMap("", ())
_SAME: Final = 1e-4
_ROTATIONS: Final = {"QUATERNION": "rotation_quaternion", "AXIS_ANGLE": "rotation_axis_angle"}
_AT_REST: Final = {
    "rotation_quaternion": (1.0, 0.0, 0.0, 0.0),
    "rotation_axis_angle": (0.0, 0.0, 1.0, 0.0),
    "scale": (1.0, 1.0, 1.0),
}
_KEY: Final = 'key_blocks["'


def of(root: Any) -> OwnVisemes:
    """The visemes posed for a character, none where what is stored cannot be read."""
    from ...inference.rigging.own_visemes import OwnVisemes, from_json

    if not root.parlance.own_visemes:
        return OwnVisemes()
    try:
        return from_json(root.parlance.own_visemes)
    except ParlanceError:
        return OwnVisemes()


def store(root: Any, own: OwnVisemes) -> None:
    """Keep them with the character; lines that were generated follow."""
    from ...inference.rigging.own_visemes import to_json

    root.parlance.own_visemes = to_json(own) if own.poses else ""


def on_shapes(root: Any, key: Any, rig_map: RigMap) -> RigMap:
    """A map of a shape key datablock with what the poses do to its shapes."""
    if not root.parlance.own_visemes:
        return rig_map
    from ...inference.rigging.own_visemes import drives, shape_targets, with_poses

    own = of(root)
    there = [block.name for block in key.key_blocks if block != key.reference_key]
    targets = shape_targets(own)
    return with_poses(rig_map, drives(own, [name for name in there if name in targets], controls=False))


def on_controls(root: Any) -> RigMap:
    """What the poses do to bones and properties of a character's body."""
    if not root.parlance.own_visemes:
        return NONE
    from ...inference.rigging.own_visemes import control_targets, drives

    own = of(root)
    return RigMap("Own Visemes", drives(own, sorted(control_targets(own)), controls=True))


def capture(body: Any, meshes: list[Any], left_out: frozenset[str]) -> Pose:
    """The face as it is now. left_out: shapes that are not of the mouth. Raises ParlanceError where nothing is posed."""
    from ...inference.rigging.own_visemes import Pose

    shapes = {
        block.name: round(block.value, 5)
        for key in dict.fromkeys(mesh.data.shape_keys for mesh in meshes if mesh.data.shape_keys)
        for block in key.key_blocks
        if block != key.reference_key and abs(block.value) > _SAME and block.name not in left_out
    }
    found = {path: value for path, value, rest in _channels(body)}
    return Pose(shapes, {path: round(value, 6) for path, value in found.items()})


def rest_of(body: Any, pose: Pose) -> dict[str, float]:
    """Where the controls of a pose are when nothing is posed; those at 0 are left out."""
    return {path: rest for path in pose.controls if abs(rest := _resting(body, path)) > _SAME}


def _channels(body: Any) -> Iterator[tuple[str, float, float]]:
    """Path, value and rest of every channel of the face that is not at rest, with the others of the same property."""
    if body.type == "ARMATURE":
        for bone in _face_bones(body):
            for name in ("location", _ROTATIONS.get(bone.rotation_mode, "rotation_euler"), "scale"):
                rest = _AT_REST.get(name, (0.0, 0.0, 0.0))
                values = tuple(getattr(bone, name))
                if any(abs(value - still) > _SAME for value, still in zip(values, rest, strict=True)):
                    path = f"{bone.path_from_id()}.{name}"
                    yield from ((f"{path}[{i}]", value, rest[i]) for i, value in enumerate(values))
            yield from _properties(bone, bone.path_from_id())
    yield from _properties(body, "")


def _properties(holder: Any, path: str) -> Iterator[tuple[str, float, float]]:
    for name in holder.keys():  # noqa: SIM118  (custom properties, not the holder's own)
        value = holder[name]
        if isinstance(value, (int, float)) and not isinstance(value, bool) and not name.startswith(("parlance", "_")):
            rest = _default(holder, name)
            if abs(value - rest) > _SAME:
                yield f'{path}["{name}"]', float(value), rest


def _default(holder: Any, name: str) -> float:
    try:
        found = holder.id_properties_ui(name).as_dict().get("default", 0.0)
    except TypeError:
        return 0.0
    return float(found) if isinstance(found, (int, float)) else 0.0


def _resting(body: Any, path: str) -> float:
    from ...inference.rigging.controllers import address

    if path.endswith('"]'):
        at = path.rindex('["')
        holder = body.path_resolve(path[:at]) if at else body
        return _default(holder, path[at + 2 : -2])
    whole, index = address(path)
    return _AT_REST.get(whole.rpartition(".")[2], (0.0, 0.0, 0.0, 0.0))[index]


def _face_bones(body: Any) -> list[Any]:
    """The bones that were selected to be posed; else those below the head and those with a face's words in their names."""
    chosen = [bone for bone in body.pose.bones if compat.is_selected(bone)] if body.mode == "POSE" else []
    if chosen:
        return chosen
    head = named_bones.head_bone(body)
    below = {bone.name for bone in body.data.bones[head].children_recursive} if head else set()
    named = [bone for bone in body.pose.bones if bone.name in below or any(word in bone.name.lower() for word in controls.WORDS)]
    return named or list(body.pose.bones)


def from_action(body: Any, meshes: list[Any], action: Any, frame: float) -> Pose:
    """What an action, such as a pose asset, shows at a frame. Raises ParlanceError where it moves nothing of the character."""
    from ...inference.rigging.own_visemes import Pose

    names = {block.name for mesh in meshes if mesh.data.shape_keys for block in mesh.data.shape_keys.key_blocks}
    shapes: dict[str, float] = {}
    found: dict[str, float] = {}
    for curve in _curves(action):
        value, path = float(curve.evaluate(frame)), curve.data_path
        if path.startswith(_KEY) and path.endswith('"].value'):
            name = path[len(_KEY) : -len('"].value')]
            if name in names and abs(value) > _SAME:
                shapes[name] = round(value, 5)
        else:
            target = path if path.endswith('"]') else f"{path}[{curve.array_index}]"
            if controls.reachable(body, _one(target)).drives and not path.startswith(("location", "rotation", "scale")):
                found[target] = round(value, 6)
    if not shapes and not found:
        raise ParlanceError(f"The action “{action.name}” poses nothing of this character at frame {frame:g}; choose another.")
    return Pose(shapes, found)


def _one(target: str) -> RigMap:
    from ...inference.rigging.rig_map import Drive

    return RigMap("", (Drive("pose_aa", target),))


def _curves(action: Any) -> Iterator[Any]:
    for layer in action.layers:
        for strip in layer.strips:
            for bag in strip.channelbags:
                yield from bag.fcurves


def with_pose(own: OwnVisemes, body: Any, viseme: str, pose: Pose | None) -> OwnVisemes:
    """The visemes with one posed anew, or without it."""
    poses = {name: each for name, each in own.poses.items() if name != viseme}
    if pose is None:
        return replace(own, poses=poses)
    return replace(own, poses={**poses, viseme: pose}, rest={**own.rest, **rest_of(body, pose)})


def show(body: Any, meshes: list[Any], own: OwnVisemes, viseme: str) -> None:
    """Put the face into a pose; everything that any pose moves goes to rest first."""
    from ...inference.rigging.own_visemes import Pose, control_targets, shape_targets

    pose = own.poses.get(viseme, Pose())
    for key in dict.fromkeys(mesh.data.shape_keys for mesh in meshes if mesh.data.shape_keys):
        for name in shape_targets(own):
            block = key.key_blocks.get(name)
            if block is not None:
                block.value = pose.shapes.get(name, 0.0)
    for path in control_targets(own):
        controls.put(body, path, pose.controls.get(path, own.rest.get(path, 0.0)))
