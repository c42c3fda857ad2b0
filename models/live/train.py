# SPDX-License-Identifier: GPL-3.0-or-later
"""Teach the live network: python -m parlance.models.live.train [--out runs/live] [--minutes 40].

Needs the spectra of the large network's training (made if they are not there) and the shipped weights; resumes from its folder.
At the end the averaged weights are in weights.pt; python -m parlance.models.live.export ships them.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from ...inference import arkit, geometry, phones
from ..batches import Clip, Sampler
from ..gather import MEASURE_SPREAD
from ..learning import average_into, groups_of, learning_rate
from ..losses import Scale
from ..mel_augment import Augmentation, augment
from ..prepare import CURVES, EMOTIONS
from ..rounding import Rounding
from ..train import Settings as Large
from ..train import half_precision
from .distil import Wishes, losses
from .network import Causal, CausalLevel, LiveConfig, LiveHeard, LiveNetwork
from .teacher import CHANNELS, material

BEFORE: Final = (-6.0, 1.5)
"""Nats around a crop's own level that the level before it is drawn from: a voice after silence, or after something louder."""


@dataclass(frozen=True)
class Settings:
    """Everything that decides a run, but the network's own sizes.

    undisturbed: share of crops that are heard as they are.
    exact: part of the run, 0..1, before weights are rounded as they will be stored.
    others: how often a second look-ahead learns in the same step, beside the one that counts most.
    """

    minutes: float = 40.0
    batch: int = 24
    frames: int = 160
    rate: float = 3e-3
    decay: float = 0.01
    clip: float = 2.0
    average: float = 0.998
    seed: int = 11
    every: int = 250
    undisturbed: float = 0.35
    exact: float = 0.3
    others: float = 1.0
    shares: dict[str, float] = field(
        default_factory=lambda: {**Large().shares, "grid_s1": 0.10, "synthetic": 0.16, "librispeech": 0.06, "kerstin_de": 0.06}
    )


class Run:
    """One training run of the live network, and the folder that it writes to."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        train: dict[str, list[Clip]],
        valid: dict[str, list[Clip]],
        start: Path | None = None,
    ) -> None:
        """start: weights.pt of an earlier run to begin from."""
        self.folder, self.settings, self.valid = folder, settings, valid
        torch.manual_seed(settings.seed)
        self.half = half_precision()
        self.config = LiveConfig(phones.COUNT, len(CURVES), len(EMOTIONS))
        self.network, self.slow = LiveNetwork(self.config), LiveNetwork(self.config)
        if start:
            begin_from(self.network, torch.load(start, weights_only=False)["state"])
        self.slow.load_state_dict(self.network.state_dict())
        self.level = CausalLevel()
        self.rounding = Rounding(self.network)
        self.optimiser = torch.optim.AdamW(groups_of(self.network, settings.decay), settings.rate, betas=(0.9, 0.98))
        sizes = (len(CURVES), geometry.COUNT, CHANNELS)
        self.sampler = Sampler(train, settings.shares, sizes, np.random.default_rng(settings.seed), settings.frames)
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.scale = scale_of(train)
        self.step, self.seconds = 0, 0.0
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "settings.json").write_text(json.dumps({**asdict(settings), **asdict(self.config)}, indent=1), encoding="utf-8")
        if (folder / "checkpoint.pt").exists():
            self._load()

    def _load(self) -> None:
        state = torch.load(self.folder / "checkpoint.pt", weights_only=False)
        self.network.load_state_dict(state["network"])
        self.slow.load_state_dict(state["slow"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.sampler.generator.bit_generator.state = state["sampler"]
        self.generator.set_state(state["generator"])
        self.step, self.seconds = state["step"], state["seconds"]

    def save(self) -> None:
        """Write the checkpoint, whole or not at all, and the averaged weights."""
        state = {
            "network": self.network.state_dict(),
            "slow": self.slow.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "sampler": self.sampler.generator.bit_generator.state,
            "generator": self.generator.get_state(),
            "step": self.step,
            "seconds": self.seconds,
        }
        partial = self.folder / "checkpoint.part"
        torch.save(state, partial)
        partial.replace(self.folder / "checkpoint.pt")
        told = {"config": asdict(self.config), "curves": CURVES, "emotions": EMOTIONS, "step": self.step}
        torch.save({**told, "state": self.slow.state_dict()}, self.folder / "weights.pt")

    @property
    def progress(self) -> float:
        """How much of the run is done, 0..1."""
        return min(1.0, self.seconds / (60.0 * self.settings.minutes))

    def heard(
        self, network: LiveNetwork, log_mel: Tensor, before: Tensor | None, asked: Sequence[int] | None = None
    ) -> LiveHeard:
        """The network's answer to log mel [B, MELS, M], in full precision, at the look-aheads that are asked for."""
        levelled = self.level(log_mel, before)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.half and network.training):
            answer = network.hear(levelled, asked)
        return LiveHeard(*(getattr(answer, name).float() for name in LiveHeard.__dataclass_fields__))

    def drawn(self) -> dict[int, float]:
        """Places of look-aheads, and how much each counts: the one that counts most, and any other as often as it counts.

        A step for all of them would take twice as long.
        """
        shares = torch.tensor(Wishes().look_aheads)
        most = int(shares.argmax())
        if float(torch.rand(1, generator=self.generator)) >= self.settings.others:
            return {most: float(shares[most])}
        others = shares.clone()
        others[most] = 0.0
        other = int(torch.multinomial(others, 1, generator=self.generator))
        return {place: float(others.sum()) if place == other else float(shares[most]) for place in sorted((most, other))}

    def one_step(self) -> dict[str, float]:
        """One step of training: draw a batch, augment it, predict, and learn. Returns the losses by name."""
        settings = self.settings
        batch = self.sampler.batch(settings.batch)
        background = self.sampler.background("negatives", settings.batch)
        mel = augment(batch.log_mel, background, Augmentation(), self.generator)
        as_is = torch.rand(len(mel), generator=self.generator) < settings.undisturbed
        mel = torch.where(as_is[:, None, None], batch.log_mel, mel)
        low, high = BEFORE
        own = torch.einsum("bmt,m->bt", mel, self.level.band[0, :, 0]).quantile(0.95, dim=1)
        before = own + low + (high - low) * torch.rand(len(mel), generator=self.generator)
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.progress, settings.rate)
        self.network.train()
        asked = self.drawn()
        self.optimiser.zero_grad(set_to_none=True)
        with self.rounding.rounded() if self.progress >= settings.exact else nullcontext():
            wanted = losses(
                self.heard(self.network, mel, before, list(asked)),
                batch.rig,
                {self.config.look_aheads[place]: share for place, share in asked.items()},
                self.scale,
                Wishes(),
            )
            total: Tensor = torch.stack(list(wanted.values())).sum()
            total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), settings.clip)
        self.optimiser.step()
        self.step += 1
        average_into(self.slow, self.network, min(settings.average, (1 + self.step) / (10 + self.step)))
        return {name: float(value.detach()) for name, value in wanted.items()}

    def train(self) -> None:
        """Train until the time that the settings allow is over."""
        sums: dict[str, float] = {}
        since = 0
        while self.progress < 1.0:
            began = time.perf_counter()
            for name, value in self.one_step().items():
                sums[name] = sums.get(name, 0.0) + value
            since += 1
            self.seconds += time.perf_counter() - began
            if self.step % 50 == 0:
                shown = " ".join(f"{name} {value / since:.3f}" for name, value in sums.items())
                print(f"step {self.step}  {100 * self.progress:.1f} %  {shown}", flush=True)
                sums, since = {}, 0
            if self.step % self.settings.every == 0:
                self.report()
        self.report()

    @torch.no_grad()
    def report(self) -> None:
        """How far the averaged weights are from the teacher on validation clips, and a checkpoint."""
        self.slow.eval()
        with Rounding(self.slow).rounded() if self.progress >= self.settings.exact else nullcontext():
            figures = self._figures()
        line = {"step": self.step, **figures}
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line) + "\n")
        print("valid " + "  ".join(f"{name} {value:.3f}" for name, value in line.items()), flush=True)
        self.save()

    def _figures(self) -> dict[str, float]:
        figures: dict[str, list[float]] = {}
        every = dict(zip(self.config.look_aheads, Wishes().look_aheads, strict=True))
        for clips in self.valid.values():
            for clip in clips[:12]:
                frames = len(clip.phones)
                if frames < 60 or clip.rig is None:
                    continue
                mel = torch.from_numpy(clip.log_mels[0][:, : 2 * frames].astype(np.float32))[None]
                answer = torch.from_numpy(clip.rig.astype(np.float32))[None]
                found = losses(self.heard(self.slow, mel, None), answer, every, self.scale, Wishes())
                for name, value in found.items():
                    figures.setdefault(name, []).append(float(value))
        return {name: float(np.mean(values)) for name, values in figures.items()}


def begin_from(network: LiveNetwork, state: dict[str, Tensor]) -> None:
    """Weights of an earlier run. Blocks that it did not have do nothing at first."""
    missing = set(network.load_state_dict(state, strict=False).missing_keys)
    for name, block in network.named_modules():
        if isinstance(block, Causal) and f"{name}.mix.weight" in missing:
            nn.init.zeros_(block.mix.weight)


def scale_of(train: dict[str, list[Clip]]) -> Scale:
    """Spreads of the teacher's curves, and millimetres from the reference geometry."""
    first = phones.COUNT
    known = [clip.rig[first : first + len(CURVES)] for clips in train.values() for clip in clips[:200] if clip.rig is not None]
    spread = np.maximum(np.concatenate([one.astype(np.float32) for one in known], axis=1).std(axis=1), 0.05)
    index = [arkit.INDEX[name] for name in CURVES]
    return Scale(
        weights=torch.from_numpy(spread.astype(np.float32)),
        measures=torch.tensor([MEASURE_SPREAD[name] for name in geometry.MEASURES]),
        rest=torch.from_numpy(geometry.REFERENCE.neutral.copy()),
        effect=torch.from_numpy(geometry.REFERENCE.jacobian[index].T.copy()),
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Teach the live network.")
    parser.add_argument("--out", type=Path, default=Path("runs/live"), help="run folder (resumed when it exists)")
    parser.add_argument("--minutes", type=float, default=Settings.minutes)
    parser.add_argument("--spectra", type=Path, default=Path(".cache/clips"), help="spectra of the large network's training")
    parser.add_argument("--cache", type=Path, default=Path(".cache/live"), help="where the teacher's answers are kept")
    parser.add_argument("--of-each", type=float, default=30.0, help="minutes of each corpus at most")
    parser.add_argument("--from", dest="start", type=Path, help="weights.pt of an earlier run to begin from")
    parser.add_argument("--rate", type=float, default=Settings.rate, help="highest rate of learning")
    parser.add_argument("--exact", type=float, default=Settings.exact, help="part of the run before weights are rounded, 0..1")
    parser.add_argument("--others", type=float, default=Settings.others, help="how often a second look-ahead learns, 0..1")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    settings = Settings(minutes=options.minutes, rate=options.rate, exact=options.exact, others=options.others)
    Run(options.out, settings, *material(options.spectra, options.cache, options.of_each), options.start).train()


if __name__ == "__main__":
    main()
