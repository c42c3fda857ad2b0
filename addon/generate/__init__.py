# SPDX-License-Identifier: GPL-3.0-or-later
"""From a strip to keys: look at the scene, work without it, write into it, and follow what changes."""
