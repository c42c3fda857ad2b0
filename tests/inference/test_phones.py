# SPDX-License-Identifier: GPL-3.0-or-later
"""Any IPA becomes one of our classes, or the letter that does not is named."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlance.inference import phones
from parlance.inference.errors import ParlanceError


@pytest.mark.parametrize(
    ("ipa", "classes"),
    [
        ("t͡sʰaɪ̯", "t s a ɪ"),
        ("ˈhɛ.loʊ", "h ɛ l o ʊ"),
        ("d͡ʒʌdʒ", "dʒ ʌ dʒ"),
        ("t ʃ", "t ʃ"),
        ("kʷɚ", "k w ɝ"),
        ("a˞", "a ɹ"),
        ("ɔ̃ː", "ɔ"),
        ("ʁ", "x"),
        ("ɡ", "g"),
        ("k͡p", "p"),
        ("", ""),
    ],
)
def test_any_ipa_becomes_classes(ipa, classes):
    assert phones.merge(ipa) == tuple(classes.split())


def test_composed_and_decomposed_spelling_agree():
    assert phones.merge(unicodedata.normalize("NFD", "ç̃ã")) == phones.merge(unicodedata.normalize("NFC", "ç̃ã")) == ("ç", "a")


def test_a_letter_that_is_not_ipa_is_named():
    with pytest.raises(ParlanceError, match="€"):
        phones.merge("a€")


@given(st.lists(st.sampled_from(phones.SYMBOLS[1:]), max_size=8))
def test_classes_are_their_own_ipa(symbols):
    assert phones.merge(" ".join(symbols)) == tuple(symbols)


def test_a_diphthong_holds_its_first_part_longer():
    (first, _, border), (second, _, end) = phones.segments("aɪ", 1.0, 2.0)
    assert (first, second, end) == ("a", "ɪ", 2.0)
    assert border == pytest.approx(1.6)


def test_every_phone_has_features():
    assert set(phones.FEATURES) == set(phones.SYMBOLS)
    assert {"p", "b", "m"} == phones.BILABIAL
    assert {"f", "v"} == phones.LABIODENTAL
    assert {"u", "o", "w", "ʃ"} <= phones.ROUNDED
    assert "sil" not in phones.VOWEL
