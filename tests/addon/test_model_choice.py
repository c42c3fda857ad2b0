# SPDX-License-Identifier: GPL-3.0-or-later
"""A network of the artist's own: chosen in the preferences, checked at once, and never replaced in silence."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import bpy
import pytest

TESTS = Path(__file__).resolve().parents[1]


def _module(name):
    spec = importlib.util.spec_from_file_location(name, TESTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def writer():
    return _module("make_tiny_model")


@pytest.fixture
def settings(room):
    """The preferences; as they were afterwards."""
    found = room("addon.preferences").of(bpy.context)
    names = ("model_file", "phone_set", "phone_file", "face")
    before = {name: getattr(found, name) for name in names}
    yield found
    for name, value in before.items():
        setattr(found, name, value)


@pytest.fixture
def own(tmp_path, writer):
    """A network in Parlance's format that speaks ARPAbet."""
    path = tmp_path / "secret name.onnx"
    spec = replace(writer.SPEC, phones=("SIL", "M", "S", "AA", "IY"), name="mine 2026")
    path.write_bytes(writer.model(spec))
    return path


@pytest.fixture
def line(face):
    return lambda: face.parlance.lines[0]


def generate():
    assert bpy.ops.parlance.generate() == {"FINISHED"}


@pytest.mark.newest
def test_a_chosen_network_hears_and_the_line_says_which(face, line, settings, own, room):
    generate()
    shipped = line().model
    assert shipped.startswith("Parlance ")
    settings.model_file, settings.phone_set = str(own), "arpabet"
    generate()
    assert line().model.startswith("mine 2026 ")
    heard = room("addon.animation.stored").unpack(line().performance)
    assert heard.model == line().model
    assert {phone.symbol for phone in heard.phones} <= {"sil", "m", "s", "ɑ", "i"}
    assert "own network" not in line().result


def test_a_change_of_the_network_is_told_and_heard_again_by_generate_all(face, line, settings, own, room):
    choice = room("addon.model_choice")
    generate()
    assert choice.heard_otherwise(line()) == ""
    settings.model_file, settings.phone_set = str(own), "arpabet"
    assert choice.heard_otherwise(line()).startswith("Parlance ")
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    assert line().model.startswith("mine 2026 ")
    assert choice.heard_otherwise(line()) == ""


@pytest.mark.newest
@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda settings, own: setattr(settings, "model_file", str(own) + ".gone"), "is not there"),
        (lambda settings, own: own.write_bytes(b"nonsense"), "no ONNX network"),
        (lambda settings, own: setattr(settings, "phone_set", "SAID"), "choose the phone set"),
    ],
)
def test_where_it_cannot_hear_ours_does_and_everybody_is_told(face, line, settings, own, room, change, complaint):
    settings.model_file, settings.phone_set = str(own), "arpabet"
    assert room("addon.model_choice").trouble() == ""
    change(settings, own)
    (obstacle,) = [each for each in room("addon.panel.readiness").look(bpy.context).obstacles if each.code == "model"]
    assert complaint in obstacle.text
    assert obstacle.text.endswith("Until then Parlance's own network hears instead.")
    assert not obstacle.stops
    generate()
    assert line().model.startswith("Parlance ")
    assert "heard with Parlance's own network" in line().result
    assert complaint in line().result
    assert complaint in room("addon.model_choice").sentence()


def test_it_is_looked_at_when_it_is_chosen(settings, tmp_path, room, own):
    choice, log = room("addon.model_choice"), room("addon.log")
    settings.model_file = str(TESTS / "make_tiny_model.py")
    assert "no ONNX network" in choice.trouble()
    assert "no ONNX network" in log.recent()[-1]
    settings.phone_set, settings.model_file = "arpabet", str(own)
    assert choice.trouble() == ""
    assert choice.hears() == "mine 2026"
    table = tmp_path / "phones.txt"
    table.write_text("SIL sil\nM m\nS s\nAA a\n")
    settings.phone_file, settings.phone_set = str(table), "FILE"
    assert "“IY” of the network is missing" in choice.trouble()
    table.write_text("SIL sil\nM m\nS s\nAA a\nIY i\n")
    assert choice.trouble() == ""
    settings.model_file = ""
    assert choice.chosen() is None
    assert choice.hears().startswith("Parlance ")


def test_a_bug_report_says_who_hears_without_paths(face, settings, own, room, tmp_path):
    settings.model_file, settings.phone_set = str(own), "arpabet"
    text = room("addon.panel.bug_report").report(bpy.context)
    assert "Model: mine 2026 hears. " in text
    own.unlink()
    text = room("addon.panel.bug_report").report(bpy.context)
    assert "is not there" in text
    assert "secret name" not in text
    assert str(tmp_path) not in text


@pytest.mark.newest
def test_audio2face_moves_the_mouth_in_blender(face, line, settings, writer, tmp_path, value_at):
    others = _module("make_audio2face")
    folder = others.write(tmp_path / "claire", writer)
    settings.model_file = str(folder / "network.onnx")
    generate()
    assert line().model.startswith("Audio2Face-3D 2.3 claire ")
    assert max(value_at(face, "jawOpen", frame) for frame in range(10, 70)) > 0.05


def test_what_the_artist_did_meanwhile_does_not_silence_it(face, settings, own, room):
    settings.model_file = str(own) + ".gone"
    planner, finish = room("addon.planning.plan"), room("addon.generate.finish")
    character, sequencer = room("addon.character.characters").of(face), room("addon.sequencer.strips").sequencer(bpy.context)
    planned = planner.plan(bpy.context.scene, sequencer, character, room("addon.sequencer.strips").sound_strips(sequencer)[0])
    draft = room("addon.performing.perform").perform(planned)
    face.parlance.direction.jaw = 1.7
    assert "heard with Parlance's own network" in finish.finish(planned, draft).sentence
