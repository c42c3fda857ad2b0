# SPDX-License-Identifier: GPL-3.0-or-later
"""Names for the arrays that are passed around everywhere. Shapes and units are said where each is used."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
"""Sound, spectra, tracks and the weights of shapes."""
Doubles: TypeAlias = NDArray[np.float64]
"""Keys, times, and whatever is fitted."""
