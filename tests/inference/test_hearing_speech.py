# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped weights on real and on spoken-by-machine voices: what an animator would notice first."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from parlance.inference import arkit, geometry, phones
from parlance.inference.audio import Audio
from parlance.inference.errors import ParlanceError
from parlance.inference.files import read
from parlance.inference.hearing import hear
from parlance.inference.text.transcript import align_text

pytest.importorskip("soundfile")
ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
GAP = geometry.INDEX["gap"]
CLIPS = ("cen2-fjam-b", "cen5-mblb-b", "cen3-mtje-b", "cen6-fsrb-b")


@pytest.fixture
def hello(real):
    return hear(read(ROOT / "demo" / "hello.flac"))


def test_the_mouth_speaks_and_rests(hello):
    talking = hello.speech > 0.5
    assert talking.mean() > 0.4
    jaw = hello.curves[:, arkit.INDEX["jawOpen"]]
    assert jaw[talking].std() > 0.03
    assert jaw[talking].max() > 0.15


@pytest.mark.parametrize("offset", [(0.4, 0.4), (-0.3, 0.4)], ids=["constant", "drifting"])
def test_an_offset_far_above_the_voice_is_not_heard(real, hello, offset):
    sound = read(ROOT / "demo" / "hello.flac").samples
    shifted = hear(Audio(sound + np.linspace(*offset, len(sound), dtype=np.float32)))
    assert np.abs(shifted.curves - hello.curves).max() < 0.1
    assert shifted.speech.mean() == pytest.approx(hello.speech.mean(), abs=0.02)


def test_every_bilabial_that_was_heard_closes_the_lips(hello):
    gap = geometry.measure(hello.curves)[:, GAP]
    heard = [phone for phone in hello.phones if phone.symbol in phones.BILABIAL and phone.confidence > 0.5]
    for phone in heard:
        assert gap[round(phone.start * 50) : round(phone.end * 50)].min() < 0.5
    vowels = [phone for phone in hello.phones if phone.symbol in "aɑæ" and phone.end - phone.start > 0.08]
    assert heard
    assert np.median([gap[round(phone.start * 50) : round(phone.end * 50)].max() for phone in vowels]) > 2


@pytest.mark.parametrize("clip", CLIPS)
def test_unseen_speakers(real, clip):
    path = SHARED / "audio" / "an4" / f"{clip}.opus"
    if not path.exists():
        pytest.skip("the recordings are not here")
    performance = hear(read(path))
    with (SHARED / "labels" / "an4.jsonl").open(encoding="utf-8") as lines:
        label = next(entry for entry in map(json.loads, lines) if entry["id"] == clip)
    spoken = [phone for phone in performance.phones if phone.symbol != "sil"]
    expected = sum(symbol != "SIL" for symbol, *_ in label["phones"])
    assert 0.6 * expected < len(spoken) < 1.6 * expected
    gap = geometry.measure(performance.curves)[:, GAP]
    for symbol, start, end in label["phones"]:
        if symbol in ("P", "B", "M"):
            assert gap[round((start - 0.06) * 50) : round((end + 0.06) * 50)].min() < 2
    assert len(performance.events) > 0


def test_a_clip_within_a_longer_recording_gives_the_same_curves(real):
    samples = read(ROOT / "demo" / "hello.flac").samples
    alone = hear(Audio(samples)).curves
    inside = hear(Audio(np.concatenate([np.zeros(16_000 * 70, np.float32), samples, np.zeros(16_000 * 9, np.float32)]))).curves
    np.testing.assert_allclose(inside[70 * 50 :][: len(alone)], alone, atol=1e-3)


def test_the_text_puts_right_what_was_misheard(hello):
    text = re.search(r'-t "(.+)"', (ROOT / "demo" / "README.md").read_text(encoding="utf-8"))[1]
    followed = align_text(hello, text, "en-us")
    said = [phone for phone in followed.phones if phone.symbol != "sil"]
    assert "".join(phone.symbol for phone in said[:5]) == "həloʊ"
    assert not [word for word in followed.words if word.doubt]
    assert max(phone.end - phone.start for phone in said) < 0.5
    gap = geometry.measure(followed.curves)[:, GAP]
    bilabials = [phone for phone in said if phone.symbol in phones.BILABIAL]
    closed = [gap[round(phone.start * 50) : round(phone.end * 50)].min() < 0.5 for phone in bilabials]
    assert len(bilabials) > 15
    assert np.mean(closed) > 0.9
    wide = [phone for phone in said if phone.symbol in phones.VOWEL and phone.end - phone.start >= 0.06]
    cores = [(phone.start + share * (phone.end - phone.start)) * 50 for phone in wide for share in (0.25, 0.75)]
    shut = [gap[round(first) : round(last) + 1].min() <= 0.5 for first, last in zip(cores[::2], cores[1::2], strict=True)]
    assert np.mean(shut) < 0.06


def test_another_text_is_refused_with_a_reason(hello):
    with pytest.raises(ParlanceError, match="not what is said"):
        align_text(hello, "Seventeen purple elephants marched through the foggy market while nobody was watching them.", "en-us")
