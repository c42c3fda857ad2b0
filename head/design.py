# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes one head differ from another: proportions, colouring, hair and brows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from .palette import Colouring
from .proportions import Proportions

Place: TypeAlias = tuple[float, float]
"""Azimuth and elevation in degrees around the middle of the skull: 0 in front, 90 at the left ear; 90 on top."""
Lock: TypeAlias = tuple[float, float, float, float]
"""A place that a lock of hair passes: azimuth, elevation, mm over the scalp, and half its width in mm."""


@dataclass(frozen=True)
class HairStyle:
    """Hair sculpted as one mass of tufts that fall from a whorl to the hairline.

    `hairline` over azimuths 0 … 180 (the same on both sides); mm of volume in front, on the sides and at the nape;
    `tufts` around the whorl, `groove` mm between them.
    """

    hairline: tuple[Place, ...] = (
        (0, 30), (16, 31), (32, 30), (45, 25), (55, 17), (62, 7), (67, -3), (70, -11), (74, -16), (79, -14), (84, -7), (94, -4),
        (104, -9), (111, -24), (120, -37), (145, -47), (180, -50),
    )  # fmt: skip
    whorl: Place = (38.0, 68.0)
    front: float = 15.0
    sides: float = 8.0
    nape: float = 5.0
    tufts: int = 30
    groove: float = 1.5
    sweep: float = 24.0
    locks: tuple[tuple[Lock, ...], ...] = (
        ((38, 56, 8, 8), (24, 42, 16, 13), (-6, 31, 14, 13), (-36, 23, 9, 10), (-58, 8, 3, 4)),
        ((40, 64, 8, 8), (14, 54, 20, 14), (-20, 45, 17, 14), (-50, 33, 10, 11), (-70, 12, 4, 4)),
        ((40, 70, 8, 8), (6, 64, 19, 14), (-36, 56, 16, 14), (-64, 40, 10, 11), (-80, 14, 4, 4)),
        ((36, 56, 8, 7), (44, 44, 13, 10), (55, 32, 10, 9), (64, 17, 7, 6), (72, 0, 2, 2)),
        ((44, 62, 8, 7), (54, 52, 13, 10), (66, 40, 10, 9), (76, 24, 7, 7), (84, 6, 2, 3)),
    )  # fmt: skip


@dataclass(frozen=True)
class BrowStyle:
    """The stroke of a brow in mm: from the inner to the outer end, how high it arches, how thick and how bushy it is."""

    inner: float = 11.5
    length: float = 41.0
    height: float = 20.5
    arch: float = 5.5
    drop: float = 2.5
    thickness: float = 2.8
    bushy: float = 1.3


@dataclass(frozen=True)
class Design:
    """One head. `name` is its identifier; `label` and `description` are what artists read."""

    name: str
    label: str
    description: str
    proportions: Proportions = field(default_factory=Proportions)
    colouring: Colouring = field(default_factory=Colouring)
    hair: HairStyle = field(default_factory=HairStyle)
    brows: BrowStyle = field(default_factory=BrowStyle)
    lash_length: float = 1.0


YOUNG: Final = Design("YOUNG", "Young", "A young face with smooth skin and big eyes: every expression reads at a glance")
"""The model head: places of expressions on any face are told by where the same vertex lies on this one."""

OLDER: Final = Design(
    "OLDER",
    "Older Man",
    "A broad older face with a strong jaw, heavy brows and lines that have set in",
    Proportions(fold=0.5),
)

DESIGNS: Final = {design.name: design for design in (YOUNG, OLDER)}
