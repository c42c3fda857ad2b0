# SPDX-License-Identifier: GPL-3.0-or-later
"""Which executor runs a file, and why: onnxruntime where it loads, else NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ..errors import ParlanceError
from .executor import NumpyExecutor
from .network import Executor
from .session import OnnxSession

EngineName = Literal["onnxruntime", "NumPy"]

FORCE: Final = "PARLANCE_ENGINE"
"""Environment variable: "numpy" keeps onnxruntime from being tried."""


@dataclass(frozen=True)
class Choice:
    """What runs a file. why: empty for onnxruntime, else half a sentence on why it is not that."""

    name: EngineName
    why: str
    executor: Executor


def choose(path: Path, threads: int, force: str) -> Choice:
    """The executor of a file. threads: cores to use. force: content of the variable FORCE. Raises ParlanceError."""
    session, why = _session(path, threads, force)
    return Choice("onnxruntime", "", session) if session is not None else Choice("NumPy", why, NumpyExecutor(path))


def choose_for_others(path: Path, threads: int, force: str) -> Choice:
    """The same for a network that its user owns. Raises ParlanceError that speaks of it, and not of the extension."""
    try:
        session, why = _session(path, threads, force)
    except ParlanceError as error:
        told = _first_line(error.__cause__ or error)
        raise ParlanceError(
            f"“{path.name}” is damaged, or made for a newer onnxruntime ({told}); choose another network."
        ) from error
    if session is not None:
        return Choice("onnxruntime", "", session)
    try:
        return Choice("NumPy", why, NumpyExecutor(path))
    except ParlanceError as error:
        told = str(error).rpartition(": ")[2].rstrip(".")
        raise ParlanceError(f"“{path.name}” needs onnxruntime, and NumPy alone is here, {why} ({told}).") from error


def _session(path: Path, threads: int, force: str) -> tuple[OnnxSession | None, str]:
    if force == "numpy":
        return None, f"because {FORCE} asks for it"
    try:
        return OnnxSession(path, threads), ""
    except ModuleNotFoundError:
        return None, "because onnxruntime is not installed"
    # A C runtime that is too old shows as one of these two, depending on the platform.
    except (ImportError, OSError) as error:
        return None, f"because onnxruntime cannot load here ({_first_line(error)})"
    except AttributeError as error:
        # Half an onnxruntime: another extension's copy, or one that failed to load before.
        return None, f"because the onnxruntime found here is not usable ({_first_line(error)})"


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
