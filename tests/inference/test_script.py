# SPDX-License-Identifier: GPL-3.0-or-later
"""What a text says: words, marks and directions in brackets, whatever is typed."""

import random

import pytest

from parlance.inference.performance import Phone
from parlance.inference.text import script


def test_directions_are_kept_out_of_what_is_said():
    written = script.parse("I [looks left] never said that! [warm]  Come in. [ exits  slowly ]")
    assert written.words == ("I", "never", "said", "that", "Come", "in")
    assert [(tag.text, tag.word) for tag in written.tags] == [("looks left", 1), ("warm", 4), ("exits slowly", 6)]
    assert written.marks == ("", "", "", "!", "", ".")


def test_words_are_cleaned_of_what_is_not_said():
    written = script.parse("“Don’t,” she said—twice… (rock'n'roll) 42% -- $5.50? /bɑθ/, 'twas *")
    assert written.words == ("Don't", "she", "said", "twice", "rock'n'roll", "42%", "$5.50", "/bɑθ/", "'twas")
    assert written.marks == (",", "", "—", "…", "", "", "?", ",", "")


def test_a_whole_text_of_sounds_is_words_of_sounds():
    assert script.parse("/ðə kæt/").words == ("/ðə/", "/kæt/")


def test_a_text_in_two_portions_says_the_same():
    text = "“[warm] Well-known,” I [looks left] never said — that! [sad] Come in… 42%, dear? [sighs]"
    words = script.parse(text).words
    for cut in range(len(words) + 1):
        portions = [script.portion(text, 0, cut), script.portion(text, cut, len(words))]
        assert sum((script.parse(each).words for each in portions), ()) == words
        assert sum(len(script.parse(each).tags) for each in portions) == 4 + (cut == len(words))
    assert script.portion(text, 1, 4) == "I [looks left] never said —"
    assert script.portion("/ðə kæt/", 1, 2) == "/kæt/"


@pytest.mark.parametrize("seed", range(200))
def test_any_text_can_be_read(seed):
    chance = random.Random(seed)
    letters = "ab [](){}/\\'\"’.,;:!?—–-&%$€0123456789\n\t\0é東ˈɑ~#@\u200b"
    text = "".join(chance.choice(letters) for _ in range(chance.randrange(60)))
    written = script.parse(text)
    assert len(written.words) == len(written.marks)
    assert all(word and not {"[", "]"} & set(word) and not word.isspace() for word in written.words)
    assert all(0 <= tag.word <= len(written.words) for tag in written.tags)
    assert [tag.word for tag in written.tags] == sorted(tag.word for tag in written.tags)
    # What is written out of it says the same again.
    again = script.parse(" ".join(written.words))
    if not any("/" in word for word in written.words):
        assert again.words == written.words


def test_a_word_that_was_not_heard_starts_where_the_next_one_does():
    phones = (Phone("sil", 0.0, 0.2), Phone("a", 0.2, 0.5, word=0), Phone("m", 0.5, 0.9, word=2), Phone("sil", 0.9, 1.0))
    assert script.word_starts(phones, 4) == (0.2, 0.5, 0.5, 0.9, 0.9)
