# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the mapping panel. Every change goes straight into the rig map that is stored with the mesh."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import bpy
from bpy.props import BoolProperty, CollectionProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty
from bpy.types import PropertyGroup

from ...inference import arkit, rigging
from ...inference.errors import ParlanceError
from ..character import characters, controls
from ..properties import override_rows
from ..properties.update_callbacks import OVERRIDABLE

REGIONS: Final = (
    ("ALL", "All", "Every shape"),
    *((name, name.capitalize(), f"Shapes of the {name}") for name in arkit.REGION_PREFIXES),
    ("visemes", "Visemes", "Whole mouth poses"),
)

_filling: list[bool] = []


def _changed(row: Any, _context: bpy.types.Context) -> None:
    if not _filling:
        store(row.id_data)


def _chosen(row: Any, context: bpy.types.Context) -> None:
    """A target that the artist picks is certain."""
    if not _filling:
        row["confidence"] = 1.0
        _changed(row, context)


def _previewed(row: Any, _context: bpy.types.Context) -> None:
    """Show a source on the whole character: the row's own target, and what other meshes have for it."""
    character = characters.of(row.id_data)
    drives = {(face.key, drive) for face in (character.faces if character else ()) for drive in face.rig_map.active}
    for key, drive in drives:
        block = key.key_blocks.get(drive.target)
        if drive.source == row.source and block is not None:
            block.value = min(max(drive.gain * row.preview + drive.offset, drive.low), drive.high)
    _set(row, min(max(row.gain * row.preview + row.offset, row.low), row.high))


def _set(row: Any, value: float) -> None:
    """Give a row's target a value, whether it is a shape key or a property."""
    owner = row.id_data
    key = owner.data.shape_keys if owner.type == "MESH" else None
    if key is not None:
        if row.target in key.key_blocks:
            key.key_blocks[row.target].value = value
    elif row.target:
        controls.put(owner, row.target, value)


def _number(name: str, default: float, low: float, high: float, about: str) -> Any:
    return FloatProperty(
        name=name, description=about, default=default, soft_min=low, soft_max=high, step=5, update=_changed, override=OVERRIDABLE
    )


class ParlanceDrive(PropertyGroup):
    """One row: a shape of the 52, or a viseme, and what it drives."""

    source: StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    target: StringProperty(  # type: ignore[valid-type]
        name="Target", description="The shape key this drives; empty for none", update=_chosen, override=OVERRIDABLE
    )
    gain: _number("Gain", 1.0, -2.0, 2.0, "How strongly the shape follows")  # type: ignore[valid-type]
    offset: _number("Offset", 0.0, -1.0, 1.0, "What is added to it")  # type: ignore[valid-type]
    low: _number("Lowest", 0.0, -1.0, 1.0, "The shape goes no lower")  # type: ignore[valid-type]
    high: _number("Highest", 1.0, 0.0, 2.0, "The shape goes no higher")  # type: ignore[valid-type]
    muted: BoolProperty(  # type: ignore[valid-type]
        name="Mute", description="Leave this shape alone", update=_changed, override=OVERRIDABLE
    )
    confidence: FloatProperty(default=1.0, min=0.0, max=1.0, override=OVERRIDABLE)  # type: ignore[valid-type]
    preview: FloatProperty(  # type: ignore[valid-type]
        name="Preview",
        description="Try the shape on the character; nothing is keyed",
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        update=_previewed,
        options={"SKIP_SAVE"},
    )


class ParlanceMapping(PropertyGroup):
    """The rows of one object, and how the panel shows them."""

    rows: CollectionProperty(type=ParlanceDrive, override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"})  # type: ignore[valid-type]
    row: IntProperty(options={"SKIP_SAVE"})  # type: ignore[valid-type]
    convention: StringProperty(override=OVERRIDABLE)  # type: ignore[valid-type]
    region: EnumProperty(name="Region", description="Which shapes to list", items=REGIONS, options={"SKIP_SAVE"})  # type: ignore[valid-type]
    unmapped: BoolProperty(  # type: ignore[valid-type]
        name="Unmapped", description="List only what drives nothing yet", options={"SKIP_SAVE"}
    )
    summary: StringProperty(options={"SKIP_SAVE"})  # type: ignore[valid-type]


@contextmanager
def filling() -> Iterator[None]:
    """Change many rows and store them once."""
    _filling.append(True)
    try:
        yield
    finally:
        _filling.pop()


def fill(owner: Any, rig_map: rigging.RigMap) -> None:
    """Show a rig map: its drives in the order of the 52 shapes, and an empty row for each shape that drives nothing.

    Rows are written over: on an override those of its library can only be emptied.
    """
    mapping = owner.parlance_mapping
    by_source: dict[str, list[rigging.Drive]] = {}
    for drive in rig_map.drives:
        by_source.setdefault(drive.source, []).append(drive)
    sources = (*arkit.NAMES, *sorted(by_source.keys() - set(arkit.NAMES)))
    drives = [drive for source in sources for drive in by_source.get(source, [rigging.Drive(source, "")])]
    with filling():
        with suppress(ParlanceError):
            while len(mapping.rows) > len(drives):
                override_rows.take_out(mapping.rows, len(mapping.rows) - 1)
        while len(mapping.rows) < len(drives):
            override_rows.add(mapping.rows)
        mapping.convention = rig_map.convention
        for row, drive in zip(mapping.rows, drives, strict=False):
            _write(row, drive)
        for row in mapping.rows[len(drives) :]:
            row.target = ""


def _write(row: Any, drive: rigging.Drive) -> None:
    for name in ("source", "target", "gain", "offset", "low", "high", "muted", "confidence"):
        setattr(row, name, getattr(drive, name))


def rig_map_of(owner: Any) -> rigging.RigMap:
    """The rig map that the rows of the list say."""
    return rigging.RigMap(owner.parlance_mapping.convention or "custom", tuple(_drives(owner.parlance_mapping.rows)))


def _drives(rows: Iterable[Any]) -> Iterator[rigging.Drive]:
    for row in rows:
        if row.target:
            sure = round(row.confidence, 2)
            yield rigging.Drive(row.source, row.target, row.gain, row.offset, row.low, row.high, row.muted, sure)


def store(owner: Any) -> None:
    """Keep what the rows say with the mesh; from now on it goes before recognition."""
    owner.parlance.rig_map = rigging.to_json(rig_map_of(owner))


def regions_of_row(row: Any) -> frozenset[str]:
    """The regions a row is listed under."""
    return rigging.regions_of(row.source) if row.source in arkit.INDEX else frozenset({"visemes"})


CLASSES: Final = (ParlanceDrive, ParlanceMapping)


def register() -> None:
    """Give objects their rows."""
    for each in CLASSES:
        bpy.utils.register_class(each)
    bpy.types.Object.parlance_mapping = PointerProperty(type=ParlanceMapping, override=OVERRIDABLE)


def unregister() -> None:
    """Take them away; the rig maps stay stored with the meshes."""
    del bpy.types.Object.parlance_mapping
    for each in reversed(CLASSES):
        bpy.utils.unregister_class(each)
