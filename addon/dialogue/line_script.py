# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a line of a batch begins in Blender: `blender --background --python line_script.py -- REQUEST.json`.

Blender runs this file by itself, before anything of the extension is there: it finds the extension and hands over to `line_file`.
A Python that has bpy does as well: `python line_script.py REQUEST.json`.
"""

import importlib
import sys

import bpy  # noqa: F401  # isort: skip  # what comes after is part of it
import addon_utils

NAME = "parlance"


def main(request: str) -> None:
    """Key the line that a file asks for. Ends the program with a reason where Blender has no extension to do it."""
    names = [module.__name__ for module in addon_utils.modules() if module.__name__.rpartition(".")[2] == NAME]
    if not names:
        sys.exit("The extension Parlance is not installed in this Blender; install it there first")
    if not addon_utils.check(names[0])[1]:
        addon_utils.enable(names[0])
    importlib.import_module(names[0] + ".addon.dialogue.line_file").main(request)


if __name__ == "__main__":
    main(sys.argv[-1])
