# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads as others might rig them, made in Blender of the demo heads and of those in ../shared/rigs, and seen while they speak."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import bpy
import numpy as np

from parlance.benchmarks import heads
from parlance.head.bust import build_parts
from parlance.head.design import DESIGNS
from parlance.inference import arkit
from parlance.inference.rigging import recognise
from parlance.inference.rigging.poses import poses

BLINKS = ("eyeBlinkLeft", "eyeBlinkRight")
SMILES = ("mouthSmileLeft", "mouthSmileRight")
VISEMES = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U")
NAMES = (*DESIGNS, *(("makehuman", "ict") if heads.RIGS.exists() else ()))
_UNITS = {"makehuman": 0.1, "ict": 0.01}
_MOUTH = 0.045
"""Metres around the middle of the lips in which their edges are looked at, on a mouth 50 mm wide."""


@dataclass(frozen=True)
class Sculpt:
    """A head in metres, up +Z. points: float64[V, 3].   faces: lists of vertices.   shapes: {ARKit name: float64[V, 3]}."""

    points: np.ndarray
    faces: list
    shapes: dict

    def pose(self, viseme):
        """One of our visemes made of the head's own shapes."""
        weights = poses()[viseme]
        return sum(weights[arkit.INDEX[name]] * move for name, move in self.shapes.items())

    def both(self, stem):
        """The left and the right of a shape at once."""
        return self.shapes[f"{stem}Left"] + self.shapes[f"{stem}Right"]

    def only(self, *names):
        """Some of its shapes."""
        return {name: self.shapes[name] for name in names}

    def times(self, factor, limits):
        """Its shapes sculpted further or the other way, and their sliders."""
        return {name: factor * move for name, move in self.shapes.items()}, dict.fromkeys(self.shapes, limits)

    @cached_property
    def edges(self):
        """int[E, 2] the vertices of each edge."""
        both = np.array([(face[i - 1], face[i]) for face in self.faces for i in range(len(face))])
        return np.unique(np.sort(both, axis=1), axis=0)

    @property
    def visemes(self):
        """{viseme: displacement} of the fifteen."""
        return {f"viseme_{name}": self.pose(f"viseme_{name}") for name in VISEMES}

    @property
    def vowels(self):
        """{letter: displacement} of the five vowels."""
        return {name: self.pose(f"viseme_{viseme}") for name, viseme in zip("AIUEO", ("aa", "I", "U", "E", "O"), strict=True)}

    @property
    def two_sided(self):
        """Its shapes, left and right of each in one key; but for eyes that look in or out, and a mouth or jaw that goes aside."""
        stems = {
            name.removesuffix("Left")
            for name in self.shapes
            if name.endswith("Left") and name[:-4] not in {"jaw", "mouth", "eyeLookIn", "eyeLookOut"}
        }
        others = {
            name: move for name, move in self.shapes.items() if name.removesuffix("Left").removesuffix("Right") not in stems
        }
        return others | {stem: self.both(stem) for stem in stems}


@cache
def sculpt(name):
    """One of NAMES; made once for all who only read it."""
    if name in DESIGNS:
        face = build_parts(DESIGNS[name])[0]
        points, faces, shapes, unit = face.points, face.quads, face.shapes, 0.001
    else:
        head = getattr(heads, name)()
        points, faces, unit, shapes = head.points, _faces(name), _UNITS[name], {}
        for drive in recognise([shape for shape in head.shapes if not shape.startswith("viseme")]).active:
            if drive.source in arkit.INDEX:
                shapes[drive.source] = shapes.get(drive.source, 0) + drive.gain * head.shapes[drive.target]
    moving = {name: _upright(move) * unit for name, move in shapes.items() if np.abs(move).max() > 0.0}
    return Sculpt(_upright(points) * unit, [list(map(int, face)) for face in faces], moving)


def _faces(name):
    if name == "ict":
        with np.load(heads.RIGS / "ict_facekit" / "ict_facekit.npz") as stored:
            return [face[face >= 0] for face in stored["faces"]]  # -1 is the fourth corner of a triangle
    lines = (Path(heads.RIGS) / "makehuman_cc0/src/mpfb/data/3dobjs/base.obj").read_text().splitlines()
    return [[int(word.split("/")[0]) - 1 for word in line.split()[1:]] for line in lines if line.startswith("f ")]


def _upright(points):
    return np.column_stack([points[:, 0], -points[:, 2], points[:, 1]]).astype(np.float64)


def build(head, shapes, sliders=None, *, kept=None, parent=None):
    """A mesh of a head with these shapes. sliders: {shape: (lowest, highest)}.   kept: bool[V], which of its vertices."""
    faces = head.faces
    if kept is None:
        kept = np.ones(len(head.points), bool)
    else:
        number = np.cumsum(kept) - 1
        faces = [[int(number[i]) for i in face] for face in faces if kept[face].all()]
    mesh = bpy.data.meshes.new("Face")
    mesh.from_pydata(head.points[kept].tolist(), [], faces)
    face = bpy.data.objects.new("Face", mesh)
    bpy.context.scene.collection.objects.link(face)
    face.parent = parent
    face.shape_key_add(name="Basis")
    for name, move in shapes.items():
        if np.abs(move[kept]).max(initial=0.0) > 0.0:
            block = face.shape_key_add(name=name)
            block.value = 0.0
            block.slider_min, block.slider_max = (sliders or {}).get(name, (0.0, 1.0))
            block.points.foreach_set("co", (head.points + move)[kept].astype(np.float32).ravel())
    return face


def seen(face, frames):
    """float32[F, V, 3] the vertices of a mesh in the world, as Blender evaluates them at each frame."""
    shown = []
    for frame in frames:
        bpy.context.scene.frame_set(int(frame))
        evaluated = face.evaluated_get(bpy.context.evaluated_depsgraph_get())
        points = np.empty(3 * len(evaluated.data.vertices), np.float32)
        evaluated.data.vertices.foreach_get("co", points)
        place = np.array(evaluated.matrix_world)
        shown.append(points.reshape(-1, 3) @ place[:3, :3].T + place[:3, 3])
    return np.array(shown)


@dataclass(frozen=True)
class Lips:
    """What the lips of a head did, in millimetres of a mouth 50 mm wide.

    gaps: float[F, P] between each pair of vertices of the lips.   width: float[F].   stretch: by how much the edges
    around the mouth grew at most, but for the two of a thousand that grew most.
    """

    gaps: np.ndarray
    width: np.ndarray
    stretch: float


def lips(head, marks, points):
    """Lips as they were seen, points float[F, V, 3]; marks: landmarks on the head's vertices."""
    corners = [head.points[i] for i in marks.corners]
    millimetre = float(np.linalg.norm(corners[0] - corners[1])) / 50.0
    middle = head.points[[*marks.upper, *marks.lower]].mean(0)
    near = np.linalg.norm(head.points - middle, axis=1) < _MOUTH * millimetre / 0.001
    moved = np.max([np.linalg.norm(head.shapes[name], axis=1) for name in ("jawOpen", "mouthFunnel", "mouthUpperUpLeft")], axis=0)
    edges = head.edges[near[head.edges].all(1) & (moved[head.edges] > 0.5 * millimetre).any(1)]
    rest = np.linalg.norm(head.points[edges[:, 0]] - head.points[edges[:, 1]], axis=1)
    grown = np.max([np.linalg.norm(each[edges[:, 0]] - each[edges[:, 1]], axis=1) - rest for each in points], axis=0)
    return Lips(
        gaps=(points[:, list(marks.upper), 2] - points[:, list(marks.lower), 2]) / millimetre,
        width=np.linalg.norm(points[:, marks.corners[0]] - points[:, marks.corners[1]], axis=1) / millimetre,
        stretch=float(np.percentile(grown, 99.8)) / millimetre,
    )
