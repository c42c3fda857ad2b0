# SPDX-License-Identifier: GPL-3.0-or-later
"""Something in the way of a face that is to move: what is told of it, and what the button is called that removes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "linked",
    "no_opener",
    "reversed",
    "shared",
    "instance",
    "drawings",
    "layers",
    "no_shapes",
    "left_out",
    "driven",
    "controls",
    "muted_shape",
    "muted_curve",
    "modified_curve",
    "absolute_keys",
    "pinned_shape",
    "left_keys",
    "other_action",
    "linked_action",
    "no_slot",
    "nla",
    "sound",
    "end",
    "model",
]


@dataclass(frozen=True)
class Obstacle:
    """Something in the way.

    code: what `parlance.fix` removes, None where only the artist can. stops: whether nothing would move.
    others: what else could be done about it, the code and the words on the button.
    """

    code: Code | None
    text: str
    fix: str = ""
    stops: bool = True
    others: tuple[tuple[Code, str], ...] = ()
