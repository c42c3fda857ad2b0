# SPDX-License-Identifier: GPL-3.0-or-later
"""An animator's day, as a list of operations that can be played again: what each of them does in Blender.

An operation is a name and three numbers; what the numbers choose is found when it is played, so that a list stays playable
whatever is taken out of it. What the artist's own keys must look like is kept by `hand_keys.HandKeys`.
"""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import bpy
import numpy as np

from .hand_keys import HandKeys

Op = tuple[str, int, int, int]
HEAD = ("jawOpen", "mouthClose", "mouthFunnel", "browInnerUp", "eyeBlinkLeft", "Belly")
TEETH = ("jawOpen",)
SECOND = ("jawOpen", "mouthClose", "mouthFunnel")
SLIDERS = (
    ("jaw", (1.0, 0.4, 1.7)),
    ("lips", (1.0, 0.5)),
    ("joy", (0.0, 0.8)),
    ("brow_idle", (0.5, 0.0)),
    ("fade", (0.3, 0.0, 0.8)),
    ("tolerance", (0.01, 0.05)),
    ("every_frame", (False, True)),
    ("lead", (0.0, 0.1)),
    ("mouth_only", (False, True)),
    ("upper_face", (1.0, 0.0)),
    ("blocking", (False, True)),
)
RATES = (24, 25, 30, 60)
OUTPUTS = ("ACTIVE", "NEW", "NLA")
HISTORY = 30
"""Undo steps that Blender is asked to remember, less a few."""


class Day:
    """One file in Blender and all that an animator does to it."""

    def __init__(self, room, folder: Path, sounds: list[Path], *, dawn: int = 0) -> None:
        self.room, self.folder, self.sounds = cache(room), folder, sounds
        self.raised: list[str] = []
        self.saves = 0
        self.hands = HandKeys(self.room)
        self.touched = 0
        self.before: dict = {}
        self.written: tuple | None = None
        self._open(dawn)
        self.first = animation_of_file()
        self.history, self.at = [], -1
        self._remember("dawn")

    # The file at the start of the day.

    def _open(self, dawn: int) -> None:
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        self.room("addon.generate.running").trouble = ""
        scene = bpy.context.scene
        scene.render.fps, scene.frame_end = 24, 1000
        head = self._face("Head", HEAD)
        self._face("Teeth", TEETH, parent=head)
        self._second()
        for number in range(2 + dawn % 2):
            self.add_strip(number, 10 + 22 * number)
        if dawn % 3 == 1:
            head.data.shape_keys.key_blocks["Belly"].keyframe_insert("value", frame=5)
            head.keyframe_insert("location", frame=5)
        if dawn % 3 == 2:
            track = head.data.shape_keys.animation_data_create().nla_tracks.new()
            track.name = "Mine"

    def _face(self, name, shapes, parent=None):
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
        face = bpy.data.objects.new(name, mesh)
        face["day"] = name
        bpy.context.scene.collection.objects.link(face)
        face.shape_key_add(name="Basis")
        for shape in shapes:
            block = face.shape_key_add(name=shape)
            block.value, block.data[0].co.z = 0.0, 1.0
        face.parent = parent
        return face

    def _second(self) -> None:
        rig = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
        rig["day"] = "Rig"
        bpy.context.scene.collection.objects.link(rig)
        self.select(rig)
        bpy.ops.object.mode_set(mode="EDIT")
        bone = rig.data.edit_bones.new("head")
        bone.head, bone.tail = (0, 0, 0), (0, 0, 1)
        bpy.ops.object.mode_set(mode="OBJECT")
        self._face("Second", SECOND, parent=rig)

    # What there is.

    def select(self, target) -> None:
        for other in bpy.context.view_layer.objects:
            other.select_set(False)
        bpy.context.view_layer.update()
        target.select_set(True)
        bpy.context.view_layer.objects.active = target

    def characters(self) -> list:
        """An object to select for each character."""
        return [item for item in bpy.context.view_layer.objects if item.get("day") in {"Head", "Rig"} and item.is_editable]

    def meshes(self) -> list:
        return [
            item for item in bpy.context.view_layer.objects if item.type == "MESH" and item.get("day") and item.data.shape_keys
        ]

    def root(self, character):
        return self.room("addon.scene.characters").root_of(character)

    def strips(self) -> list:
        return self.room("addon.scene.strips").sound_strips(bpy.context.scene)

    def lines(self) -> list:
        """Every root and line."""
        return [(root, line) for root in self.roots() for line in root.parlance.lines]

    def roots(self) -> list:
        return [item for item in bpy.data.objects if len(item.parlance.lines) and item.is_editable]

    def add_strip(self, sound: int, frame: int):
        scene = bpy.context.scene
        return self.room("addon.scene.strips").add(scene, str(self.sounds[sound % len(self.sounds)]), frame)

    def hold(self, character: int, strip: int) -> tuple:
        """Take a character and a strip in hand, as by clicking on both."""
        everyone, strips = self.characters(), self.strips()
        if not everyone or not strips:
            return None, None
        chosen = everyone[character % len(everyone)]
        self.select(chosen)
        picked = strips[strip % len(strips)]
        bpy.context.scene.sequence_editor.active_strip = picked
        root = self.root(chosen)
        if root.parlance.strip:
            root.parlance.strip = ""
        return root, picked

    # Doing things.

    def call(self, operator: str, **options) -> bool:
        """Press a button of ours; False where it refuses with one sentence, or is not offered."""
        act = getattr(bpy.ops.parlance, operator)
        if not act.poll():
            return False
        try:
            return act(**options) == {"FINISHED"}
        except RuntimeError as error:
            text = str(error).removeprefix("Error: ").strip()
            if "Traceback" in text or "\n" in text:
                raise AssertionError(f"{operator} fell: {error}") from error
            return False

    def play(self, op: Op) -> None:
        """One step of the day; raises AssertionError where something is not as it must be."""
        self.written = None
        self.hand = False
        hook, sys.excepthook = sys.excepthook, self._heard
        bpy.context.preferences.edit.undo_steps = HISTORY + 2
        try:
            OPERATIONS[op[0]](self, *op[1:])
        finally:
            sys.excepthook = hook
        if op[0] not in {"undo", "redo"}:
            self._remember(op[0])

    def _heard(self, kind, value, trace) -> None:
        import traceback

        self.raised.append("".join(traceback.format_exception(kind, value, trace)))

    def _remember(self, message: str) -> None:
        bpy.ops.ed.undo_push(message=message)
        del self.history[self.at + 1 :]
        self.history.append((self.hands.copy(), self.touched))
        del self.history[: max(0, len(self.history) - HISTORY)]
        self.at = len(self.history) - 1

    def forget_history(self) -> None:
        self.history, self.at = [], -1

    def travel(self, to: int) -> None:
        if not 0 <= to < len(self.history):
            return
        act = bpy.ops.ed.undo if to < self.at else bpy.ops.ed.redo
        if act() != {"FINISHED"}:
            return
        self.at = to
        hands, self.touched = self.history[to]
        self.hands = hands.copy()


OPERATIONS: dict[str, Callable[..., None]] = {}
WEIGHTS: dict[str, int] = {}


def operation(weight: int):
    def noted(act):
        OPERATIONS[act.__name__] = act
        WEIGHTS[act.__name__] = weight
        return act

    return noted


def a_day(seed: int, steps: int, also: dict[str, int] | None = None) -> list[Op]:
    """A list of operations. also: operations that are chosen more often than usual, and how often."""
    rng = random.Random(seed)
    weights = WEIGHTS | (also or {})
    names = rng.choices(list(weights), list(weights.values()), k=steps)
    return [(name, rng.randrange(1000), rng.randrange(1000), rng.randrange(1000)) for name in names]


# Lip sync.


@operation(12)
def generate(day, character, strip, _):
    root, picked = day.hold(character, strip)
    if root is not None and day.call("generate"):
        lines = day.room("addon.scene.lines")
        line = lines.of_strip(day.root(root), picked, bpy.context.scene)
        assert line is not None, "generated, but there is no line of the strip"
        day.written = (day.root(root), line.token, "generate")


@operation(12)
def slide(day, which, slider, value):
    found = day.lines()
    if not found:
        return
    root, line = found[which % len(found)]
    name, values = SLIDERS[slider % len(SLIDERS)]
    wanted = values[value % len(values)]
    if getattr(line.direction, name) != wanted:
        token = line.token
        setattr(line.direction, name, wanted)
        if not day.room("addon.generate.running").trouble:
            day.written = (root, token, "slide")


@operation(4)
def away_and_back(day, which, slider, value):
    found = day.lines()
    if not found:
        return
    root, line = found[which % len(found)]
    token = line.token
    name, values = SLIDERS[slider % len(SLIDERS)]
    here = getattr(line.direction, name)
    away = values[value % len(values)]
    away = away if abs(away - here) > 1e-6 else values[(value + 1) % len(values)]
    seen = []
    for wanted in (away, here, away, here):
        line = day.room("addon.scene.lines").with_token(root, token)
        if line is None:  # what lies between two lines is made anew with them
            return
        setattr(line.direction, name, wanted)
        seen.append(animation_of_file()["curves"])
    if not day.room("addon.generate.running").trouble:
        day.written = (root, token, "slide")
        if name != "mouth_only":
            assert seen[1].keys() == seen[3].keys(), f"{name} away and back makes or removes curves"
            for place in seen[1]:
                close = len(seen[1][place]) == len(seen[3][place])
                assert close, f"{name} away and back changes the keys of {place}"


@operation(5)
def phone(day, character, strip, number):
    root, _ = day.hold(character, strip)
    if root is None:
        return
    found = day.room("addon.retouch.phone_operators").track_here(bpy.context)
    if found is None:
        return
    root, line, entry = found[:3]
    token, index = line.token, number % len(entry.phones)
    kind = number // 7 % 6
    if kind < 4:
        name = ("phone_mute", "phone_split", "phone_remove", "phone_restore")[kind]
        day.call(name, index=index)
    elif kind == 4:
        entry.phones[index].strength = (0.0, 0.5, 1.6)[number % 3]
    else:
        entry.phones[index].end += (0.05, -0.05, 0.2)[number % 3]
    if not day.room("addon.generate.running").trouble:
        day.written = (root, token, "slide")


@operation(2)
def new_take(day, character, strip, _):
    root, _ = day.hold(character, strip)
    if root is not None:
        day.call("new_take")


@operation(5)
def follow(day, character, strip, _):
    root, _ = day.hold(character, strip)
    if root is not None:
        day.call("follow")


@operation(3)
def clear(day, character, strip, hand_made):
    root, _ = day.hold(character, strip)
    if root is None:
        return
    found = day.room("addon.panel.selection").line_here(bpy.context)
    if found is None:
        return
    everything = hand_made % 4 == 0
    if everything:
        day.hands.forget_line(*found)
    day.call("clear", hand_made=everything)


@operation(2)
def output(day, character, _strip, which):
    everyone = day.characters()
    if everyone:
        day.root(everyone[character % len(everyone)]).parlance.output = OUTPUTS[which % 3]


@operation(2)
def include(day, which, *_):
    meshes = day.meshes()
    if meshes:
        mesh = meshes[which % len(meshes)]
        mesh.parlance.included = not mesh.parlance.included


@operation(2)
def head_motion(day, character, *_):
    everyone = day.characters()
    if everyone:
        settings = day.root(everyone[character % len(everyone)]).parlance
        settings.move_head = not settings.move_head


@operation(2)
def quiet_moment(day, *_):
    """The timer that lets face and teeth follow what an artist has keyed."""
    day.room("addon.generate.live_tracks").refresh()


@operation(0)  # chosen in days that are about it
def idle(day, character, where, longest):
    everyone = day.characters()
    if not everyone:
        return
    settings = day.root(everyone[character % len(everyone)]).parlance
    if longest % 3 == 0:
        settings.idle_start, settings.idle_end = 5 + where % 20, 60 + longest % 50
    settings.idle = ("BETWEEN", "RANGE", "OFF", "RANGE")[where % 4]


@operation(0)
def idle_take(day, character, *_):
    everyone = day.characters()
    if everyone:
        day.select(everyone[character % len(everyone)])
        day.call("idle_take")


@operation(0)
def rule(day, character, which, strength):
    """A rule comes, changes its strength, or goes."""
    everyone = day.characters()
    if not everyone:
        return
    root, learned = day.root(everyone[character % len(everyone)]), day.room("addon.retouch.learned")
    day.select(everyone[character % len(everyone)])
    if len(root.parlance_rules) and which % 3 == 0:
        day.call("rule_remove", index=0)
    elif len(root.parlance_rules) and which % 3 == 1:
        root.parlance_rules[0].strength = (0.0, 0.5, 1.5)[strength % 3]
    else:
        vowels = day.room("inference.phones").VOWEL
        made = day.room("inference.learning").Rule(vowels, ("jawOpen",), "factor", (0.3, -0.3)[strength % 2])
        before = len(root.parlance_rules)
        try:
            learned.take(root, made, everybody=False)
        except day.room("inference.errors").ParlanceError:
            assert len(root.parlance_rules) == before, "a rule that was refused stays"


@operation(0)
def open_syllable(day, character, strip, amount):
    root, _ = day.hold(character, strip)
    if root is not None:
        bpy.context.scene.frame_set(5 + amount % 60)
        bpy.context.scene.parlance_opening = (0.3, 1.0, 1.6)[amount % 3]


# Keys by hand.


def _curves(day) -> list:
    """Every f-curve of shapes and bones of the characters, with its datablock."""
    found = []
    for owner in day.hands.owners():
        for curves in day.room("addon.scene.slots").playing(owner):
            if curves.bag is not None and curves.action.is_editable:
                found += [(owner, curves, curve) for curve in curves.bag.fcurves if not curve.data_path.startswith("parlance")]
    return found


@operation(10)
def hand_key(day, which, frame, value):
    meshes = day.meshes()
    if not meshes:
        return
    mesh = meshes[which % len(meshes)]
    blocks = mesh.data.shape_keys.key_blocks[1:]
    block = blocks[which // 7 % len(blocks)]
    data = mesh.data.shape_keys.animation_data
    if not mesh.data.shape_keys.is_editable or (data and data.action and not data.action.is_editable):
        return
    day.touched += 1
    at = 1 + frame % 110 + (0.25 if frame % 10 == 0 else 0.0)
    day.hands.set(mesh.data.shape_keys, block, at, round(value / 1000, 3))


@operation(5)
def move_key(day, which, key, by):
    curves = _curves(day)
    if not curves:
        return
    owner, slot, curve = curves[which % len(curves)]
    if not len(curve.keyframe_points):
        return
    day.touched += 1
    day.hands.move(owner, slot, curve, key % len(curve.keyframe_points), (by % 5 - 2) / 2, by / 2000)


@operation(5)
def delete_key(day, which, key, _):
    curves = _curves(day)
    if not curves:
        return
    owner, slot, curve = curves[which % len(curves)]
    if not len(curve.keyframe_points):
        return
    day.touched += 1
    day.hands.delete(owner, slot, curve, key % len(curve.keyframe_points))


@operation(2)
def delete_curve(day, which, *_):
    curves = _curves(day)
    if not curves:
        return
    owner, slot, curve = curves[which % len(curves)]
    day.touched += 1
    day.hands.delete_curve(owner, slot, curve)


@operation(2)
def track_key(day, character, frame, value):
    """A key of the joy track of a character, and the face follows."""
    roots = day.roots()
    if not roots:
        return
    root = roots[character % len(roots)]
    if root.animation_data and root.animation_data.action and not root.animation_data.action.is_editable:
        return
    root.parlance_tracks.joy = value / 1000
    root.keyframe_insert("parlance_tracks.joy", frame=10 + frame % 60)
    day.touched += 1
    day.room("addon.generate.live_tracks").refresh()


# Strips.


def _strip(day, number):
    strips = day.strips()
    return strips[number % len(strips)] if strips else None


def _shift(strip, by: int) -> None:
    strips = bpy.context.scene.sequence_editor.strips
    taken = {other.channel for other in strips if other != strip}
    if strip.channel in taken:
        strip.channel = next(channel for channel in range(1, 129) if channel not in taken)
    if hasattr(strip, "content_start"):
        strip.content_start += by
    else:
        strip.frame_start += by


@operation(6)
def move_strip(day, which, by, _):
    strip = _strip(day, which)
    if strip is not None:
        _shift(strip, by % 41 - 20)


@operation(3)
def move_all(day, _, by, __):
    for strip in day.strips():
        _shift(strip, by % 41 - 20)


@operation(3)
def overlap(day, which, other, by):
    one, two = _strip(day, which), _strip(day, other)
    if one is not None and one != two:
        timing = day.room("addon.compat").strip_timing
        _shift(one, round(timing(two).left - timing(one).left) + by % 9 - 4)


@operation(3)
def cut(day, which, where, _):
    strip = _strip(day, which)
    if strip is None or len(day.strips()) > 6:
        return
    timing = day.room("addon.compat").strip_timing(strip)
    left, right = round(timing.left), round(timing.right)
    if right - left > 4:
        strip.split(left + 2 + where % (right - left - 3), "SOFT")


@operation(3)
def trim(day, which, by, side):
    strip = _strip(day, which)
    if strip is None:
        return
    by = by % 5 - 1
    if side % 2:
        strip.frame_offset_end = max(strip.frame_offset_end + by, 0)
    else:
        strip.frame_offset_start = max(strip.frame_offset_start + by, 0)


@operation(3)
def mute(day, which, *_):
    strip = _strip(day, which)
    if strip is not None:
        strip.mute = not strip.mute


@operation(1)
def mute_channel(day, which, *_):
    strip = _strip(day, which)
    if strip is not None:
        channel = bpy.context.scene.sequence_editor.channels[strip.channel]
        channel.mute = not channel.mute


@operation(1)
def remove_strip(day, which, *_):
    if len(day.strips()) > 1:
        bpy.context.scene.sequence_editor.strips.remove(_strip(day, which))


@operation(2)
def add_strip(day, sound, frame, _):
    if len(day.strips()) < 5:
        day.add_strip(sound, 1 + frame % 100)


@operation(4)
def replace_take(day, character, strip, how):
    """Another recording in the place of a strip, which is muted or deleted; and Generate."""
    old = _strip(day, strip)
    if old is None or len(day.strips()) > 6:
        return
    left = round(day.room("addon.compat").strip_timing(old).left)
    if how % 2:
        old.mute = True
    else:
        bpy.context.scene.sequence_editor.strips.remove(old)
    new = day.add_strip(how, left)
    generate(day, character, day.strips().index(new), 0)


@operation(2)
def duplicate_strip(day, which, by, _):
    strip = _strip(day, which)
    if strip is not None and strip.sound is not None and len(day.strips()) < 5:
        twin = day.add_strip(0, 1 + by % 100)
        twin.sound = strip.sound
        for name in list(strip.keys()):
            twin[name] = strip[name]


@operation(2)
def rename_strip(day, which, name, swap):
    strip, other = _strip(day, which), _strip(day, which + 1)
    if strip is None:
        return
    if swap % 2 and other != strip:
        first, second = strip.name, other.name
        strip.name = "between"
        other.name, strip.name = first, second
    else:
        strip.name = f"Line {name % 5}"


# Names.


@operation(2)
def rename_shape(day, which, shape, name):
    meshes = [mesh for mesh in day.meshes() if mesh.data.shape_keys.is_editable]
    if not meshes:
        return
    key = meshes[which % len(meshes)].data.shape_keys
    block = key.key_blocks[1 + shape % (len(key.key_blocks) - 1)]
    before, path = block.name, block.path_from_id("value")
    if bpy.app.version < (5, 0, 0) and sum(curve.data_path == path for _, _, bag in bags() for curve in bag.fcurves) > 1:
        return  # Blender 4.5 renames the curves of other meshes in the same action too, an artist's own among them
    block.name = before[:-2] if before.endswith("_x") else before + "_x"
    day.hands.renamed(key, path, block.path_from_id("value"))


@operation(1)
def rename_object(day, which, name, _):
    named = [item for item in bpy.context.view_layer.objects if item.get("day") and item.is_editable]
    if named:
        named[which % len(named)].name = f"Name {name % 5}"


@operation(1)
def rename_bone(day, which, name, _):
    rigs = [item for item in bpy.context.view_layer.objects if item.type == "ARMATURE" and item.data.is_editable]
    if rigs and rigs[0].data.bones:
        bone = rigs[0].data.bones[0]
        before, bone.name = bone.name, ("head", "Head", "Kopf")[name % 3]
        for kind in ("rotation_quaternion", "rotation_euler"):
            day.hands.renamed(rigs[0], f'pose.bones["{before}"].{kind}', f'pose.bones["{bone.name}"].{kind}')


# The file.


@operation(2)
def save_as(day, *_):
    day.saves += 1
    folder = day.folder / f"save{day.saves % 7}"
    folder.mkdir(exist_ok=True)
    path = str(folder / "day.blend")
    with contextlib.redirect_stdout(None):
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path)
    day.forget_history()


@operation(1)
def pack(day, which, *_):
    strip = _strip(day, which)
    if strip is not None and strip.sound is not None and strip.sound.packed_file is None:
        strip.sound.pack()


@operation(2)
def frame_rate(day, which, *_):
    bpy.context.scene.render.fps = RATES[which % len(RATES)]


@operation(6)
def undo(day, *_):
    day.travel(day.at - 1)


@operation(3)
def redo(day, *_):
    day.travel(day.at + 1)


# What is in the file.

PAIRS = ("co", "handle_left", "handle_right")
KINDS = ("interpolation", "easing", "handle_left_type", "handle_right_type", "type")


def bits_of(curve) -> list[tuple]:
    """Every bit of each key."""
    points = curve.keyframe_points
    rows = []
    for name in PAIRS:
        values = np.empty(2 * len(points), np.float32)
        points.foreach_get(name, values)
        rows += [values[::2], values[1::2]]
    for name in KINDS:
        kinds = np.empty(len(points), np.int32)
        points.foreach_get(name, kinds)
        rows.append(kinds)
    return list(zip(*(row.tolist() for row in rows), strict=True))


def bags() -> list[tuple]:
    """(action, slot, channelbag) of every slot that has curves or could."""
    return [
        (action, slot, bag)
        for action in bpy.data.actions
        for layer in action.layers
        for strip in layer.strips
        for slot in action.slots
        if (bag := strip.channelbag(slot)) is not None
    ]


def animation_of_file() -> dict:
    """All animation data: what clearing must bring back."""
    curves = {
        (action.name, slot.identifier, curve.data_path, curve.array_index): bits_of(curve)
        for action, slot, bag in bags()
        for curve in bag.fcurves
    }
    owners = [*bpy.data.objects, *bpy.data.shape_keys]
    data = {
        (item.id_type, item.get("day") or item.user.get("day") if item.id_type == "KEY" else item.get("day")): (
            item.animation_data.action.name if item.animation_data.action else "",
            item.animation_data.action_slot.identifier if item.animation_data.action_slot else "",
            [(track.name, [strip.name for strip in track.strips]) for track in item.animation_data.nla_tracks],
        )
        for item in owners
        if item.animation_data
    }
    groups = {(action.name, slot.identifier, group.name) for action, slot, bag in bags() for group in bag.groups}
    slots = {(action.name, slot.identifier) for action in bpy.data.actions for slot in action.slots}
    return {"curves": curves, "data": data, "actions": {each.name for each in bpy.data.actions}, "slots": slots, "groups": groups}
