# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line as people call it."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from parlance.inference import arkit, direction
from parlance.inference.cli import main
from parlance.inference.formats import livelink_csv, plain_csv
from parlance.inference.performance import EMOTIONS

soundfile = pytest.importorskip("soundfile")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def speech(tmp_path, babble):
    path = tmp_path / "speech.wav"
    soundfile.write(path, babble(2).samples, 16_000)
    return path


@pytest.fixture
def run(tiny, capsys):
    """The command line in this process: exit code and what it said."""

    def call(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as leaving:
            code = leaving.code
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, said.out, said.err)

    return call


@pytest.fixture
def process(tmp_path, environment):
    """The command line as a process of its own."""

    def call(*arguments, module="parlance.inference", cwd=tmp_path):
        command = [sys.executable, "-m", module, *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)

    return call


def complaint(result):
    """The one sentence of a run that failed."""
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("parlance: ")]
    assert line.endswith(".")
    return line


def test_animate_writes_curves(run, speech, tmp_path):
    result = run("animate", speech, "-o", tmp_path / "curves.csv", "--fps", "25", "--start", "2")
    assert result.returncode == 0, result.stderr
    motion = plain_csv.read((tmp_path / "curves.csv").read_text())
    assert motion.times[0] == 2
    np.testing.assert_allclose(np.diff(motion.times), 1 / 25, atol=1e-5)
    assert 4 <= motion.times[-1] <= 4.05
    assert set(EMOTIONS) | {"arousal"} == set(motion.others)
    assert motion.shapes[:, arkit.INDEX["jawOpen"]].std() > 0.01
    assert not list(tmp_path.glob("*.part"))


def test_from_the_repository_root(process, speech, tmp_path):
    result = process("animate", speech, "-o", tmp_path / "curves.csv", module="inference", cwd=ROOT)
    assert result.returncode == 0, result.stderr


def test_as_a_module_from_anywhere(process, speech, tmp_path):
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
def test_bad_input_is_one_sentence(run, tmp_path, content):
    path = tmp_path / "bad.wav"
    if content is not None:
        path.write_bytes(content)
    assert "bad.wav" in complaint(run("animate", path, "-o", tmp_path / "out.csv"))
    assert not (tmp_path / "out.csv").exists()


def test_a_place_that_cannot_be_written_is_one_sentence(run, speech, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert "cannot be written" in complaint(run("animate", speech, "-o", tmp_path / "file" / "out.csv"))


def test_same_names_do_not_overwrite_each_other(run, speech, tmp_path):
    assert "same name" in complaint(run("animate", speech, speech, "-o", tmp_path))


def test_a_preset_changes_the_curves(run, speech, tmp_path):
    for name in ("natural", "mumble"):
        result = run("animate", speech, "-o", tmp_path / f"{name}.csv", "--preset", name)
        assert result.returncode == 0, result.stderr
    clear, mumbled = (plain_csv.read((tmp_path / f"{name}.csv").read_text()) for name in ("natural", "mumble"))
    jaw = arkit.INDEX["jawOpen"]
    assert mumbled.shapes[:, jaw].max() < 0.8 * clear.shapes[:, jaw].max()


def test_unknown_presets_are_one_sentence(run, speech, tmp_path):
    assert "no such thing" in complaint(run("animate", speech, "-o", tmp_path / "out.csv", "--preset", "no such thing"))


@pytest.mark.parametrize("arguments", [("--jaw", "9"), ("--fps", "0"), ("--fps", "nan"), ("--start", "inf"), ("--nonsense",)])
def test_arguments_that_make_no_sense(run, speech, arguments):
    result = run("animate", speech, *arguments)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("kind", ["text", "textgrid", "rhubarb", "rhubarb-json", "json"])
def test_listen_tells_the_phones(run, speech, kind):
    result = run("listen", speech, "--format", kind, "--quiet")
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) >= 1
    assert len(result.stdout) > 40


def test_a_text_is_followed(run, speech, tmp_path):
    result = run("listen", speech, "--text", "/ama masa/", "--quiet")
    assert result.returncode == 0, result.stderr
    symbols = [line.split()[2] for line in result.stdout.splitlines()]
    assert [symbol for symbol in symbols if symbol != "sil"] == list("amamasa")
    (tmp_path / "said.txt").write_text("/sim/", encoding="utf-8")
    assert " m " in run("listen", speech, "--text", tmp_path / "said.txt", "--quiet").stdout


@pytest.mark.parametrize(
    ("text", "words"), [("...", "no words"), ("/" + "ama" * 500 + "/", "more sounds"), ("missing.txt", "missing.txt")]
)
def test_texts_that_cannot_be_followed(run, speech, text, words):
    if text == "..." and not shutil.which("espeak-ng"):
        words = "eSpeak"
    assert words in complaint(run("listen", speech, "--text", text))


@pytest.fixture
def lines(tmp_path, speech):
    path = tmp_path / "lines.csv"
    path.write_text('id,audio,settings\none,speech.wav,"{""jaw"": 1.5}"\ntwo,speech.wav,\nthree,missing.wav,\n', encoding="utf-8")
    return path


def report_of(folder):
    with (folder / "report.csv").open(encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_batch_reports_resumes_and_keeps_edits(run, lines, tmp_path):
    out = tmp_path / "out"
    result = run("batch", lines, "--out", out)
    assert "1 of 3 lines failed" in complaint(result)
    first = report_of(out)
    assert first["one"]["status"] in ("ok", "warned")
    assert first["three"]["status"] == "failed"
    assert "missing.wav" in first["three"]["reason"]
    one, two = (plain_csv.read((out / f"{name}.csv").read_text()).shapes for name in ("one", "two"))
    assert np.abs(one - two).max() > 0.01

    (out / "one.csv").write_text("edited by hand")
    run("batch", lines, "--out", out)
    second = report_of(out)
    assert second["two"]["status"] == "cached"
    assert second["one"]["status"] == "warned"
    assert (out / "one.csv").read_text() == "edited by hand"

    run("batch", lines, "--out", out, "--force", "--fps", "30")
    assert (out / "one.csv").read_text() != "edited by hand"
    assert json.loads((out / "batch.json").read_text())["fps"] == 30


def test_batch_does_changed_lines_again(run, lines, tmp_path):
    out = tmp_path / "out"
    run("batch", lines, "--out", out)
    lines.write_text(lines.read_text().replace("1.5", "0.5"))
    run("batch", lines, "--out", out, "--jobs", "2")
    assert report_of(out)["one"]["status"] in ("ok", "warned")
    assert report_of(out)["two"]["status"] == "cached"


def test_shards_share_the_lines(run, lines, tmp_path):
    out = tmp_path / "out"
    for part in (1, 2):
        run("batch", lines, "--out", out, "--shard", f"{part}/2")
    rows = [row["id"] for name in ("report-1-of-2.csv", "report-2-of-2.csv") for row in csv.DictReader((out / name).open())]
    assert sorted(rows) == ["one", "three", "two"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,file\na,b\n", "columns id and audio"),
        ("id,audio\na,x.wav\na,y.wav\n", "more than once"),
        ("id,audio\n../a,x.wav\n", "Row 2"),
        ('id,audio,settings\na,x.wav,"{"\n', "Row 2"),
    ],
)
def test_lists_that_make_no_sense(run, tmp_path, text, words):
    path = tmp_path / "lines.csv"
    path.write_text(text)
    assert words in complaint(run("batch", path, "--out", tmp_path / "out"))


def test_unknown_settings_fail_their_line_only(run, tmp_path, speech):
    path = tmp_path / "lines.csv"
    path.write_text('id,audio,settings\na,speech.wav,"{""elbow"": 1}"\nb,speech.wav,\n')
    run("batch", path, "--out", tmp_path / "out")
    rows = report_of(tmp_path / "out")
    assert "elbow" in rows["a"]["reason"]
    assert rows["b"]["status"] in ("ok", "warned")
