# SPDX-License-Identifier: GPL-3.0-or-later
"""Work without the scene, on any thread: hear, act, map and fit; a Plan becomes a Draft."""
