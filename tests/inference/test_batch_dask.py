# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch on a real Dask cluster, with workers killed and the scheduler gone; and the page that shows it."""

import csv
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

pytest.importorskip("soundfile")
distributed = pytest.importorskip("distributed")


@pytest.fixture
def script(tmp_path, speech):
    def write(count):
        path = tmp_path / "lines.csv"
        rows = [f'line{number:03},speech.wav,"{{""seed"": {number + 1}}}"' for number in range(count)]
        path.write_text("\n".join(["id,audio,settings", *rows, "bad,missing.wav,"]) + "\n", encoding="utf-8")
        return path

    return write


def statuses(folder):
    with (folder / "report.csv").open(encoding="utf-8") as file:
        return {row["id"]: row["status"] for row in csv.DictReader(file)}


def test_a_local_cluster_does_what_processes_do(run, script, tmp_path):
    lines, plain, shared = script(4), tmp_path / "plain", tmp_path / "shared"
    run("batch", lines, "--out", plain)
    run("batch", lines, "--out", shared, "--dask", "local", "--jobs", "2")
    assert statuses(plain) == statuses(shared)
    assert statuses(shared)["bad"] == "failed"
    for number in range(4):
        name = f"line{number:03}.csv"
        assert (plain / name).read_bytes() == (shared / name).read_bytes()
    page = (shared / "report.html").read_text(encoding="utf-8")
    assert "line000" in page
    assert "<polyline" in page
    assert "http" not in page


@pytest.mark.slow
def test_killed_workers_and_a_lost_scheduler_lose_nothing(script, tmp_path):
    port, out, lines = free_port(), tmp_path / "out", script(24)
    address = f"tcp://127.0.0.1:{port}"
    scheduler = cli("scheduler", "--port", str(port), "--no-dashboard")
    workers = [cli("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard") for _ in range(2)]
    try:
        batch = start(lines, out, address)
        wait_for(lambda: len(list(out.glob("line*.csv"))) >= 3)
        os.kill(workers[0].pid, signal.SIGKILL)
        wait_for(lambda: len(list(out.glob("line*.csv"))) >= 6)
        scheduler.kill()
        assert batch.wait(120) == 1
        said = batch.stderr.read()
        assert b"run the batch again" in said
        assert b"Traceback" not in said
    finally:
        for each in (scheduler, *workers):
            each.kill()
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("line*.csv")}
    again = start(lines, out, "local")
    assert again.wait(200) == 1  # one line names a sound that is not there
    done = statuses(out)
    assert len(done) == 25
    assert all(status in {"ok", "warned", "cached"} for name, status in done.items() if name != "bad")
    kept = [name for name, when in before.items() if (out / name).stat().st_mtime_ns == when]
    assert len(kept) >= len(before) - 2  # what was being written when the scheduler went is done again


def cli(what, *arguments):
    command = [sys.executable, "-m", "distributed.cli.dask_" + what, *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def start(lines, out, address):
    command = [sys.executable, "-m", "parlance.inference", "batch", lines, "--out", out, "--dask", address, "--quiet"]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(condition, seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.2)


@pytest.mark.slow
def test_a_scheduler_that_is_not_there_is_told(run, complaint, script, tmp_path):
    told = complaint(run("batch", script(1), "--out", tmp_path / "out", "--dask", f"tcp://127.0.0.1:{free_port()}"))
    assert "No Dask scheduler answers" in told
