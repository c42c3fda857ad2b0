# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks that others made: those that fit are heard like ours, those that do not are refused with one sentence."""

import json
from dataclasses import fields

import numpy as np
import pytest

from parlance.inference import arkit, geometry, phones
from parlance.inference.audio import Audio
from parlance.inference.contact import closure_from_posteriors
from parlance.inference.errors import ParlanceError
from parlance.inference.hearing import ModelFile, adapters, engine, hear
from parlance.inference.hearing.adapters import phone_sets
from parlance.inference.hearing.network import OUTPUTS
from parlance.inference.model_file import PHONE_SETS
from parlance.inference.model_spec import ModelSpec
from parlance.inference.performance import FRAME_RATE

from .conftest import TESTS


def listen(path, audio, *, around=0, face="", phone_set=""):
    return adapters.load(ModelFile(path, phone_set, face), 1).network.listen(audio.samples, around=around)


# Parlance's own format


def test_a_network_of_ones_own_is_heard_like_the_one_that_ships(tiny, own, babble):
    audio = babble(3)
    ships, mine = hear(audio), hear(audio, model=ModelFile(own(file="mine.onnx")))
    for track in ("curves", "posteriors", "emotion", "arousal", "speech", "loudness"):
        np.testing.assert_array_equal(getattr(mine, track), getattr(ships, track))
    assert mine.phones == ships.phones
    assert mine.model != ships.model


def test_the_performance_says_which_model_heard_it_and_changes_with_every_choice(tiny, own, babble, tmp_path):
    audio, path = babble(1), own(phones=("SIL", "M", "S", "AA", "IY"), phone_set="arpabet", name="mine 2026")
    table = tmp_path / "phones.txt"
    table.write_text("SIL sil\nM m\nS s\nAA a\nIY i\n")
    names = {hear(audio, model=ModelFile(path, chosen)).model for chosen in ("", "arpabet", str(table))}
    assert len(names) == 3
    assert all(name.startswith("mine 2026 ") for name in names)
    table.write_text("SIL sil\nM b\nS s\nAA a\nIY i\n")
    assert hear(audio, model=ModelFile(path, str(table))).model not in names
    before = engine(model=ModelFile(path)).model
    path.write_bytes(path.read_bytes().replace(b"parlance tests", b"parlance TESTS"))
    assert engine(model=ModelFile(path)).model != before


@pytest.mark.parametrize(
    ("phone_set", "names"),
    [
        ("arpabet", ("SIL", "M", "S", "AA1", "IY0")),
        ("arpabet", ("sil_S", "M_B", "S_I", "AA1_E", "IY0_S")),
        ("ipa", ("sil", "m̥", "sː", "ɑː", "iː")),
        ("x-sampa", ("_", "m", "s", "A:", "i:")),
    ],
)
def test_phones_of_another_set_are_ours_afterwards(tiny, own, babble, phone_set, names):
    audio = babble(3)
    posteriors = hear(audio, model=ModelFile(own(phones=names, phone_set=phone_set))).posteriors
    ours = hear(audio).posteriors
    moved = [phones.INDEX[name] for name in ("sil", "m", "s", "ɑ", "i")]
    np.testing.assert_allclose(
        posteriors[:, moved], ours[:, [phones.INDEX[name] for name in ("sil", "m", "s", "a", "i")]], atol=1e-6
    )


def test_a_phone_set_that_is_chosen_overrules_the_file(own, babble):
    path = own(phones=("SIL", "M", "S", "AA", "IY"))
    with pytest.raises(ParlanceError, match="none of Parlance's; choose the phone set"):
        listen(path, babble(1))
    assert listen(path, babble(1), phone_set="arpabet").tracks["phones"].shape[1] == phones.COUNT


def test_a_diphthong_is_divided_in_time():
    track = np.zeros((20, 3), np.float32)
    track[:, 0], track[5:15] = 1, (0, 1, 0)
    ours = phone_sets.translation(("sil", "AY", "M"), "arpabet").applied(track)
    said = [phones.SYMBOLS[index] for index in ours.argmax(1)[5:15]]
    assert said == ["a"] * 6 + ["ɪ"] * 4
    np.testing.assert_allclose(ours.sum(1), 1)


@pytest.mark.parametrize(
    ("phone_set", "name", "classes"),
    [
        ("x-sampa", "t_h", ("t",)), ("x-sampa", "tS", ("tʃ",)), ("x-sampa", "r\\", ("ɹ",)), ("x-sampa", "aI", ("a", "ɪ")),
        ("x-sampa", "E~", ("ɛ",)), ("x-sampa", "9", ("ø",)), ("x-sampa", "R", ("x",)), ("ipa", "t͡s", ("t", "s")),
        ("ipa", "aɪ̯", ("a", "ɪ")), ("arpabet", "AXR", ("ɝ",)), ("arpabet", "tcl", ("t",)), ("ipa", "spn", ("sil",)),
    ],
)  # fmt: skip
def test_a_phone_is_the_classes_that_look_like_it(phone_set, name, classes):
    assert phone_sets.translation((name, "m"), phone_set).classes[0] == classes


def test_a_blank_may_be_left_out_by_a_file_of_phones(tmp_path):
    table = tmp_path / "table.txt"
    table.write_text("<pad> 0\nm m\nts ts\n", "utf-8")
    ours = phone_sets.translation(("<pad>", "m", "ts"), str(table)).applied(np.array([[0.5, 0.5, 0]], np.float32))
    assert ours[0, phones.INDEX["m"]] == 0.5
    assert ours.sum() == 0.5
    with pytest.raises(ParlanceError, match="“x” of the network is missing"):
        phone_sets.translation(("<pad>", "m", "x"), str(table))
    table.write_text("one two three\n")
    with pytest.raises(ParlanceError, match="no file of phones"):
        phone_sets.translation(("m",), str(table))


def test_lips_need_a_sound_that_closes_them():
    with pytest.raises(ParlanceError, match="None of the network's phones is a p, b or m"):
        phone_sets.translation(("SIL", "AA", "S"), "arpabet")


def test_what_a_network_does_not_give_the_one_that_ships_hears(tiny, own, babble):
    audio = babble(3)
    ships = hear(audio)
    path = own(given=("phones",), phones=("SIL", "P", "S", "AA", "IY"), phone_set="arpabet")
    mine = hear(audio, model=ModelFile(path))
    np.testing.assert_array_equal(mine.emotion, ships.emotion)
    np.testing.assert_allclose(mine.posteriors[:, phones.INDEX["p"]], ships.posteriors[:, phones.INDEX["m"]], atol=1e-6)
    assert "hears the rest" in engine(model=ModelFile(path)).reason
    curves = hear(audio, model=ModelFile(own(given=("curves",), curves=("jawOpen", "mouthPucker", "mouthSmileLeft"))))
    np.testing.assert_array_equal(curves.posteriors, ships.posteriors)
    assert not np.array_equal(curves.curves, ships.curves)


def test_a_whole_mouth_is_sealed_and_otherwise_left_as_it_is(tiny, own, humming):
    audio = humming
    path = own(given=("curves",), curves=("jawOpen", "mouthLeft", "mouthDimpleLeft"), articulated=True)
    raw = listen(path, audio).tracks["curves"]
    heard = hear(audio, model=ModelFile(path))
    closure, bitten = closure_from_posteriors(heard.posteriors, FRAME_RATE)
    gap = geometry.measure(heard.curves)[:, geometry.INDEX["gap"]]
    assert (closure > 0.99).any()
    assert gap[closure > 0.99].max() <= 0.1
    free = (closure == 0) & (bitten == 0) & (heard.speech > 0.9)
    np.testing.assert_allclose(heard.curves[free, arkit.INDEX["mouthLeft"]], raw[free, 1], atol=1e-5)


@pytest.mark.parametrize("pool", [2, 10])
def test_another_frame_rate_keeps_time(tiny, own, pool):
    samples = np.zeros(48_000, np.float32)
    samples[16_000:32_000] = 0.3 * np.sin(np.arange(16_000) * 2 * np.pi * 750 / 16_000)
    usual = listen(own(file="usual"), Audio(samples), around=3).tracks["curves"][:, 0]
    other = listen(own(file="other", pool=pool, samples_per_frame=64 * pool), Audio(samples), around=3).tracks["curves"][:, 0]
    assert len(other) == len(usual) == 150 + 6
    halves = [np.interp(0.5, track[[place, place + 1]], [place, place + 1]) for track in (usual, other)
              for place in [int(np.argmax(track > 0.5)) - 1]]  # fmt: skip
    assert abs(halves[0] - halves[1]) <= 1.0


# Through the command and the library


def test_the_command_hears_with_a_network_of_ones_own(run, complaint, a2f_writer, onnx_writer, own, speech, tmp_path):
    folder = a2f_writer.write(tmp_path / "claire", onnx_writer)
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    assert json.loads(run("animate", speech, "-o", ours, "--json").stdout)["model"].startswith("tiny")
    told = json.loads(run("animate", speech, "-o", theirs, "--json", "--model", folder).stdout)
    assert told["model"].startswith("Audio2Face-3D 2.3 claire")
    assert ours.read_text() != theirs.read_text()
    path = own(phones=("SIL", "M", "S", "AA", "IY"))
    assert run("listen", speech, "--model", path, "--phone-set", "arpabet").returncode == 0
    assert "choose the phone set" in complaint(run("listen", speech, "--model", path))
    assert "there is none" in complaint(run("listen", speech, "--phone-set", "arpabet"))
    assert "“nothing.onnx”" in complaint(run("animate", speech, "-o", ours, "--model", "nothing.onnx"))


def test_a_batch_hears_again_when_the_model_changes(run, complaint, own, speech, tmp_path):
    lines, out, path = tmp_path / "lines.csv", tmp_path / "out", own()
    lines.write_text(f"id,audio\none,{speech}\n")
    said = [run("batch", lines, "--out", out, *more).stdout for more in ([], [], ["--model", path], ["--model", path])]
    assert [text.split(";")[0] for text in said] == ["1 ok", "1 cached", "1 ok", "1 cached"]
    path.write_bytes(path.read_bytes()[:500])
    assert "“own.onnx”" in complaint(run("batch", lines, "--out", out, "--model", path))


def test_the_library_hears_with_a_network_of_ones_own(tiny, a2f_writer, onnx_writer, speech, tmp_path):
    import parlance

    folder = a2f_writer.write(tmp_path / "claire", onnx_writer)
    heard = parlance.hear(speech, model=folder)
    assert heard.model.startswith("Audio2Face-3D")
    same = parlance.animate(speech, model=parlance.ModelFile(folder), fps=24)
    np.testing.assert_array_equal(same.shapes, parlance.animate(heard, fps=24).shapes)


def test_the_page_on_the_format_has_every_field_output_and_phone_set():
    page = (TESTS.parent / "docs" / "model-format.md").read_text("utf-8")
    for name in (*(field.name for field in fields(ModelSpec)), *OUTPUTS, *PHONE_SETS):
        assert f"`{name}`" in page, name


# What does not fit


def refused(path, **choice):
    with pytest.raises(ParlanceError) as caught:
        engine(model=ModelFile(path, **choice))
    assert str(caught.value).count(".") >= 1
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")
    return str(caught.value)


def test_a_folder_without_a_network_is_told(tmp_path):
    for asked in (adapters.check, lambda model: adapters.load(model, 1, "")):
        with pytest.raises(ParlanceError, match=f"“{tmp_path.name}” is a folder without “network_info.json”"):
            asked(ModelFile(tmp_path))


@pytest.mark.parametrize("content", [b"", b"not a model at all", b"\x08\x08", bytes(range(256)) * 20, b"\xff" * 4000])
def test_what_is_no_network_is_refused(tmp_path, content):
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    assert "no ONNX network" in refused(path)


def test_a_network_that_is_gone_is_named(tmp_path):
    assert "“gone.onnx”" in refused(tmp_path / "gone.onnx").replace(str(tmp_path) + "/", "")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"sample_rate": 8000}, "hears 8000 samples a second"),
        ({"samples_per_frame": 16}, "frame of 16 samples"),
        ({"phones": ("sil", "m", "s")}, r"has phones float32\[1, ·, 5\], where phones float32\[1, ·, 3\] is needed"),
        ({"curves": ("jawOpen", "mouthFunnel", "grin")}, "“grin”, which is none of ARKit's 52"),
        ({"given": ("emotion", "speech")}, "neither “phones” nor “curves”"),
        ({"context": 1e9}, "makes no sense"),
        ({"format_version": 7}, "another version"),
        ({"phone_set": "klingon"}, "klingon"),
    ],
)
def test_a_network_that_does_not_fit_is_refused_with_the_reason(own, changes, complaint):
    import re

    assert re.search(complaint, refused(own(**changes)))


@pytest.mark.parametrize("text", ["[]", "{", '{"format_version": 1}', '{"format_version": 1, "phones": 7}', "null", "1e999"])
def test_metadata_that_is_damaged_is_refused(onnx_writer, tmp_path, text):
    path = tmp_path / "odd.onnx"
    data = onnx_writer.model()
    metadata = onnx_writer.field(14, onnx_writer.field(1, "parlance") + onnx_writer.field(2, text))
    path.write_bytes(data + metadata)
    refused(path)


def test_a_network_of_yet_another_kind_is_told_what_would_fit(onnx_writer, tmp_path):
    graph = onnx_writer.node("Relu", ["pixels"], "labels") + onnx_writer.field(2, "g")
    graph += onnx_writer.value_info(11, "pixels", [1, 3, 224, 224]) + onnx_writer.value_info(12, "labels", [1, 1000])
    path = tmp_path / "cats.onnx"
    path.write_bytes(onnx_writer.field(1, 8) + onnx_writer.field(7, graph) + onnx_writer.field(8, onnx_writer.field(2, 17)))
    assert "it has pixels, labels" in refused(path)


@pytest.mark.parametrize("force", ["numpy", ""])
def test_numbers_that_are_none_end_in_a_sentence(tiny, own, babble, monkeypatch, force):
    monkeypatch.setenv("PARLANCE_ENGINE", force)
    with pytest.raises(ParlanceError, match=r"gave “.*” that is no number"), np.errstate(all="ignore"):
        hear(babble(1), model=ModelFile(own(floor=-1.0)))


def test_more_or_fewer_frames_than_the_file_says_end_in_a_sentence(tiny, own, babble):
    with pytest.raises(ParlanceError, match=r"gave 1 × \d+ × 5 for “phones”, where 1 × \d+ × 5 were due"):
        hear(babble(1), model=ModelFile(own(samples_per_frame=160)))


@pytest.mark.parametrize("force", ["numpy", ""])
def test_a_network_cut_short_is_refused(own, monkeypatch, force):
    monkeypatch.setenv("PARLANCE_ENGINE", force)
    path = own()
    path.write_bytes(path.read_bytes()[:3000])
    refused(path)
