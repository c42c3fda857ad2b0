# SPDX-License-Identifier: GPL-3.0-or-later
"""Two rows every model must beat: lips that follow loudness, and a linear map from log mel to millimetres."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference import geometry
from ..corpora import read, read_audio
from ..features import LogMel
from ..targets import grid

Track = NDArray[np.float64]
Reference = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Waveform → millimetres float32[T, M]; what it does not predict rests."""
CONTEXT: Final = 7
"""Frames on either side that the ridge sees (140 ms)."""
PENALTY: Final = 3e3
EVERY: Final = 4
"""Of the filmed training clips, each so many-th is fitted to."""
PREDICTED: Final = ("gap", "width", "chin")
_LOG_MEL: Final = LogMel()


def envelope(wave: NDArray[np.float32]) -> NDArray[np.float64]:
    """float64[T, 3] 1, and decibels of each frame above -60 dB of the loudest, smoothed a little and not."""
    decibels = _mel(wave).max(axis=1)
    level = np.maximum(decibels - decibels.max(), -14.0) + 14.0
    smooth = np.convolve(np.pad(level, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
    return np.stack([np.ones(len(level)), level, smooth], axis=1)


def spectrum(wave: NDArray[np.float32]) -> NDArray[np.float64]:
    """float64[T, 1 + 80 · 15] log mel of the frames around each, levelled by the clip's 95th percentile."""
    mel = _mel(wave)
    mel = np.maximum(mel - np.percentile(mel, 95), -12.0)
    padded = np.pad(mel, ((CONTEXT, CONTEXT), (0, 0)), mode="edge")
    parts = [padded[shift : shift + len(mel)] for shift in range(2 * CONTEXT + 1)]
    return np.concatenate([np.ones((len(mel), 1)), *parts], axis=1)


def _mel(wave: NDArray[np.float32]) -> NDArray[np.float64]:
    """float64[T, MELS] log mel at 50 Hz."""
    import torch

    with torch.no_grad():
        mel: NDArray[np.float64] = _LOG_MEL(torch.from_numpy(wave)[None])[0].numpy().T.astype(np.float64)
    frames = -(-len(wave) // 320)
    return np.asarray(mel[: 2 * frames].reshape(frames, 2, -1).mean(axis=1), np.float64)


def fit(features: Callable[[NDArray[np.float32]], NDArray[np.float64]], penalty: float) -> Reference:
    """The best linear map from features to the filmed speaker's lips (training clips only)."""
    faces = grid.fitted()
    chosen = [u for u in read(grid.CORPUS) if u.split == "train" and u.id in faces][::EVERY]
    columns = [geometry.INDEX[name] for name in PREDICTED]
    normal: NDArray[np.float64] | float = 0.0
    right: NDArray[np.float64] | float = 0.0
    for utterance in chosen:
        face, x = faces[utterance.id], features(read_audio(utterance.path))
        frames = min(len(x), len(face.measures))
        known = face.known[:frames]
        x, y = x[:frames][known], face.measures[:frames][known][:, columns].astype(np.float64)
        normal, right = normal + x.T @ x, right + x.T @ y
    ridge = np.eye(len(np.asarray(normal))) * penalty
    ridge[0, 0] = 0.0
    matrix = np.linalg.solve(normal + ridge, right)

    def predict(wave: NDArray[np.float32]) -> NDArray[np.float32]:
        x = features(wave)
        measures = np.tile(geometry.REFERENCE.neutral, (len(x), 1)).astype(np.float32)
        measures[:, columns] = x @ matrix
        return measures

    return predict


def references() -> dict[str, Reference]:
    """Both reference predictors by name, fitted on film; none where the film is not installed."""
    if not grid.fitted():
        return {}
    return {"loudness envelope": fit(envelope, 1.0), "log-mel ridge": fit(spectrum, PENALTY)}
