# SPDX-License-Identifier: GPL-3.0-or-later
"""What generating needs to know of a character's rig: its own geometry for the seal, and how the 52 curves reach its shapes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .rig_map import RigMap
from .visemes import OWN, SWITCHES

if TYPE_CHECKING:
    from ..geometry import Geometry
    from ..performance import Performance
    from .calibration import Calibration
    from .cue_track import Spoken


@dataclass(frozen=True)
class CharacterRig:
    """A character's rig as it was when generating began, for the worker thread.

    sources: what reaches any of its meshes, so that teeth follow the head.   calibration: of its head, None where unmeasurable.
    controls: the bones and properties of its armature that speak; their targets are data paths.
    elsewhere: the same of other objects, by their identity.
    apart: maps of what is a head of its own beside the one that is measured, each with all that reaches that head.
    said: float32[F, V] which visemes are said, for those that the artist posed (own_visemes.py).
    """

    sources: frozenset[str]
    calibration: Calibration | None
    controls: RigMap
    elsewhere: tuple[tuple[int, RigMap], ...] = ()
    apart: tuple[tuple[RigMap, frozenset[str]], ...] = ()
    said: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)

    def saying(self, performance: Performance, times: NDArray[np.float64]) -> CharacterRig:
        """The same rig, where the artist posed visemes for it, told which are said at times float64[F] of the performance."""
        if not self.sources & OWN.keys():
            return self
        from .own_visemes import looks

        return replace(self, said=looks(performance, times))

    def saying_live(self, said: NDArray[np.float32]) -> CharacterRig:
        """The same for one frame of a live voice, of which the phones are told, float32[P] (LiveFrame.said)."""
        if not self.sources & OWN.keys():
            return self
        from .own_visemes import looks_of

        return replace(self, said=looks_of(said[None]))

    @property
    def geometry(self) -> Geometry:
        """Of this face, for the seal and the lids; with the reference face's lips where it has less than the ARKit shapes."""
        from ..geometry import INDEX, REFERENCE, Geometry
        from .reduction import is_full

        found = self.calibration
        if found is None:
            return REFERENCE
        if found.plausible and is_full(self.sources):
            return found.geometry
        jacobian, neutral = REFERENCE.jacobian.copy(), REFERENCE.neutral.copy()
        for lid in (INDEX["lid_left"], INDEX["lid_right"]):
            if found.geometry.neutral[lid] > 0.0:
                jacobian[:, lid], neutral[lid] = found.geometry.jacobian[:, lid], found.geometry.neutral[lid]
        return Geometry(jacobian, neutral)

    def frame_by_frame(self, rig_map: RigMap) -> bool:
        """Whether a mesh is moved at every frame as the weights of that frame say, whatever those beside it are."""
        from .reduction import is_full

        sources = self._reaching(rig_map)
        return is_full(sources - OWN.keys()) and not (sources & OWN.keys() or rig_map.sources & SWITCHES.keys())

    def _reaching(self, rig_map: RigMap) -> frozenset[str]:
        """What reaches the head that a map is of."""
        return dict(self.apart).get(rig_map, self.sources)

    def apply(self, rig_map: RigMap, shapes: NDArray[np.float32], spoken: Spoken | None = None) -> dict[str, NDArray[np.float32]]:
        """The curves of one mesh, {target: float32[F]}, from the 52 weights float[F, 52]."""
        from . import apply

        calibration = None if rig_map in dict(self.apart) else self.calibration
        available = self._reaching(rig_map)
        return apply(rig_map, shapes, available=available, calibration=calibration, spoken=spoken, said=self.said)
