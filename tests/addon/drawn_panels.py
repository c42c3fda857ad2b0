# SPDX-License-Identifier: GPL-3.0-or-later
"""Panels are drawn without a window: whatever they ask of Blender has to be there."""

from __future__ import annotations

from types import MethodType, SimpleNamespace

import bpy


class Layout:
    """Takes whatever a panel draws, and asks Blender whether it is there."""

    def __init__(self, context) -> None:
        self.context = context

    def prop(self, data, name, **_):
        assert name in data.bl_rna.properties, f"{data} has no {name}"
        getattr(data, name)
        return self

    def prop_search(self, data, name, found, items, **_):
        self.prop(data, name)
        getattr(found, items)
        return self

    def operator(self, name, **_):
        room, _, action = name.partition(".")
        getattr(getattr(bpy.ops, room), action).get_rna_type()
        return SimpleNamespace()

    def panel(self, *_, **__):
        return self, self

    def template_list(self, kind, _, data, name, holder, active, **__):
        shown = Shown(getattr(bpy.types, kind), self.context)
        shown.filter_name, shown.bitflag_filter_item = "", 1
        for index, item in enumerate(list(getattr(data, name))[:3]):
            shown.draw_item(self.context, self, data, item, 0, holder, active, index)
        return self

    def __getattr__(self, _name):
        return lambda *_, **__: self


class Shown:
    """A panel that is being drawn."""

    def __init__(self, panel, context) -> None:
        self._panel, self.layout = panel, Layout(context)

    def __getattr__(self, name):
        found = getattr(self._panel, name)
        return MethodType(found, self) if callable(found) and not isinstance(found, MethodType) else found


def _context():
    """What panels ask of a context, with a sidebar that has a width."""
    real, view = bpy.context, bpy.context.preferences
    system = SimpleNamespace(ui_scale=1.0)
    return SimpleNamespace(
        **{name: getattr(real, name) for name in ("scene", "view_layer", "workspace", "window_manager", "selected_objects")},
        **{name: getattr(real, name) for name in ("mode", "active_object", "object", "window")},
        preferences=SimpleNamespace(system=system, addons=view.addons, view=view.view),
        region=SimpleNamespace(width=300),
        space_data=None,
        area=None,
        screen=None,
    )


def _panels(day) -> list:
    if not hasattr(day, "panels"):
        day.panels = [
            each
            for each in (getattr(bpy.types, name) for name in dir(bpy.types) if name.startswith("PARLANCE_PT_"))
            if each.bl_space_type == "VIEW_3D"
        ]
        assert len(day.panels) > 5
    return day.panels


def check(day) -> None:
    day.room("addon.retouch.changes").forget()
    context = _context()
    panels = _panels(day)
    day.drawn = getattr(day, "drawn", 0) + 1
    for panel in (*panels[:1], panels[day.drawn % len(panels)]):
        if not hasattr(panel, "poll") or panel.poll(context):
            shown = Shown(panel, context)
            shown.draw(context)
            if hasattr(panel, "draw_header_preset"):
                shown.draw_header_preset(context)
