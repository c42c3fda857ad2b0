# SPDX-License-Identifier: GPL-3.0-or-later
"""Public lists of shape names against what recognition makes of them, by convention.

Usage: python benchmarks/name_lists.py. tests/data has the lists, each name with what is expected of it, written down before the
names were first read: a source, a list of several together, {"or": [...]} where either is right, {"may": [...]} where it is right
and not asked for, null for none of the 52 shapes and no sound.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from parlance.inference.rigging import recognise
from parlance.inference.rigging.recognition import CERTAIN

DATA: Final = Path(__file__).parents[1] / "tests" / "data"
ROWS: Final[dict[str, tuple[str, ...]]] = {
    "Character Creator 3": ("cc3_full", "cc3"),
    "Character Creator 4, iClone": ("cc4_extended", "cc5_hd"),
    "MB-Lab": ("mblab_full", "mblab"),
    "Mixamo Fuse": ("fuse_full", "fuse", "fuse_prefixed", "faceplus"),
    "HTC": ("htc_full", "htc"),
    "Meta": ("meta_full", "meta_openxr", "meta", "meta_snake", "movement_unity"),
    "FaceGen": ("facegen", "skyrim", "furhat"),
    "Unified Expressions": ("unified_full", "vrchat_v2", "vital"),
    "Faceshift": ("faceshift_full", "faceshift"),
    "FACS action units": ("rocketbox_units", "facs", "facs_words", "facs_lower_case"),
    "MikuMikuDance, Japanese": ("mmd_catalogue", "mmd_of_games", "oldmmd"),
    "MikuMikuDance, English": ("mmd_game_english", "mmd_english_tool", "mmd_other_english", "mmden"),
    "MikuMikuDance, Chinese": ("mmd_chinese_panel",),
    "VRM 0": ("vrm0_presets", "vroid_full", "vrm0"),
    "VRM 1": ("vrm1_presets",),
    "VRChat": ("vrchat_visemes", "cats_vrc", "vrchat_japanese", "avatar_lower_case"),
    "Daz Genesis": ("daz_genesis3", "daz_genesis9", "daz_genesis2", "daz_genesis81", "daz_facs"),
    "MetaHuman": ("metahuman_bare", "metahuman_morphs"),
    "plain English": ("hobby", "openclose", "blender_presets", "anime_flexes", "clinic_patient", "web_filter_morphs"),
    "German": ("German",),
    "French": ("French",),
    "Spanish": ("Spanish",),
    "Italian": ("Italian", "affdex_italian"),
    "Portuguese": ("Portuguese", "portuguese_robot", "portuguese_gestures"),
    "Russian": ("Russian",),
    "Polish": ("Polish",),
    "Chinese": ("Chinese", "chinese_units", "chinese_avatar_slots", "facs_chinese", "faceunity_chinese"),
    "Korean": ("Korean", "korean_movements", "korean_channels", "korean_exercises", "korean_coach"),
    "Japanese": ("Japanese", "japanese_inspector", "com3d2_japanese"),
}
"""Every convention that must be known, and the lists of it; what is in no row is by others, found since."""


@dataclass(frozen=True)
class Expected:
    """What a name is right as, and whether it must be known."""

    right: tuple[frozenset[str], ...]
    asked: bool


@dataclass(frozen=True)
class Score:
    """How many names there are, should be known, are, are only offered, say nothing, and are taken for another shape."""

    names: int = 0
    asked: int = 0
    right: int = 0
    offered: int = 0
    silent: int = 0
    wrong: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Score)))


@lru_cache(maxsize=1)
def lists() -> dict[str, dict[str, Any]]:
    """Every list, {label: {name: what is expected}}."""
    found: dict[str, dict[str, Any]] = {}
    for file in ("shape_names.json", "shape_names_found.json"):
        found |= json.loads((DATA / file).read_text(encoding="utf-8"))
    public = json.loads((DATA / "shape_names_public.json").read_text(encoding="utf-8"))
    return found | {label: entry["names"] for label, entry in public.items()}


def expected(entry: Any) -> Expected:
    """Read what a list says of a name."""
    if entry is None:
        return Expected((), False)
    if isinstance(entry, dict):
        ((how, choices),) = entry.items()
        return Expected(tuple(map(_together, choices)), how == "or")
    return Expected((_together(entry),), True)


def _together(sources: Any) -> frozenset[str]:
    return frozenset([sources] if isinstance(sources, str) else sources)


def judged(names: Mapping[str, Any]) -> tuple[Score, dict[str, set[str]]]:
    """How a list is read, and what was taken for another shape, {name: sources}."""
    used: dict[str, set[str]] = {}
    offered: dict[str, set[str]] = {}
    for drive in recognise(names).drives:
        (used if drive.confidence >= CERTAIN else offered).setdefault(drive.target, set()).add(drive.source)
    score, wrong = Score(), dict[str, set[str]]()
    for name, entry in names.items():
        wanted, got = expected(entry), used.get(name, set())
        if got and got not in wanted.right:
            wrong[name] = got
        known = bool(got) and got in wanted.right
        score += Score(
            names=1,
            asked=wanted.asked,
            right=wanted.asked and known,
            offered=wanted.asked and not got and offered.get(name, set()) in wanted.right,
            silent=wanted.asked and not got and offered.get(name, set()) not in wanted.right,
            wrong=bool(got) and not known,
        )
    return score, wrong


def total(labels: Iterable[str]) -> Score:
    """All of these lists together."""
    return sum((judged(lists()[label])[0] for label in labels), Score())


def main() -> None:
    """One line a convention."""
    rest = tuple(label for label in lists() if not any(label in labels for labels in ROWS.values()))
    header = f"{'convention':30s}" + "".join(f"{each.name:>9s}" for each in fields(Score))
    print(header + f"{'right %':>9s}{'wrong %':>9s}")
    for convention, labels in {**ROWS, f"{len(rest)} lists by others": rest}.items():
        score = total(labels)
        counts = "".join(f"{getattr(score, each.name):9d}" for each in fields(Score))
        print(f"{convention:30s}{counts}{100 * score.right / score.asked:9.1f}{100 * score.wrong / score.names:9.1f}")


if __name__ == "__main__":
    main()
