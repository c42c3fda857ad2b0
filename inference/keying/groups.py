# SPDX-License-Identifier: GPL-3.0-or-later
"""Which group of f-curves a curve is filed under, as animators look for it: Mouth, Jaw, Brows, Eyes, Cheeks, Head, Emotion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from .. import arkit

MOUTH: Final = "Mouth"
HEAD: Final = "Head"
EYES: Final = "Eyes"
EMOTION: Final = "Emotion"
OF_REGION: Final = {
    "jaw": "Jaw", "mouth": MOUTH, "tongue": MOUTH, "brows": "Brows", "eyes": EYES, "cheeks": "Cheeks", "nose": "Cheeks",
}  # fmt: skip
OF_PART: Final = {"head": HEAD, "eye": EYES}
"""What turns: the head, an eye."""
ALL: Final = tuple(dict.fromkeys((*OF_REGION.values(), HEAD, EMOTION)))


def group_of(channels: Iterable[int]) -> str:
    """The group of a shape, bone or property that is moved by these ARKit channels: the one that most of them are filed under.

    What closes the lips or puffs the cheeks for speech is filed under the mouth.
    """
    return _group_of(tuple(channels))


@lru_cache(maxsize=1024)
def _group_of(channels: tuple[int, ...]) -> str:
    named = Counter(_group(channel) for channel in channels)
    return max(named, key=lambda name: (named[name], name == MOUTH)) if named else MOUTH


def _group(channel: int) -> str:
    name = arkit.NAMES[channel]
    return MOUTH if name == "cheekPuff" else OF_REGION[arkit.region_of(name)]
