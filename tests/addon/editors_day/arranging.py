# SPDX-License-Identifier: GPL-3.0-or-later
"""The edit around the lines changes: strips slip and go into metas; sounds are recorded anew; scenes and the NLA too.

Chosen in days that are about them. Retiming is not among them: after an undo or a cut Blender 5.2 finds the retiming keys of
another strip, and crashes; what is heard of such strips is tested in `test_voice`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import bpy

from .lip_sync import generate
from .operations import operation
from .strips import one_of

RATES = ((24, 1.0), (24, 1.001), (30, 1.001), (25, 1.0))


@operation(0)
def slip(day, which, by, _):
    """The sound slides within its handles."""
    strip = one_of(day, which)
    if strip is not None:
        by = by % 9 - 4
        strip.frame_start -= by
        strip.frame_offset_start += by
        strip.frame_offset_end -= by


@operation(0)
def trim_for_good(day, which, by, side):
    """The strip's content loses frames at one end, as with the animation offsets of a strip."""
    strip = one_of(day, which)
    if strip is None:
        return
    end = "end" if side % 2 else "start"
    name = f"content_trim_{end}" if hasattr(strip, "content_trim_start") else f"animation_offset_{end}"
    setattr(strip, name, by % 4)


@operation(0)
def into_meta(day, which, mute, _):
    """A strip goes into a meta strip that shows most of it, or the meta around it is muted."""
    strip = one_of(day, which)
    if strip is None:
        return
    meta = strip.parent_meta()
    if meta is not None:
        meta.mute = not meta.mute if mute % 2 else False
        return
    timing = day.room("addon.compat").strip_timing(strip)
    editor = bpy.context.scene.sequence_editor
    taken = {other.channel for other in editor.strips}
    free = next(channel for channel in range(1, 129) if channel not in taken)
    meta = editor.strips.new_meta("Meta", free, round(timing.left))
    strip.move_to_meta(meta)
    meta.frame_final_end = round(timing.right) - mute % 3


@operation(0)
def to_channel(day, which, channel, _):
    strip = one_of(day, which)
    if strip is not None:
        strip.channel = 1 + channel % 12


@operation(0)
def record_again(day, which, sound, keep):
    """Another recording is saved over the file that a strip plays; or the strip plays another file."""
    strip = one_of(day, which)
    if strip is None or strip.sound is None or strip.sound.packed_file is not None:
        return
    own = day.folder / "own"
    own.mkdir(exist_ok=True)
    path = Path(bpy.path.abspath(strip.sound.filepath))
    if path.parent != own:
        day.recordings = getattr(day, "recordings", 0) + 1
        mine = own / f"{id(day)}-{day.recordings}.wav"
        shutil.copy(path, mine)
        strip.sound = bpy.data.sounds.load(str(mine))
    elif keep % 2:
        shutil.copy(day.sounds[sound % len(day.sounds)], path)
        strip.sound.filepath = strip.sound.filepath  # reads it again
    else:
        strip.sound = bpy.data.sounds.load(str(day.sounds[sound % len(day.sounds)]))


@operation(0)
def film_rate(day, which, *_):
    render = bpy.context.scene.render
    render.fps, render.fps_base = RATES[which % len(RATES)]


@operation(0)
def scene_range(day, first, last, _):
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = first % 30 - 10, 70 + last % 100


@operation(0)
def undo_much(day, by, *_):
    for _ in range(2 + by % 6):
        day.travel(day.at - 1)


@operation(0)
def redo_much(day, by, *_):
    for _ in range(2 + by % 6):
        day.travel(day.at + 1)


@operation(0)
def other_scene(day, which, back, _):
    """The artist goes on in another scene with the same characters, or comes back."""
    window = bpy.context.window
    here = window.scene
    others = [scene for scene in bpy.data.scenes if scene != here]
    if others:
        window.scene = others[0]
        return
    made = bpy.data.scenes.new("Other")
    made.render.fps, made.frame_end = 24, 120
    for item in list(here.collection.objects):
        made.collection.objects.link(item)
    window.scene = made
    day.add_strip(which, 1 + back % 60)


@operation(0)
def push_down(day, which, mute, _):
    """The action of a head goes into an NLA strip, and a new one may begin."""
    meshes = [mesh for mesh in day.meshes() if mesh.data.shape_keys.is_editable]
    key = meshes[which % len(meshes)].data.shape_keys if meshes else None
    data = key.animation_data if key is not None else None
    if data is None or data.action is None or data.action_slot is None or data.nla_tracks.get("Pushed"):
        return
    action, slot = data.action, data.action_slot
    track = data.nla_tracks.new()
    track.name = "Pushed"
    data.action = None
    strip = track.strips.new("Pushed", round(action.frame_range[0]), action)
    strip.action_slot = slot
    track.mute = mute % 4 == 0


@operation(0)
def pull_up(day, which, *_):
    """The pushed action is edited again."""
    for mesh in day.meshes():
        data = mesh.data.shape_keys.animation_data
        track = data.nla_tracks.get("Pushed") if data else None
        if track is not None and track.strips and mesh.data.shape_keys.is_editable:
            strip = track.strips[0]
            action, slot = strip.action, strip.action_slot
            data.nla_tracks.remove(track)
            if data.action is None:
                data.action = action
                data.action_slot = slot
            return


@operation(0)
def delete_keys(day, which, first, count):
    """All keys of some frames of a curve."""
    from .by_hand import _one

    found = _one(day, which, keyed=True)
    if found is None:
        return
    frames = [point.co[0] for point in found[2].keyframe_points]
    start = first % len(frames)
    for _ in frames[start : start + 1 + count % 4]:
        if start < len(found[2].keyframe_points):
            day.hands.delete(*found, start)


@operation(0)
def halves(day, which, where, order):
    """A strip that somebody speaks is cut in two, and both halves are generated, one after the other."""
    lines = day.room("addon.lines.lines")
    spoken = [(root, strip) for root, line in day.lines() if (strip := lines.strip_of(line, bpy.context.scene)) is not None]
    timing = day.room("addon.compat").strip_timing
    spoken = [(root, strip) for root, strip in spoken if strip in day.strips() and timing(strip).right - timing(strip).left > 8]
    if not spoken or len(day.strips()) > 6:
        return
    root, strip = spoken[which % len(spoken)]
    left, right = round(timing(strip).left), round(timing(strip).right)
    half = strip.split(left + 3 + where % (right - left - 6), "SOFT")
    characters = [each for each in day.characters() if day.root(each) == root]
    for each in (strip, half) if order % 2 else (half, strip):
        if characters and half is not None:
            generate(day, day.characters().index(characters[0]), day.strips().index(each), 0)


@operation(0)
def passage(day, character, strip, where):
    """A stretch of a line is performed otherwise."""
    root, picked = day.hold(character, strip)
    line = root and day.room("addon.lines.lines").of_strip(root, picked, bpy.context.scene)
    entry = line and day.room("addon.properties.retouch_properties").of(root, line)
    if entry is None:
        return
    if len(entry.passages) > 2:
        entry.passages[0].direction.joy = where % 10 / 10
        return
    made = entry.passages.add()
    made.start, made.end = where % 20 / 50, where % 20 / 50 + 0.3
    made.direction.anger = 0.7


@operation(0)
def vocal(day, character, strip, where):
    """A laugh is added, or one goes."""
    root, picked = day.hold(character, strip)
    line = root and day.room("addon.lines.lines").of_strip(root, picked, bpy.context.scene)
    if not line:
        return
    made = day.room("inference.retouch.vocal_track").made("laugh", where % 30 / 50, where % 30 / 50 + 0.2)
    day.room("addon.lines.retouching").add_vocal(root, line, made)
    day.room("addon.generate.live").rebuild_or_tell(root, line)


@operation(0)
def everything(day, *_):
    """All strips at once."""
    day.call("generate_all")


@operation(0)
def take_over(day, character, strip, _):
    root, picked = day.hold(character, strip)
    line = root and day.room("addon.lines.lines").of_strip(root, picked, bpy.context.scene)
    if line and line.left_alone:
        day.hands.keys = ()  # what the artist keyed there gives way
        day.call("take_over")
