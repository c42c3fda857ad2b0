# SPDX-License-Identifier: GPL-3.0-or-later
"""Animation data of the .blend: f-curves, action slots, the records of our keys in them, NLA and the frames they play at."""
