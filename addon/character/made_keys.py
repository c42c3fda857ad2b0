# SPDX-License-Identifier: GPL-3.0-or-later
"""Which shape keys of a mesh Parlance made: stored with the mesh, together with what they looked like then.

A key that was sculpted since is the artist's: it is neither made again nor taken away.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any, Final

import bpy
import numpy as np
from numpy.typing import NDArray

from .. import compat
from . import recognition
from .shape_points import points_of

MADE: Final = "parlance_made"
"""Custom property of a shape key datablock: JSON, {name: checksum of its points}."""
FILLED: Final = "parlance_filled"
"""The same of those that were there before, empty: JSON, their names. They are emptied again instead of taken away."""
BASIS: Final = "Basis"


def made_here(mesh: Any) -> dict[str, int]:
    """Names and checksums of the keys that we made on a mesh datablock and that still exist."""
    key = mesh.shape_keys
    if key is None or MADE not in key:
        return {}
    try:
        stored = json.loads(key[MADE])
    except (TypeError, ValueError):
        return {}
    return {name: number for name, number in stored.items() if name in key.key_blocks} if isinstance(stored, dict) else {}


def filled_here(mesh: Any) -> set[str]:
    """Names of the keys of a mesh datablock that were there before, empty, and that we filled."""
    key = mesh.shape_keys
    try:
        stored = json.loads(key[FILLED]) if key is not None and FILLED in key else []
    except (TypeError, ValueError):
        return set()
    return {str(name) for name in stored} if isinstance(stored, list) else set()


def untouched(mesh: Any) -> frozenset[str]:
    """Those of them that are as we made them."""
    return frozenset(
        name for name, number in made_here(mesh).items() if checksum(points_of(mesh.shape_keys.key_blocks[name])) == number
    )


def write(owner: Any, moves: dict[str, NDArray[np.float32]]) -> tuple[int, int]:
    """Put shapes on an object's mesh, {name: float32[V, 3] displacement}. Returns how many were made, and how many were kept.

    Keys of the artist, and ours that the artist changed, are kept as they are; those that move nothing are filled.
    """
    mesh = owner.data
    remembered = made_here(mesh)
    free = untouched(mesh)
    if mesh.shape_keys is None:
        owner.shape_key_add(name=BASIS, from_mix=False)
    key = mesh.shape_keys
    rest = points_of(key.reference_key)
    filled = filled_here(mesh)
    made = kept = 0
    for name, move in moves.items():
        block = key.key_blocks.get(name)
        if block is not None and name not in free:
            if (points_of(block) != rest).any():
                kept += 1
                continue
            filled.add(name)
        if block is None:
            block = compat.add_shape_key(owner, name)
            block.relative_key = key.reference_key
        points = rest + move
        block.points.foreach_set("co", points.ravel())
        remembered[name] = checksum(points_of(block))
        made += 1
    key[MADE] = json.dumps(remembered)
    if filled:
        key[FILLED] = json.dumps(sorted(filled))
    mesh.update()
    return made, kept


def remove(owner: Any, only: Container[str] | None = None) -> tuple[int, int]:
    """Take away what we made. Returns how many keys went, and how many stay because the artist changed them.

    only: the names that may go, None for all.
    """
    mesh = owner.data
    ours, filled = made_here(mesh), filled_here(mesh)
    free = {name for name in untouched(mesh) if only is None or name in only}
    for name in free:
        block = mesh.shape_keys.key_blocks[name]
        if name in filled:
            block.points.foreach_set("co", points_of(mesh.shape_keys.reference_key).ravel())
        else:
            owner.shape_key_remove(block)
    key = mesh.shape_keys
    if key is not None and FILLED in key:
        del key[FILLED]
        if only is not None and (still := filled - free):
            key[FILLED] = json.dumps(sorted(still))
    if key is not None and ours:
        left = {name: number for name, number in ours.items() if name not in free}
        if left:
            key[MADE] = json.dumps(left)
        elif MADE in key:
            del key[MADE]
        if len(key.key_blocks) == 1 and key.key_blocks[0].name == BASIS and not left:
            owner.shape_key_clear()
    mesh.update()
    return len(free), len(ours) - len(free)


def made_by(work: Callable[[], object]) -> dict[str, frozenset[str]]:
    """What some work makes: names of shapes by the name of the object that they are on. Raises what that raises."""
    before = {owner.data: frozenset(made_here(owner.data)) for owner in _with_keys()}
    work()
    now = {owner.name: made_here(owner.data).keys() - before.get(owner.data, frozenset()) for owner in _with_keys()}
    return {name: frozenset(made) for name, made in now.items() if made}


def take_back(made: Mapping[str, frozenset[str]]) -> None:
    """Take away what `made_by` told of; what the artist has changed since, or removed, is left as it is."""
    for owner in list(_with_keys()):
        if owner.name in made:
            remove(owner, made[owner.name])
    recognition.forget()


def _with_keys() -> Iterator[Any]:
    return (owner for owner in bpy.data.objects if owner.type == "MESH" and owner.data.shape_keys)


def checksum(points: NDArray[np.float32]) -> int:
    """Of points float32[V, 3], as they are stored."""
    return zlib.crc32(np.ascontiguousarray(points, np.float32).tobytes())
