# SPDX-License-Identifier: GPL-3.0-or-later
"""Rig map: how a character's own shape keys answer to the 52 shapes."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, fields
from functools import cached_property, lru_cache
from typing import Any, Final

from .. import arkit
from ..errors import ParlanceError
from . import visemes

FORMAT: Final = "parlance rig map"
VERSION: Final = 1


@dataclass(frozen=True)
class Drive:
    """One of the 52 curves driving one of the character's shapes: value = clamp(gain * curve + offset, low, high).

    Several drives on one target add up before the clamp; one curve may have many drives.
    source: an ARKit shape; a viseme of visemes.NAMES for characters that have those instead; or a set of mouth drawings of
    visemes.SWITCHES, whose value is the number of the drawing to show.
    target: the name of a shape key; for bones and properties a data path of the object that carries the map.
    confidence: 0..1, how sure the recognition is; 1 for a name spelled as in the standard or set by the artist.
    """

    source: str
    target: str
    gain: float = 1.0
    offset: float = 0.0
    low: float = 0.0
    high: float = 1.0
    muted: bool = False
    confidence: float = 1.0


@dataclass(frozen=True)
class RigMap:
    """All drives of one set of shape names, and the naming convention they were recognised by."""

    convention: str
    drives: tuple[Drive, ...]

    @cached_property
    def active(self) -> tuple[Drive, ...]:
        """The drives that are not muted."""
        return tuple(drive for drive in self.drives if not drive.muted)

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """The character's shapes, bones or properties that will be animated, each once."""
        return tuple(dict.fromkeys(drive.target for drive in self.active))

    @cached_property
    def sources(self) -> frozenset[str]:
        """The ARKit shapes and visemes that drive a target of this map."""
        return frozenset(drive.source for drive in self.active)

    @property
    def regions(self) -> frozenset[str]:
        """The regions of the face that move; visemes move jaw and mouth."""
        return frozenset().union(*(regions_of(source) for source in self.sources))

    def steps(self, target: str) -> bool:
        """Whether a target is a switch between drawings, to be keyed in steps."""
        return any(source in visemes.SWITCHES for source in self._reaching.get(target, ()))

    def channels(self, target: str) -> tuple[int, ...]:
        """The ARKit indices that move one target; a viseme answers to jaw and mouth."""
        return tuple(sorted({index for source in self._reaching.get(target, ()) for index in channels_of(source)}))

    @cached_property
    def _reaching(self) -> dict[str, set[str]]:
        """The sources of each target: a slider asks for them again and again."""
        found: dict[str, set[str]] = {}
        for drive in self.active:
            found.setdefault(drive.target, set()).add(drive.source)
        return found


def channels_of(source: str) -> tuple[int, ...]:
    """The ARKit indices that a source stands for."""
    return (arkit.INDEX[source],) if source in arkit.INDEX else (*arkit.REGIONS["jaw"], *arkit.REGIONS["mouth"])


def regions_of(source: str) -> frozenset[str]:
    """The regions of the face that a source moves."""
    return frozenset({arkit.region_of(source)}) if source in arkit.INDEX else frozenset({"jaw", "mouth"})


def name_in(path: str) -> str:
    """The bone or property that a data path is of: “jaw” of `pose.bones["jaw"].location[0]`."""
    return path.split('"')[1] if '"' in path else path


def to_json(rig_map: RigMap) -> str:
    """A rig map as a preset: JSON as docs/rig-maps.md describes it; fields at their default are left out."""
    usual = {field.name: field.default for field in fields(Drive)}
    rows = [
        {name: value for name, value in asdict(drive).items() if name in {"source", "target"} or value != usual[name]}
        for drive in rig_map.drives
    ]
    document = {"format": FORMAT, "version": VERSION, "convention": rig_map.convention, "drives": rows}
    return json.dumps(document, ensure_ascii=False, indent=1)


@lru_cache(maxsize=64)
def from_json(text: str) -> RigMap:
    """Read a preset. Raises ParlanceError that names what is wrong with it."""
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise ParlanceError(f"This is not a rig map: line {error.lineno} is not valid JSON. Save it again.") from error
    except (ValueError, RecursionError) as error:
        raise ParlanceError(f"This is not a rig map: {error}. Save it again.") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("drives"), list):
        raise ParlanceError("This file is not a rig map; choose one that was saved from the mapping panel.")
    if raw.get("version", VERSION) != VERSION:
        raise ParlanceError("This rig map was saved by a newer Parlance; update the extension to load it.")
    return RigMap(str(raw.get("convention", "custom")), tuple(_drive(row) for row in raw["drives"]))


def _drive(row: Any) -> Drive:
    allowed = {field.name for field in fields(Drive)}
    if not isinstance(row, dict) or not {"source", "target"} <= row.keys() <= allowed:
        raise ParlanceError("A drive of this rig map lacks a source or target, or has an unknown field; correct it.")
    known = row["source"] if isinstance(row["source"], str) else ""
    if known not in arkit.INDEX and known not in {*visemes.NAMES, *visemes.SWITCHES, *visemes.OWN}:
        raise ParlanceError(f"“{row['source']}” in this rig map is neither an ARKit shape nor a viseme; correct it.")
    numbers = {"gain", "offset", "low", "high", "confidence"} & row.keys()
    if not all(isinstance(row[name], (int, float)) and abs(row[name]) <= sys.float_info.max for name in numbers):
        raise ParlanceError(f"A number is missing in the drive of “{row['target']}” in this rig map; correct it.")
    return Drive(**{**row, "target": str(row["target"]), "muted": bool(row.get("muted", False))})
