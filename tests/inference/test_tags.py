# SPDX-License-Identifier: GPL-3.0-or-later
"""Directions in brackets, without Blender: what they mean, and when it happens."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parlance.inference import arkit, moods, pipeline, presets
from parlance.inference.acting import act
from parlance.inference.direction import Direction, controls
from parlance.inference.performance import VOCAL_KINDS, Event, Word
from parlance.inference.text import script, tagging, tags, tags_page
from parlance.inference.text.tags import Known, meaning


def test_every_row_of_the_table_means_something():
    names = [tags.plain(name) for row in tags.table() for name in row["names"]]
    assert len(names) == len(set(names))
    known = {item.name for item in controls()}
    units = {*arkit.NAMES, *(name.removesuffix("Left") for name in arkit.NAMES)}
    for row in tags.table():
        for name in row["names"]:
            found = meaning(name if row["does"] != "look at" or "name" in row else f"{name} camera")
            assert found is not None, name
            assert found.does == row["does"]
        assert set(row.get("set", {})) <= known
        assert set(row.get("units", {})) <= units
        assert row.get("kind", "laugh") in VOCAL_KINDS
        assert row.get("preset", "whisper") in presets.preset_names()
        assert row.get("mood", "tired") in moods.mood_names()
        if row["does"] in {"mood", "manner"}:
            assert meaning(row["names"][0]).directed(Direction()) != Direction(), row["names"][0]


@pytest.mark.parametrize(
    ("text", "does", "amount"),
    [("Brow-Raise 60 %", "gesture", 0.6), ("slightly sad", "mood", 0.45), ("nods", "gesture", 1), ("in pain", "mood", 1)],
)
def test_how_a_direction_may_be_written(text, does, amount):
    found = meaning(text)
    assert (found.does, found.amount) == (does, amount)


def test_the_manual_has_the_table():
    written = Path(__file__).resolve().parents[2] / "docs/directions.md"
    assert written.read_text(encoding="utf-8") == tags_page.page(), "run: python -m parlance.inference.text.tags_page"


def test_an_amount_is_taken_at_its_word():
    assert meaning("angry 30%").directed(Direction()).anger == pytest.approx(0.3)
    half = meaning("whisper 50%").directed(Direction())
    assert half.jaw == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("text", "like"),
    [("[Lacht]", "laughs"), ("[lächelt 50 %]", "smile 50%"), ("[CHUCHOTE]", "whisper"), ("[fait un clin d’œil]", "wink"),
     ("[smiles 0,5 s]", "smiles 0.5s"), ("[regarde à gauche]", "looks left")],
)  # fmt: skip
def test_directions_may_be_german_or_french(text, like):
    found, same = meaning(text[1:-1]), meaning(like)
    assert (found.does, found.raw, found.amount, found.seconds) == (same.does, same.raw, same.amount, same.seconds)
    assert not tagging.troubles(f"{text} hello")


def test_what_directions_are_called_elsewhere_means_one_thing():
    first = {row["names"][0] for row in tags.table()}
    english = {tags.plain(each) for row in tags.table() for each in row["names"]}
    for words in tags.others().values():
        assert set(words) <= first
        called = [tags.plain(each) for some in words.values() for each in some]
        assert len(called) == len(set(called))
        assert not english & set(called)


@pytest.mark.parametrize(
    ("text", "told"),
    [("[] hello", "empty"), ("hello [ ]", "empty"), ("[laughs hello", "never closed"), ("nods] hello", "never opened"),
     ("[brow raise 600%] hello", "200%"), ("[sad 1000 %] hello", "200%"), ("[looks at Nobody] hello", "Nobody")],
)  # fmt: skip
def test_what_cannot_be_done_is_told_in_one_sentence(text, told):
    (sentence,) = tagging.troubles(text, names=["camera", "Lamp"])
    assert told in sentence
    assert sentence.endswith(".")


def test_brackets_within_brackets_are_directions_of_their_own():
    written = script.parse("I [laughs [softly]] said [[warm]][nods]no")
    assert written.words == ("I", "said", "no")
    assert [(tag.text, tag.word) for tag in written.tags] == [("laughs", 1), ("softly", 1), ("warm", 2), ("nods", 2)]
    assert tagging.troubles("[looks at lamp] hello", names=["camera", "Lamp"]) == ()


def test_what_is_unknown_is_told_with_what_it_is_like():
    assert meaning("wisper") is None
    assert "[whisper]" in tags.unknown("wisper")
    assert "[raises one eyebrow]" in tags.unknown("raise one eyebrw")
    assert "manual" in tags.unknown("qqqqqq")
    assert meaning("Grumpy Uncle") is None
    assert meaning("grumpy uncle", Known(presets={"Grumpy Uncle": Direction(anger=0.4)})).directed(Direction()).anger == 0.4


@pytest.fixture
def line(spoken):
    """Ten words, one a second from the second second on."""
    heard = spoken(14)
    phones, word = [], -1
    for phone in heard.phones:
        while word + 1 < 10 and phone.symbol != "sil" and phone.start >= 2 + word + 1:
            word += 1
        phones.append(replace(phone, word=word if phone.symbol != "sil" and word >= 0 else -1))
    return replace(heard, phones=tuple(phones), words=tuple(Word(str(number)) for number in range(word + 1)))


def text_with(line, **directions):
    words = [f"w{number}" for number in range(len(line.words))]
    for place in sorted(directions, reverse=True):
        words.insert(int(place[1:]), f"[{directions[place]}]")
    return " ".join(words)


def starts(line):
    return script.word_starts(line.phones, len(line.words))


def test_a_mood_holds_until_the_next_and_goes_over_into_it(line):
    asked = tagging.written(tagging.in_text(text_with(line, w1="happy", w4="sad", w6="neutral"), line), Direction(), line)
    happy, sad = asked.passages.values()
    times = starts(line)
    assert happy.start == pytest.approx(times[1])
    assert sad.start == pytest.approx(times[4])
    assert happy.end > sad.start + 0.3
    assert sad.end == pytest.approx(times[6] + tagging.FADES["mood"])
    assert (happy.direction.joy, happy.direction.sadness, sad.direction.joy, sad.direction.sadness) == (0.7, 0, 0, 0.7)


def test_a_manner_is_spoken_in_the_mood_that_is_on(line):
    asked = tagging.written(tagging.in_text(text_with(line, w1="happy", w3="whisper"), line), Direction(), line)
    assert list(asked.passages.values())[1].direction.joy == 0.7
    assert list(asked.passages.values())[1].direction.jaw == 0.5


def test_a_direction_where_the_sound_ends_is_told(line):
    """No laugh is made that has no time: it would be cut at the end of the strip, and taken for one that the artist has cut."""
    ending = replace(line, duration=starts(line)[-1] + 0.1)
    asked = tagging.written(tagging.in_text(text_with(ending) + " [laughs]", ending), Direction(), ending)
    assert not asked.vocals
    assert "where the sound ends" in asked.troubles[0]
    ending = replace(line, duration=starts(line)[-1] + 0.6)
    asked = tagging.written(tagging.in_text(text_with(ending) + " [laughs] [pause 9s]", ending), Direction(), ending)
    (laugh,), (pause,) = asked.vocals.values(), asked.passages.values()
    assert laugh.end == pause.end == pytest.approx(ending.duration)
    assert not asked.troubles


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("laughs", "laugh"),
        ("Coughing", "cough"),
        ("sighs", "sigh"),
        ("sobs", "cry"),
        ("gasp", "breath"),
        ("moans", "effort"),
        ("sniffles", "sniff"),
        ("sneezes", "sneeze"),
        ("clears throat", "throat"),
    ],
)
def test_a_vocal_sound_is_made_at_its_word_and_again_the_same(line, text, kind):
    asked = [tagging.written(tagging.in_text(text_with(line, w4=text), line), Direction(), line) for _ in range(2)]
    assert asked[0] == asked[1]
    (sound,) = asked[0].vocals.values()
    assert sound.kind == kind
    assert sound.time == pytest.approx(starts(line)[4])


def test_a_direction_confirms_the_sound_that_is_heard_beside_its_word(line):
    time = starts(line)[4]
    doubted = Event("cough", time - 0.9, 0.7, 0.3, 0.4)
    heard = replace(line, events=(*line.events, doubted))
    (sound,) = tagging.written(tagging.in_text(text_with(line, w4="coughs"), heard), Direction(), heard).vocals.values()
    assert (sound.time, sound.duration, sound.confidence) == pytest.approx((doubted.time, doubted.duration, 1.0))
    (asked,) = tagging.written(tagging.in_text(text_with(line, w4="coughs 1s"), heard), Direction(), heard).vocals.values()
    assert (asked.time, asked.duration) == pytest.approx((time, 1.0)), "an artist who says how long is taken at the word"


def test_a_gasp_opens_the_eyes(line):
    told = pipeline.animate(line, Direction(blink_rate=0, blink_gaze=0), fps=24, start=0.0, text=text_with(line, w4="gasps"))
    plain = pipeline.animate(line, Direction(blink_rate=0, blink_gaze=0), fps=24, start=0.0, text=text_with(line))
    here = slice(first := round(24 * starts(line)[4]), first + 14)
    change = told.shapes[here] - plain.shapes[here]
    assert change[:, arkit.INDEX["eyeWideLeft"]].max() > 0.4
    assert change[:, arkit.INDEX["browInnerUp"]].max() > 0.25


def test_the_command_line_follows_directions(line):
    still = Direction(brow_chance=0, brow_idle=0, life=0, blink_rate=0, blink_rate_silent=0, blink_gaze=0)
    times = starts(line)
    text = text_with(line, w2="brow raise", w4="blinks", w6="looks right", w8="nods")
    told = pipeline.animate(line, still, fps=24, start=0.0, text=text)
    plain = act(line, still, fps=24, start=0.0)

    def around(track, word):
        first = round(24 * times[word])
        return track[first - 6 : first + 24]

    change = told.shapes - plain.shapes
    brow = around(change[:, arkit.INDEX["browOuterUpLeft"]], 2)
    assert abs(int(np.argmax(brow > 0.05)) - 6) <= 2
    assert brow.max() > 0.6
    assert around(told.blink, 4).max() > 0.9
    assert np.median(around(told.gaze[:, 0], 6)[10:]) < -8
    assert around(told.head[:, 0] - plain.head[:, 0], 8).max() > 3


def test_by_hand_beats_by_text():
    def signature(item):
        return [item]

    wanted = {"a": 1.0, "b": 2.0, "c": 3.0}
    before = {"a": [1.0], "b": [2.0]}
    assert tagging.settled(wanted, before, {"a": 1.0, "b": 5.0}, signature) == {"a": 1.0, "b": 5.0, "c": 3.0}
    assert tagging.settled(wanted, before, {"b": 2.0}, signature) == {"b": 2.0, "c": 3.0}
    assert tagging.settled({"b": 2.5}, before, {"a": 1.0, "b": 2.0}, signature) == {"b": 2.5}
