# SPDX-License-Identifier: GPL-3.0-or-later
"""How arguments are read: what makes no sense is told in one sentence, and numbers lie within what a control can take."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from .terminal import tell

if TYPE_CHECKING:
    Verbs: TypeAlias = argparse._SubParsersAction["Parser"]
    """What commands are added to."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong and where help is, without listing every option."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2."""
        self.exit(2, f"{self.prog}: {message[:1].upper()}{message[1:]}; “{self.prog} --help” says what there is.\n")


class ShowVersion(argparse.Action):
    """Tell the version, which is looked up only then."""

    def __init__(self, option_strings: list[str], dest: str, **options: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, help="tell the version", **options)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Leave with exit code 0."""
        tell([f"{parser.prog} {version()}\n"])
        parser.exit()


def version() -> str:
    """Of the checkout, or of what is installed."""
    manifest = Path(__file__).resolve().parents[2] / "blender_manifest.toml"
    if manifest.is_file():
        return str(tomllib.loads(manifest.read_text(encoding="utf-8"))["version"])
    return metadata.version("parlance")


def number(low: float, high: float, unit: str = "", *, whole: bool = False) -> Callable[[str], float]:
    """A reader of numbers from low to high.   unit: told after the range.   whole: without a fraction, and given as an int."""

    def read(text: str) -> float:
        try:
            value = int(text) if whole else float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"“{text}” is no {'whole ' * whole}number") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} is outside {low:.9g} to {high:.9g}{unit and ' ' + unit}")
        return value

    return read
