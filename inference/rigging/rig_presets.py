# SPDX-License-Identifier: GPL-3.0-or-later
"""Mapping presets of rig families: found by the names that a rig has, put on with what they would change said before.

Those that come along are the naming conventions (naming/*.json). An artist's own are files: the maps of shapes and of bones or
properties, and the posed visemes, of a character that was set up once. A preset fits a rig that has most of its names, whatever
stands before them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from ..errors import ParlanceError
from ..formats.untrusted import parse_json
from . import own_visemes, rig_map
from .conventions import conventions, folded
from .own_visemes import OwnVisemes, Pose
from .rig_map import Drive, RigMap, name_in
from .shortening import shared_beginning

NOTHING: Final = RigMap("", ())
FORMAT: Final = "parlance rig preset"
VERSION: Final = 1
NO_FILE: Final = "This file is no rig preset; choose one that was saved from the mapping panel."
FITS: Final = 0.6
"""Share of a preset's names that a rig must have."""
_FEWEST: Final = 4
_MOST: Final = 20_000_000


@dataclass(frozen=True)
class RigPreset:
    """How a family of rigs answers to the 52 curves: `shapes` for shape keys, `controls` for bones and properties."""

    name: str
    shapes: RigMap = NOTHING
    controls: RigMap = NOTHING
    visemes: OwnVisemes = field(default_factory=OwnVisemes)
    key: str = ""


@dataclass(frozen=True)
class Offer:
    """A preset with its names as this rig has them, `share` 0..1 of them found, and what it would change."""

    preset: RigPreset
    share: float
    added: int
    changed: int
    removed: int

    @property
    def sentence(self) -> str:
        """Like “adds 3, changes 12, mutes 1”; empty where nothing would change."""
        counts = (("adds", self.added), ("changes", self.changed), ("leaves out", self.removed))
        return ", ".join(f"{word} {count}" for word, count in counts if count)


def offers(
    shapes: Collection[str],
    controls: Collection[str],
    current: RigMap,
    current_controls: RigMap,
    own: Iterable[RigPreset] = (),
) -> tuple[Offer, ...]:
    """Presets that fit a rig and would change its maps, the best first; the artist's own before those that come along.

    shapes: names of its shape keys.   controls: names of its bones and properties.
    """
    found = [offer for preset in own if (offer := fitted(preset, shapes, controls, current, current_controls)) is not None]
    found.sort(key=lambda offer: -offer.share)
    along = [_compared(preset, 1.0, current, current_controls) for preset in shipped(tuple(sorted(shapes)))]
    along = [offer for offer in along if offer.added and not offer.removed]  # one that takes nothing away
    along.sort(key=lambda offer: -len(offer.preset.shapes.drives))
    return tuple(offer for offer in (*found, *along) if offer.sentence)


@lru_cache(maxsize=16)
def shipped(names: tuple[str, ...]) -> tuple[RigPreset, ...]:
    """The conventions that enough of these names follow, each as a preset for them."""
    shared = shared_beginning(names)
    short = {name: name.removeprefix(shared) for name in names}
    presets = []
    for convention in conventions():
        found = convention.find(names, short)
        drives = tuple(Drive(source, name, gain=gain) for name, entry in found.items() for source, gain in entry.gains.items())
        if len({drive.target for drive in drives}) >= _FEWEST:
            presets.append(RigPreset(convention.label, RigMap(convention.label, drives), key=convention.key))
    return tuple(presets)


def fitted(
    preset: RigPreset, shapes: Collection[str], controls: Collection[str], current: RigMap, current_controls: RigMap
) -> Offer | None:
    """A preset for a rig; None where it has too few of the names."""
    wanted_shapes = {drive.target for drive in preset.shapes.drives} | own_visemes.shape_targets(preset.visemes)
    paths = {drive.target for drive in preset.controls.drives} | own_visemes.control_targets(preset.visemes)
    wanted_names = {name_in(path) for path in paths}
    named, found = _translated(wanted_shapes, shapes), _translated(wanted_names, controls)
    total, here = len(wanted_shapes) + len(wanted_names), len(named) + len(found)
    if here < min(_FEWEST, total) or not total or here < FITS * total:
        return None
    moved = {
        path: path.replace(f'["{name_in(path)}"]', f'["{found[name_in(path)]}"]', 1) for path in paths if name_in(path) in found
    }
    renamed = replace(
        preset,
        shapes=_renamed(preset.shapes, named),
        controls=_renamed(preset.controls, moved),
        visemes=_visemes_renamed(preset.visemes, named, moved),
    )
    return _compared(renamed, here / total, current, current_controls)


def _translated(wanted: Collection[str], present: Collection[str]) -> dict[str, str]:
    """Which of the names that are present stands for each wanted one: by itself, without case, without what all begin with."""
    exact = set(present)
    plain = {folded(name): name for name in sorted(present, reverse=True)}
    mine, theirs = shared_beginning(tuple(sorted(present))), shared_beginning(tuple(sorted(wanted)))
    short = {folded(name.removeprefix(mine)): name for name in sorted(present, reverse=True)}
    found: dict[str, str] = {}
    for name in wanted:
        telling = folded(name.removeprefix(theirs))
        match = (
            name
            if name in exact
            else plain.get(folded(name)) or short.get(telling) or short.get(folded(name)) or plain.get(telling)
        )
        if match is not None:
            found[name] = match
    return found


def _renamed(given: RigMap, names: Mapping[str, str]) -> RigMap:
    drives = (replace(drive, target=names[drive.target]) for drive in given.drives if drive.target in names)
    return RigMap(given.convention, tuple(drives))


def _visemes_renamed(given: OwnVisemes, names: Mapping[str, str], paths: Mapping[str, str]) -> OwnVisemes:
    def moved(values: Mapping[str, float], to: Mapping[str, str]) -> dict[str, float]:
        return {to[name]: value for name, value in values.items() if name in to}

    poses = {name: Pose(moved(pose.shapes, names), moved(pose.controls, paths)) for name, pose in given.poses.items()}
    return OwnVisemes(poses, moved(given.rest, paths))


def _compared(preset: RigPreset, share: float, current: RigMap, current_controls: RigMap) -> Offer:
    added = changed = removed = 0
    for new, old in ((preset.shapes, current), (preset.controls, current_controls)):
        if not new.drives:
            continue
        mine, theirs = _by_target(new), _by_target(old)
        added += len(mine.keys() - theirs.keys())
        removed += len(theirs.keys() - mine.keys())
        changed += sum(mine[target] != theirs[target] for target in mine.keys() & theirs.keys())
    return Offer(preset, share, added + len(preset.visemes.poses), changed, removed)


def _by_target(given: RigMap) -> dict[str, frozenset[tuple[str, float, float, float, float]]]:
    """What drives each target, as far as an artist would notice a difference."""
    found: dict[str, set[tuple[str, float, float, float, float]]] = {}
    for drive in given.active:
        gain, offset, low, high = (round(value, 3) for value in (drive.gain, drive.offset, drive.low, drive.high))
        found.setdefault(drive.target, set()).add((drive.source, gain, offset, low, high))
    return {target: frozenset(rows) for target, rows in found.items()}


def to_json(preset: RigPreset) -> str:
    """The preset as JSON text, in the form that docs/rig-maps.md describes."""
    document: dict[str, Any] = {"format": FORMAT, "version": VERSION, "name": preset.name}
    for name, given in (("shapes", preset.shapes), ("controls", preset.controls)):
        if given.drives:
            document[name] = json.loads(rig_map.to_json(given))
    if preset.visemes.poses:
        document["visemes"] = json.loads(own_visemes.to_json(preset.visemes))
    return json.dumps(document, ensure_ascii=False, indent=1)


def from_json(text: str) -> RigPreset:
    """Read a preset. Raises ParlanceError that names what is wrong with it."""
    if len(text) > _MOST:
        raise ParlanceError("This file is too large to be a rig preset; choose another.")
    raw = parse_json(text, NO_FILE)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT or not isinstance(raw.get("name"), str):
        raise ParlanceError(NO_FILE)
    if raw.get("version") != VERSION:
        raise ParlanceError("This rig preset was saved by a newer Parlance; update the extension to load it.")
    shapes, controls = (_map(raw[name]) if name in raw else NOTHING for name in ("shapes", "controls"))
    visemes = own_visemes.from_json(json.dumps(raw["visemes"])) if "visemes" in raw else OwnVisemes()
    if not shapes.drives and not controls.drives and not visemes.poses:
        raise ParlanceError("This rig preset is empty; save it again from a character that is mapped.")
    return RigPreset(raw["name"][:100], shapes, controls, visemes)


def _map(raw: Any) -> RigMap:
    if not isinstance(raw, dict):
        raise ParlanceError(NO_FILE)
    return rig_map.from_json(json.dumps(raw))
