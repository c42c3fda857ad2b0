# SPDX-License-Identifier: GPL-3.0-or-later
"""The free voices that speak for training: Festival, Flite and espeak-ng as Debian's main archive packages them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Engine = Literal["festival", "flite", "espeak"]

FESTIVAL_FOLDER: Final = Path("/usr/share/festival/voices")


@dataclass(frozen=True)
class Voice:
    """engine and name say how to call it; texts names its pool in texts.py; encoding is what its text analysis reads.

    phoneset: its table in symbols/festival.py (not for espeak).   package: the Debian package that brings it.
    utterances: how many it speaks.
    """

    engine: Engine
    name: str
    language: str
    texts: str
    utterances: int
    phoneset: str = ""
    encoding: str = "utf-8"
    package: str = ""

    @property
    def speaker(self) -> str:
        """A speaker name that is unique among all corpora."""
        return f"{self.engine}_{self.name}".replace("+", "-")


FESTIVAL_UTTERANCES: Final = 70
ENGLISH_UTTERANCES: Final = 320
"""Voices made of recordings teach more than formants do, and English is what most of the labelled speech is compared with."""


def _festival(name: str, language: str, phoneset: str, package: str, encoding: str = "utf-8") -> Voice:
    count = ENGLISH_UTTERANCES if phoneset == "english" else FESTIVAL_UTTERANCES
    return Voice("festival", name, language, language[:2], count, phoneset, encoding, package)


FESTIVAL: Final = (
    _festival("kal_diphone", "en-US", "english", "festvox-kallpc16k"),
    _festival("ked_diphone", "en-US", "english", "festvox-kdlpc16k"),
    _festival("cmu_us_slt_arctic_hts", "en-US", "english", "festvox-us-slt-hts"),
    _festival("lp_diphone", "it-IT", "italian", "festvox-italp16k", "iso-8859-1"),
    _festival("pc_diphone", "it-IT", "italian", "festvox-itapc16k", "iso-8859-1"),
    _festival("suo_fi_lj_diphone", "fi-FI", "finnish", "festvox-suopuhe-lj", "iso-8859-1"),
    _festival("hy_fi_mv_diphone", "fi-FI", "finnish", "festvox-suopuhe-mv", "iso-8859-1"),
    _festival("czech_ph", "cs-CZ", "czech", "festvox-czech-ph", "iso-8859-2"),
    _festival("czech_dita", "cs-CZ", "czech", "festvox-czech-dita", "iso-8859-2"),
    _festival("czech_machac", "cs-CZ", "czech", "festvox-czech-machac", "iso-8859-2"),
    _festival("czech_krb", "cs-CZ", "czech", "festvox-czech-krb", "iso-8859-2"),
    _festival("msu_ru_nsh_clunits", "ru-RU", "russian", "festvox-ru"),
    _festival("upc_ca_ona_hts", "ca-ES", "catalan", "festvox-ca-ona-hts", "iso-8859-15"),
)
FLITE: Final = tuple(
    Voice("flite", name, "en-US", "en", ENGLISH_UTTERANCES, "english", package="flite") for name in ("kal16", "rms", "slt", "awb")
)

ESPEAK_LANGUAGES: Final = {
    "en-us": "en", "en": "en", "en-gb-scotland": "en", "de": "de", "nl": "nl", "fr": "fr", "es": "es", "es-419": "es",
    "it": "it",
    "pt-br": "pt", "pl": "pl", "cs": "cs", "ru": "ru", "uk": "uk", "sv": "sv", "nb": "nb", "da": "da", "fi": "fi",
    "hu": "hu", "tr": "tr",
    "el": "el", "ro": "ro", "ca": "ca", "hr": "hr", "id": "id", "vi": "vi", "hi": "hi", "ja": "ja", "ko": "ko", "cmn": "cmn",
    "sw": "sw", "ar": "ar",
}  # fmt: skip
"""espeak-ng's voice → its pool of texts."""
ESPEAK_VARIANTS: Final = (
    "m1", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f4", "f5", "klatt", "klatt2", "klatt3", "klatt4", "Alex", "Andy",
    "Annie",
    "Denis", "Gene", "Jacky", "Mario", "Michael", "anika", "antonio", "aunty", "belinda", "caleb", "david", "grandma",
    "grandpa",
    "iven", "kaukovalta", "max", "norbert", "quincy", "rob", "sandro", "shelby", "steph", "travis", "victor", "zac",
)  # fmt: skip
"""Voice qualities of espeak-ng. Left out: those with a strong echo, whispers, croaks and robots."""
ESPEAK_VOICES_PER_LANGUAGE: Final = 4
ESPEAK_UTTERANCES: Final = 10
ESPEAK_MORE: Final = {"en": 20, "de": 25, "nl": 25}
"""Of the languages whose texts vary, more."""


def espeak_voices() -> Iterator[Voice]:
    """Every language with a few of the voice qualities, each quality in some language."""
    turn = 0
    for name, texts in ESPEAK_LANGUAGES.items():
        for _ in range(ESPEAK_VOICES_PER_LANGUAGE):
            variant = ESPEAK_VARIANTS[turn % len(ESPEAK_VARIANTS)]
            turn += 1
            count = ESPEAK_MORE.get(texts, ESPEAK_UTTERANCES)
            yield Voice("espeak", f"{name}+{variant}", name, texts, count, package="espeak-ng")


def all_voices() -> tuple[Voice, ...]:
    """Every voice, whether installed or not."""
    return (*FESTIVAL, *FLITE, *espeak_voices())


def installed(voice: Voice) -> bool:
    """Whether this machine can speak with it."""
    if voice.engine == "espeak":
        return find_library("espeak-ng") is not None
    if shutil.which(voice.engine) is None:
        return False
    return voice.engine == "flite" or any(FESTIVAL_FOLDER.glob(f"*/{voice.name}"))


def missing() -> str | None:
    """One sentence that names the Debian packages to install for the voices this machine lacks; None when it has all."""
    wanted = sorted({voice.package for voice in all_voices() if not installed(voice)})
    if not wanted:
        return None
    return f"Some training voices are not installed; for all of them run: apt-get install festival {' '.join(wanted)}"
