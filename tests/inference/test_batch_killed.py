# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches that are killed, crash, meet one another or a full disk: run again, everything is there and nothing doubtful."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from parlance.inference import outputs
from parlance.inference.command_line import batch_line

from .test_batch import report_of

soundfile = pytest.importorskip("soundfile")


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

    monkeypatch.setattr(batch_line, "hear", faulty)
    lines.write_text("id,audio\none,speech.wav\n")
    run("batch", lines, "--out", tmp_path / "out")
    row = report_of(tmp_path / "out")["one"]
    assert row["status"] == "failed"
    assert "report it: ZeroDivisionError" in row["reason"]


def test_a_killed_run_leaves_nothing_that_looks_edited(tmp_path, environment, speech):
    """Killed without warning at any moment, then run again: everything is there, nothing doubtful."""
    path, out = tmp_path / "lines.csv", tmp_path / "out"
    path.write_text("id,audio\n" + "".join(f"line{number},speech.wav\n" for number in range(6)))
    command = [sys.executable, "-m", "parlance.inference", "batch", str(path), "--out", str(out), "--quiet"]
    for _ in range(2):
        victim = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        before = len(list(out.glob("line*.csv")))
        while victim.poll() is None and len(list(out.glob("line*.csv"))) < before + 2:
            time.sleep(0.01)
        victim.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        victim.wait()
    assert subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0
    rows = report_of(out)
    assert len(rows) == 6
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
