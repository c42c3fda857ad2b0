# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves and phone times of other programs, in and out of the command line."""

import json

import numpy as np
import pytest

from parlance.inference import arkit, convert
from parlance.inference.formats import livelink_csv, plain_csv, rhubarb, textgrid
from parlance.inference.from_phones import performance_from
from parlance.inference.performance import Phone

JAW, CLOSE, BLINK = (arkit.INDEX[name] for name in ("jawOpen", "mouthClose", "eyeBlinkLeft"))
RAMP = np.linspace(0, 1, 31)
FILES = {
    "take.csv": "Timecode,BlendShapeCount,JawOpen,EyeBlinkLeft,HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,LeftEyePitch\n"
    + "".join(f"10:00:0{i // 30}:{i % 30 * 2:02d}.000,61,{x:.6f},0.5,0.1,0.2,0.3,0.05,-0.1\n" for i, x in enumerate(RAMP)),
    "export.json": json.dumps({"exportFps": 30, "facsNames": ["jawOpen", "eyeBlinkLeft"], "weightMat": [[x, 0.5] for x in RAMP]}),
    "animation_frames.csv": ",timeCode,blendShapes.JawOpen,blendShapes.EyeBlinkLeft,blendShapes.TongueUp\n"
    + "".join(f"{i},{i / 30:.3f},{x:.6f},0.5,0\n" for i, x in enumerate(RAMP)),
    "table.csv": "time,jawOpen,eyeBlink_L,joy\n" + "".join(f"{i / 30:.6f},{x:.6f},0.5,0.25\n" for i, x in enumerate(RAMP)),
}


@pytest.fixture
def files(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("out", ["plain", "livelink"])
def test_curves_of_every_program_come_out_in_every_format(run, files, name, out):
    result = run("convert", files / name, "-o", files / "out.csv", "--format", out)
    assert result.returncode == 0, result.stderr
    motion = {"plain": plain_csv, "livelink": livelink_csv}[out].read((files / "out.csv").read_text())
    assert "31 frames at 30 fps" in result.stderr
    np.testing.assert_allclose(motion.times, np.arange(31) / 30, atol=1e-4)
    np.testing.assert_allclose(motion.shapes[:, JAW], RAMP, atol=2e-2 if name == "animation_frames.csv" else 1e-4)
    np.testing.assert_allclose(motion.shapes[:, BLINK], 0.5, atol=1e-5)


def test_another_frame_rate_is_interpolated(run, files):
    run("convert", files / "export.json", "-o", files / "out.csv", "--fps", 60)
    motion = plain_csv.read((files / "out.csv").read_text())
    np.testing.assert_allclose(motion.shapes[:, JAW], np.linspace(0, 1, 61), atol=1e-5)


def test_head_and_eyes_go_through(run, files):
    run("convert", files / "take.csv", "-o", files / "out.csv", "--livelink")
    motion = livelink_csv.read((files / "out.csv").read_text())
    np.testing.assert_allclose(motion.head, livelink_csv.read(FILES["take.csv"]).head, atol=1e-4)
    np.testing.assert_allclose(motion.others["RightEyePitch"], -0.1, atol=1e-6)


def test_several_files_and_the_terminal(run, complaint, files):
    assert run("convert", files / "take.csv", files / "table.csv", "-o", files / "out").returncode == 0
    assert (files / "out" / "take.csv").is_file()
    assert run("convert", files / "table.csv").stdout.startswith("time,eyeBlinkLeft")
    assert "together" in complaint(run("convert", files / "take.csv", files / "table.csv"))


@pytest.mark.parametrize("text", ["", "nothing\n", "a,b\n1,2\n", "{}", "\0\0", "time\n", "timecode,x\n1,2\n"])
def test_other_files_are_refused_in_one_sentence(run, complaint, tmp_path, text):
    (tmp_path / "other.csv").write_text(text)
    complaint(run("convert", tmp_path / "other.csv"))


def test_gaps_in_a_take_do_not_change_its_rate():
    times = np.delete(np.arange(60) / 60, [10, 11, 12, 40])
    assert convert.own_rate(times) == 60
    assert convert.own_rate(np.arange(30) / 29.97) == 29.97
    assert convert.own_rate(np.zeros(3)) == 60


SAID = tuple(
    Phone(*item)
    for item in [("sil", 0, 0.4), ("m", 0.4, 0.55), ("a", 0.55, 0.9), ("p", 0.9, 1.0), ("a", 1, 1.3), ("sil", 1.3, 2)]
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("said.TextGrid", textgrid.write(SAID)),
        ("cues.tsv", rhubarb.write_tsv(rhubarb.cues(SAID))),
        ("cues.json", rhubarb.write_json(rhubarb.cues(SAID), "said.wav")),
    ],
)
def test_phone_times_drive_a_face(run, tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    result = run("animate", tmp_path / name, "-o", tmp_path / "out.csv", "--fps", 100, "--blink-rate", 0)
    assert result.returncode == 0, result.stderr
    motion = plain_csv.read((tmp_path / "out.csv").read_text())
    opening = motion.shapes[:, JAW] - motion.shapes[:, CLOSE]
    assert opening[65:85].max() > 0.15
    assert opening[93:97].min() < 0.3 * opening[65:85].max()  # the lips meet in p
    told = run("listen", tmp_path / name, "--quiet").stdout.split("\n")
    assert [line.split()[2] for line in told if line][1] == "m"


def test_a_textgrid_is_read_as_aligners_write_it():
    """Two tiers, short format, gaps, an aligner's names for silence, and a label of two phones."""
    text = (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n1.5\n<exists>\n2\n'
        '"IntervalTier"\n"words"\n0\n1.5\n1\n0\n1.5\n"my ""word"""\n'
        '"IntervalTier"\n"phones"\n0\n1.5\n3\n0.25\n0.5\n"m"\n0.5\n1\n"a\u026a"\n1\n1.5\n"sp"\n'
    )
    phones = textgrid.read(text)
    assert [(phone.symbol, phone.start, pytest.approx(phone.end)) for phone in phones] == [
        ("sil", 0.0, 0.25),
        ("m", 0.25, 0.5),
        ("a", 0.5, 0.8),
        ("\u026a", 0.8, 1.0),
        ("sil", 1.0, 1.5),
    ]


def test_a_textgrid_goes_round():
    assert textgrid.read(textgrid.write(SAID)) == SAID
    assert performance_from(SAID).duration == 2


def test_phones_alone_stress_nothing():
    """Their lengths alone would make accents of long vowels: too little to nod by."""
    sizes = [
        ("sil", 0.3),
        *[("t", 0.06), ("a", 0.08)] * 4,
        ("t", 0.06),
        ("a", 0.3),
        *[("t", 0.06), ("a", 0.08)] * 4,
        ("sil", 0.5),
    ]
    ends = np.cumsum([size for _, size in sizes])
    phones = [Phone(symbol, end - size, end) for (symbol, size), end in zip(sizes, ends, strict=True)]
    kinds = [event.kind for event in performance_from(phones).events]
    assert "pause" in kinds
    assert "accent" not in kinds
