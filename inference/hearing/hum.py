# SPDX-License-Identifier: GPL-3.0-or-later
"""Tones that never end taken out before a voice is heard: the hum of the mains with its harmonics, a whine, a drone.

The network was taught that a hum is nobody's voice, and what goes on as loudly around a voice makes a tune of it: under a loud
hum it hears nobody speak. A tone counts as one that never ends if it is there in nearly every moment, also in the quietest, as no
note of a voice is. The loudest of them must be of the mains or as loud throughout: a note that is held through a whole recording
swells and fades. It is measured where little else sounds, so that the voice keeps its own.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..arrays import Floats
from ..audio import SAMPLE_RATE
from ..spool import evict, zeros

LOUD: Final = 0.03
"""Of the power of all else, from which a hum is taken out."""
STRETCH: Final = 20 * SAMPLE_RATE
"""Samples in which the tones are the same, or somewhat more."""
SHORTEST: Final = 3 * SAMPLE_RATE
"""Samples of a sound in which one can tell a tone that never ends from a vowel."""
_SIZE: Final = 1 << 14
"""Samples of a spectrum, about a second: tones a few hertz apart are two."""
_LOWEST: Final = 30
_HIGHEST: Final = 7800
"""Hertz between which tones are looked for."""
_AROUND: Final = 24
"""Bins on either side that a tone is compared with."""
_ABOVE: Final = 4.0
"""Times these by which it stands out, in four fifths of all seconds."""
_MOMENT: Final = 1024
"""Samples of a moment, 64 ms."""
_STEADY: Final = 0.5
"""Of its usual size that a tone has in the quietest tenth of all moments. A robot's voice on one note has .2."""
_LONG: Final = 4096
"""Samples of a longer moment, 256 ms, in which the loudest tone is looked at again."""
_EVEN: Final = 0.82
"""Of its usual size that the loudest has in the quietest tenth of those, if it is none of the mains. Under speech without a pause
hums that flutter by 5 % have .89 and more; a drone of a wind instrument has .74."""
MAINS: Final = (50.0, 60.0)
_HARMONICS: Final = 6
"""Of those that are looked at: beyond, any tone is near one."""
_OFF: Final = 0.01
"""Of its frequency by which a tone of the mains, or of a recorder that runs too fast, may be off. Notes are 1.2 % off."""
_BLOCK: Final = 160
"""Samples in which a tone is measured at once, 10 ms."""
_REACH: Final = 100
"""Blocks on either side over which its size and phase are averaged."""
_CALM: Final = np.hanning(23)[1:-1] / 11
"""Blocks over which what else sounds is averaged, longer than a period of the mains."""
_TIMES: Final = 2
"""How often each is measured: the second time with the others gone."""
_MOST: Final = 40
"""Tones at most, the loudest first."""


def hushed(samples: Floats) -> Floats:
    """The samples float32[n] without tones that never end, where these are loud; else those very samples."""
    if len(samples) < SHORTEST:
        return samples
    count = max(1, len(samples) // STRETCH)
    edges = np.linspace(0, len(samples), count + 1).astype(int).tolist()
    result: Floats | None = None
    for start, stop in pairwise(edges):
        part = samples[start:stop]
        hum = _hum(part)
        if hum is not None and result is None:
            result = zeros((len(samples),))
            result[:start] = samples[:start]
        if result is not None:
            result[start:stop] = part if hum is None else part - hum
            evict(result)
        evict(samples)
    return samples if result is None else result


def _hum(part: Floats) -> Floats | None:
    """All tones of a stretch together, if they are loud."""
    found = tones(part)
    if not found:
        return None
    left = part.astype(np.float64)
    exact = [tone(left, hertz)[1] for hertz in found]
    for hertz in exact * _TIMES:
        left -= tone(left, hertz)[0]
    hum = part - left
    power = float(np.square(hum).mean())
    return hum.astype(np.float32) if power > LOUD * max(float(np.square(part).mean()) - power, 1e-12) else None


def tones(part: Floats) -> list[float]:
    """Hertz of the tones that never end in SHORTEST samples or more, the loudest first."""
    window = np.hanning(_SIZE)
    frames = sliding_window_view(part, _SIZE)[:: _SIZE if len(part) > 10 * _SIZE else _SIZE // 2]
    spectra = np.stack([np.abs(np.fft.rfft(frame * window)) for frame in frames])
    usual = np.percentile(spectra, 20, axis=0)
    bins = SAMPLE_RATE / _SIZE
    around = np.median(sliding_window_view(np.pad(usual, _AROUND, mode="edge"), 2 * _AROUND + 1), axis=1)
    peaks = np.flatnonzero((usual[1:-1] >= usual[:-2]) & (usual[1:-1] > usual[2:]) & (usual[1:-1] > _ABOVE * around[1:-1])) + 1
    peaks = peaks[(peaks * bins >= _LOWEST) & (peaks * bins <= _HIGHEST)]
    found: list[float] = []
    for peak in peaks[np.argsort(-usual[peaks])]:
        left, middle, right = np.log(np.maximum(usual[peak - 1 : peak + 2], 1e-12))
        hertz = (peak + 0.5 * (left - right) / min(left - 2 * middle + right, -1e-9)) * bins
        if all(abs(hertz - other) > 4 * bins for other in found) and _never_ends(part, hertz):
            found.append(float(hertz))
            if len(found) == 1 and not _of_mains(hertz) and _evenness(part, hertz, _LONG) < _EVEN:
                return []
        if len(found) == _MOST:
            break
    return found


def _never_ends(part: Floats, hertz: float) -> bool:
    """Whether a tone is there in the quietest moments as well."""
    return _evenness(part, hertz, _MOMENT) > _STEADY


def _of_mains(hertz: float) -> bool:
    """Whether a tone is one of the mains or of its harmonics."""
    return any(abs(hertz - base * max(round(hertz / base), 1)) <= _OFF * hertz for base in MAINS if hertz < _HARMONICS * base)


def _evenness(part: Floats, hertz: float, size: int) -> float:
    """Of its usual size that a tone has in the quietest tenth of all moments of `size` samples."""
    count = len(part) // (size // 2) - 1
    moments = sliding_window_view(part, size)[:: size // 2][:count]
    time = np.arange(size) / SAMPLE_RATE
    heard = np.abs(moments @ (np.hanning(size) * np.exp(-2j * np.pi * hertz * time)).astype(np.complex64))
    tenth, half = np.percentile(heard, [10, 50])
    return float(tenth / max(half, 1e-12))


def tone(samples: NDArray[np.float64], hertz: float) -> tuple[NDArray[np.float64], float]:
    """float64[n] of one tone, as loud as it is where little else sounds; and its hertz by how its phase goes on."""
    count = -(-len(samples) // _BLOCK)
    blocks = np.pad(samples, (0, count * _BLOCK - len(samples))).reshape(count, _BLOCK)
    turning = 2j * np.pi * hertz / SAMPLE_RATE
    within, begun = np.exp(turning * np.arange(_BLOCK)), np.exp(turning * _BLOCK * np.arange(count))
    size = np.full(count, float(_BLOCK))
    size[-1] = len(samples) - (count - 1) * _BLOCK
    heard = (blocks @ within.real - 1j * (blocks @ within.imag)) * np.conj(begun)
    sounds = _convolved(np.square(blocks).sum(axis=1), _CALM) / _convolved(size, _CALM)
    weights = 1 / (sounds + 0.1 * np.median(sounds) + 1e-12)
    bell = np.hanning(2 * _REACH + 3)[1:-1]
    slow = 2 * (_convolved(heard.real * weights, bell) + 1j * _convolved(heard.imag * weights, bell))
    slow /= _convolved(size * weights, bell)
    turned = float(np.angle((slow[1:] * np.conj(slow[:-1])).sum())) / (2 * np.pi * _BLOCK / SAMPLE_RATE)
    middle = np.concatenate([slow[:1], (slow[1:] + slow[:-1]) / 2, slow[-1:]])
    ends = np.stack([middle[:-1] * begun, middle[1:] * begun], axis=1)
    across = np.arange(_BLOCK) / _BLOCK
    ways = np.stack([within * (1 - across), within * across])
    return np.asarray((ends.real @ ways.real - ends.imag @ ways.imag).reshape(-1)[: len(samples)]), hertz + turned


def _convolved(track: NDArray[np.float64], bell: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[n] the same length, whichever of the two is longer."""
    reach = len(bell) // 2
    return np.convolve(np.pad(track, reach), bell, "valid")
