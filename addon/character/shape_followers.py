# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes that drivers let follow other shapes of the same character: those of teeth, lashes and beards. They need no keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...inference.rigging.rig_map import RigMap

if TYPE_CHECKING:
    from .characters import Face


def without_followers(faces: Sequence[Face]) -> tuple[Face, ...]:
    """The faces with what is to be keyed: no shape that follows one which is, and no face of which nothing is left."""
    driven = {face.key: dict(_driven(face)) for face in faces}
    if not any(driven.values()):
        return tuple(faces)
    led = {(face.key, name) for face in faces for name in face.targets if name not in driven[face.key]}
    kept = []
    for face in faces:
        follow = {name for name, curve in driven[face.key].items() if any(each in led for each in _leaders(curve))}
        drives = tuple(drive for drive in face.rig_map.drives if drive.target not in follow)
        kept.append(replace(face, rig_map=RigMap(face.rig_map.convention, drives)) if follow else face)
    return tuple(face for face in kept if face.targets)


def _driven(face: Face) -> Iterator[tuple[str, Any]]:
    """The drivers that move shapes of a face which would be keyed, by name."""
    data = face.key.animation_data
    paths = {face.key.key_blocks[name].path_from_id("value"): name for name in face.targets} if data and data.drivers else {}
    for curve in data.drivers if data else ():
        if curve.data_path in paths and not curve.mute:
            yield paths[curve.data_path], curve


def _leaders(curve: Any) -> Iterator[tuple[Any, str]]:
    """The shapes that a driver reads, with their datablocks."""
    for variable in curve.driver.variables:
        target = variable.targets[0]
        if variable.type == "SINGLE_PROP" and target.id is not None and target.id.id_type == "KEY":
            for block in target.id.key_blocks:
                if block.path_from_id("value") == target.data_path:
                    yield target.id, block.name
