# SPDX-License-Identifier: GPL-3.0-or-later
"""What every network is to the listener, whoever made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import ParlanceError
from ..progress import Fraction

Array: TypeAlias = NDArray[Any]

OUTPUTS: Final = ("phones", "curves", "speech", "emotion", "arousal")
"""What can be heard of a voice; what a chosen network does not give, the one that ships hears."""


def failed(file: str, error: Exception) -> ParlanceError:
    """What people are told where a graph fails on what it was fed."""
    told = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
    return ParlanceError(f"The network “{file}” failed while listening ({told}); choose another network.")


class Executor(Protocol):
    """What runs a graph."""

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the file says of itself."""
        ...

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names."""
        ...

    def run(self, waveform: Array) -> dict[str, Array]:
        """Outputs by name for float32[1, n]."""
        ...

    def feed(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Outputs by name for inputs by name."""
        ...


@dataclass(frozen=True)
class Heard:
    """What a network has heard: tracks at FRAME_RATE by their name in OUTPUTS, float32[T, classes] or float32[T], all finite.

    names: what the columns of phones, curves and emotion are, as they are called here.
    """

    tracks: dict[str, NDArray[np.float32]]
    names: Mapping[str, tuple[str, ...]]


class Network(Protocol):
    """A network that has been found to fit."""

    @property
    def gives(self) -> frozenset[str]:
        """Which of OUTPUTS."""
        ...

    @property
    def articulated(self) -> bool:
        """Whether its curves are a whole mouth, to be sealed and not to be shown with visemes first."""
        ...

    def listen(self, samples: NDArray[np.float32], *, around: int, progress: Fraction | None = None) -> Heard:
        """float32[n] at 16 kHz → T = ceil(n / 320) + 2 * around frames. Raises ParlanceError."""
        ...
