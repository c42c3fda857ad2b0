# SPDX-License-Identifier: GPL-3.0-or-later
"""Any character: from its shape names to a Rig map, and from the 52 curves to its own."""
