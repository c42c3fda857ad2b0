# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lip reader learns from, and that what ships computes what was trained."""

import numpy as np
import pytest
import torch

from parlance.inference.checking import lip_reader
from parlance.inference.checking.lip_classes import CLASSES
from parlance.inference.checking.lip_reader import SEEN
from parlance.inference.performance import Phone
from parlance.models.corpora import Utterance
from parlance.models.corpora.reader import DATA_VARIABLE
from parlance.models.readability import material, network
from parlance.models.targets import teacher

SAID = tuple(Phone(symbol, 0.15 * n, 0.15 * (n + 1)) for n, symbol in enumerate(("sil", *"mapufitova", "sil")))


@pytest.fixture
def _no_film(tmp_path, monkeypatch):
    """Mouths of the rules alone: the table that lies halfway to film takes minutes to fit."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    teacher.halfway.cache_clear()
    yield
    teacher.halfway.cache_clear()


@pytest.fixture
def utterance(tmp_path):
    return Utterance("one", "made", "nobody", "en", tmp_path / "none", None, SAID, None, "train")


def test_what_ships_computes_what_was_trained():
    torch.manual_seed(0)
    made = network.Network().eval()
    reader = lip_reader.from_arrays(network.arrays(made))
    seen = np.random.default_rng(0).normal(size=(1, 150, len(SEEN))).astype(np.float32)
    with torch.no_grad():
        theirs = torch.softmax(made(torch.from_numpy(seen)), dim=1)[0].T.numpy()
    np.testing.assert_allclose(lip_reader.read(seen[0], reader), theirs, atol=2e-3)  # weights ship in half precision
    assert made.reach == reader.reach == round(0.3 * lip_reader.RATE)


@pytest.mark.usefixtures("_no_film")
def test_no_two_mouths_are_alike_and_labels_go_with_them():
    rng = np.random.default_rng(0)
    items = [material.spoken_item(SAID, rng) for _ in range(20)]
    gaps = np.stack([seen[:, SEEN.index("gap")] for seen, _ in items])
    assert gaps.std(axis=0).mean() > 0.1
    lips = np.stack([said for _, said in items])
    assert {CLASSES[number] for number in np.unique(lips)} >= {"silence", "bilabial", "labiodental", "rounded", "open"}
    closed = np.mean([gap[said == CLASSES.index("bilabial")].mean() for gap, said in zip(gaps, lips, strict=True)])
    opened = np.mean([gap[said == CLASSES.index("open")].mean() for gap, said in zip(gaps, lips, strict=True)])
    assert opened > closed + 0.5


def test_what_a_camera_cannot_tell_is_not_shown():
    rest = lip_reader.REFERENCE.neutral
    film = material.Film(np.tile(rest + 3, (60, 1)).astype(np.float32), np.arange(60) < 50, SAID)
    seen, said = material.filmed_item(film, np.random.default_rng(1))
    hidden = [n for n, name in enumerate(SEEN) if name not in material.FRONT]
    assert not seen[:, hidden].any()
    assert (said[50:] == material.UNKNOWN).all()
    assert (said[:50] != material.UNKNOWN).all()


@pytest.mark.usefixtures("_no_film")
def test_it_learns(utterance):
    batches = material.batches([utterance], [], 8, 64)
    made = network.trained(batches, 60, 5e-3, report=1000)
    seen, said = material.spoken_item(SAID, np.random.default_rng(9))
    taken = lip_reader.read(seen, lip_reader.from_arrays(network.arrays(made))).argmax(axis=1)
    assert np.mean(taken == said) > 0.5
