# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of hours in a temporary file, where they take no memory while nobody looks at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..spool import evict, stored
from .cut import as_stored
from .keys import Keys, Rounded

MANY: Final = 16_384
"""Keys on one curve from which on they are worth a file: those of an hour."""


def let_go_of(keys: Keys) -> None:
    """Give back what was read of spooled keys; nothing happens to others."""
    if isinstance(keys, Rounded):
        evict(keys.block)


def spooled(curves: Iterable[Keys]) -> list[Keys]:
    """The same keys in one file, that goes when none of them is needed any more. `let_go_of` gives back what was read.

    Raises ParlanceError where there is no room for it.
    """
    found: list[tuple[int, NDArray[np.uint8] | None]] = []

    def blocks() -> Iterator[NDArray[np.float32]]:
        for keys in curves:
            rounded = as_stored(keys)
            found.append((len(rounded), rounded.kinds))
            yield rounded.block

    values = stored(blocks())
    evict(values)
    ends = np.cumsum([6 * count for count, _ in found]).tolist()
    return [
        Rounded.of(values[end - 6 * count : end].reshape(3, count, 2), kinds)
        for end, (count, kinds) in zip(ends, found, strict=True)
    ]
