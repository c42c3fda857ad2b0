# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of a batch, read row by row: a million rows need no more memory than ten."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any, Final

from ..errors import ParlanceError
from ..languages import GUESSED
from ..outputs import reason, shown

_RESERVED: Final = re.compile(r"batch|report(-\d+-of-\d+)?", re.IGNORECASE)
_LONGEST_NAME: Final = 255 - len(".json")
"""Bytes of an id: what file systems allow, less the ending."""


@dataclass(frozen=True)
class Line:
    """A row of the list. id: also the name of its files. audio, blend: relative paths already belong to the folder of the list.

    blend: the template that the line is keyed in; character: who speaks in it.
    """

    id: str
    audio: Path
    text: str | None = None
    language: str = GUESSED
    channel: int | None = None
    preset: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    blend: Path | None = None
    character: str = ""


@dataclass(frozen=True)
class BadLine:
    """A row that cannot be a Line, and why, in a sentence."""

    id: str
    audio: str
    reason: str


def read_lines(path: Path, shard: tuple[int, int] = (1, 1)) -> Iterator[Line | BadLine]:
    """Every N-th row from the I-th on, for a shard (I, N). Sound paths are relative to the list.

    An id that an earlier row has, in whatever shard, is bad. Raises ParlanceError when the list is missing or has not the
    columns, and in mid-course where a quotation mark is never closed or the text is not UTF-8.
    """
    part, parts = shard
    # On disk as soon as it grows: SQLite's temporary database.
    ids = sqlite3.connect("", isolation_level=None)
    ids.execute("PRAGMA journal_mode = OFF")
    ids.execute("CREATE TABLE ids (id TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID")
    try:
        for count, (row_number, row) in enumerate(_rows(path)):
            name = (row.get("id") or "").strip()
            before = _claim(ids, name, row_number)
            if count % parts != part - 1:
                continue
            if before is not None:
                yield BadLine(name, row.get("audio") or "", f"Row {row_number} has the same id as row {before}.")
            else:
                yield _line(row, name, row_number, path)
    except sqlite3.Error as error:
        raise ParlanceError(f"There is no room to look for ids of “{path.name}” that come twice ({error}).") from error
    finally:
        ids.close()


def survey(path: Path) -> int:
    """About how many rows the list has: its line breaks. Raises ParlanceError when it is no list."""
    next(_rows(path), None)
    try:
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    except (OSError, ValueError) as error:
        raise ParlanceError(f"“{path}” cannot be read as a list of lines ({reason(error)}); check the path.") from error


def _claim(ids: sqlite3.Connection, name: str, row: int) -> int | None:
    """The row that has this id already; from now on this one has. File names differ by more than case on few systems only."""
    if not name:
        return None
    key = name.casefold().encode("utf-8", "surrogatepass")
    added = ids.execute("INSERT OR IGNORE INTO ids VALUES (?, ?)", (key, row)).rowcount
    return None if added else int(ids.execute("SELECT row FROM ids WHERE id = ?", (key,)).fetchone()[0])


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and cells of each row; the header is row 1."""
    number = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, restkey="", strict=True)
            _check_header(rows, path)
            for number, row in enumerate(rows, 2):
                yield number, row
    except csv.Error as error:
        raise ParlanceError(
            f"“{path.name}” cannot be read after row {number} ({error}); look for a quotation mark that is not closed."
        ) from error
    except UnicodeDecodeError as error:
        raise ParlanceError(f"“{path.name}” is not UTF-8 text after row {number}; save the list as CSV in UTF-8.") from error
    except (OSError, ValueError) as error:
        raise ParlanceError(f"“{path}” cannot be read as a list of lines ({reason(error)}); check the path.") from error


def _check_header(rows: csv.DictReader[str], path: Path) -> None:
    header = [name.strip().lower() for name in rows.fieldnames or ()]
    if not {"id", "audio"} <= set(header):
        raise ParlanceError(f"“{path.name}” must have the columns id and audio in its first row.")
    rows.fieldnames = header


def _line(row: dict[str, str], name: str, number: int, path: Path) -> Line | BadLine:
    audio = (row.get("audio") or "").strip()
    if not _can_be_a_file(name) or not audio or "\0" in audio + (row.get("blend") or ""):
        return BadLine(name, audio, f"Row {number} needs an id that can be the name of a file, and the path of a sound.")
    try:
        channel = int(row["channel"]) if row.get("channel") else None
    except ValueError:
        return BadLine(name, audio, f"Row {number} needs a channel that is a whole number, not “{shown(row['channel'])}”.")
    try:
        settings = json.loads(row.get("settings") or "{}")
    except (ValueError, RecursionError):
        settings = None
    if not isinstance(settings, dict):
        return BadLine(name, audio, f'Row {number} needs settings of the form {{"jaw": 1.2}}.')
    return Line(
        name,
        path.parent / audio,
        (row.get("text") or "").strip() or None,
        row.get("language") or GUESSED,
        channel,
        row.get("preset") or None,
        settings,
        path.parent / blend if (blend := (row.get("blend") or "").strip()) else None,
        (row.get("character") or "").strip(),
    )


def _can_be_a_file(name: str) -> bool:
    """Whether the id is a plain name on every system, of a length that file systems take, and not one of the batch's own."""
    if not name.isprintable() or name in ("", ".", "..") or _RESERVED.fullmatch(name):
        return False
    if PureWindowsPath(name).name != name:
        return False
    return len(name.encode("utf-8", "surrogatepass")) <= _LONGEST_NAME
