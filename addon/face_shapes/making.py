# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the shapes of a face, show its landmarks, take both away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ...head.fitting.faces import find_landmarks, make_face
from ...inference import arkit
from ...inference.errors import ParlanceError
from ..character import characters, hierarchy, made_keys, recognition
from . import handles
from .bare_meshes import RestMesh, gather

_STILL: Final = 0.012
"""Of the width of the mouth: a mesh that a shape moves by less gets no key for it."""
_SIDES: Final = ("Left", "Right")


@dataclass(frozen=True)
class Made:
    """What came of it: how many `shapes` on how many `meshes`, keys that were `kept` as they are; `mirrored`: of half a face."""

    shapes: int
    meshes: int
    kept: int
    mirrored: bool

    @property
    def sentence(self) -> str:
        """What was made, as a sentence for the panel."""
        said = f"{self.shapes} face shapes made on {self.meshes} mesh{'es' * (self.meshes != 1)}"
        if self.kept:
            said += f"; {self.kept} keys that were there or changed since are kept"
        if self.mirrored:
            said += "; under a Mirror modifier both sides move together"
        return said + "."


def make(selected: Any, also: Sequence[Any] = (), *, only_missing: bool = True) -> Made:
    """Make the 52 shapes on the character that an object belongs to, by its landmarks where those are shown.

    only_missing: leave out what the character's own shapes do already. Raises ParlanceError where no face is found.
    """
    meshes = gather(selected, also)
    names = _wanted(selected, only_missing)
    shown = handles.shown(selected)
    bares = [*(mesh.bare for mesh in meshes), *(mesh.image for mesh in meshes if mesh.image is not None)]
    face = make_face(bares, handles.places(shown), handles.proposed(shown)) if shown else make_face(bares)
    wide = float(np.linalg.norm(face.marks["mouth_corner_left"] - face.marks["mouth_corner_right"]))
    made: set[str] = set()
    kept = on = start = 0
    for mesh in meshes:
        part = slice(start, start + len(mesh.bare.points))
        start = part.stop
        moves = _moves(mesh, {name: face.shapes[name][part] for name in names if name in face.shapes}, _STILL * wide)
        if moves:
            wrote, left = made_keys.write(mesh.owner, moves)
            made |= moves.keys() if wrote else set()
            kept, on = kept + left, on + bool(wrote)
    if not made:
        raise ParlanceError("This face has all its shapes already; nothing was made.")
    recognition.forget()
    return Made(len(made), on, kept, any(mesh.image is not None for mesh in meshes))


def _wanted(selected: Any, only_missing: bool) -> tuple[str, ...]:
    """Names of the shapes to make: all, or those that nothing of the artist's does."""
    character = characters.of(selected)
    if not only_missing or character is None:
        return arkit.NAMES
    served: set[str] = set()
    for face in character.faces:
        ours = made_keys.untouched(face.meshes[0].data)
        served |= {drive.source for drive in face.rig_map.active if drive.target not in ours}
    return tuple(name for name in arkit.NAMES if name not in served)


def _moves(mesh: RestMesh, moves: dict[str, NDArray[np.float32]], least: float) -> dict[str, NDArray[np.float32]]:
    """Displacements in the mesh's own space; under a Mirror modifier, what both sides can do together."""
    if mesh.image is not None:
        moves = {name: _halved(name, moves) for name in moves}
    turn = mesh.to_local.T.astype(np.float32)
    return {name: move @ turn for name, move in moves.items() if np.abs(move).max(initial=0.0) > least}


def _halved(name: str, moves: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """Half of what both sides of a shape do to one half of a face: both at full make a whole."""
    opposite = arkit.mirrored(name)
    if opposite == name or opposite not in moves:
        return moves[name]
    return np.asarray(0.5 * (moves[name] + moves[opposite]), np.float32)


def show_landmarks(selected: Any, also: Sequence[Any] = ()) -> int:
    """Show a handle at each landmark. Returns how many of them were only guessed. Raises ParlanceError as `gather`."""
    meshes = gather(selected, also)
    bares = [*(mesh.bare for mesh in meshes), *(mesh.image for mesh in meshes if mesh.image is not None)]
    marks, found = find_landmarks(bares)
    handles.show(meshes[0].owner if len(meshes) == 1 else hierarchy.body_of(selected), marks)
    return len(marks) - len(found)


def remove(selected: Any) -> tuple[int, int]:
    """Take away every shape that we made on a character; how many went, and how many the artist has changed and keeps."""
    gone = left = 0
    done = set()
    for owner in hierarchy.members(hierarchy.body_of(selected)):
        if owner.data not in done and made_keys.made_here(owner.data):
            done.add(owner.data)
            went, stays = made_keys.remove(owner)
            gone, left = gone + went, left + stays
    recognition.forget()
    return gone, left


def made_on(selected: Any) -> int:
    """How many shapes of a character are ours."""
    owners = hierarchy.members(hierarchy.body_of(selected))
    return len({name for owner in owners for name in made_keys.made_here(owner.data)})
