# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be read from the lips is told from what cannot, syllable by syllable."""

import numpy as np
import pytest

from parlance.inference.acting import act
from parlance.inference.checking import lip_reader, readability
from parlance.inference.checking.syllables import syllables
from parlance.inference.direction import Direction
from parlance.inference.from_phones import performance_from
from parlance.inference.performance import Phone

FPS = 24
LINES = (
    "sil m eɪ b i w i ʃ ʊ d f aɪ n d s ʌ m p i p əl h u oʊ n ə b oʊ t sil",
    "sil v ɛ ɹ i f ju p i p əl m u v w ɪ ð aʊ t m ʌ tʃ p ɹ ɑ b l ə m sil",
    "sil ð i oʊ l d m æ n w ɔ k t oʊ v ɚ b aɪ ð ə b ɪ ɡ ɹ u m sil",
)


def spoken(line):
    from parlance.inference import phones as inventory

    found, now = [], 0.0
    for word in line.split():
        for symbol in inventory.merge(word):
            length = 0.5 if symbol == "sil" else 0.13 if symbol in inventory.VOWEL else 0.09
            found.append(Phone(symbol, now, now + length))
            now += length
    return performance_from(found)


@pytest.fixture(scope="module")
def faces():
    heard = [spoken(line) for line in LINES]
    return [(each, act(each, Direction(), fps=FPS, start=0.0).shapes) for each in heard]


def share(heard, shapes):
    """How many of the syllables are read."""
    return float(np.mean([each.reads for each in readability.read(heard.phones, shapes, np.arange(len(shapes)) / FPS)]))


def test_what_we_make_is_read(faces):
    assert np.mean([share(*face) for face in faces]) > 0.9


DAMAGES = {
    "mumbled": lambda shapes: shapes * np.float32(0.3),
    "late": lambda shapes: np.roll(shapes, 4, axis=0),
    "early": lambda shapes: np.roll(shapes, -4, axis=0),
    "frozen": lambda shapes: np.repeat(shapes[40:41], len(shapes), axis=0),
    "shut": lambda shapes: shapes * 0,
    "backwards": lambda shapes: shapes[::-1],
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_mouth_is_told(faces, kind):
    assert np.mean([share(heard, DAMAGES[kind](shapes)) for heard, shapes in faces]) < 0.7


def test_the_mouth_of_another_line_is_told(faces):
    others = [np.resize(faces[n - 1][1], shapes.shape) for n, (_, shapes) in enumerate(faces)]
    assert np.mean([share(heard, other) for (heard, _), other in zip(faces, others, strict=True)]) < 0.7


def test_only_the_damaged_syllable_is_marked(faces):
    heard, shapes = faces[0]
    times = np.arange(len(shapes)) / FPS
    before = readability.read(heard.phones, shapes, times)
    chosen = max(range(2, len(before) - 2), key=lambda n: before[n].probability)
    held = shapes.copy()
    held[(times > before[chosen].start - 0.04) & (times < before[chosen].end + 0.04)] = 0
    after = readability.read(heard.phones, held, times)
    assert before[chosen].reads
    assert not after[chosen].reads
    far = [n for n in range(len(before)) if abs(n - chosen) > 2]
    assert [after[n].reads for n in far] == [before[n].reads for n in far]


def test_muted_phones_ask_nothing(faces):
    heard, shapes = faces[0]
    muted = [Phone(phone.symbol, phone.start, phone.end, strength=0.0) for phone in heard.phones]
    assert readability.read(muted, shapes * 0, np.arange(len(shapes)) / FPS) == ()


def test_hours_are_read_as_minutes_are():
    seen = np.random.default_rng(0).normal(size=(40_000, len(lip_reader.SEEN))).astype(np.float32)
    whole = lip_reader.read(seen)
    for at in (16_384, 32_768):
        np.testing.assert_allclose(whole[at - 50 : at + 50], lip_reader.read(seen[at - 200 : at + 200])[150:250], atol=1e-5)
    np.testing.assert_allclose(whole.sum(axis=1), 1.0, atol=1e-4)


def test_what_a_face_does_not_have_is_not_seen():
    geometry = lip_reader.Geometry(lip_reader.REFERENCE.jacobian.copy(), lip_reader.REFERENCE.neutral)
    geometry.jacobian[:, lip_reader.INDEX["tongue"]] = 0
    millimetres = np.full((3, len(lip_reader.INDEX)), 5, np.float32)
    assert (lip_reader.look(millimetres, geometry)[:, lip_reader.SEEN.index("tongue")] == 0).all()


def test_it_is_small_and_holds_nothing_but_numbers():
    assert lip_reader.FILE.stat().st_size < 200_000
    with np.load(lip_reader.FILE, allow_pickle=False) as stored:
        assert all(np.issubdtype(stored[name].dtype, np.number) for name in stored.files)


@pytest.mark.parametrize("seed", range(20))
def test_every_sound_is_in_one_syllable_of_its_word(seed):
    rng = np.random.default_rng(seed)
    symbols = rng.choice(["sil", "a", "i", "t", "m", "s", "ʊ"], 30)
    words = np.cumsum(rng.random(30) < 0.3)
    phones = [Phone(str(symbol), 0.1 * n, 0.1 * n + 0.1, word=int(words[n])) for n, symbol in enumerate(symbols)]
    found = syllables(phones)
    assert [n for each in found for n in each] == [n for n, phone in enumerate(phones) if phone.symbol != "sil"]
    for each in found:
        assert len({phones[n].word for n in each}) == 1
        assert sum(phones[n].symbol in "aiʊ" for n in each) <= 2


def test_syllables_begin_with_consonants():
    def parts(word):
        phones = [Phone(symbol, n, n + 1) for n, symbol in enumerate(word)]
        return ["".join(word[n] for n in each) for each in syllables(phones)]

    assert parts("banana") == ["ba", "na", "na"]
    assert parts("aɪbaʊta") == ["aɪ", "baʊ", "ta"]
    assert parts("kampto") == ["kam", "pto"]
    assert parts("mm") == ["mm"]
    assert parts("miæv") == ["mi", "æv"]
