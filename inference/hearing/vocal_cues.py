# SPDX-License-Identifier: GPL-3.0-or-later
"""What speaks for a vocal sound: of windows, in which laughs and sobs repeat themselves, and of bursts between silences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..performance import FRAME_RATE, Phone
from ..phones import INDEX
from .voice import DEEP, HIGH, LOW, MIDDLE, Voice, runs

WINDOW: Final = 45
"""Frames that are looked at together: .9 s."""
STEP: Final = 5
LAGS: Final = range(7, 21)
"""Frames from one burst to the next: .14 to .4 s (laughs have 4.4 bursts a second: Bachorowski, Smoski and Owren 2001)."""
FAINTEST: Final = -55.0
"""Decibels below which nobody is heard laughing."""
BELOW: Final = 20.0
"""Decibels under the loudest moment of a window that still count as sound."""
KNOWN: Final = 0.5
"""Confidence from which a phone is surely one."""
USUAL_PITCH: Final = 12 * np.log2(170.0)
_LEAP: Final = 3.0
"""Semitones in a frame that no voice glides."""
AROUND: Final = 28
"""Frames around a window in which bursts are compared too."""
PAUSE: Final = 0.6
"""Seconds from which a burst has nothing to do with the one before; so far apart are those of a window with fewer than two."""
UNLIKE: Final = 8.0
"""Decibels by which bursts differ in a window with fewer than three."""
_BLOCK: Final = 1024
_PLOSIVES: Final = [INDEX[symbol] for symbol in ("p", "b", "t", "d", "tʃ", "dʒ", "k", "g")]
_LIQUIDS: Final = [INDEX[symbol] for symbol in ("l", "ɾ", "ɹ", "r", "w", "j")]

OF_WINDOWS: Final = (
    "repeats", "pulses", "lag", "busy", "hard", "sure", "doubt", "voiced", "voicing", "airy", "air_between", "speech",
    "variation", "hiss", "tilt", "slope", "jitter", "pitch", "spread", "bursts", "depth", "near", "apart", "unlike",
)  # fmt: skip
"""repeats: how alike the spectrum is one burst later, -1..1; pulses: how much more so than half a burst later; lag: seconds
to it. busy: share of sound. hard, sure, doubt, speech: of the phones (see Voice). voiced, voicing: share and strength of pitch.
airy: decibels of air against loudness; air_between: the same in the valleys. variation: decibels that the spectrum's form changes
by. hiss: decibels of its most hissing moments. tilt: decibels of high against low bands. slope: semitones a second within voiced
runs; jitter: their roughness, semitones; pitch: octaves above 170 Hz; spread: octaves of deviation. bursts: how many. depth:
decibels of the valleys. near: decibels against the loudest of the whole sound. apart: seconds from one burst to the next in the
two seconds around; unlike: decibels by which the spectrum's form at one differs from that at the next: a laugh repeats its vowel,
and words do not."""
OF_BURSTS: Final = (
    "seconds", "long", "sure", "hard", "doubt", "known", "phones", "pace", "voiced", "voicing", "airy", "speech", "near",
    "variation", "change", "hiss", "tilt", "middle", "slope", "jitter", "pitch", "spread", "rise", "decay", "bursts",
    "flat", "centre", "onset", "sung", "stopped", "liquid", "hardest", "swing",
)  # fmt: skip
"""seconds: as a logarithm; long: seconds beyond one. known: phones that are surely one; phones: all; pace: tens of them a second.
change: decibels from frame to frame. middle: decibels of the middle against the low bands. rise: seconds to the loudest; decay:
decibels a fiftieth second after it. flat: decibels by which bands differ, least in a rush of air; centre: where in the burst its
energy is, 0..1; onset: how much more voice there is in its first moments than in all of it; sung: seconds of its longest run of
pitch. stopped, liquid, hardest: how likely the surest plosive, the surest l, r, w or j, and the surest moment of HARD phones are:
hardly any word has none of them. swing: decibels of deviation of the level. The others as above."""
ONSET: Final = 4
"""Frames in which a burst begins: with air in a cough, with the voice in an effort."""


def of_windows(voice: Voice) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """First frames int64[n] of the windows in which there is enough to hear, and their cues float64[n, OF_WINDOWS]."""
    if voice.frames < WINDOW:
        return np.zeros(0, np.int64), np.zeros((0, len(OF_WINDOWS)))
    level = sliding_window_view(voice.clear, WINDOW)[::STEP]
    usual = float(np.percentile(voice.clear, 95))
    top = level.max(axis=1)
    busy = (level > top[:, None] - BELOW).mean(axis=1)
    chosen = np.flatnonzero((top >= max(usual - 20, FAINTEST)) & (busy >= 0.2))
    if not len(chosen):
        return np.zeros(0, np.int64), np.zeros((0, len(OF_WINDOWS)))
    floor = float(np.percentile(voice.bands.max(axis=1), 98)) - DEEP
    blocks = [_windows(voice, chosen[at : at + _BLOCK] * STEP, floor, usual) for at in range(0, len(chosen), _BLOCK)]
    return chosen * STEP, np.concatenate(blocks)


def _windows(voice: Voice, starts: NDArray[np.int64], floor: float, usual: float) -> NDArray[np.float64]:
    def seen(track: NDArray[np.float32]) -> NDArray[np.float32]:
        return sliding_window_view(track, WINDOW)[starts]

    level = seen(voice.clear)
    top = level.max(axis=1, keepdims=True)
    busy = level > top - BELOW
    share = np.maximum(busy.sum(axis=1), 1)
    weights = np.clip((level - top + BELOW + 2) / (BELOW + 2), 0, 1)
    weights /= weights.sum(axis=1, keepdims=True)
    bands = np.maximum(sliding_window_view(voice.bands, WINDOW, axis=0)[starts].transpose(0, 2, 1), floor)
    moving = bands - bands.mean(axis=1, keepdims=True)
    alike = np.stack([_alike(moving, lag) for lag in LAGS])
    best = alike.argmax(axis=0)
    repeats = alike[best, np.arange(len(starts))]
    halves = np.maximum((LAGS.start + best) // 2, 3)
    pulses = np.zeros(len(starts))
    for half in np.unique(halves):
        which = halves == half
        pulses[which] = repeats[which] - _alike(moving[which], int(half))
    form = bands - bands.mean(axis=2, keepdims=True)
    typical = np.einsum("nt,ntb->nb", weights, form)
    variation = np.sqrt(np.einsum("nt,nt->n", weights, ((form - typical[:, None]) ** 2).mean(axis=2)))
    tilt = bands[:, :, HIGH].mean(axis=2) - bands[:, :, LOW].mean(axis=2)
    airy = seen(voice.air - voice.loudness)
    valley = busy & (level < np.percentile(level, 35, axis=1, keepdims=True))
    ordered = np.sort(level, axis=1)
    pitch = _glides(seen(voice.semitones))
    counts = np.searchsorted(voice.crests, starts + WINDOW) - np.searchsorted(voice.crests, starts)
    apart, unlike = _pairs(voice, starts, floor)
    cues = {
        "repeats": repeats, "pulses": np.minimum(pulses, 1.2), "lag": (LAGS.start + best) / FRAME_RATE, "busy": busy.mean(axis=1),
        "hard": (seen(voice.hard) * busy).sum(axis=1) / share, "sure": (seen(voice.sure) * busy).sum(axis=1) / share,
        "doubt": (seen(voice.doubt) * weights).sum(axis=1), "voiced": (seen(voice.hertz) > 0).mean(axis=1),
        "voicing": seen(voice.voicing).mean(axis=1), "airy": (airy * weights).sum(axis=1),
        "air_between": np.where(valley.any(axis=1), (airy * valley).sum(axis=1) / np.maximum(valley.sum(axis=1), 1), -10.0),
        "speech": seen(voice.speech).mean(axis=1), "variation": variation, "hiss": np.percentile(tilt, 90, axis=1),
        "tilt": (tilt * weights).sum(axis=1), **pitch, "bursts": counts,
        "depth": ordered[:, round(0.8 * WINDOW)] - ordered[:, round(0.2 * WINDOW)], "near": top[:, 0] - usual,
        "apart": apart, "unlike": unlike,
    }  # fmt: skip
    return np.column_stack([np.asarray(cues[name], np.float64) for name in OF_WINDOWS])


def _pairs(voice: Voice, starts: NDArray[np.int64], floor: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """float64[n] twice: how far bursts near each window lie apart, and how unlike they are."""
    form = np.maximum(voice.bands[voice.crests], floor)
    form = form - form.mean(axis=1, keepdims=True)
    seconds = np.diff(voice.crests) / FRAME_RATE
    paired = seconds < PAUSE
    differ = np.abs(np.diff(form, axis=0)).mean(axis=1)
    sums = np.cumsum(np.pad(np.stack([paired, paired * seconds, paired * differ]), ((0, 0), (1, 0))), axis=1)
    if not len(seconds):
        return np.full(len(starts), PAUSE), np.full(len(starts), UNLIKE)
    first = np.minimum(np.searchsorted(voice.crests, starts - AROUND), len(seconds))
    last = np.maximum(np.searchsorted(voice.crests, starts + WINDOW + AROUND) - 1, first)
    count, time, change = sums[:, last] - sums[:, first]
    whole = np.maximum(count, 1)
    return np.where(count > 0, time / whole, PAUSE), np.where(count > 1, change / whole, UNLIKE)


def _alike(moving: NDArray[np.float32], lag: int) -> NDArray[np.float32]:
    """float32[n]: how alike each window is to itself `lag` frames later."""
    later, earlier = moving[:, lag:], moving[:, :-lag]
    across = np.einsum("ntb,ntb->n", later, earlier)
    return np.asarray(across / np.sqrt(np.einsum("ntb,ntb->n", later, later) * np.einsum("ntb,ntb->n", earlier, earlier) + 1e-6))


def _glides(semitones: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Slope, jitter, pitch and spread of float32[n, t] with NaN where there is no pitch."""
    steps = np.diff(semitones, axis=1)
    steps = np.where(np.abs(steps) < _LEAP, steps, np.nan)
    bends = np.diff(steps, axis=1)
    voiced = ~np.isnan(semitones)
    count = np.maximum(voiced.sum(axis=1), 1)
    mean = np.where(voiced, semitones, 0).sum(axis=1) / count
    spread = np.sqrt((np.where(voiced, semitones - mean[:, None], 0) ** 2).sum(axis=1) / count)
    some = voiced.any(axis=1)
    return {
        "slope": np.clip(_mean(steps) * FRAME_RATE / 20, -3, 3),
        "jitter": np.minimum(_mean(np.abs(bends)), 3),
        "pitch": np.where(some, (mean - USUAL_PITCH) / 12, 0),
        "spread": spread / 12,
    }


def _mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[n] mean of each row's numbers, 0 where there are none."""
    there = ~np.isnan(values)
    return np.asarray(np.where(there, values, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1))


def of_burst(voice: Voice, first: int, last: int, top: float, phones: Sequence[Phone]) -> NDArray[np.float64]:
    """float64[OF_BURSTS] of the frames first .. last. top: decibels of the whole sound. phones: in them."""
    here = slice(first, last)
    loud, level, voicing = voice.loudness[here], voice.level[here], voice.voicing[here]
    # What codecs leave out far below the sound is no change of it.
    bands = np.maximum(voice.bands[here], voice.bands[here].max() - DEEP)
    weights = np.clip((loud - loud.max() + 25) / 25, 0, 1)
    weights = weights / weights.sum()
    form = bands - bands.mean(axis=1, keepdims=True)
    change = np.abs(np.diff(form, axis=0)).mean(axis=1)
    low, middle, high = (bands[:, part].mean(axis=1) for part in (LOW, MIDDLE, HIGH))
    sounding = voice.posteriors[here, 0] < 0.5
    glides = {name: float(value[0]) for name, value in _glides(voice.semitones[None, here]).items()}
    seconds, peak = (last - first) / FRAME_RATE, int(np.argmax(level))
    energy = 10 ** (0.1 * (loud - loud.max()))
    sung = runs(voice.hertz[here] > 0)
    cues = {
        "seconds": np.log(seconds), "long": max(seconds - 1, 0.0),
        "sure": float(voice.sure[here][sounding].mean()) if sounding.any() else 0.3, "hard": float(voice.hard[here].mean()),
        "doubt": float(weights @ voice.doubt[here]), "known": sum(phone.confidence > KNOWN for phone in phones),
        "phones": len(phones), "pace": len(phones) / seconds / 10, "voiced": float((voice.hertz[here] > 0).mean()),
        "voicing": float(voicing.mean()), "airy": float(weights @ (voice.air[here] - loud)),
        "speech": float(voice.speech[here].mean()), "near": float(loud.max()) - top,
        "variation": float(np.sqrt(weights @ ((form - weights @ form) ** 2).mean(axis=1))), "change": float(weights[1:] @ change),
        "hiss": float((high - low)[loud > loud.max() - 22].max()), "tilt": float(weights @ (high - low)),
        "middle": float(weights @ (middle - low)), **glides, "rise": (peak + 1) / FRAME_RATE,
        "decay": min(float(level[peak] - level[-3:].mean()) / max((last - first - peak) / FRAME_RATE, 0.04), 150.0) / 50,
        "bursts": int(np.searchsorted(voice.peaks, last) - np.searchsorted(voice.peaks, first)),
        "flat": float(weights @ bands.std(axis=1)), "centre": float(energy @ np.linspace(0, 1, len(energy)) / energy.sum()),
        "onset": float(voicing[:ONSET].mean() - weights @ voicing),
        "sung": max((end - start for start, end in sung), default=0) / FRAME_RATE,
        "stopped": float(voice.posteriors[here][:, _PLOSIVES].max()), "liquid": float(voice.posteriors[here][:, _LIQUIDS].max()),
        "hardest": float(voice.hard[here].max()), "swing": float(level[weights > 0].std()),
    }  # fmt: skip
    return np.array([float(cues[name]) for name in OF_BURSTS])
