# SPDX-License-Identifier: GPL-3.0-or-later
"""What must become of the keys an artist sets: those within a line ride on every new result, all others keep every bit."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from .hand_edits import HandEdits
from .hand_key import CARRIED, NEAR, ROUNDED, HandKey, bits_of_point, everywhere, frames_of, identity, lies_in, point_at


class HandKeys(HandEdits):
    """The keys that an artist has set, and what must have become of each after every step."""

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
            for slot in self.room("addon.animation.slots").playing(owner):
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
            ranges = self.room("addon.lines.lines").owned(line)
            known = [(curve, self.on(owner, slot, key.path).get(key.line)) for owner, slot, curve in curves]
            rows = [(curve, record) for curve, record in known if record is not None and lies_in(record.among(ranges), frame)]
            for curve, record in rows[:-1]:  # one in each NLA layer
                with contextlib.suppress(AssertionError):
                    return self._followed(key, curve, record, frame)
            if rows:
                return self._followed(key, *rows[-1], frame)
        return self._heir(key, curves, frame, gone=line is None)

    def _followed(self, key: HandKey, curve, record, frame: float) -> HandKey:
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
                for point in sorted(self._set_by_hand(curve, record), key=lambda point: abs(point.co[0] - frame)):
                    at = point.co[0]
                    if abs(point.co[1] - self._generated(record, at) - key.change) < CARRIED and (gone or abs(at - frame) < NEAR):
                        return replace(key, line=line.token, seconds=self._seconds(line, at), frame=at, value=point.co[1])
                # Or its gap has closed at another frame rate, and whoever speaks then, elsewhere on the timeline, has it.
                heir = self._elsewhere(key, curves) if gone and abs(key.change) >= CARRIED else None
                told = f"a change was not handed on at {frame}: {key}; keys at {frames_of(curve)}"
                assert not gone or key.waiting or heir is not None, told
                return heir if gone else replace(key, waiting=True)
        if gone and (heir := self._elsewhere(key, curves)) is not None:
            return heir
        if gone and key.waiting:
            return None
        home = self._line(key.line)
        recorded = home is not None and self._recorded(key)
        if home is not None and (recorded or not lies_in(self.room("addon.lines.lines").owned(home), frame)):
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

    def _set_by_hand(self, curve, record) -> list:
        """The keys of a line that an artist has set; those between carry what was changed, and go with the line."""
        frames = record.written.frames[self.room("inference.keying.merged").hand_made(record)]
        own = [point for point in curve.keyframe_points if point.type == "KEYFRAME"]
        return [point for point in own if any(abs(point.co[0] - frame) < NEAR for frame in frames)] or own

    def _recorded(self, key: HandKey) -> bool:
        """Whether anything is remembered of its line on its curve, whether that stands or not."""
        mine = (owner for owner in self.owners() if owner.id_type == "KEY" and identity(owner) == key.owner)
        slots = (slot for owner in mine for slot in self.room("addon.animation.slots").playing(owner))
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
                here = abs(point.co[0] - frame) < NEAR  # on a new result in the same step, before its line went
                same = abs(point.co[1] - key.value) < (CARRIED if here else 1e-5) or (key.waiting and here)
                if point.type == "KEYFRAME" and same and self.line_at(owner, slot, key.path, point.co[0])[0] is None:
                    return HandKey(key.owner, key.path, point.co[0], point.co[1], bits=bits_of_point(point))
        return None

    def _elsewhere(self, key: HandKey, curves: list) -> HandKey | None:
        """The change on a line that took the place of its own, which had moved in the same step: what is most like it."""
        found: list[tuple[float, HandKey]] = []
        for owner, slot, curve in curves:
            for token, record in self.on(owner, slot, key.path).items():
                line = self._line(token)
                ranges = record.among(self.room("addon.lines.lines").owned(line)) if line is not None else ()
                for point in curve.keyframe_points if line is not None and token != key.line else ():
                    at, own = point.co[0], point.type == "KEYFRAME"
                    apart = abs(point.co[1] - self._generated(record, at) - key.change)
                    if own and lies_in(ranges, at) and apart < CARRIED:
                        here = replace(key, line=token, seconds=self._seconds(line, at), frame=at, value=point.co[1])
                        found.append((apart, here))
        return min(found, key=lambda each: each[0])[1] if found else None
