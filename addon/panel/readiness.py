# SPDX-License-Identifier: GPL-3.0-or-later
"""What would be animated, and what stands in the way, each obstacle with the operator that removes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from ...inference.errors import ParlanceError
from .. import model_choice
from ..scene import characters, driven_controls, hierarchy, slots, sound, strips
from . import character_box, selection

Code = Literal[
    "linked",
    "no_opener",
    "reversed",
    "instance",
    "drawings",
    "layers",
    "no_shapes",
    "left_out",
    "driven",
    "controls",
    "muted_shape",
    "muted_curve",
    "absolute_keys",
    "pinned_shape",
    "other_action",
    "linked_action",
    "no_slot",
    "nla",
    "sound",
    "end",
    "model",
]

MOUTHS: Final = ("mouth", "lip", "viseme", "phoneme", "mund", "bouche", "boca", "bocca", "рот", "usta", "口", "嘴", "입")
"""What a property that chooses among mouth drawings is called."""


@dataclass(frozen=True)
class Obstacle:
    """Something in the way.

    code: what `parlance.fix` removes, None where only the artist can. stops: whether nothing would move.
    others: what else could be done about it, the code and the words on the button.
    """

    code: Code | None
    text: str
    fix: str = ""
    stops: bool = True
    others: tuple[tuple[Code, str], ...] = ()


@dataclass(frozen=True)
class Readiness:
    """What the panel shows above the button."""

    character: characters.Character | None
    strip: Any | None
    obstacles: tuple[Obstacle, ...]

    @property
    def ready(self) -> bool:
        """Whether a click would move the face."""
        return not any(obstacle.stops for obstacle in self.obstacles)


def look(context: Any) -> Readiness:
    """What a click would do here and now."""
    return check(context.scene, strips.sequencer(context), context.view_layer.objects.active)


def check(scene: Any, sequencer: Any, selected: Any) -> Readiness:
    """Look at everything a click would use."""
    character = characters.of(selected)
    strip = selection.strip_of(character, sequencer)
    found = [*_face_obstacles(character, selected), *_sound_obstacles(sequencer, strip)]
    if wrong := model_choice.trouble():
        found.append(Obstacle("model", f"{wrong} Until then {model_choice.INSTEAD}.", "Open Preferences", stops=False))
    if strip is not None and character is not None:
        found += _scene_obstacles(scene, sequencer, strip)
    return Readiness(character, strip, tuple(found))


def summary(character: characters.Character) -> str:
    """Like “48 of 52 shapes alive on 3 meshes”, or “15 visemes and 4 shapes on 1 mesh”."""
    return character_box.counts(character, character_box.of(character))


def describe(strip: Any, sequencer: Any) -> str:
    """Like “12.4 s, 48 kHz, stereo”."""
    seconds = f"{strips.placement(strip, sequencer).duration:.1f} s"
    if strip.sound is None or strip.sound.samplerate == 0:
        return seconds
    names = {"MONO": "mono", "STEREO": "stereo", "STEREO_LFE": "2.1"}
    speakers = [letter for letter in strip.sound.channels if letter.isdigit()]  # of “SURROUND_51”
    channels = names.get(strip.sound.channels, ".".join(speakers) or "several channels")
    return f"{seconds}, {strip.sound.samplerate / 1000:g} kHz, {channels}"


def _face_obstacles(character: characters.Character | None, selected: Any) -> Iterator[Obstacle]:
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
    if not character.speaks and meshes and not any(mesh.parlance.included for mesh in meshes if mesh.data.shape_keys):
        yield Obstacle("left_out", f"Every mesh of “{root.name}” is left out; let them be animated.", "Animate All")
        return
    if not character.speaks:
        text = f"No shape key of “{root.name}” looks like one of a face; map them by hand, or have face shapes made."
        yield Obstacle("no_shapes", text, "Make Face Shapes")
        return
    yield from _without_opener(character)
    yield from _together(obstacle for face in character.faces for obstacle in _key_obstacles(face))


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
        more = f" So it is with {len(others)} other mesh{'es' * (len(others) > 1)}." if others else ""
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
        yield Obstacle("muted_shape", f"{_counted(len(muted), 'shape')} of “{name}” {_are(muted)} muted.", "Unmute")
    if pinned := [mesh for mesh in face.meshes if mesh.show_only_shape_key]:
        yield Obstacle("pinned_shape", f"“{pinned[0].name}” shows only its active shape key.", "Show All")
    yield from _action_obstacles(key, name, paths)


def _driven(name: str, driven: list[Any], keyable: int) -> Obstacle:
    """Shapes that follow controls which can be keyed are best left to them: the artist goes on with the rig as it was made."""
    mute: Final = ("driven", "Mute Drivers")
    if not keyable:
        overruled = f"{_counted(len(driven), 'shape')} of “{name}” {_are(driven)} driven; drivers overrule keys."
        return Obstacle(mute[0], overruled, mute[1])
    follow = f"{_counted(keyable, 'shape')} of “{name}” follow{'s' * (keyable == 1)} controls of the rig; key those instead."
    return Obstacle("controls", follow, "Key Rig Controls", others=(mute,))


def _action_obstacles(key: Any, name: str, paths: set[str]) -> Iterator[Obstacle]:
    data = key.animation_data
    if data is None:
        return
    if data.use_tweak_mode or any(track.is_solo for track in data.nla_tracks) or (data.action and data.action_influence < 1.0):
        yield Obstacle("nla", f"NLA settings of “{name}” keep its action from showing.", "Use the Action")
    if data.action is None:
        return
    if not slots.editable(data.action):
        yield Obstacle("linked_action", f"The action of “{name}” is linked from another file.", "Use a New Action")
        return
    if data.action_slot is None:
        yield Obstacle("no_slot", f"The action “{data.action.name}” has no slot for “{name}”.", "Assign Slot")
        return
    sheet = slots.existing(key)
    curves = [curve for curve in sheet.bag.fcurves if curve.data_path in paths] if sheet and sheet.bag else []
    if curves and not slots.written_by_us(data.action):
        text = f"“{data.action.name}” already animates {_counted(len(curves), 'shape')} of “{name}”; those keys are kept."
        yield Obstacle("other_action", text, "Use a New Action", stops=False)
    if muted := [curve for curve in curves if curve.mute or (curve.group and curve.group.mute)]:
        yield Obstacle("muted_curve", f"{_counted(len(muted), 'curve')} of “{name}” {_are(muted)} muted.", "Unmute")


def _sound_obstacles(sequencer: Any, strip: Any | None) -> Iterator[Obstacle]:
    if strip is None:
        several = strips.sound_strips(sequencer)
        text = "Choose which sound strip to speak." if several else "There is no sound yet."
        yield Obstacle("sound", text, "Open Sound")
        return
    try:
        sound.check(strip, sequencer)
    except ParlanceError as error:
        yield Obstacle("sound", str(error), "Open Sound")


def _scene_obstacles(scene: Any, sequencer: Any, strip: Any) -> Iterator[Obstacle]:
    last = strips.placement(strip, sequencer).end * strips.rate(scene)
    if last > scene.frame_end + 1.5:
        yield Obstacle("end", f"The sound goes on after the scene's last frame, {scene.frame_end}.", "Extend Scene", stops=False)


def _drivers(key: Any) -> list[Any]:
    return list(key.animation_data.drivers) if key.animation_data else []


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _are(several: list[Any]) -> str:
    return "is" if len(several) == 1 else "are"


def wants_shapes(ready: Readiness) -> bool:
    """Whether shape keys are all that is missing: then a click makes them and goes on."""
    stopping = [obstacle for obstacle in ready.obstacles if obstacle.stops]
    return bool(stopping) and all(obstacle.code == "no_shapes" for obstacle in stopping)


def wants_sound(ready: Readiness, sequencer: Any) -> bool:
    """Whether a sound is all that is missing and there is none to choose from: then a click asks for a file."""
    stopping = [obstacle for obstacle in ready.obstacles if obstacle.stops]
    return bool(stopping) and not strips.sound_strips(sequencer) and all(obstacle.code == "sound" for obstacle in stopping)
