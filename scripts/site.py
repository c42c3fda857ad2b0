# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site: the pages of docs/, the project's own, and pages written from the code; links are checked.

Made by `python build.py docs`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from typing import Final

from . import code_facts
from .environments import ROOT, Environment, ensure

DOCS: Final = Environment("docs", "3.11", ("-r", "requirements/docs.txt"), with_checkout=False)
OUT: Final = ROOT / "out/site"
OWN: Final = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "models/MODEL_CARD.md": "MODEL_CARD.md",
    "models/readability/CARD.md": "LIP_READER.md",
    "models/weights/ATTRIBUTION.md": "ATTRIBUTION.md",
}
"""Pages from outside docs/, and what they are called on the site."""
LIBRARY: Final = tuple(f"inference/{name}.py" for name in ("library", "pipeline", "text/dialogue", "style", "checking/capture"))
ROOMS: Final = {
    "addon/live": "Live",
    "addon/captures": "Captures, style, check",
    "addon/exchange": "Importing and exporting",
    "addon/dialogue": "Several characters",
    "addon/words": "Words and texts",
    "addon/face_shapes": "Making face shapes",
    "addon/mapping": "Mapping a character",
    **dict.fromkeys(("addon/sequencer", "addon/character", "addon/properties"), "Sounds, strips and characters"),
    **dict.fromkeys(
        ("addon/animation", "addon/lines", "addon/planning", "addon/performing", "addon/writing", "addon/generate"),
        "Generating and writing keys",
    ),
    "addon/panel": "The panel",
    "addon/retouch": "Retouching",
    "addon": "The extension",
    "inference/live": "Live",
    "inference/text": "Words and texts",
    "inference/checking": "Captures, style, check",
    "inference/formats": "Files of other programs",
    "inference/command_line": "The command line",
    "inference/hearing": "Listening",
    "inference/rigging": "Rig maps",
    "inference": "Presets, texts, sounds",
}
"""Where a sentence comes from, for people."""
_LINK: Final = re.compile(r"\]\((?P<target>[^)#\s]+)(?P<anchor>#[^)]*)?\)")


def main() -> int:
    """Write the pages and build the site; the exit status is 0 when every link leads somewhere."""
    pages = OUT / "pages"
    shutil.rmtree(OUT, ignore_errors=True)
    shutil.copytree(ROOT / "docs", pages, ignore=shutil.ignore_patterns("site"))
    for source, page in OWN.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        (pages / page).write_text(_moved(text, Path(source).parent), encoding="utf-8")
    for path in pages.glob("*.md"):
        if path.name not in OWN.values():
            path.write_text(_moved(path.read_text(encoding="utf-8"), Path("docs")), encoding="utf-8")
    for name, text in written().items():
        (pages / name).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "docs/site/comparison.md", pages)
    shutil.copy(ROOT / "docs/site/mkdocs.yml", OUT)
    mkdocs: list[str | Path] = [ensure(DOCS), "-m", "mkdocs", "build", "--strict", "--quiet"]
    command = [*mkdocs, "--config-file", OUT / "mkdocs.yml"]
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}  # the theme tells of its successor on every build
    failed = subprocess.run(command, env=quiet, check=False).returncode
    if not failed:
        print(f"{(OUT / 'html/index.html').relative_to(ROOT)}: {len(list(pages.glob('*.md')))} pages")
    return failed


def written() -> dict[str, str]:
    """The pages that come from the code, by file name."""
    return {"operators.md": _operators(), "library.md": _library(), "troubleshooting.md": _troubleshooting()}


def _moved(text: str, folder: Path) -> str:
    """Links from a page in a folder of the project, to where they lead on the site."""

    def target(match: re.Match[str]) -> str:
        path = match["target"]
        if "://" in path or path.startswith("mailto:"):
            return match[0]
        known = (ROOT / folder / path).resolve()
        if not known.is_relative_to(ROOT):
            return match[0]
        inside = known.relative_to(ROOT).as_posix()
        page = OWN.get(inside) or (inside.removeprefix("docs/") if inside.startswith("docs/") else None)
        return f"]({page}{match['anchor'] or ''})" if page is not None else match[0]

    return _LINK.sub(target, text)


def _operators() -> str:
    lines = [
        "# Operators",
        "",
        "Everything the panel does can be done by scripts. Operators act on what is selected, as their buttons do: make the",
        "character's mesh or armature the active object, and its strip the active strip. In background mode they work at once;",
        "what they cannot do they say in one sentence, as a `RuntimeError`. The library below Blender is [here](library.md).",
        "",
        "    import bpy",
        "",
        '    bpy.context.view_layer.objects.active = bpy.data.objects["Face"]',
        "    bpy.ops.parlance.generate()",
        '    bpy.data.objects["Face"].parlance.lines[0].direction.joy = 0.6',
        "",
    ]
    for facts in code_facts.operators():
        names = ", ".join(each.name for each in facts.arguments)
        lines += [f"## {facts.label}", "", f"`{facts.call}({names})`", "", facts.about, ""]
        if facts.arguments:
            lines += ["| argument | kind | default | what it does |", "|---|---|---|---|"]
            for each in facts.arguments:
                lines.append(f"| `{each.name}` | {each.kind} | `{each.default or '–'}` | {each.about or '–'} |")
            lines.append("")
    return "\n".join(lines)


def _library() -> str:
    lines = [
        "# Library reference",
        "",
        "`pip install .` in the project's folder, then `import parlance`. What follows is written from the docstrings; the three",
        "lines that most scripts need are on [the page of the command line](command-line.md).",
        "",
    ]
    for module in LIBRARY:
        summary = code_facts.functions(module)
        lines += [f"## parlance.{module.removesuffix('.py').replace('/', '.')}", ""]
        for name, signature, about in summary:
            lines += [f"### {name}", "", f"    {name}{signature}", "", about, ""]
    return "\n".join(lines)


def _troubleshooting() -> str:
    lines = [
        "# Troubleshooting",
        "",
        "Parlance refuses in one sentence that says what is wrong and what to do, and changes nothing. These are all of them;",
        "“…” stands for a name or a number. Look for the words you see with the search above.",
        "",
        "- **Nothing moves though keys are there**: the box above the button says why: drivers, a muted curve, the NLA, another",
        "  action.",
        "- **It worked yesterday**: below the button it says whether the strip was moved, trimmed or removed; *Follow*, or",
        "  *Generate Again*.",
        "- **Something fell over**: *Copy Bug Report* below the sentence has versions, what runs the model, the rig map and the",
        "  last log lines; paste it into your report. Objects, people and files are not named in it.",
        "",
    ]
    order = list(ROOMS)
    placed = sorted(code_facts.sentences(), key=lambda each: (order.index(_room(each.file)), each.text))
    for room, rows in groupby(placed, key=lambda each: _room(each.file)):
        lines += [f"## {ROOMS[room]}", "", *(f"- {_escaped(row.text)}" for row in rows), ""]
    return "\n".join(lines)


def _room(file: str) -> str:
    return next(room for room in sorted(ROOMS, key=len, reverse=True) if file.startswith(room + "/"))


def _escaped(text: str) -> str:
    return re.sub(r"([*_<>|\[\]`])", r"\\\1", text)


if __name__ == "__main__":
    sys.exit(main())
