# SPDX-License-Identifier: GPL-3.0-or-later
"""espeak-ng through its own library, which reports when each phoneme starts.

A voiced stop is reported where it closes, a voiceless one where it bursts: its silent hold is found in the samples before the
burst and given to the stop, as the other engines label it.
"""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ...inference.errors import ParlanceError
from .spoken import RawSegment, Spoken, at_rate

_SYNCHRONOUS: Final = 2
_PHONEME_EVENTS_IN_IPA_AND_NO_EXIT: Final = 0x1 | 0x2 | 0x8000
_UTF8: Final = 1
_PHONEME: Final = 7
_RATE, _PITCH, _RANGE = 1, 3, 4
_VOICELESS_STOPS: Final = frozenset({"p", "t", "k", "c", "q", "ʈ"})
_LONGEST_HOLD: Final = 0.09
_HOLD_AFTER_PAUSE: Final = 0.05
"""Seconds. After a pause nothing tells when the lips closed; half a tenth is usual for a stop."""
_HOLD_DROP: Final = 16.0
"""Decibels below the sound before it, at which a hold is silent."""
_STEP: Final = 0.005


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Espeak:
    """The library, started once a process; it has global state, so one caller at a time. Raises ParlanceError without it."""

    def __init__(self) -> None:
        name = find_library("espeak-ng")
        if name is None:
            raise ParlanceError("espeak-ng is not installed; run: apt-get install espeak-ng")
        self._library: Any = ctypes.CDLL(name)
        self._rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 200, None, _PHONEME_EVENTS_IN_IPA_AND_NO_EXIT))
        if self._rate <= 0:
            raise ParlanceError("espeak-ng could not start; reinstall its data with: apt-get install --reinstall espeak-ng-data")
        self._samples: list[NDArray[np.int16]] = []
        self._starts: list[tuple[str, int]] = []
        self._callback = _Callback(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)

    def _receive(self, wave: Any, count: int, events: Any) -> int:
        index = 0
        while events[index].type != 0:
            event = events[index]
            if event.type == _PHONEME:
                self._starts.append((event.id.string.decode("utf-8", errors="ignore"), event.sample))
            index += 1
        if wave and count > 0:
            self._samples.append(np.ctypeslib.as_array(wave, (count,)).copy())
        return 0

    def say(self, text: str, voice: str, *, rate: int = 175, pitch: int = 50, pitch_range: int = 50) -> Spoken:
        """Speak a text with a voice ("de", "de+f2"). rate: words a minute, 80..450; pitch and its range 0..100.

        Raises ParlanceError for a voice espeak-ng does not have: it would go on with the one before.
        """
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ParlanceError(f"espeak-ng has no voice named {voice}.")
        for parameter, value in ((_RATE, rate), (_PITCH, pitch), (_RANGE, pitch_range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._samples.clear()
        self._starts.clear()
        data = text.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, 0, 0, _UTF8, None, None)
        wave = np.concatenate(self._samples or [np.zeros(0, np.int16)]).astype(np.float32) / 32768.0
        segments = _segments(self._starts, len(wave), self._rate)
        return Spoken(at_rate(wave, self._rate), _with_holds(segments, wave, self._rate))


def _segments(starts: list[tuple[str, int]], samples: int, rate: int) -> list[RawSegment]:
    ends = [start for _, start in starts[1:]] + [samples]
    raw = [(symbol, start / rate, end / rate) for (symbol, start), end in zip(starts, ends, strict=True) if end > start]
    lead = [("", 0.0, raw[0][1])] if raw and raw[0][1] > 0.0 else []
    return [*lead, *raw]


def _with_holds(segments: list[RawSegment], wave: NDArray[np.float32], rate: int) -> tuple[RawSegment, ...]:
    """Give each voiceless stop the silence before its burst."""
    result: list[RawSegment] = []
    for symbol, start, end in segments:
        stop = bool(symbol) and symbol.lstrip("ˈˌ")[:1] in _VOICELESS_STOPS
        begin = start
        if stop and result:
            before, before_start, _ = result[-1]
            hold = min(_HOLD_AFTER_PAUSE, start) if not before else _silent_hold(wave, rate, start)
            begin = max(start - hold, before_start + 0.25 * (start - before_start))
            result[-1] = (before, before_start, begin)
        result.append((symbol, begin, end))
    return tuple(result)


def _silent_hold(wave: NDArray[np.float32], rate: int, burst: float) -> float:
    """Seconds of quiet just before the burst."""
    step = round(_STEP * rate)
    last = round(burst * rate)
    first = max(0, last - 2 * round(_LONGEST_HOLD * rate))
    count = (last - first) // step
    if count < 2:
        return 0.0
    blocks = wave[last - count * step : last].reshape(count, step)
    level = 10.0 * np.log10(np.mean(np.square(blocks), axis=1) + 1e-10)
    quiet = level < level.max() - _HOLD_DROP
    loud = np.flatnonzero(~quiet)
    silent_blocks = count - 1 - int(loud[-1]) if len(loud) else count
    return min(silent_blocks * _STEP, _LONGEST_HOLD)
