# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of a batch as keyed .blend files: Blender in the background, here the Python that has bpy."""

import csv
import json
import os
import subprocess
import sys

import bpy
import pytest

pytest.importorskip("soundfile")


@pytest.fixture
def template(make_face, tmp_path, scene):
    """A scene with two people, one of whom has a slider moved, at 24 frames a second."""
    make_face("Anna").parlance.direction.jaw = 0.25
    make_face("Ben")
    scene.frame_end = 20  # the line is longer
    path = tmp_path / "two words" / "set.blend"
    path.parent.mkdir()
    bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)
    return path


@pytest.fixture
def batch(tmp_path, speech):
    """Run a list in a process of its own, with this Python as its Blender; the report's rows."""

    def run(rows, *arguments):
        lines, out = tmp_path / "lines.csv", tmp_path / "out"
        written = "\n".join(["id,audio,text,settings,character,blend", *rows, ""])
        lines.write_text(written.replace("VOICE", str(speech)))
        command = [sys.executable, "-m", "parlance.inference", "batch", lines, "--out", out, "--quiet"]
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        command += [*arguments, "--blender", sys.executable]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        with (out / "report.csv").open(encoding="utf-8") as file:
            return {row["id"]: row for row in csv.DictReader(file)}

    run.out = tmp_path / "out"
    return run


@pytest.mark.ends
def test_a_line_ends_in_a_keyed_file_of_its_own(batch, template, curves, room, value_at):
    before = template.read_bytes()
    report = batch(['one,VOICE,,"{""lead"": 0.08}",anna,', "two,VOICE,,,Anna,no.blend"], "--blend", str(template))
    assert report["one"]["status"] != "failed"
    assert report["two"]["status"] == "failed"
    assert "no.blend" in report["two"]["reason"]
    assert template.read_bytes() == before
    of_line = [f"one.{kind}" for kind in ("blend", "csv", "json")]
    assert sorted(path.name for path in batch.out.iterdir()) == ["batch.json", *of_line, "report.csv", "report.html"]

    bpy.ops.wm.open_mainfile(filepath=str(batch.out / "one.blend"))
    anna, ben = bpy.data.objects["Anna"], bpy.data.objects["Ben"]
    assert curves(anna.data.shape_keys)
    assert not curves(ben.data.shape_keys)
    (line,) = anna.parlance.lines
    assert line.direction.lead == pytest.approx(0.08)
    assert line.direction.jaw == pytest.approx(0.25)  # as the template has it
    strips, now = room("addon.sequencer.strips"), bpy.context.scene
    (strip,) = strips.sound_strips(now)
    assert room("addon.lines.lines").state(line, now) == "current"
    assert now.frame_end == round(strips.placement(strip, now).end * 24) - 1
    assert max(value_at(anna, "jawOpen", frame) for frame in range(1, 60)) > 0.05


@pytest.mark.parametrize(
    ("character", "told"), [("nobody", "“nobody” is not one character of “set.blend”"), ("", "name one as the character")]
)
def test_who_cannot_be_told_is_asked_for(room, template, tmp_path, character, told):
    request, answer = tmp_path / "request.json", tmp_path / "answer.json"
    request.write_text(json.dumps({"template": str(template), "character": character, "answer": str(answer)}))
    room("addon.dialogue.line_file").main(str(request))
    assert told in json.loads(answer.read_text())["trouble"]


@pytest.mark.newest  # what is kept and what is done again is the list's own book-keeping
def test_done_lines_stay_and_so_do_files_that_somebody_edited(batch, template):
    report = batch(["one,VOICE,,,Anna,", "two,VOICE,,,,"], "--blend", str(template))
    assert [row["status"] == "failed" for row in report.values()] == [False, True]
    assert "name one as the character" in report["two"]["reason"]
    keyed = batch.out / "one.blend"
    made = keyed.stat().st_mtime_ns
    assert batch(["one,VOICE,,,Anna,"], "--blend", str(template))["one"]["status"] == "cached"
    assert keyed.stat().st_mtime_ns == made
    rows = ["one,VOICE,,,Ben,"]
    assert batch(rows, "--blend", str(template))["one"]["status"] == "ok"
    assert keyed.stat().st_mtime_ns != made
    keyed.write_bytes(b"an artist's evening")
    assert "kept" in batch(rows, "--blend", str(template))["one"]["reason"]
    assert keyed.read_bytes() == b"an artist's evening"
