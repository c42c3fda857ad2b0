# SPDX-License-Identifier: GPL-3.0-or-later
"""Which frames must close, must bite, and must stay apart."""

import numpy as np

from parlance.inference.performance import Phone
from parlance.inference.phones import BILABIAL, INDEX, LABIODENTAL, SYMBOLS
from parlance.models.labels import APART, BITTEN, CLEAR, LEAST_GAP, SEALED, frame_contact

SEGMENTS = (("sil", 0, 0.2), ("m", 0.2, 0.3), ("a", 0.3, 0.7), ("p", 0.7, 0.8), ("i", 0.8, 1.2), ("s", 1.2, 1.4), ("sil", 1.4, 2))
SAID = tuple(Phone(*segment) for segment in SEGMENTS)


def test_every_bilabial_closes_and_what_is_not_beside_one_opens():
    contact = frame_contact(SAID, 100)
    assert (contact[11:14] == SEALED).all()
    assert contact[36] == SEALED
    assert (contact[20:30] == CLEAR).all()
    assert (contact[60:70] == CLEAR).all()  # consonants too, not vowels only
    assert contact[15] == 0  # the lips are still on their way
    assert (contact[72:] == 0).all()
    short = frame_contact((Phone("b", 0.101, 0.104),), 10)
    assert short.tolist().count(SEALED) == 1


def test_the_core_of_a_short_vowel_between_labials_stays_apart():
    said = (Phone("b", 0.0, 0.1), Phone("ɪ", 0.1, 0.18), Phone("p", 0.18, 0.3))
    contact = frame_contact(said, 15)
    assert APART in contact[5:9]
    assert CLEAR not in contact


def test_f_and_v_are_bitten_however_short():
    contact = frame_contact((Phone("a", 0.0, 0.2), Phone("f", 0.2, 0.3), Phone("a", 0.3, 0.5), Phone("v", 0.501, 0.505)), 26)
    assert (contact[11:14] == BITTEN).all()
    assert contact[25] == BITTEN


def test_every_open_phone_has_a_least_gap_and_no_labial_has():
    without = {symbol for symbol in SYMBOLS if LEAST_GAP[INDEX[symbol]] == 0}
    assert without == BILABIAL | LABIODENTAL | {"sil"}
    assert np.all(LEAST_GAP[[INDEX[s] for s in "aɑæ"]] > LEAST_GAP[[INDEX[s] for s in "uwɹ"]].max())
