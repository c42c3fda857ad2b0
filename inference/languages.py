# SPDX-License-Identifier: GPL-3.0-or-later
"""The languages that a text can be pronounced in without anything else being installed."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = {
    "en": "English",
    "de": "German",
    "nl": "Dutch",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "pt-br": "Portuguese (Brazil)",
    "ca": "Catalan",
    "sv": "Swedish",
    "da": "Danish",
    "nb": "Norwegian",
    "pl": "Polish",
    "uk": "Ukrainian",
    "bg": "Bulgarian",
}
"""Code (ISO 639-1, a country where it matters) → its English name."""
GUESSED: Final = "auto"
"""Stands for a code where the language is to be guessed from the text."""
