# SPDX-License-Identifier: GPL-3.0-or-later
"""Languages that have no lexicon here: pronounced by eSpeak NG where somebody has installed it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from typing import Final

from .. import phones as inventory
from ..errors import ParlanceError

PROGRAM: Final = "espeak-ng"
_SWITCH: Final = re.compile(r"\([a-z-]+\)")


def is_there() -> bool:
    """Whether it can be asked."""
    return shutil.which(PROGRAM) is not None


def ways(words: Sequence[str], language: str) -> list[tuple[tuple[str, ...], ...]]:
    """The way to say each word, alone. Raises ParlanceError for a language that it lacks."""
    text = "".join(f"{word} .\n\n" for word in words)
    command = [PROGRAM, "-q", "--ipa", "-b", "1", "-v", language, "--stdin"]
    try:
        said = subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise ParlanceError(f"eSpeak NG cannot pronounce this text in the language “{language}”; choose another.") from error
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    if len(lines) != len(words):
        raise ParlanceError(f"eSpeak NG runs words of this text together in the language “{language}”; give the text as IPA.")
    sounds = [tuple(each for each in inventory.merge(_SWITCH.sub(" ", line)) if each != "sil") for line in lines]
    return [(each,) if each else () for each in sounds]
