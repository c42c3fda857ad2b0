# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the model: python -m parlance.models.train [--out runs/NAME] [--minutes 45].

Resumes by itself from the run folder. Writes there: settings.json, log.jsonl, progress.png, checkpoint.pt (everything needed to
go on), weights.pt (the averaged weights), weights-STEP.pt (those of each validation, for parlance.models.average) and, at the
end, parlance.onnx. What has no phones is learned from in a second run, once
`python -m parlance.models.alignment RUN` has labelled it with the first.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..inference import arkit, geometry, phones
from .agreement import Agreed, agreed, disagreement
from .batches import Batch, Sampler
from .export import export, load
from .gather import Material, gather
from .learning import average_into, groups_of, learning_rate, load_matching
from .losses import LossWeights, Scale, losses, unsteadiness
from .mel_augment import Augmentation, augment
from .network import Network, NetworkConfig
from .prepare import CURVES
from .progress import plot
from .validate import validate


@dataclass(frozen=True)
class Settings:
    """Everything that decides a run. shares: how often each group is drawn.

    minutes: if not 0, the schedule follows the clock and the number of steps is whatever the machine manages.
    compared: crops of a batch that must say what is heard in them undisturbed, by the averaged network itself or by its teachers.
    """

    steps: int = 12_000
    minutes: float = 0.0
    batch: int = 24
    compared: int = 12
    frames: int = 150
    rate: float = 2e-3
    decay: float = 0.02
    clip: float = 2.0
    average: float = 0.999
    seed: int = 7
    every: int = 1000
    width: int = 256
    dilations: tuple[int, ...] = NetworkConfig.dilations
    shares: dict[str, float] = field(
        default_factory=lambda: {
            "grid_s1": 0.20,
            "facegood": 0.04,
            "an4": 0.12,
            "kathleen_en": 0.18,
            "picovoice_orders": 0.11,
            "speech_commands": 0.04,
            "picovoice_wake": 0.02,
            "arabic_commands": 0.02,
            "emodb": 0.11,
            "nathalie_nl": 0.16,
            "kerstin_de": 0.03,
            "librispeech": 0.03,
            "synthetic": 0.08,
            "negatives": 0.09,
            "songs": 0.04,
        }
    )
    leave_out: tuple[str, ...] = ()


def device() -> torch.device:
    """The device to train on: a GPU where there is one, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half_precision() -> bool:
    """Whether bfloat16 is faster here: GPUs, and processors with tile or bfloat16 instructions."""
    if torch.cuda.is_available():
        return True
    flags = Path("/proc/cpuinfo")
    return flags.exists() and "avx512_bf16" in flags.read_text(encoding="utf-8")


def scale_of(material: Material, where: torch.device) -> Scale:
    """Spreads from the filmed clips, millimetres from the reference geometry."""
    index = [arkit.INDEX[name] for name in CURVES]
    effect = torch.from_numpy(geometry.REFERENCE.jacobian[index].T.copy())
    rest = torch.from_numpy(geometry.REFERENCE.neutral.copy())
    return Scale(
        weights=torch.from_numpy(material.weight_spread).to(where),
        measures=torch.from_numpy(material.measure_spread).to(where),
        rest=rest.to(where),
        effect=effect.to(where),
    )


class Run:
    """One training run and its folder."""

    def __init__(
        self, folder: Path, settings: Settings, material: Material, start: Path | None = None, teachers: Sequence[Path] = ()
    ) -> None:
        self.folder, self.settings, self.material = folder, settings, material
        self.device = device()
        self.half = half_precision()
        torch.manual_seed(settings.seed)
        config = NetworkConfig(phones.COUNT, len(CURVES), len(material.emotions), material.rig, settings.width)
        config = replace(config, dilations=settings.dilations)
        self.network = Network(config).to(self.device)
        self.slow = Network(config).to(self.device)
        if start is not None:
            load_matching(self.network, torch.load(start, weights_only=False)["state"])
        self.slow.load_state_dict(self.network.state_dict())
        self.teachers = [load(teacher)[0].to(self.device) for teacher in teachers]
        self.optimiser = torch.optim.AdamW(groups_of(self.network, settings.decay), settings.rate, betas=(0.9, 0.98))
        sizes = (len(CURVES), geometry.COUNT, material.rig)
        self.sampler = Sampler(material.train, settings.shares, sizes, np.random.default_rng(settings.seed), settings.frames)
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.scale = scale_of(material, self.device)
        self.step = 0
        self.seconds = 0.0
        self.log: list[dict[str, float]] = []
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "settings.json").write_text(json.dumps(asdict(settings), indent=1), encoding="utf-8")
        if (folder / "checkpoint.pt").exists():
            self._load()

    def _load(self) -> None:
        state = torch.load(self.folder / "checkpoint.pt", weights_only=False, map_location=self.device)
        self.network.load_state_dict(state["network"])
        self.slow.load_state_dict(state["slow"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.sampler.generator.bit_generator.state = state["sampler"]
        self.generator.set_state(state["generator"].cpu())
        torch.set_rng_state(state["dropout"].cpu())
        self.step, self.seconds, self.log = state["step"], state["seconds"], state["log"]

    def save(self) -> None:
        """Write the checkpoint (atomically) and the averaged weights."""
        state = {
            "network": self.network.state_dict(),
            "slow": self.slow.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "sampler": self.sampler.generator.bit_generator.state,
            "generator": self.generator.get_state(),
            "dropout": torch.get_rng_state(),
            "step": self.step,
            "seconds": self.seconds,
            "log": self.log,
        }
        partial = self.folder / "checkpoint.part"
        torch.save(state, partial)
        partial.replace(self.folder / "checkpoint.pt")
        weights = {"config": asdict(self.slow.config), "curves": CURVES, "emotions": self.material.emotions, "step": self.step}
        torch.save({**weights, "state": self.slow.state_dict()}, self.folder / "weights.pt")

    def one_step(self) -> dict[str, float]:
        """One step of training: draw a batch, augment it, predict, and learn. Returns the losses by name."""
        settings = self.settings
        batch = self.sampler.batch(settings.batch)
        undisturbed = self._undisturbed(batch)
        background = self.sampler.background("negatives", settings.batch)
        mel = augment(batch.log_mel, background, Augmentation(), self.generator).to(self.device)
        batch = moved(batch, self.device)
        rate = learning_rate(self.progress, settings.rate)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.network.train()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.half):
            heard = self.network(mel)
        wish = LossWeights()
        parts = losses(as_float(heard), batch, self.scale, wish)
        compared = len(undisturbed.curves)
        if compared:
            parts["steady"] = wish.steady * unsteadiness(heard.curves[:compared].float(), undisturbed.curves, self.scale)
        if compared and self.teachers:
            parts["taught"] = wish.taught * disagreement(heard.phones[:compared].float(), undisturbed)
        total: Tensor = torch.stack(list(parts.values())).sum()
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), settings.clip)
        self.optimiser.step()
        self.step += 1
        average_into(self.slow, self.network, min(settings.average, (1 + self.step) / (10 + self.step)))
        return {name: float(value.detach()) for name, value in parts.items()}

    def _undisturbed(self, batch: Batch) -> Agreed:
        """What the teachers, or else the averaged network, hear in the first recordings as they are."""
        first = slice(self.settings.compared)
        log_mel, labels = batch.log_mel[first].to(self.device), batch.phones[first].to(self.device)
        return agreed(self.teachers or [self.slow], log_mel, labels, self.half)

    @property
    def progress(self) -> float:
        """How much of the run is done, 0..1."""
        if self.settings.minutes:
            return min(1.0, self.seconds / (60.0 * self.settings.minutes))
        return self.step / self.settings.steps

    def train(self) -> None:
        """Train until all steps are done or the time that the settings allow is over."""
        sums: dict[str, float] = {}
        since = 0
        while self.progress < 1.0:
            began = time.perf_counter()
            for name, value in self.one_step().items():
                sums[name] = sums.get(name, 0.0) + value
            since += 1
            if self.step % 50 == 0:
                left = self.seconds * (1.0 / max(self.progress, 1e-6) - 1.0) / 60.0
                shown = " ".join(f"{name} {value / since:.3f}" for name, value in sums.items())
                print(f"step {self.step}  {100 * self.progress:.1f} %  {left:.1f} min left  {shown}", flush=True)
            if self.step % self.settings.every == 0:
                self._report({name: value / since for name, value in sums.items()})
                sums, since = {}, 0
            self.seconds += time.perf_counter() - began
        if since:
            self._report({name: value / since for name, value in sums.items()})

    def _report(self, means: dict[str, float]) -> None:
        figures = validate(self.slow, self.material.valid, self.scale)
        self.log.append({"step": self.step, **{f"loss {k}": v for k, v in means.items()}, **figures})
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(self.log[-1]) + "\n")
        print("valid " + "  ".join(f"{name} {value:.3f}" for name, value in figures.items()), flush=True)
        plot(self.log, self.folder / "progress.png")
        self.save()
        shutil.copyfile(self.folder / "weights.pt", self.folder / f"weights-{self.step}.pt")


def moved(batch: Batch, where: torch.device) -> Batch:
    """The batch on a device."""
    return Batch(*(getattr(batch, f.name).to(where) for f in fields(batch)))


def as_float(heard: Any) -> Any:
    """The same outputs in float32, as the losses need them."""
    return type(heard)(*(getattr(heard, f.name).float() for f in fields(heard)))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the lip-sync model.")
    parser.add_argument("--out", type=Path, default=Path("runs/latest"), help="run folder (resumed when it exists)")
    parser.add_argument("--minutes", type=float, default=0.0, help="train for so long instead of a number of steps")
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument("--width", type=int, default=Settings.width)
    parser.add_argument("--dilations", type=int, nargs="+", default=Settings.dilations, help="of each block of the trunk")
    parser.add_argument("--rate", type=float, default=Settings.rate)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--every", type=int, default=Settings.every, help="steps between validations")
    parser.add_argument("--leave-out", nargs="*", default=[], help="corpora not to train on")
    parser.add_argument("--start", type=Path, help="weights.pt of an earlier run to start from")
    parser.add_argument("--teachers", type=Path, nargs="*", default=[], help="weights.pt of runs whose mean answer is taught")
    parser.add_argument("--cache", type=Path, default=Path(".cache/clips"), help="where spectra are kept between runs")
    parser.add_argument("--threads", type=int, default=0, help="cores to use; 0 for all")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    settings = Settings(
        steps=options.steps,
        minutes=options.minutes,
        width=options.width,
        dilations=tuple(options.dilations),
        seed=options.seed,
        rate=options.rate,
        every=options.every,
        leave_out=tuple(options.leave_out),
    )
    material = gather(options.cache, settings.leave_out)
    Run(options.out, settings, material, options.start, options.teachers).train()
    target = options.out / "parlance.onnx"
    worst = export(options.out / "weights.pt", target)
    print(f"{target}: PyTorch and ONNX Runtime agree within {worst:.1e}.")
    print(f"To ship it: python -m parlance.models.export {options.out}")


if __name__ == "__main__":
    main()
