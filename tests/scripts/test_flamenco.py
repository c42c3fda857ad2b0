# SPDX-License-Identifier: GPL-3.0-or-later
"""The job type for Flamenco: what it compiles to does, run for real, what the plain command does."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

soundfile = pytest.importorskip("soundfile")
ROOT = Path(__file__).resolve().parents[2]
JOB_TYPE = ROOT / "scripts/flamenco/parlance_batch.js"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="needs node, a JavaScript engine")

# What Flamenco gives a job compiler script: author, and a job to add tasks to. Names and types must be there, as in Flamenco.
MANAGER = """
const fs = require("fs"), vm = require("vm");
const author = {
    Task(name, type) {
        if (!name.trim() || !type.trim()) throw new Error("a task needs a name and a type");
        return {name, type, commands: [], dependencies: [],
            addCommand(command) { this.commands.push(command); },
            addDependency(task) { this.dependencies.push(task.name); }};
    },
    Command(name, parameters) { return {name, parameters}; },
};
const tasks = [], world = vm.createContext({author, print() {}});
vm.runInContext(fs.readFileSync(process.argv[1], "utf8") + "\\nglobalThis.JOB_TYPE = JOB_TYPE;", world);
const settings = JSON.parse(process.argv[2]);
for (const each of world.JOB_TYPE.settings) {
    if (!["string", "int32", "float", "bool"].includes(each.type)) throw new Error("no type of Flamenco: " + each.type);
    if (settings[each.key] === undefined) {
        if (each.required) throw new Error(each.key + " is required");
        settings[each.key] = each.default;
    }
}
world.compileJob({settings, name: "job", addTask(task) { tasks.push(task); }});
console.log(JSON.stringify(tasks));
"""


def compiled(**settings):
    """The tasks of a job, as the manager would get them."""
    command = [NODE, "-e", MANAGER, str(JOB_TYPE), json.dumps(settings)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.fixture(scope="module")
def farm(tmp_path_factory):
    """Do the commands of a task as a worker would; the exit code of the first that fails, and what it said."""
    place = tmp_path_factory.mktemp("worker")
    environment = os.environ | {"PARLANCE_WEIGHTS": str(ROOT / "tests/data/tiny.onnx"), "OMP_NUM_THREADS": "1"}

    def work(task):
        for command in task["commands"]:
            assert command["name"] == "exec"
            words = [command["parameters"]["exe"], *command["parameters"]["args"]]
            done = subprocess.run(words, cwd=place, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                break
        return done.returncode, done.stderr

    return work


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    """The settings of a job: a list of three lines, of which one names a sound that is not there."""
    folder = tmp_path_factory.mktemp("two words")
    noise = 0.1 * np.random.default_rng(0).normal(size=16_000)
    soundfile.write(folder / "a.wav", noise * np.abs(np.sin(np.arange(16_000) / 2000)), 16_000)
    path = folder / "lines.csv"
    path.write_text('id,audio,settings\none,a.wav,"{""jaw"": 1.5}"\ntwo,a.wav,\nthree,missing.wav,\n', encoding="utf-8")
    return {"lines": str(path), "program": f'"{sys.executable}" -m parlance.inference', "options": "--fps 30"}


@pytest.fixture(scope="module")
def shared(job, farm, tmp_path_factory):
    """The folder in which two shards have done a job."""
    out = tmp_path_factory.mktemp("shared") / "out"
    *parts, closing = compiled(out=str(out), shards=2, **job)
    assert [task["dependencies"] for task in parts] == [[], []]
    assert closing["dependencies"] == [task["name"] for task in parts]
    code, told = farm(closing)
    assert code == 1
    assert "run --shard 1/2 first" in told
    for task in reversed(parts):  # a farm keeps no order
        assert farm(task) == (0, "")
    code, told = farm(closing)
    assert code == 1
    assert "1 of 3 lines failed" in told
    return out


def test_a_farm_does_what_the_plain_command_does(job, shared, tmp_path, farm):
    (plain,) = compiled(out=str(tmp_path), shards=1, **job)
    assert farm(plain)[0] == 1
    for name in ("report.csv", "one.csv", "two.csv"):
        assert (tmp_path / name).read_bytes() == (shared / name).read_bytes()
    assert "missing.wav" in (shared / "report.html").read_text(encoding="utf-8")
    times = {path: path.stat().st_mtime_ns for path in shared.glob("*.json") if path.name != "batch.json"}
    assert farm(compiled(out=str(shared), shards=2, **job)[0]) == (0, "")
    assert all(path.stat().st_mtime_ns == when for path, when in times.items())


def test_a_shard_that_stopped_half_way_is_told_and_the_report_stays(job, shared, tmp_path, farm):
    out = shutil.copytree(shared, tmp_path / "out")
    closing = compiled(out=str(out), shards=2, **job)[-1]
    before = (out / "report.csv").read_bytes()
    half = out / "report-1-of-2.csv"
    half.write_text("".join(half.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    code, told = farm(closing)
    assert code == 1
    assert "Shard 1/2 has not done “three”" in told
    assert (out / "report.csv").read_bytes() == before
    assert [row["id"] for row in csv.DictReader((out / "report.csv").open(encoding="utf-8"))] == ["one", "two", "three"]


def test_words_with_spaces_and_windows_paths_stay_whole():
    program, options = '"C:\\Program Files\\parlance.exe"', "--preset 'my own' --jaw=\"1.5\""
    (task,) = compiled(lines="L:\\a b\\lines.csv", out="L:\\out", shards=1, program=program, options=options)
    (command,) = task["commands"]
    assert command["parameters"]["exe"] == "C:\\Program Files\\parlance.exe"
    assert command["parameters"]["args"][:4] == ["batch", "L:\\a b\\lines.csv", "--out", "L:\\out"]
    assert command["parameters"]["args"][-3:] == ["--preset", "my own", "--jaw=1.5"]
