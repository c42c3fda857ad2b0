# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that Parlance writes: whole or not at all, and never over something that it did not make.

A file that is already there is replaced only where it holds what would be written (curves over curves), or where the user
insists.
What a command reads, it never writes over.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .errors import ParlanceError

_BEGINNINGS: Final[dict[str, re.Pattern[bytes]]] = {
    "plain": re.compile(rb"time,eyeBlinkLeft,"),
    "livelink": re.compile(rb"(?i)timecode,blendshapecount,eyeblinkleft,"),
    "performance": re.compile(rb"PK\x03\x04.{26}plain\.npy", re.DOTALL),
    "text": re.compile(rb" *\d+\.\d{3} +\d+\.\d{3}  \S"),
    "textgrid": re.compile(rb'File type = "ooTextFile"\s+Object class = "TextGrid"'),
    "rhubarb": re.compile(rb"\d+\.\d\d\t[A-HX]\r?\n"),
    "rhubarb-json": re.compile(rb'\{\s*"metadata": \{\s*"soundFile":'),
    "rhubarb-xml": re.compile(rb"<\?xml [^>]*>\s*<rhubarbResult>"),
    "moho": re.compile(rb"MohoSwitch1\r?\n"),
    "ace": re.compile(rb",timeCode,blendShapes\."),
    "audio2face": re.compile(rb'\{"exportFps": '),
    "json": re.compile(rb'\{"audio": "'),
    "report-page": re.compile(rb"<!doctype html><!-- parlance batch report -->"),
    "report": re.compile(rb"id,audio,status,reason,"),
    "note": re.compile(rb'\{\s*"(made_by": "parlance batch"|key": "[0-9a-f]{32}",\s*"written":)'),
    "recording": re.compile(rb"(?!)"),  # A sound may be the only one of its kind: none is replaced unasked.
    "batch": re.compile(rb'\{\s*"lines": '),
}
"""How each kind of file begins."""


@dataclass(frozen=True)
class Output:
    """A file to be written: where, and what kind, by its name in _BEGINNINGS."""

    path: Path
    kind: str


def check(outputs: Sequence[Output], inputs: Iterable[Path], *, force: bool = False) -> None:
    """Raise ParlanceError where writing one of the outputs would destroy something.

    That is an input, another of the outputs, whatever is no ordinary file, and an existing file of another kind; `force` allows
    the last of these. Raise it too where nothing can be written. Call it before any work is done.
    """
    sources = [path for path in inputs if _exists(path)]
    for number, output in enumerate(outputs):
        if any(_same(output.path, source) for source in sources):
            raise ParlanceError(f"“{output.path}” is what is being read; choose another file to write to.")
        if any(_same(output.path, other.path) for other in outputs[:number]):
            raise ParlanceError(f"“{output.path}” would be written twice; name the files apart, or do them one by one.")
        if hindrance := _hindrance(output.path):
            raise ParlanceError(f"“{shown(output.path)}” cannot be written ({hindrance}); choose another place.")
        if _exists(output.path):
            _check_ordinary(output.path)
            if not force and not is_ours(output):
                raise ParlanceError(
                    f"“{output.path}” is there already and holds something else; choose another file, or replace it with --force."
                )


def is_ours(output: Output) -> bool:
    """Whether the existing file is empty or begins as Parlance begins such a file. Raises ParlanceError if it cannot be read."""
    try:
        with output.path.open("rb") as file:
            beginning = file.read(4096)
    except OSError as error:
        raise ParlanceError(f"“{output.path}” is there already and cannot be read ({error.strerror}).") from error
    return not beginning or _BEGINNINGS[output.kind].match(beginning.removeprefix(b"\xef\xbb\xbf")) is not None


def write(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Put a file in place only when it is complete, through a link where there is one.

    data: the content, or pieces of it. Raises ParlanceError when it cannot be written, or is a device, a pipe or a folder.
    """
    try:
        place = Path(os.path.realpath(path))
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            _check_ordinary(place)
        _replace(place, [data] if isinstance(data, bytes) else data)
    except (OSError, ValueError) as error:
        raise ParlanceError(f"“{shown(path)}” cannot be written ({_hindrance(path) or reason(error)}).") from error


def _hindrance(path: Path) -> str | None:
    """Why nothing can be put there, in a few words, as far as that can be told beforehand."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (OSError, ValueError) as error:
        return reason(error)
    folder = next((each for each in Path(os.path.realpath(path)).parents if each.exists()), Path())
    if not folder.is_dir():
        return f"“{shown(folder)}” is no folder"
    return None if os.access(folder, os.W_OK | os.X_OK) else f"the folder “{shown(folder)}” is not yours to write in"


def move(source: Path, path: Path) -> None:
    """Put a complete file of the same disk in another's place at once, through a link where there is one.

    Raises ParlanceError when that cannot be done.
    """
    try:
        place = Path(os.path.realpath(path))
        if place.exists():
            source.chmod(place.stat().st_mode & 0o7777)
        source.replace(place)
    except (OSError, ValueError) as error:
        raise ParlanceError(f"“{shown(path)}” cannot be written ({_hindrance(path) or reason(error)}).") from error


def reason(error: OSError | ValueError) -> str:
    """Why a file cannot be used, in a few words."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def shown(path: Path | str) -> str:
    """A path or name for a message, on one line and not endless."""
    text = "".join(letter if letter.isprintable() else "�" for letter in str(path))
    return text if len(text) <= 200 else text[:100] + "…" + text[-100:]


def _replace(place: Path, pieces: Iterable[bytes]) -> None:
    """Write beside the file under a name that nobody has, then exchange the two at once."""
    part = place.with_name(f".parlance-{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            file.writelines(pieces)
        if place.exists():
            part.chmod(place.stat().st_mode & 0o7777)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


def _check_ordinary(path: Path) -> None:
    if path.is_dir():
        raise ParlanceError(f"“{path}” is a folder; name a file in it.")
    if not path.is_file():
        raise ParlanceError(f"“{path}” is a device or a pipe, not a file; use “-o -” to write to the terminal or into a pipe.")


def is_folder(path: Path) -> bool:
    """Whether it is a folder; also where the name cannot be looked up."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _exists(path: Path) -> bool:
    """Whether there is anything; also where the name is too long to be looked up."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _same(one: Path, other: Path) -> bool:
    """Whether two paths mean the same file, also through links, or will once they are written."""
    try:
        if one.exists() and other.exists():
            return one.samefile(other)
        return os.path.normcase(os.path.realpath(one)) == os.path.normcase(os.path.realpath(other))
    except (OSError, ValueError):
        return one == other
