# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody or something to look at: where it is at every frame, in degrees as seen from between a character's resting eyes.

What objects and bones do by keys, their parents' too, is followed; what constraints do is taken as it stands now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ...inference.text import tags
from ..animation import fcurves, keyed_places, slots
from . import characters, eyes, hierarchy

LOOK_TRACK: Final = "parlance_tracks.look"
AHEAD, FIRST = -1, 0
"""Where the sliders say; the character's own Look At. From 1 on it is the list of further targets."""
BESIDE: Final = 0.15
"""Metres between the eyes of two characters below which one stands in the other, and is not looked at."""
BEHIND: Final = 100.0
"""Degrees aside from which nobody turns the head any more."""


@dataclass(frozen=True)
class Glance:
    """From frame `start` to `end` the eyes are turned by so many degrees, wherever they would rest else."""

    start: float
    end: float
    yaw: float
    pitch: float


Degrees = NDArray[np.float32]


@dataclass(frozen=True)
class Named:
    """From a frame on, the eyes rest on the object of that name; "camera" is the scene's, "" wherever else they would."""

    frame: float
    name: str


def track(
    character: characters.Character,
    first: int,
    count: int,
    scene: Any = None,
    *,
    named: Sequence[Named] = (),
    glances: Sequence[Glance] = (),
) -> Degrees | None:
    """Yaw and pitch in degrees, float32[F, 2], of what the character looks at; None where nothing says it, NaN where not always.

    What is named comes first, then what the artist has chosen, by a key or for good.
    """
    frames, scene = first + np.arange(count), scene or bpy.context.scene
    chosen = _chosen(character.root, frames)
    places = [(chosen == choice, _place(character, scene, int(choice), frames)) for choice in np.unique(chosen)]
    if not (named or glances) and all(points is None for _, points in places):
        return None  # of most characters: where their eyes are need not be looked up
    space = eyes.space_of(character.body)
    seen = np.full((count, 2), np.nan, np.float32)
    for inside, points in places:
        _look(seen, inside, space, points)
    for name, inside in _by_name(named, frames):
        _look(seen, inside, space, _of_name(character, scene, name, frames))
    for glance in glances:
        seen[(frames >= glance.start - 0.5) & (frames < glance.end - 0.5)] = glance.yaw, glance.pitch
    return None if np.isnan(seen).all() else seen


def way_to(character: characters.Character, other: Any, first: int, count: int) -> Degrees | None:
    """Yaw and pitch in degrees, float32[F, 2], of another character's eyes; None where they are not to be seen from here.

    NaN where the artist has the character look ahead.   other: an object of that character.
    """
    frames, space = first + np.arange(count), eyes.space_of(character.body)
    points = _eyes_of(other, frames, space)
    if points is None:
        return None
    ways = space.directions(points).astype(np.float32)
    ways[_looks_ahead(character.root, frames)] = np.nan
    return ways


def _looks_ahead(root: Any, frames: NDArray[np.int_]) -> NDArray[np.bool_]:
    """bool[F] where the artist has chosen that nobody is looked at."""
    kinds = [root.parlance.gaze_kind, *(look.kind for look in root.parlance.looks)]
    chosen = _chosen(root, frames)
    ahead = [number for number, kind in enumerate(kinds) if kind == "AHEAD"]
    return np.asarray((chosen == AHEAD) | np.isin(chosen, ahead))


def _look(seen: Degrees, inside: NDArray[np.bool_], space: eyes.Space, points: NDArray[np.float64] | None) -> None:
    """Let the eyes rest on points of the world, float64[F, 3], in some of the frames."""
    if points is not None:
        seen[inside] = space.directions(points)[inside]


def _chosen(root: Any, frames: NDArray[np.int_]) -> NDArray[np.int_]:
    """int[F] which target the artist has chosen at each frame: as keyed, else as it stands."""
    playing = slots.existing(root)
    curve = fcurves.find(playing.bag, LOOK_TRACK) if playing is not None else None
    if curve is None:
        return np.full(len(frames), root.parlance_tracks.look)
    return np.array([round(curve.evaluate(frame)) for frame in frames])


def _place(character: characters.Character, scene: Any, choice: int, frames: NDArray[np.int_]) -> NDArray[np.float64] | None:
    settings = character.root.parlance
    if choice == FIRST and settings.gaze_kind == "OBJECT":
        return _of_object(character, settings.gaze_target, settings.gaze_bone, frames)
    if choice == FIRST:
        return _of_kind(character, scene, settings.gaze_kind, settings.gaze_point, frames)
    if not 1 <= choice <= len(settings.looks):
        return None
    look = settings.looks[choice - 1]
    if look.kind == "OBJECT":
        return _of_object(character, look.target, look.bone, frames)
    return _of_kind(character, scene, look.kind, look.point, frames)


def _of_kind(
    character: characters.Character, scene: Any, kind: str, point: Any, frames: NDArray[np.int_]
) -> NDArray[np.float64] | None:
    if kind == "AHEAD":
        return None
    if kind == "POINT":
        return np.tile(np.array(point, np.float64), (len(frames), 1))
    points = np.full((len(frames), 3), np.nan)
    for camera, inside in _cameras(scene, frames):
        seen = _of_object(character, camera, "", frames)
        if seen is not None:
            points[inside] = seen[inside]
    return None if np.isnan(points).all() else points


def _cameras(scene: Any, frames: NDArray[np.int_]) -> Iterator[tuple[Any, NDArray[np.bool_]]]:
    """The cameras of a scene and the frames of each: markers may bind others."""
    bound = sorted((marker for marker in scene.timeline_markers if marker.camera is not None), key=lambda marker: marker.frame)
    if not bound:
        yield scene.camera, np.ones(len(frames), bool)
        return
    starts = np.array([marker.frame for marker in bound])
    at = np.maximum(np.searchsorted(starts, frames, side="right") - 1, 0)
    for number, marker in enumerate(bound):
        yield marker.camera, at == number


def _of_name(character: characters.Character, scene: Any, name: str, frames: NDArray[np.int_]) -> NDArray[np.float64] | None:
    """float64[F, 3] where what a direction names is: "camera" is the scene's at the time. The very name goes first."""
    written = tags.plain(name)
    if written == "camera":
        return _of_kind(character, scene, "CAMERA", None, frames)
    found = scene.objects.get(name) or next((item for item in scene.objects if tags.plain(item.name) == written), None)
    return _of_object(character, found, "", frames)


def _by_name(named: Iterable[Named], frames: NDArray[np.int_]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    ordered = sorted(named, key=lambda each: each.frame)
    for at, each in enumerate(ordered):
        end = ordered[at + 1].frame if at + 1 < len(ordered) else np.inf
        if each.name:
            yield each.name, (frames >= each.frame) & (frames < end)


def _of_object(
    character: characters.Character, target: Any | None, bone: str, frames: NDArray[np.int_]
) -> NDArray[np.float64] | None:
    """float64[F, 3] where an object is in the world: its bone, the eyes of the character that it is part of, or its origin."""
    if target is None:
        return None
    if bone and target.type == "ARMATURE" and bone in target.pose.bones:
        followed = keyed_places.of(target, bone, frames)
        at = target.matrix_world @ target.pose.bones[bone].head
        return np.asarray(np.array(at) + _moves(target, frames)) if followed is None else followed
    other = hierarchy.body_of(target)
    if other != character.body and not _is_carried(target, other) and eyes.is_character(other):
        return eyes.space_of(other).eyes_at(_moves(other, frames))
    followed = keyed_places.of(target, "", frames)
    if followed is not None:
        return followed
    free = target.parent is None and not target.constraints
    at = target.location if free else target.matrix_world.translation
    around = target.parent.matrix_world.to_3x3() if target.parent else Matrix.Identity(3)
    return np.asarray(np.array(at) + _moves(target, frames) @ np.array(around).T)


def _is_carried(target: Any, body: Any) -> bool:
    """Whether a bone of a character carries an object that is no part of it, such as an apple in the hand."""
    skin = target.type == "MESH" and (
        target.data.shape_keys is not None or any(each.type == "ARMATURE" for each in target.modifiers)
    )
    below = takewhile(lambda each: each != body, (target, *hierarchy.ancestors(target)))
    return not skin and any(each.parent_type == "BONE" for each in below)


def _eyes_of(root: Any, frames: NDArray[np.int_], space: eyes.Space) -> NDArray[np.float64] | None:
    """float64[F, 3] another character's eyes in the world, None where they are not to be seen from here."""
    body = hierarchy.body_of(root)
    points = eyes.space_of(body).eyes_at(_moves(body, frames))
    ways = space.directions(points)
    near = np.linalg.norm(points - np.array(space.eyes_in_world), axis=1).min(initial=np.inf) < BESIDE
    return None if near or np.abs(ways[:, 0]).max(initial=0.0) > BEHIND else points


def _moves(target: Any, frames: NDArray[np.int_]) -> NDArray[np.float64]:
    """float64[F, 3] by how much an object's animated location differs from where it stands now."""
    moved = np.zeros((len(frames), 3))
    playing = slots.existing(target)
    if playing is None:
        return moved
    for axis in range(3):
        curve = fcurves.find(playing.bag, "location", axis)
        if curve is not None:
            moved[:, axis] = [curve.evaluate(frame) - target.location[axis] for frame in frames]
    return moved


def names(scene: Any) -> list[str]:
    """What can be looked at by name."""
    return ["camera", *(item.name for item in scene.objects)]
