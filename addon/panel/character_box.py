# SPDX-License-Identifier: GPL-3.0-or-later
"""The box above the button: what will move on this character, before the click, and what a click can mend."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from ...inference import arkit
from ..character import characters
from ..plurals import counted
from . import drawing

if TYPE_CHECKING:
    from ...inference.rigging.abilities import Abilities

NAMED: Final = 2
"""Shapes that are named in a sentence where several do the same; of more, their number is said."""
LONGEST: Final = 20
"""Letters of a shape's name that a row of the narrowest sidebar has room for."""
MISSING: Final = {
    "Opens": "nothing",
    "Closes": "jaw alone",
    "Rounds": "nothing",
    "Blinks": "nothing",
}
"""Short, as a button stands beside it."""

FAULTS: Final = {
    "reversed": "the wrong way round",
    "swapped": "on the other side",
    "duplicate": "the same as another",
    "short": "too short to close the eye",
}
"""What a repair mends, and what is told of it."""


def of(character: characters.Character) -> Abilities:
    """What a character will do; looked at once for each state of its shapes and maps."""
    from ...inference.rigging.abilities import abilities

    return abilities(tuple(face.rig_map for face in character.faces), character.every_control, character.recognition)


def draw(layout: Any, context: Any, character: characters.Character, *, brief: bool) -> None:
    """A row for each ability, and what is wrong. brief: only what is missing or wrong, where the face has spoken already."""
    box = layout.box().column(align=True)
    drawn = drawings(character)
    if drawn:
        box.label(text=drawn, icon="RENDERLAYERS")
        return
    found = of(character)
    box.label(text=counts(character, found), icon="SHAPEKEY_DATA" if character.faces else "BONE_DATA")
    taken = driven(character)
    for ability in found.each:
        overruled = bool(ability.targets) and taken.issuperset(ability.targets)
        if brief and ability.targets and not overruled:
            continue
        row = box.row(align=True)
        if overruled:
            row.label(text=f"{ability.role}: {at_a_glance(ability.targets)}, driven", icon="DRIVER")
        elif ability.targets:
            row.label(text=f"{ability.role}: {at_a_glance(ability.targets)}", icon="CHECKMARK")
        else:
            row.label(text=f"{ability.role}: {MISSING[ability.role]}", icon="ERROR" if ability.role == "Opens" else "INFO")
        if ability.offered is not None:
            row.operator("parlance.map_use", text=f"Use {_short(ability.offered.target)}").target = ability.offered.target
        elif not ability.targets and character.faces:
            row.operator("parlance.map_choose", text="Choose").role = ability.role
    told = flaws(found)
    for sentence, operator in told:
        if not (brief and operator):
            drawing.sentence(box, context, sentence, "INFO")
    operator, mended = next((operator for _, operator in told if operator), ""), to_repair(found)
    if operator:  # one click mends them all; a face that has spoken has them in the button's tooltip
        box.operator(operator, text=f"Repair {counted(len(mended), 'Shape')}")


def driven(character: characters.Character) -> frozenset[str]:
    """Shapes to be keyed that move as a driver says and not as keys do."""
    found: set[str] = set()
    for face in character.faces:
        data = face.key.animation_data
        if paths := {curve.data_path for curve in data.drivers if not curve.mute} if data else set():
            found.update(name for name in face.targets if face.key.key_blocks[name].path_from_id("value") in paths)
    return frozenset(found)


def drawings(character: characters.Character) -> str:
    """Like “9 mouth drawings by “mouth””, where a character is drawn and has no face of shapes; else empty."""
    from ...inference.rigging.visemes import SWITCHES

    chosen = [drive for drive in character.every_control.active if drive.source in SWITCHES]
    if not chosen or any(face.rig_map.active for face in character.faces):
        return ""
    return f"{len(SWITCHES[chosen[0].source])} mouth drawings by “{_short(chosen[0].target)}”"


def counts(character: characters.Character, found: Abilities) -> str:
    """Like “50 of 52 shapes alive on 3 meshes”, “15 visemes and 4 shapes on 1 mesh” or “4 movements by 3 bone channels”."""
    if not character.faces:
        channels = len(character.every_control.targets)
        return f"{counted(found.alive + found.visemes, 'movement')} by {counted(channels, 'bone channel')}"
    meshes = counted(len(character.meshes), "mesh")
    if found.visemes:
        return f"{counted(found.visemes, 'viseme')} and {counted(found.alive, 'shape')} on {meshes}"
    return f"{found.alive} of {arkit.COUNT} shapes alive on {meshes}"


def flaws(found: Abilities) -> list[tuple[str, str]]:
    """What is wrong with shapes that would be used, each with the operator that mends it, empty where only sculpting does."""
    told = []
    if found.dead:
        told.append((f"{counted(len(found.dead), 'shape')} move{'s' * (len(found.dead) == 1)} nothing: {named(found.dead)}", ""))
    for kind, words in FAULTS.items():
        targets = [fault.target for fault in found.faults if fault.kind == kind]
        if targets:
            told.append((f"{counted(len(targets), 'shape')} {words}: {named(targets)}", "parlance.map_repair"))
    if found.faint:
        words = f"{counted(len(found.faint), 'shape')} less far than on other faces: {named(found.faint)}"
        told.append((words, "parlance.map_repair"))
    if found.doubtful:
        told.append((f"{counted(len(found.doubtful), 'shape')} doubtful, not used: see Mapping", ""))
    if found.beside:
        told.append((f"{counted(len(found.beside), 'viseme')} not used, as the shapes speak: {named(found.beside)}", ""))
    return told


def to_repair(found: Abilities) -> tuple[str, ...]:
    """The shapes that a repair would mend."""
    return tuple(dict.fromkeys((*(fault.target for fault in found.faults if fault.kind in FAULTS), *found.faint)))


def at_a_glance(targets: Sequence[str]) -> str:
    """Like “jawOpen”, “eyeBlinkLeft/Right” or “mouthPucker + 1”: short enough for one row."""
    names = [_short(target) for target in targets]
    if len(names) == 2:
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*names, strict=False)))
        if shared >= len(names[0]) / 2 and (shared > 2 or len(names[1]) > shared + 1):  # “ou” and “oh” share no word
            return f"{_cut(names[0])}/{names[1][shared:]}"
    return _cut(names[0]) + (f" + {len(names) - 1}" if len(names) > 1 else "")


def _cut(name: str) -> str:
    """The end of a long name: what tells it from others stands there."""
    return name if len(name) <= LONGEST else f"…{name[-LONGEST:]}"


def named(targets: Sequence[str]) -> str:
    """“jawOpen”, “A”, “O” and 3 more."""
    shown = ", ".join(f"“{_short(target)}”" for target in targets[:NAMED])
    return shown + (f" and {len(targets) - NAMED} more" if len(targets) > NAMED else "")


def _short(target: str) -> str:
    """A shape's name, or the property or bone of a data path."""
    if target.startswith(("pose.bones[", '["')) and '"' in target:
        return target.split('"')[-2] if target.endswith('"]') else target.split('"')[1]
    return target
