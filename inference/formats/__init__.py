# SPDX-License-Identifier: GPL-3.0-or-later
"""Formats: files in and out. Channels are matched by name, never by position."""
