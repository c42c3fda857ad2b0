# SPDX-License-Identifier: GPL-3.0-or-later
"""Other people's networks behind the same door: files on disk that their user owns, told apart, checked and loaded.

A network in Parlance's own format says so in its file (docs/model-format.md); one of Audio2Face-3D lies among its own files.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ...errors import ParlanceError
from ...model_file import PHONE_SETS, ModelFile
from ...outputs import shown
from .. import weights
from ..executors import EngineName, choose_for_others
from ..network import Network
from . import audio2face, audio2face_files, own_format, signature

__all__ = ["Chosen", "ModelFile", "check", "load", "release", "shipped"]


@dataclass(frozen=True)
class Chosen:
    """A network that fits. runs, why: its executor. fingerprint: changes with every byte of its files and with every choice."""

    network: Network
    name: str
    runs: EngineName
    why: str
    fingerprint: str


def load(model: ModelFile, threads: int, force: str = "") -> Chosen:
    """Loaded once, and again when a file of it has changed. Raises ParlanceError with what is wrong with it."""
    return _loaded(model, threads, force, tuple(map(_state, _files(model))))


def release() -> None:
    """Give up the network that is loaded, and its memory once nobody uses it."""
    _loaded.cache_clear()


def check(model: ModelFile) -> str:
    """What a network is called, when all of its files fit together; nothing of it is run. Raises ParlanceError.

    Cheap enough to be asked at every look: what has been found to fit is looked at again when a file of it has changed.
    """
    return _checked(model, tuple(map(_state, _files(model))))


def shipped() -> str:
    """What the network that ships is called. Raises ParlanceError where it is missing or damaged."""
    return _named(weights.find())


@lru_cache(maxsize=2)
def _named(path: Path) -> str:
    return own_format.spec_of(path, _own(path)).name


@lru_cache(maxsize=4)
def _checked(model: ModelFile, _states: tuple[tuple[str, int, int], ...]) -> str:
    if audio2face_files.is_bundle(model.path):
        bundle = audio2face_files.find(model.path, model.face)
        audio2face.check_ports(bundle, signature.read(bundle.network))
        for what in ("data", "skin", "skin_config"):
            bundle.path(what)
        return bundle.name
    ports = _own(model.path)
    spec = own_format.spec_of(model.path, ports)
    if ports.output("phones") is not None:
        own_format.told_in_ours(spec, model.phone_set)
    return spec.name


@lru_cache(maxsize=1)
def _loaded(model: ModelFile, threads: int, force: str, _states: tuple[tuple[str, int, int], ...]) -> Chosen:
    known = weights.fingerprint_of(_files(model), model.phone_set, model.face)
    if audio2face_files.is_bundle(model.path):
        bundle = audio2face_files.find(model.path, model.face)
        ports = signature.read(bundle.network)
        audio2face.check_ports(bundle, ports)
        choice = choose_for_others(bundle.network, threads, force)
        moves = audio2face.loaded(bundle, ports, choice.executor)
        return Chosen(moves, bundle.name, choice.name, choice.why, known)
    ports = _own(model.path)
    own_format.spec_of(model.path, ports)
    choice = choose_for_others(model.path, threads, force)
    hears = own_format.loaded(model.path, ports, choice.executor, model.phone_set)
    return Chosen(hears, hears.spec.name, choice.name, choice.why, known)


def _own(path: Path) -> signature.Signature:
    """Of a file that says it is in Parlance's format. Raises ParlanceError for any other."""
    ports = signature.read(path)
    if own_format.is_own(ports):
        return ports
    if {port.name for port in ports.inputs} >= {"emotion"} and {"input", "window"} & {port.name for port in ports.inputs}:
        raise ParlanceError(f"“{path.name}” looks like Audio2Face-3D, but “{audio2face_files.INFO}” is missing beside it.")
    names = ", ".join(port.name for port in (*ports.inputs, *ports.outputs))
    raise ParlanceError(
        f"“{path.name}” is neither in Parlance's format nor one of Audio2Face-3D; it has {names}: see the page on model files."
    )


def _files(model: ModelFile) -> tuple[Path, ...]:
    """Everything that decides what is heard. Raises ParlanceError where the network itself is missing."""
    if not model.path.exists():
        raise ParlanceError(f"The network “{model.path.name}” is not there; choose another, or put it back.")
    table = [Path(model.phone_set)] if model.phone_set and model.phone_set not in PHONE_SETS else []
    if audio2face_files.is_bundle(model.path):
        return (*audio2face_files.find(model.path, model.face).files, *table)
    if model.path.is_dir():
        raise ParlanceError(f"“{model.path.name}” is a folder without “{audio2face_files.INFO}”; choose the file of a network.")
    return (model.path, *table)


def _state(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise ParlanceError(f"“{shown(path)}” cannot be read ({error.strerror}); choose another file.") from error
    return str(path), found.st_size, found.st_mtime_ns
