# SPDX-License-Identifier: GPL-3.0-or-later
"""Parlance: speech to an editable face. Blender enters here; everything lives in the rooms below."""


def register() -> None:
    """Called by Blender when the extension is enabled."""
    from . import addon

    addon.register()


def unregister() -> None:
    """Called by Blender when the extension is disabled."""
    from . import addon

    addon.unregister()
