# SPDX-License-Identifier: GPL-3.0-or-later
"""A mapping that was made once is offered wherever the same rig turns up, and goes from one artist to another as a file."""

import bpy
import pytest

NAMES = ("MTH_ah", "MTH_oh", "MTH_closed", "EYE_shut_L", "EYE_shut_R", "BRW_up")


@pytest.fixture
def mapped(make_face, room):
    """A face mapped by hand."""
    rigging = room("inference.rigging")
    face = make_face("Hero", shapes=NAMES)
    sources = ("viseme_aa", "viseme_O", "viseme_PP", "eyeBlinkLeft", "eyeBlinkRight", "browInnerUp")
    drives = tuple(rigging.Drive(source, name, gain=0.7) for source, name in zip(sources, NAMES, strict=True))
    face.parlance.rig_map = rigging.to_json(rigging.RigMap("custom", drives))
    return face


@pytest.fixture(autouse=True)
def _no_presets(room):
    yield
    for path in room("addon.mapping.rig_presets").folder().glob("*.json"):
        path.unlink()


def offered(room, face):
    presets = room("addon.mapping.rig_presets")
    return presets.offers_for(room("addon.character.characters").of(face))


def test_a_kept_mapping_is_offered_to_the_next_rig_of_the_family(mapped, make_face, room):
    assert bpy.ops.parlance.rig_preset_keep(name="Studio Heroes") == {"FINISHED"}
    assert not offered(room, mapped)
    other = make_face("Villain", shapes=[f"villain_{name}" for name in NAMES])
    (offer,) = [each for each in offered(room, other) if each.preset.name == "Studio Heroes"]
    assert offer.sentence
    assert bpy.ops.parlance.rig_preset_use(number=0) == {"FINISHED"}
    face = room("addon.character.characters").of(other).faces[0]
    assert set(face.targets) == {f"villain_{name}" for name in NAMES}
    assert {drive.gain for drive in face.rig_map.active} == {0.7}


def test_presets_go_from_one_artist_to_another_as_a_file(mapped, make_face, room, tmp_path):
    path = tmp_path / "Heroes.json"
    assert bpy.ops.parlance.rig_preset_save(filepath=str(path)) == {"FINISHED"}
    other = make_face("Villain", shapes=NAMES)
    assert bpy.ops.parlance.rig_preset_import(filepath=str(path)) == {"FINISHED"}
    assert offered(room, other)[0].preset.name == "Heroes"
    path.write_text('{"format": "parlance rig preset"}')
    with pytest.raises(RuntimeError, match=r"is no rig preset; .+\."):
        bpy.ops.parlance.rig_preset_import(filepath=str(path))


def test_a_damaged_file_among_the_kept_ones_stops_nothing(mapped, room, make_face):
    bpy.ops.parlance.rig_preset_keep(name="Studio Heroes")
    (room("addon.mapping.rig_presets").folder() / "broken.json").write_text("{")
    other = make_face("Villain", shapes=NAMES)
    assert offered(room, other)[0].preset.name == "Studio Heroes"


def test_a_name_that_no_file_may_have_is_refused(mapped):
    with pytest.raises(RuntimeError, match="cannot be the name of a rig preset"):
        bpy.ops.parlance.rig_preset_keep(name="../x")
