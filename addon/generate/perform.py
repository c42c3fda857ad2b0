# SPDX-License-Identifier: GPL-3.0-or-later
"""From a Plan to a Draft: hear, act, map and fit. Any thread; nothing of Blender's data is touched."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...inference.animation import Animation
from ...inference.fade import faded
from ...inference.keying import Keys, blocking, fitting, groups
from ...inference.performance import Performance, Phone
from ...inference.rigging.controllers import address
from ...inference.rigging.cue_track import Spoken
from ...inference.rigging.rig_map import RigMap
from ...inference.tracks import Tracks
from ..log import timed
from ..scene import joints, stored
from . import hearing, idle_perform, texts, tracks
from .data import Draft, DraftCurve, JointPlan, Plan
from .joins import CurveKey, part_of

Progress: TypeAlias = Callable[[float, str], None]
AT_ONCE: Final = 1_000_000
"""Values of all curves that are fitted between two looks at the progress."""
CONTROL_TOLERANCE: Final = 0.01
"""How far sparse keys may miss a bone or property, as a share of how far it moves."""
WARM: Final = 12.0
AFTER: Final = 3.0
"""Seconds before and after frames that are shown alone which are acted too: feelings swell and ebb over some."""
LAYER_OF: Final = {"head": "head", "eye": "eyes"}
"""The NLA layer of each part that turns."""


def unheard(_fraction: float, _message: str) -> None:
    """Progress that nobody follows."""


def perform(plan: Plan, progress: Progress = unheard) -> Draft:
    """Hear, act, map and fit. Any thread; nothing of Blender's data is touched.

    progress: as for `hear`; what it raises cancels the work. Raises ParlanceError about the sound.
    """
    if plan.idle is not None:
        return idle_perform.draft(plan, plan.idle)
    heard, free, note = plan.heard, plan.free, ""
    if heard is None:
        raw, note = hearing.heard(plan, progress)
        free = texts.led(raw, plan.told)
        heard = free.led if free.led is free.free else stored.settle(free.led)
    performance = plan.retouching.revised(heard)
    progress(0.9, "Acting")
    with timed("acting"):
        # Where the face idles beside the line, it goes on acting in the frames before and after the sound; else it comes to rest.
        lead, trail = (0 if idles else frames for idles, frames in zip(plan.idles, (plan.lead, plan.trail), strict=True))
        generated = faded(act_line(plan, performance, Tracks()), lead, trail)
        animation = generated
        if plan.edits:
            edited = tracks.edited(generated, plan.edits, plan.direction, plan.first - plan.lead)
            acted_frames = slice(lead, len(generated.shapes) - trail)
            animation = faded(act_line(plan, performance, edited.within(acted_frames)), lead, trail)
    progress(0.95, "Setting keys")
    with timed("fitting keys"):
        said_at = animation.times - plan.first / plan.fps + plan.direction.lead
        told = replace(plan, rigging=plan.rigging.saying(performance, said_at))
        made = curves(told, generated, animation, performance.phones, progress)
    return Draft(heard, animation, made, free, note)


def curves(
    plan: Plan, generated: Animation, animation: Animation, phones: tuple[Phone, ...] = (), progress: Progress = unheard
) -> tuple[DraftCurve, ...]:
    """The keys of every curve.

    generated: the animation as it would be without the artist's changes of its tracks.   phones: what is said, for drawn mouths.
    """
    poses = _poses(plan, animation)
    shapes = (*_shape_curves(plan, animation, poses, progress), *_control_curves(plan, animation, poses, phones))
    return (*shapes, *_track_curves(plan, generated), *_joint_curves(plan, animation))


def act_line(plan: Plan, performance: Performance, edited: Tracks, shown: slice | None = None) -> Animation:
    """A line under its direction and passages.

    shown: some frames alone, as seen from WARM before them: blinks and glances may fall otherwise there than in the whole.
    """
    from ...inference.acting import Borders, act, headless
    from ...inference.idle import is_silent, listening

    turns = any(item.part == "head" for item in plan.joints)
    ahead, beyond = (frames if idles else 0 for idles, frames in zip(plan.idles, (plan.lead, plan.trail), strict=True))
    borders = Borders(before=ahead / plan.fps if ahead else None, after=beyond / plan.fps if beyond else None)
    waits = is_silent(performance)
    if waits:
        performance = listening(performance, plan.voices)
    count, begin, target = ahead + plan.count + beyond, -ahead, plan.target
    if shown is not None:
        near = slice(max(shown.start - round(WARM * plan.fps), 0), min(shown.stop + round(AFTER * plan.fps), count))
        shown = slice(shown.start - near.start, shown.stop - near.start)
        count, begin, target = near.stop - near.start, near.start - ahead, None if target is None else target[near]
    return plan.retouching.acted(
        lambda direction: act(
            performance,
            replace(direction if turns else headless(direction), listening=direction.listening or waits),
            fps=plan.fps,
            start=plan.first / plan.fps,
            frames=count,
            begin=begin,
            borders=borders,
            tracks=replace(edited, target=target),
            geometry=plan.rigging.geometry,
            rules=plan.rules,
            style=plan.style,
            cues=plan.retouching.cues,
            shown=shown,
        ),
        plan.direction,
        ahead / plan.fps,
    )


def _joined(plan: Plan, key: CurveKey, values: NDArray[Any], part: str) -> NDArray[Any]:
    """The values of one curve, led in from what is before them and out to what is after them."""
    return values if plan.joins is None else plan.joins.joined(key, values, part, plan.fps)


def _first(plan: Plan) -> int:
    """The scene frame of the first value of every faded curve."""
    return plan.first - plan.lead


def _poses(plan: Plan, animation: Animation) -> blocking.Poses | None:
    """The poses of the mouth, where the artist is blocking."""
    return blocking.poses(animation, plan.rigging.geometry) if plan.direction.blocking else None


def _shape_curves(plan: Plan, animation: Animation, poses: blocking.Poses | None, progress: Progress) -> list[DraftCurve]:
    """Shape keys of all meshes; curves that come out alike on several of them are fitted once."""
    wanted = [
        (face, target, _joined(plan, (face.owner, face.paths[target], 0, layer), values, _part(face.rig_map, target)), layer)
        for face in plan.faces
        for layer, shapes in _layers(plan, animation, face.rig_map).items()
        for target, values in shapes.items()
        if not fitting.is_spared(plan.direction, face.rig_map, target)
    ]
    by_channel = fitting.anchors_by_channel(animation)
    distinct: dict[bytes, int] = {}
    columns: list[NDArray[np.float32]] = []
    wishes: list[tuple[list[int], bool]] = []
    which = []
    for face, target, values, _ in wanted:
        signature = hashlib.blake2b(np.ascontiguousarray(values).data, digest_size=16).digest()
        if signature not in distinct:
            distinct[signature] = len(columns)
            columns.append(values)
            wishes.append((fitting.anchors_of(by_channel, face.rig_map, target), fitting.of_mouth(face.rig_map, target)))
        which.append(distinct[signature])
    if not columns:
        return []
    fitted = _fitted(plan, columns, wishes, poses, progress)
    return [
        DraftCurve(face.owner, face.paths[target], 0, fitted[at], layer, groups.group_of(face.rig_map.channels(target)))
        for (face, target, _, layer), at in zip(wanted, which, strict=True)
    ]


def _part(rig_map: RigMap, target: str) -> str:
    return part_of(rig_map.channels(target))


def _fitted(
    plan: Plan,
    columns: list[NDArray[np.float32]],
    wishes: list[tuple[list[int], bool]],
    poses: blocking.Poses | None,
    progress: Progress,
) -> list[Keys]:
    """Keys of the columns, some at a time; those of the mouth on its poses, where there are any.

    wishes: the frames where each column wants a key, and whether it is of the mouth.
    """
    found: dict[int, Keys] = {}
    together = max(AT_ONCE // len(columns[0]), 1)
    for of_mouth, posed in ((True, poses), (False, None)):
        rows = [row for row, wish in enumerate(wishes) if wish[1] == of_mouth]
        for start in range(0, len(rows), together):
            some = rows[start : start + together]
            values, wanted = np.column_stack([columns[row] for row in some]), [wishes[row][0] for row in some]
            keys = fitting.fit_keys(values, _first(plan), plan.direction, wanted, poses=posed)
            found.update(zip(some, keys, strict=True))
            progress(0.95 + 0.04 * len(found) / len(columns), "Setting keys")
    return [found[row] for row in range(len(columns))]


def _control_curves(
    plan: Plan, animation: Animation, poses: blocking.Poses | None, phones: tuple[Phone, ...]
) -> list[DraftCurve]:
    """Bones and properties of the armature and of other objects; each within a share of its own range, switches in steps."""
    places = ((plan.body, plan.rigging.controls), *plan.rigging.elsewhere)
    times = (np.arange(len(animation.shapes)) - plan.lead) / plan.fps + plan.direction.lead
    spoken = Spoken(phones, times)
    return [curve for place in places for curve in _curves_of(plan, animation, poses, spoken, place)]


def _curves_of(
    plan: Plan, animation: Animation, poses: blocking.Poses | None, spoken: Spoken, place: tuple[int, RigMap]
) -> list[DraftCurve]:
    """Those of one object and its map."""
    from ...inference.rigging.switch import stepped

    owner, controls = place
    moved = plan.rigging.apply(controls, animation.shapes, spoken)
    by_channel = fitting.anchors_by_channel(animation) if moved else {}
    curves = []
    for target, values in moved.items():
        if fitting.is_spared(plan.direction, controls, target):
            continue
        path, index = address(target)
        layer = "speech" if plan.output == "NLA" else ""
        if not controls.steps(target):
            values = _joined(plan, (owner, path, index, layer), values, _part(controls, target))  # noqa: PLW2901
        swing = max(float(np.ptp(values)), 1e-6)
        if controls.steps(target):
            keys = stepped(values, _first(plan))
        else:
            anchors = [fitting.anchors_of(by_channel, controls, target)]
            tolerance = CONTROL_TOLERANCE * swing
            posed = poses if fitting.of_mouth(controls, target) else None
            (keys,) = fitting.fit_keys(values[:, None], _first(plan), plan.direction, anchors, tolerance=tolerance, poses=posed)
        group = groups.group_of(controls.channels(target))
        curves.append(DraftCurve(owner, path, index, keys, layer, group))
    return curves


def _layers(plan: Plan, animation: Animation, rig_map: RigMap) -> dict[str, dict[str, NDArray[np.float32]]]:
    """A face's own shapes, all in one or taken apart.

    A rig map clamps, so that layers mapped one by one would not add up to the whole: each is what it adds to those below it.
    """
    apply = plan.rigging.apply
    if plan.output != "NLA":
        return {"": apply(rig_map, animation.shapes)}
    below: dict[str, NDArray[np.float32]] = {}
    taken_apart: dict[str, dict[str, NDArray[np.float32]]] = {}
    total = np.zeros_like(animation.shapes)
    for name, layer in animation.layers.items():
        total = total + layer
        mapped = apply(rig_map, total)
        taken_apart[name] = {target: values - below.get(target, 0.0) for target, values in mapped.items()}
        below = mapped
    return taken_apart


def _track_curves(plan: Plan, animation: Animation) -> list[DraftCurve]:
    names, values = tracks.values_of(animation)
    if plan.joins is not None:
        columns = [
            _joined(plan, (plan.root, tracks.path_of(name), 0, ""), values[:, at], tracks.part_of(name))
            for at, name in enumerate(names)
        ]
        values = np.column_stack(columns)
    fitted = fitting.fit_keys(values, _first(plan), plan.direction, [])
    return [
        DraftCurve(plan.root, tracks.path_of(name), 0, keys, group=groups.EYES if name.startswith("blink") else groups.EMOTION)
        for name, keys in zip(names, fitted, strict=True)
    ]


def turned(item: JointPlan, animation: Animation) -> NDArray[np.float64]:
    """float64[F, n] the rotation of a bone or eye."""
    if item.part == "head":
        pitch, yaw, roll = animation.head.T
    else:
        yaw, pitch, roll = animation.gaze[:, 0], -animation.gaze[:, 1], np.zeros(len(animation.gaze), np.float32)
    return joints.rotations(item.joint, pitch, yaw, roll)


def _joint_curves(plan: Plan, animation: Animation) -> list[DraftCurve]:
    curves = []
    for item in () if plan.direction.mouth_only else plan.joints:
        rotation = turned(item, animation)
        layer = LAYER_OF[item.part] if plan.output == "NLA" else ""
        keyed = [(item.owner, item.joint.path, index, layer) for index in range(rotation.shape[1])]
        part = "head" if item.part == "head" else "eyes"
        rotation = np.column_stack([_joined(plan, key, rotation[:, at], part) for at, key in enumerate(keyed)])
        fitted = fitting.fit_keys(rotation, _first(plan), plan.direction, [], tolerance=joints.TOLERANCE)
        group = groups.OF_PART[item.part]
        curves += [DraftCurve(item.owner, item.joint.path, index, keys, layer, group) for index, keys in enumerate(fitted)]
    return curves
