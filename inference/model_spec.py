# SPDX-License-Identifier: GPL-3.0-or-later
"""ModelSpec: the contract between training, the ONNX file and the runtime. Its page for people is docs/model-format.md.

Training fills it in, export writes it into the file's metadata, the runtime reads it there and refuses what it does not know.
No figure in it is typed a second time anywhere.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from .errors import ParlanceError

FORMAT_VERSION: Final = 1
METADATA_KEY: Final = "parlance"
_NAMES: Final = ("phones", "curves", "emotions")
_OPTIONAL: Final = ("phone_set", "articulated")
"""Fields that are left out of the text where they say nothing."""


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
    phone_set: how `phones` are called, a name of model_file.PHONE_SETS; empty for the classes of phones.py.
    articulated: whether `curves` are a whole mouth, to be sealed and not to be shown with visemes first.
    """

    sample_rate: int
    samples_per_frame: int
    context: float
    phones: tuple[str, ...]
    curves: tuple[str, ...]
    emotions: tuple[str, ...]
    name: str
    format_version: int = FORMAT_VERSION
    phone_set: str = ""
    articulated: bool = False

    def to_json(self) -> str:
        """The text stored in the file's metadata under METADATA_KEY."""
        stored = {name: value for name, value in asdict(self).items() if value or name not in _OPTIONAL}
        return json.dumps(stored, ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> ModelSpec:
        """Read it back. Raises ParlanceError when the file was written for another format, or says what makes no sense."""
        try:
            raw: dict[str, Any] = json.loads(text)
            if raw.get("format_version") != FORMAT_VERSION:
                raise ParlanceError(
                    "This network was made for another version of Parlance; update the extension, or export it again."
                )
            known = {field.name for field in fields(ModelSpec)}
            given: dict[str, Any] = {name: value for name, value in raw.items() if name in known}
            spec = ModelSpec(**given | {name: tuple(given[name]) for name in _NAMES})
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ParlanceError(f"What the network's file says under “{METADATA_KEY}” is damaged; export it again.") from error
        spec._check()
        return spec

    def _check(self) -> None:
        """Raises ParlanceError for fields of a wrong kind or size."""
        texts = [self.name, self.phone_set, *(name for names in (self.phones, self.curves, self.emotions) for name in names)]
        sizes = (self.sample_rate, self.samples_per_frame)
        sane = all(isinstance(size, int) and not isinstance(size, bool) and 0 < size <= 1_000_000 for size in sizes)
        if (
            not sane
            or not all(isinstance(text, str) for text in texts)
            or not isinstance(self.context, int | float)
            or not 0 <= self.context <= 60
            or not isinstance(self.articulated, bool)
        ):
            raise ParlanceError(f"What the network's file says under “{METADATA_KEY}” makes no sense; export it again.")
