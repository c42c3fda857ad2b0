# SPDX-License-Identifier: GPL-3.0-or-later
"""An exported ONNX file → a weights.pt to start a run from: python -m parlance.models.recover OUT.pt [--onnx FILE].

The export folds batch normalisation into the convolutions. Here every folded convolution gets a normaliser back, set to what it
puts out on augmented speech, so that the function is the same in inference and nearly the same while training. What served only
training (the rig head) is not in the file and starts anew.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import asdict
from pathlib import Path
from typing import Final, cast

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from ..inference import phones
from .batches import QUIET
from .corpora import available, read, read_audio
from .mel_augment import Augmentation, augment
from .network import Network, NetworkConfig, Residual
from .prepare import CURVES, EMOTIONS, log_mel, seeded
from .quantise import LEARNED, widened
from .targets import facegood

SHIPPED: Final = Path(__file__).parent / "weights" / "parlance.onnx"
HEARD: Final = ("an4", "grid_s1", "emodb", "nathalie_nl", "kathleen_en", "speech_commands")
EACH: Final = 40
"""Utterances of each of these corpora that the normalisers are set by."""
MEL_FRAMES: Final = 300
BATCH: Final = 24


def parameters(path: Path) -> dict[str, Tensor]:
    """The network's parameters in an exported file by their names in PyTorch, as float32."""
    found = {}
    for stored in widened(onnx.load(str(path))).graph.initializer:
        if stored.name.startswith(LEARNED):
            found[stored.name.removeprefix(LEARNED)] = torch.from_numpy(numpy_helper.to_array(stored).copy())
    return found


def dilations(path: Path) -> tuple[int, ...]:
    """The dilations of the blocks of an exported file's trunk, in order."""
    found = {}
    for node in onnx.load(str(path)).graph.node:
        block = re.fullmatch(rf"{LEARNED}trunk\.(\d+)\.spread\.weight", node.input[1]) if node.op_type == "Conv" else None
        if block:
            found[int(block[1])] = next(int(one.ints[0]) for one in node.attribute if one.name == "dilations")
    return tuple(found[place] for place in sorted(found))


def unfolded(found: dict[str, Tensor], config: NetworkConfig) -> Network:
    """A network that computes what the exported one does; its normalisers do nothing but add the bias.

    Raises ValueError when a parameter has another shape than the config says.
    """
    network = Network(config)
    state = network.state_dict()
    normalised = {"stem.0": "stem.1", **{f"trunk.{k}.spread": f"trunk.{k}.norm" for k in range(len(config.dilations))}}
    for name, value in found.items():
        layer, _, kind = name.rpartition(".")
        target = f"{normalised[layer]}.bias" if layer in normalised and kind == "bias" else name
        if state[target].shape != value.shape:
            raise ValueError(f"{target} has shape {tuple(value.shape)} in the file, not {tuple(state[target].shape)}.")
        state[target] = value
    network.load_state_dict(state)
    for _, norm in normalisers(network):
        cast(Tensor, norm.running_mean).zero_()
        cast(Tensor, norm.running_var).fill_(1.0 - norm.eps)
    return network.eval()


def normalisers(network: Network) -> list[tuple[nn.Conv1d, nn.BatchNorm1d]]:
    """Every normaliser and the convolution before it."""
    blocks = [cast(Residual, block) for block in network.trunk]
    stem = cast(nn.Conv1d, network.stem[0]), cast(nn.BatchNorm1d, network.stem[1])
    return [stem, *((block.spread, block.norm) for block in blocks)]


def augmented_speech() -> list[Tensor]:
    """Batches float32[BATCH, MELS, MEL_FRAMES] of training speech in other voices, rooms and noise."""
    mels = []
    for corpus in sorted(set(HEARD) & set(available())):
        for utterance in [u for u in read(corpus) if u.split == "train"][::7][:EACH]:
            mel = log_mel(read_audio(utterance.path)).astype(np.float32)[:, :MEL_FRAMES]
            mels.append(np.pad(mel, ((0, 0), (0, MEL_FRAMES - mel.shape[1])), constant_values=QUIET))
    order = seeded("disguised").permutation(len(mels))
    stacked = [torch.from_numpy(np.stack([mels[k] for k in part])) for part in np.split(order, range(BATCH, len(mels), BATCH))]
    generator = torch.Generator().manual_seed(1)
    return [augment(part, part.roll(1, 0), Augmentation(), generator) for part in stacked if len(part) == BATCH]


@torch.no_grad()
def spread_out(network: Network, batches: list[Tensor]) -> None:
    """Give every normaliser the mean and variance that its convolution puts out, and the inverse as its own gain and bias."""
    moments = output_moments(network, batches)
    for (convolution, norm), (mean, variance) in zip(normalisers(network), moments, strict=True):
        spread = torch.sqrt(variance.clamp(min=1e-6))
        convolution.weight /= spread[:, None, None]
        cast(Tensor, norm.running_mean).copy_(mean / spread)
        cast(Tensor, norm.running_var).fill_(1.0 - norm.eps)
        norm.weight.copy_(spread)
        norm.bias.add_(mean)


@torch.no_grad()
def output_moments(network: Network, batches: list[Tensor]) -> list[tuple[Tensor, Tensor]]:
    """Mean and variance float32[width] over batches of what goes into each normaliser."""
    pairs = normalisers(network)
    sums = [torch.zeros(3, convolution.out_channels, dtype=torch.float64) for convolution, _ in pairs]

    def watch(place: int) -> object:
        def hook(_module: nn.Module, _given: object, made: Tensor) -> None:
            flat = made.double().transpose(0, 1).flatten(1)
            sums[place] += torch.stack([torch.full_like(flat[:, 0], flat.shape[1]), flat.sum(1), flat.square().sum(1)])

        return hook

    hooks = [convolution.register_forward_hook(watch(place)) for place, (convolution, _) in enumerate(pairs)]  # type: ignore[arg-type]
    network.eval()
    for mel in batches:
        network(mel)
    for hook in hooks:
        hook.remove()
    means = [(total / count, squares / count) for count, total, squares in sums]
    return [(mean.float(), (square - mean.square()).float()) for mean, square in means]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Exported weights → weights.pt.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--onnx", type=Path, default=SHIPPED)
    options = parser.parse_args()
    sizes = (phones.COUNT, len(CURVES), len(EMOTIONS), len(facegood.CHANNELS))
    config = NetworkConfig(*sizes, dilations=dilations(options.onnx))
    network = unfolded(parameters(options.onnx), config)
    batches = augmented_speech()
    with torch.no_grad():
        before = network(batches[0]).curves
        spread_out(network, batches)
        after = network(batches[0]).curves
    print(f"curves changed by {float((before - after).abs().max()):.1e} at most")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    stored = {"config": asdict(config), "curves": CURVES, "emotions": EMOTIONS, "step": 0}
    torch.save({**stored, "state": network.state_dict()}, options.out)


if __name__ == "__main__":
    main()
