# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys as an animator edits them: near enough to count; moved, scaled, deleted and added by hand; then sliders."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import bpy
from stage import finished, head_added, looked_at, speaker, strip_added
from window import AUDIO, SCENE, main_region, picture, pressed, view

NEAR = (24, 72)
"""Two seconds of speech, near enough that keys can be told apart."""
SHOWN = ("jawOpen", "mouthLowerDownLeft", "mouthPucker", "mouthClose", "mouthUpperUpLeft", "mouthSmileLeft")
"""What is looked at one by one."""
EDITED = ("jawOpen", "mouthLowerDownLeft", "mouthPucker", "mouthSmileLeft")


def visit() -> Iterator[None]:
    """The visit, in order. Each yield lets the window draw."""
    if SCENE:
        bpy.ops.wm.open_mainfile(filepath=SCENE, load_ui=False)
        yield
    else:
        yield from head_added()
    strip = strip_added(AUDIO, 1, 1)
    bpy.context.scene.frame_end = int(strip.right_handle if hasattr(strip, "right_handle") else strip.frame_final_end)
    area = looked_at(0.8)
    pressed("generate")
    yield from finished()
    mesh = max(shaped(), key=lambda thing: len(thing.data.shape_keys.key_blocks))
    bpy.ops.object.select_all(action="DESELECT")
    mesh.select_set(True)
    bpy.context.view_layer.objects.active = mesh
    area.type = "GRAPH_EDITOR"
    yield
    for name in (*SHOWN, ""):
        shown(mesh, name)
        yield from looked_near(area, f"k1_{name or 'all'}")
    area.type = "DOPESHEET_EDITOR"
    yield
    shown(mesh, "")
    yield from looked_near(area, "k2_dope_sheet")
    area.type = "GRAPH_EDITOR"
    yield
    yield from edited(mesh, area)


def edited(mesh: Any, area: Any) -> Iterator[None]:
    """By hand: the jaw's highest key raised, the lower lip scaled, a stretch of pucker deleted, a smile added; then sliders."""
    jaw, lip, pucker, smile = (curve_of(mesh, name) for name in EDITED)
    within = [point for point in jaw.keyframe_points if NEAR[0] + 4 < point.co[0] < NEAR[1] - 4]
    top = max(within, key=lambda point: point.co[1])
    frame, value = top.co[0] + 1, top.co[1] + 0.25
    top.co_ui = (frame, value)
    for point in lip.keyframe_points:
        if NEAR[0] < point.co[0] < NEAR[1]:
            for part in (point.co, point.handle_left, point.handle_right):
                part[1] *= 1.3
    for point in reversed([point for point in pucker.keyframe_points if 40 < point.co[0] < 56]):
        pucker.keyframe_points.remove(point)
    smile.keyframe_points.insert(50, 0.6)
    for curve in (jaw, lip, pucker, smile):
        curve.update()
    bpy.ops.ed.undo_push(message="Edited by hand")
    yield
    for name in EDITED:
        shown(mesh, name)
        yield from looked_near(area, f"k3_edited_{name}")
    line = speaker().parlance.lines[0]
    for step, (slider, amount) in enumerate({"jaw": 1.3, "articulation": 1.2, "joy": 0.4, "seed": 7}.items()):
        setattr(line.direction, slider, amount)
        yield
        held = min(abs(point.co[0] - frame) for point in curve_of(mesh, "jawOpen").keyframe_points)
        sys.stdout.write(f"{slider} {amount}: the raised key is off by {held:.2f} frames; {line.result}\n")
        for name in EDITED:
            shown(mesh, name)
            yield from looked_near(area, f"k4_{step}_{slider}_{name}")
    assert held < 0.1, f"the key at {frame:.0f}, {value:.2f} is gone"


def shaped() -> list[Any]:
    """Meshes with shape keys."""
    return [thing for thing in bpy.data.objects if thing.type == "MESH" and thing.data.shape_keys]


def curve_of(mesh: Any, name: str) -> Any:
    """The f-curve of a shape."""
    return next(curve for curve in curves(mesh) if f'["{name}"]' in curve.data_path)


def curves(mesh: Any) -> list[Any]:
    """The f-curves of a mesh's shape keys."""
    return list(bag_of(mesh.data.shape_keys.animation_data).fcurves)


def bag_of(data: Any) -> Any:
    """The channels of the slot that an animated datablock uses."""
    return data.action.layers[0].strips[0].channelbag(data.action_slot)


def shown(mesh: Any, name: str) -> None:
    """Only this curve is shown, or all; its keys that are near are selected."""
    tracks = bag_of(mesh.animation_data).fcurves if mesh.animation_data and mesh.animation_data.action else ()
    for curve in [*curves(mesh), *tracks]:
        here = not name or f'["{name}"]' in curve.data_path
        curve.hide, curve.select = not here, here
        for point in curve.keyframe_points:
            point.select_control_point = here and NEAR[0] <= point.co[0] <= NEAR[1]


def looked_near(area: Any, name: str) -> Iterator[None]:
    """A picture of the stretch that is near."""
    kind = "graph" if area.type == "GRAPH_EDITOR" else "action"
    with bpy.context.temp_override(**{**view(area.type), "area": area, "region": main_region(area)}):
        if kind == "action":
            bpy.ops.anim.channels_expand(all=True)
        getattr(bpy.ops, kind).view_selected(**({"include_handles": False} if kind == "graph" else {}))
    yield from picture(name)
