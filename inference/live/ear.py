# SPDX-License-Identifier: GPL-3.0-or-later
"""The live network, a frame at a time: what each frame sounds like, said again and again as more is heard after it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from .. import arkit, mel
from .. import phones as inventory
from ..arrays import Floats
from ..errors import ParlanceError
from ..hearing import weights
from ..hearing.executors import FORCE, EngineName, choose
from ..hearing.network import Executor
from ..model_spec import FORMAT_VERSION, METADATA_KEY
from .level import QUIETEST, START, levelled

LOOK_AHEADS: Final = (0, 4, 8, 13)
"""Frames at 50 Hz that the network is told of before it answers: 0, 80, 160 and 260 ms."""
SETTLED: Final = 100
"""Frames of silence after which nothing is left of the beginning: more than the network looks back."""
OUTPUTS: Final = ("phones", "curves", "speech", "emotion", "arousal", "next_state")


@dataclass(frozen=True)
class LiveSpec:
    """What a live weights file takes and gives, as its metadata says.

    look_aheads: frames by which each answer is late. history: mel frames that a frame is heard with beside its own two.
    width, memory: shape of the state, float32[1, width, memory]; zeros before anything was heard.
    phones, curves, emotions: as in ModelSpec.  name: a word for people, with the date of training.
    """

    look_aheads: tuple[int, ...]
    history: int
    width: int
    memory: int
    phones: tuple[str, ...]
    curves: tuple[str, ...]
    emotions: tuple[str, ...]
    name: str
    format_version: int = FORMAT_VERSION

    @staticmethod
    def from_metadata(metadata: Mapping[str, str]) -> LiveSpec:
        """Read it. Raises ParlanceError for other files and other versions."""
        try:
            raw: dict[str, Any] = json.loads(metadata[METADATA_KEY])
            lists = {name: tuple(raw[name]) for name in ("look_aheads", "phones", "curves", "emotions")}
            spec = LiveSpec(**{**raw, **lists})
        except (KeyError, TypeError, ValueError) as error:
            raise ParlanceError("These are no weights for hearing live; reinstall the extension.") from error
        if spec.format_version != FORMAT_VERSION:
            raise ParlanceError("The live model weights were made for another version of Parlance; reinstall the extension.")
        return spec


@dataclass(frozen=True)
class LiveEngine:
    """The executor of the live network. name, why: as in Choice. model: name and fingerprint of the weights."""

    name: EngineName
    why: str
    spec: LiveSpec
    model: str
    executor: Executor


@dataclass(frozen=True)
class Answer:
    """What is said at one moment. H look-aheads.

    posteriors: float32[H, P] (phones.SYMBOLS order) of the frames so long ago.  curves: float32[H, 52].  speech: float32[H].
    arousal: of now, -1..1.
    """

    posteriors: Floats
    curves: Floats
    speech: Floats
    arousal: float


def live_engine() -> LiveEngine:
    """The executor for the live weights, on one core, loaded once per process. Raises ParlanceError where they are missing."""
    return _load(os.environ.get(FORCE, "").lower())


@lru_cache(maxsize=2)
def _load(force: str) -> LiveEngine:
    path = weights.find_live()
    choice = choose(path, 1, force)
    spec = LiveSpec.from_metadata(choice.executor.metadata)
    missing = [output for output in OUTPUTS if output not in choice.executor.outputs]
    if missing:
        raise ParlanceError(f"The live model weights lack the output {missing[0]}; reinstall the extension.")
    return LiveEngine(choice.name, choice.why, spec, f"{spec.name} {weights.fingerprint(path)}", choice.executor)


def at_rest(engine: LiveEngine) -> Floats:
    """The state after SETTLED frames of silence: what is between having heard nothing and that, the network was never taught."""
    spec = engine.spec
    silence = np.full((1, mel.MELS, spec.history + 2 * SETTLED), QUIETEST, np.float32)
    nothing = np.zeros((1, spec.width, spec.memory), np.float32)
    return engine.executor.feed({"mel": silence, "state": nothing})["next_state"]


class Ear:
    """Pairs of log mel frames in, an Answer for each out. Its memory is one state of fixed size."""

    def __init__(self, engine: LiveEngine) -> None:
        self.engine = engine
        spec = engine.spec
        self._state = at_rest(engine)
        self._mel = np.full((spec.history + 2, mel.MELS), QUIETEST, np.float32)
        self._band = mel.speech_band()
        self._level = START
        self._phones = _columns(spec.phones, inventory.SYMBOLS)
        self._curves = _columns(spec.curves, arkit.NAMES)

    def hear(self, log_mel: Floats) -> Answer:
        """The answers at the next moment, from log mel float32[2, MELS]."""
        fresh, self._level = levelled(log_mel, self._band, self._level)
        self._mel = np.concatenate([self._mel[2:], fresh])
        said = self.engine.executor.feed({"mel": np.ascontiguousarray(self._mel.T)[None], "state": self._state})
        self._state = said["next_state"]
        posteriors = _arranged(said["phones"][:, 0], self._phones, inventory.COUNT)
        posteriors /= np.maximum(posteriors.sum(axis=1, keepdims=True), 1e-9)
        curves = _arranged(said["curves"][:, 0], self._curves, arkit.COUNT)
        return Answer(posteriors, curves, said["speech"][:, 0], float(said["arousal"][0, 0]))


def _columns(names: tuple[str, ...], order: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """Which columns of an output are known, and where they go."""
    known = [(source, order.index(name)) for source, name in enumerate(names) if name in order]
    return [source for source, _ in known], [target for _, target in known]


def _arranged(values: Floats, columns: tuple[list[int], list[int]], count: int) -> Floats:
    result = np.zeros((len(values), count), np.float32)
    result[:, columns[1]] = values[:, columns[0]]
    return result
