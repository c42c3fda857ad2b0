# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks in Parlance's own format (docs/model-format.md), whoever trained them: checked, heard, and said in our phones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ... import arkit
from ... import phones as inventory
from ...audio import SAMPLE_RATE
from ...errors import ParlanceError
from ...model_file import PHONE_SETS
from ...model_spec import METADATA_KEY, ModelSpec
from ...performance import FRAME_RATE
from ...progress import Fraction
from .. import windows
from ..network import OUTPUTS, Array, Executor, Heard
from .phone_sets import Translation, translation
from .signature import FLOAT, Port, Signature, check

_HOPS: Final = (80, 1600)
"""Samples from frame to frame that can be brought to FRAME_RATE: 200 to 10 frames a second."""
_MOST_NAMES: Final = 4096
"""Columns of an output, each of which has a name."""
_HOP: Final = round(SAMPLE_RATE / FRAME_RATE)


def is_own(signature: Signature) -> bool:
    """Whether a file says that it is in this format."""
    return METADATA_KEY in signature.metadata


def spec_of(path: Path, signature: Signature) -> ModelSpec:
    """What the file says of itself, checked against its ports. Raises ParlanceError where they do not fit."""
    spec = ModelSpec.from_json(signature.metadata[METADATA_KEY])
    low, high = _HOPS
    if spec.sample_rate != SAMPLE_RATE:
        raise ParlanceError(
            f"“{path.name}” hears {spec.sample_rate} samples a second; only {SAMPLE_RATE} will do: train it on those."
        )
    if not low <= spec.samples_per_frame <= high:
        raise ParlanceError(f"“{path.name}” makes a frame of {spec.samples_per_frame} samples; {low} to {high} can be used.")
    widths = {"phones": len(spec.phones), "curves": len(spec.curves), "emotion": len(spec.emotions)}
    if max(widths.values()) > _MOST_NAMES:
        raise ParlanceError(f"“{path.name}” names {max(widths.values())} classes, which no network has; choose another file.")
    wanted = [Port(name, FLOAT, (1, None, *((widths[name],) if name in widths else ()))) for name in _given(signature)]
    check(signature.inputs, [Port("waveform", FLOAT, (1, None))], file=path.name, kind="Parlance's format")
    check(signature.outputs, wanted, file=path.name, kind="Parlance's format")
    if signature.inputs[0].shape and signature.inputs[0].shape[-1] is not None:
        raise ParlanceError(f"“{path.name}” hears {signature.inputs[0].shape[-1]} samples at a time; export it for any number.")
    if spec.phone_set and spec.phone_set not in PHONE_SETS:
        raise ParlanceError(f"“{path.name}” speaks the phone set “{spec.phone_set}”; those known are {', '.join(PHONE_SETS)}.")
    if len(signature.inputs) > 1:
        raise ParlanceError(f"“{path.name}” does not fit Parlance's format: it wants more than “waveform”.")
    if not {"phones", "curves"} & set(_given(signature)):
        raise ParlanceError(f"“{path.name}” gives neither “phones” nor “curves”; a network needs one of them to be of use.")
    unknown = [name for name in spec.curves if name not in arkit.INDEX]
    if "curves" in _given(signature) and unknown:
        raise ParlanceError(f"“{path.name}” moves “{unknown[0]}”, which is none of ARKit's 52 shapes; rename it in the file.")
    return spec


def _given(signature: Signature) -> tuple[str, ...]:
    return tuple(name for name in OUTPUTS if signature.output(name) is not None)


@dataclass(frozen=True)
class OwnNetwork:
    """A network in Parlance's format, that has been checked."""

    executor: Executor
    spec: ModelSpec
    translation: Translation | None
    gives: frozenset[str]

    @property
    def articulated(self) -> bool:
        """Whether its curves are a whole mouth."""
        return self.spec.articulated

    def listen(self, samples: NDArray[np.float32], *, around: int, progress: Fraction | None = None) -> Heard:
        """What it gives, at FRAME_RATE. Raises ParlanceError for what is no number or of another size than was said."""
        frames = math.ceil(len(samples) / _HOP) + 2 * around
        hop = self.spec.samples_per_frame
        more = math.ceil(around * _HOP / hop)
        raw = windows.run(_Strict(self.executor, self.spec), self.spec, samples, around=more, progress=progress)
        if hop != _HOP:
            raw = {name: _at_our_rate(track, hop, frames, around - more * hop / _HOP) for name, track in raw.items()}
        names = {"curves": self.spec.curves, "emotion": self.spec.emotions}
        if self.translation is not None:
            raw["phones"] = self.translation.applied(np.maximum(raw["phones"], 0))
            names["phones"] = inventory.SYMBOLS
        return Heard(raw, {name: value for name, value in names.items() if name in raw})


def loaded(path: Path, signature: Signature, executor: Executor, phone_set: str) -> OwnNetwork:
    """A checked network. phone_set: overrules what the file says, where given. Raises ParlanceError."""
    spec = spec_of(path, signature)
    gives = frozenset(_given(signature))
    return OwnNetwork(executor, spec, told_in_ours(spec, phone_set) if "phones" in gives else None, gives)


def told_in_ours(spec: ModelSpec, phone_set: str) -> Translation:
    """What a network's phones are here. phone_set: overrules what its file says. Raises ParlanceError."""
    return translation(spec.phones, phone_set or spec.phone_set or "parlance")


@dataclass(frozen=True)
class _Strict:
    """The executor of a network that nobody vouches for: what it gives is as many numbers as the format says."""

    executor: Executor
    spec: ModelSpec

    @property
    def metadata(self) -> Mapping[str, str]:
        return self.executor.metadata

    @property
    def outputs(self) -> tuple[str, ...]:
        return tuple(name for name in OUTPUTS if name in self.executor.outputs)

    def feed(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        return self.run(inputs["waveform"])

    def run(self, waveform: Array) -> dict[str, Array]:
        """Outputs by name for float32[1, n]. Raises ParlanceError."""
        frames = math.ceil(waveform.shape[1] / self.spec.samples_per_frame)
        widths: dict[str, Sequence[str]] = {
            "phones": self.spec.phones, "curves": self.spec.curves, "emotion": self.spec.emotions,
        }  # fmt: skip
        found = self.executor.run(waveform)
        result = {}
        for name in self.outputs:
            shape = (1, frames, *((len(widths[name]),) if name in widths else ()))
            result[name] = settled(found[name], shape, name, self.spec.name)
        return result


def settled(values: Array, shape: Sequence[int], name: str, network: str) -> NDArray[np.float32]:
    """float32 of that shape. Raises ParlanceError where a network has given something else, or what is no number."""
    if values.shape != tuple(shape) or values.dtype.kind != "f":
        sizes, wanted = (" × ".join(map(str, each)) for each in (values.shape, shape))
        raise ParlanceError(
            f"The network “{network}” gave {sizes} for “{name}”, where {wanted} were due; choose another network."
        )
    if not np.isfinite(values).all():
        raise ParlanceError(f"The network “{network}” gave “{name}” that is no number for this sound; choose another network.")
    return np.asarray(values, np.float32)


def _at_our_rate(track: NDArray[np.float32], hop: int, frames: int, offset: float) -> NDArray[np.float32]:
    """float32[frames, ...] of a track with another hop, straight between the middles of its frames.

    offset: how many of our frames its first frame lies after ours (never before, but for less than one of its own).
    """
    wanted = ((np.arange(frames) + 0.5 - offset) * _HOP / hop) - 0.5
    low = np.clip(np.floor(wanted).astype(int), 0, len(track) - 1)
    high = np.minimum(low + 1, len(track) - 1)
    share = np.clip(wanted - low, 0, 1).astype(np.float32).reshape(-1, *(1,) * (track.ndim - 1))
    return np.asarray((1 - share) * track[low] + share * track[high], np.float32)
