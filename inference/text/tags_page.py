# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual's page on directions in brackets, made from their table. `python -m parlance.inference.text.tags_page` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .. import moods, presets
from . import tags

INTRODUCTION: Final = """\
# Directions in brackets

Made from the code by `python -m parlance.inference.text.tags_page`.

    I [looks left] never said that! [warm] Come in. [whisper 60%] He's asleep. [brow raise]

A direction stands in brackets before the word at which it happens: in a line's **Text** in the panel *Edit › Text*, in a text
block, in `--text` and in the `text` column of a batch. Or it is the name of a **timeline marker**: `[nods]`, or `[Anna: nods]`
for one character only; the panel tells of markers that nobody follows, and of those set, moved or
removed since their line was made. What a direction asks for becomes ordinary things of the line, at its word: a passage, a cue,
a vocal sound, a look. They are listed in the panel and can be changed there; what you change by hand stays when the line is
generated again, what you delete stays away, and what a direction has made goes when you take it out of the text.

- **How much**: a percentage (`[angry 30%]`, `[brow raise 60%]`), or a word before it (`[slightly sad]`, `[very tired]`).
- **How long**: seconds (`[smiles 2s]`, `[warm 4s]`). A mood or a manner of speaking otherwise holds until the next one, or until
  `[neutral]` and `[normal]`.
- Capitals and hyphens do not matter. The name of any preset or mood will do, your own too: a line keeps those that it
  names, for machines without their files.
- `[looks at Lamp]` names an object of the scene, somebody's eyes, or `camera`; it holds until the next look, and `[looks ahead]`
  ends it. Markers that tell where to look, or that make a face, also hold between lines.
- Two directions stand side by side: `[warm][nods]`. One within the brackets of another is one of its own.
- What cannot be done as it says is told in the panel, and by the command: a direction that nobody knows, with the nearest one
  that is known; an empty one; a bracket that is never closed; more than 200 %; a name that is not in the scene; a direction where
  the sound ends."""
LANGUAGES: Final = {"de": "German", "fr": "French"}
KINDS: Final = {
    "mood": ("Moods", "Until the next mood, or `[neutral]`."),
    "manner": ("Manners of speaking", "Until the next manner, or `[normal]`."),
    "end": ("Ends of moods and manners", "Back to how the line is directed."),
    "gesture": ("Cues", "Once, from the start of the word."),
    "look": ("Looks", "For a while, from the start of the word; then the eyes go back."),
    "look at": ("Looks at somebody", "Until the next look."),
    "sound": ("Vocal sounds", "What the voice does beside speaking, from the start of the word, or what is heard just there."),
    "pause": ("Pauses", "In the silence before the word."),
}


def page() -> str:
    """The whole page, Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield INTRODUCTION
    for does, (title, when) in KINDS.items():
        yield from ("", f"## {title}", "", when, "", "| direction | means |", "|---|---|")
        for row in tags.table():
            if row["does"] == does:
                whom = " NAME" if does == "look at" and "name" not in row else ""
                yield f"| {', '.join(f'`[{name}{whom}]`' for name in row['names'])} | {row['about']} |"
    for language, words in tags.others().items():
        yield from ("", f"## In {LANGUAGES[language]}", "", "| as | may be written |", "|---|---|")
        for name, called in words.items():
            yield f"| `[{name}]` | {', '.join(f'`[{each}]`' for each in called)} |"
    shipped = (*presets.preset_names(), *moods.mood_names())
    yield ""
    yield "Also the names of all presets and moods: " + ", ".join(f"`[{name.replace('_', ' ')}]`" for name in shipped) + "."


if __name__ == "__main__":
    target = Path(__file__).resolve().parents[2] / "docs/directions.md"
    target.write_text(page(), encoding="utf-8")
