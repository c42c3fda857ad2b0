# SPDX-License-Identifier: GPL-3.0-or-later
"""A Draft into f-curves: merged with the artist's keys, on every mesh and bone that follows, remembered with the line."""
