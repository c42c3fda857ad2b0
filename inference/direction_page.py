# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual's page on Direction, made from its controls. `python -m parlance.inference.direction_page` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from . import moods
from .direction import SECTION_MEANINGS, SECTIONS, Control, controls
from .feature_names import PARTS
from .moods import MOST_GESTURES, Gesture, load_mood, mood_names
from .presets import load_preset, preset_names

UNSEEN = "keys"
"""The section whose sliders change keys, and nothing that a picture shows."""
PICTURES = """\
The moving pictures (`python build.py demo --sliders`) show a head that says the same words with the slider at its low end, on the
left, and at its high end, all else alike, on the stretch of a line where the two differ most. What a slider moves only in company
is shown in it: where joy shows, on a joyful face; laughs, on a laugh; held notes, on one.
What is over in a blink is slowed down."""


def picture(item: Control) -> str:
    """Where the moving picture of a slider is, as the page links to it."""
    return f"images/sliders/{item.name}.webp"


def page() -> str:
    """The whole page, Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Direction: every slider"
    yield ""
    yield "Made from the code by `python -m parlance.inference.direction_page`. Every slider acts at once; nothing is heard anew."
    yield ""
    yield from PICTURES.splitlines()
    for section in SECTIONS:
        yield from ("", f"## {section.capitalize()}", "", f"{SECTION_MEANINGS[section]}.", "")
        seen = section != UNSEEN
        yield "| slider | name | default | range | what it does |" + (" low, high |" if seen else "")
        yield "|---|---|---|---|---|" + ("---|" if seen else "")
        for item in controls():
            if item.section == section:
                row = f"| {item.label} | `{item.name}` | {_value(item, item.default)} | {_range(item)} | {item.meaning} |"
                yield row + (f" ![{item.label}]({picture(item)}) |" if seen else "")
    yield from ("", "## Presets", "", "| preset | name | for |", "|---|---|---|")
    for name in preset_names():
        preset = load_preset(name)
        yield f"| {preset.name} | `{name}` | {preset.about} |"
    yield ""
    yield "A preset is a JSON file that says only what differs from the defaults; values beyond a slider's range become its"
    yield "nearest bound, and a name that does not exist is an error. Save your own from the panel, or read them in a script with"
    yield "`inference.presets.read_preset`."
    yield from _moods()


def _moods() -> Iterator[str]:
    yield from ("", "## Moods", "", MOODS, "")
    yield from ("| mood | name | how the character is | sliders it moves | what it does now and then |", "|---|---|---|---|---|")
    for name in mood_names():
        mood = load_mood(name)
        moved = [f"`{each}` {value:+g}" for each, value in mood.plus.items()]
        moved += [f"`{each}` × {value:g}" for each, value in mood.times.items()]
        made = [f"{each.per_minute:g} a minute, {MOMENTS[each.at]}: {_look(each)}" for each in mood.gestures]
        yield f"| {mood.name} | `{name}` | {mood.about} | {', '.join(moved)} | {'; '.join(made)} |"
    yield from ("", OWN_MOODS)


MOODS = """\
A mood comes on top of a preset and of the emotions, as far as `mood_amount` says: it moves sliders, holds a face given in
millimetres, and does things now and then. Choose one in the panel, with `--mood NAME`, or with `animate(…, mood=NAME)`."""
OWN_MOODS = f"""\
**A mood of your own** is what stands in the panel, kept with *Keep as Mood…*, or a JSON file written by hand like those in
`inference/acting/moods/`. `sliders` has what is added (`plus`) and multiplied (`times`). `face` is held all the time;
`gestures` are at most {MOST_GESTURES} faces that come and go; `strength` is how far both are shown. A gesture has a moment that
it is made `at` ({", ".join(f"`{each}`" for each in moods.MOMENTS)}) and how often `per_minute`, `rise`, `hold` and `fall` in
seconds, turns of the `head` in degrees (down, to the left, towards the left shoulder), and `beats` a second where it shakes.

A face has `units`, the shapes it is made of with the weights they usually have, and `mm`, how far it goes where that should not
be left to them: `{"`, `".join(PARTS)}` and `chin`, in millimetres of an adult's face,
upwards; `brow_in` towards the middle, `corner_out` away from it, `corner_back` towards the ear. Every character shows them with
its own shapes, as far as they go. Names without `Left` or `Right` stand for both sides; left means the side that leads.

A mood is kept within the scene, so that no file is missed on another machine."""
MOMENTS = {"any": "at any time", "accent": "on stressed words", "phrase_end": "at ends of phrases", "pause": "in pauses"}


def _look(gesture: Gesture) -> str:
    turned = [f"{word} {value:+g}°" for word, value in zip(("nod", "turn", "lean"), gesture.head, strict=True) if value]
    return " ".join([*(f"`{unit}`" for unit in gesture.look.units), *turned])


def _value(item: Control, value: float) -> str:
    if isinstance(item.default, bool):
        return "on" if value else "off"
    return f"{value:g} {item.unit}".strip().replace(" °", "°")


def _range(item: Control) -> str:
    return "off, on" if isinstance(item.default, bool) else f"{item.low:g} … {item.high:g}"


if __name__ == "__main__":
    target = Path(__file__).resolve().parents[1] / "docs/direction.md"
    target.write_text(page(), encoding="utf-8")
