# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done to a mapping, apart from its buttons."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...inference import arkit
from ...inference.errors import ParlanceError
from ...inference.rigging import Drive, RigMap, from_json, recognise_as
from ...inference.rigging.sliders import FURTHEST, Slider
from ...inference.rigging.visemes import SWITCHES
from ..character import characters, controls, hierarchy
from ..properties import override_rows
from . import mapping_rows

if TYPE_CHECKING:
    from ...inference.rigging.calibration import Calibration


def owner_here(context: Any) -> Any | None:
    """The object whose mapping the panel shows: the active mesh with shape keys, else the most telling one of its character.

    Where there are no shape keys at all, it is what carries bones or properties.
    """
    active = context.view_layer.objects.active
    if active is None or has_shapes(active):
        return active
    character = characters.of(active)
    if character is None:
        return None
    faces = sorted(character.faces, key=lambda face: -len(face.sources))
    return faces[0].meshes[0] if faces else character.root


def has_shapes(owner: Any) -> bool:
    """Whether the targets of an object's mapping are shape keys, rather than bones and properties."""
    return bool(owner.type == "MESH" and owner.data.shape_keys)


def map_of(owner: Any) -> RigMap:
    """The map in force on an object."""
    return characters.rig_map(owner) if has_shapes(owner) else controls.rig_map(owner, frozenset())


def needed_owner(context: Any) -> Any:
    """What `owner_here` finds. Raises ParlanceError where there is none."""
    owner = owner_here(context)
    if owner is None:
        raise ParlanceError("Select a mesh with shape keys first.")
    return owner


def driven_here(context: Any) -> bool:
    """Whether drivers move shapes of a character."""
    active = context.view_layer.objects.active
    character = characters.of(active) if active else None
    if character is None:
        return False
    return any(face.key.animation_data and len(face.key.animation_data.drivers) for face in character.faces)


def names(owner: Any) -> tuple[str, ...]:
    """The shapes that can be driven; of bones and properties, those that are."""
    if not has_shapes(owner):
        return controls.reachable(owner, map_of(owner)).targets
    return tuple(block.name for block in owner.data.shape_keys.key_blocks[1:])


def show(owner: Any) -> None:
    """Fill the rows from the map in force."""
    mapping_rows.fill(owner, map_of(owner))


def recognise_again(owner: Any) -> RigMap:
    """Forget the artist's map and recognise the shapes anew."""
    from ..character import recognition

    owner.parlance.rig_map = ""
    recognition.forget()
    rig_map = map_of(owner)
    mapping_rows.fill(owner, rig_map)
    return rig_map


def use(owner: Any, rig_map: RigMap) -> int:
    """Put on a map, of this character or another; drives of shapes that this one lacks are left out. Returns how many are.

    Raises ParlanceError where nothing of it fits.
    """
    present = set(names(owner)) if has_shapes(owner) else set(controls.reachable(owner, rig_map).targets)
    fitting = tuple(drive for drive in rig_map.drives if drive.target in present)
    if not fitting:
        raise ParlanceError(f"None of the shapes in this map exist on “{owner.name}”; it is for another kind of character.")
    mapping_rows.fill(owner, RigMap(rig_map.convention, fitting))
    mapping_rows.store(owner)
    return len(rig_map.drives) - len(fitting)


def use_text(owner: Any, text: str) -> int:
    """Put on a map from its JSON. Raises ParlanceError when it is none, or fits nothing."""
    return use(owner, from_json(text))


def use_convention(owner: Any, key: str) -> None:
    """Map by one convention alone. Raises ParlanceError where the character has none of its names."""
    use(owner, recognise_as(key, names(owner)))


def add_drive(owner: Any, index: int) -> int:
    """Another target for the source of a row; returns where it is."""
    mapping = owner.parlance_mapping
    source = mapping.rows[index].source
    with mapping_rows.filling():
        row = override_rows.add(mapping.rows)
        row.source = source
        mapping.rows.move(len(mapping.rows) - 1, index + 1)
    return index + 1


def use_shape(character: characters.Character, target: str, sources: tuple[str, ...] = ()) -> int:
    """Let a shape do what it was offered for, or what is chosen, on every mesh that has it; returns how many."""
    found = _meshes_with(character, target)
    for key, mesh in found:
        rig_map, block = map_of(mesh), key.key_blocks[target]
        others = tuple(drive for drive in rig_map.drives if drive.target != target)
        full = Slider(block.slider_min, block.slider_max).full
        chosen = tuple(
            Drive(source, target, gain=full / len(sources), low=min(full, 0.0), high=max(full, 0.0)) for source in sources
        )
        offered = tuple(replace(drive, muted=False, confidence=1.0) for drive in rig_map.drives if drive.target == target)
        mapping_rows.fill(mesh, RigMap(rig_map.convention, (*others, *(chosen or offered))))
        mapping_rows.store(mesh)
    return len(found)


def _meshes_with(character: characters.Character, target: str) -> list[tuple[Any, Any]]:
    """Shape key datablocks that have a shape, also those that nothing moves yet, and a mesh of each."""
    found = {mesh.data.shape_keys: mesh for mesh in hierarchy.members(character.body) if mesh.data.shape_keys}
    return [(key, mesh) for key, mesh in found.items() if target in key.key_blocks]


def remove_drive(owner: Any, index: int) -> None:
    """Take a row's target away, and the row itself where its source has another."""
    rows = owner.parlance_mapping.rows
    if sum(row.source == rows[index].source for row in rows) > 1:
        with suppress(ParlanceError):  # a row of another file stays, and is empty
            override_rows.take_out(rows, index)
            mapping_rows.store(owner)
            return
    rows[index].target = ""
    mapping_rows.store(owner)


def mirror(owner: Any) -> int:
    """Give every right-hand row the gain, offset, range and mute of its left-hand one; returns how many changed."""
    rows = owner.parlance_mapping.rows
    left = {arkit.mirrored(row.source): row for row in rows if row.source.endswith("Left") and row.target}
    changed = 0
    with mapping_rows.filling():
        for row in rows:
            model = left.get(row.source)
            if model is not None and row.target:
                for name in ("gain", "offset", "low", "high", "muted"):
                    setattr(row, name, getattr(model, name))
                changed += 1
    mapping_rows.store(owner)
    return changed


def use_switch(owner: Any, drawings: str, target: str) -> None:
    """Let a property choose among mouth drawings. Raises ParlanceError where it does not exist and cannot be made."""
    name = target[2:-2] if target.startswith('["') and target.endswith('"]') else ""
    if name and name not in owner:
        owner[name] = 0
    drive = Drive(drawings, target, high=float(len(SWITCHES[drawings])))
    others = tuple(each for each in map_of(owner).drives if each.target != target)
    if not controls.reachable(owner, RigMap("", (drive,))).drives:
        raise ParlanceError("There is no such property; right-click the one that shows the drawing and choose Copy Data Path.")
    mapping_rows.fill(owner, RigMap("Mouth drawings", (*others, drive)))
    mapping_rows.store(owner)


def rest(owner: Any) -> None:
    """All previewed shapes back to zero."""
    for row in owner.parlance_mapping.rows:
        if row.preview:
            row.preview = 0.0


def measure(owner: Any) -> str:
    """Measure the face and keep what was found for the panel. Raises ParlanceError where no mouth can be told."""
    found = _needed_measure(owner)
    owner.parlance_mapping.summary = found.summary
    return found.summary


def _needed_measure(owner: Any) -> Calibration:
    found = _measured(owner)
    if found is None:
        raise ParlanceError(f"The shapes of “{owner.name}” do not show where its mouth is; map the one that opens it first.")
    return found


def _measured(owner: Any) -> Calibration | None:
    from ..character import measuring, recognition

    if not has_shapes(owner):
        return None
    recognition.forget()
    character = characters.of(owner)
    return measuring.of_map(character, map_of(owner)) if character else None


def repair(owner: Any) -> int:
    """Turn reversed shapes round, swap those on the wrong side, mute the dead and the duplicate, and let those go further that go
    too short; returns how many. Raises ParlanceError where no mouth can be told."""
    rig_map, found = map_of(owner), _needed_measure(owner)
    faults = {fault.target: fault.kind for fault in found.faults}
    blocks = owner.data.shape_keys.key_blocks if faults else {}
    for target, fault in faults.items():
        if fault == "reversed":
            blocks[target].slider_min = -1.0
    repaired = tuple(_repaired(drive, faults.get(drive.target, "")) for drive in rig_map.drives)
    mapping_rows.fill(owner, RigMap(rig_map.convention, repaired))
    mapping_rows.store(owner)
    faint = set(found.faint) - faults.keys()
    short = {target for target, fault in faults.items() if fault == "short"} | faint
    if short:
        _lengthen(owner, short)
    return len(faults) + len(faint)


def _lengthen(owner: Any, targets: set[str]) -> None:
    """Let sliders go further on every mesh of a character, and the drives of the artist's maps with them."""
    character = characters.of(owner)
    meshes = {mesh for target in targets for _, mesh in _meshes_with(character, target)} if character else set()
    for mesh in meshes:
        for target in targets.intersection(mesh.data.shape_keys.key_blocks.keys()):
            mesh.data.shape_keys.key_blocks[target].slider_max = FURTHEST
    own = {mesh: map_of(mesh) for mesh in meshes if mesh.parlance.rig_map}
    for mesh in own:
        mesh.parlance.rig_map = ""
    for mesh, rig_map in own.items():
        found = {(drive.source, drive.target): drive for drive in map_of(mesh).active if drive.target in targets}
        mended = tuple(found.get((drive.source, drive.target), drive) for drive in rig_map.drives)
        mapping_rows.fill(mesh, RigMap(rig_map.convention, mended))
        mapping_rows.store(mesh)


def _repaired(drive: Drive, fault: str) -> Drive:
    if fault == "reversed":
        return replace(drive, gain=-drive.gain, low=min(-drive.high, drive.low), high=max(-drive.low, 0.0), muted=False)
    if fault == "swapped":
        return replace(drive, source=arkit.mirrored(drive.source))
    return replace(drive, muted=True) if fault in {"dead", "duplicate"} else drive
