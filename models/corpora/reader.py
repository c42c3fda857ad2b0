# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a corpus: `labels/CORPUS.jsonl` and `audio/CORPUS/ID.opus` under the data folder."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from ...inference.errors import ParlanceError
from ...inference.performance import Phone
from ..symbols import to_phones
from .splits import split_of
from .utterance import Utterance

CORPORA: Final = (
    "grid_s1", "facegood", "nathalie_nl", "emodb", "an4", "kerstin_de", "librispeech",
    "kathleen_en", "picovoice_orders", "picovoice_wake", "speech_commands", "arabic_commands", "grid_faces",
)  # fmt: skip
DATA_VARIABLE: Final = "PARLANCE_DATA"
"""Environment variable that names the data folder when it is not `../shared/data` beside the repository."""


def data_folder() -> Path:
    """The folder that holds `audio`, `labels` and `faces`; it may not exist."""
    named = os.environ.get(DATA_VARIABLE)
    return Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "data"


def available() -> tuple[str, ...]:
    """The corpora whose labels are present."""
    return tuple(corpus for corpus in CORPORA if (data_folder() / "labels" / f"{corpus}.jsonl").exists())


def read(corpus: str) -> tuple[Utterance, ...]:
    """All utterances of a corpus. Raises ParlanceError when it is not in the data folder."""
    labels = data_folder() / "labels" / f"{corpus}.jsonl"
    if not labels.exists():
        raise ParlanceError(f"The corpus {corpus} is not in {data_folder()}; set {DATA_VARIABLE} to the folder that holds it.")
    with labels.open(encoding="utf-8") as lines:
        return tuple(_utterance(corpus, json.loads(line)) for line in lines if line.strip())


def _utterance(corpus: str, row: dict[str, Any]) -> Utterance:
    phones = to_phones(map(tuple, row["phones"]), row["alphabet"]) if row.get("phones") else None
    return Utterance(
        id=row["id"],
        corpus=corpus,
        speaker=row["speaker"],
        language=row["language"],
        path=data_folder() / "audio" / corpus / f"{row['id']}.opus",
        text=row.get("text"),
        phones=_from_zero(phones) if phones else None,
        emotion=row.get("emotion"),
        split=split_of(corpus, row["speaker"], row["id"]),
    )


def _from_zero(phones: tuple[Phone, ...]) -> tuple[Phone, ...]:
    """Silence until the first label, where a corpus starts labelling with the first sound."""
    first = phones[0]
    return (Phone("sil", 0.0, first.start), *phones) if first.start > 0.0 else phones
