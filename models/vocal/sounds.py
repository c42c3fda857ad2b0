# SPDX-License-Identifier: GPL-3.0-or-later
"""Laughs, coughs, efforts and calls that games in Debian's main archive bring, by kind and by who makes them.

They never teach: many hands made them, under many licences. Those of two packages ("valid") may guide what is made and which cues
count; the others ("test") judge. Each package of `sources.json` lies unpacked in a folder of
its name (`dpkg-deb -x FILE FOLDER/PACKAGE`). What is missing is left out.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from ..corpora.utterance import Split

SOURCES: Final = Path(__file__).parent / "sources.json"
LONGEST: Final = 20.0
"""Seconds of a sound that are listened to."""


@dataclass(frozen=True)
class Sound:
    """A sound that stands alone. samples: float32[n] at SAMPLE_RATE. who: who makes it."""

    kind: str
    who: str
    name: str
    samples: NDArray[np.float32]
    split: Split


def sounds(folder: Path) -> Iterator[Sound]:
    """Every sound of the packages in a folder, each recording once."""
    table = json.loads(SOURCES.read_text("utf-8"))
    seen: set[bytes] = set()
    for package, root in table["packages"].items():
        rules = [(kind, re.compile(pattern)) for name, kind, pattern in table["sounds"] if name == package]
        for name, data in _files(folder / package / root):
            kind, who = next(((kind, found["who"]) for kind, rule in rules if (found := rule.fullmatch(name))), ("", ""))
            digest = hashlib.sha1(data, usedforsecurity=False).digest() if kind else b""
            if kind and digest not in seen:
                seen.add(digest)
                split: Split = "valid" if package in table["guides"] else "test"
                yield Sound(kind, who, f"{package}/{name}", _decoded(data), split)


def _files(place: Path) -> Iterator[tuple[str, bytes]]:
    """Name within the place, and content: of the files in a folder or in an archive."""
    if place.is_dir():
        for path in sorted(path for path in place.rglob("*.*") if path.is_file()):
            yield path.relative_to(place).as_posix(), path.read_bytes()
    elif place.exists():
        with zipfile.ZipFile(place) as archive:
            for name in sorted(archive.namelist()):
                if name.startswith("sound/"):
                    yield name, archive.read(name)


def _decoded(data: bytes) -> NDArray[np.float32]:
    import soundfile
    from scipy.signal import resample_poly

    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    mono = samples[: int(LONGEST * rate)].mean(axis=1)
    return np.asarray(resample_poly(mono, SAMPLE_RATE, rate), np.float32)
