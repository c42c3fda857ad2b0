# SPDX-License-Identifier: GPL-3.0-or-later
"""The sequencer: strips, what they play of which sound, and its samples."""
