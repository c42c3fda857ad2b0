# SPDX-License-Identifier: GPL-3.0-or-later
"""One file in Blender and all that an animator does to it."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import bpy

from ..hand_key import COPIED
from ..hand_keys import HandKeys
from .operations import OPERATIONS, Op
from .what_is_there import animation_of_file

HEAD = ("jawOpen", "mouthClose", "mouthFunnel", "browInnerUp", "eyeBlinkLeft", "Belly")
TEETH = ("jawOpen",)
SECOND = ("jawOpen", "mouthClose", "mouthFunnel")
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

    def _open(self, dawn: int) -> None:
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        self.room("addon.running").trouble = ""
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
        """Every mesh with shapes, but those of copies."""
        known = [item for item in bpy.context.view_layer.objects if not item.get("day", COPIED).startswith(COPIED)]
        return [item for item in known if item.type == "MESH" and item.data.shape_keys]

    def root(self, character):
        return self.room("addon.character.hierarchy").root_of(character)

    def strips(self) -> list:
        return self.room("addon.sequencer.strips").sound_strips(bpy.context.scene)

    def lines(self) -> list:
        """Every root and line."""
        return [(root, line) for root in self.roots() for line in root.parlance.lines]

    def roots(self) -> list:
        return [item for item in bpy.data.objects if len(item.parlance.lines) and item.is_editable]

    def add_strip(self, sound: int, frame: int):
        scene = bpy.context.scene
        return self.room("addon.sequencer.strips").add(scene, str(self.sounds[sound % len(self.sounds)]), frame)

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
        if op[0] not in {"undo", "redo", "undo_much", "redo_much"}:
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
