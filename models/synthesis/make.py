# SPDX-License-Identifier: GPL-3.0-or-later
"""Every installed voice speaks its share; one folder a voice, so that an interrupted run goes on where it stopped."""

from __future__ import annotations

import json
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from tqdm import tqdm

from ...inference.audio import SAMPLE_RATE
from ...inference.errors import ParlanceError
from ..corpora import Split, Utterance
from ..symbols import UnknownSymbolError, to_phones
from ..targets.cache import FOLDER, fingerprint
from .espeak import Espeak
from .festival import Line, speak
from .spoken import Spoken, finished
from .texts import text
from .voices import Voice, all_voices, installed, missing

CORPUS: Final = "synthetic"
LABELS: Final = "labels.jsonl"
VALID: Final = frozenset({"festival_czech_krb", "flite_awb"})
"""Voices kept for validation, whole. Synthetic speech is never a test."""
SHORTEST, LONGEST = 0.8, 15.0
"""Seconds; what falls outside was misread."""
_SOURCES: Final = (
    "models/synthesis/make.py",
    "models/synthesis/voices.py",
    "models/synthesis/texts.py",
    "models/synthesis/sentences.json",
    "models/synthesis/espeak.py",
    "models/synthesis/festival.py",
    "models/synthesis/spoken.py",
)


def folder() -> Path:
    """Where the speech is kept."""
    return FOLDER / "speech" / fingerprint(*_SOURCES)


def synthetic(*, progress: bool = True) -> tuple[Utterance, ...]:
    """All synthetic utterances, spoken now if they are not there yet (minutes). Says in one sentence which voices are missing."""
    lacking = missing()
    if lacking and progress:
        print(lacking)
    voices = [voice for voice in all_voices() if installed(voice)]
    todo = [voice for voice in voices if not (folder() / voice.speaker / LABELS).exists()]
    for voice in tqdm(todo, desc="synthesising speech", unit="voice", disable=not progress or not todo):
        _make(voice)
    return tuple(utterance for voice in voices for utterance in _read(voice))


def _make(voice: Voice) -> None:
    import soundfile

    generator = np.random.default_rng(zlib.crc32(voice.speaker.encode()))
    home = folder() / voice.speaker
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    rows = []
    for number, (line, spoken) in enumerate(_speak(voice, generator)):
        padded = finished(spoken, generator)
        if SHORTEST <= len(padded.samples) / SAMPLE_RATE <= LONGEST:
            soundfile.write(home / f"{number:03}.flac", padded.samples, SAMPLE_RATE, subtype="PCM_16")
            segments = [[symbol, round(start, 4), round(end, 4)] for symbol, start, end in padded.segments]
            name = f"{voice.speaker}-{number:03}-{folder().name[:4]}"
            rows.append({"id": name, "file": f"{number:03}.flac", "text": line, "phones": segments})
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    partial = home / f"{LABELS}.partial"
    partial.write_text(lines, encoding="utf-8")
    partial.rename(home / LABELS)


def _speak(voice: Voice, generator: np.random.Generator) -> Iterator[tuple[str, Spoken]]:
    texts = [text(voice.texts, generator) for _ in range(voice.utterances)]
    if voice.engine == "espeak":
        yield from _speak_espeak(voice, texts, generator)
        return
    lines = [Line(line, generator.uniform(0.75, 1.25), generator.uniform(0.87, 1.14)) for line in texts]
    with tempfile.TemporaryDirectory() as scratch:
        for line, spoken in zip(texts, speak(voice, lines, Path(scratch)), strict=True):
            if spoken is not None:
                yield line, spoken


_espeak: list[Espeak] = []


def _speak_espeak(voice: Voice, texts: list[str], generator: np.random.Generator) -> Iterator[tuple[str, Spoken]]:
    if not _espeak:
        _espeak.append(Espeak())
    for line in texts:
        rate, pitch, pitch_range = (int(generator.integers(*bounds)) for bounds in ((120, 230), (15, 85), (20, 90)))
        yield line, _espeak[0].say(line, voice.name, rate=rate, pitch=pitch, pitch_range=pitch_range)


def _read(voice: Voice) -> Iterator[Utterance]:
    home = folder() / voice.speaker
    alphabet = "espeak" if voice.engine == "espeak" else f"festival:{voice.phoneset}"
    split: Split = "valid" if voice.speaker in VALID else "train"
    for line in (home / LABELS).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        try:
            phones = to_phones(map(tuple, row["phones"]), alphabet)
        except UnknownSymbolError as error:
            raise ParlanceError(f"The voice {voice.name} spoke a sound without a class: {error}") from error
        yield Utterance(row["id"], CORPUS, voice.speaker, voice.language, home / row["file"], row["text"], phones, None, split)
