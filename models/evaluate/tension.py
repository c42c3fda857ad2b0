# SPDX-License-Identifier: GPL-3.0-or-later
"""How tense voices sound that nobody made tense, women's and men's: python -m parlance.models.evaluate.tension [--split valid].

AN4's speakers spell and count without feeling, so a difference between its women and men is a fault of the ear. What the network
says is judged, before hearing makes it relative to the voice.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from ...inference.hearing import engine, windows
from ..corpora import read, read_audio
from ..corpora.utterance import Split

SEXES = {"f": "women", "m": "men"}
"""The first letter of an AN4 speaker's name."""


def tension(wave: NDArray[np.float32]) -> float:
    """Arousal -1..1 as the network gives it, over what is spoken."""
    ear = engine(1)
    raw = windows.run(ear.executor, ear.spec, wave)
    speech = raw["speech"].ravel()
    return float((raw["arousal"].ravel() * speech).sum() / max(float(speech.sum()), 1e-6))


def by_sex(split: Split) -> dict[str, float]:
    """Mean arousal of AN4's women and of its men, each speaker counting once."""
    spoken: dict[str, list[float]] = {}
    for utterance in read("an4"):
        if utterance.split == split:
            spoken.setdefault(utterance.speaker.rpartition("_")[2], []).append(tension(read_audio(utterance.path)))
    return {word: mean(mean(said) for name, said in spoken.items() if name.startswith(sex)) for sex, word in SEXES.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="How tense calm voices sound.")
    parser.add_argument("--split", choices=("valid", "test"), default="test")
    options = parser.parse_args(arguments)
    means = by_sex(options.split)
    print(", ".join(f"{who} {value:+.2f}" for who, value in means.items()), f"difference {means['women'] - means['men']:+.2f}")


if __name__ == "__main__":
    main()
