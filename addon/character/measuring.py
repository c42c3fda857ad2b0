# SPDX-License-Identifier: GPL-3.0-or-later
"""A character's face as its Rig maps use it, in millimetres: shapes by themselves, controls by what they are seen to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from ...inference.rigging.calibration import Calibration, calibrated
from ...inference.rigging.rig_map import RigMap
from . import characters, controls, hierarchy, named_bones

if TYPE_CHECKING:
    from ...inference.rigging.control_fit import Fitted
    from ...inference.rigging.face_frame import Known
    from ...inference.rigging.parts import Part
    from ...inference.rigging.survey import Survey

_remembered: dict[int, tuple[object, Fitted]] = {}
"""By body: every slider looks at the character again."""
_calibrated: dict[int, tuple[Survey, RigMap, Calibration]] = {}


def best(character: characters.Character) -> Calibration | None:
    """The face of all meshes of a character together; None where its shapes do not show a mouth.

    The very same as long as nothing has changed: what was heard meanwhile is then not acted twice.
    """
    found = character.recognition.survey if character.recognition else None
    if found is None:
        return None
    wanted, body = _of_shapes(character), character.body.session_uid
    known = _calibrated.get(body)
    if known is None or known[0] is not found or known[1] != wanted:
        now = calibrated(found, wanted)
        if known is not None and known[1] == wanted and _same(known[2], now):
            now = known[2]  # once its first line is keyed the survey is made again, and shows what it did
        known = _calibrated[body] = (found, wanted, now)
    return known[2]


def _same(one: Any, other: Any) -> bool:
    """Whether two measurements hold the same, to the bit."""
    import numpy as np

    if type(one) is not type(other):
        return False
    if is_dataclass(one):
        return all(_same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(each, other[key]) for key, each in one.items())
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(np.array_equal(one, other)) if isinstance(one, np.ndarray) else bool(one == other)


def of_map(character: characters.Character, rig_map: RigMap) -> Calibration | None:
    """The face as one mesh's map uses it."""
    found = character.recognition.survey if character.recognition else None
    return None if found is None else calibrated(found, rig_map)


def controlled(character: characters.Character) -> Fitted | None:
    """The controls of a character's body as far as its face needs them; None where it has none that can be looked at.

    Main thread, and not while drawing: controls are set and put back.
    """
    from ...inference.rigging.control_fit import fitted, probes
    from . import probing

    body = character.body
    reachable = controls.reachable(body, character.controls)
    wanted = RigMap(reachable.convention, tuple(drive for drive in reachable.active if not reachable.steps(drive.target)))
    meshes = [mesh for mesh in hierarchy.members(body) if len(mesh.data.vertices) and mesh.visible_get()]
    if character.carried:  # what shapes move is another head
        meshes = [mesh for mesh in meshes if mesh not in character.meshes]
    if not wanted.drives or not meshes:
        return None
    signature = _signature(character, wanted, meshes)
    known = _remembered.get(body.session_uid)
    if known is not None and known[0] == signature:
        return known[1]
    settings = probing.settings_of(body, wanted, probes(wanted))
    rest = probing.resting(body, wanted) | _resting_shapes(meshes)
    parts = [_with_shapes(body, *each) for each in probing.parts(body, meshes, settings, rest)]
    shapes = RigMap("", ()) if character.carried else _of_shapes(character)
    found = fitted(wanted, parts, shapes, _known(body), adjust=not body.parlance.rig_map)
    if not found.rig_map.drives:
        return None
    _remembered[body.session_uid] = (signature, found)
    if not body.parlance.rig_map:
        controls.remember(body, found.rig_map)
        _remembered[body.session_uid] = (_signature(character, found.rig_map, meshes), found)
    return found


def forget() -> None:
    """Look at every control anew when it is next needed."""
    _remembered.clear()
    _calibrated.clear()


def _of_shapes(character: characters.Character) -> RigMap:
    faces = (face for face in character.faces if face.head == 0)
    drives = {(drive.source, drive.target): drive for face in faces for drive in face.rig_map.drives}
    return RigMap("", tuple(drives.values()))


def _signature(character: characters.Character, wanted: RigMap, meshes: Sequence[Any]) -> object:
    sizes = tuple((mesh.session_uid, len(mesh.data.vertices)) for mesh in meshes)
    scale = tuple(round(part, 6) for part in character.body.matrix_world.to_scale())
    return wanted.drives, sizes, scale, tuple(face.rig_map for face in character.faces)


def _known(body: Any) -> Known:
    """Where an armature has its eyes, in its own space, and its scale."""
    import numpy as np

    from ...inference.rigging.face_frame import Known

    if body.type != "ARMATURE":
        return Known()
    pair = named_bones.eye_bones(body)
    eyes = np.array([body.pose.bones[name].matrix.translation for name in pair]) if pair else None
    return Known(eyes, 1.0 / controls.millimetre(body))


def _resting_shapes(meshes: Sequence[Any]) -> dict[tuple[Any, str], float]:
    """Every shape key that no driver moves, at rest."""
    resting: dict[tuple[Any, str], float] = {}
    for key in {mesh.data.shape_keys for mesh in meshes if mesh.data.shape_keys}:
        driven = {curve.data_path for curve in key.animation_data.drivers} if key.animation_data else set()
        paths = (block.path_from_id("value") for block in key.key_blocks if block != key.reference_key)
        resting |= {(key, path): 0.0 for path in paths if path not in driven}
    return resting


def _with_shapes(body: Any, mesh: Any, part: Part) -> Part:
    """A mesh as it was seen, with its shape keys beside what controls do, where they have the same vertices."""
    from . import recognition

    if not mesh.data.shape_keys or not mesh.parlance.included:
        return part
    own = recognition.part(body, mesh)
    if len(own.points) != len(part.points):
        return part
    import numpy as np

    return replace(part, names=(*part.names, *own.names), moves=np.concatenate([part.moves, own.moves]))
