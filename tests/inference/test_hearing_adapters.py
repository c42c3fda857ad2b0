# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks that others made: those that fit are heard like ours, those that do not are refused with one sentence."""

import importlib.util
import json
from dataclasses import fields, replace

import numpy as np
import pytest

from parlance.inference import arkit, geometry, phones
from parlance.inference.articulation import revise
from parlance.inference.audio import Audio
from parlance.inference.contact import closure_from_posteriors
from parlance.inference.errors import ParlanceError
from parlance.inference.formats import performance_file
from parlance.inference.hearing import ModelFile, adapters, engine, executors, hear
from parlance.inference.hearing.adapters import audio2face_files, phone_sets, signature
from parlance.inference.hearing.network import OUTPUTS
from parlance.inference.model_file import PHONE_SETS
from parlance.inference.model_spec import ModelSpec
from parlance.inference.performance import FRAME_RATE

from .conftest import TESTS


@pytest.fixture(scope="session")
def others():
    """The module that writes folders like those of Audio2Face-3D."""
    spec = importlib.util.spec_from_file_location("make_audio2face", TESTS / "make_audio2face.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def own(onnx_writer, tmp_path):
    """Write a network in Parlance's format."""

    def write(file="own.onnx", given=("phones", "curves", "emotion", "speech", "arousal"), **changes):
        spec = {key: changes.pop(key) for key in list(changes) if key not in ("pool", "floor")}
        path = tmp_path / file
        path.write_bytes(onnx_writer.model(replace(onnx_writer.SPEC, **spec), given, **changes))
        return path

    return write


def listen(path, audio, *, around=0, face="", phone_set=""):
    return adapters.load(ModelFile(path, phone_set, face), 1).network.listen(audio.samples, around=around)


@pytest.fixture(scope="session")
def humming():
    """Two seconds of what the tiny model takes for a, m, a, m: loud, then low."""
    time = np.arange(4800) / 16_000
    parts = [0.4 * np.sin(2 * np.pi * hertz * time) for hertz in (750, 200) * 3]
    return Audio(np.concatenate([np.zeros(3200), *parts, np.zeros(3200)]).astype(np.float32))


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


def test_the_command_hears_with_a_network_of_ones_own(run, complaint, others, onnx_writer, own, speech, tmp_path):
    folder = others.write(tmp_path / "claire", onnx_writer)
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


def test_the_library_hears_with_a_network_of_ones_own(tiny, others, onnx_writer, speech, tmp_path):
    import parlance

    folder = others.write(tmp_path / "claire", onnx_writer)
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


# Audio2Face-3D


def shown_pose(others, audio, frames):
    """float32[frames]: how loud the middle of each window is, as a share of the full pose."""
    centres = ((np.arange(frames) + 0.5) * 320).astype(int)
    padded = np.pad(audio.samples, others.MIDDLE)
    return np.array([np.square(padded[at + others.MIDDLE // 2 :][: others.MIDDLE]).mean() for at in centres]) / others.LOUD


@pytest.mark.parametrize("engine_name", ["onnxruntime", "numpy"])
def test_the_face_that_a_regression_moves_becomes_the_52(others, onnx_writer, tmp_path, babble, monkeypatch, engine_name):
    monkeypatch.setenv("PARLANCE_ENGINE", "numpy" if engine_name == "numpy" else "")
    folder = others.write(tmp_path / "claire", onnx_writer)
    audio = Audio(babble(4).samples * 2.0)
    heard = listen(folder, audio)
    share = np.clip(shown_pose(others, audio, len(heard.tracks["curves"])), 0, 1)
    assert share.max() > 0.4
    for name, weight in others.POSE.items():
        if name in heard.names["curves"]:
            got = heard.tracks["curves"][:, heard.names["curves"].index(name)]
            np.testing.assert_allclose(got[share < 1], (share * weight)[share < 1], atol=0.03)
    others_move = [place for place, name in enumerate(heard.names["curves"]) if name not in others.POSE]
    assert heard.tracks["curves"][share < 1][:, others_move].max() < 0.05
    assert "browInnerUp" not in heard.names["curves"]


@pytest.mark.parametrize(("face", "pose"), [("", "POSE"), ("james", "OTHER_POSE")])
def test_the_face_that_a_diffusion_moves_becomes_the_52_in_time(others, onnx_writer, tmp_path, face, pose):
    folder = others.write(tmp_path / "both", onnx_writer, "diffusion")
    samples = np.zeros(40_000, np.float32)
    samples[16_000:28_000] = 0.15
    heard = listen(folder / "network.onnx", Audio(samples), around=2, face=face)
    assert len(heard.tracks["curves"]) == 125 + 4
    for name, weight in getattr(others, pose).items():
        if name in heard.names["curves"]:
            track = heard.tracks["curves"][:, heard.names["curves"].index(name)]
            full = weight * 0.15**2 / others.LOUD
            np.testing.assert_allclose(track[[40, 60, 80, 87]], [0, full, full, full], atol=0.02)
            assert track[50] < 0.7 * full < track[54]
            assert track[91] < 0.3 * full


def test_a_mouth_of_audio2face_is_sealed_and_can_be_directed(tiny, others, onnx_writer, tmp_path, humming):
    from parlance.inference import pipeline

    audio = humming
    ours, theirs = hear(audio), hear(audio, model=ModelFile(others.write(tmp_path / "claire", onnx_writer)))
    assert theirs.model.startswith("Audio2Face-3D 2.3 claire ")
    for field in fields(ours):
        if field.name not in ("curves", "model"):
            np.testing.assert_array_equal(getattr(ours, field.name), getattr(theirs, field.name))
    closure, _ = closure_from_posteriors(theirs.posteriors, FRAME_RATE)
    gap = geometry.measure(theirs.curves)[:, geometry.INDEX["gap"]]
    assert (closure > 0.99).sum() > 3
    assert gap[closure > 0.99].max() <= 0.1 < gap.max()
    wide = pipeline.animate(theirs, pipeline.direction(None, {"jaw": 1.5}), fps=24, start=0.0)
    small = pipeline.animate(theirs, pipeline.direction(None, {"jaw": 0.5}), fps=24, start=0.0)
    jaw = arkit.INDEX["jawOpen"]
    assert wide.shapes[:, jaw].max() > 1.5 * small.shapes[:, jaw].max() > 0


def test_a_phone_of_audio2face_can_be_edited_and_stored(tiny, others, onnx_writer, tmp_path, humming):
    theirs = hear(humming, model=ModelFile(others.write(tmp_path / "claire", onnx_writer)))
    assert performance_file.from_bytes(performance_file.to_bytes(theirs)).model == theirs.model
    which = next(place for place, phone in enumerate(theirs.phones) if phone.symbol == "a")
    said = theirs.phones[which]
    edited = revise(theirs, (*theirs.phones[:which], replace(said, symbol="m"), *theirs.phones[which + 1 :]))
    middle = np.abs(theirs.times - (said.start + said.end) / 2) < 0.05
    before, after = (geometry.measure(each.curves[middle])[:, geometry.INDEX["gap"]] for each in (theirs, edited))
    assert before.min() > 1
    assert after.max() < 0.5


def test_a_real_face_is_solved_to_the_weights_that_moved_it(others, onnx_writer, tmp_path):
    """Shapes of a modelled head, which overlap as real ones do."""
    from parlance.head.design import YOUNG
    from parlance.head.face import build_face
    from parlance.inference.hearing.adapters.geometry_solve import solver

    part = build_face(YOUNG)
    kept = slice(None, None, 7)
    shapes = {name: (part.shapes[name][kept] / 10).astype(np.float32) for name in arkit.NAMES}
    folder = others.write(tmp_path / "head", onnx_writer, face=((part.points[kept] / 10).astype(np.float32), shapes))
    solve = solver(audio2face_files.find(folder))
    rng = np.random.default_rng(0)
    names = ("jawOpen", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "mouthSmileRight", "mouthRollLower", "mouthUpperUpLeft")
    asked = np.zeros((40, arkit.COUNT), np.float32)
    asked[:, [arkit.INDEX[name] for name in names]] = rng.uniform(0, 0.8, (40, len(names)))
    moved = np.einsum("tk,kvc->tvc", asked, np.stack([shapes[name] for name in arkit.NAMES])).reshape(40, -1)
    found = solve.weights(solve.seen(moved))
    again = np.einsum("tk,kvc->tvc", found, np.stack([shapes[name] for name in arkit.NAMES])).reshape(40, -1)
    away = np.linalg.norm((again - moved).reshape(40, -1, 3), axis=2)
    assert away.max() < 0.01
    assert np.abs(found - asked).max() < 0.02


@pytest.mark.parametrize("kind", ["regression", "diffusion"])
def test_files_are_found_by_the_names_that_model_json_gives_them(others, onnx_writer, tmp_path, kind):
    folder = others.write(tmp_path / "any", onnx_writer, kind)
    faces = [""] if kind == "regression" else [f"_{name}" for name in others.FACES]
    for which, face in enumerate(faces):
        (folder / f"bs_skin{face}.npz").rename(folder / f"skin {which}.npz")
        (folder / f"model_data{face}.npz").rename(folder / f"data {which}.npz")
    shapes = [{"skin": {"data": f"skin {which}.npz", "config": f"bs_skin_config{face}.json"}} for which, face in enumerate(faces)]
    data = [f"data {which}.npz" for which in range(len(faces))]
    one = {"modelDataPath": data[0], "blendshapePaths": shapes[0]}
    several = {"modelDataPaths": data, "blendshapePaths": shapes}
    model = {"networkInfoPath": "network_info.json", "networkPath": "network.trt", **(one if kind == "regression" else several)}
    (folder / "model.json").write_text(json.dumps(model))
    for face in ("", others.FACES[1])[: len(faces)]:
        assert adapters.load(ModelFile(folder / "model.json", face=face), 1).name.startswith("Audio2Face-3D")


def test_a_network_for_one_length_only_is_refused(onnx_writer, own):
    path = own()
    data, name = path.read_bytes(), onnx_writer.field(2, "n")
    at = data.index(name, data.rindex(b"waveform"))
    path.write_bytes(data[:at] + onnx_writer.field(1, 16_000) + data[at + len(name) :])
    assert "hears 16000 samples at a time" in refused(path)


@pytest.mark.parametrize("missing", ["model_data.npz", "bs_skin.npz", "bs_skin_config.json", "network.onnx"])
def test_a_file_that_is_missing_is_named(others, onnx_writer, tmp_path, missing):
    folder = others.write(tmp_path / "claire", onnx_writer)
    (folder / missing).unlink()
    assert f"“{missing}”" in refused(folder)


def test_a_network_without_its_files_is_told_apart(others, onnx_writer, tmp_path):
    folder = others.write(tmp_path / "claire", onnx_writer)
    (folder / "network_info.json").unlink()
    assert "looks like Audio2Face-3D, but “network_info.json” is missing" in refused(folder / "network.onnx")


@pytest.mark.parametrize(
    ("info", "complaint"),
    [
        ({"id": {"type": "transformer"}}, "another kind (transformer, geometry)"),
        ({"id": {"output": "blendshape"}}, "another kind (regression, blendshape)"),
        ({"audio_params": {"buffer_len": 5000}}, "it has input float32[·, 1, 8320], where input float32[·, 1, 5000] is needed"),
        ({"audio_params": {"samplerate": 48000}}, "hears 48000"),
        ({"audio_params": {"buffer_len": 10**7}}, "which cannot be"),
        ({"params": {"num_shapes_skin": 59}}, "where result float32[·, 1, 83] is needed"),
        ({"params": {"num_shapes_skin": 10**30}}, "nothing that can be"),
        ({"params": {"num_shapes_skin": -1}}, "nothing that can be"),
        ({"params": {"default_emotion": [0.0]}}, "which emotions"),
        ({"params": {"default_emotion": [[0]]}}, "which emotions"),
    ],
)
def test_a_network_that_is_not_what_its_files_say_is_refused(others, onnx_writer, tmp_path, info, complaint):
    assert complaint in refused(others.write(tmp_path / "claire", onnx_writer, info=info))


def test_a_face_that_the_network_does_not_know_is_refused_by_name(others, onnx_writer, tmp_path):
    folder = others.write(tmp_path / "both", onnx_writer, "diffusion")
    assert "no face “Mark”; it has Claire, James" in refused(folder, face="Mark")


@pytest.mark.parametrize("damage", ["text", "short", "huge", "pickle", "nan", "other face"])
def test_model_data_that_is_damaged_is_refused(others, onnx_writer, tmp_path, damage):
    folder = others.write(tmp_path / "claire", onnx_writer)
    path = folder / "model_data.npz"
    if damage == "text":
        path.write_text("hello")
    elif damage == "short":
        path.write_bytes(path.read_bytes()[:5000])
    elif damage == "pickle":
        np.savez(path, shapes_matrix_skin=np.array([{}]), shapes_mean_skin=np.zeros((others.VERTICES, 3), np.float32))
    elif damage == "huge":
        import zipfile

        head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000, 3), }"
        head += b" " * (118 - len(head) - 1) + b"\n"
        with zipfile.ZipFile(path, "w") as stored:
            for name in ("shapes_matrix_skin", "shapes_mean_skin"):
                stored.writestr(f"{name}.npy", b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head)
    else:
        count = others.VERTICES - (damage == "other face")
        values = np.full((others.SHAPES, count, 3), np.nan if damage == "nan" else 0.0, np.float32)
        np.savez(path, shapes_matrix_skin=values, shapes_mean_skin=np.zeros((count, 3), np.float32))
    refused(folder)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"id": 1}', '{"id": {"type": "regression", "output": "geometry"}}', "NaN", "[" * 9999]
)
def test_descriptions_that_are_damaged_are_refused(others, onnx_writer, tmp_path, text):
    folder = others.write(tmp_path / "claire", onnx_writer)
    (folder / "network_info.json").write_text(text)
    refused(folder)


@pytest.mark.parametrize("field", ["bsSolveActivePoses", "bsWeightMultipliers", "strengthL2regularization", "templateBBSize"])
@pytest.mark.parametrize("value", ["x", [1], None, 1e400])
def test_settings_that_are_damaged_are_refused(others, onnx_writer, tmp_path, field, value):
    folder = others.write(tmp_path / "claire", onnx_writer)
    path = folder / "bs_skin_config.json"
    config = json.loads(path.read_text())
    config["blendshape_params"][field] = value
    path.write_text(json.dumps(config))
    refused(folder)


def test_where_numpy_cannot_run_a_network_the_missing_onnxruntime_is_named(others, onnx_writer, tmp_path, monkeypatch):
    network = others.regression(onnx_writer, others.small_face()[1], last="Erf")
    folder = others.write(tmp_path / "claire", onnx_writer, network=network)
    engine(model=ModelFile(folder))
    monkeypatch.setattr(executors, "_session", lambda *_: (None, "because onnxruntime is not installed"))
    adapters._loaded.cache_clear()
    complaint = refused(folder)
    assert "needs onnxruntime, and NumPy alone is here, because onnxruntime is not installed (Erf)" in complaint


def test_a_network_is_looked_at_without_running_it(others, onnx_writer, tmp_path, own):
    folder = others.write(tmp_path / "claire", onnx_writer)
    assert adapters.check(ModelFile(folder)) == "Audio2Face-3D 2.3 claire"
    assert adapters.check(ModelFile(own())) == "tiny 2026-11-21"
    ports = signature.read(folder / "network.onnx")
    assert str(ports.output("result")) == "result float32[·, 1, 84]"
