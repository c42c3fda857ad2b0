# SPDX-License-Identifier: GPL-3.0-or-later
"""The proportions of a head, in millimetres.

Axes: x to the character's left, y up, z out of the face; the origin lies between the ears at the height of the eyes.
A head is life-size: the eyes stand 63 mm apart and the mouth is 50 mm wide, as on an adult; eyes, cranium and chin are
stylised. All numbers are design choices of this project.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Point: TypeAlias = tuple[float, float, float]
Ellipsoid: TypeAlias = tuple[Point, Point]
"""Centre and radii."""
Rod: TypeAlias = tuple[Point, Point, float, float]
"""Both ends, and the radius at each."""


@dataclass(frozen=True)
class Proportions:
    """Where everything is on one head, and how large; the defaults are a young face, on which every expression is drawn.

    Solids on one side of the face stand for both. `fold` 0 … 1: how deep expressions have set into the skin at rest.
    """

    cranium: Ellipsoid = ((0, 37, -7), (75, 74, 89))
    face: Ellipsoid = ((0, -15, 24), (68, 72, 61))
    jaw: Rod = ((40, -44, 12), (11, -77, 63), 17, 18)
    chin: Ellipsoid = ((0, -85, 79), (14, 12.0, 12))
    cheek: Ellipsoid = ((34, -45, 54), (19, 19, 20))
    apple: Ellipsoid = ((37, -32, 62), (21, 18, 22))
    brow_ridge: Rod = ((0, 25, 80), (42, 23, 62), 7, 6)
    muzzle: Ellipsoid = ((0, -55, 72), (32, 26, 25))
    socket: Ellipsoid = ((33, -1, 98), (20, 17, 13))
    eye_hollow: Ellipsoid = ((15.2, -2, 91), (4.6, 6.0, 14.2))
    bridge: Rod = ((0, 11, 82), (0, -21, 98), 5.4, 6.0)
    nose_tip: Ellipsoid = ((0, -26, 104), (8.6, 7.8, 8.6))
    nose_wing: Ellipsoid = ((8.6, -30.5, 96), (5.4, 5.0, 7.4))
    neck: Rod = ((0, -52, -20), (0, -205, -36), 31, 36)

    eye_centre: Point = (31.5, 0.0, 61.0)
    eye_radius: float = 21.0
    iris_degrees: float = 24.0
    lid_thickness: float = 1.7
    eye_inner: tuple[float, float] = (13.6, -2.8)
    eye_outer: tuple[float, float] = (49.6, 1.6)
    upper_lid_rise: float = 6.5
    lower_lid_drop: float = 6.2

    mouth_height: float = -57.0
    mouth_half_width: float = 24.0
    mouth_corner_lift: float = 1.6
    upper_lip_height: float = 6.2
    lower_lip_height: float = 8.0
    lip_fullness: float = 0.7

    jaw_hinge: Point = (0.0, -14.0, 6.0)
    jaw_open_degrees: float = 21.8
    ear_place: tuple[float, float] = (-9.0, -5.0)
    ear_scale: float = 0.92
    collar_rise: float = 19.0
    shoulder_scale: float = 1.0
    neck_base: float = -180.0
    fold: float = 0.0

    @property
    def lid_radius(self) -> float:
        """Millimetres from the middle of the eye to the outside of the lid."""
        return self.eye_radius + self.lid_thickness

    @property
    def nostril(self) -> Point:
        """Middle of the opening of the left nostril, (x, y, z) mm."""
        _, y, z = self.nose_tip[0]
        return (0.6 * self.nose_wing[0][0], y - 1.05 * self.nose_tip[1][1], z - 1.0)
