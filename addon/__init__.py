# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that imports bpy. Enabling reads these modules and nothing heavy: no weights, no onnxruntime."""

from __future__ import annotations

from typing import Final

from . import lazy_modules, leaving
from .registering import in_order

MODULES: Final = (
    "preferences_page",
    "properties.line_text",
    "properties.dictionary",
    "properties.properties",
    "properties.retouch_properties",
    "properties.rule_properties",
    "properties.override_rows",
    "properties.override_groups",
    "generate.live",
    "generate.live_tracks",
    "panel.operators",
    "panel.line_operators",
    "panel.idle_panel",
    "panel.presets",
    "panel.moods",
    "panel.density",
    "panel.bug_report",
    "panel.panels",
    "mapping",
    "face_shapes",
    "retouch",
    "words",
    "exchange",
    "captures",
    "dialogue",
    "live",
    "demo_head",
)
"""Registered in this order, unregistered in reverse."""


_register, _unregister = in_order(__name__, MODULES)


def register() -> None:
    """Called when the extension is enabled."""
    lazy_modules.postpone()
    _register()


def unregister() -> None:
    """Called when the extension is disabled."""
    leaving.leave()
    _unregister()
