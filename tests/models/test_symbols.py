# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone alphabets of corpora and voices mean our classes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlance.inference.phones import INDEX, SYMBOLS
from parlance.models.symbols import (
    UnknownSymbolError,
    from_arpabet,
    from_emodb,
    from_espeak,
    from_festival,
    from_ipa,
    to_phones,
)
from parlance.models.symbols.festival import PHONESETS


def names(parts):
    return tuple(name for name, _ in parts)


@pytest.mark.parametrize(
    ("parse", "symbol", "classes"),
    [
        (from_arpabet, "P", "p"), (from_arpabet, "AY1", "a ɪ"), (from_arpabet, "ER", "ɝ"), (from_arpabet, "SIL", "sil"),
        (from_arpabet, "CH", "tʃ"), (from_arpabet, "HH", "h"), (from_arpabet, "UW", "u"), (from_arpabet, "OW", "o ʊ"),
        (from_ipa, "ˈɛi", "ɛ ɪ"), (from_ipa, "ʏː", "y"), (from_ipa, "ɣ", "x"), (from_ipa, "t͡ʃ", "tʃ"), (from_ipa, "ɱ", "v"),
        (from_ipa, "œy", "ø y"), (from_ipa, "SPN", "sil"), (from_ipa, "ɑ̃", "ɑ"), (from_ipa, "ç", "ç"), (from_ipa, "pf", "p f"),
        (from_emodb, "dasp", "d"), (from_emodb, "!t", "t"), (from_emodb, "_b", "b"), (from_emodb, "aI",
        "a ɪ"), (from_emodb, ".", "sil"),
        (from_emodb, "I +beh    2", "ɪ"), (from_emodb, "tasp  +hoe", "t"), (from_emodb, "X", "x"), (from_emodb, "C", "ç"),
        (from_emodb, "(gef", "sil"), (from_emodb, "m +sil,+fr", "m"), (from_emodb, "6", "ʌ"), (from_emodb, "B", "v"),
        (from_espeak, "ˈaɪ", "a ɪ"), (from_espeak, "_:", "sil"), (from_espeak, "", "sil"), (from_espeak, "ts", "t s"),
        (from_espeak, "(en)ð", "ð"), (from_espeak, "ɯᵝ", "ʊ"), (from_espeak, "ɯ", "ɪ"), (from_espeak, "oːɹ", "o ɹ"),
    ],
)  # fmt: skip
def test_a_symbol_means_its_classes(parse, symbol, classes):
    assert names(parse(symbol)) == tuple(classes.split())


@pytest.mark.parametrize(
    ("symbol", "phoneset", "classes"),
    [
        ("aa", "english", "ɑ"), ("ow", "english", "o ʊ"), ("pau", "english", "sil"), ("ts", "italian", "t s"), ("a1",
        "italian", "a"),
        ("7:", "finnish", "ø"), ("@", "finnish", "æ"), ("r~*", "czech", "r"), ("i:", "czech", "i"), ("i", "czech", "ɪ"),
        ("mm", "russian", "m"), ("sch", "russian", "ʃ"), ("ax", "catalan", "ə"), ("rr", "catalan", "r"),
    ],
)  # fmt: skip
def test_a_festival_symbol_depends_on_its_language(symbol, phoneset, classes):
    assert names(from_festival(symbol, phoneset)) == tuple(classes.split())


@pytest.mark.parametrize("phoneset", PHONESETS)
def test_every_festival_phone_set_closes_and_bites_the_lips(phoneset):
    reached = {name for classes in PHONESETS[phoneset].values() for name in classes}
    assert reached <= set(SYMBOLS)
    assert {"p", "b", "m", "f", "sil"} <= reached


@pytest.mark.parametrize("parse", [from_arpabet, from_ipa, from_emodb, from_espeak])
def test_an_unknown_symbol_is_named(parse):
    with pytest.raises(UnknownSymbolError, match="❦"):
        parse("❦")


def test_a_diphthong_is_split_sixty_to_forty():
    first, second = to_phones([("AY", 1.0, 2.0)], "arpabet")
    assert (first.symbol, second.symbol) == ("a", "ɪ")
    assert first.end == second.start == pytest.approx(1.6)
    assert second.end == pytest.approx(2.0)


def test_neighbouring_silences_are_one():
    phones = to_phones([("SIL", 0.0, 0.2), ("SIL", 0.2, 0.5), ("M", 0.5, 0.6)], "arpabet")
    assert [(p.symbol, p.start, p.end) for p in phones] == [("sil", 0.0, 0.5), ("m", 0.5, 0.6)]


def test_a_modifier_lengthens_the_phone_before_it():
    hold = [("-sth", 0.0, 0.05), ("p", 0.1, 0.12), ("-sth", 0.12, 0.17), ("!p", 0.17, 0.2)]
    vowel = [("aU", 0.2, 0.25), ("-lar,+nas", 0.25, 0.3)]
    phones = to_phones(hold + vowel, "sampa-emodb")
    assert [p.symbol for p in phones] == ["p", "p", "a", "ʊ"]
    assert phones[0].end == pytest.approx(0.17)
    assert phones[2].end == pytest.approx(0.26)


def test_a_short_english_ah_is_schwa():
    assert to_phones([("AH", 0.0, 0.04)], "arpabet")[0].symbol == "ə"
    assert to_phones([("AH", 0.0, 0.10)], "arpabet")[0].symbol == "ʌ"


@given(st.lists(st.tuples(st.sampled_from(["AY", "P", "SIL", "OW", "M"]), st.floats(0.001, 0.5)), min_size=1, max_size=20))
def test_phones_tile_what_the_segments_tiled(pieces):
    ends = [sum(length for _, length in pieces[: n + 1]) for n in range(len(pieces))]
    starts = [0.0, *ends[:-1]]
    phones = to_phones([(symbol, a, b) for (symbol, _), a, b in zip(pieces, starts, ends, strict=True)], "arpabet")
    assert phones[0].start == 0.0
    assert phones[-1].end == pytest.approx(ends[-1])
    assert all(a.end == pytest.approx(b.start) for a, b in pairwise(phones))
    assert all(p.symbol in INDEX for p in phones)
