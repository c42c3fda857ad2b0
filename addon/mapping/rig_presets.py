# SPDX-License-Identifier: GPL-3.0-or-later
"""Rig presets in Blender: which fit the selected character, what they would change, and those that the artist keeps."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import bpy

from ...inference import outputs
from ...inference.errors import ParlanceError
from ...inference.rigging import Drive, RigMap, to_json
from ...inference.rigging.visemes import OWN
from .. import preferences
from ..character import characters, hierarchy, recognition, viseme_poses
from . import mapping_rows

if TYPE_CHECKING:
    from ...inference.rigging.rig_presets import Offer, RigPreset

SHOWN: Final = 3
FILES: Final = "*.json"


def folder() -> Path:
    """Where the artist's own are kept, for all files and versions of the extension."""
    return Path(bpy.utils.extension_path_user(preferences.PACKAGE, path="rig_presets", create=True))


def offers_for(character: characters.Character) -> tuple[Offer, ...]:
    """Presets that fit a character and would change something, the best first."""
    shapes, controls = names_of(character)
    current, current_controls = maps_of(character)
    kept = tuple(sorted((str(path), path.stat().st_mtime) for path in folder().glob(FILES)))
    return _offers(shapes, controls, current, current_controls, kept)


@lru_cache(maxsize=32)
def _offers(
    shapes: tuple[str, ...],
    controls: tuple[str, ...],
    current: RigMap,
    current_controls: RigMap,
    kept: tuple[tuple[str, float], ...],
) -> tuple[Offer, ...]:
    from ...inference.rigging.rig_presets import offers

    own = [preset for path, _ in kept if (preset := _read(Path(path))) is not None]
    return offers(shapes, controls, current, current_controls, own)


def _read(path: Path) -> RigPreset | None:
    """One of the artist's own; None where the file was damaged."""
    try:
        return read(path)
    except ParlanceError:
        return None


def read(path: Path) -> RigPreset:
    """A preset file. Raises ParlanceError for anything else."""
    from ...inference.formats.untrusted import read_text
    from ...inference.rigging.rig_presets import from_json

    return from_json(read_text(path))


def names_of(character: characters.Character) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of a character's shape keys, and of its body's bones and custom properties."""
    keys = dict.fromkeys(mesh.data.shape_keys for mesh in hierarchy.members(character.body) if mesh.data.shape_keys)
    shapes = dict.fromkeys(block.name for key in keys for block in key.key_blocks if block != key.reference_key)
    bones = [bone.name for bone in character.body.data.bones] if character.body.type == "ARMATURE" else []
    return tuple(shapes), (*bones, *character.body.keys())


def maps_of(character: characters.Character) -> tuple[RigMap, RigMap]:
    """What is in force on a character: of all its meshes together, and of its body; posed visemes apart."""
    drives: dict[Drive, None] = {}
    for face in character.faces:
        drives |= dict.fromkeys(drive for drive in face.rig_map.drives if drive.source not in OWN)
    label = character.faces[0].rig_map.convention if character.faces else ""
    return RigMap(label, tuple(drives)), character.controls


def preset_of(character: characters.Character, name: str) -> RigPreset:
    """A character's mapping as a preset. Raises ParlanceError where it has none."""
    from ...inference.rigging.rig_presets import RigPreset

    current, controls = maps_of(character)
    own = viseme_poses.of(character.root)
    if not current.drives and not controls.drives and not own.poses:
        raise ParlanceError("This character is not mapped yet; map its shapes or bones first.")
    return RigPreset(name, current, controls, own)


def keep(preset: RigPreset) -> Path:
    """Among the artist's own, in the place of one of the same name."""
    from ...inference.rigging.rig_presets import to_json as preset_to_json
    from ..panel.own_files import file_name

    path = folder() / f"{file_name(preset.name, 'rig preset')}.json"
    outputs.write(path, (preset_to_json(preset) + "\n").encode())
    return path


def use(character: characters.Character, preset: RigPreset) -> None:
    """Put a preset, named as this rig is, on every mesh and on the body."""
    meshes = dict.fromkeys(mesh for mesh in hierarchy.members(character.body) if mesh.data.shape_keys)
    for mesh in meshes if preset.shapes.drives else ():
        there = {block.name for block in mesh.data.shape_keys.key_blocks}
        own = RigMap(preset.shapes.convention, tuple(drive for drive in preset.shapes.drives if drive.target in there))
        if own.drives:
            mesh.parlance.rig_map = to_json(own)
            mapping_rows.fill(mesh, own)
    if preset.controls.drives:
        character.body.parlance.rig_map = to_json(preset.controls)
        mapping_rows.fill(character.body, preset.controls)
    if preset.visemes.poses:
        viseme_poses.store(character.root, preset.visemes)
    recognition.forget()


def draw(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The presets that fit, each with what it would change."""
    character = characters.of(context.view_layer.objects.active)
    found = offers_for(character)[:SHOWN] if character is not None else ()
    if not found:
        return
    box = layout.box().column(align=True)
    box.label(text="Presets that fit", icon="PRESET")
    for number, offer in enumerate(found):
        row = box.row(align=True)
        row.label(text=f"{offer.preset.name}: {offer.sentence}")
        row.operator("parlance.rig_preset_use", text="Use").number = number
