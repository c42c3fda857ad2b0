# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones and mouth cues to and from files of other programs: one door for the command, Blender and scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..errors import ParlanceError
from ..performance import Phone, Word
from . import moho, phones_json, rhubarb, textgrid
from .untrusted import parse_json

SUFFIXES: Final = {"textgrid": ".TextGrid", "rhubarb": ".tsv", "rhubarb-xml": ".xml", "rhubarb-json": ".json", "moho": ".dat"}
"""What can be written, and how such files are called. Plain JSON, which scripts write, is only read."""

_NO_JSON: Final = (
    "This JSON file is damaged, or holds more than one recording; write one file for each with “parlance listen -o FOLDER”."
)

_NEITHER: Final = "This JSON file has neither phones, as “parlance listen” writes them, nor mouth cues of Rhubarb Lip Sync."


def write(phones: Sequence[Phone], kind: str, *, words: Sequence[Word] = (), sound: str = "", fps: float = 24.0) -> str:
    """Phones that tile 0 .. the sound's duration, as the text of a file.

    kind: one of SUFFIXES. words: those of the text, which a TextGrid has too.
    sound: the file they were heard in, where the format names it.
    fps: of switch data, which counts frames.
    """
    if kind == "textgrid":
        return textgrid.write(phones, words)
    if kind == "moho":
        return moho.write(moho.cues(phones), fps)
    cues = rhubarb.cues(phones)
    if kind == "rhubarb-xml":
        return rhubarb.write_xml(cues, sound)
    if kind == "rhubarb-json":
        return rhubarb.write_json(cues, sound) + "\n"
    return rhubarb.write_tsv(cues)


def read(text: str, *, fps: float = 24.0) -> tuple[Phone, ...]:
    """The phones of a file in any of these formats, or of `parlance listen --format json`, told apart by content.

    fps: of switch data, which does not say it.

    Raises ParlanceError when it is none of them, or damaged.
    """
    start = text.lstrip("\ufeff \r\n\t")
    if start.startswith(moho.HEADER):
        return moho.to_phones(moho.read(text, fps))
    if start.startswith("File type"):
        return textgrid.read(text)
    if start.startswith("{"):
        written = parse_json(start, _NO_JSON)
        if "phones" in written:
            return phones_json.read(written["phones"])
        if "mouthCues" not in written:
            raise ParlanceError(_NEITHER)
    return rhubarb.to_phones(rhubarb.read(text))
