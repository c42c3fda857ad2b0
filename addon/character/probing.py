# SPDX-License-Identifier: GPL-3.0-or-later
"""What bones and properties do to a face: each is set, the evaluated meshes are looked at, and all is put back. Main thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import bpy
import numpy as np
from numpy.typing import NDArray

from ...inference.rigging import RigMap
from ...inference.rigging.rig_map import name_in
from . import controls

if TYPE_CHECKING:
    from ...inference.rigging.control_fit import Probe
    from ...inference.rigging.parts import Part

Points: TypeAlias = NDArray[np.float32]
Setting: TypeAlias = Mapping[tuple[Any, str], float]
"""What each control is set to: {(object, data path): value}."""
_IDLE: Final = frozenset({"SUBSURF", "MULTIRES"})
"""Modifiers that only refine a surface; they wait meanwhile."""


def settings_of(owner: Any, rig_map: RigMap, probes: Mapping[str, Probe]) -> dict[str, dict[tuple[Any, str], float]]:
    """What each probe sets on an object, {name: setting}. probes: as control_fit.probes gives them."""
    by_source: dict[str, list[Any]] = {}
    for drive in rig_map.active:
        by_source.setdefault(drive.source, []).append(drive)
    found: dict[str, dict[tuple[Any, str], float]] = {}
    for name, probe in probes.items():
        setting: dict[tuple[Any, str], float] = {}
        for drive in by_source.get(probe.source, ()):
            if probe.control in {"", name_in(drive.target)}:
                at = (owner, drive.target)
                setting[at] = setting.get(at, drive.offset) + probe.share * drive.gain
        found[name] = setting
    return found


def resting(owner: Any, rig_map: RigMap) -> dict[tuple[Any, str], float]:
    """Where every control of a map is while nothing drives it."""
    found: dict[tuple[Any, str], float] = {}
    for drive in rig_map.active:
        at = (owner, drive.target)
        found[at] = found.get(at, 0.0) + drive.offset
    return found


def parts(body: Any, meshes: Sequence[Any], settings: Mapping[str, Setting], rest: Setting) -> list[tuple[Any, Part]]:
    """Meshes at rest and under every setting, in the space of a body; those that change their number of vertices are left out.

    rest: where all controls are before and between; they go back to where the artist has them afterwards.
    """
    from ...inference.rigging.parts import Part

    with _kept(rest), _coarse(meshes):
        points = _look(body, meshes)
        seen: list[dict[Any, Points]] = []
        for setting in settings.values():
            _set({**rest, **setting})
            seen.append(_look(body, meshes))
    even = [mesh for mesh in points if all(len(each[mesh]) == len(points[mesh]) for each in seen)]
    moves = {mesh: np.stack([each[mesh] - points[mesh] for each in seen]) for mesh in even}
    return [(mesh, Part(points[mesh], tuple(settings), moves[mesh])) for mesh in even]


def values(keys: Sequence[Any], settings: Sequence[Setting], rest: Setting) -> list[dict[tuple[Any, str], float]]:
    """The evaluated value of every shape key {(datablock, name): value}, at rest first and then under every setting."""
    with _kept(rest):
        found = [_values(keys)]
        for setting in settings:
            _set({**rest, **setting})
            found.append(_values(keys))
    return found


def _values(keys: Sequence[Any]) -> dict[tuple[Any, str], float]:
    depsgraph = bpy.context.evaluated_depsgraph_get()
    return {(key, block.name): block.value for key in keys for block in key.evaluated_get(depsgraph).key_blocks}


def _set(setting: Setting) -> None:
    for (owner, target), value in setting.items():
        controls.put(owner, target, value)
    bpy.context.view_layer.update()


@contextmanager
def _kept(rest: Setting) -> Iterator[None]:
    """Controls at rest inside, and as they were afterwards."""
    before = {(owner, target): owner.path_resolve(target) for owner, target in rest}
    try:
        _set(rest)
        yield
    finally:
        _set(before)


@contextmanager
def _coarse(meshes: Sequence[Any]) -> Iterator[None]:
    """Meshes without what only refines their surface."""
    idle = [mod for mesh in meshes for mod in mesh.modifiers if mod.type in _IDLE and mod.show_viewport]
    for modifier in idle:
        modifier.show_viewport = False
    try:
        yield
    finally:
        for modifier in idle:
            modifier.show_viewport = True
        if idle:
            bpy.context.view_layer.update()


def _look(body: Any, meshes: Sequence[Any]) -> dict[Any, Points]:
    """The points of the evaluated meshes in the space of a body."""
    depsgraph = bpy.context.evaluated_depsgraph_get()
    back = body.evaluated_get(depsgraph).matrix_world.inverted_safe()
    found: dict[Any, Points] = {}
    for mesh in meshes:
        shown = mesh.evaluated_get(depsgraph)
        vertices = shown.data.vertices
        points = np.empty(3 * len(vertices), np.float32)
        vertices.foreach_get("co", points)
        place = np.array(back @ shown.matrix_world, np.float64)
        found[mesh] = (points.reshape(-1, 3) @ place[:3, :3].T + place[:3, 3]).astype(np.float32)
    return found
