# SPDX-License-Identifier: GPL-3.0-or-later
"""How words are pronounced, with nothing installed beside Parlance: a lexicon, and letters to sounds for all other words."""

from __future__ import annotations
