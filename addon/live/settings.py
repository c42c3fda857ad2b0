# SPDX-License-Identifier: GPL-3.0-or-later
"""What is heard live, and how. Kept with the window, not with the file: another machine has another microphone."""

from __future__ import annotations

from typing import Final

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, PointerProperty, StringProperty

SOURCES: Final = (
    ("MICROPHONE", "Microphone", "A recorder program that is installed: ffmpeg, parec, arecord or sox"),
    ("FILE", "Growing File", "A WAV file that another program is writing"),
    ("LIVE_LINK", "Live Link", "A phone with Live Link Face, or “parlance live --to”, over the network"),
)
LOOK_AHEADS: Final = (
    ("0", "None", "At once; lips close late, and not always"),
    ("80", "80 ms", "Quick; lips close late"),
    ("160", "160 ms", "Nearly as good as hearing the whole"),
    ("260", "260 ms", "As good as it gets live"),
)


class LiveSettings(bpy.types.PropertyGroup):
    """The settings of the panel Live."""

    source: EnumProperty(name="Hear", items=SOURCES, description="Where the voice comes from")  # type: ignore[valid-type]
    device: StringProperty(  # type: ignore[valid-type]
        name="Device", description="The name the recorder program knows the microphone by; empty for the usual one"
    )
    path: StringProperty(name="File", subtype="FILE_PATH", description="The WAV file that grows")  # type: ignore[valid-type]
    port: IntProperty(name="Port", default=11111, min=1024, max=65535, description="Where Live Link is sent to")  # type: ignore[valid-type]
    look_ahead: EnumProperty(  # type: ignore[valid-type]
        name="Look Ahead", items=LOOK_AHEADS, default="160", description="How much is heard of what comes next before it is shown"
    )
    record: BoolProperty(  # type: ignore[valid-type]
        name="Record", description="Keep the sound beside the file, and put it on a strip when it ends"
    )
    generate: BoolProperty(  # type: ignore[valid-type]
        name="Generate When It Ends", default=True, description="Animate the recording, with all that a whole sound allows"
    )


def of(context: bpy.types.Context) -> LiveSettings:
    """The settings of the open window, which no file keeps."""
    return context.window_manager.parlance_live  # type: ignore[no-any-return]


def register() -> None:
    """Make them known."""
    bpy.utils.register_class(LiveSettings)
    bpy.types.WindowManager.parlance_live = PointerProperty(type=LiveSettings, options={"SKIP_SAVE"})


def unregister() -> None:
    """Forget them."""
    del bpy.types.WindowManager.parlance_live
    bpy.utils.unregister_class(LiveSettings)
