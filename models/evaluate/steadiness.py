# SPDX-License-Identifier: GPL-3.0-or-later
"""Does the mouth rest when nobody speaks, and stay the same when only the microphone changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference import arkit, geometry
from ...inference.performance import FRAME_RATE, Performance
from ..features import SAMPLE_RATE
from ..negatives import MAKERS, clatter, coloured_noise, missing, music, room_tone
from ..waveform_augment import clip
from .metrics import correlation, motion
from .voices import Heard, listen

Row = dict[str, float]
Wave = NDArray[np.float32]
SECONDS: Final = 20
MOUTH: Final = [index for index, name in enumerate(arkit.NAMES) if name.startswith(("jaw", "mouth", "tongue"))]
TUNES: Final = ("orchestra", "synthesiser", "things")
ACTIVE: Final = ("jawOpen", "mouthPucker", "mouthStretchLeft", "mouthLowerDownLeft", "mouthClose")


def stillness(speech: Sequence[Heard]) -> Row:
    """Motion on sounds without speech, as a percentage of the motion in speech; and of pauses against speech."""
    talking, pausing = _pauses(speech)
    row = {"pause / speech": pausing / talking}
    seeds = [np.random.default_rng(9000 + number) for number in range(3)]
    sounds: dict[str, list[Wave]] = {
        "silence": [np.zeros(SECONDS * SAMPLE_RATE, np.float32)],
        "room tone": [room_tone(g, SECONDS * SAMPLE_RATE) * np.float32(0.03) for g in seeds],
        "noise": [coloured_noise(g, SECONDS * SAMPLE_RATE) for g in seeds],
        "clatter": [clatter(g, SECONDS * SAMPLE_RATE) for g in seeds],
        "music": [music(g, SECONDS * SAMPLE_RATE) for g in seeds],
        **{kind: [MAKERS[kind](g, SECONDS * SAMPLE_RATE) for g in seeds] for kind in TUNES if kind not in missing()},
    }
    for name, waves in sounds.items():
        moved = np.mean([motion(listen(wave).curves[:, MOUTH]) for wave in waves])
        row[f"{name} %"] = 100.0 * float(moved) / talking
    return row


def pauses(speech: Sequence[Heard]) -> Row:
    """Motion in the middle of labelled silences against motion in speech."""
    talking, pausing = _pauses(speech)
    return {"pause / speech": pausing / talking}


def _pauses(speech: Sequence[Heard]) -> tuple[float, float]:
    """Motion per second while labelled phones are spoken, and in the middle of labelled silences of .3 s or more."""
    talking, pausing = [], []
    for one in speech:
        speed = np.abs(np.diff(one.performance.curves[:, MOUTH], axis=0)).mean(axis=1) * FRAME_RATE
        times = np.arange(1, len(speed) + 1) / FRAME_RATE
        silent = np.zeros(len(speed), bool)
        quiet = np.ones(len(speed), bool)
        for phone in one.utterance.phones or ():
            inside = (times >= phone.start) & (times < phone.end)
            if phone.symbol == "sil":
                silent |= inside & (times >= phone.start + 0.12) & (times < phone.end - 0.12) & (phone.end - phone.start >= 0.3)
            else:
                quiet &= ~inside
        talking.append(speed[~quiet])
        pausing.append(speed[silent])
    return float(np.concatenate(talking).mean()), float(np.concatenate(pausing).mean())


def eight_kilohertz(wave: Wave) -> Wave:
    """float32[n] the recording at 8 kHz and back at 16 kHz: nothing above 4 kHz is left."""
    from scipy.signal import resample_poly

    return np.asarray(resample_poly(resample_poly(wave, 1, 2), 2, 1), np.float32)[: len(wave)]


def ten_decibels(wave: Wave) -> Wave:
    """Pink noise 10 dB below the speech's mean power."""
    generator = np.random.default_rng(10)
    spectrum = np.fft.rfft(generator.standard_normal(len(wave)))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1.0))
    noise = np.fft.irfft(spectrum, len(wave))
    noise *= np.sqrt(np.mean(wave**2) / np.mean(noise**2) / 10.0)
    return np.asarray(wave + noise, np.float32)


CHANGES: Final[dict[str, Callable[[Wave], Wave]]] = {
    "8 kHz": eight_kilohertz,
    "clipped": lambda wave: clip(wave, 4.0),
    "-30 dB": lambda wave: np.asarray(wave * 10 ** (-30 / 20), np.float32),
    "10 dB SNR": ten_decibels,
}
"""Clipped: the peaks are cut 12 dB below where they were, full scale after."""


def consistency(speech: Sequence[Heard]) -> dict[str, Row]:
    """Correlation with what is heard in the untouched recording, mean over recordings: of the lip gap and of moving curves."""
    rows: dict[str, Row] = {"lip gap": {}, "curves": {}}
    for name, change in CHANGES.items():
        changed = [listen(change(one.wave)) for one in speech]
        gaps = [geometry.measure(other.curves)[:, geometry.INDEX["gap"]] for other in changed]
        alike = {
            "lip gap": [correlation(one.gap, gap) for one, gap in zip(speech, gaps, strict=True)],
            "curves": [_agreement(one.performance, other) for one, other in zip(speech, changed, strict=True)],
        }
        for row, values in alike.items():
            rows[row][f"{name} r"] = float(np.nanmean(values))
    return rows


def _agreement(a: Performance, b: Performance) -> float:
    return float(np.nanmean([correlation(a.curves[:, arkit.INDEX[n]], b.curves[:, arkit.INDEX[n]]) for n in ACTIVE]))


def long_file(speech: Sequence[Heard], minutes: float = 10.0) -> Row:
    """Recordings strung together: largest difference of the lip gap (mm) from each heard alone, away from the joins; and the
    largest difference when the same audio is heard in other windows."""
    waves: list[Wave] = []
    spans: list[tuple[int, Heard]] = []
    total = 0
    hop = SAMPLE_RATE // int(FRAME_RATE)
    pause = np.zeros(10 * SAMPLE_RATE, np.float32)
    while total < minutes * 60 * SAMPLE_RATE:
        one = speech[len(spans) % len(speech)]
        spans.append((total // hop, one))
        padded = np.concatenate([one.wave, np.zeros(-len(one.wave) % hop, np.float32), pause])
        waves.append(padded)
        total += len(padded)
    whole = geometry.measure(listen(np.concatenate(waves)).curves)[:, geometry.INDEX["gap"]]
    differences = [float(np.abs(whole[start : start + len(one.gap)] - one.gap).max()) for start, one in spans]
    return {"minutes": total / SAMPLE_RATE / 60.0, "largest difference mm": max(differences)}
