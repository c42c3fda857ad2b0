# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the library share."""

import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

from parlance.inference.audio import SAMPLE_RATE, Audio
from parlance.inference.hearing import engine, weights

TESTS = Path(__file__).resolve().parents[1]
TINY = TESTS / "data" / "tiny.onnx"
SHARED = TESTS.parents[1] / "shared"


@pytest.fixture
def tiny(monkeypatch):
    """Hear with the tiny model; its path."""
    monkeypatch.setenv(weights.OVERRIDE, str(TINY))
    return TINY


@pytest.fixture(scope="session")
def tiny_engine():
    """The tiny model, loaded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(weights.OVERRIDE, str(TINY))
        return engine()


@pytest.fixture
def real(monkeypatch):
    """Hear with the shipped weights; their path."""
    monkeypatch.delenv(weights.OVERRIDE, raising=False)
    found = sorted(weights.FOLDER.glob("*.onnx"))
    if not found:
        pytest.skip("no trained weights yet")
    return found[-1]


@pytest.fixture(scope="session")
def onnx_writer():
    """The module that writes ONNX files by hand."""
    spec = importlib.util.spec_from_file_location("make_tiny_model", TESTS / "make_tiny_model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def environment():
    """Environment for subprocesses that hear with the tiny model."""
    return os.environ | {weights.OVERRIDE: str(TINY), "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="session")
def babble():
    """A function that makes something like speech."""
    return _babble


def _babble(seconds: float, seed: int = 0) -> Audio:
    """Something like speech: buzzing vowels of moving pitch and colour, hisses and silences of 80 to 300 ms."""
    rng = np.random.default_rng(seed)
    parts, phase = [], 0.0
    while sum(map(len, parts)) < seconds * SAMPLE_RATE:
        time = np.arange(int(rng.uniform(0.08, 0.3) * SAMPLE_RATE)) / SAMPLE_RATE
        swell = np.sqrt(np.abs(np.sin(np.pi * time / time[-1])))
        kind = rng.choice(["vowel", "vowel", "hiss", "silence"])
        if kind == "vowel":
            pitch = rng.uniform(90, 220) * (1 + 0.2 * time / time[-1])
            angle = phase + 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
            formants = rng.uniform([300, 900], [800, 2200])
            harmonics = np.arange(1, 25)
            strength = sum(1 / (1 + ((harmonics * pitch.mean() - formant) / 120) ** 2) for formant in formants)
            parts.append(0.1 * swell * (strength[:, None] * np.sin(harmonics[:, None] * angle)).sum(0))
            phase = angle[-1]
        elif kind == "hiss":
            parts.append(0.03 * swell * np.diff(rng.normal(size=len(time) + 1)))
        else:
            parts.append(np.zeros(len(time)))
    samples = np.concatenate(parts)[: int(seconds * SAMPLE_RATE)] + 1e-4 * rng.normal(size=int(seconds * SAMPLE_RATE))
    return Audio(samples.astype(np.float32))
