# SPDX-License-Identifier: GPL-3.0-or-later
"""The layer that tells speech from everything else, fitted again."""

import pytest

torch = pytest.importorskip("torch")

from parlance.models.speech_head import fit  # noqa: E402
from parlance.models.sung import sung_clips  # noqa: E402
from parlance.models.synthesis import songs  # noqa: E402


def features(width=6, count=200_000):
    generator = torch.Generator().manual_seed(0)
    speaks = torch.rand(count, generator=generator) < 0.5
    trunk = torch.randn(count, width, generator=generator)
    trunk[:, 2] += 3.0 * speaks
    return trunk.half(), speaks.float()


def test_a_head_that_knew_nothing_learns_what_tells_speech():
    trunk, speaks = features()
    slope, offset = fit(trunk, speaks, torch.ones(len(speaks)), (torch.zeros(6), torch.zeros(1)))
    right = ((trunk.float() @ slope + offset > 0) == (speaks > 0)).float().mean()
    assert float(slope.abs().argmax()) == 2
    assert right > 0.8


def test_what_counts_more_is_missed_less():
    trunk, speaks = features()

    def missed(counts):
        slope, offset = fit(trunk, speaks, 1.0 + (counts - 1.0) * speaks, (torch.zeros(6), torch.zeros(1)))
        return float(((trunk.float() @ slope + offset < 0) & (speaks > 0)).float().mean())

    assert missed(20.0) < missed(1.0)


@pytest.mark.slow
def test_a_voice_sings_its_own_phones():
    voices = songs.singers()
    if not voices:
        pytest.skip("no Festival voice that sings is installed")
    takes = list(songs.sung(voices[0]))
    assert len(takes) > songs.EACH // 2
    for take, phones in takes:
        assert phones[-1].end == pytest.approx(len(take.samples) / 16_000, abs=0.3)
        assert max(phone.end - phone.start for phone in phones if phone.symbol != "sil") > 0.2


@pytest.mark.slow
def test_songs_teach_phones_and_lips(tmp_path, monkeypatch):
    if not songs.singers():
        pytest.skip("no Festival voice that sings is installed")
    monkeypatch.setattr(songs, "EACH", 2)
    monkeypatch.setattr(songs, "SINGERS", songs.SINGERS[:1])
    clips = sung_clips(tmp_path)
    assert 0 < len(clips) <= 2
    for clip in clips:
        assert len(set(clip.phones.tolist())) > 5
        assert clip.weights is not None
        assert clip.measures.shape[1] == len(clip.phones) == clip.log_mels[0].shape[1] // 2
