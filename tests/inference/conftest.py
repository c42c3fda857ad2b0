# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the library share."""

import functools
import importlib.util
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parlance.inference import arkit, phones
from parlance.inference.articulation import articulate, shape, to_weights
from parlance.inference.audio import SAMPLE_RATE, Audio
from parlance.inference.command_line import main
from parlance.inference.hearing import engine, weights
from parlance.inference.performance import FRAME_RATE, Event, Performance, Phone

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
    return _module("make_tiny_model")


@pytest.fixture(scope="session")
def a2f_writer():
    """The module that writes folders like those of Audio2Face-3D."""
    return _module("make_audio2face")


def _module(name):
    spec = importlib.util.spec_from_file_location(name, TESTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def own(onnx_writer, tmp_path):
    """Write a network in Parlance's format."""

    def write(file="own.onnx", given=("phones", "curves", "emotion", "speech", "arousal"), **changes):
        spec = {key: changes.pop(key) for key in list(changes) if key not in ("pool", "floor")}
        path = tmp_path / file
        path.write_bytes(onnx_writer.model(replace(onnx_writer.SPEC, **spec), given, **changes))
        return path

    return write


@pytest.fixture(scope="session")
def humming():
    """Two seconds of what the tiny model takes for a, m, a, m: loud, then low."""
    time = np.arange(4800) / 16_000
    parts = [0.4 * np.sin(2 * np.pi * hertz * time) for hertz in (750, 200) * 3]
    return Audio(np.concatenate([np.zeros(3200), *parts, np.zeros(3200)]).astype(np.float32))


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


@pytest.fixture(scope="session")
def spoken():
    """A function that makes a Performance of nonsense speech: spoken(seconds, seed=0, mouth=True)."""
    return functools.cache(_spoken)


def _spoken(seconds: float, seed: int = 0, mouth: bool = True) -> Performance:
    """Syllables in phrases of one to four seconds, accents on some, pauses between; the mouth follows on request."""
    rng = np.random.default_rng(seed)
    vowels, consonants = sorted(phones.VOWEL), sorted(set(phones.SYMBOLS) - phones.VOWEL - {"sil"})
    said, events, now = [Phone("sil", 0.0, 0.3)], [], 0.3
    while now < seconds - 1.5:
        for _ in range(rng.integers(4, 16)):
            for choice, shortest, longest in ((consonants, 0.05, 0.11), (vowels, 0.06, 0.2)):
                until = now + rng.uniform(shortest, longest)
                said.append(Phone(str(rng.choice(choice)), now, until, 0.9))
                if choice is vowels and rng.random() < 0.2:
                    events.append(Event("accent", now, until - now, float(rng.uniform(0.4, 0.9))))
                now = until
        pause = rng.uniform(0.25, 1.4)
        said.append(Phone("sil", now, now + pause))
        events += [Event("pause", now, pause, min(pause, 1.0)), Event("phrase_end", now, pause, min(pause, 1.0))]
        if pause > 0.6:
            events.append(Event("breath", now + pause - 0.4, 0.3, 0.6))
        now += pause
    said.append(Phone("sil", now, seconds))
    times = (np.arange(round(seconds * FRAME_RATE)) + 0.5) / FRAME_RATE
    sounding = np.searchsorted([phone.start for phone in said], times, side="right") - 1
    classes = np.array([phones.INDEX[phone.symbol] for phone in said])[sounding]
    posteriors = np.full((len(times), phones.COUNT), 1e-3, np.float32)
    posteriors[np.arange(len(times)), classes] = 1
    voice = (classes != 0).astype(np.float32)
    silent = np.zeros((len(times), arkit.COUNT), np.float32)
    posteriors /= posteriors.sum(1, keepdims=True)
    return Performance(
        curves=shape(to_weights(articulate(said, times)), posteriors, said) if mouth else silent,
        posteriors=posteriors,
        phones=tuple(said),
        emotion=voice[:, None] * np.linspace(0.05, 0.95, 7, dtype=np.float32),
        arousal=(0.6 * np.sin(times * 0.5)).astype(np.float32),
        speech=voice,
        loudness=np.where(voice > 0, -25 + 6 * np.sin(times * 4), -70).astype(np.float32),
        pitch=(voice * 4 * np.sin(times * 3)).astype(np.float32),
        voicing=voice,
        events=tuple(sorted(events, key=lambda event: event.time)),
        duration=seconds,
        model="synthetic",
    )


@pytest.fixture
def speech(tmp_path, babble):
    """Two seconds of babble in a WAV file; its path."""
    soundfile = pytest.importorskip("soundfile")
    path = tmp_path / "speech.wav"
    soundfile.write(path, babble(2).samples, SAMPLE_RATE)
    return path


@pytest.fixture
def run(tiny, capsys):
    """The command line in this process: exit code and what it said."""

    def call(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as leaving:
            code = leaving.code
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, said.out, said.err)

    return call


@pytest.fixture
def process(tmp_path, environment):
    """The command line as a process of its own."""

    def call(*arguments, module="parlance.inference", cwd=tmp_path, **changes):
        command = [sys.executable, "-m", module, *map(str, arguments)]
        given = {"capture_output": True, "text": True, "encoding": "utf-8", "env": environment} | changes
        return subprocess.run(command, cwd=cwd, check=False, **given)

    return call


@pytest.fixture(scope="session")
def complaint():
    """A function that gives the one sentence of a run that failed."""
    return _complaint


def _complaint(result):
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("parlance: ")]
    assert line.endswith(".")
    return line


@pytest.fixture
def lines(tmp_path, speech):
    """The list of a batch: two lines that can be done, and one whose sound is not there."""
    path = tmp_path / "lines.csv"
    path.write_text('id,audio,settings\none,speech.wav,"{""jaw"": 1.5}"\ntwo,speech.wav,\nthree,missing.wav,\n', encoding="utf-8")
    return path
