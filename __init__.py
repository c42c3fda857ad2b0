# SPDX-License-Identifier: GPL-3.0-or-later
"""Parlance: speech to an editable face. Blender enters here, and so do scripts.

import parlance

animation = parlance.animate("speech.wav", jaw=1.2)
parlance.save(animation, "curves.csv")
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .inference.library import Animation, Audio, Direction, ModelFile, ParlanceError, Performance, animate, hear, save, speak

__all__ = ["Animation", "Audio", "Direction", "ModelFile", "ParlanceError", "Performance", "animate", "hear", "save", "speak"]


def register() -> None:
    """Called by Blender when the extension is enabled."""
    from . import addon

    addon.register()


def unregister() -> None:
    """Called by Blender when the extension is disabled."""
    from . import addon

    addon.unregister()


def __getattr__(name: str) -> Any:
    """The library, read when it is first used: enabling the extension must not wait for NumPy."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .inference import library

    return getattr(library, name)
