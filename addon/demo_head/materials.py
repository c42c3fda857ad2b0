# SPDX-License-Identifier: GPL-3.0-or-later
"""Paints → Blender materials that look alike in Workbench, EEVEE and Cycles."""

from __future__ import annotations

from typing import Final

import bpy

from ...head.palette import Paint

COLOURS: Final = "Complexion"


def material_for(paint: Paint) -> bpy.types.Material:
    """The material of a paint; made once per file and shared by all heads in it."""
    name = f"Parlance {paint.name}"
    existing = bpy.data.materials.get(name)
    if existing is not None:
        return existing
    material = bpy.data.materials.new(name)
    material.diffuse_color = (*paint.linear, 1.0)
    material.roughness = paint.roughness
    if material.node_tree is None:
        material.use_nodes = True
    tree = material.node_tree
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    colours = tree.nodes.new("ShaderNodeVertexColor")
    colours.layer_name = COLOURS
    colours.location = (-300.0, 200.0)
    tree.links.new(colours.outputs["Color"], shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = paint.roughness
    shader.inputs["Specular IOR Level"].default_value = paint.specular
    shader.inputs["Subsurface Weight"].default_value = paint.subsurface
    shader.inputs["Subsurface Radius"].default_value = (1.0, 0.35, 0.2)
    shader.inputs["Subsurface Scale"].default_value = 0.0012
    shader.inputs["Coat Weight"].default_value = paint.coat
    shader.inputs["Coat Roughness"].default_value = 0.08
    shader.inputs["Emission Color"].default_value = (*paint.linear, 1.0)
    shader.inputs["Emission Strength"].default_value = paint.emission
    return material
