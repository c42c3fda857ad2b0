# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of Audio2Face-3D: the face that they move becomes the 52, and what is not as its files say is refused."""

import json
from dataclasses import fields, replace

import numpy as np
import pytest

from parlance.inference import arkit, geometry
from parlance.inference.articulation import revise
from parlance.inference.audio import Audio
from parlance.inference.contact import closure_from_posteriors
from parlance.inference.formats import performance_file
from parlance.inference.hearing import ModelFile, adapters, engine, executors, hear
from parlance.inference.hearing.adapters import audio2face_files, signature
from parlance.inference.performance import FRAME_RATE

from .test_hearing_adapters import listen, refused


def shown_pose(a2f_writer, audio, frames):
    """float32[frames]: how loud the middle of each window is, as a share of the full pose."""
    centres = ((np.arange(frames) + 0.5) * 320).astype(int)
    padded = np.pad(audio.samples, a2f_writer.MIDDLE)
    middles = [padded[at + a2f_writer.MIDDLE // 2 :][: a2f_writer.MIDDLE] for at in centres]
    return np.array([np.square(middle).mean() for middle in middles]) / a2f_writer.LOUD


@pytest.mark.parametrize("engine_name", ["onnxruntime", "numpy"])
def test_the_face_that_a_regression_moves_becomes_the_52(a2f_writer, onnx_writer, tmp_path, babble, monkeypatch, engine_name):
    monkeypatch.setenv("PARLANCE_ENGINE", "numpy" if engine_name == "numpy" else "")
    folder = a2f_writer.write(tmp_path / "claire", onnx_writer)
    audio = Audio(babble(4).samples * 2.0)
    heard = listen(folder, audio)
    share = np.clip(shown_pose(a2f_writer, audio, len(heard.tracks["curves"])), 0, 1)
    assert share.max() > 0.4
    for name, weight in a2f_writer.POSE.items():
        if name in heard.names["curves"]:
            got = heard.tracks["curves"][:, heard.names["curves"].index(name)]
            np.testing.assert_allclose(got[share < 1], (share * weight)[share < 1], atol=0.03)
    others_move = [place for place, name in enumerate(heard.names["curves"]) if name not in a2f_writer.POSE]
    assert heard.tracks["curves"][share < 1][:, others_move].max() < 0.05
    assert "browInnerUp" not in heard.names["curves"]


@pytest.mark.parametrize(("face", "pose"), [("", "POSE"), ("james", "OTHER_POSE")])
def test_the_face_that_a_diffusion_moves_becomes_the_52_in_time(a2f_writer, onnx_writer, tmp_path, face, pose):
    folder = a2f_writer.write(tmp_path / "both", onnx_writer, "diffusion")
    samples = np.zeros(40_000, np.float32)
    samples[16_000:28_000] = 0.15
    heard = listen(folder / "network.onnx", Audio(samples), around=2, face=face)
    assert len(heard.tracks["curves"]) == 125 + 4
    for name, weight in getattr(a2f_writer, pose).items():
        if name in heard.names["curves"]:
            track = heard.tracks["curves"][:, heard.names["curves"].index(name)]
            full = weight * 0.15**2 / a2f_writer.LOUD
            np.testing.assert_allclose(track[[40, 60, 80, 87]], [0, full, full, full], atol=0.02)
            assert track[50] < 0.7 * full < track[54]
            assert track[91] < 0.3 * full


def test_a_mouth_of_audio2face_is_sealed_and_can_be_directed(tiny, a2f_writer, onnx_writer, tmp_path, humming):
    from parlance.inference import pipeline

    audio = humming
    ours, theirs = hear(audio), hear(audio, model=ModelFile(a2f_writer.write(tmp_path / "claire", onnx_writer)))
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


def test_a_phone_of_audio2face_can_be_edited_and_stored(tiny, a2f_writer, onnx_writer, tmp_path, humming):
    theirs = hear(humming, model=ModelFile(a2f_writer.write(tmp_path / "claire", onnx_writer)))
    assert performance_file.from_bytes(performance_file.to_bytes(theirs)).model == theirs.model
    which = next(place for place, phone in enumerate(theirs.phones) if phone.symbol == "a")
    said = theirs.phones[which]
    edited = revise(theirs, (*theirs.phones[:which], replace(said, symbol="m"), *theirs.phones[which + 1 :]))
    middle = np.abs(theirs.times - (said.start + said.end) / 2) < 0.05
    before, after = (geometry.measure(each.curves[middle])[:, geometry.INDEX["gap"]] for each in (theirs, edited))
    assert before.min() > 1
    assert after.max() < 0.5


def test_a_real_face_is_solved_to_the_weights_that_moved_it(a2f_writer, onnx_writer, tmp_path):
    """Shapes of a modelled head, which overlap as real ones do."""
    from parlance.head.design import YOUNG
    from parlance.head.face import build_face
    from parlance.inference.hearing.adapters.geometry_solve import solver

    part = build_face(YOUNG)
    kept = slice(None, None, 7)
    shapes = {name: (part.shapes[name][kept] / 10).astype(np.float32) for name in arkit.NAMES}
    folder = a2f_writer.write(tmp_path / "head", onnx_writer, face=((part.points[kept] / 10).astype(np.float32), shapes))
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
def test_files_are_found_by_the_names_that_model_json_gives_them(a2f_writer, onnx_writer, tmp_path, kind):
    folder = a2f_writer.write(tmp_path / "any", onnx_writer, kind)
    faces = [""] if kind == "regression" else [f"_{name}" for name in a2f_writer.FACES]
    for which, face in enumerate(faces):
        (folder / f"bs_skin{face}.npz").rename(folder / f"skin {which}.npz")
        (folder / f"model_data{face}.npz").rename(folder / f"data {which}.npz")
    shapes = [{"skin": {"data": f"skin {which}.npz", "config": f"bs_skin_config{face}.json"}} for which, face in enumerate(faces)]
    data = [f"data {which}.npz" for which in range(len(faces))]
    one = {"modelDataPath": data[0], "blendshapePaths": shapes[0]}
    several = {"modelDataPaths": data, "blendshapePaths": shapes}
    model = {"networkInfoPath": "network_info.json", "networkPath": "network.trt", **(one if kind == "regression" else several)}
    (folder / "model.json").write_text(json.dumps(model))
    for face in ("", a2f_writer.FACES[1])[: len(faces)]:
        assert adapters.load(ModelFile(folder / "model.json", face=face), 1).name.startswith("Audio2Face-3D")


def test_a_network_for_one_length_only_is_refused(onnx_writer, own):
    path = own()
    data, name = path.read_bytes(), onnx_writer.field(2, "n")
    at = data.index(name, data.rindex(b"waveform"))
    path.write_bytes(data[:at] + onnx_writer.field(1, 16_000) + data[at + len(name) :])
    assert "hears 16000 samples at a time" in refused(path)


@pytest.mark.parametrize("missing", ["model_data.npz", "bs_skin.npz", "bs_skin_config.json", "network.onnx"])
def test_a_file_that_is_missing_is_named(a2f_writer, onnx_writer, tmp_path, missing):
    folder = a2f_writer.write(tmp_path / "claire", onnx_writer)
    (folder / missing).unlink()
    assert f"“{missing}”" in refused(folder)


def test_a_network_without_its_files_is_told_apart(a2f_writer, onnx_writer, tmp_path):
    folder = a2f_writer.write(tmp_path / "claire", onnx_writer)
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
def test_a_network_that_is_not_what_its_files_say_is_refused(a2f_writer, onnx_writer, tmp_path, info, complaint):
    assert complaint in refused(a2f_writer.write(tmp_path / "claire", onnx_writer, info=info))


def test_a_face_that_the_network_does_not_know_is_refused_by_name(a2f_writer, onnx_writer, tmp_path):
    folder = a2f_writer.write(tmp_path / "both", onnx_writer, "diffusion")
    assert "no face “Mark”; it has Claire, James" in refused(folder, face="Mark")


@pytest.mark.parametrize("damage", ["text", "short", "huge", "pickle", "nan", "other face"])
def test_model_data_that_is_damaged_is_refused(a2f_writer, onnx_writer, tmp_path, damage):
    folder = a2f_writer.write(tmp_path / "claire", onnx_writer)
    path = folder / "model_data.npz"
    if damage == "text":
        path.write_text("hello")
    elif damage == "short":
        path.write_bytes(path.read_bytes()[:5000])
    elif damage == "pickle":
        np.savez(path, shapes_matrix_skin=np.array([{}]), shapes_mean_skin=np.zeros((a2f_writer.VERTICES, 3), np.float32))
    elif damage == "huge":
        import zipfile

        head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000, 3), }"
        head += b" " * (118 - len(head) - 1) + b"\n"
        with zipfile.ZipFile(path, "w") as stored:
            for name in ("shapes_matrix_skin", "shapes_mean_skin"):
                stored.writestr(f"{name}.npy", b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head)
    else:
        count = a2f_writer.VERTICES - (damage == "other face")
        values = np.full((a2f_writer.SHAPES, count, 3), np.nan if damage == "nan" else 0.0, np.float32)
        np.savez(path, shapes_matrix_skin=values, shapes_mean_skin=np.zeros((count, 3), np.float32))
    refused(folder)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"id": 1}', '{"id": {"type": "regression", "output": "geometry"}}', "NaN", "[" * 9999]
)
def test_descriptions_that_are_damaged_are_refused(a2f_writer, onnx_writer, tmp_path, text):
    folder = a2f_writer.write(tmp_path / "claire", onnx_writer)
    (folder / "network_info.json").write_text(text)
    refused(folder)


@pytest.mark.parametrize("field", ["bsSolveActivePoses", "bsWeightMultipliers", "strengthL2regularization", "templateBBSize"])
@pytest.mark.parametrize("value", ["x", [1], None, 1e400])
def test_settings_that_are_damaged_are_refused(a2f_writer, onnx_writer, tmp_path, field, value):
    folder = a2f_writer.write(tmp_path / "claire", onnx_writer)
    path = folder / "bs_skin_config.json"
    config = json.loads(path.read_text())
    config["blendshape_params"][field] = value
    path.write_text(json.dumps(config))
    refused(folder)


def test_where_numpy_cannot_run_a_network_the_missing_onnxruntime_is_named(a2f_writer, onnx_writer, tmp_path, monkeypatch):
    network = a2f_writer.regression(onnx_writer, a2f_writer.small_face()[1], last="Erf")
    folder = a2f_writer.write(tmp_path / "claire", onnx_writer, network=network)
    engine(model=ModelFile(folder))
    monkeypatch.setattr(executors, "_session", lambda *_: (None, "because onnxruntime is not installed"))
    adapters._loaded.cache_clear()
    complaint = refused(folder)
    assert "needs onnxruntime, and NumPy alone is here, because onnxruntime is not installed (Erf)" in complaint


def test_a_network_is_looked_at_without_running_it(a2f_writer, onnx_writer, tmp_path, own):
    folder = a2f_writer.write(tmp_path / "claire", onnx_writer)
    assert adapters.check(ModelFile(folder)) == "Audio2Face-3D 2.3 claire"
    assert adapters.check(ModelFile(own())) == "tiny 2026-11-21"
    ports = signature.read(folder / "network.onnx")
    assert str(ports.output("result")) == "result float32[·, 1, 84]"
