# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of shape names as characters have them, each with what is expected; null where it is none of the 52 shapes."""

import itertools
import json
import random
from pathlib import Path

import pytest

from parlance.benchmarks import name_lists
from parlance.inference import arkit
from parlance.inference.rigging import recognise, vocabulary
from parlance.inference.rigging.conventions import conventions
from parlance.inference.rigging.recognition import CERTAIN, recognise_together

DATA = Path(__file__).parents[1] / "data"
LISTS = {
    label: names
    for file in ("shape_names.json", "shape_names_found.json")  # the second: lists by others, found after the tables were made
    for label, names in json.loads((DATA / file).read_text(encoding="utf-8")).items()
}


def expected(names):
    return {name: {source} if isinstance(source, str) else set(source) for name, source in names.items() if source}


def understood(rig_map):
    found: dict[str, set[str]] = {}
    for drive in rig_map.drives:
        if drive.confidence >= CERTAIN:
            found.setdefault(drive.target, set()).add(drive.source)
    return found


@pytest.mark.parametrize("label", LISTS)
def test_names_of_a_convention_or_language_are_understood_and_none_wrongly(label):
    assert understood(recognise(LISTS[label])) == expected(LISTS[label])


@pytest.mark.parametrize("convention", name_lists.ROWS)
def test_of_the_public_lists_of_a_convention_nearly_all_is_known_and_hardly_any_taken_for_another_shape(convention):
    score = name_lists.total(name_lists.ROWS[convention])
    assert score.right >= 0.95 * score.asked > 0
    assert score.wrong <= 0.01 * score.names


@pytest.mark.parametrize("label", json.loads((DATA / "shape_names_public.json").read_text(encoding="utf-8")))
def test_no_name_of_a_public_list_is_taken_for_another_shape(label):
    assert name_lists.judged(name_lists.lists()[label])[1] == {}


@pytest.mark.parametrize("label", LISTS)
def test_the_order_of_names_does_not_matter(label):
    names = list(LISTS[label])
    random.Random(label).shuffle(names)
    plain, shuffled = recognise(LISTS[label]), recognise(names)
    assert {drive.target: drive.muted for drive in plain.drives} == {drive.target: drive.muted for drive in shuffled.drives}
    assert understood(shuffled) == understood(plain)


PREFIXES = ["Hero_", "Body.", "rig:Face|", "avatar/face/"]
PREFIXED = [label for label in LISTS if label not in {"facegen", "mblab", "openclose"}]


@pytest.mark.parametrize(
    ("label", "prefix"),
    [*zip(PREFIXED, itertools.cycle(PREFIXES), strict=False), *((PREFIXED[0], prefix) for prefix in PREFIXES[1:])],
)
def test_a_prefix_does_not_matter(label, prefix):
    names = {prefix + name: source for name, source in LISTS[label].items()}
    assert understood(recognise(names)) == expected(names)


@pytest.mark.parametrize("ending", [".001", "_v02", "_geo", "_Hero_v3"])
def test_an_ending_that_all_shapes_share_does_not_matter(ending):
    assert understood(recognise([name + ending for name in arkit.NAMES])) == {name + ending: {name} for name in arkit.NAMES}


def test_a_copy_counts_where_its_original_is_on_another_mesh():
    face, teeth = recognise_together([("jawOpen", "mouthClose", "mouthPucker"), ("jawOpen.001", "tongueOut")])
    assert understood(teeth)["jawOpen.001"] == {"jawOpen"}
    assert understood(face)["jawOpen"] == {"jawOpen"}


@pytest.mark.parametrize("label", LISTS)
def test_a_character_split_into_meshes_is_read_as_one(label):
    names = list(LISTS[label])
    maps = recognise_together([names[::3], names[1::3], names[2::3]])
    found = understood(maps[0]) | understood(maps[1]) | understood(maps[2])
    assert found == expected(LISTS[label])


def test_every_convention_says_where_its_names_are_from():
    assert all(convention.source and convention.label for convention in conventions())
    assert len({convention.label for convention in conventions()}) == len(conventions())


def test_no_words_are_two_shapes():
    raw = json.loads(Path(vocabulary.__file__).with_name("vocabulary.json").read_text(encoding="utf-8"))
    shapes: dict[frozenset[str], set[str]] = {}
    for shape, texts in [*raw["phrasings"].items(), *raw["patterns"].items()]:
        for text in texts:
            for phrasing in vocabulary.spread(text):
                shapes.setdefault(phrasing, set()).add(shape)
    assert not {tuple(phrasing): found for phrasing, found in shapes.items() if len(found) > 1}


def test_of_names_for_one_thing_the_first_choice_moves():
    active = {drive.target for drive in recognise(["あ", "い", "う", "ウィンク", "ウィンク右", "ウィンク２", "ｳｨﾝｸ２右"]).active}
    assert {"ウィンク２", "ｳｨﾝｸ２右"} <= active
    assert not {"ウィンク", "ウィンク右"} & active


def test_both_eyes_of_a_blink_stay_where_only_one_wink_exists():
    active = {drive.target for drive in recognise(["あ", "い", "う", "え", "お", "まばたき", "ｳｨﾝｸ右２"]).active}
    assert "まばたき" in active
    assert "ｳｨﾝｸ右２" not in active


@pytest.mark.parametrize("mouth", ["Mund", "Bouche", "Boca", "Bocca", "Usta", "Рот", "입", "口"])
def test_letters_after_a_mouth_are_vowels_and_no_sides(mouth):
    letters = dict(zip("AEIOU", ("aa", "E", "I", "O", "U"), strict=True))
    if not mouth.isascii():
        script = {"Рот": "АЭИОУ", "입": "아에이오우", "口": "あえいおう"}[mouth]
        letters = dict(zip(script, letters.values(), strict=True))
    found = understood(recognise([f"{mouth}_{letter}" for letter in letters]))
    assert found == {f"{mouth}_{letter}": {f"viseme_{viseme}"} for letter, viseme in letters.items()}


def test_initials_of_left_and_right_go_with_their_language():
    found = understood(recognise(["SourireG", "SourireD", "Sonrisa_I", "Usmiech_P", "Smile_D"]))
    assert found["SourireG"] == {"mouthSmileLeft"}
    assert found["SourireD"] == found["Usmiech_P"] == {"mouthSmileRight"}
    assert found.get("Smile_D", set()) != {"mouthSmileRight"}
