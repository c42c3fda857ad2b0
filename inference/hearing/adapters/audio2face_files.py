# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of an Audio2Face-3D network, as its makers give it out: found, read and checked.

In one folder: network.onnx, network_info.json, model_data.npz, bs_skin.npz and bs_skin_config.json; model_config.json,
implicit_emo_db.npz and model.json where there are any. A network of several faces has the face in the names: bs_skin_Claire.npz.
Names of fields are those of the Audio2Face-3D SDK (parse_helper.cpp) and of the Training Framework (deploy.py), read in 2025.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ...audio import SAMPLE_RATE
from ...errors import ParlanceError
from ...formats.untrusted import number, parse_json, read_text

INFO: Final = "network_info.json"
_MOST_BYTES: Final = 1 << 30
"""Of one array; the largest given out, 272 shapes of 61,520 vertices, has 200 MB."""
_MOST_HEADER: Final = 1 << 16
"""Bytes of what an array says of itself."""
_MOST_SIZE: Final = 10_000_000
"""Of any number of vertices, shapes or samples."""
_DAMAGE: Final = (OSError, ValueError, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError)
Kind = Literal["regression", "diffusion"]
Array = NDArray[Any]


@dataclass(frozen=True)
class Bundle:
    """Where everything of one face is.

    kind: "regression" answers for one moment at a time, "diffusion" for a stretch of frames.
    faces: whose faces the network knows; face: the one chosen.   params, audio: what network_info.json says under these names.
    """

    folder: Path
    network: Path
    kind: Kind
    name: str
    faces: tuple[str, ...]
    face: str
    params: Mapping[str, Any] = field(default_factory=dict)
    audio: Mapping[str, Any] = field(default_factory=dict)
    paths: Mapping[str, Path] = field(default_factory=dict)

    def size(self, name: str) -> int:
        """A whole number of network_info.json. Raises ParlanceError where it is missing or makes no sense."""
        value = self.params.get(name, self.audio.get(name))
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_SIZE:
            raise ParlanceError(f"“{INFO}” does not say what “{name}” is, or nothing that can be; get the network's files anew.")
        return value

    def path(self, what: str) -> Path:
        """One of data, skin, skin_config, config and emotions. Raises ParlanceError where the file is missing."""
        path = self.paths[what]
        if not path.is_file():
            raise ParlanceError(
                f"“{path.name}” is missing beside “{self.network.name}”; put all files of the network in one folder."
            )
        return path

    @property
    def files(self) -> tuple[Path, ...]:
        """All that decide what is heard, and are there."""
        return tuple(path for path in (self.network, self.folder / INFO, *self.paths.values()) if path.is_file())


def is_bundle(path: Path) -> bool:
    """Whether a folder, or the folder of a file, is one of Audio2Face-3D."""
    return (path if path.is_dir() else path.parent).joinpath(INFO).is_file()


def find(path: Path, face: str = "") -> Bundle:
    """Of the folder, or of the network or model.json in it. face: which, where there are several. Raises ParlanceError."""
    folder = path if path.is_dir() else path.parent
    info = _object(folder / INFO)
    who, params, audio = (info.get(name) for name in ("id", "params", "audio_params"))
    if not isinstance(who, dict) or not isinstance(params, dict) or not isinstance(audio, dict):
        raise ParlanceError(f"“{INFO}” is not one of an Audio2Face-3D network; get the network's files anew.")
    kind = who.get("type")
    if kind not in ("regression", "diffusion") or who.get("output") != "geometry":
        raise ParlanceError(
            f"“{folder.name}” holds a network of another kind ({who.get('type')}, {who.get('output')}); "
            "those that give geometry, of type regression or diffusion, can be used."
        )
    faces = _names(params.get("identities", [who.get("actor", "")]))
    chosen = next((each for each in faces if each.casefold() == face.casefold()), None) if face else faces[0]
    if chosen is None:
        raise ParlanceError(f"The network has no face “{face}”; it has {', '.join(faces)}.")
    several = chosen if kind == "diffusion" or ("identities" in params and len(faces) > 1) else ""
    model = _object(folder / "model.json") if (folder / "model.json").is_file() else {}
    listed = _listed(model, faces.index(chosen))
    usual = folder / Path(_text(model, "networkPath", "network.onnx")).with_suffix(".onnx")
    network = path if path.suffix.lower() == ".onnx" else usual
    if not network.is_file():
        raise ParlanceError(f"There is no “{network.name}” in “{folder.name}”; an engine for a graphics card (.trt) will not do.")
    if audio.get("samplerate") != SAMPLE_RATE:
        raise ParlanceError(f"“{folder.name}” hears {audio.get('samplerate')} samples a second; only {SAMPLE_RATE} will do.")
    paths = {what: _one_of(folder, listed.get(what), usual, several) for what, usual in _USUAL.items()}
    name = f"Audio2Face-3D {who.get('version', '')} {chosen}".replace("  ", " ").strip()
    return Bundle(folder, network, kind, name, faces, chosen, params, audio, paths)


_USUAL: Final = {
    "data": "model_data.npz",
    "skin": "bs_skin.npz",
    "skin_config": "bs_skin_config.json",
    "config": "model_config.json",
    "emotions": "implicit_emo_db.npz",
}


def _listed(model: Mapping[str, Any], which: int) -> dict[str, str]:
    """What model.json says of the files of one face."""
    shapes = model.get("blendshapePaths", {})
    skin = _each(shapes, which).get("skin", {}) if isinstance(_each(shapes, which), dict) else {}
    found = {
        "data": model.get("modelDataPath", _each(model.get("modelDataPaths"), which)),
        "config": model.get("modelConfigPath", _each(model.get("modelConfigPaths"), which)),
        "emotions": model.get("emotionDatabasePath"),
        "skin": skin.get("data") if isinstance(skin, dict) else None,
        "skin_config": skin.get("config") if isinstance(skin, dict) else None,
    }
    return {what: path for what, path in found.items() if isinstance(path, str)}


def _each(value: Any, which: int) -> Any:
    return (value[which] if which < len(value) else None) if isinstance(value, list) else value


def _one_of(folder: Path, listed: str | None, usual: str, face: str) -> Path:
    """The file that model.json names, or the usual one; that of the face first."""
    stem, _, suffix = usual.rpartition(".")
    candidates = [folder / listed] if listed else []
    candidates += [folder / f"{stem}_{face}.{suffix}"] if face else []
    return next((each for each in candidates if each.is_file()), folder / usual)


def settings(path: Path, under: str) -> dict[str, Any]:
    """The object of that name in a JSON file. Raises ParlanceError."""
    found = _object(path).get(under)
    if not isinstance(found, dict):
        raise ParlanceError(f"“{path.name}” says nothing under “{under}”; get the network's files anew.")
    return found


def amount(config: Mapping[str, Any], name: str, usual: float) -> float:
    """A number of a configuration. Raises ParlanceError where it is none."""
    try:
        return number(config.get(name, usual))
    except ValueError as error:
        raise ParlanceError(f"“{name}” in the network's files is no number; get them anew.") from error


def arrays(path: Path, names: Sequence[str]) -> dict[str, Array]:
    """Arrays of an .npz by name; nothing is allocated on the word of a header alone. Raises ParlanceError."""
    try:
        with zipfile.ZipFile(path) as stored:
            missing = [name for name in names if f"{name}.npy" not in stored.namelist()]
            if missing:
                raise ParlanceError(f"“{path.name}” lacks “{missing[0]}”; get the network's files anew.")
            return {name: _array(stored, name) for name in names}
    except _DAMAGE as error:
        raise ParlanceError(f"“{path.name}” is damaged; get the network's files anew.") from error


@lru_cache(maxsize=8)
def pose_names(path: Path, _changed: int) -> tuple[str, ...]:
    """What the shapes in a file are called, without the neutral pose that comes first. _changed: when the file was."""
    values = arrays(path, ["poseNames"])["poseNames"]
    if values.ndim != 1 or values.dtype.kind not in "SU" or len(values) < 2:
        raise ParlanceError(f"“{path.name}” does not name its shapes; get the network's files anew.")
    return texts(values)[1:]


def texts(values: Array) -> tuple[str, ...]:
    """An array of words in either kind of text."""
    return tuple(each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in values.ravel().tolist())


def rows(path: Path, name: str) -> Iterator[Array]:
    """The same of one array of numbers, a row of its first axis at a time: the largest are never in memory whole."""
    try:
        with zipfile.ZipFile(path) as stored:
            if f"{name}.npy" not in stored.namelist():
                raise ParlanceError(f"“{path.name}” lacks “{name}”; get the network's files anew.")
            with stored.open(f"{name}.npy") as file:
                shape, by_columns, kind = _header(file, stored.getinfo(f"{name}.npy").file_size)
                if by_columns or len(shape) < 2 or kind.kind != "f":
                    raise ValueError("another kind of array")
                size = math.prod(shape[1:])
                for _ in range(shape[0]):
                    yield _finite(np.frombuffer(file.read(size * kind.itemsize), kind, size).reshape(shape[1:]))
    except _DAMAGE as error:
        raise ParlanceError(f"“{path.name}” is damaged; get the network's files anew.") from error


def _array(stored: zipfile.ZipFile, name: str) -> Array:
    entry = stored.getinfo(f"{name}.npy")
    with stored.open(entry) as file:
        _header(file, entry.file_size)
    with stored.open(entry) as file:
        values: Array = np.lib.format.read_array(file, allow_pickle=False, max_header_size=_MOST_HEADER)
    return _finite(values) if values.dtype.kind == "f" else values


def _header(file: IO[bytes], size: int) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, order and type of an array of no more than `size` bytes. Raises ValueError for any other."""
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, by_columns, kind = read(file, max_header_size=_MOST_HEADER)
    if kind.hasobject or math.prod(shape) * kind.itemsize > min(size, _MOST_BYTES):
        raise ValueError("another kind of array, or a larger one than there is")
    return shape, by_columns, kind


def _finite(values: Array) -> Array:
    values = np.asarray(values, np.float32)
    if not np.isfinite(values).all():
        raise ValueError("what is no number")
    return values


def _object(path: Path) -> dict[str, Any]:
    found = parse_json(read_text(path), f"“{path.name}” is damaged; get the network's files anew.")
    if not isinstance(found, dict):
        raise ParlanceError(f"“{path.name}” is damaged; get the network's files anew.")
    return found


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        raise ParlanceError(f"“{INFO}” does not name its faces; get the network's files anew.")
    return tuple(value)


def _text(model: Mapping[str, Any], name: str, usual: str) -> str:
    return model[name] if isinstance(model.get(name), str) else usual
