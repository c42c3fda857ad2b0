# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawn mouths set up: Grease Pencil layers, objects, shape keys or the images of a sequence follow one numbered property.

The property is keyed in steps; plain drivers show one drawing for each of its numbers, so that there is never an in-between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import bpy

from ...inference import geometry
from ...inference.errors import ParlanceError
from ...inference.rigging import Drive, RigMap, to_json
from ...inference.rigging.drawing_names import set_of
from ...inference.rigging.poses import effects
from ...inference.rigging.visemes import SWITCHES
from ..character import characters, controls, hierarchy

PROPERTY: Final = "mouth"


@dataclass(frozen=True)
class Drawing:
    """One drawing. holder: what its property is on, below a datablock.   shown: the value that shows it, 1 or 0."""

    name: str
    holder: Any
    properties: tuple[str, ...]
    shown: int


def set_up(active: Any, selected: Sequence[Any]) -> tuple[str, int]:
    """Let drawings follow a property that will be keyed; returns which set they are, and how many.

    Raises ParlanceError where there are none, or their names do not say what they show.
    """
    owner, sequences = active, [*_sequences(active)]
    if sequences:
        drawings = _set_of(sequences[0])
        _property(owner, len(SWITCHES[drawings]))
        for user in sequences:
            user.use_auto_refresh, user.use_cyclic, user.frame_duration, user.frame_start = True, False, 1, 1
            _drive(user, "frame_offset", owner, PROPERTY)
        count = len(SWITCHES[drawings])
    else:
        found = [*_layers(active)] or [*_shapes(active)] or [*_objects(selected)]
        drawings, numbers = _recognised(found)
        owner = _owner(active, found)
        _property(owner, len(SWITCHES[drawings]))
        for drawing, chosen in numbers:
            test = " or ".join(f"{PROPERTY} == {number}" for number in chosen)
            for name in drawing.properties:
                _drive(drawing.holder, name, owner, test if drawing.shown else f"not ({test})")
        count = len(numbers)
    _speak(active, owner, drawings)
    return drawings, count


def _layers(active: Any) -> Iterator[Drawing]:
    for layer in active.data.layers if active.type == "GREASEPENCIL" else ():
        yield Drawing(layer.name, layer, ("hide",), 0)


def _shapes(active: Any) -> Iterator[Drawing]:
    key = active.data.shape_keys if active.type == "MESH" else None
    if key is None:
        return
    for block in key.key_blocks:
        if block != key.reference_key:
            yield Drawing(block.name, block, ("value",), 1)


def _objects(selected: Sequence[Any]) -> Iterator[Drawing]:
    for each in selected:
        yield Drawing(each.name, each, ("hide_viewport", "hide_render"), 0)


def _sequences(active: Any) -> Iterator[Any]:
    """The image users of image sequences that an object shows: an image empty, or textures of its materials."""
    if active.type == "EMPTY" and active.data is not None and active.data.source == "SEQUENCE":
        yield active.image_user
    for slot in getattr(active, "material_slots", ()):
        tree = slot.material.node_tree if slot.material else None
        for node in tree.nodes if tree else ():
            if node.type == "TEX_IMAGE" and node.image is not None and node.image.source == "SEQUENCE":
                yield node.image_user


def _set_of(user: Any) -> str:
    """The set that has as many drawings as a sequence has images; Preston Blair's where none has."""
    counts = {len(numbers): drawings for drawings, numbers in SWITCHES.items()}
    return counts.get(user.frame_duration, "switch_blair")


def _recognised(found: Sequence[Drawing]) -> tuple[str, list[tuple[Drawing, list[int]]]]:
    """The set that most drawings are of, and the numbers that each shows: its own, and those of drawings that are missing."""
    chosen, places = set_of([each.name for each in found])
    if not chosen:
        raise ParlanceError("No set of mouth drawings is here; call the layers, shape keys or selected objects A to H and X.")
    best = {number: found[place] for number, place in places.items()}
    shown: dict[int, list[int]] = {number: [] for number in best}
    for number, viseme in enumerate(SWITCHES[chosen]):
        shown[number if number in best else _nearest(viseme, chosen, best)].append(number)
    return chosen, [(best[number], numbers) for number, numbers in shown.items()]


def _nearest(viseme: str, drawings: str, present: dict[int, Drawing]) -> int:
    def apart(number: int) -> float:
        return float(abs(effects()[SWITCHES[drawings][number]] - effects()[viseme])[: geometry.INDEX["chin"]].sum())

    return min(present, key=apart)


def _owner(active: Any, found: Sequence[Drawing]) -> Any:
    """What the property is on: the object of the drawings, the parent of objects that are drawings, else a handle beside them."""
    objects = found[0].holder in set(bpy.data.objects)
    if not objects and active.type != "MESH":
        return active
    if objects and active.parent is not None:
        return active.parent
    handle = bpy.data.objects.new(f"{active.name} Mouth", None)
    handle.empty_display_size = 0.1 * max(active.dimensions) or 0.1
    active.users_collection[0].objects.link(handle)
    handle.matrix_world = active.matrix_world
    return handle


def _property(owner: Any, count: int) -> None:
    owner[PROPERTY] = int(owner.get(PROPERTY, 0))
    owner.id_properties_ui(PROPERTY).update(min=0, max=count - 1, description="The mouth drawing that shows")
    owner.update_tag()


def _drive(holder: Any, name: str, owner: Any, expression: str) -> None:
    """Let a property follow the number of the drawing, in arithmetic that Blender runs without leave to run scripts."""
    holder.driver_remove(name)
    driver = holder.driver_add(name).driver
    driver.type, driver.expression = "SCRIPTED", expression
    variable = driver.variables.new()
    variable.name = PROPERTY
    variable.targets[0].id, variable.targets[0].data_path = owner, f'["{PROPERTY}"]'


def _speak(active: Any, owner: Any, drawings: str) -> None:
    """Let the property speak for the character, and the shapes that are drawings no longer by themselves."""
    drive = Drive(drawings, f'["{PROPERTY}"]', high=float(len(SWITCHES[drawings])))
    owner.parlance.rig_map = to_json(RigMap("Mouth drawings", (drive,)))
    if active.type == "MESH" and active.data.shape_keys:
        drives = (replace(each, muted=True) for each in characters.rig_map(active).drives)
        active.parlance.rig_map = to_json(RigMap("Mouth drawings", tuple(drives)))
        controls.attach(hierarchy.body_of(active), owner)
