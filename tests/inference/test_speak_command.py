# SPDX-License-Identifier: GPL-3.0-or-later
"""A text alone becomes curves on the command line and in the library; a project's own words are read from a file."""

import random

import pytest

import parlance
from parlance.inference.command_line import cli
from parlance.inference.errors import ParlanceError
from parlance.inference.formats import dictionary_file


def test_a_text_is_spoken_into_curves(tmp_path, capsys):
    out, kept = tmp_path / "curves.csv", tmp_path / "said.npz"
    options = ["speak", "Bob bought a map. [nods] Really?", "-o", str(out), "--fps", "24", "--performance", str(kept)]
    assert cli.main(options) == 0
    assert "5 words" in capsys.readouterr().err
    rows = out.read_text("utf-8").splitlines()
    assert rows[0].startswith("time,")
    assert 24 < len(rows) < 24 * 6
    again = parlance.hear(kept)
    assert [word.text for word in again.words] == ["Bob", "bought", "a", "map", "Really"]
    assert cli.main(["speak", "...", "-o", str(out)]) == 1
    assert "no words" in capsys.readouterr().err


def test_the_library_speaks_and_animates():
    said = parlance.speak("Guten Morgen!", pace=1.2, dictionary={"Morgen": "M AO1 R G AX N"})
    assert "".join(phone.symbol for phone in said.phones if phone.word == 1) == "mɔɹgən"
    assert len(parlance.animate(said, fps=25).shapes) == pytest.approx(said.duration * 25, abs=2)


def test_a_dictionary_goes_through_a_file():
    words = {"zbigniew": "Z B IH1 G N Y EH0 F", "nguyen": "ŋwˈiən|n u j ɛ n"}
    assert dictionary_file.read(dictionary_file.write(words)) == words
    assert dictionary_file.read("# remark\n\nBath  b ɑ θ # so\n") == {"bath": "b ɑ θ"}


@pytest.mark.parametrize("text", ["word", "word  ", "word §§"])
def test_a_line_without_sounds_is_named(text):
    with pytest.raises(ParlanceError, match="Line 1"):
        dictionary_file.read(text)


@pytest.mark.parametrize("seed", range(100))
def test_any_file_is_read_or_refused_in_a_sentence(seed):
    chance = random.Random(seed)
    letters = "ab \t\n#|AEIH01ˈɑʃ§é東\0"
    text = "".join(chance.choice(letters) for _ in range(chance.randrange(80)))
    try:
        found = dictionary_file.read(text)
    except ParlanceError:
        return
    assert dictionary_file.read(dictionary_file.write(found)) == found
