# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything a head is made of, and where its landmarks are."""

from __future__ import annotations

from functools import cache

import numpy as np

from . import lids, lips
from .design import YOUNG, Design
from .ears import build_ears
from .eyebrows import build_brows
from .eyes import build_eyes
from .face import build_face
from .fields import Array, ramp
from .hair import build_hair
from .lashes import build_lashes
from .mesh import Part
from .proportions import Proportions
from .shirt import build_shirt
from .skin import build_skin
from .teeth import build_lower_teeth, build_upper_teeth
from .tongue import build_tongue
from .topology import build_cage


@cache
def build_parts(design: Design = YOUNG) -> tuple[Part, ...]:
    """All meshes of the head; the face comes first. The same every time."""
    makers = (
        build_face, build_eyes, build_upper_teeth, build_lower_teeth, build_tongue,
        build_brows, build_lashes, build_ears, build_hair, build_shirt,
    )  # fmt: skip
    return tuple(make(design) for make in makers)


def head_share(points: Array, mm: Proportions) -> Array:
    """How much of each point float[N, 3] mm the head carries; the neck and the chest share the rest."""
    under = mm.chin[0][1] - mm.chin[1][1]
    along = points[:, 1] + 0.45 * np.minimum(points[:, 2] - 10.0, 40.0)
    return ramp(under - 23.0, under + 44.0, along)


@cache
def landmarks() -> dict[str, int]:
    """Vertex ids on the face mesh, the same on all heads. "Left" is the character's own left."""
    cage = build_cage()
    half = cage.mouth.shape[1] // 2
    around = cage.eye.shape[1]
    seal, border = cage.mouth[lips.SEAL_RING], cage.mouth[lips.BORDER_RING]
    edge = cage.eye[lids.EDGE_RING]
    grid = cage.grid
    points = build_skin().points
    centre_line = grid[:, 0][grid[:, 0] >= 0]
    low = centre_line[(points[centre_line, 1] < -80.0) & (points[centre_line, 1] > -100.0)]
    marks = {
        "upper_lip_inner": seal[0],
        "lower_lip_inner": seal[-1],
        "upper_lip_front": cage.mouth[lips.BORDER_RING + 2][0],
        "lower_lip_front": cage.mouth[lips.BORDER_RING + 2][-1],
        "upper_lip_border": border[0],
        "lower_lip_border": border[-1],
        "chin": low[np.argmax(points[low, 2])],
        "nose_tip": centre_line[np.argmax(points[centre_line, 2] * (points[centre_line, 1] > -50))],
    }
    sided = {
        "mouth_corner": seal[half],
        "upper_lip_inner": seal[3 * half // 10],
        "lower_lip_inner": seal[-1 - 3 * half // 10],
        "upper_lid": edge[around // 4],
        "lower_lid": edge[3 * around // 4],
        "eye_inner": edge[0],
        "eye_outer": edge[around // 2],
    }
    for name, vertex in sided.items():
        marks[f"{name}_left"] = vertex
        marks[f"{name}_right"] = cage.mirror[vertex]
    return {name: int(vertex) for name, vertex in marks.items()}
