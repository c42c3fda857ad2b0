# SPDX-License-Identifier: GPL-3.0-or-later
"""Two who talk: the demo heads side by side share the bundled clip by turns, made by the add-on as any dialogue in a scene is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from math import radians
from pathlib import Path
from typing import Any

from stage import EXTENSION, ROOT, film, still  # first: it tells Blender where to live

import bpy  # isort: skip

import plots  # isort: skip

BUNDLED = ROOT / "demo/hello.flac"
TURNS = (
    ("YOUNG", 0.0, 2.2, "excited"),  # Hello! My name is Parlance.
    ("OLDER", 2.2, 6.23, "confident"),  # Give me a voice, and I will move my lips, my brows and my eyes.
    ("YOUNG", 6.23, 8.35, "playful"),  # Maybe you would prefer something bigger?
    ("OLDER", 8.35, 10.25, "excited"),  # Wow, what a beautiful morning!
)
"""Who says which seconds of the bundled clip, cut at its pauses, and in what mood."""
LEAD, BETWEEN, AFTER = 1.0, 0.2, 2.5
"""Seconds before the first turn, between two (what most answers take: Stivers et al. 2009), and after the last."""
STANDS = {"YOUNG": (-0.15, 32.0), "OLDER": (0.15, -32.0)}
"""Metres to the right of the middle at which each stands, and degrees by which each is turned to the other."""
CLOSER, RAISED = 1.15, 0.028
"""How much longer the lens is than for a portrait of one, and by how many metres the camera is raised: it is about the faces."""
SIZE = (720, 400)
EVERY = 0.5
"""Seconds between two pictures."""


def photograph(folder: Path, path: Path) -> None:
    """A sheet of the whole dialogue, with who speaks under each picture. The stage is left as it was."""
    with _own_scene() as scene:
        for number, name in enumerate(STANDS, start=1):
            part = scene.parlance_cast.add()
            part.character, part.track = _seat(scene, name), number
        film(scene, *SIZE)
        said = _say(scene)
        bpy.ops.parlance.generate_all()
        _feel(scene)
        bpy.ops.parlance.generate_all(again=True)
        rate = scene.render.fps
        seconds = [EVERY * step for step in range(int(scene.frame_end / rate / EVERY))]
        pictures = [still(scene, 1 + second * rate, folder / f"dialogue_{second:05.2f}.png") for second in seconds]
        captions = [f"{second:.1f} s, {_speaker(said, 1 + second * rate)}" for second in seconds]
    plots.contact_sheet(pictures, captions, path, columns=5, width=432)


@contextmanager
def _own_scene() -> Iterator[Any]:
    """A scene beside that of the other stops, gone afterwards with all that is in it."""
    window, before = bpy.context.window, bpy.context.scene
    scene = bpy.data.scenes.new("Dialogue")
    window.scene = scene
    bpy.context.preferences.system.use_studio_light_edit = False
    try:
        yield scene
    finally:
        window.scene = before
        bpy.data.batch_remove(ids=[*scene.objects, scene])


def _seat(scene: Any, name: str) -> Any:
    """A demo head in its place, and the camera before the middle."""
    head = import_module(f"{EXTENSION}.addon.demo_head")
    rig = head.create_demo_head(bpy.context, design=name)
    if scene.camera is None:
        camera = head.frame_head(scene, rig)
        camera.data.lens *= CLOSER
        camera.location.z += RAISED
    rig.location.x, turn = STANDS[name]
    rig.rotation_euler.z = radians(turn)
    rig.parlance.idle = "SCENE"
    bpy.context.view_layer.update()
    return rig


def _say(scene: Any) -> list[tuple[str, int, int]]:
    """Put the turns on two channels; who speaks from which frame to which."""
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    rate, said = scene.render.fps, []
    at = 1 + round(LEAD * rate)
    for name, *seconds, _ in TURNS:
        start, end = (round(second * rate) for second in seconds)
        strip = strips.new_sound(f"{name.title()} {len(said)}", str(BUNDLED), 1 + list(STANDS).index(name), at)
        strip.frame_offset_end = strip.frame_final_duration - end
        strip.frame_offset_start = start
        strip.frame_start = at - start
        said.append((name, at, at + end - start))
        at += end - start + round(BETWEEN * rate)
    scene.frame_end = said[-1][2] + round(AFTER * rate)
    return said


def _feel(scene: Any) -> None:
    """Each line its mood."""
    placement_of = import_module(f"{EXTENSION}.addon.lines.lines").placement_of
    moods = {name: [mood for speaker, _, _, mood in TURNS if speaker == name] for name in STANDS}
    for name, part in zip(STANDS, scene.parlance_cast, strict=True):
        lines = [line for line in part.character.parlance.lines if not line.idle]
        for line, mood in zip(sorted(lines, key=lambda line: placement_of(line).start), moods[name], strict=True):
            line.direction.mood = mood


def _speaker(said: list[tuple[str, int, int]], frame: float) -> str:
    return next((f"{name} speaks" for name, start, end in said if start <= frame < end), "nobody speaks")
