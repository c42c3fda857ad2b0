# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing that Parlance did not make is lost, whatever the command is told to write where; and output that has nowhere to go."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from parlance.inference import outputs
from parlance.inference.errors import ParlanceError
from parlance.inference.hearing import weights

pytest.importorskip("soundfile")
unix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("force", [(), ("--force",)])
@pytest.mark.parametrize(
    "arguments",
    [
        ("animate", "speech.wav", "-o", "speech.wav"),
        ("animate", "speech.wav", "-o", "curves.csv", "--performance", "speech.wav"),
        ("animate", "speech.wav", "-o", "both", "--performance", "both"),
        ("animate", "heard.npz", "-o", "curves.csv", "--performance", "heard.npz"),
        ("animate", "speech.wav", "-o", "mine.json", "--preset", "mine.json"),
        ("animate", "speech.wav", "-o", "link.wav"),
        ("animate", "speech.wav", "-o", "folder/../speech.wav"),
        ("listen", "speech.wav", "-o", "speech.wav"),
        ("listen", "speech.wav", "-o", "said.txt", "--text", "said.txt"),
        ("convert", "curves.csv", "-o", "curves.csv"),
    ],
)
def test_what_is_read_is_never_written_over(run, complaint, speech, monkeypatch, arguments, force):
    monkeypatch.chdir(speech.parent)
    assert run("animate", "speech.wav", "-o", "curves.csv", "--performance", "heard.npz").returncode == 0
    Path("mine.json").write_text('{"format": "parlance direction", "version": 1, "direction": {}}')
    Path("said.txt").write_text("/ama/")
    Path("folder").mkdir()
    Path("link.wav").hardlink_to("speech.wav")
    before = contents(speech.parent)
    sentence = complaint(run(*arguments, *force))
    assert "being read" in sentence or "written twice" in sentence
    assert contents(speech.parent) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("animate", "speech.wav", "-o", "other.wav"),
        ("animate", "speech.wav", "-o", "curves.csv", "--performance", "other.wav"),
        ("listen", "speech.wav", "-o", "other.wav"),
        ("animate", "speech.wav"),  # would write speech.csv here
        ("animate", "speech.wav", "-o", "."),
    ],
)
def test_files_that_hold_something_else_stay_unless_forced(run, complaint, speech, monkeypatch, arguments):
    monkeypatch.chdir(speech.parent)
    Path("other.wav").write_bytes(speech.read_bytes())
    Path("speech.csv").write_text("take,seconds\n1,2\n")
    before = contents(speech.parent)
    assert "holds something else" in complaint(run(*arguments))
    assert contents(speech.parent) == before
    assert run(*arguments, "--force").returncode == 0
    assert contents(speech.parent) != before


@pytest.mark.parametrize(
    "arguments",
    [
        ("animate", "-o", "out"),
        ("animate", "-o", "out", "--livelink"),
        ("animate", "-o", "curves.csv", "--performance", "out"),
        *(("listen", "-o", "out", "--format", kind) for kind in ("text", "textgrid", "rhubarb", "rhubarb-json", "json")),
    ],
)
def test_what_it_made_itself_is_renewed(run, speech, monkeypatch, arguments):
    monkeypatch.chdir(speech.parent)
    command, *rest = arguments
    for _ in range(2):
        result = run(command, "speech.wav", *rest)
        assert result.returncode == 0, result.stderr


@unix
@pytest.mark.parametrize("arguments", [("animate", "-o"), ("listen", "-o"), ("animate", "-o", "curves.csv", "--performance")])
@pytest.mark.parametrize("kind", ["pipe", "socket", "link to a pipe"])
def test_devices_and_pipes_are_not_replaced(run, complaint, speech, monkeypatch, arguments, kind):
    """With files of their own: a test that fails must not cost the machine its /dev/null."""
    monkeypatch.chdir(speech.parent)
    place = Path("place")
    if kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(place))
    else:
        os.mkfifo("pipe" if kind == "link to a pipe" else place)
    if kind == "link to a pipe":
        place.symlink_to("pipe")
    command, *rest = arguments
    assert "a device or a pipe" in complaint(run(command, "speech.wav", *rest, place))
    assert place.exists()
    assert not place.is_file()


def test_a_file_of_the_users_beside_the_output_stays(run, speech, tmp_path):
    for name in ("curves.csv.part", ".curves.csv.part", "curves.part"):
        (tmp_path / name).write_text("mine")
    assert run("animate", speech, "-o", tmp_path / "curves.csv").returncode == 0
    assert (tmp_path / "curves.csv.part").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 5


@unix
def test_links_stay_links_and_permissions_stay(tmp_path):
    (tmp_path / "deep").mkdir()
    real, link = tmp_path / "deep" / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    outputs.write(link, b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in real.parent.iterdir()] == ["real.csv"]


def test_a_write_that_fails_midway_leaves_the_old_file(tmp_path):
    path = tmp_path / "curves.csv"
    path.write_text("old")

    def pieces():
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outputs.write(path, pieces())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("length", [240, 250, 255])
def test_names_as_long_as_the_system_takes(run, speech, tmp_path, length):
    name = "n" * (length - 4) + ".csv"
    assert run("animate", speech, "-o", tmp_path / name).returncode == 0
    assert (tmp_path / name).is_file()


@pytest.mark.parametrize("name", ["n" * 300, "nul\0inside", "speech.wav/below"])
def test_names_that_cannot_be(run, complaint, speech, tmp_path, name):
    sentence = complaint(run("animate", speech, "-o", f"{tmp_path}/{name}"))
    assert "cannot be written" in sentence
    assert len(sentence) < 500


@pytest.mark.parametrize(
    "name", ["n" * 300 + ".wav", "nul\0inside.wav", "n" * 300 + ".npz", "nul\0.TextGrid", "n" * 300 + ".json"]
)
def test_names_that_cannot_be_read(run, complaint, tmp_path, name):
    complaint(run("listen", f"{tmp_path}/{name}"))


def test_a_pipe_with_few_letters_gets_utf_8(process, real, environment, request):
    narrow = environment | {weights.OVERRIDE: str(real), "PYTHONIOENCODING": "cp1252"}
    result = process("listen", request.config.rootpath / "demo/hello.flac", "--quiet", env=narrow)
    assert result.returncode == 0, result.stderr
    assert " ɹ " in result.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", [("listen",), ("animate", "-o", "-"), ("animate", "--json")])
def test_a_full_disk_behind_the_output_is_one_sentence(process, complaint, speech, command):
    with Path("/dev/full").open("w") as full:
        result = process(command[0], speech, *command[1:], "--quiet", stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert "output cannot be written" in complaint(result)


@unix
def test_a_reader_that_leaves_is_no_error(environment, speech):
    command = [sys.executable, "-m", "parlance.inference", "animate", str(speech), "-o", "-", "--quiet"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as writer:
        writer.stdout.close()
        assert writer.stderr.read() == b""
        assert writer.wait() == 0


def test_an_output_that_is_a_folder_is_told(tmp_path):
    with pytest.raises(ParlanceError, match="folder"):
        outputs.check([outputs.Output(tmp_path, "plain")], [])
