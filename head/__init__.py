# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads modelled in code: from proportions, colouring and hair to meshes with all 52 ARKit shapes. NumPy only."""
