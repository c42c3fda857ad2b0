# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that the artist sets, moves and deletes."""

from __future__ import annotations

from .operations import operation


def _curves(day) -> list:
    """Every f-curve of shapes and bones of the characters, with its datablock."""
    found = []
    for owner in day.hands.owners():
        for curves in day.room("addon.animation.slots").playing(owner):
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


def _one(day, which, *, keyed: bool) -> tuple | None:
    """One of those curves, with its datablock, for the artist to touch. keyed: only if it has keys."""
    curves = _curves(day)
    found = curves[which % len(curves)] if curves else None
    if found is None or (keyed and not len(found[2].keyframe_points)):
        return None
    day.touched += 1
    return found


@operation(5)
def move_key(day, which, key, by):
    if found := _one(day, which, keyed=True):
        day.hands.move(*found, key % len(found[2].keyframe_points), (by % 5 - 2) / 2, by / 2000)


@operation(5)
def delete_key(day, which, key, _):
    if found := _one(day, which, keyed=True):
        day.hands.delete(*found, key % len(found[2].keyframe_points))


@operation(2)
def delete_curve(day, which, *_):
    if found := _one(day, which, keyed=False):
        day.hands.delete_curve(*found)


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
