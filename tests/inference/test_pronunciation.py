# SPDX-License-Identifier: GPL-3.0-or-later
"""Words are pronounced with nothing installed: listed ones, others by their letters, figures, and the project's own."""

import random
import re
from pathlib import Path

import pytest

from parlance.inference import phones
from parlance.inference.errors import ParlanceError
from parlance.inference.languages import LANGUAGES
from parlance.inference.pronunciation import guess, spoken
from parlance.inference.text import transcript


def said(word, language="en", dictionary=None):
    return [" ".join(spoken.bare(way)) for way in spoken.ways(word, language, dictionary)]


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("hello", "h ə l o ʊ"),
        ("Cats", "k æ t s"),
        ("mother's", "m ʌ ð ɝ z"),
        ("don't", "d o ʊ n t"),
        ("FBI", "ɛ f b i a ɪ"),
        ("twenty-one", "t w ɛ n t i w ʌ n"),
        ("21st", "t w ɛ n t i f ɝ s t"),
        ("/B.AA1.TH/", "b ɑ θ"),
        ("/ˈbɑːθ/", "b ɑ θ"),
    ],
)
def test_english_words(word, sounds):
    assert sounds in said(word)


@pytest.mark.parametrize(
    ("language", "word", "sounds"),
    [("de", "Straße", "ʃ t x a s ə"), ("de", "schön", "ʃ ø n"), ("nl", "buurman", "b y ɹ m ɑ n"), ("fr", "bonjour", "b ɔ ʒ u x"),
     ("es", "mañana", "m a n a n a"), ("it", "buongiorno", "b w o n dʒ o ɹ n o"), ("pl", "dziękuję", "dʒ ɛ ŋ k u j ɛ")],
)  # fmt: skip
def test_other_languages(language, word, sounds):
    one, other = said(word, language)[0].split(), sounds.split()
    assert sum(sound in one for sound in other) >= 0.7 * len(other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_figures_and_any_letters(language):
    for figure in ("0", "7", "42", "365", "1984", "12.5", "1000000"):
        assert said(figure, language)
    chance = random.Random(language)
    letters = "abcdefghijklmnoprstuvz" if language not in guess.CYRILLIC else "абвгдежзиклмнопрстуфхц"
    for _ in range(200):
        word = "".join(chance.choice(letters) for _ in range(chance.randrange(1, 14)))
        for way in spoken.ways(word, language):
            assert set(spoken.bare(way)) <= set(phones.SYMBOLS)


def test_the_project_says_a_word_its_own_way():
    assert said("Zbigniew", dictionary={"zbigniew": "Z B IH1 G N Y EH0 F"}) == ["z b ɪ g n j ɛ f"]
    assert said("Zbigniew", dictionary={"zbigniew": "ˈzbiɡɲɛf"}) == ["z b i g n ɛ f"]


def test_a_word_of_other_letters_is_refused_with_the_way_out():
    with pytest.raises(ParlanceError, match="cannot be pronounced in English"):
        spoken.ways("東京", "en")
    with pytest.raises(ParlanceError, match="no pronunciation"):
        spoken.language_of("x", "tlh")
    with pytest.raises(ParlanceError, match="not an IPA letter"):
        spoken.ways("/b§/", "en")
    ways = transcript.pronounce(["hello", "東京"], "en")
    assert ways[0]
    assert ways[1] == ()


def test_languages_are_guessed_from_a_line():
    lines = {
        "en": "Would you please move the blue chair over there?",
        "de": "Ich möchte euch heute Abend besuchen.",
        "nl": "Mijn buurman bouwt een mooie blauwe boot.",
        "fr": "Vous êtes très gentil, merci beaucoup.",
        "es": "Vamos a bailar toda la noche.",
        "it": "Mi piace molto questa canzone.",
        "pl": "Nie wiem, gdzie on teraz jest.",
        "sv": "Jag vet inte vad du menar.",
        "uk": "Я не знаю, де він зараз.",
    }
    assert {code: guess.language(line) for code, line in lines.items()} == {code: code for code in lines}
    assert guess.language("Hm.") == "en"


def test_nothing_of_a_lexicon_comes_from_the_network_or_from_programs():
    folder = Path(spoken.__file__).parent
    imported = "\n".join(path.read_text("utf-8") for path in folder.glob("*.py") if path.name != "espeak.py")
    assert not re.search(r"subprocess|urllib|socket|requests", imported)
