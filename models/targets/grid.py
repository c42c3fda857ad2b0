# SPDX-License-Identifier: GPL-3.0-or-later
"""The filmed GRID speakers: tracked landmarks → millimetres and ARKit weights. One teaches, the others only judge.

`python -m parlance.models.targets.grid` prints how closely the weights reproduce the track.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ...inference import geometry
from ..corpora import data_folder
from .cache import FOLDER, fingerprint
from .face import FaceTargets
from .fit import MEASURE_WEIGHTS, fit_weights, landmark_basis
from .landmarks import TrackedFace, lip_measures, still_face
from .resample import resample, resample_mask

CORPUS: Final = "grid_s1"
UNSEEN: Final = "grid_faces"
"""Film of other speakers, never learnt from."""
FRAMES: Final = 150
"""50 Hz frames of a clip: every one lasts 3 s."""
_SOURCES: Final = (
    "models/targets/grid.py",
    "models/targets/fit.py",
    "models/targets/landmarks.py",
    "models/targets/resample.py",
    "inference/reference_geometry.json",
)


def track(corpus: str = CORPUS) -> Path:
    """The file of tracked landmarks; it may not exist."""
    return data_folder() / "faces" / f"{corpus}.npz"


def still_at_50(stored: dict[str, NDArray[np.generic]], clip: int) -> TrackedFace:
    """One clip's face, still and resampled."""
    fps = float(stored["fps"])
    face = still_face(
        stored["landmarks"][clip].astype(np.float64),
        stored["head_matrix"][clip].astype(np.float64),
        stored["tracked"][clip].astype(bool),
        stored["image_size"].astype(int).tolist(),
        stored["landmark_index"].astype(int).tolist(),
    )
    return TrackedFace(resample(face.points, fps, FRAMES), face.index, resample_mask(face.tracked, fps, FRAMES))


def _make(corpus: str) -> dict[str, NDArray[np.generic]]:
    with np.load(track(corpus)) as archive:
        stored = {name: archive[name] for name in archive.files if name != "mediapipe_scores"}
    basis = landmark_basis()
    weights, measures, known = [], [], []
    for clip in tqdm(range(len(stored["ids"])), desc="fitting filmed lips", unit="clip"):
        face = still_at_50(stored, clip)
        in_mm = lip_measures(face)
        measures.append(in_mm.astype(np.float32))
        weights.append(fit_weights(face, in_mm, basis))
        known.append(face.tracked)
    return {"ids": stored["ids"], "weights": np.stack(weights), "measures": np.stack(measures), "known": np.stack(known)}


@lru_cache(maxsize=2)
def fitted(corpus: str = CORPUS) -> dict[str, FaceTargets]:
    """Targets of every filmed clip by its id; fitted once (about 2 minutes), then kept. Empty without the track."""
    if not track(corpus).exists():
        return {}
    kept = FOLDER / "faces" / f"{corpus}-{fingerprint(*_SOURCES)}.npz"
    if not kept.exists():
        made = _make(corpus)
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".partial.npz")
        np.savez(partial, **made)  # type: ignore[arg-type]
        partial.rename(kept)
    with np.load(kept) as archive:
        rows = zip(archive["ids"], archive["weights"], archive["measures"], archive["known"], strict=True)
        return {str(name): FaceTargets(weights, measures, known) for name, weights, measures, known in rows}


def report() -> str:
    """How closely the weights reproduce the tracked measures: rmse and standard deviation in mm, and correlation."""
    lines = []
    targets = fitted().values()
    seen = np.concatenate([face.measures[face.known] for face in targets])
    made = geometry.measure(np.concatenate([face.weights[face.known] for face in targets]))
    for name in MEASURE_WEIGHTS:
        there, here = seen[:, geometry.INDEX[name]], made[:, geometry.INDEX[name]]
        error = float(np.sqrt(np.mean((there - here) ** 2)))
        correlation = float(np.corrcoef(there, here)[0, 1])
        lines.append(f"{name:8} rmse {error:.2f} mm  sd {there.std():.2f} mm  r {correlation:.3f}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(report())
