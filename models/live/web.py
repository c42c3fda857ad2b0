# SPDX-License-Identifier: GPL-3.0-or-later
"""The live network for browsers and games: sound in, lips out, in one small file that knows one look-ahead.

    python -m parlance.models.live.web runs/live -o out/live_web.onnx [--look-ahead 160]

Each call takes the next 20 ms of sound and a memory (zeros at first), and gives what is shown so much later as it looks ahead,
and the memory for the next call. Spectrum and level are part of the graph, whose waves are computed when it is loaded.
Weights are of four bits. ONNX Runtime runs it, on the web too (browser.py tries it). The stages after the network (visemes,
contact, seal) are not in it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import warnings
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from ...inference import mel
from ...inference.live.level import QUIETEST, RELEASE, START
from ...inference.live.spectrum import NEEDED, TOGETHER
from ...inference.model_spec import METADATA_KEY
from ...inference.performance import FRAME_RATE
from ..features import HOP, LEVEL_FLOOR, MELS, POWER_FLOOR, RANGE, WINDOW
from ..graph import OPSET
from ..opening import Opening
from ..rounding import round_all
from .export import folded, load, small
from .network import MEL_HISTORY, LiveNetwork, ShippedLive

STEP: Final = TOGETHER * HOP
"""Samples in each call."""
OUTPUTS: Final = ("phones", "curves", "speech", "next_memory")
AGREED: Final = 1e-3
"""Largest difference of a curve or a probability from PyTorch on noise with which a file is written."""


class Web(nn.Module):
    """samples [1, STEP] and memory [1, N] → phones [P], curves [C], speech [1] and the memory after it."""

    filters: Tensor
    band: Tensor
    window: Tensor

    def __init__(self, network: LiveNetwork, opening: Opening) -> None:
        """network: folded, of one look-ahead."""
        super().__init__()
        self.network = network
        self._shipped = [ShippedLive(network, opening)]  # in a list: its weights have one name only
        turns = _turns().astype(np.float32) * np.float32(2.0 * np.pi / mel.FFT)
        self.waves = torch.from_numpy(np.cos(turns)), torch.from_numpy(np.sin(turns))
        self.register_buffer("filters", torch.from_numpy(mel.filters()), persistent=False)
        self.register_buffer("band", torch.from_numpy(mel.speech_band()), persistent=False)
        self.register_buffer("window", torch.from_numpy(mel.window().astype(np.float32)), persistent=False)
        state = network.config.width * network.config.memory
        self.sizes = (NEEDED - STEP, 1, MELS * MEL_HISTORY, state)

    @property
    def memory(self) -> int:
        """How many numbers are handed from call to call."""
        return sum(self.sizes)

    def log_mel(self, samples: Tensor) -> Tensor:
        """[1, NEEDED] → log mel power [MELS, 2]."""
        frames = samples[0].unfold(0, WINDOW, HOP).T * self.window[:, None]
        power = sum((wave @ frames).square() for wave in self.waves)
        return torch.log(self.filters @ power + POWER_FLOOR)

    def forward(self, samples: Tensor, memory: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """What is remembered is zero for silence: the level and what was heard are kept as differences from it."""
        before, above, heard, state = torch.split(memory, list(self.sizes), dim=1)
        waiting = torch.cat([before, samples], dim=1)
        log_mel = self.log_mel(waiting)
        level, fresh = above[0] + START, []
        for frame in (log_mel[:, place] for place in range(TOGETHER)):
            level = torch.maximum((frame * self.band).sum(dim=0, keepdim=True), level - RELEASE).clamp(min=LEVEL_FLOOR)
            fresh.append(((frame - level).clamp(min=-RANGE) + RANGE / 2) / 4.0)
        levelled = torch.cat([heard.reshape(1, MELS, MEL_HISTORY) + QUIETEST, torch.stack(fresh, dim=1)[None]], dim=2)
        config = self.network.config
        said = self._shipped[0](levelled, state.reshape(1, config.width, config.memory))
        phones, curves, speech, after = said[0], said[1], said[2], said[-1]
        kept = (levelled[:, :, 2:] - QUIETEST).reshape(1, -1), after.reshape(1, -1)
        return phones[0, 0], curves[0, 0], speech[0], torch.cat([waiting[:, STEP:], (level - START)[None], *kept], dim=1)


def _turns() -> NDArray[np.int64]:
    """int64[bins, WINDOW] how far each bin's wave has turned at each sample, in FFTths of a circle."""
    return _steps()[:, None] * np.arange(WINDOW)[None] % mel.FFT


def _steps() -> NDArray[np.int64]:
    return np.round(mel.bins() * mel.FFT / mel.SAMPLE_RATE).astype(np.int64)


def compute_waves(model: onnx.ModelProto) -> None:
    """Let the tables of the transform, 0.8 MB, be computed when the graph is loaded, in place."""
    graph, shape = model.graph, (len(_steps()), WINDOW)
    constants: dict[str, NDArray[Any]] = {
        "waves.steps": _steps()[:, None],
        "waves.samples": np.arange(WINDOW, dtype=np.int64)[None],
        "waves.circle": np.array(mel.FFT, np.int64),
        "waves.angle": np.array(2.0 * np.pi / mel.FFT, np.float32),
    }
    nodes = [
        helper.make_node("Mul", ["waves.steps", "waves.samples"], ["waves.far"]),
        helper.make_node("Mod", ["waves.far", "waves.circle"], ["waves.turns"]),
        helper.make_node("Cast", ["waves.turns"], ["waves.numbers"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["waves.numbers", "waves.angle"], ["waves.angles"]),
    ]
    for node in graph.node:
        table = numpy_helper.to_array(node.attribute[0].t) if node.op_type == "Constant" else np.zeros(0)
        if table.shape == shape:
            kind = "Cos" if table[1, 0] == 1.0 else "Sin"
            nodes.append(helper.make_node(kind, ["waves.angles"], list(node.output)))
        else:
            nodes.append(node)
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    del graph.node[:]
    graph.node.extend(nodes)


def of_one(network: LiveNetwork, look_ahead: int) -> LiveNetwork:
    """The part of a network that answers for one of its look-aheads, in frames. Raises ValueError for others."""
    place = str(network.config.look_aheads.index(look_ahead))
    alone = LiveNetwork(replace(network.config, look_aheads=(look_ahead,)))
    state = {}
    for name, value in network.state_dict().items():
        part, _, rest = name.partition(".")
        if part in ("heads", "branches"):
            which, _, rest = rest.partition(".")
            if which != place:
                continue
            name = f"{part}.0.{rest}"  # noqa: PLW2901
        state[name] = value
    alone.load_state_dict(state)
    return alone.eval()


def export(weights: Path, target: Path, look_ahead: int) -> float:
    """Write the file, and what it says of itself beside it. Returns how far it is from PyTorch, with weights as they are
    stored, on noise; raises ValueError beyond AGREED."""
    network, spec = load(weights)
    web = Web(folded(of_one(network, look_ahead)), Opening(spec.curves)).eval()
    given = (torch.zeros(1, STEP), torch.zeros(1, web.memory))
    told = json.dumps(asdict(replace(spec, look_aheads=(look_ahead,), memory=web.memory)), ensure_ascii=False)
    with tempfile.TemporaryDirectory() as folder, torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            web, given, whole, input_names=["samples", "memory"], output_names=list(OUTPUTS), opset_version=OPSET,
            dynamo=False, do_constant_folding=False,
        )  # fmt: skip
        model = onnx.load(whole)
    entry = model.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, told
    compute_waves(model)
    model = small(model)
    round_all(web.network)
    worst = _difference(web, model)
    if worst > AGREED:
        raise ValueError(f"ONNX Runtime and PyTorch differ by {worst:.1e}, more than {AGREED}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(model.SerializeToString())
    target.with_suffix(".json").write_text(told, encoding="utf-8")  # in a browser nobody can read a file's metadata
    return worst


@torch.no_grad()
def _difference(web: Web, model: onnx.ModelProto) -> float:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    generator = np.random.default_rng(0)
    memories = [np.zeros((1, web.memory), np.float32)] * 2
    worst = 0.0
    for loud in np.repeat([0.0, 0.01, 0.1, 0.001], 10):
        samples = (loud * generator.standard_normal((1, STEP))).astype(np.float32)
        ours = [one.numpy() for one in web(torch.from_numpy(samples), torch.from_numpy(memories[0]))]
        theirs = session.run(list(OUTPUTS), {"samples": samples, "memory": memories[1]})
        memories = [ours[-1], theirs[-1]]
        worst = max(worst, *(float(np.abs(mine - other).max()) for mine, other in zip(ours[:-1], theirs[:-1], strict=True)))
    return worst


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Export a trained live network for browsers.")
    parser.add_argument("run", type=Path, help="run folder, or a weights.pt")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--look-ahead", type=int, default=160, help="milliseconds, one of those of the network (default 160)")
    options = parser.parse_args()
    weights = options.run / "weights.pt" if options.run.is_dir() else options.run
    worst = export(weights, options.output, round(options.look_ahead / 1000 * FRAME_RATE))
    print(f"{options.output}: {options.output.stat().st_size / 1e6:.2f} MB, within {worst:.1e} of PyTorch")


if __name__ == "__main__":
    main()
