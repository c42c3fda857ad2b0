# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings as they come off a set: hum, wind, a gate, a telephone. What a face still does of what it does to the clean one.

python -m parlance.models.evaluate.spoiled [--split test] [--clips 10]: heard, acted and keyed at 24 frames a second.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from ...inference.direction import Direction
from ...inference.phones import BILABIAL, VOWEL
from ..corpora import Utterance, available, read, read_audio
from .metrics import MARGIN, TOUCHING, correlation
from .product import Shown, show
from .steadiness import eight_kilohertz
from .voices import listen

Wave = NDArray[np.float32]
CORPORA: Final = ("an4", "picovoice_orders", "emodb")
FPS: Final = 24.0
RESTING: Final = 0.12
"""Seconds from either end of a silence from which a mouth should rest in it."""
AROUND: Final = 3.0
"""Seconds."""
SAME: Final = 1.0
"""mm of lip gap by which a frame may differ from the clean recording's and look the same."""


def _time(wave: Wave) -> NDArray[np.float64]:
    return np.arange(len(wave)) / SAMPLE_RATE


def hum(wave: Wave, hertz: float = 50.0, level: float = 0.2) -> Wave:
    """A mains hum with its harmonics, its peak at `level` of full scale."""
    tones = sum(np.sin(2 * np.pi * hertz * n * _time(wave) + n * n) / n for n in range(1, 12))
    return _plus(wave, level * np.asarray(tones) / np.abs(tones).max())


def whine(wave: Wave, hertz: float, level: float = 0.1) -> Wave:
    """float32[n] the recording with one steady tone at `level` of full scale."""
    return _plus(wave, level * np.sin(2 * np.pi * hertz * _time(wave)))


def noise(wave: Wave, low: float, high: float, level: float, tilt: float = 0.0) -> Wave:
    """Noise between two frequencies, `level` its root mean square; its power falls as the frequency to the power of `tilt`."""
    spectrum = np.fft.rfft(np.random.default_rng(4).standard_normal(len(wave)))
    hertz = np.fft.rfftfreq(len(wave), 1 / SAMPLE_RATE)
    spectrum *= ((hertz >= low) & (hertz < high)) * np.maximum(hertz, 20.0) ** (-tilt / 2)
    made = np.fft.irfft(spectrum, len(wave))
    return _plus(wave, level * made / np.sqrt(np.mean(made**2)))


def wind(wave: Wave, level: float = 0.2) -> Wave:
    """Gusts on a bare microphone: noise below 200 Hz that swells and sinks."""
    gusts = np.interp(_time(wave), np.arange(0, 600, 0.4), np.random.default_rng(5).uniform(0, 1.6, 1500) ** 2)
    return _plus(wave, (noise(np.zeros_like(wave), 5, 200, level, 2.0) * gusts))


def clicks(wave: Wave, each: float = 0.15) -> Wave:
    """Single samples at full scale, as a bad cable or a digital fault makes them."""
    generator = np.random.default_rng(6)
    result = wave.copy()
    where = generator.integers(0, len(wave), max(1, int(len(wave) / SAMPLE_RATE / each)))
    result[where] = generator.choice([-1.0, 1.0], len(where))
    return result


def dropouts(wave: Wave, seconds: float, each: float = 0.4) -> Wave:
    """Zeros of `seconds` again and again, as a bad line leaves them."""
    result = wave.copy()
    for start in np.arange(each / 2, len(wave) / SAMPLE_RATE, each):
        result[round(start * SAMPLE_RATE) : round((start + seconds) * SAMPLE_RATE)] = 0
    return result


def gated(wave: Wave, below: float = 32.0) -> Wave:
    """Exact zeros wherever 20 ms are `below` decibels under the loudest: a noise gate set too high."""
    size = SAMPLE_RATE // 50
    blocks = np.sqrt((np.pad(wave, (0, -len(wave) % size)).reshape(-1, size) ** 2).mean(axis=1))
    open_ = np.repeat(blocks > blocks.max() * 10 ** (-below / 20), size)[: len(wave)]
    return np.asarray(wave * open_, np.float32)


def clipped(wave: Wave, decibels: float = 18.0) -> Wave:
    """float32[n] the recording clipped `decibels` below its peak, then brought to full scale."""
    most = np.abs(wave).max() * 10 ** (-decibels / 20)
    return np.asarray(np.clip(wave, -most, most) / most, np.float32)


def compressed(wave: Wave, ratio: float = 0.2) -> Wave:
    """Everything nearly as loud as the loudest, the room in the pauses too."""
    level = np.sqrt(np.convolve(wave**2, np.hanning(801) / 400, "same") + 1e-9)
    return np.asarray(0.2 * wave * level ** (ratio - 1), np.float32)


def telephone(wave: Wave, order: int | None = None) -> Wave:
    """float32[n] what lies between 300 and 3400 Hz; beyond it nothing, or what a Butterworth filter of some order leaves."""
    hertz = np.fft.rfftfreq(len(wave), 1 / SAMPLE_RATE)
    passed = ((hertz > 300) & (hertz < 3400)).astype(np.float64)
    if order is not None:
        passed = 1 / np.sqrt((1 + (300 / np.maximum(hertz, 1)) ** (2 * order)) * (1 + (hertz / 3400) ** (2 * order)))
    return np.fft.irfft(np.fft.rfft(wave) * passed, len(wave)).astype(np.float32)


def quiet(wave: Wave) -> Wave:
    """Recorded 50 dB too low with 16 bits, in the hiss of a microphone's amplifier."""
    low = noise(wave * 10 ** (-50 / 20), 0, 8000, 0.8e-4)
    return np.asarray(np.round(low * 32768) / 32768, np.float32)


def echoing(wave: Wave, seconds: float = 0.6) -> Wave:
    """A bare room that rings for `seconds`, as loud as the voice."""
    generator = np.random.default_rng(8)
    length = round(seconds * SAMPLE_RATE)
    ring = generator.standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
    size = len(wave) + length
    wet = np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(ring, size), size)[: len(wave)]
    return _plus(wave, wet * np.sqrt(np.mean(wave**2) / np.mean(wet**2)))


def _plus(wave: Wave, other: NDArray[np.floating]) -> Wave:
    return np.asarray(wave + other, np.float32)


def _speech(wave: Wave) -> float:
    """Root mean square of its louder half."""
    size = SAMPLE_RATE // 50
    blocks = (wave[: len(wave) // size * size].reshape(-1, size) ** 2).mean(axis=1)
    return float(np.sqrt(blocks[blocks >= np.median(blocks)].mean()))


KINDS: Final[dict[str, Callable[[Wave], Wave]]] = {
    "clean": lambda wave: wave,
    "hum, 50 Hz, .05": lambda wave: hum(wave, level=0.05),
    "hum, 50 Hz, .2": hum,
    "hum, 60 Hz, .2": lambda wave: hum(wave, 59.97),
    "hum, 50 Hz, .5": lambda wave: hum(wave, level=0.5),
    "whine, 1 kHz": lambda wave: whine(wave, 1000.0),
    "whine, 6.1 kHz": lambda wave: whine(wave, 6100.0),
    "offset of .4": lambda wave: _plus(wave, np.full(len(wave), 0.4)),
    "rumble below 80 Hz, as loud": lambda wave: noise(wave, 10, 80, _speech(wave)),
    "rumble below 80 Hz, +12 dB": lambda wave: noise(wave, 10, 80, 4 * _speech(wave)),
    "wind below 200 Hz": wind,
    "air-conditioning, 12 dB": lambda wave: noise(wave, 20, 8000, _speech(wave) / 4, 2.0),
    "hiss, 12 dB": lambda wave: noise(wave, 20, 8000, _speech(wave) / 4),
    "clicks": clicks,
    "gaps of 20 ms": lambda wave: dropouts(wave, 0.02),
    "gaps of 80 ms": lambda wave: dropouts(wave, 0.08),
    "gated": gated,
    "clipped by 18 dB": clipped,
    "compressed 5 : 1": compressed,
    "telephone": telephone,
    "telephone, 24 dB an octave": lambda wave: telephone(wave, 4),
    "8 kHz": eight_kilohertz,
    "quiet, -50 dB": quiet,
    "ringing room": echoing,
}


def clips(split: str, count: int) -> list[tuple[Utterance, Wave]]:
    """Of each corpus as many, evenly through its voices, which have closures to lose."""
    chosen = []
    present = [corpus for corpus in CORPORA if corpus in available()]
    for at, corpus in enumerate(present):
        some = [one for one in read(corpus) if one.split == split and one.phones and _bilabials(one) >= 2]
        wanted = count // len(present) + (at < count % len(present))
        chosen += [some[index] for index in np.linspace(0, len(some) - 1, wanted).round().astype(int)]
    return [(_whole(one), within_silence(read_audio(one.path))) for one in chosen]


def within_silence(wave: Wave) -> Wave:
    """With AROUND of a quiet room before and after: what spoils a recording goes on while nobody speaks."""
    return noise(np.pad(wave, round(AROUND * SAMPLE_RATE)), 20, 8000, 1e-4, 1.0)


def _whole(one: Utterance) -> Utterance:
    """Its phones where within_silence puts them."""
    later = (replace(phone, start=phone.start + AROUND, end=phone.end + AROUND) for phone in one.phones or ())
    return replace(one, phones=tuple(later))


def _bilabials(one: Utterance) -> int:
    return sum(phone.symbol in BILABIAL for phone in one.phones or ())


def figures(clean: Sequence[Shown], other: Sequence[Shown]) -> dict[str, float]:
    """How alike two performances of the same clips are: correlation and share of lip gaps, closures, vowels, rest."""
    closed, touching, open_, resting, moved = [], [], [], [], []
    for one, two in zip(clean, other, strict=True):
        for phone in one.utterance.phones or ():
            if phone.symbol in BILABIAL:
                closed.append(two.span("gap", phone.start - MARGIN, phone.end + MARGIN).min() <= TOUCHING)
            elif phone.symbol in VOWEL:
                quarter = (phone.end - phone.start) / 4
                core = [each.span("gap", phone.start + quarter, phone.end - quarter) for each in (one, two)]
                touching.append(core[1].min() <= TOUCHING)
                open_.append([part.mean() for part in core])
            elif phone.symbol == "sil" and phone.end - phone.start > 3 * RESTING:
                resting.append(two.span("gap", phone.start + RESTING, phone.end - RESTING).mean())
        heard = np.arange(AROUND, len(one.measures) / FPS - AROUND, 1 / FPS)
        gaps = [each.at("gap", heard) for each in (one, two)]
        moved.append([correlation(*gaps), float((np.abs(gaps[0] - gaps[1]) <= SAME).mean())])
    vowels = np.array(open_).sum(axis=0)
    return {
        "gap r": float(np.mean(np.nan_to_num([r for r, _ in moved]))),
        "same %": 100 * float(np.mean([same for _, same in moved])),
        "p b m %": 100 * float(np.mean(closed)), "vowels touching %": 100 * float(np.mean(touching)),
        "vowels open": float(vowels[1] / vowels[0]), "pauses mm": float(np.mean(resting)) if resting else 0.0,
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure what the product makes of spoiled recordings of unseen voices.")
    parser.add_argument("--split", choices=("valid", "test"), default="test")
    parser.add_argument("--clips", type=int, default=10)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), help="of " + ", ".join(KINDS))
    options = parser.parse_args(arguments)
    spoken = clips(options.split, options.clips)
    clean = [_shown(one, wave) for one, wave in spoken]
    for at, name in enumerate(options.kinds):
        row = figures(clean, [_shown(one, KINDS[name](wave)) for one, wave in spoken])
        if at == 0:
            print(f"| {len(spoken)} clips | " + " | ".join(row) + " |\n|" + "---|" * (len(row) + 1))
        print(_line(name, row), flush=True)


def _line(name: str, row: Mapping[str, float]) -> str:
    cells = (f"{value:.0f}" if "%" in key else f"{value:.2f}" for key, value in row.items())
    return f"| {name} | " + " | ".join(cells) + " |"


def _shown(one: Utterance, wave: Wave) -> Shown:
    return show(one, listen(wave), FPS, Direction())


if __name__ == "__main__":
    main()
