# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line as people call it."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

import parlance
from parlance.inference import arkit, direction
from parlance.inference.formats import livelink_csv, phone_files, plain_csv
from parlance.inference.performance import EMOTIONS

soundfile = pytest.importorskip("soundfile")
ROOT = Path(__file__).resolve().parents[2]


def test_animate_writes_curves(run, speech, tmp_path):
    result = run("animate", speech, "-o", tmp_path / "curves.csv", "--fps", "25", "--start", "2")
    assert result.returncode == 0, result.stderr
    motion = plain_csv.read((tmp_path / "curves.csv").read_text())
    assert motion.times[0] == 2
    np.testing.assert_allclose(np.diff(motion.times), 1 / 25, atol=1e-5)
    assert 4 <= motion.times[-1] <= 4.05
    assert set(EMOTIONS) | {"arousal"} == set(motion.others)
    assert motion.shapes[:, arkit.INDEX["jawOpen"]].std() > 0.01
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".part"]


def test_from_the_repository_root(process, speech, tmp_path):
    result = process("animate", speech, "-o", tmp_path / "curves.csv", module="inference", cwd=ROOT)
    assert result.returncode == 0, result.stderr


def test_as_a_module_from_anywhere(process, speech, tmp_path, complaint):
    result = process("animate", speech, "-o", tmp_path / "curves.csv")
    assert result.returncode == 0, result.stderr
    assert "parlance: “nothing.wav”" in complaint(process("animate", "nothing.wav"))


def test_live_link_and_several_files(run, speech, tmp_path):
    other = tmp_path / "other.flac"
    soundfile.write(other, *soundfile.read(speech))
    result = run("animate", speech, other, "-o", tmp_path / "out", "--livelink", "--json")
    assert result.returncode == 0, result.stderr
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert [Path(report["curves"]).name for report in reports] == ["speech.csv", "other.csv"]
    motion = livelink_csv.read((tmp_path / "out" / "speech.csv").read_text())
    assert len(motion.times) == reports[0]["frames"]


def test_every_control_is_an_option(run):
    text = run("animate", "--help").stdout
    for control in direction.controls():
        assert f"--{control.name.replace('_', '-')}" in text


def test_a_slider_changes_the_curves(run, speech, tmp_path):
    for value in (0, 1.8):
        run("animate", speech, "-o", tmp_path / f"{value}.csv", "--jaw", value)
    shut, wide = (plain_csv.read((tmp_path / f"{value}.csv").read_text()) for value in (0, 1.8))
    jaw = arkit.INDEX["jawOpen"]
    assert wide.shapes[:, jaw].max() > shut.shapes[:, jaw].max() + 0.1


def test_curves_to_the_terminal(run, speech):
    result = run("animate", speech, "-o", "-", "--quiet")
    assert result.stdout.startswith("time,eyeBlinkLeft")
    assert result.stderr == ""


def test_a_stored_performance_needs_no_listening(run, speech, tmp_path):
    run("animate", speech, "-o", tmp_path / "a.csv", "--performance", tmp_path / "heard.npz")
    speech.unlink()
    result = run("animate", tmp_path / "heard.npz", "-o", tmp_path / "b.csv")
    assert result.returncode == 0, result.stderr
    first, second = (plain_csv.read((tmp_path / name).read_text()).shapes for name in ("a.csv", "b.csv"))
    np.testing.assert_allclose(first, second, atol=0.02)


@pytest.mark.parametrize("content", [None, b"", b"not a sound at all, but long enough to look at"])
def test_bad_input_is_one_sentence(run, tmp_path, content, complaint):
    path = tmp_path / "bad.wav"
    if content is not None:
        path.write_bytes(content)
    assert "bad.wav" in complaint(run("animate", path, "-o", tmp_path / "out.csv"))
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("take.csv", "time,jawOpen\n0,0.1\n", "“parlance convert”"),
        ("lines.csv", "\ufeffid, audio\na,b.wav\n", "“parlance batch”"),
        ("notes.wav", "Take two, the good one: ärgerlich.\n", "holds text, not sound"),
    ],
)
def test_text_that_is_taken_for_a_sound_says_what_it_is(run, tmp_path, complaint, name, content, words):
    (tmp_path / name).write_text(content, encoding="utf-8")
    said = complaint(run("animate", tmp_path / name, "-o", tmp_path / "out.csv"))
    assert words in said
    assert name in said


def test_what_is_left_of_a_cut_sound_is_heard_when_asked_for(run, complaint, speech, tmp_path):
    cut = tmp_path / "cut.wav"
    cut.write_bytes(speech.read_bytes()[:40_000])
    lines = tmp_path / "cut.csv"
    lines.write_text("id,audio\none,cut.wav\n", encoding="utf-8")
    assert "--incomplete" in complaint(run("animate", cut, "-o", tmp_path / "a.csv"))
    assert "1 of 1 lines failed" in complaint(run("batch", lines, "--out", tmp_path / "out"))
    result = run("animate", cut, "-o", tmp_path / "a.csv", "--incomplete", "--quiet")
    assert "cut.wav" in result.stderr
    assert "incomplete" in result.stderr
    assert plain_csv.read((tmp_path / "a.csv").read_text()).times[-1] == pytest.approx(1.2, abs=0.1)
    run("batch", lines, "--out", tmp_path / "out", "--incomplete")
    report = (tmp_path / "out" / "report.csv").read_text(encoding="utf-8")
    assert "warned" in report
    assert "incomplete" in report


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "file/out.csv"), "“file/out.csv” cannot be written"),
        (("-o", "x" * 300), "cannot be written"),
        (("-o", "out.csv", "--text", "nope.txt"), "“nope.txt” cannot be read"),
        (("-o", "out.csv", "--text", "hello", "--dictionary", "nope"), "“nope” cannot be read"),
        (("-o", "out.csv", "--text", "hello", "--language", "xx"), "“xx”"),
        (("-o", "out.csv", "--text", "..."), "no words"),
    ],
)
def test_what_cannot_go_well_is_told_before_anything_is_heard(run, speech, tmp_path, complaint, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("in the way")
    result = run("animate", speech, *arguments)
    assert words in complaint(result)
    assert "Heard" not in result.stderr


def test_curves_that_cannot_be_read_name_their_file_and_what_is_wrong(run, tmp_path, complaint):
    (tmp_path / "bad.csv").write_text("time,jawOpen\n0,0.1\n0.1,zebra\n")
    said = complaint(run("convert", tmp_path / "bad.csv", "-o", tmp_path / "out.csv"))
    assert "“bad.csv”" in said
    assert "“zebra”, which is no number" in said


@pytest.mark.parametrize("command", ["animate", "listen", "convert"])
def test_of_several_files_a_bad_one_is_told_and_costs_only_itself(run, speech, tmp_path, command):
    bad, good = tmp_path / "bad.wav", speech
    bad.write_bytes(b"")
    if command == "convert":
        good = tmp_path / "good.csv"
        good.write_text("time,jawOpen\n0,0.1\n0.1,0.2\n")
    result = run(command, bad, good, "-o", tmp_path / "out", "--quiet")
    assert result.returncode == 1
    told, summary = (line for line in result.stderr.splitlines() if "bad.wav" in line or "failed" in line)
    assert told.startswith("parlance: “bad.wav”")
    assert summary == "parlance: 1 of 2 files failed."
    assert [path.stem for path in (tmp_path / "out").iterdir()] == [good.stem]


def test_a_recording_without_speech_is_told(run, real, tmp_path):
    silence = tmp_path / "silence.wav"
    soundfile.write(silence, np.zeros(16_000), 16_000)
    result = run("animate", silence, "-o", tmp_path / "out.csv", "--json")
    assert "no speech found" in json.loads(result.stdout)["concerns"]
    assert "“silence.wav”: very quiet; no speech found." in result.stderr


def test_the_version_is_told(run):
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text())
    assert run("--version").stdout == f"parlance {manifest['version']}\n"


def test_same_names_do_not_overwrite_each_other(run, speech, tmp_path, complaint):
    assert "written twice" in complaint(run("animate", speech, speech, "-o", tmp_path))


def test_a_preset_changes_the_curves(run, speech, tmp_path):
    for name in ("natural", "mumble"):
        result = run("animate", speech, "-o", tmp_path / f"{name}.csv", "--preset", name)
        assert result.returncode == 0, result.stderr
    clear, mumbled = (plain_csv.read((tmp_path / f"{name}.csv").read_text()) for name in ("natural", "mumble"))
    jaw = arkit.INDEX["jawOpen"]
    assert mumbled.shapes[:, jaw].max() < 0.8 * clear.shapes[:, jaw].max()


@pytest.mark.parametrize("jaw", ["[" * 100_000, "9" * 5000, "9" * 400, "NaN", "1e999", '"wide"', "true"])
def test_presets_with_anything_in_them_are_one_sentence(run, complaint, speech, tmp_path, jaw):
    (tmp_path / "mine.json").write_text('{"format": "parlance direction", "version": 1, "direction": {"jaw": ' + jaw + "}}")
    assert "mine" in complaint(run("animate", speech, "-o", tmp_path / "out.csv", "--preset", tmp_path / "mine.json"))


def test_unknown_presets_are_one_sentence(run, speech, tmp_path, complaint):
    assert "no such thing" in complaint(run("animate", speech, "-o", tmp_path / "out.csv", "--preset", "no such thing"))


@pytest.mark.parametrize(
    "arguments",
    [("--jaw", "9"), ("--jaw", "wide"), ("--fps", "0"), ("--fps", "nan"), ("--seed", "1.5"), ("--start", "inf"),
     ("--start", "1e300"), ("--nonsense",)],
)  # fmt: skip
def test_arguments_that_make_no_sense(run, speech, arguments):
    result = run("animate", speech, *arguments)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("parlance")
    assert arguments[0] in line
    assert line.endswith(".")
    assert "_" not in line, "a name from the code"


@pytest.mark.parametrize("kind", ["text", "textgrid", "rhubarb", "rhubarb-json", "json"])
def test_listen_tells_the_phones(run, speech, kind):
    heard = [phone.symbol for phone in parlance.hear(speech).phones]
    result = run("listen", speech, "--format", kind, "--quiet")
    assert result.returncode == 0, result.stderr
    if kind == "text":
        assert [line.split()[2] for line in result.stdout.splitlines()] == heard
    elif kind == "textgrid":
        assert [phone.symbol for phone in phone_files.read(result.stdout)] == heard
    elif kind == "json":
        assert [phone["phone"] for phone in json.loads(result.stdout)["phones"]] == heard
    elif kind == "rhubarb-json":
        cues = json.loads(result.stdout)["mouthCues"]
        assert (cues[0]["start"], cues[-1]["end"]) == (0.0, 2.0)
        assert {cue["value"] for cue in cues} <= set("ABCDEFGHX")
    else:
        rows = [line.split("\t") for line in result.stdout.splitlines()]
        assert (float(rows[0][0]), float(rows[-1][0])) == (0.0, 2.0)
        assert {shape for _, shape in rows} <= set("ABCDEFGHX")


def test_the_phones_that_were_told_are_animated(run, speech, tmp_path):
    """A script may take them, change one, and give them back."""
    told = tmp_path / "told.json"
    assert run("listen", speech, "--format", "json", "-o", told).returncode == 0
    heard = parlance.hear(speech).phones
    assert [(phone.symbol, phone.start, phone.end) for phone in parlance.hear(told).phones] == [
        (phone.symbol, phone.start, phone.end) for phone in heard
    ]
    changed = json.loads(told.read_text(encoding="utf-8"))
    changed["phones"] = [{"phone": "m", "start": 0.5, "end": 1.0}]
    told.write_text(json.dumps(changed), encoding="utf-8")
    assert run("animate", told, "-o", tmp_path / "curves.csv", "--fps", "24").returncode == 0
    curves = plain_csv.read((tmp_path / "curves.csv").read_text())
    shut = curves.shapes[:, arkit.INDEX["mouthClose"]]
    assert shut[np.abs(curves.times - 0.75).argmin()] > shut[0]


def test_a_network_that_is_not_there_is_told_once(run, speech, tmp_path):
    copies = [tmp_path / f"{name}.wav" for name in "abc"]
    for copy in copies:
        copy.write_bytes(speech.read_bytes())
    result = run("animate", *copies, "-o", tmp_path, "--model", tmp_path / "mine.onnx")
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert "mine.onnx" in line


def test_a_text_is_followed(run, speech, tmp_path):
    result = run("listen", speech, "--text", "/ama/ /masa/", "--quiet")
    assert result.returncode == 0, result.stderr
    (tmp_path / "said.txt").write_text("/masama/", encoding="utf-8")
    assert " m " in run("listen", speech, "--text", tmp_path / "said.txt", "--quiet").stdout


@pytest.mark.parametrize(
    ("text", "words"), [("...", "no words"), ("/" + "ama" * 500 + "/", "not what is said"), ("missing.txt", "missing.txt")]
)
def test_texts_that_cannot_be_followed(run, speech, text, words, complaint):
    assert words in complaint(run("listen", speech, "--text", text))
