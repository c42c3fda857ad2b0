# SPDX-License-Identifier: GPL-3.0-or-later
"""An artist's edits of keys in a random day: set, moved, deleted and scaled, in Blender and in the list of what must stay."""

from __future__ import annotations

import json
from dataclasses import replace

import bpy
import numpy as np

from .hand_key import COPIED, NEAR, HandKey, bits_of_point, everywhere, frames_of, identity, lies_in, point_at


class HandEdits:
    """All of them, by their datablock."""

    def __init__(self, room, keys=(), names=None, touched=frozenset()) -> None:
        self.room, self.keys, self.names, self.touched = room, tuple(keys), dict(names or {}), touched

    def copy(self):
        return type(self)(self.room, self.keys, self.names, self.touched)

    def called(self, path: str) -> frozenset[str]:
        """A data path, and what it was before its shape or bone was renamed: records learn of it with the next step."""
        return self.names.get(path, frozenset()) | {path}

    def one_name(self, path: str) -> str:
        """The same for all names that a shape or bone has had."""
        return min(next((names for names in self.names.values() if path in names), {path}))

    def owners(self) -> list:
        """Every datablock that is keyed: shape keys and armatures, but not those of copies."""
        known = [item for item in bpy.context.view_layer.objects if not item.get("day", COPIED).startswith(COPIED)]
        found = [mesh.data.shape_keys for mesh in known if mesh.type == "MESH"]
        return [each for each in found if each] + [each for each in known if each.type == "ARMATURE"]

    # Where a key stands.

    def on(self, owner, slot, path: str, element: int = 0) -> dict:
        """The records of one curve, by the line's token."""
        known = self.room("addon.animation.stored").unpack_records(slot.action.parlance_written)
        return {
            place.line: record
            for place, record in known.items()
            if (place.slot, place.element) == (slot.slot.handle, element) and place.path in self.called(path)
        }

    def line_at(self, owner, slot, path: str, frame: float) -> tuple:
        """The line, and its record, that a frame of a curve belongs to; None where it is nobody's."""
        known = self.on(owner, slot, path)
        for root in (each for each in bpy.data.objects if each.library is None):
            for line in root.parlance.lines:
                if line.token in known and lies_in(known[line.token].among(self.room("addon.lines.lines").owned(line)), frame):
                    return line, known[line.token]
        return None, None

    def _set(self, owner, slot, curve, frame: float) -> HandKey:
        self.touched |= {curve.data_path}
        point = point_at(curve, frame)
        line, record = self.line_at(owner, slot, curve.data_path, frame)
        key = HandKey(identity(owner), curve.data_path, point.co[0], point.co[1])
        if line is None:
            return replace(key, bits=bits_of_point(point))
        generated = self._generated(record, point.co[0])
        return replace(key, line=line.token, seconds=self._seconds(line, point.co[0]), change=point.co[1] - generated)

    def _generated(self, record, frame: float) -> float:
        evaluate = self.room("inference.keying.evaluate").evaluate
        return float(evaluate(record.generated, np.array([frame]))[0]) if len(record.generated) else 0.0

    def _seconds(self, line, frame: float) -> float:
        return frame / line.fps - json.loads(line.placement)["origin"]

    # What the artist does.

    def set(self, owner, block, frame: float, value: float) -> None:
        """Set a key of a shape, as the artist does: handles of its own."""
        slots = self.room("addon.animation.slots")
        path = block.path_from_id("value")
        slot = slots.existing(owner)
        curve = slot.bag.fcurves.find(path) if slot and slot.bag else None
        if curve is None:
            block.value = value
            block.keyframe_insert("value", frame=frame)
            slot = slots.existing(owner)
            curve = slot.bag.fcurves.find(path)
        if curve.lock:
            return
        near = [point for point in curve.keyframe_points if 0 < abs(point.co[0] - frame) < 0.3]
        if near:
            return
        point = curve.keyframe_points.insert(frame, value, options={"FAST"}, keyframe_type="KEYFRAME")
        point.interpolation = "BEZIER"
        point.handle_left_type = point.handle_right_type = "FREE"
        point.handle_left, point.handle_right = (frame - 0.2, value), (frame + 0.2, value)
        curve.update()
        point = point_at(curve, frame)
        point.co[1] = value
        owner.update_tag()
        self._forget(identity(owner), path, frame)
        self._bent(owner, curve)
        self.keys = (*self.keys, self._set(owner, slot, curve, frame))

    def move(self, owner, slot, curve, index: int, by: float, up: float) -> None:
        """Move a key, whosever it is, but over no other."""
        points = curve.keyframe_points
        frames = [point.co[0] for point in points]
        frame = frames[index]
        if any(abs(other - frame - by) < 0.3 for at, other in enumerate(frames) if at != index):
            by = 0.0
        low = frames[index - 1] if index else -1e9
        high = frames[index + 1] if index + 1 < len(frames) else 1e9
        if not low < frame + by < high:
            by = 0.0
        point = points[index]
        home, _ = self.line_at(owner, slot, curve.data_path, frame)
        there, _ = self.line_at(owner, slot, curve.data_path, frame + by)
        if (home and home.token) != (there and there.token):
            by = 0.0
        if by == up == 0.0:
            return  # what went nowhere is nobody's change
        for name in ("co", "handle_left", "handle_right"):
            pair = getattr(point, name)
            setattr(point, name, (pair[0] + by, pair[1] + up))
        point.handle_left_type = point.handle_right_type = "FREE"
        owner.update_tag()
        self._forget(identity(owner), curve.data_path, frame)
        self._bent(owner, curve)
        if owner.id_type == "KEY":
            self.keys = (*self.keys, self._set(owner, slot, curve, frame + by))

    def delete(self, owner, slot, curve, index: int) -> None:
        point = curve.keyframe_points[index]
        frame = point.co[0]
        curve.keyframe_points.remove(point)
        curve.update()
        owner.update_tag()
        self._forget(identity(owner), curve.data_path, frame)
        self._bent(owner, curve)

    def delete_curve(self, owner, slot, curve) -> None:
        path, frames = curve.data_path, frames_of(curve)
        slot.bag.fcurves.remove(curve)
        owner.update_tag()
        for frame in frames:
            self._forget(identity(owner), path, frame)

    def _bent(self, owner, curve) -> None:
        """Blender bends the handles beside a key that is set or taken away: so they shall stay from now on."""
        here = identity(owner)
        points = {key: point_at(curve, key.frame) for key in self.keys if (key.owner, key.path) == (here, curve.data_path)}
        standing = {key: point for key, point in points.items() if point is not None and abs(point.co[1] - key.value) < 1e-5}
        self.keys = tuple(
            replace(key, bits=bits_of_point(standing[key])) if not key.line and key in standing else key for key in self.keys
        )  # in another action something else may stand there

    def _forget(self, owner: str, path: str, frame: float) -> None:
        self.keys = tuple(
            key for key in self.keys if (key.owner, key.path) != (owner, path) or abs(self.frame_of(key) - frame) > NEAR
        )

    def frame_of(self, key: HandKey) -> float:
        """Where a key must stand now."""
        line = self._line(key.line)
        if line is None:
            return key.frame
        return (key.seconds + json.loads(line.placement)["origin"]) * line.fps

    def _line(self, token: str):
        roots = (each for each in bpy.data.objects if token and each.library is None)
        return next((line for root in roots for line in root.parlance.lines if line.token == token), None)

    def renamed(self, owner, before: str, after: str) -> None:
        names = self.called(before) | self.called(after)
        self.names |= dict.fromkeys(names, names)
        here = identity(owner) if everywhere(after) else ""
        self.keys = tuple(replace(key, path=after) if (key.owner, key.path) == (here, before) else key for key in self.keys)

    def forget_curve(self, owner: str, path: str) -> None:
        """A shape is deleted, and whatever was keyed of it."""
        names = self.called(path)
        self.keys = tuple(key for key in self.keys if key.owner != owner or key.path not in names)

    def forget_owner(self, owner: str) -> None:
        """A datablock is gone."""
        self.keys = tuple(key for key in self.keys if key.owner != owner)

    def scaled(self, owner, slot, curve, by: float) -> None:
        """All keys of a curve are the artist's from now on, and are not followed."""
        for point in curve.keyframe_points:
            point.co[1] *= by
            point.handle_left[1] *= by
            point.handle_right[1] *= by
        owner.update_tag()
        self.touched |= {curve.data_path}
        self.keys = tuple(key for key in self.keys if (key.owner, key.path) != (identity(owner), curve.data_path))

    def forget_line(self, root, line) -> None:
        """Everything within a line is cleared, whoever made it."""
        self.keys = tuple(key for key in self.keys if key.line != line.token)
