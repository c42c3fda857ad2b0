# SPDX-License-Identifier: GPL-3.0-or-later
"""How words are pronounced: letter trees and lexicons, grown from word lists and dictionaries of Debian main.

python -m parlance.models.pronunciation            # all languages, into inference/pronunciation/data
"""

from __future__ import annotations
