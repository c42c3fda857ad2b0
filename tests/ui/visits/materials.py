# SPDX-License-Identifier: GPL-3.0-or-later
"""Both demo heads in Material Preview, as an animator first turns it on: at rest, smiling with teeth, and with lids shut."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import bpy
from stage import emptied, from_the_front, looked_at
from window import picture, pressed

POSES = {
    "rest": {},
    "smile": {"mouthSmile": 1.0, "cheekSquint": 0.8, "mouthUpperUp": 0.4, "mouthLowerDown": 0.4, "jawOpen": 0.25},
    "shut": {"eyeBlink": 1.0},
}
DRAWN = 40
"""Ticks until a software renderer has compiled the materials and drawn the view."""


def visit() -> Iterator[None]:
    """One head after the other."""
    for design in ("YOUNG", "OLDER"):
        emptied()
        pressed("add_demo_head", "EXEC_DEFAULT", design=design)
        from_the_front()
        area = looked_at()
        area.spaces.active.show_region_ui = False
        area.spaces.active.shading.type = "MATERIAL"
        for name, pose in POSES.items():
            _put(pose)
            for _ in range(DRAWN):
                yield
            yield from picture(f"materials_{design.lower()}_{name}")
    sys.stdout.write("both heads were drawn in Material Preview\n")


def _put(pose: dict[str, float]) -> None:
    for mesh in (thing for thing in bpy.data.objects if thing.type == "MESH" and thing.data.shape_keys):
        for block in mesh.data.shape_keys.key_blocks[1:]:
            block.value = pose.get(block.name.removesuffix("Left").removesuffix("Right"), 0.0)
