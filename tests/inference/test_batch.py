# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole scripts: resumed, reported line by line, and never over somebody's work."""

import csv
import json
import sys

import numpy as np
import pytest

from parlance.inference.command_line.line_list import BadLine, Line, read_lines
from parlance.inference.formats import plain_csv

soundfile = pytest.importorskip("soundfile")


def report_of(folder):
    with (folder / "report.csv").open(encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_batch_reports_resumes_and_keeps_edits(run, complaint, lines, tmp_path):
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


def test_what_is_told_of_a_line_is_told_again_when_it_is_not_done_again(run, speech, tmp_path):
    samples, rate = soundfile.read(speech)
    soundfile.write(tmp_path / "short.wav", samples[: int(0.4 * rate)], rate)
    lines, out = tmp_path / "lines.csv", tmp_path / "out"
    lines.write_text(f"id,audio\nshort,short.wav\nwhole,{speech}\n", encoding="utf-8")
    run("batch", lines, "--out", out)
    first = report_of(out)
    assert first["short"]["reason"].startswith("shorter than half a second")
    run("batch", lines, "--out", out)
    second = report_of(out)
    assert {row["status"] for row in second.values()} == {"cached"}
    assert [row | {"status": ""} for row in first.values()] == [row | {"status": ""} for row in second.values()]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "to look at (1)" in page
    assert page.count("<polyline") == page.count("<path d=") == 2  # mouth and sound of both


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
        ("", "columns id and audio"),
        ('id,audio\na,"x.wav\nb,y.wav\n', "quotation mark"),
        ('id,audio\na,"x.wav\n' + "b,y.wav\n" * 100_000, "quotation mark"),
        ("id,audio\na,caf\xe9.wav\n", "UTF-8"),
    ],
)
def test_lists_that_make_no_sense(run, complaint, tmp_path, text, words):
    path = tmp_path / "lines.csv"
    path.write_text(text, encoding="latin-1")
    assert words in complaint(run("batch", path, "--out", tmp_path / "out"))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("good,speech.wav,", "same id as row 2"),
        ("GOOD,speech.wav,", "same id as row 2"),
        ("../a,speech.wav,", "Row 3 needs an id"),
        ("c:a,speech.wav,", "Row 3 needs an id"),
        (",speech.wav,", "Row 3 needs an id"),
        ("a\0b,speech.wav,", "Row 3 needs an id"),
        ("report-1-of-2,speech.wav,", "Row 3 needs an id"),
        ("a" * 300 + ",speech.wav,", "Row 3 needs an id"),
        ("a,spe\0ech.wav,", "path of a sound"),
        ("a,,", "path of a sound"),
        ("a", "path of a sound"),
        ("a,speech.wav,{", "Row 3 needs settings of the form"),
        ("a,speech.wav," + "[" * 100_000, "Row 3 needs settings of the form"),
        ("a,speech.wav,[1]", "Row 3 needs settings"),
        ('a,speech.wav,"{""elbow"": 1}"', "elbow"),
        ("a,loud.wav,", "far beyond"),
        ("a,.,", "folder"),
        ("a,a.csv,", "does not exist"),
    ],
)
def test_a_bad_row_costs_one_row(run, complaint, tmp_path, speech, row, words):
    soundfile.write(tmp_path / "loud.wav", np.full(8000, 1e18, np.float32), 16_000, subtype="FLOAT")
    path = tmp_path / "lines.csv"
    path.write_text(f"id,audio,settings\ngood,speech.wav,\n{row}\nlast,speech.wav,\n", encoding="utf-8")
    assert "1 of 3 lines failed" in complaint(run("batch", path, "--out", tmp_path / "out"))
    with (tmp_path / "out" / "report.csv").open(encoding="utf-8", newline="") as file:
        first, bad, last = csv.DictReader(file)
    assert {first["status"], last["status"]} <= {"ok", "warned"}
    assert bad["status"] == "failed"
    assert words in bad["reason"]


def test_a_channel_in_words_is_told_without_jargon(run, speech, tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("id,audio,channel\none,speech.wav,left\n", encoding="utf-8")
    run("batch", path, "--out", tmp_path / "out", "--lenient")
    assert report_of(tmp_path / "out")["one"]["reason"] == "Row 2 needs a channel that is a whole number, not “left”."


def test_files_that_a_batch_did_not_write_stay(run, lines, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "one.csv").write_text("my own table")
    (out / "two.json").write_text('{"my": "own"}')
    run("batch", lines, "--out", out)
    rows = report_of(out)
    assert (out / "one.csv").read_text() == "my own table"
    assert (out / "two.json").read_text() == '{"my": "own"}'
    assert "not made by a batch" in rows["one"]["reason"]
    assert "something else" in rows["two"]["reason"]
    assert not (out / "one.json").exists()
    run("batch", lines, "--out", out, "--force")
    assert report_of(out)["one"]["status"] in ("ok", "warned")
    assert plain_csv.read((out / "one.csv").read_text()).shapes.any()


@pytest.mark.parametrize("name", ["report.csv", "batch.json"])
def test_a_report_of_somebody_elses_stays(run, complaint, lines, tmp_path, name):
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("quarterly figures")
    assert name in complaint(run("batch", lines, "--out", out))
    assert (out / name).read_text() == "quarterly figures"


def test_the_list_is_never_written_over(run, lines, tmp_path):
    lines.write_text("id,audio\nlines,speech.wav\n")
    run("batch", lines, "--out", tmp_path, "--force")
    assert lines.read_text() == "id,audio\nlines,speech.wav\n"
    assert "being read" in report_of(tmp_path)["lines"]["reason"]


def test_a_million_rows_are_not_loaded(tmp_path):
    """The first row is there before the others are read, also for the last of many shards; ids are compared all the same."""
    import tracemalloc

    path = tmp_path / "lines.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("id,audio,text\n")
        file.writelines(
            f"scene_{number // 100:05d}_line_{number},voice/{number}.wav,something that is said\n" for number in range(40_000)
        )
        file.write("scene_00000_line_0,again.wav,\n")
    tracemalloc.start()
    lines = read_lines(path, (16, 16))
    assert next(lines).id == "scene_00000_line_15"
    rest = sum(isinstance(line, Line) for line in lines)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rest == 40_000 // 16 - 1
    assert peak < 2_000_000
    last = [line for line in read_lines(path, (1, 16)) if isinstance(line, BadLine)]
    assert [line.id for line in last] == ["scene_00000_line_0"]


@pytest.mark.parametrize(("program", "words"), [("no-such-blender", "--blender"), (sys.executable, "No module named")])
def test_without_a_blender_that_works_no_half_of_a_line_is_left(run, complaint, lines, tmp_path, program, words):
    out = tmp_path / "out"
    (tmp_path / "set.blend").write_bytes(b"BLENDER")
    result = run("batch", lines, "--out", out, "--blend", tmp_path / "set.blend", "--blender", program)
    assert "3 of 3 lines failed" in complaint(result)
    assert words in report_of(out)["one"]["reason"]
    assert sorted(path.name for path in out.iterdir()) == ["batch.json", "report.csv", "report.html"]
