# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cable, a microphone or the weather did to a recording undone before it is heard, where there is much of it.

A recording that is as it should be is heard sample by sample as it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .clipping import topped
from .faintness import raised
from .faults import mended
from .hum import hushed
from .ringing import dried
from .rumble import steadied
from .wind import sheltered


def cleaned(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The samples float32[n] loud enough; no gap, click, flat top, offset, hum or whine; wind and the ring of rooms held down."""
    return dried(sheltered(hushed(steadied(topped(mended(raised(samples)))))))
