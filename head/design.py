# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes one head differ from another: proportions, colouring, hair and brows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from .palette import Colouring, Paint
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
    height: float = 19.0
    arch: float = 3.7
    drop: float = 1.4
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
    proportions=Proportions(
        cranium=((0, 35, -9), (77, 73, 91)), face=((0, -20, 22), (75, 78, 60)), jaw=((54, -52, 12), (21, -86, 58), 19, 18),
        chin=((0, -91, 79), (17, 13, 12)), cheek=((38, -54, 52), (20, 20, 20)), apple=((39, -29, 59), (20, 16, 20)),
        brow_ridge=((0, 23, 82), (44, 21, 64), 8.5, 7.5), muzzle=((0, -59, 72), (34, 28, 25)),
        socket=((32, -1, 96), (21, 17, 14)), bridge=((0, 11, 83), (0, -23, 101), 6.6, 7.2),
        nose_tip=((0, -29, 105), (10.6, 9.2, 10.0)), nose_wing=((11.2, -33.5, 96), (6.4, 5.6, 8.0)),
        neck=((0, -52, -18), (0, -205, -34), 46, 56), eye_radius=18.5, eye_centre=(31.5, 0.0, 61.5), iris_degrees=27.0,
        eye_inner=(15.6, -2.2), eye_outer=(47.2, -0.6), upper_lid_rise=6.35, lower_lid_drop=5.8, mouth_height=-61.0,
        mouth_half_width=26.5, mouth_corner_lift=1.4, upper_lip_height=4.2, lower_lip_height=5.8, lip_fullness=0.5,
        ear_place=(-12.0, -7.0), ear_scale=1.14, collar_rise=10.0, shoulder_scale=1.12, fold=0.4,
    ),
    colouring=Colouring(
        skin=Paint("Weathered Skin", "#E6B091", 0.55, subsurface=0.25), lips=Paint("Pale Lips", "#B8786B", 0.45, subsurface=0.2),
        blush="#D47A68", shade="#B97D62", iris=Paint("Grey Iris", "#587A93", 0.4, coat=0.2, specular=0.2), iris_light="#A9C0CC",
        limbus="#22303C", hair=Paint("Grey Hair", "#C9C5BC", 0.55), brows=Paint("Grey Brows", "#7A7167", 0.7),
        shirt=Paint("Brown Shirt", "#5B4634", 0.85),
    ),
    hair=HairStyle(
        hairline=(
            (0, 62), (18, 60), (32, 51), (44, 38), (55, 24), (63, 10), (67, -2), (70, -12), (74, -19), (79, -17), (84, -9),
            (96, -6), (106, -12), (113, -27), (122, -39), (145, -48), (180, -50),
        ),
        whorl=(180.0, 78.0), front=4.0, sides=5.5, nape=4.0, tufts=46, groove=0.9, sweep=10.0, locks=(),
    ),
    brows=BrowStyle(inner=9.0, length=42.0, height=18.0, arch=3.4, drop=2.0, thickness=4.2, bushy=2.6),
    lash_length=0.55,
)  # fmt: skip

DESIGNS: Final = {design.name: design for design in (YOUNG, OLDER)}
