# SPDX-License-Identifier: GPL-3.0-or-later
"""What Parlance saves as JSON for people to pass on: presets, moods and lists of rules, each with a format and a version.

Needs no NumPy, as the menus that list such files do not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from . import outputs
from .errors import ParlanceError

MOST_CHARACTERS: Final = 1_000_000
"""Of a file; a list of a thousand rules has a third of that."""


@dataclass(frozen=True)
class SavedJson:
    """One kind of such files.

    kind: what people call it.   format, version: what the file says of itself.
    """

    kind: str
    format: str
    version: int

    def read(self, path: Path) -> str:
        """The text of a file. Raises ParlanceError where it cannot be read or is too long."""
        try:
            with path.open(encoding="utf-8") as file:
                text = file.read(MOST_CHARACTERS + 1)
        except (OSError, ValueError) as error:
            raise ParlanceError(
                f"The {self.kind} “{path.name}” cannot be read; check that the file is there and is text."
            ) from error
        if len(text) > MOST_CHARACTERS:
            raise ParlanceError(f"“{path.name}” is too long to be a {self.kind}; choose a file that was saved by Parlance.")
        return text

    def write(self, text: str, path: Path) -> None:
        """Save the text, whole or not at all. Raises ParlanceError where the file cannot be written."""
        try:
            if not path.parent.is_dir():
                raise ParlanceError("The folder is not there.")
            outputs.write(path, text.encode())
        except (ParlanceError, ValueError) as error:
            raise ParlanceError(f"The {self.kind} cannot be saved as “{path}”; choose another folder.") from error

    def parse(self, text: str, name: str) -> dict[str, Any]:
        """What a text holds. Raises ParlanceError for what is no JSON, of another kind, or of another version.

        name: what it is called where something is wrong with it.
        """
        try:
            raw = json.loads(text)
        except json.JSONDecodeError as error:
            raise ParlanceError(f"“{name}” is not a {self.kind}: line {error.lineno} is not valid JSON.") from error
        except (ValueError, RecursionError) as error:
            raise ParlanceError(f"“{name}” is not a {self.kind}: {error}.") from error
        if not isinstance(raw, dict) or raw.get("format") != self.format:
            raise ParlanceError(f"“{name}” is not a Parlance {self.kind}; choose a file that was saved by Parlance.")
        if raw.get("version") != self.version:
            raise ParlanceError(f"The {self.kind} “{name}” was saved by another version of Parlance; save it again from there.")
        return raw
