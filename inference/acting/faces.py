# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces in millimetres: what a face should show, and the weights with which this character's own shapes show it.

A Face names its units, the shapes it is made of with the weights they usually have, and says in mm how far brows, lids, cheeks,
nose and corners should go. Where it gives no mm, it means those that the units have on the typical face. On a character whose
smile is weak the units grow, within limits; on one whose smile is strong they shrink; so that the same face reads on both.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit, features
from ..arrays import Floats
from ..feature_names import FEATURES, PARTS
from ..geometry import INDEX as MEASURE
from ..geometry import REFERENCE, Geometry
from ..pose import weights_of
from ..seal import seal

RIDGE: Final = 5.0
"""Square millimetres that a unit costs which is a whole weight off its usual one."""
GROWN: Final = (2.2, 0.12)
"""How many times its usual weight a unit may have, and how much beyond that."""
MADE_UP: Final = (0.8, 0.4, 0.55)
"""The share of a face that must show; how much of what is missing from it is made up for; and how much further all else goes for
each part that is missing: where brows hardly rise, surprise has the jaw and the lids."""
MAKES_UP: Final = np.array([name.startswith(("upper_lid", "lower_lid", "corner")) for name in FEATURES])
"""Features that do so, with the jaw: noses that wrinkled for weak brows would turn anger into disgust."""
LEFT_OVER: Final = 0.35
"""The share of its usual weight to which a unit may shrink."""
STEPS: Final = 160
"""Of the least squares; twenty-five times as many change no weight by more than .005."""
LID_TRAVEL: Final = 13.2
"""Millimetres that the middle of the upper lid of a typical face travels in a blink."""
MOUTH_SIZES: Final = (0.75, 1.35)
EYE_SIZES: Final = (0.55, 1.6)
"""How much smaller or larger a face's mouth or eyes may be than typical ones, for as much smaller or larger expressions."""
MOST_GEOMETRIES: Final = 8
"""Characters whose solutions are kept."""
PRESS: Final = [arkit.INDEX["mouthPressLeft"], arkit.INDEX["mouthPressRight"]]
PRESSED: Final = 0.3
"""The usual mouthPress on both sides that means lips which meet, whatever else draws at them."""
_GIVEN: Final = ("mouthPress", "mouthRoll", "mouthFunnel", "mouthPucker", "jaw", "cheekPuff", "tongue", "mouthClose", "eyeLook")
AS_GIVEN: Final = np.array([name.startswith(_GIVEN) for name in arkit.NAMES])
"""Shapes of which no feature tells how far they should go: they keep their usual weights."""
JAW: Final = [arkit.INDEX[name] for name in arkit.NAMES if name.startswith("jaw")]


@dataclass(frozen=True)
class Face:
    """What a face shows. units: weights by shape, as on the typical face.   mm: features by name (features.py).

    A name without its side stands for both sides; a face that is not symmetric is given with its left side leading.
    """

    units: Mapping[str, float]
    mm: Mapping[str, float] = field(default_factory=dict)

    @property
    def weights(self) -> Floats:
        """float32[52] the usual weights."""
        return np.clip(weights_of(self.units), 0, 1)

    @property
    def targets(self) -> Floats:
        """float32[F] millimetres on the typical face, without what the jaw adds: a smile is as wide above an open mouth."""
        still = self.weights
        still[JAW] = 0
        wanted = still @ features.typical()
        for feature, value in features.named(self.mm).items():
            wanted[feature] = value
        return np.asarray(wanted, np.float32)


def solved(faces: Sequence[Face], geometry: Geometry, *, leading: str = "Left") -> Floats:
    """float32[N, 52] weights with which a character shows the faces; the usual ones where it was not measured.

    leading: the side of the face, "Left" or "Right", that shows what is given for the left.
    """
    usual = np.array([face.weights for face in faces], np.float32).reshape(-1, arkit.COUNT)
    wanted = np.array([face.targets for face in faces], np.float32).reshape(-1, features.COUNT)
    if leading == "Right":
        usual, wanted = usual[:, arkit.MIRROR], wanted[:, features.MIRROR]
    moves = geometry.features
    if moves is None:
        moves, size = features.typical(), np.ones(features.COUNT, np.float32)
    else:
        size = _relative_size(geometry)
    moves = moves.copy()
    moves[JAW] = 0
    weights = _within_limits(moves, size * wanted, usual)
    further = _made_up(weights @ moves, size * wanted)
    if (further > 1).any():
        given = np.where(AS_GIVEN, np.minimum(usual * further, 1), usual)
        weights = _within_limits(moves, size * wanted * np.where(MAKES_UP, further, 1), np.asarray(given, np.float32))
    pressed = np.minimum(usual[:, PRESS].min(axis=1) / PRESSED, 1)
    return seal(weights, pressed, np.zeros_like(pressed), geometry)


def _relative_size(geometry: Geometry) -> NDArray[np.float32]:
    """float32[F] what a millimetre of the typical face is on this one: large eyes move further, as does a wide mouth."""
    assert geometry.features is not None
    size = np.ones(features.COUNT, np.float32)
    width = float(geometry.neutral[MEASURE["width"]] / REFERENCE.neutral[MEASURE["width"]])
    for side in ("Left", "Right"):
        travel = -float(geometry.features[arkit.INDEX["eyeBlink" + side], features.INDEX["upper_lid" + side]])
        for part in PARTS:
            if part.endswith("_lid") and travel > 1.0:
                size[features.INDEX[part + side]] = np.clip(travel / LID_TRAVEL, *EYE_SIZES)
            elif part.startswith(("corner", "upper_lip", "lower_lip")) and width > 0:
                size[features.INDEX[part + side]] = np.clip(width, *MOUTH_SIZES)
    return size


def _within_limits(moves: Floats, wanted: Floats, usual: Floats) -> Floats:
    """float32[N, 52] weights near the usual ones that show what is wanted, as far as units may grow and shrink."""
    grown = np.where(usual > 0, np.minimum(GROWN[0] * usual + GROWN[1], 1.0), 0.0)
    low, high = np.where(AS_GIVEN, usual, LEFT_OVER * usual), np.where(AS_GIVEN, usual, grown)
    return _bounded(moves, wanted, usual, low.astype(np.float32), high.astype(np.float32))


def _made_up(shown: Floats, wanted: Floats) -> Floats:
    """float32[N, 1] how much further each face must go where it can, for what of it these shapes cannot show."""
    square = np.square(features.IMPORTANCE)
    share = (shown * wanted * square).sum(axis=1) / np.maximum((np.square(wanted) * square).sum(axis=1), 1e-6)
    enough, most, more = MADE_UP
    return np.asarray(1 + more * np.clip(enough - share, 0, most), np.float32)[:, None]


def _bounded(moves: Floats, wanted: Floats, usual: Floats, low: Floats, high: Floats) -> Floats:
    """Bounded least squares for all rows at once, by projected gradients with momentum (Beck and Teboulle 2009)."""
    weighted = moves * features.IMPORTANCE
    curvature = weighted @ weighted.T + RIDGE * np.eye(len(moves), dtype=np.float32)
    pull = (wanted * features.IMPORTANCE) @ weighted.T + RIDGE * usual
    step = 1.0 / float(np.linalg.eigvalsh(curvature)[-1])
    found = ahead = np.clip(usual, low, high)
    speed = 1.0
    for _ in range(STEPS):
        following = np.clip(ahead - step * (ahead @ curvature - pull), low, high)
        faster = (1.0 + np.sqrt(1.0 + 4.0 * speed * speed)) / 2.0
        ahead = following + (speed - 1.0) / faster * (following - found)
        found, speed = following, faster
    return np.asarray(found, np.float32)


class Solutions:
    """Faces solved before, for the characters in hand: a slider's move solves nothing anew."""

    def __init__(self, faces: Sequence[Face]) -> None:
        self._faces = tuple(faces)
        self._known: OrderedDict[tuple[bytes, bytes, str], Floats] = OrderedDict()

    def on(self, geometry: Geometry, leading: str) -> Floats:
        """float32[N, 52] as `solved`; not to be changed."""
        moves = geometry.features
        key = (b"" if moves is None else moves.tobytes(), geometry.neutral.tobytes(), leading)
        if key not in self._known:
            while len(self._known) >= MOST_GEOMETRIES:
                self._known.popitem(last=False)
            self._known[key] = solved(self._faces, geometry, leading=leading)
        return self._known[key]
