# SPDX-License-Identifier: GPL-3.0-or-later
"""Audio2Face-3D: a network that moves a face of its own, whose movement becomes the 52 shapes.

It gives the mouth; phones, speech and emotion are heard by the network that ships, for lips are sealed where a p, b or m is said
and an artist edits phones. Its emotion input stays at the default of its files: what is felt is acted on top, with the artist's
sliders. Brows, lids and eyes are not taken over for the same reason, nor the tongue, which none of its 52 shapes puts out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ... import arkit
from ...audio import SAMPLE_RATE, span
from ...errors import ParlanceError
from ...performance import FRAME_RATE
from ...progress import Fraction
from ...rowwise import stretches
from ..network import Executor, Heard
from . import audio2face_files as files
from .geometry_solve import ShapeSolver, solver
from .own_format import settled
from .signature import FLOAT, Port, Signature, check

_HOP: Final = round(SAMPLE_RATE / FRAME_RATE)
_BATCH: Final = 8
"""Moments that are asked about together: few, so that cancelling does not wait for long."""
_NOISE_SEED: Final = 0
"""The noise that a diffusion starts from is always the same, so that a sound always looks the same."""
_SMOOTHED: Final = 25
"""Frames on either side over which a face's own smoothing in time can be felt."""
_LONGEST_WINDOW: Final = 60 * SAMPLE_RATE
_MOST_NUMBERS: Final = 1 << 28
"""Of one input; the noise of Audio2Face-3D 3.0 has 16 million."""
_TAKEN: Final = (*arkit.REGIONS["jaw"], *arkit.REGIONS["mouth"], *arkit.REGIONS["cheeks"], *arkit.REGIONS["nose"])


@dataclass(frozen=True)
class Audio2FaceNetwork:
    """A network and the face that it moves, both checked."""

    executor: Executor
    bundle: files.Bundle
    solver: ShapeSolver
    strength: float
    seen_shapes: NDArray[np.float32] | None
    mood: NDArray[np.float32]
    together: int

    gives = frozenset({"curves"})
    articulated = True

    def listen(self, samples: NDArray[np.float32], *, around: int, progress: Fraction | None = None) -> Heard:
        """The curves of the mouth at FRAME_RATE. Raises ParlanceError for what is no number or of another size."""
        frames = math.ceil(len(samples) / _HOP) + 2 * around
        walk = self._moments if self.bundle.kind == "regression" else self._stretches
        seen = np.zeros((frames, self.solver.basis.shape[1]), np.float32)
        for first, rows in walk(samples, frames, around):
            seen[first : first + len(rows)] = rows
            if progress is not None:
                progress(min((first + len(rows)) / frames, 1.0))
        moved = np.empty((frames, len(_TAKEN)), np.float32)
        for part, near, inside in stretches(frames, _SMOOTHED):
            moved[part] = self.solver.weights(seen[near])[inside][:, list(_TAKEN)]
        return Heard({"curves": moved}, {"curves": tuple(arkit.NAMES[index] for index in _TAKEN)})

    def _moments(self, samples: NDArray[np.float32], frames: int, around: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """What is seen of each of our frames: the network answers for the moment at `buffer_ofs` of its window."""
        length, offset = self.bundle.size("buffer_len"), self.bundle.size("buffer_ofs")
        width = _widths(self.bundle)
        for first in range(0, frames, self.together):
            count = min(self.together, frames - first)
            begin = (first - around) * _HOP + _HOP // 2 - offset
            piece = span(samples, begin, begin + (count - 1) * _HOP + length) * np.float32(self.strength)
            windows = np.ascontiguousarray(sliding_window_view(piece, length)[::_HOP][:, None])
            answer = self.executor.feed({"input": windows, "emotion": np.tile(self.mood, (count, 1, 1))})
            result = settled(answer["result"], (count, 1, width), "result", self.bundle.name)
            assert self.seen_shapes is not None
            yield first, result[:, 0, : len(self.seen_shapes)] @ self.seen_shapes

    def _stretches(self, samples: NDArray[np.float32], frames: int, around: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """What is seen, from stretches of the network's own frames, each beginning where the one before ends.

        As in the SDK (executor_diffusion_core.cpp): the first window begins `padding_left` before the sound.
        """
        size = self.bundle.size
        left, middle, right = (size(f"num_frames_{name}") for name in ("left_truncate", "center", "right_truncate"))
        total, length = left + middle + right, size("buffer_len")
        step = length / total
        state = np.zeros((size("num_diffusion_steps"), size("num_gru_layers"), 1, size("gru_latent_dim")), np.float32)
        widths = [size(f"{part}_size") for part in ("skin", "tongue", "jaw", "eyes")]
        noise = np.random.default_rng(_NOISE_SEED).standard_normal((1, len(state) + 1, total, sum(widths)), np.float32)
        who = np.zeros((1, len(self.bundle.faces)), np.float32)
        who[0, self.bundle.faces.index(self.bundle.face)] = 1.0
        feeling = np.tile(self.mood, (1, middle, 1)).astype(np.float32)
        start = -around * _HOP - size("padding_left")
        last = np.zeros((0, self.solver.basis.shape[1]), np.float32)
        before, done = 0.0, 0
        for number in range(math.ceil(((frames - around) * _HOP - start) / (step * middle)) + 1):
            begin = start + round(number * step * middle)
            window = (span(samples, begin, begin + length) * np.float32(self.strength))[None]
            answer = self.executor.feed(
                {"window": window, "identity": who, "emotion": feeling, "input_latents": state, "noise": noise}
            )
            state = settled(answer["output_latents"], state.shape, "output_latents", self.bundle.name)
            moved = settled(answer["prediction"], (1, total, sum(widths)), "prediction", self.bundle.name)
            seen = np.concatenate([last, self.solver.seen(moved[0, left : left + middle, : widths[0]])])
            # The first row of `seen` stands at this sample; ours are read off straight between them.
            base = begin + left * step if len(last) == 0 else before
            upto = base + (len(seen) - 1) * step
            count = max(min(math.floor((upto - _HOP / 2) / _HOP) + around + 1, frames) - done, 0)
            if count:
                at = ((np.arange(done, done + count) - around + 0.5) * _HOP - base) / step
                yield done, _between(seen, np.clip(at, 0, len(seen) - 1))
                done += count
            last, before = seen[-1:], upto
            if done >= frames:
                return


def _between(rows: NDArray[np.float32], places: NDArray[np.float64]) -> NDArray[np.float32]:
    low = np.minimum(places.astype(int), len(rows) - 1)
    high = np.minimum(low + 1, len(rows) - 1)
    share = (places - low).astype(np.float32)[:, None]
    return np.asarray((1 - share) * rows[low] + share * rows[high], np.float32)


def check_ports(bundle: files.Bundle, signature: Signature) -> None:
    """Raises ParlanceError where a network is not the one that its files describe."""
    size, who = bundle.size, bundle.name
    if not 0 < size("buffer_len") <= _LONGEST_WINDOW:
        raise ParlanceError(f"“{files.INFO}” says that “{who}” hears windows of {size('buffer_len')} samples, which cannot be.")
    if bundle.kind == "regression":
        inputs = [Port("input", FLOAT, (None, 1, size("buffer_len"))), Port("emotion", FLOAT, (None, 1, len(_mood(bundle))))]
        outputs = [Port("result", FLOAT, (None, 1, _widths(bundle)))]
    else:
        frames = sum(size(f"num_frames_{name}") for name in ("left_truncate", "center", "right_truncate"))
        wide = sum(size(f"{part}_size") for part in ("skin", "tongue", "jaw", "eyes"))
        steps, layers, latent = size("num_diffusion_steps"), size("num_gru_layers"), size("gru_latent_dim")
        inputs = [
            Port("window", FLOAT, (None, size("buffer_len"))),
            Port("identity", FLOAT, (None, len(bundle.faces))),
            Port("emotion", FLOAT, (None, size("num_frames_center"), len(_mood(bundle)))),
            Port("input_latents", FLOAT, (steps, layers, None, latent)),
            Port("noise", FLOAT, (None, steps + 1, frames, wide)),
        ]
        outputs = [
            Port("prediction", FLOAT, (None, frames, wide)),
            Port("output_latents", FLOAT, (steps, layers, None, latent)),
        ]
        if min(frames, size("num_frames_center")) < 1 or (steps + 1) * frames * wide > _MOST_NUMBERS:
            raise ParlanceError(f"“{files.INFO}” says that “{who}” makes no frames, or too many; get the network's files anew.")
    check(signature.inputs, inputs, file=bundle.network.name, kind=who)
    check(signature.outputs, outputs, file=bundle.network.name, kind=who)
    more = [port for port in signature.inputs if port.name not in {each.name for each in inputs}]
    if more:
        raise ParlanceError(f"“{bundle.network.name}” does not fit {who}: it wants “{more[0].name}” too.")


def loaded(bundle: files.Bundle, signature: Signature, executor: Executor) -> Audio2FaceNetwork:
    """A network with its face, for the ports that have been checked. Raises ParlanceError where its files do not fit together."""
    solve = solver(bundle)
    shapes = None
    if bundle.kind == "regression":
        count = bundle.size("num_shapes_skin")
        wide = 3 * solve.vertices
        moves = (row.reshape(1, -1) for row in files.rows(bundle.path("data"), "shapes_matrix_skin"))
        seen = [solve.seen(row) for row in moves if row.size == wide]
        if not seen or len(seen) != count:
            raise _of_another_face(bundle, "data")
        shapes = np.concatenate(seen)
    elif bundle.size("skin_size") != 3 * solve.vertices:
        raise _of_another_face(bundle, "skin")
    config = files.settings(bundle.path("config"), "config") if bundle.paths["config"].is_file() else {}
    first = next(port for port in signature.inputs if port.name in ("input", "window"))
    fixed = first.shape[0] if first.shape else None
    if fixed is not None and fixed != 1:
        raise ParlanceError(f"“{bundle.network.name}” wants {fixed} windows at a time; export it for any number, or for one.")
    strength = files.amount(config, "input_strength", 1.0)
    return Audio2FaceNetwork(executor, bundle, solve, strength, shapes, _mood(bundle), fixed or _BATCH)


def _of_another_face(bundle: files.Bundle, what: str) -> ParlanceError:
    return ParlanceError(f"“{bundle.paths[what].name}” is of another face than the network; get the network's files anew.")


def _widths(bundle: files.Bundle) -> int:
    """Numbers that a regression gives for a moment."""
    return sum(bundle.size(name) for name in ("num_shapes_skin", "num_shapes_tongue", "result_jaw_size", "result_eyes_size"))


def _mood(bundle: files.Bundle) -> NDArray[np.float32]:
    """The emotion that is fed: the files' default, and of a regression first how the actor was when it was learned."""
    try:
        told = np.asarray(bundle.params.get("default_emotion", []), np.float32)
    except (TypeError, ValueError):
        told = np.zeros((0, 0), np.float32)
    names = bundle.params.get("explicit_emotions" if bundle.kind == "regression" else "emotions")
    if told.ndim != 1 or not np.isfinite(told).all() or not isinstance(names, list) or len(names) != len(told):
        raise ParlanceError(f"“{files.INFO}” does not say which emotions “{bundle.name}” knows; get the network's files anew.")
    return told if bundle.kind == "diffusion" else np.concatenate([_manner(bundle), told])


def _manner(bundle: files.Bundle) -> NDArray[np.float32]:
    """float32[implicit_emotion_len]: of the shot and frame that model_config.json names; nothing where it names none."""
    length = bundle.size("implicit_emotion_len")
    if not bundle.paths["emotions"].is_file() or not bundle.paths["config"].is_file():
        return np.zeros(length, np.float32)
    config = files.settings(bundle.paths["config"], "config")
    stored = files.arrays(bundle.paths["emotions"], ["emo_db", "emo_spec_names", "emo_spec_start", "emo_spec_size"])
    shots = files.texts(stored["emo_spec_names"])
    shot, frame = config.get("source_shot"), config.get("source_frame")
    rows = stored["emo_db"]
    if shot not in shots or not isinstance(frame, int) or rows.ndim != 2 or rows.shape[1] != length:
        return np.zeros(length, np.float32)
    which = shots.index(shot)
    place = int(stored["emo_spec_start"].ravel()[which]) + min(max(frame, 0), int(stored["emo_spec_size"].ravel()[which]) - 1)
    return np.asarray(rows[place], np.float32) if 0 <= place < len(rows) else np.zeros(length, np.float32)
