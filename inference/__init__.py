# SPDX-License-Identifier: GPL-3.0-or-later
"""From a voice to an animated face, without Blender: a library, and the command line in cli.py."""
