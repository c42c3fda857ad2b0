# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours of sound, which do not lie in memory at once, are heard as minutes are: not a bit may differ at the joints."""

import subprocess
import sys

import numpy as np
import pytest

from parlance.inference import files, phones, smoothing
from parlance.inference.acting import act, sampling
from parlance.inference.articulation import coarticulation
from parlance.inference.audio import SAMPLE_RATE, Audio, span, stretches
from parlance.inference.direction import Direction
from parlance.inference.hearing import hear, segment, voice
from parlance.inference.performance import FRAME_RATE
from parlance.inference.spool import stored

soundfile = pytest.importorskip("soundfile")


@pytest.fixture
def doubtful():
    """Posteriors float32[500, P] of phones that come and go."""
    return np.random.default_rng(4).dirichlet(np.full(phones.COUNT, 0.05), 500).astype(np.float32)


def test_stored_samples_are_read_as_they_were_written():
    samples = np.random.default_rng(1).standard_normal(200 * SAMPLE_RATE).astype(np.float32)
    kept = stored(samples[start : start + 70_001] for start in range(0, len(samples), 70_001))
    for _ in range(2):
        np.testing.assert_array_equal(span(kept, -5, 90_000), span(samples, -5, 90_000))
        np.testing.assert_array_equal(np.concatenate([part.copy() for part in stretches(kept)]), samples)
    assert Audio(kept).duration == 200
    assert not Audio(kept).is_silent
    assert len(stored([])) == 0


def test_stored_samples_are_heard_as_those_in_memory(tiny, babble):
    samples = babble(70).samples
    ours, theirs = hear(Audio(stored([samples]))), hear(Audio(samples))
    for name in ("curves", "posteriors", "emotion", "arousal", "speech", "loudness", "pitch", "voicing"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name), name)
    assert (ours.phones, ours.events) == (theirs.phones, theirs.events)


@pytest.mark.parametrize("rate", [SAMPLE_RATE, 8_000])
def test_a_long_file_is_read_as_it_is(tmp_path, monkeypatch, babble, rate):
    path = tmp_path / "long.wav"
    soundfile.write(path, babble(45).samples, rate, subtype="FLOAT")
    theirs = files.read(path).samples
    monkeypatch.setattr(files, "_IN_MEMORY", 1.0)
    ours = files.read(path).samples
    assert not ours.flags.owndata
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on the size of files is what makes a full disk here")
def test_a_full_disk_is_told():
    script = (
        "import resource, signal, numpy as np\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "from parlance.inference.errors import ParlanceError\n"
        "from parlance.inference.spool import stored\n"
        "try:\n"
        "    stored([np.zeros(100_000, np.float32)])\n"
        "except ParlanceError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "too long for the space that is left" in done.stdout


@pytest.mark.parametrize("at_once", [1, 3, 4, 100, 499, 500])
def test_phones_do_not_depend_on_how_many_frames_are_summed_at_once(monkeypatch, doubtful, at_once):
    whole = segment.decode(doubtful, len(doubtful) / FRAME_RATE)
    monkeypatch.setattr(segment, "_AT_ONCE", at_once)
    assert segment.decode(doubtful, len(doubtful) / FRAME_RATE) == whole


@pytest.mark.parametrize("at_once", [1, 7, 499])
def test_articulation_does_not_depend_on_how_many_frames_are_made_at_once(monkeypatch, doubtful, at_once):
    said = segment.decode(doubtful, len(doubtful) / FRAME_RATE)
    times = np.arange(len(doubtful)) / FRAME_RATE
    whole = coarticulation.articulate(said, times)
    monkeypatch.setattr(coarticulation, "_AT_ONCE", at_once)
    np.testing.assert_array_equal(coarticulation.articulate(said, times), whole)


def test_the_spectrum_of_a_laugh_has_no_joints():
    hop, frames, cut = 320, 5000, 1500
    samples = np.random.default_rng(2).standard_normal(frames * hop - 99).astype(np.float32)
    later = voice.spectrum(samples[cut * hop :], frames - cut)
    np.testing.assert_allclose(voice.spectrum(samples, frames)[cut + 1 :], later[1:], atol=1e-3)


@pytest.mark.parametrize("at_once", [1, 7, 499, 500])
def test_tracks_are_smoothed_and_read_alike_in_stretches(monkeypatch, doubtful, at_once):
    times = np.linspace(-1, len(doubtful) / FRAME_RATE + 1, 1200)
    smooth, read = smoothing.smooth(doubtful, 2.3), sampling.sample(doubtful, times)
    monkeypatch.setattr(smoothing, "_AT_ONCE", at_once)
    monkeypatch.setattr(sampling, "_AT_ONCE", at_once)
    np.testing.assert_array_equal(smoothing.smooth(doubtful, 2.3), smooth)
    np.testing.assert_array_equal(smoothing.smooth(doubtful[:, 0], 2.3), smooth[:, 0])
    np.testing.assert_array_equal(sampling.sample(doubtful, times), read)


def test_what_was_heard_stays_as_it_is_however_often_it_is_acted(tiny, babble):
    """Acting works in place to save memory: not on what belongs to others."""
    performance = hear(babble(5))
    curves, posteriors = performance.curves.copy(), performance.posteriors.copy()
    first, second = (act(performance, Direction(joy=0.8), fps=60, start=0.0) for _ in range(2))
    np.testing.assert_array_equal(performance.curves, curves)
    np.testing.assert_array_equal(performance.posteriors, posteriors)
    np.testing.assert_array_equal(first.shapes, second.shapes)
    assert list(first.layers) == ["speech", "emotion", "eyes"]
    for name, layer in first.layers.items():
        np.testing.assert_array_equal(layer, second.layers[name])
