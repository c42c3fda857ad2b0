# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole scripts: resumed, reported line by line, and never over somebody's work."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from parlance.inference import outputs
from parlance.inference.command_line import batch
from parlance.inference.command_line.line_list import BadLine, Line, read_lines
from parlance.inference.formats import plain_csv

soundfile = pytest.importorskip("soundfile")


@pytest.fixture
def lines(tmp_path, speech):
    path = tmp_path / "lines.csv"
    path.write_text('id,audio,settings\none,speech.wav,"{""jaw"": 1.5}"\ntwo,speech.wav,\nthree,missing.wav,\n', encoding="utf-8")
    return path


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


def test_a_run_killed_between_note_and_curves_goes_on(run, lines, tmp_path):
    """The note is there and the curves are still the old ones, or none: nobody has edited them."""
    out = tmp_path / "out"
    run("batch", lines, "--out", out)
    old = (out / "one.csv").read_bytes()
    lines.write_text(lines.read_text().replace("1.5", "0.5"))
    run("batch", lines, "--out", out)
    new = (out / "one.csv").read_bytes()
    assert new != old
    for left in (old, None):
        if left is None:
            (out / "one.csv").unlink()
        else:
            (out / "one.csv").write_bytes(left)
        run("batch", lines, "--out", out)
        assert report_of(out)["one"]["status"] in ("ok", "warned")
        assert "edited" not in report_of(out)["one"]["reason"]
        assert (out / "one.csv").read_bytes() == new


@pytest.mark.parametrize("last", range(1, 6))
def test_a_run_killed_after_any_write_goes_on(run, lines, tmp_path, monkeypatch, last):
    """Settings, note and curves of one line, note and curves of the next: the run ends after each of them."""
    out = tmp_path / "out"
    run("batch", lines, "--out", out)
    lines.write_text(lines.read_text().replace("1.5", "0.5").replace("two,speech.wav,", 'two,speech.wav,"{""jaw"": 0.2}"'))
    written, write = [], outputs.write

    def deadly(path, data):
        write(path, data)
        written.append(path)
        if len(written) == last:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outputs, "write", deadly)
        assert run("batch", lines, "--out", out).returncode == 130
    run("batch", lines, "--out", out)
    rows = report_of(out)
    assert len(written) == last
    assert not [row["reason"] for row in rows.values() if "edited" in row["reason"] or "not made" in row["reason"]]
    assert {rows["one"]["status"], rows["two"]["status"]} <= {"ok", "warned", "cached"}
    fresh = tmp_path / "fresh"
    run("batch", lines, "--out", fresh)
    assert all((out / name).read_bytes() == (fresh / name).read_bytes() for name in ("one.csv", "two.csv"))


def test_a_fault_of_the_program_costs_one_row(run, lines, tmp_path, monkeypatch):
    def faulty(audio, **_):
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(batch, "hear", faulty)
    lines.write_text("id,audio\none,speech.wav\n")
    run("batch", lines, "--out", tmp_path / "out")
    row = report_of(tmp_path / "out")["one"]
    assert row["status"] == "failed"
    assert "report it: ZeroDivisionError" in row["reason"]


def test_a_killed_run_leaves_nothing_that_looks_edited(tmp_path, environment, speech):
    """Killed without warning at any moment, then run again: everything is there, nothing doubtful."""
    path, out = tmp_path / "lines.csv", tmp_path / "out"
    path.write_text("id,audio\n" + "".join(f"line{number},speech.wav\n" for number in range(12)))
    command = [sys.executable, "-m", "parlance.inference", "batch", str(path), "--out", str(out), "--quiet"]
    for _ in range(3):
        victim = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        before = len(list(out.glob("line*.csv")))
        while victim.poll() is None and len(list(out.glob("line*.csv"))) < before + 2:
            time.sleep(0.01)
        victim.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        victim.wait()
    assert subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0
    rows = report_of(out)
    assert len(rows) == 12
    assert not [row for row in rows.values() if "edited" in row["reason"] or "not made" in row["reason"]]


def test_two_runs_at_once_do_not_mix(run, complaint, lines, tmp_path, environment):
    out = tmp_path / "out"
    hold = (
        "import sys, time\nfrom pathlib import Path\nfrom parlance.inference.command_line.run_lock import alone\n"
        "with alone(Path(sys.argv[1])) as report:\n"
        "    report.write('id,audio,status,reason,')\n    report.flush()\n    print(flush=True)\n    time.sleep(600)\n"
    )
    out.mkdir()
    first = subprocess.Popen([sys.executable, "-c", hold, str(out / "report.csv")], env=environment, stdout=subprocess.PIPE)
    first.stdout.readline()
    try:
        assert "Another run" in complaint(run("batch", lines, "--out", out))
        assert (out / "report.csv").read_text() == "id,audio,status,reason,"
        assert "1 of 2" in complaint(run("batch", lines, "--out", out, "--shard", "1/2"))  # a report of its own
    finally:
        first.kill()
        first.wait()
        first.stdout.close()
    run("batch", lines, "--out", out)
    assert len(report_of(out)) == 3


def test_a_worker_that_dies_is_one_sentence(complaint, process, tmp_path, environment):
    """Whatever ends a worker (want of memory, a library that aborts) does not end in a traceback."""
    speech = tmp_path / "speech.wav"
    soundfile.write(speech, np.zeros(16_000), 16_000)
    path = tmp_path / "lines.csv"
    path.write_text("id,audio\n" + "".join(f"line{number},speech.wav\n" for number in range(4)))
    (tmp_path / "sitecustomize.py").write_text("import os, sys\nif '--multiprocessing-fork' in sys.orig_argv:\n    os._exit(9)\n")
    dying = environment | {"PYTHONPATH": os.pathsep.join([str(tmp_path), environment.get("PYTHONPATH", "")])}
    assert "ended from outside" in complaint(process("batch", path, "--out", tmp_path / "out", "--jobs", "2", env=dying))


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


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of the size of files")
def test_a_disk_that_fills_up_costs_what_does_not_fit_and_nothing_is_half_written(lines, tmp_path, tiny):
    import resource

    out = tmp_path / "out"
    command = [sys.executable, "-m", "parlance.inference", "batch", lines, "--out", out, "--quiet"]

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))  # less than the curves of a line

    full = subprocess.run(command, preexec_fn=small_files, capture_output=True, text=True, check=False)
    assert full.returncode == 1
    assert "Traceback" not in full.stderr
    assert [row["status"] for row in report_of(out).values()] == ["failed"] * 3
    assert "one.csv” cannot be written (File too large)" in report_of(out)["one"]["reason"]
    assert not list(out.glob("*.part"))
    assert not (out / "one.csv").exists()

    subprocess.run(command, capture_output=True, check=False)
    after = report_of(out)
    assert {after[name]["status"] for name in ("one", "two")} <= {"ok", "warned"}
    subprocess.run(command, capture_output=True, check=False)
    assert {report_of(out)[name]["status"] for name in ("one", "two")} == {"cached"}
