# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a mesh's shape keys and measuring its face; remembered until a shape changes."""

from __future__ import annotations

import hashlib
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...inference.rigging.calibration import Calibration, calibrate
from ...inference.rigging.rig_map import RigMap
from . import characters

Vectors: TypeAlias = NDArray[np.float32]

_SAMPLED_SHAPES: Final = 6
_remembered: dict[int, tuple[bytes, Calibration | None]] = {}


def calibration(face: characters.Face) -> Calibration | None:
    """What a face's shapes do to its lips; None where they do not show a mouth. Measured again once shapes or map change."""
    signature = _signature(face)
    known = _remembered.get(face.key.session_uid)
    if known is None or known[0] != signature:
        known = (signature, calibrate(*read(face.key, face.rig_map), face.rig_map))
        _remembered[face.key.session_uid] = known
    return known[1]


def best(character: characters.Character) -> Calibration | None:
    """The calibration of the mesh of a character whose mouth answers to most sources."""
    found = (calibration(face) for face in sorted(character.faces, key=lambda face: -len(face.sources)))
    return next((each for each in found if each is not None), None)


def read(key: Any, rig_map: RigMap) -> tuple[Vectors, dict[str, Vectors]]:
    """Resting points float32[V, 3] of a shape key datablock, and the displacement of each mapped shape."""
    basis = _points(key.reference_key)
    targets = [key.key_blocks[name] for name in rig_map.targets if name in key.key_blocks]
    return basis, {block.name: _points(block) - _points_of_relative(key, block, basis) for block in targets}


def forget() -> None:
    """Measure everything anew when it is next needed."""
    _remembered.clear()


def _points(block: Any) -> Vectors:
    points = np.empty(3 * len(block.points), np.float32)
    block.points.foreach_get("co", points)
    return points.reshape(-1, 3)


def _points_of_relative(key: Any, block: Any, basis: Vectors) -> Vectors:
    return basis if block.relative_key == key.reference_key else _points(block.relative_key)


def _signature(face: characters.Face) -> bytes:
    """Changes with the map, the names, the resting shape and a few of the shapes."""
    blocks = list(face.key.key_blocks)
    digest = hashlib.blake2b(repr((face.rig_map, [block.name for block in blocks])).encode())
    for block in blocks[:: max(1, len(blocks) // _SAMPLED_SHAPES)]:
        digest.update(_points(block).tobytes())
    return digest.digest()
