# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts with times are read from subtitles and TextGrids, whatever is in the file, and given to the right strips."""

import html
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlance.inference.errors import ParlanceError
from parlance.inference.formats import subtitles, textgrid
from parlance.inference.formats.subtitles import Subtitle
from parlance.inference.text import sharing as text_sharing
from parlance.inference.text import speaking
from parlance.inference.text.sharing import Place

WORDS = st.text("abcdefgh 'äé東!?.,", min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
CUES = st.lists(st.tuples(st.integers(1, 900_000), st.integers(1, 5000), WORDS), min_size=1, max_size=20).map(
    lambda rows: tuple(
        sorted((Subtitle(start / 1000, (start + length) / 1000, text) for start, length, text in rows), key=_order)
    )
)


def _order(cue):
    return cue.start, cue.end


def srt(cues):
    blocks = (f"{count}\n{clock(cue.start)} --> {clock(cue.end)}\n{cue.text}\n" for count, cue in enumerate(cues, 1))
    return "\n".join(blocks)


def vtt(cues):
    escaped = ((cue, html.escape(cue.text, quote=False)) for cue in cues)
    blocks = (f"{clock(cue.start)} --> {clock(cue.end)}\n{text}\n".replace(",", ".", 2) for cue, text in escaped)
    return "\n".join(["WEBVTT\n", *blocks])


def clock(seconds):
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d},{rest % 1000:03d}"


@settings(max_examples=60, deadline=None)
@given(CUES)
def test_what_others_write_is_read(cues):
    for write in (srt, vtt):
        again = subtitles.read(write(cues))
        assert sorted((round(c.start, 3), round(c.end, 3), c.text) for c in again) == sorted(
            (round(c.start, 3), round(c.end, 3), c.text) for c in cues
        )


def test_files_as_programs_write_them():
    srt = (
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Hello,</i>\r\nthere.\r\n\r\n"
        "2\r\n00:00:03,000 --> 00:00:04,000\r\n{\\an8}Bye!\r\n"
    )
    assert subtitles.read(srt) == (Subtitle(1.0, 2.5, "Hello, there."), Subtitle(3.0, 4.0, "Bye!"))
    vtt = (
        "WEBVTT - made by hand\n\nNOTE a remark\nof two lines\n\nSTYLE\n::cue { color: red }\n\nid\n"
        "00:01.000 --> 00:02.500 align:start position:0%\n<v Ann>Tom &amp; Ann</v>\n\n01:00:00.000 --> 01:00:01.000\nLate\n"
    )
    assert subtitles.read(vtt) == (Subtitle(1.0, 2.5, "Tom & Ann"), Subtitle(3600.0, 3601.0, "Late"))


def test_words_of_a_textgrid_become_texts():
    rows = [(0.0, 0.2, ""), (0.2, 0.5, "hello"), (0.5, 0.9, "there"), (0.9, 2.0, "sp"), (2.0, 2.4, "bye")]
    listed = "".join(f'{start} {end} "{label}" ' for start, end, label in rows)
    grid = (
        f'File type = "ooTextFile"\nObject class = "TextGrid"\n0 2.4 <exists> 1 "IntervalTier" "words" 0 2.4 {len(rows)} {listed}'
    )
    assert subtitles.read(grid) == (Subtitle(0.2, 0.9, "hello there"), Subtitle(2.0, 2.4, "bye"))
    with pytest.raises(ParlanceError, match="no tier called words"):
        subtitles.read(grid.replace('"words"', '"phones"'))


def test_words_of_a_line_go_through_a_textgrid():
    said = speaking.speak('Hello there. "Bye", he said.')
    written = textgrid.write(said.phones, said.words)
    assert [(phone.symbol, round(phone.start, 3)) for phone in textgrid.read(written)] == [
        (phone.symbol, round(phone.start, 3)) for phone in said.phones
    ]
    assert " ".join(cue.text for cue in subtitles.read(written)) == "Hello there Bye he said"


@pytest.mark.parametrize("seed", range(200))
def test_any_file_is_read_or_refused_in_a_sentence(seed):
    chance = random.Random(seed)
    # fmt: off
    pieces = ["1\n", "00:00:01,000 --> 00:00:02,000\n", "00:99:99.9 --> 1:1:1\n", "9999:59:59,999 --> 9999:59:59,999\n", "-->",
              "\n", "hi <b>", "{", "\0", "WEBVTT\n", "NOTE\n", 'File type = "ooTextFile"', ' "TextGrid" ', "1e400 ", "&#x110000;"]
    # fmt: on
    text = "".join(chance.choice(pieces) for _ in range(chance.randrange(30)))
    try:
        cues = subtitles.read(text)
    except ParlanceError as error:
        assert len(str(error)) < 400  # noqa: PT017
        return
    assert all(cue.start < cue.end and cue.text.strip() for cue in cues)


PLACES = [Place("take_01.wav", 0.0, 2.0), Place("take_02.wav", 2.0, 5.0), Place("take_03", 6.0, 8.0)]


def test_texts_go_to_the_strips_they_sound_with():
    cues = [
        Subtitle(0.2, 1.8, "One."),
        Subtitle(1.9, 3.4, "Two,"),
        Subtitle(3.5, 4.8, "and more."),
        Subtitle(5.1, 5.9, "Nobody."),
        Subtitle(20, 21, "Late."),
    ]
    shared = text_sharing.by_time(cues, PLACES)
    assert shared.texts == ("One.", "Two, and more.", "")
    assert shared.left == ("Nobody.", "Late.")
    assert text_sharing.by_time([Subtitle(0.0, 2.0, "Three.")], PLACES, offset=6.0).texts == ("", "", "Three.")


def test_pasted_lines_go_by_name_or_one_after_the_other():
    named = 'take_02\tTwo: really.\nTAKE_01.wav, "One, said"\nother: Nobody.'
    shared = text_sharing.by_rows(named, PLACES)
    assert shared.texts == ("One, said", "Two: really.", "")
    assert shared.left == ("other: Nobody.",)
    plain = text_sharing.by_rows("First.\n\nSecond: with a colon.\nThird.\nFourth.", PLACES)
    assert plain.texts == ("First.", "Second: with a colon.", "Third.")
    assert plain.left == ("Fourth.",)


@settings(max_examples=60, deadline=None)
@given(st.text("ab:\t,|\"' \ntake_01.wav", max_size=80), st.integers(0, 3))
def test_nothing_pasted_is_lost(text, count):
    shared = text_sharing.by_rows(text, PLACES[:count])
    assert len(shared.texts) == count
    assert len(shared.left) + sum(bool(each) for each in shared.texts) <= len(text.splitlines())
