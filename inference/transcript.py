# SPDX-License-Identifier: GPL-3.0-or-later
"""A known text: which phones it has, and where they are in what was heard.

Pronunciation comes from eSpeak NG where it is installed (any of its languages), or is given as IPA between slashes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from . import phones as inventory
from . import script
from .articulation import reshape
from .contact import closure_from_posteriors
from .errors import ParlanceError
from .hearing import align
from .performance import FRAME_RATE, Performance, Phone, Word
from .seal import seal
from .smoothing import Floats

CERTAIN: Final = 0.97
"""Probability of a phone that the text says."""
FAINT: Final = 0.05
"""Probability of a lip sound below which how long it is held was not heard."""
UNLIKE: Final = 0.45
"""Likeness of the aligned to the freely heard sounds below which the text is another one."""
DOUBTFUL: Final = 0.15
"""Mean probability of the aligned phones below which the text is hardly what is said."""
_LANGUAGE_SWITCH: Final = re.compile(r"\([a-z-]+\)")


def align_text(performance: Performance, text: str, language: str = "en") -> Performance:
    """The performance with its phones and lips following the text.

    text: what is said, or its IPA between slashes. language: an eSpeak NG voice such as en, de or fr.
    Raises ParlanceError when the text cannot be pronounced here, or is not what is said.
    """
    written = script.parse(text)
    sounds = [pronounce(word, language) for word in written.words]
    symbols, optional = chain([sum(each, ()) for each in sounds])
    aligned = align(performance.posteriors, symbols, performance.duration, optional=optional)
    phones = _in_words(aligned, sounds)
    if _likeness(performance, phones) < UNLIKE:
        raise ParlanceError("The text is not what is said here; check that it belongs to this recording, and its language.")
    posteriors = told(performance.posteriors, phones)
    curves = seal(reshape(performance.curves, posteriors, phones), *closure_from_posteriors(posteriors, FRAME_RATE))
    words = tuple(Word(word) for word in written.words)
    return replace(performance, phones=phones, posteriors=posteriors, curves=curves, words=words)


def _in_words(phones: Sequence[Phone], sounds: Sequence[Sequence[Sequence[str]]]) -> tuple[Phone, ...]:
    """Aligned phones, each told which word it is part of."""
    belongs = iter([word for word, parts in enumerate(sounds) for part in parts for _ in part])
    return tuple(phone if phone.symbol == "sil" else replace(phone, word=next(belongs)) for phone in phones)


def told(posteriors: Floats, phones: Sequence[Phone]) -> Floats:
    """float32[T, P] phone probabilities once the phones are known: each is certain, and lips and teeth meet only in theirs.

    How long a lip sound is held within its segment is still as heard, for alignment knows it to no better than 20 ms.
    """
    known = np.full(posteriors.shape, (1.0 - CERTAIN) / inventory.COUNT, np.float32)
    for place, phone in enumerate(phones):
        first, last = (round(time * FRAME_RATE) for time in (phone.start, phone.end))
        frames = np.arange(first, min(last, len(posteriors)))
        if not len(frames):
            continue
        held = np.ones(len(frames), np.float32)
        for group in (inventory.BILABIAL, inventory.LABIODENTAL):
            if phone.symbol in group:
                held = _held(posteriors[frames][:, list(inventory.indices(group))].sum(axis=1))
        known[frames, inventory.INDEX[phone.symbol]] += CERTAIN * held
        for beside, half in ((place - 1, frames < (first + last) / 2), (place + 1, frames >= (first + last) / 2)):
            symbol = phones[beside].symbol if 0 <= beside < len(phones) else "sil"
            known[frames[half], inventory.INDEX[symbol]] += CERTAIN * (1.0 - held[half])
    return known


def _held(heard: Floats) -> Floats:
    """float32[n] 0..1 how sure it is within a segment, whose lip sound was heard with these probabilities, that it is held."""
    if heard.max() < FAINT:
        heard = np.hanning(len(heard) + 2)[1:-1].astype(np.float32)
    return np.asarray((heard / heard.max()) ** 1.5, np.float32)


def _likeness(performance: Performance, phones: Sequence[Phone]) -> float:
    """How probable the aligned sounds are beside those that were heard freely: 1 as much, 0 not at all. Silence aside."""
    here, there = _confidence(phones), _confidence(performance.phones)
    return here / there if there else 0.0


def _confidence(phones: Sequence[Phone]) -> float:
    """Mean confidence over the time that is spoken."""
    spoken = [phone for phone in phones if phone.symbol != "sil"]
    total = sum(phone.end - phone.start for phone in spoken)
    return sum(phone.confidence * (phone.end - phone.start) for phone in spoken) / total if total else 0.0


def pronounce(text: str, language: str) -> list[tuple[str, ...]]:
    """Phones of each word. Raises ParlanceError without eSpeak NG, for a language it lacks, and for text without words."""
    bare = text.strip()
    ipa = bare[1:-1] if len(bare) > 2 and bare[0] == bare[-1] == "/" else _spoken(bare, language)
    words = [inventory.merge(word) for word in ipa.split()]
    if not any(words):
        raise ParlanceError("The text has no words in it.")
    return [word for word in words if word]


def chain(words: Sequence[Sequence[str]]) -> tuple[list[str], list[int]]:
    """All phones in order with a silence around every word, and the positions of the silences, for `align`."""
    symbols = ["sil"]
    for word in words:
        symbols += [*(phone for phone in word if phone != "sil"), "sil"]
    return symbols, [position for position, symbol in enumerate(symbols) if symbol == "sil"]


def is_doubtful(performance: Performance) -> bool:
    """Whether the aligned phones were hardly heard."""
    spoken = [phone for phone in performance.phones if phone.symbol != "sil"]
    return bool(spoken) and sum(phone.confidence for phone in spoken) / len(spoken) < DOUBTFUL


def _spoken(text: str, language: str) -> str:
    program = shutil.which("espeak-ng")
    if program is None:
        raise ParlanceError("Pronouncing a text needs eSpeak NG; install it, or give the text as IPA between slashes.")
    command = [program, "-q", "--ipa", "-b", "1", "-v", language, "--stdin"]
    try:
        said = subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        raise ParlanceError(f"eSpeak NG cannot pronounce this text in the language “{language}”.") from error
    return _LANGUAGE_SWITCH.sub(" ", said.stdout.decode("utf-8", "replace"))
