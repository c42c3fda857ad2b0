# SPDX-License-Identifier: GPL-3.0-or-later
"""The proportions of the demo head, in millimetres.

Axes: x to the character's left, y up, z out of the face; the origin lies between the ears at the height of the eyes.
The eyes sit at half the height of the head, 90 mm from outer corner to outer corner, and the mouth is 50 mm wide, as on
an adult; eyes, cranium and chin are stylised. All numbers are design choices of this project.
"""

from __future__ import annotations

from typing import Final

EYE_CENTRE: Final = (29.5, 0.0, 62.0)
EYE_RADIUS: Final = 19.0
LID_THICKNESS: Final = 1.7
EYE_INNER: Final = (12.9, -2.4)
EYE_OUTER: Final = (45.4, 1.6)
UPPER_LID_RISE: Final = 8.8
LOWER_LID_DROP: Final = 7.6

MOUTH_HEIGHT: Final = -63.0
MOUTH_HALF_WIDTH: Final = 25.0
MOUTH_CORNER_LIFT: Final = 2.6
NEUTRAL_GAP: Final = 0.15
UPPER_LIP_HEIGHT: Final = 6.2
LOWER_LIP_HEIGHT: Final = 7.8

JAW_HINGE: Final = (0.0, -16.0, 8.0)
JAW_OPEN_DEGREES: Final = 19.0
NECK_BASE: Final = -190.0
