# SPDX-License-Identifier: GPL-3.0-or-later
"""The three lines of the README, and what else scripts may ask for."""

import inspect
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import parlance
from parlance.inference import arkit
from parlance.inference.formats import livelink_csv, plain_csv

pytest.importorskip("soundfile")
ROOT = Path(__file__).resolve().parents[2]
JAW = arkit.INDEX["jawOpen"]


def test_three_lines(tiny, speech, tmp_path):
    animation = parlance.animate(str(speech), jaw=1.2)
    parlance.save(animation, tmp_path / "curves.csv")
    np.testing.assert_allclose(plain_csv.read((tmp_path / "curves.csv").read_text()).shapes, animation.shapes, atol=1e-5)


def test_what_was_heard_is_animated_again(tiny, speech, tmp_path, babble):
    performance = parlance.hear(babble(2))
    parlance.save(performance, tmp_path / "heard.npz")
    calm, wide = (parlance.animate(tmp_path / "heard.npz", jaw=jaw, fps=24, start=1) for jaw in (0.2, 1.8))
    assert wide.shapes[:, JAW].max() > calm.shapes[:, JAW].max() + 0.1
    assert calm.start == 1
    parlance.save(wide, tmp_path / "wide.csv", "livelink")
    assert livelink_csv.read((tmp_path / "wide.csv").read_text()).shapes.any()
    assert parlance.animate(performance, preset="mumble", text="/ama/").shapes.any()
    assert parlance.animate(performance, parlance.Direction(jaw=0.0)).shapes[:, JAW].max() < calm.shapes[:, JAW].max()


@pytest.mark.parametrize(
    "wrong", [{"jaw": 9}, {"elbow": 1}, {"preset": "none"}, {"fps": 0}, {"fps": float("nan")}, {"start": 1e300}, {"channel": 7}]
)
def test_what_cannot_be_is_one_sentence(tiny, speech, wrong):
    with pytest.raises(parlance.ParlanceError):
        parlance.animate(speech, **wrong)
    with pytest.raises(parlance.ParlanceError):
        parlance.save(parlance.animate(speech), speech.with_suffix(".x"), "fbx")


@pytest.mark.parametrize(
    ("argument", "wrong"),
    [("sound", 3), ("sound", None), ("sound", np.zeros(16000, np.float32)), ("sound", b"speech.wav"),
     ("direction", {"jaw": 1.2}), ("fps", "24"), ("start", "1"), ("preset", 3), ("mood", 3), ("channel", 1.0),
     ("text", 3), ("language", None), ("model", 3)],
)  # fmt: skip
def test_an_argument_of_another_kind_is_one_sentence_that_names_it(tiny, speech, argument, wrong):
    with pytest.raises(parlance.ParlanceError, match=f"^“{argument}” must be [^.]*, not [^.]*[.]$"):
        parlance.animate(**{"sound": speech, argument: wrong})


def test_what_is_no_result_is_not_saved(tmp_path):
    with pytest.raises(parlance.ParlanceError, match="“result” must be an Animation or a Performance"):
        parlance.save(3, tmp_path / "curves.csv")
    with pytest.raises(parlance.ParlanceError, match="“text” must be text"):
        parlance.speak(3)
    with pytest.raises(parlance.ParlanceError, match="“dictionary” must be words"):
        parlance.speak("Hello.", dictionary={"hello": 3})


def test_numbers_of_numpy_are_numbers(tiny, speech):
    plain, counted = (parlance.animate(speech, jaw=jaw, seed=seed) for jaw, seed in ((1.5, 7), (np.float64(1.5), np.int64(7))))
    np.testing.assert_array_equal(plain.shapes, counted.shapes)


def test_samples_that_are_no_voice_between_minus_one_and_one_are_told(tiny):
    noise = np.random.default_rng(0).normal(size=16000)
    with pytest.raises(parlance.ParlanceError, match="divide whole ones"):
        parlance.hear(parlance.Audio((3000 * noise).astype(np.int16)))
    with pytest.raises(parlance.ParlanceError, match="mix the channels"):
        parlance.hear(parlance.Audio(np.stack([noise, noise], 1).astype(np.float32)))


def test_what_is_offered_is_there_and_explained():
    for name in parlance.__all__:
        assert inspect.getdoc(getattr(parlance, name))
    with pytest.raises(AttributeError):
        _ = parlance.nonsense


def test_the_package_itself_reads_nothing(environment):
    """Blender imports it when the extension is enabled."""
    code = "import sys, parlance; print([name for name in sys.modules if name.startswith(('parlance.', 'numpy'))])"
    answer = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"


@pytest.mark.parametrize("page", ["README.md", "docs/command-line.md"])
def test_the_examples_of_the_pages_run(tiny, speech, monkeypatch, page):
    """Every indented passage with an import in it, as it stands there."""
    monkeypatch.chdir(speech.parent)
    blocks = re.findall(r"(?m)(?:^    .*\n|^\n(?=    ))+", (ROOT / page).read_text(encoding="utf-8"))
    examples = [textwrap.dedent(block) for block in blocks if re.search(r"(?m)^    (import|from) ", block)]
    assert examples
    for example in examples:
        exec(compile(example, page, "exec"), {})
    assert (speech.parent / "curves.csv").is_file()
