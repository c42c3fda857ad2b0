# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone probabilities → phone segments: free decoding, and alignment of phones that are known."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import phones as inventory
from ..errors import ParlanceError
from ..performance import FRAME_RATE, Phone
from ..spool import evict

SILENCE: Final = inventory.INDEX["sil"]
SWITCH_COST: Final = 1.0
"""Nats that a new segment costs in free decoding; least phone errors on voices not trained on (AN4, EmoDB, GRID, Dutch)."""
FLOOR: Final = 1e-4
"""Probability below which the model's doubt is not taken literally."""
_SHORTEST: Final = {"sil": 3, "ɾ": 1, "ʔ": 1}
_USUAL_SHORTEST: Final = 2
SHORTEST: Final[NDArray[np.int64]] = np.array([_SHORTEST.get(symbol, _USUAL_SHORTEST) for symbol in inventory.SYMBOLS])
"""Minimum length of each phone in frames of 20 ms: taps may be one frame, silence shorter than 60 ms is a closure."""
_AT_ONCE: Final = 8192
"""Frames whose sums are held at a time, so that two hours need no more memory than minutes."""
_LARGEST_LATTICE: Final = 400_000_000
"""Frames times frames of the shortest phones of a text."""


def decode(posteriors: NDArray[np.float32], duration: float) -> tuple[Phone, ...]:
    """The most likely segments of float32[T, P] (phones.SYMBOLS order); they tile 0 .. duration (seconds).

    Viterbi over segments: a segment's score is its summed log probability, less SWITCH_COST; each phone keeps its minimum length.
    """
    if len(posteriors) == 0:
        return ()
    cuts, symbols = _best_segments(posteriors)
    return _phones(posteriors, cuts, symbols, duration)


def align(
    posteriors: NDArray[np.float32], symbols: Sequence[str], duration: float, *, optional: Sequence[int] = ()
) -> tuple[Phone, ...]:
    """Where each of the given phones is in float32[T, P]; segments tile 0 .. duration (seconds).

    symbols: the phones in order (phones.SYMBOLS), silences included where they may be heard.
    optional: the positions in `symbols` that may be missing, such as silences between words; no two in a row.
    Left-to-right hidden Markov model with minimum lengths, Viterbi. Raises ParlanceError for unknown symbols, for more phones
    than the audio has room for, and for a text too long to be aligned at once.
    """
    unknown = [symbol for symbol in symbols if symbol not in inventory.INDEX]
    if unknown:
        raise ParlanceError(f"“{unknown[0]}” is not a phone that Parlance knows.")
    chain = np.array([inventory.INDEX[symbol] for symbol in symbols], int)
    lengths = SHORTEST[chain]
    skippable = np.isin(np.arange(len(chain)), np.asarray(optional, int))
    if len(chain) == 0 or lengths[~skippable].sum() > len(posteriors):
        raise ParlanceError("The text has more sounds than fit into this audio; check that it belongs to it.")
    if int(lengths.sum()) * len(posteriors) > _LARGEST_LATTICE:
        raise ParlanceError("This text is too long to be aligned at once; split it into parts of a few minutes.")
    path = _best_path(np.log(np.maximum(posteriors, FLOOR)), chain, lengths, skippable)
    cuts = np.flatnonzero(np.diff(path, prepend=-1))
    return _phones(posteriors, cuts, chain[path[cuts]], duration)


def _best_segments(posteriors: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First frames and phones of the best segmentation of probabilities float32[T, P]."""
    frames, classes = posteriors.shape
    shortest = np.minimum(SHORTEST, frames)
    reach, usual = int(shortest.max()), int(np.bincount(shortest).argmax())
    others = [(phone, -length) for phone, length in enumerate(shortest.tolist()) if length != usual]
    segment_start, segment_phone = [0] * (frames + 1), [0] * (frames + 1)
    entry, entered, total = np.full(classes, -np.inf), np.zeros(classes, int), np.empty(classes)
    better = np.empty(classes, bool)
    begun = deque([*[np.full(classes, -np.inf)] * (reach - 1), np.zeros(classes)], maxlen=reach)
    """What each phone would have been given until now had it begun at the last frames: the best score of all before it, with a
    segment ending there, less what it would have gained before. Every frame takes a few steps, as many as it must."""
    for base, sums, heard in _sums(posteriors, reach):
        for now in heard:
            candidate = begun[-usual].copy()
            for phone, length in others:
                candidate[phone] = begun[length][phone]
            np.greater(candidate, entry, out=better)
            np.copyto(entry, candidate, where=better)
            np.copyto(entered, now, where=better)
            gained = sums[now - base]
            np.add(entry, gained, out=total)
            best = int(total.argmax())
            segment_start[now], segment_phone[now] = int(entered[best]) - int(shortest[best]), best
            begun.append((total[best] - SWITCH_COST) - gained)
    cuts, symbols, now = [], [], frames
    while now > 0:
        cuts.append(segment_start[now])
        symbols.append(segment_phone[now])
        now = segment_start[now]
    starts, kinds = np.array(cuts[::-1]), np.array(symbols[::-1])
    fresh = np.flatnonzero(np.diff(kinds, prepend=-1))
    return starts[fresh], kinds[fresh]


def _sums(posteriors: NDArray[np.float32], reach: int) -> Iterator[tuple[int, NDArray[np.float64], range]]:
    """Log probabilities summed up from the start, stretch by stretch: a frame, the sums before it and before each after it,
    float64[n, P], and the frames that are new. Those of `reach` frames before the new ones are always there.
    """
    frames, classes = posteriors.shape
    sums = np.zeros((1, classes))
    for start in range(0, frames, _AT_ONCE):
        scores = np.log(np.maximum(posteriors[start : start + _AT_ONCE], FLOOR)).astype(np.float64)
        before = sums[-reach:]
        sums = np.concatenate([before, np.cumsum(np.concatenate([before[-1:], scores]), axis=0)[1:]])
        evict(posteriors)
        yield start + 1 - len(before), sums, range(start + 1, start + 1 + len(scores))


def _best_path(
    scores: NDArray[np.float32], chain: NDArray[np.int64], lengths: NDArray[np.int64], skippable: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """For every frame the position in `chain`."""
    owner = np.repeat(np.arange(len(chain)), lengths)
    first = np.cumsum(lengths) - lengths
    last = first + lengths - 1
    emission = chain[owner]
    may_stay = np.isin(np.arange(len(owner)), last)
    # The state to come from when the phone before is left out; -1 where it may not be.
    hop = np.full(len(owner), -1)
    for position in np.flatnonzero(skippable):
        if 0 < position < len(chain) - 1:
            hop[first[position + 1]] = last[position - 1]
    hops = np.flatnonzero(hop >= 0)
    reward = np.full(len(owner), -np.inf, np.float64)
    reward[0] = scores[0, emission[0]]
    if skippable[0] and len(chain) > 1:
        reward[first[1]] = scores[0, emission[first[1]]]
    back = np.zeros((len(scores), len(owner)), np.uint8)
    for now in range(1, len(scores)):
        stay = np.where(may_stay, reward, -np.inf)
        step = np.concatenate([[-np.inf], reward[:-1]])
        came = (step > stay).astype(np.uint8)
        best = np.maximum(step, stay)
        jump = reward[hop[hops]]
        jumped = jump > best[hops]
        best[hops[jumped]] = jump[jumped]
        came[hops[jumped]] = 2
        back[now] = came
        reward = best + scores[now, emission]
    state = len(owner) - 1
    if skippable[-1] and len(chain) > 1 and reward[last[-2]] > reward[state]:
        state = int(last[-2])
    path = np.empty(len(scores), int)
    for now in range(len(scores) - 1, -1, -1):
        path[now] = owner[state]
        state = (state, state - 1, hop[state])[back[now, state]]
    return path


def _phones(
    posteriors: NDArray[np.float32], cuts: NDArray[np.int64], symbols: NDArray[np.int64], duration: float
) -> tuple[Phone, ...]:
    ends = np.append(cuts[1:], len(posteriors))
    times = np.minimum(np.append(cuts, len(posteriors)) / FRAME_RATE, duration)
    times[-1] = duration
    return tuple(
        Phone(inventory.SYMBOLS[symbol], float(start), float(end), float(posteriors[cut:stop, symbol].mean()))
        for symbol, cut, stop, start, end in zip(symbols, cuts, ends, times[:-1], times[1:], strict=True)
    )
