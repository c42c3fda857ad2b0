# SPDX-License-Identifier: GPL-3.0-or-later
"""Which executor runs the weights, and why."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, Protocol

from ..errors import ParlanceError
from ..model_spec import METADATA_KEY, ModelSpec
from . import weights
from .executor import NumpyExecutor
from .graph import Array
from .session import OnnxSession

EngineName = Literal["onnxruntime", "NumPy"]

FORCE: Final = "PARLANCE_ENGINE"
"""Environment variable: "numpy" keeps onnxruntime from being tried."""
OUTPUTS: Final = ("phones", "curves", "speech", "emotion", "arousal")


class Executor(Protocol):
    """What runs a graph."""

    metadata: Mapping[str, str]
    outputs: tuple[str, ...]

    def run(self, waveform: Array) -> dict[str, Array]:
        """Outputs by name for float32[1, n]."""
        ...


@dataclass(frozen=True)
class Engine:
    """The executor in use.

    name: "onnxruntime" or "NumPy".
    reason: one sentence for the panel that says which runs and why.
    model: name and fingerprint of the weights, as stored in a Performance.
    """

    name: EngineName
    reason: str
    spec: ModelSpec
    model: str
    executor: Executor


def engine(threads: int | None = None) -> Engine:
    """The executor for the installed weights, loaded once per process.

    threads: cores to use; all but none of them spin. Default: up to four of the machine's.
    Raises ParlanceError where the weights are missing, damaged or of another version.
    """
    return _load(weights.find(), threads or min(4, os.cpu_count() or 1), os.environ.get(FORCE, "").lower())


@lru_cache(maxsize=2)
def _load(path: Path, threads: int, force: str) -> Engine:
    name, reason, executor = _executor(path, threads, force)
    spec = _spec(path, executor)
    return Engine(name, reason, spec, f"{spec.name} {weights.fingerprint(path)}", executor)


def _executor(path: Path, threads: int, force: str) -> tuple[EngineName, str, Executor]:
    if force == "numpy":
        return "NumPy", f"NumPy runs the model, because {FORCE} asks for it.", NumpyExecutor(path)
    try:
        session = OnnxSession(path, threads)
    except ModuleNotFoundError:
        why = "because onnxruntime is not installed"
    # A C runtime that is too old shows as one of these two, depending on the platform.
    except (ImportError, OSError) as error:
        why = f"because onnxruntime cannot load here ({_first_line(error)})"
    except AttributeError as error:
        # Half an onnxruntime: another extension's copy, or one that failed to load before.
        why = f"because the onnxruntime found here is not usable ({_first_line(error)})"
    else:
        return "onnxruntime", "onnxruntime runs the model.", session
    return "NumPy", f"NumPy runs the model, {why}.", NumpyExecutor(path)


def _spec(path: Path, executor: Executor) -> ModelSpec:
    text = executor.metadata.get(METADATA_KEY)
    if text is None:
        raise ParlanceError(f"{path.name} is not a Parlance model; reinstall the extension.")
    spec = ModelSpec.from_json(text)
    missing = [name for name in OUTPUTS if name not in executor.outputs]
    if missing:
        raise ParlanceError(f"The model weights {path.name} lack the output {missing[0]}; reinstall the extension.")
    return spec


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
