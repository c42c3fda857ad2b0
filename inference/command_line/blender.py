# SPDX-License-Identifier: GPL-3.0-or-later
"""A line of a batch as a keyed .blend: Blender in the background opens a template, keys the line, and saves it elsewhere.

Blender is started for each line, so that one that crashes costs one line. What was heard goes along: it is not heard twice.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

from .. import outputs
from ..direction import Direction
from ..errors import ParlanceError
from ..formats import performance_file
from ..performance import Performance
from .line_list import Line

PROGRAM: Final = "blender"
_SCRIPT: Final = Path(__file__).resolve().parents[2] / "addon" / "dialogue" / "line_script.py"
"""What Blender runs; what it does is the add-on's. Its argument is the file with the request."""


@contextmanager
def keyed(
    line: Line, template: Path, character: str, performance: Performance, direction: Direction, *, program: str, folder: Path
) -> Iterator[Path]:
    """A new .blend in the folder, under a name that nobody has, with the line keyed; removed at the end unless it was moved.

    performance: what was heard, without the text. character: an object or collection; empty for the only one who can speak.
    program: Blender, or a Python that has bpy. Raises ParlanceError with Blender's reason, where there is no keyed file.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".parlance-", dir=folder) as own:
            made, heard, answer = Path(own, "line.blend"), Path(own, "heard.npz"), Path(own, "answer.json")
            heard.write_bytes(performance_file.to_bytes(performance))
            request = {
                "template": str(template.resolve()),
                "character": character,
                "audio": str(line.audio.resolve()),
                "channel": line.channel,
                "text": line.text or "",
                "language": line.language,
                "direction": asdict(direction),
                "heard": str(heard.resolve()),
                "save": str(made.resolve()),
                "answer": str(answer.resolve()),
            }
            asked = Path(own, "request.json")
            asked.write_text(json.dumps(request), encoding="utf-8")
            _run(program, asked.resolve(), answer)
            yield made
    except OSError as error:
        raise ParlanceError(f"“{outputs.shown(folder)}” cannot be written ({outputs.reason(error)}).") from error


def _run(program: str, request: Path, answer: Path) -> None:
    """Raises ParlanceError where Blender does not say that it has done what was asked."""
    if Path(program).name.lower().startswith("python"):
        command = [program, str(_SCRIPT), str(request)]
    else:
        command = [program, "--background", "--python-exit-code", "1", "--python", str(_SCRIPT), "--", str(request)]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        told = f"“{outputs.shown(program)}” cannot be started ({outputs.reason(error)})"
        raise ParlanceError(f"{told}; say where Blender is with --blender.") from error
    try:
        trouble = json.loads(answer.read_text("utf-8"))["trouble"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        last = outputs.shown(said[-1]).rstrip(".") if said else f"exit code {done.returncode}"
        raise ParlanceError(f"Blender ended without a keyed file: {last}.") from error
    if trouble:
        raise ParlanceError(str(trouble))
