# SPDX-License-Identifier: GPL-3.0-or-later
"""From an animation to the keys of every curve of a character: mapped to its rig first, then fitted, all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ...inference.animation import Animation
from ...inference.keying import Keys, blocking, fitting, groups
from ...inference.keying.fitting import Anchors, Wish
from ...inference.performance import Phone
from ...inference.progress import Progress, unheard
from ...inference.rigging.controllers import address
from ...inference.rigging.cue_track import Spoken
from ...inference.rigging.rig_map import RigMap
from ...inference.rowwise import stretches
from ...inference.spool import LARGE, evict, zeros
from ..character import joints
from ..lines import tracks
from ..lines.data import DraftCurve, JointPlan, Plan
from ..lines.joins import CurveKey, part_of

CONTROL_TOLERANCE: Final = 0.01
"""How far sparse keys may miss a bone or property, as a share of how far it moves."""
LAYER_OF: Final = {"head": "head", "eye": "eyes"}
"""The NLA layer of each part that turns."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """A curve that is to be keyed: of which property, filed under which group, in which NLA layer.

    what: its values, and what is wished of its keys; or its keys, where there is nothing to fit.
    """

    owner: int
    path: str
    index: int
    what: Wish | Keys
    layer: str = ""
    group: str = ""


def curves(
    plan: Plan, generated: Animation, animation: Animation, phones: tuple[Phone, ...] = (), progress: Progress = unheard
) -> tuple[DraftCurve, ...]:
    """The keys of every curve.

    generated: the animation as it would be without the artist's changes of its tracks.   phones: what is said, for drawn mouths.
    """
    anchors = Anchors(animation)
    wanted = [
        *_of_shapes(plan, animation, anchors),
        *_of_controls(plan, animation, anchors, phones),
        *_of_tracks(plan, generated),
        *_of_joints(plan, animation),
    ]
    wishes = [each.what for each in wanted if isinstance(each.what, Wish)]
    poses = blocking.poses(animation, plan.rigging.geometry) if plan.direction.blocking else None
    fitted = iter(
        fitting.fit_keys(wishes, _first(plan), plan.direction, poses, lambda done: progress(0.95 + 0.04 * done, "Setting keys"))
    )
    return tuple(
        DraftCurve(
            each.owner, each.path, each.index, next(fitted) if isinstance(each.what, Wish) else each.what, each.layer, each.group
        )
        for each in wanted
    )


def _joined(plan: Plan, key: CurveKey, values: NDArray[Any], part: str) -> NDArray[Any]:
    """The values of one curve, led in from what is before them and out to what is after them."""
    return values if plan.joins is None else plan.joins.joined(key, values, part, plan.fps)


def _first(plan: Plan) -> int:
    """The scene frame of the first value of every faded curve."""
    return plan.first - plan.lead


def _of_shapes(plan: Plan, animation: Animation, anchors: Anchors) -> list[Wanted]:
    """Shape keys of all meshes; curves that come out alike on several of them are one wish."""
    wishes: dict[bytes, Wish] = {}
    wanted = []
    for face in plan.faces:
        for layer, shapes in _layers(plan, animation, face.rig_map).items():
            for target, mapped in shapes.items():
                channels, path = face.rig_map.channels(target), face.paths[target]
                if fitting.is_spared(plan.direction, channels):
                    continue
                values = _joined(plan, (face.owner, path, 0, layer), mapped, part_of(channels))
                alike = fitting.content(values)
                evict(values)
                if alike not in wishes:
                    wishes[alike] = Wish(values, anchors.of(channels), fitting.of_mouth(channels))
                wanted.append(Wanted(face.owner, path, 0, wishes[alike], layer, groups.group_of(channels)))
    return wanted


def _mapped(plan: Plan, rig_map: RigMap, shapes: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """The curves of a face; of hours in a file, worked out a stretch at a time."""
    rigging = plan.rigging
    if shapes.nbytes < LARGE or not rigging.frame_by_frame(rig_map):
        return rigging.apply(rig_map, shapes)
    names = list(rigging.apply(rig_map, shapes[:1]))
    columns = zeros((len(names), len(shapes)))
    for part, _, _ in stretches(len(shapes), 0):
        for column, values in zip(columns, rigging.apply(rig_map, shapes[part]).values(), strict=True):
            column[part] = values
        evict(shapes)
        evict(columns)
    return dict(zip(names, columns, strict=True))


def _layers(plan: Plan, animation: Animation, rig_map: RigMap) -> dict[str, dict[str, NDArray[np.float32]]]:
    """A face's own shapes, all in one or taken apart.

    A rig map clamps, so that layers mapped one by one would not add up to the whole: each is what it adds to those below it.
    """
    if plan.output != "NLA":
        return {"": _mapped(plan, rig_map, animation.shapes)}
    below: dict[str, NDArray[np.float32]] = {}
    taken_apart: dict[str, dict[str, NDArray[np.float32]]] = {}
    total = np.zeros_like(animation.shapes)
    for name, layer in animation.layers.items():
        total = total + layer
        mapped = plan.rigging.apply(rig_map, total)
        taken_apart[name] = {target: values - below.get(target, 0.0) for target, values in mapped.items()}
        below = mapped
    return taken_apart


def _of_controls(plan: Plan, animation: Animation, anchors: Anchors, phones: tuple[Phone, ...]) -> list[Wanted]:
    """Bones and properties of the armature and of other objects; each within a share of its own range, switches in steps."""
    times = (np.arange(len(animation.shapes)) - plan.lead) / plan.fps + plan.direction.lead
    spoken = Spoken(phones, times)
    return [
        _of_control(plan, anchors, place, target, values)
        for place in ((plan.body, plan.rigging.controls), *plan.rigging.elsewhere)
        for target, values in plan.rigging.apply(place[1], animation.shapes, spoken).items()
        if not fitting.is_spared(plan.direction, place[1].channels(target))
    ]


def _of_control(plan: Plan, anchors: Anchors, place: tuple[int, RigMap], target: str, values: NDArray[np.float32]) -> Wanted:
    """One of them; place: whose it is, and its map."""
    from ...inference.rigging.switch import stepped

    (owner, controls), (path, index) = place, address(target)
    layer, channels = "speech" if plan.output == "NLA" else "", controls.channels(target)
    what: Wish | Keys
    if controls.steps(target):
        what = stepped(values, _first(plan))
    else:
        values = _joined(plan, (owner, path, index, layer), values, part_of(channels))
        tolerance = CONTROL_TOLERANCE * max(float(np.ptp(values)), 1e-6)
        what = Wish(values, anchors.of(channels), fitting.of_mouth(channels), tolerance)
    return Wanted(owner, path, index, what, layer, groups.group_of(channels))


def _of_tracks(plan: Plan, animation: Animation) -> list[Wanted]:
    """The artist's tracks of emotion and blinks."""
    names, values = tracks.values_of(animation)
    keyed = ((name, (plan.root, tracks.path_of(name), 0, "")) for name in names)
    return [
        Wanted(
            *key[:3],
            Wish(_joined(plan, key, column, tracks.part_of(name))),
            group=groups.EYES if name.startswith("blink") else groups.EMOTION,
        )
        for (name, key), column in zip(keyed, values.T, strict=True)
    ]


def turned(item: JointPlan, animation: Animation) -> NDArray[np.float64]:
    """float64[F, n] the rotation of a bone or eye."""
    if item.part == "head":
        pitch, yaw, roll = animation.head.T
    else:
        yaw, pitch, roll = animation.gaze[:, 0], -animation.gaze[:, 1], np.zeros(len(animation.gaze), np.float32)
    return joints.rotations(item.joint, pitch, yaw, roll)


def _of_joints(plan: Plan, animation: Animation) -> list[Wanted]:
    """Head and eyes."""
    wanted = []
    for item in () if plan.direction.mouth_only else plan.joints:
        layer, part = LAYER_OF[item.part] if plan.output == "NLA" else "", "head" if item.part == "head" else "eyes"
        for index, column in enumerate(turned(item, animation).T):
            values = _joined(plan, (item.owner, item.joint.path, index, layer), column, part)
            wish = Wish(values, tolerance=joints.TOLERANCE)
            wanted.append(Wanted(item.owner, item.joint.path, index, wish, layer, groups.OF_PART[item.part]))
    return wanted
