# SPDX-License-Identifier: GPL-3.0-or-later
"""Songs without accompaniment: Festival's diphone voices on given notes, with exact phone times.

Festival brings a singing mode, but it stretches consonants and the ways out of them with their syllable, which no singer does.
Here they keep their usual length, and the steady part of the vowel fills the note, with vibrato.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from ..symbols import to_phones
from ..symbols.classes import VOWELS
from .festival import TIMEOUT
from .spoken import RawSegment, Spoken, at_rate
from .voices import Voice


@dataclass(frozen=True)
class Note:
    """How long its vowel is, in seconds, and how high, in Hz."""

    seconds: float
    pitch: float


@dataclass(frozen=True)
class Song:
    """words: in the voice's language.   notes: one a syllable; they begin anew where the words have more syllables."""

    words: str
    notes: tuple[Note, ...]


_METHODS = """
(define (note_of syllable)
  (set! place -1)
  (set! found 0)
  (mapcar (lambda (each) (set! place (+ place 1)) (if (equal? each syllable) (set! found place)))
          (utt.relation.items utt_now 'Syllable))
  (nth (- found (* (length notes) (nint (- (/ found (length notes)) 0.4999)))) notes))
(define (sung_durations utt)
  (set! utt_now utt)
  (set! at 0.0)
  (mapcar (lambda (segment)
            (set! length_of 0.09)
            (if (string-equal (item.feat segment 'ph_vc) "+") (set! length_of vowel_length))
            (if (string-equal (item.name segment) silence_name) (set! length_of 0.35))
            (set! at (+ at length_of))
            (item.set_feat segment 'end at))
          (utt.relation.items utt 'Segment))
  utt)
(define (sung_pitch utt syllable)
  (set! utt_now utt)
  (let ((pitch (cadr (note_of syllable))))
    (list (list (item.feat syllable 'syllable_start) pitch) (list (item.feat syllable 'syllable_end) pitch))))
(define (sing_now)
  (set! silence_name (car (cadr (car (PhoneSet.description '(silences))))))
  (Parameter.set 'Duration_Method sung_durations)
  (Parameter.set 'Int_Method 'General)
  (Parameter.set 'Int_Target_Method Int_Targets_General)
  (set! int_general_params (list (list 'targ_func sung_pitch))))
"""
"""Festival's own language: the length of every segment, and the targets of its pitch."""
SPOKEN: Final = 0.24
"""Seconds of a vowel as Festival says it, before it is held: else its way out of a consonant would be stretched too."""
STEADY: Final = (0.45, 0.7)
"""Part of such a vowel that is held."""
VIBRATO: Final = (5.5, 0.02)
"""Hz, and how far the pitch goes up and down as a share."""
_WINDOW: Final = round(0.03 * SAMPLE_RATE)
_SEARCH: Final = round(0.008 * SAMPLE_RATE)


def sing(voice: Voice, songs: Sequence[Song], folder: Path) -> list[Spoken | None]:
    """Sing with a diphone voice of Festival; None where the voice failed. folder: an existing, empty one to work in."""
    script = [_METHODS, f"(voice_{voice.name})", "(sing_now)", f"(set! vowel_length {SPOKEN})"]
    for number, song in enumerate(songs):
        notes = " ".join(f"({note.seconds:.3f} {note.pitch:.1f})" for note in song.notes)
        quoted = song.words.replace("\\", " ").replace('"', " ")
        script += [
            f"(set! notes '({notes}))",
            f'(set! sung (SynthText "{quoted}"))',
            f'(utt.save.wave sung "{folder / f"{number}.wav"}" \'riff)',
            f'(set! labels (fopen "{folder / f"{number}.txt"}" "w"))',
            '(mapcar (lambda (s) (format labels "%s %f\\n" (item.name s) (item.feat s \'segment_end)))'
            " (utt.relation.items sung 'Segment))",
            "(fclose labels)",
        ]
    source = folder / "songs.scm"
    source.write_bytes("\n".join(script).encode(voice.encoding, errors="ignore"))
    subprocess.run(["festival", "--batch", str(source)], check=False, capture_output=True, timeout=TIMEOUT)
    said = [_said(folder / f"{number}.wav", folder / f"{number}.txt") for number in range(len(songs))]
    alphabet = f"festival:{voice.phoneset}"
    return [one and held(one, song.notes, alphabet) for one, song in zip(said, songs, strict=True)]


def held(said: Spoken, notes: Sequence[Note], alphabet: str) -> Spoken:
    """Each vowel in turn as long as its note: its steady part is drawn out, and what leads in and out stays; then vibrato."""
    pieces: list[NDArray[np.float32]] = []
    segments: list[RawSegment] = []
    at, turn = 0.0, 0
    for symbol, start, end in said.segments:
        piece = said.samples[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
        phones = to_phones([(symbol, 0.0, 1.0)], alphabet)
        if phones and phones[0].symbol in VOWELS:
            piece = drawn_out(piece, round(notes[turn % len(notes)].seconds * SAMPLE_RATE))
            turn += 1
        pieces.append(piece)
        segments.append((symbol, at, at + len(piece) / SAMPLE_RATE))
        at = segments[-1][2]
    samples = np.concatenate(pieces)
    rate, depth = VIBRATO
    times = np.arange(len(samples)) / SAMPLE_RATE
    moved = times + depth / (2 * np.pi * rate) * np.sin(2 * np.pi * rate * times)
    return Spoken(np.interp(moved, times, samples).astype(np.float32), tuple(segments))


def drawn_out(vowel: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """The vowel with its steady part repeated to `length` samples, windows laid where they fit the wave (WSOLA)."""
    first, last = (round(share * len(vowel)) for share in STEADY)
    more = length - len(vowel)
    if more <= 0 or len(vowel) < 2 * _WINDOW + 2 * _SEARCH:
        return vowel
    hop = _WINDOW // 2
    fade = np.sin(np.linspace(0.0, np.pi / 2, hop, dtype=np.float32)) ** 2
    result = vowel[: first + hop].copy()
    follow, steps = first, (last - first + more) // hop
    for step in range(steps):
        wanted = vowel[follow : follow + hop]
        ideal = first + round((last - first) * (step + 1) / steps)
        starts = range(max(ideal - _SEARCH, 0), min(ideal + _SEARCH, len(vowel) - 2 * hop))
        fits = np.correlate(vowel[starts[0] : starts[-1] + hop], wanted)
        best = starts[0] + int(np.argmax(fits))
        result[-hop:] = result[-hop:] * (1 - fade) + vowel[best : best + hop] * fade
        result = np.concatenate([result, vowel[best + hop : best + 2 * hop]])
        follow = best + hop
    return np.asarray(np.concatenate([result, vowel[follow + hop :]]), np.float32)


def _said(wave: Path, labels: Path) -> Spoken | None:
    import soundfile

    if not (wave.exists() and labels.exists()):
        return None
    samples, rate = soundfile.read(wave, dtype="float32")
    segments: list[RawSegment] = []
    for row in labels.read_text(encoding="latin-1").splitlines():
        symbol, end = row.split()
        segments.append((symbol, segments[-1][2] if segments else 0.0, float(end)))
    return Spoken(at_rate(samples, rate), tuple(segments)) if segments else None
