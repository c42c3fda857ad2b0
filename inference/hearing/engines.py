# SPDX-License-Identifier: GPL-3.0-or-later
"""What hears: the network that ships, and another beside it where one is chosen; which executor runs them, and why."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from ..errors import ParlanceError
from ..model_spec import METADATA_KEY, ModelSpec
from . import adapters, weights
from .executors import FORCE, EngineName, choose
from .network import OUTPUTS, Executor, Network

__all__ = ["FORCE", "OUTPUTS", "Engine", "EngineName", "Executor", "engine"]


@dataclass(frozen=True)
class Engine:
    """The executor in use.

    name: "onnxruntime" or "NumPy".
    reason: one sentence for the panel that says which runs and why.
    model: name and fingerprint of the weights, as stored in a Performance.
    spec, executor: of the network that ships.
    chosen: the network whose tracks are taken instead, as far as it gives any.
    """

    name: EngineName
    reason: str
    spec: ModelSpec
    model: str
    executor: Executor
    chosen: Network | None = None


def engine(threads: int | None = None, model: adapters.ModelFile | None = None) -> Engine:
    """The executor for the installed weights, or for a network that its user owns; loaded once per process.

    threads: cores to use; all but none of them spin. Default: up to four of the machine's.
    Raises ParlanceError where the weights are missing, damaged or of another version, and where the chosen network does not fit.
    """
    cores, force = threads or min(4, os.cpu_count() or 1), os.environ.get(FORCE, "").lower()
    ships = _load(weights.find(), cores, force)
    if model is None:
        return ships
    chosen = adapters.load(model, cores, force)
    whole = set(OUTPUTS) <= chosen.network.gives
    beside = "" if whole else f" {ships.spec.name} hears the rest."
    reason = f"{chosen.runs} runs {chosen.name}{', ' + chosen.why if chosen.why else ''}.{beside}"
    known = chosen.fingerprint if whole else weights.combined(chosen.fingerprint, ships.model)
    return replace(ships, name=chosen.runs, reason=reason, model=f"{chosen.name} {known}", chosen=chosen.network)


def release() -> None:
    """Give up the networks that are loaded, and their memory once nobody uses them. The next `engine` takes .1 s to load them."""
    _load.cache_clear()
    adapters.release()


@lru_cache(maxsize=2)
def _load(path: Path, threads: int, force: str) -> Engine:
    choice = choose(path, threads, force)
    spec = _spec(path, choice.executor)
    reason = f"{choice.name} runs the model{', ' + choice.why if choice.why else ''}."
    return Engine(choice.name, reason, spec, f"{spec.name} {weights.fingerprint(path)}", choice.executor)


def _spec(path: Path, executor: Executor) -> ModelSpec:
    text = executor.metadata.get(METADATA_KEY)
    if text is None:
        raise ParlanceError(f"{path.name} is not a Parlance model; reinstall the extension.")
    spec = ModelSpec.from_json(text)
    missing = [name for name in OUTPUTS if name not in executor.outputs]
    if missing:
        raise ParlanceError(f"The model weights {path.name} lack the output {missing[0]}; reinstall the extension.")
    return spec
