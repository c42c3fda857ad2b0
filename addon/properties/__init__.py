# SPDX-License-Identifier: GPL-3.0-or-later
"""What is stored with objects, scenes and strips as Blender's properties, and what changes of them call."""
