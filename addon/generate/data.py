# SPDX-License-Identifier: GPL-3.0-or-later
"""What passes between the scene and the worker: a plan of all that was seen, a draft of all that will be written, the result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...inference.animation import Animation
from ...inference.direction import Direction
from ...inference.keying.keys import Keys
from ...inference.performance import Performance
from ...inference.retouching import Retouching
from ...inference.rigging.character_rig import CharacterRig
from ...inference.rigging.rig_map import RigMap
from ..scene import fcurves, joints, sound, strips
from . import tracks


@dataclass(frozen=True)
class FacePlan:
    """One set of shape keys to animate: its identity, its rig map, and the data path of each target."""

    owner: int
    rig_map: RigMap
    paths: dict[str, str]


@dataclass(frozen=True)
class JointPlan:
    """A bone or object that turns: the head, the left eye or the right one."""

    owner: int
    joint: joints.Joint
    part: str


@dataclass(frozen=True)
class Plan:
    """What to animate, seen once; no step after this looks at the scene again until the keys are written.

    root: identity of the character. strip: the name of its line; line: the line's token.
    first: scene frame of the first key; count: how many frames.
    sources: everything that moves on any of its faces; teeth with few shapes follow the face that has them all.
    target: where the object is that the eyes look at, degrees at every frame.
    reach: the frames to clear of old keys; wider than the line where it was longer before.
    source: the sound to hear; heard: the Performance, where there is one already.
    threads: cores to hear with, None for as many as are good.
    """

    root: int
    strip: str
    line: str
    placement: strips.Placement
    direction: Direction
    fps: float
    first: int
    count: int
    reach: fcurves.Span
    faces: tuple[FacePlan, ...]
    sources: frozenset[str]
    joints: tuple[JointPlan, ...]
    target: NDArray[np.float32] | None
    edits: tracks.Edits
    output: str
    retouching: Retouching
    rigging: CharacterRig
    source: sound.Source | None = None
    heard: Performance | None = None
    threads: int | None = None


@dataclass(frozen=True)
class DraftCurve:
    """The new keys of one property of a datablock; its layer, where layers are written to tracks of their own."""

    owner: int
    path: str
    index: int
    keys: Keys
    layer: str = ""


@dataclass(frozen=True)
class Draft:
    """Everything that will be written."""

    performance: Performance
    animation: Animation
    curves: tuple[DraftCurve, ...]


@dataclass(frozen=True)
class Result:
    """What was written.

    shapes, meshes: how much moves. keys: in all. left_alone: curves that are locked or were keyed by hand before.
    changes: hand-made changes that were carried over.
    """

    shapes: int
    meshes: int
    keys: int
    left_alone: int
    changes: int

    @property
    def sentence(self) -> str:
        """For people."""
        shapes = f"{self.shapes} shape{'s' * (self.shapes != 1)}"
        alone = f"; {self.left_alone} curve{'s' * (self.left_alone != 1)} of your own left alone" if self.left_alone else ""
        kept = f"; {self.changes} change{'s' * (self.changes != 1)} of yours kept" if self.changes else ""
        return f"{self.keys:,} keys on {shapes}{kept}{alone}"
