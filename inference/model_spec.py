# SPDX-License-Identifier: GPL-3.0-or-later
"""ModelSpec: the contract between training, the ONNX file and the runtime.

Training fills it in, export writes it into the file's metadata, the runtime reads it there and refuses what it does not know.
No figure in it is typed a second time anywhere.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from .errors import ParlanceError

FORMAT_VERSION: Final = 1
METADATA_KEY: Final = "parlance"


@dataclass(frozen=True)
class ModelSpec:
    """What a weights file takes and gives.

    sample_rate: samples per second of the waveform input, float32[1, n] named "waveform".
    samples_per_frame: hop of the output frames in samples (320 is 50 frames a second); n samples give T = ceil(n / hop) frames.
    context: seconds of audio on either side that can influence a frame; windows overlap by at least this.
    phones: the phone classes, in the order of output "phones" float32[1, T, P] (probabilities).
    curves: the ARKit shapes predicted, in the order of output "curves" float32[1, T, C] (0..1).
    emotions: the categories of output "emotion" float32[1, T, E] (probabilities, neutral left out).
    Further outputs: "speech" float32[1, T] (probability), "arousal" float32[1, T] (raw, not yet relative to the speaker).
    name: a word for people, with the date of training.
    """

    sample_rate: int
    samples_per_frame: int
    context: float
    phones: tuple[str, ...]
    curves: tuple[str, ...]
    emotions: tuple[str, ...]
    name: str
    format_version: int = FORMAT_VERSION

    def to_json(self) -> str:
        """The text stored in the file's metadata under METADATA_KEY."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> ModelSpec:
        """Read it back. Raises ParlanceError when the file was written for another format."""
        raw = json.loads(text)
        if raw.get("format_version") != FORMAT_VERSION:
            raise ParlanceError("These model weights were made for another version of Parlance; reinstall the extension.")
        for name in ("phones", "curves", "emotions"):
            raw[name] = tuple(raw[name])
        return ModelSpec(**raw)
