# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the way on the character: linked data, missing shapes, drivers, muted curves, actions and the NLA."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from ..animation import curve_modifiers, slots
from ..character import characters, driven_controls, hierarchy
from ..lines import locked_curves
from ..plurals import counted
from . import character_box, shared_meshes
from .obstacles import Code, Obstacle

MOUTHS: Final = ("mouth", "lip", "viseme", "phoneme", "mund", "bouche", "boca", "bocca", "рот", "usta", "口", "嘴", "입")
"""What a property that chooses among mouth drawings is called."""


def face_obstacles(character: characters.Character | None, selected: Any) -> Iterator[Obstacle]:
    """All that keeps the selected character's face from moving; where it has none, only that."""
    if character is None:
        yield Obstacle(None, "Select a character: its face, or the armature that moves it.")
        return
    root = character.root
    meshes = list(hierarchy.members(root))
    if linked := _linked(root, meshes):
        yield Obstacle("linked", *linked)
        return
    if not character.every_control.active and not any(mesh.data.shape_keys for mesh in meshes):
        yield _without_shapes(selected)
        return
    shared = shared_meshes.told(character)
    if not character.speaks and meshes and not any(mesh.parlance.included for mesh in meshes if mesh.data.shape_keys):
        yield Obstacle("left_out", f"Every mesh of “{root.name}” is left out; let them be animated.", "Animate All")
        yield from _shared(shared)
        return
    if not character.speaks:
        text = f"No shape key of “{root.name}” looks like one of a face; map them by hand, or have face shapes made."
        yield Obstacle("no_shapes", text, "Make Face Shapes")
        return
    yield from _without_opener(character)
    yield from _shared(shared)
    if left := locked_curves.unlocked(root):
        were = "that was" if len(left) == 1 else "that were"
        text = f"“{root.name}” still has keys of lines that are gone on {counted(len(left), 'curve')} {were} locked then."
        yield Obstacle("left_keys", text, "Clear Them", stops=False)
    yield from _together(obstacle for face in character.faces for obstacle in _key_obstacles(face))


def _shared(told: str) -> Iterator[Obstacle]:
    """A copy with the meshes of its original shows what that speaks, also where all of its own are left out."""
    if told:
        yield Obstacle("shared", told, "Make Its Own", stops=False)


def _without_opener(character: characters.Character) -> Iterator[Obstacle]:
    """Where nothing opens the mouth: because a shape that should closes it, or because none is known."""
    found, name = character_box.of(character), character.root.name
    opening = found.of("Opens")
    if opening.targets:
        return
    turned = {fault.target for fault in found.faults if fault.kind == "reversed"}
    drives = (drive for face in character.faces for drive in face.rig_map.drives)
    closing = next((drive.target for drive in drives if drive.source == "jawOpen" and drive.target in turned), None)
    if closing is not None:
        text = f"“{closing}” closes the mouth of “{name}”; turn it round."
        if len(turned) > 1:
            text = f"{len(turned)} shapes of “{name}” do the opposite of their names, “{closing}” among them; turn them round."
        yield Obstacle("reversed", text, "Turn Round")
        return
    if not character.faces and opening.offered is None:
        what = "no bone whose key would open the mouth, as where drivers or constraints move the jaw"
        yield Obstacle(None, f"“{name}” has {what}; add the control that does under Mapping.")
        return
    hint = f"“{opening.offered.target}” looks as if it would." if opening.offered else "choose the shape that does."
    fix = f"Use “{opening.offered.target}”" if opening.offered else "Choose Shape"
    yield Obstacle("no_opener", f"Nothing opens the mouth of “{name}”; {hint}", fix)


def _linked(root: Any, meshes: Sequence[Any]) -> tuple[str, str] | None:
    """What another file keeps from being changed here, in a sentence, and the words on the button; None where nothing is."""
    override = "Make Library Override"
    if linked := next((thing for thing in (root, *meshes) if not thing.is_editable), None):
        return f"“{linked.name}” is linked from another file.", override
    if root.override_library is not None and root.override_library.is_system_override:  # its fields are grey
        return f"“{root.name}” is an override that Blender keeps from being edited.", "Make Editable"
    if linked := next((mesh for mesh in meshes if mesh.data.shape_keys and not mesh.data.is_editable), None):
        return f"The shape keys of “{linked.name}” are linked from another file.", override
    return None


def _together(obstacles: Iterable[Obstacle]) -> Iterator[Obstacle]:
    """What several meshes of a character have is told once, of the first: one click mends it on all of them."""
    alike: dict[Code | None, list[Obstacle]] = {}
    for obstacle in obstacles:
        alike.setdefault(obstacle.code, []).append(obstacle)
    for first, *others in alike.values():
        more = f" The same goes for {len(others)} other mesh{'es' * (len(others) > 1)}." if others else ""
        yield replace(first, text=first.text + more)


def _without_shapes(selected: Any) -> Obstacle:
    if selected.type == "EMPTY" and selected.instance_type == "COLLECTION" and selected.instance_collection:
        return Obstacle("instance", f"“{selected.name}” only shows a collection; make it real to animate it.", "Make It Real")
    found = drawings_of(selected)
    if found:
        return Obstacle("drawings", f"“{selected.name}” has no shape keys; {found} may choose its mouth.", "Use Mouth Drawings")
    drawn = drawn_mouths(selected)
    if drawn:
        return Obstacle("layers", f"“{selected.name}” has {drawn} mouth drawings; let them speak in turn.", "Set Up Drawings")
    if hierarchy.members(hierarchy.body_of(selected)):
        text = f"“{selected.name}” has no shape keys; a face needs some to speak with, which can be made."
        return Obstacle("no_shapes", text, "Make Face Shapes")
    return Obstacle(None, _faceless(selected))


def _faceless(selected: Any) -> str:
    """Why something without any mesh does not speak, and what to do."""
    if getattr(selected.data, "shape_keys", None) is not None:
        return f"“{selected.name}” is no mesh, and only shape keys of meshes are animated; make its shapes on one."
    if selected.type == "ARMATURE":
        return f"“{selected.name}” moves no mesh and has no bone that is known as a jaw; select the face, or parent it to it."
    return f"“{selected.name}” has no face; select a character's face, or the armature that moves it."


def drawings_of(selected: Any) -> str:
    """The data path of a whole number on an object that is called after a mouth: it chooses among drawings."""
    names = (name for name in list(selected.keys()) if isinstance(selected[name], int))
    mouth = next((name for name in names if any(word in name.lower() for word in MOUTHS)), "")
    return f'["{mouth}"]' if mouth else ""


def drawn_mouths(selected: Any) -> int:
    """How many drawings of a mouth an object shows, as layers or as the images of a sequence; 0 for none."""
    if selected.type == "GREASEPENCIL":
        from ...inference.rigging.drawing_names import set_of

        return len(set_of([layer.name for layer in selected.data.layers])[1])
    if selected.type == "EMPTY" and selected.data is not None and selected.data.source == "SEQUENCE":
        return int(selected.image_user.frame_duration)
    return 0


def _key_obstacles(face: characters.Face) -> Iterator[Obstacle]:
    key, name = face.key, face.meshes[0].name
    targets = [key.key_blocks[target] for target in face.targets]
    paths = {block.path_from_id("value") for block in targets}
    if not key.use_relative:
        yield Obstacle("absolute_keys", f"The shape keys of “{name}” are absolute, not relative.", "Make Relative")
    if driven := [curve for curve in _drivers(key) if curve.data_path in paths and not curve.mute]:
        yield _driven(name, driven, len(driven_controls.keyable(face)))
    if muted := [block for block in targets if block.mute]:
        yield Obstacle("muted_shape", f"{counted(len(muted), 'shape')} of “{name}” {_are(muted)} muted.", "Unmute")
    if pinned := [mesh for mesh in face.meshes if mesh.show_only_shape_key]:
        yield Obstacle("pinned_shape", f"“{pinned[0].name}” shows only its active shape key.", "Show All")
    yield from _action_obstacles(key, name, paths)


def _driven(name: str, driven: list[Any], keyable: int) -> Obstacle:
    """Shapes that follow controls which can be keyed are best left to them: the artist goes on with the rig as it was made."""
    mute: Final = ("driven", "Mute Drivers")
    if not keyable:
        overruled = f"{counted(len(driven), 'shape')} of “{name}” {_are(driven)} driven; drivers overrule keys."
        return Obstacle(mute[0], overruled, mute[1])
    follow = f"{counted(keyable, 'shape')} of “{name}” follow{'s' * (keyable == 1)} controls of the rig; key those instead."
    return Obstacle("controls", follow, "Key Rig Controls", others=(mute,))


def _action_obstacles(key: Any, name: str, paths: set[str]) -> Iterator[Obstacle]:
    data = key.animation_data
    if data is None:
        return
    if data.use_tweak_mode or any(track.is_solo for track in data.nla_tracks) or (len(data.nla_tracks) and _held_back(data)):
        yield Obstacle("nla", f"NLA settings of “{name}” keep its action from showing.", "Use the Action")
    if data.action is None:
        return
    if not slots.editable(data.action):
        if slots.written_by_us(data.action):
            return  # what it spoke there goes on in a copy of it, with the next click or slider
        yield Obstacle("linked_action", f"The action of “{name}” is linked from another file.", "Use a New Action")
        return
    if data.action_slot is None:
        yield Obstacle("no_slot", f"The action “{data.action.name}” has no slot for “{name}”.", "Assign Slot")
        return
    sheet = slots.existing(key)
    curves = [curve for curve in sheet.bag.fcurves if curve.data_path in paths] if sheet and sheet.bag else []
    if curves and not slots.written_by_us(data.action):
        text = f"“{data.action.name}” already animates {counted(len(curves), 'shape')} of “{name}”; those keys are kept."
        yield Obstacle("other_action", text, "Use a New Action", stops=False)
    if muted := [curve for curve in curves if curve.mute or (curve.group and curve.group.mute)]:
        yield Obstacle("muted_curve", f"{counted(len(muted), 'curve')} of “{name}” {_are(muted)} muted.", "Unmute")
    yield from _modified(curves, name)


def _modified(curves: list[Any], name: str) -> Iterator[Obstacle]:
    """Modifiers of f-curves, which play over what is keyed; where they play instead of it nothing that is keyed shows."""
    acting = {curve.data_path: found for curve in curves if (found := curve_modifiers.acting(curve))}
    if not acting:
        return
    instead = any(curve_modifiers.plays_instead(each) for found in acting.values() for each in found)
    many, what = len(acting) > 1, "instead of the keys" if instead else "over the keys"
    text = f"Modifiers on {counted(len(acting), 'curve')} of “{name}” play {what}, also where lips are to close."
    if not many and len(next(iter(acting.values()))) == 1:
        text = f"A modifier on a curve of “{name}” plays {what}, also where lips are to close."
    yield Obstacle("modified_curve", text, "Mute Modifiers", stops=instead)


def _held_back(data: Any) -> bool:
    """Whether an action over NLA tracks shows less than it says; an artist may add speech to what the tracks play."""
    return data.action_influence < 1.0 or data.action_blend_type in {"SUBTRACT", "MULTIPLY"}


def _drivers(key: Any) -> list[Any]:
    return list(key.animation_data.drivers) if key.animation_data else []


def _are(several: list[Any]) -> str:
    return "is" if len(several) == 1 else "are"
