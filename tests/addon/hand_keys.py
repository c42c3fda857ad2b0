# SPDX-License-Identifier: GPL-3.0-or-later
"""What must become of the keys an artist sets: those within a line ride on every new result, all others keep every bit."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import bpy
import numpy as np

from .hand_key import CARRIED, COPIED, NEAR, ROUNDED, HandKey, bits_of_point, everywhere, frames_of, identity, lies_in, point_at


class HandKeys:
    """All of them, by their datablock."""

    def __init__(self, room, keys=(), names=None, touched=frozenset()) -> None:
        self.room, self.keys, self.names, self.touched = room, tuple(keys), dict(names or {}), touched

    def copy(self) -> HandKeys:
        return HandKeys(self.room, self.keys, self.names, self.touched)

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
        known = self.room("addon.scene.stored").unpack_records(slot.action.parlance_written)
        return {
            place.line: record
            for place, record in known.items()
            if (place.slot, place.element) == (slot.slot.handle, element) and place.path in self.called(path)
        }

    def line_at(self, owner, slot, path: str, frame: float) -> tuple:
        """The line, and its record, that a frame of a curve belongs to; None where it is nobody's."""
        known = self.on(owner, slot, path)
        for root in bpy.data.objects:
            for line in root.parlance.lines:
                if line.token in known and lies_in(known[line.token].among(self.room("addon.scene.lines").owned(line)), frame):
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
        slots = self.room("addon.scene.slots")
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
        return next((line for root in bpy.data.objects for line in root.parlance.lines if token and line.token == token), None)

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

    # What must be.

    def check(self) -> None:
        """Raises AssertionError where a key is not as it must be; notes what has become of the others."""
        curves = self._curves()
        kept = []
        for key in self.keys:
            now = self._checked(key, curves.get((key.owner, key.path), []))
            if now is not None:
                kept.append(now)
        self.keys = tuple(kept)

    def _curves(self) -> dict:
        found: dict = {}
        for owner in self.owners():
            if owner.id_type != "KEY":
                continue
            for slot in self.room("addon.scene.slots").playing(owner):
                for curve in slot.bag.fcurves if slot.bag is not None else ():
                    found.setdefault((identity(owner), curve.data_path), []).append((owner, slot, curve))
        return found

    def _checked(self, key: HandKey, curves: list) -> HandKey | None:
        if not key.line:
            standing = [point_at(curve, key.frame) for curve in everywhere(key.path)]
            bits = [bits_of_point(point) for point in standing if point is not None]
            assert key.bits in bits, f"a key of nobody's line is not as it was: {key}, now {bits}"
            return key
        line = self._line(key.line)
        frame = self.frame_of(key)
        if line is not None:
            ranges = self.room("addon.scene.lines").owned(line)
            known = [(curve, self.on(owner, slot, key.path).get(key.line)) for owner, slot, curve in curves]
            rows = [(curve, record) for curve, record in known if record is not None and lies_in(record.among(ranges), frame)]
            for curve, record in rows[:-1]:  # one in each NLA layer
                with contextlib.suppress(AssertionError):
                    return self._riding(key, curve, record, frame)
            if rows:
                return self._riding(key, *rows[-1], frame)
        return self._heir(key, curves, frame, gone=line is None)

    def _riding(self, key: HandKey, curve, record, frame: float) -> HandKey:
        own = [each for each in curve.keyframe_points if each.type == "KEYFRAME" and abs(each.co[0] - frame) <= ROUNDED]
        point = point_at(curve, frame) or min(own, key=lambda each: abs(each.co[0] - frame), default=None)
        assert point is not None, f"a change is gone from frame {frame}: {key}; keys at {frames_of(curve)}"
        frame = float(point.co[0]) if abs(point.co[0] - frame) > NEAR else frame
        wanted = self._generated(record, frame) + key.change
        assert abs(point.co[1] - wanted) < CARRIED, f"a change is {point.co[1]:.3f} instead of {wanted:.3f}: {key}"
        return replace(key, frame=frame, value=point.co[1], waiting=False)

    def _heir(self, key: HandKey, curves: list, frame: float, *, gone: bool) -> HandKey | None:
        """Its line is gone, does not have this frame any more, or not this curve."""
        if not gone and self._waits(key, curves, frame):
            return replace(key, waiting=True)
        if gone and (left := self._left_standing(key, curves, frame)) is not None:
            return left
        for owner, slot, curve in curves:
            line, record = self.line_at(owner, slot, key.path, frame)
            if line is not None and line.token != key.line:
                # The line may have moved before it was replaced, by whole frames or to another frame rate.
                own = [point for point in curve.keyframe_points if point.type == "KEYFRAME"]
                for point in sorted(own, key=lambda point: abs(point.co[0] - frame)):
                    at = point.co[0]
                    if abs(point.co[1] - self._generated(record, at) - key.change) < CARRIED and (gone or abs(at - frame) < NEAR):
                        return replace(key, line=line.token, seconds=self._seconds(line, at), frame=at, value=point.co[1])
                assert not gone or key.waiting, f"a change was not handed on at {frame}: {key}; keys at {frames_of(curve)}"
                return None if gone else replace(key, waiting=True)
        if gone and (heir := self._elsewhere(key, curves)) is not None:
            return heir
        if gone and key.waiting:
            return None
        home = self._line(key.line)
        recorded = home is not None and self._recorded(key)
        if home is not None and (recorded or not lies_in(self.room("addon.scene.lines").owned(home), frame)):
            return replace(key, waiting=True)
        if key.waiting:
            return None
        for _, _, curve in curves:
            # Its line may have moved in the same step, and the key with it.
            own = [point for point in curve.keyframe_points if point.type == "KEYFRAME"]
            standing = [
                each for each in (point_at(curve, frame), *own) if each is not None and abs(each.co[1] - key.value) < 1e-5
            ]
            if standing:
                point = min(standing, key=lambda each: abs(each.co[0] - frame))
                return HandKey(key.owner, key.path, point.co[0], point.co[1], bits=bits_of_point(point))
        standing = [frames_of(curve) for _, _, curve in curves]
        raise AssertionError(f"a key that the artist set went with its line: {key}; keys at {standing}")

    def _recorded(self, key: HandKey) -> bool:
        """Whether anything is remembered of its line on its curve, whether that stands or not."""
        mine = (owner for owner in self.owners() if owner.id_type == "KEY" and identity(owner) == key.owner)
        slots = (slot for owner in mine for slot in self.room("addon.scene.slots").playing(owner))
        return any(key.line in self.on(slot.owner, slot, key.path) for slot in slots)

    def _waits(self, key: HandKey, curves: list, frame: float) -> bool:
        """Whether its line still has the change, for when it has the frame again."""
        records = [self.on(owner, slot, key.path).get(key.line) for owner, slot, _ in curves]
        edits = [edit for record in records if record is not None for edit in record.edits]
        return any(edit.start - NEAR <= frame <= edit.end + NEAR for edit in edits)

    def _left_standing(self, key: HandKey, curves: list, frame: float) -> HandKey | None:
        """The very key where it stands in nobody's frames: what a line could not take along, wherever it had moved before."""
        for owner, slot, curve in curves:
            for point in sorted(curve.keyframe_points, key=lambda point: abs(point.co[0] - frame)):
                same = abs(point.co[1] - key.value) < 1e-5 or (key.waiting and abs(point.co[0] - frame) < NEAR)
                if point.type == "KEYFRAME" and same and self.line_at(owner, slot, key.path, point.co[0])[0] is None:
                    return HandKey(key.owner, key.path, point.co[0], point.co[1], bits=bits_of_point(point))
        return None

    def _elsewhere(self, key: HandKey, curves: list) -> HandKey | None:
        """The change on a line that took the place of its own, which had moved in the same step: what is most like it."""
        found: list[tuple[float, HandKey]] = []
        for owner, slot, curve in curves:
            for token, record in self.on(owner, slot, key.path).items():
                line = self._line(token)
                ranges = record.among(self.room("addon.scene.lines").owned(line)) if line is not None else ()
                for point in curve.keyframe_points if line is not None and token != key.line else ():
                    at, own = point.co[0], point.type == "KEYFRAME"
                    apart = abs(point.co[1] - self._generated(record, at) - key.change)
                    if own and lies_in(ranges, at) and apart < CARRIED:
                        here = replace(key, line=token, seconds=self._seconds(line, at), frame=at, value=point.co[1])
                        found.append((apart, here))
        return min(found, key=lambda each: each[0])[1] if found else None
