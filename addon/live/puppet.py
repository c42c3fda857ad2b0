# SPDX-License-Identifier: GPL-3.0-or-later
"""A character that shows frames without keys: values are set on what its rig map moves, and put back afterwards.

Where they were is written into the file while a face is shown (`KEPT`), so that undo, an autosave or a crash leaves nothing
behind.
"""

from __future__ import annotations

import json
from typing import Any, Final

import bpy
import numpy as np
from numpy.typing import NDArray

from ...inference.geometry import Geometry
from ...inference.rigging.controllers import address
from ...inference.rigging.rig_map import RigMap
from ..character import characters, joints
from ..planning import rig_plan

KEPT: Final = "parlance_live"
"""The custom property of a character's root that says where its values were."""
Place = tuple[str, str, str, int]
"""Kind and name of a datablock, a data path in it, and an element."""
_KINDS: Final = {"KEY": "shape_keys", "OBJECT": "objects"}


class Puppet:
    """One character while it is shown live."""

    def __init__(self, character: characters.Character) -> None:
        self._before: dict[Place, float] = {}
        self._look(character)

    def _look(self, character: characters.Character) -> None:
        self.root, self._uid = character.root, character.root.session_uid
        self._rig = rig_plan.rig_of(character)
        self._faces = [
            (_name(face.key), face.rig_map, {name: face.key.key_blocks[name].path_from_id("value") for name in face.targets})
            for face in character.faces
        ]
        controls = rig_plan.controls_of(character, self._rig)
        self._controls: list[tuple[tuple[str, str], RigMap]] = [(_name(owner), rig_map) for owner, rig_map in controls]
        head, eyes = joints.head(character), joints.eyes(character)
        found = [("head", head), *(("eye", eye) for eye in eyes)]
        free = [(part, joint) for part, joint in found if joint is not None and rig_plan.is_free(joint)]
        self._joints = [(part, joint, _name(joint.owner)) for part, joint in free]

    @property
    def turns_head(self) -> bool:
        """Whether its head can move."""
        return any(part == "head" for part, _, _ in self._joints)

    @property
    def geometry(self) -> Geometry:
        """Of its face, whose lips must meet."""
        return self._rig.geometry

    def show(
        self,
        shapes: NDArray[np.float32],
        head: NDArray[np.float32],
        gaze: NDArray[np.float32],
        said: NDArray[np.float32] | None = None,
    ) -> None:
        """Set one frame: weights float32[52], degrees float32[3] and float32[2] as in Animation.

        said: float32[P] which phones are said (LiveFrame.said), for visemes that the artist posed; without, the weights tell.
        """
        rig = self._rig if said is None else self._rig.saying_live(said)
        wanted: dict[Place, float] = {}
        for owner, rig_map, paths in self._faces:
            for target, values in rig.apply(rig_map, shapes[None]).items():
                wanted[*owner, paths[target], 0] = float(values[0])
        for owner, rig_map in self._controls:
            for target, values in rig.apply(rig_map, shapes[None]).items():
                wanted[*owner, *address(target)] = float(values[0])
        for part, joint, owner in self._joints:
            turned = head if part == "head" else np.array([-gaze[1], gaze[0], 0.0], np.float32)
            row = joints.rotations(joint, *(turned[axis : axis + 1] for axis in range(3)))[0]
            wanted.update({(*owner, joint.path, index): float(value) for index, value in enumerate(row)})
        fresh = {place: _value(place) for place in wanted if place not in self._before}
        if fresh:
            self._before.update({place: value for place, value in fresh.items() if value is not None})
            self._keep()
        _set({place: value for place, value in wanted.items() if place in self._before})

    def renew(self) -> None:
        """Find the character again after undo, which makes everything anew. Raises ReferenceError where it is gone."""
        root = next((each for each in bpy.data.objects if each.session_uid == self._uid), None)
        character = characters.of(root)
        if character is None:
            raise ReferenceError("the character was removed")
        self._look(character)
        if self._before:
            self._keep()

    def _keep(self) -> None:
        self.root[KEPT] = json.dumps([[*place, value] for place, value in self._before.items()])

    def leave(self) -> None:
        """Put everything back, and forget it."""
        _set(self._before)
        self._before = {}
        if KEPT in self.root:
            del self.root[KEPT]


def heal() -> None:
    """Put back what characters of this file still show of a session that is over: after undo, a crash or a copied file."""
    for root in bpy.data.objects:
        if KEPT not in root or root.library is not None:
            continue
        try:
            rows = json.loads(str(root[KEPT]))
            places: dict[Place, float] = {
                (str(kind), str(name), str(path), int(element)): float(value) for kind, name, path, element, value in rows
            }
        except (ValueError, TypeError):
            places = {}
        _set(places)
        del root[KEPT]


def _name(owner: Any) -> tuple[str, str]:
    return owner.id_type, owner.name


def _owner(place: Place) -> Any | None:
    kind, name = place[:2]
    return getattr(bpy.data, _KINDS[kind]).get(name) if kind in _KINDS else None


def _value(place: Place) -> float | None:
    """What a property is now; None where it is not there, is no number, or a driver decides."""
    owner, (_, _, path, element) = _owner(place), place
    if owner is None or (owner.animation_data and any(driver.data_path == path for driver in owner.animation_data.drivers)):
        return None
    try:
        value = owner.path_resolve(path)
    except ValueError:
        return None
    if isinstance(value, (int, float)):
        return float(value)
    return float(value[element]) if hasattr(value, "__getitem__") and not isinstance(value, str) else None


def _set(values: dict[Place, float]) -> None:
    """Set properties by their path; those that are not there any more are left out."""
    touched: dict[tuple[str, str], Any] = {}
    for place, value in values.items():
        owner, (kind, name, path, element) = _owner(place), place
        if owner is None:
            continue
        holder_path, _, attribute = path.rpartition(".")
        try:
            holder = owner.path_resolve(holder_path) if holder_path else owner
            now = owner.path_resolve(path)
        except ValueError:
            continue
        if not isinstance(now, (int, float)):
            now[element] = value
        elif attribute.endswith("]"):
            _set_custom(owner, path, value, whole=isinstance(now, int))
        else:
            setattr(holder, attribute, type(now)(round(value)) if isinstance(now, (bool, int)) else value)
        touched[kind, name] = owner
    for owner in touched.values():
        owner.update_tag()


def _set_custom(owner: Any, path: str, value: float, *, whole: bool) -> None:
    """A custom property, such as `pose.bones["jaw"]["open"]`."""
    holder_path, _, key = path.rpartition("[")
    holder = owner.path_resolve(holder_path) if holder_path else owner
    holder[key[:-1].strip("\"'")] = round(value) if whole else value
