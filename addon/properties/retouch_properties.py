# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept of an artist's retouching of a line: its phones, its vocal sounds, and passages with a direction of their own.

Nothing here is computed when it is read: Blender reads all of it while it opens and saves a file with overrides.
"""

from __future__ import annotations

from typing import Any, Final

import bpy
from bpy.props import BoolProperty, CollectionProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty
from bpy.types import PropertyGroup

from ...inference import phones as inventory
from .properties import ParlanceDirection
from .update_callbacks import OVERRIDABLE, UpdateCallbacks

EXAMPLES: Final = {
    "sil": "silence", "p": "pen", "b": "bed", "m": "man", "f": "fan", "v": "van", "θ": "thin", "ð": "this", "t": "ten",
    "d": "den", "n": "net", "l": "let", "ɾ": "city (US)", "s": "sun", "z": "zoo", "ʃ": "she", "ʒ": "vision", "tʃ": "chin",
    "dʒ": "gin", "ɹ": "red", "r": "perro (Spanish)", "k": "cat", "g": "get", "ŋ": "sing", "ç": "ich (German)", "x": "loch",
    "h": "hat", "ʔ": "uh-oh", "w": "wet", "j": "yes", "i": "see", "ɪ": "sit", "y": "tu (French)", "e": "café", "ɛ": "bed",
    "ø": "peu (French)", "æ": "cat", "a": "casa (Spanish)", "ɑ": "father", "ə": "about", "ʌ": "cup", "ɝ": "bird",
    "ɔ": "thought", "o": "go", "ʊ": "put", "u": "blue",
}  # fmt: skip
"""A word in which each phone is heard."""
SYMBOLS: Final = tuple(
    (symbol, f"{symbol}   {EXAMPLES[symbol]}", f"As in “{EXAMPLES[symbol]}”", number)
    for number, symbol in enumerate(inventory.SYMBOLS)
)

_callbacks: Final = UpdateCallbacks()
"""Kinds: an artist changes a "phone", a "vocal" sound or a "passage", or chooses a phone ("choice") or a sound ("sound")."""
on_change, quietly, _notifier = _callbacks.on_change, _callbacks.quietly, _callbacks.notifier


_ANY_TIME: Final[dict[str, Any]] = {"subtype": "TIME_ABSOLUTE", "unit": "TIME_ABSOLUTE", "step": 1, "precision": 3}
"""Also before the line, as when its strip is trimmed there: what was made for that time is back when the trim is undone."""
_TIME: Final[dict[str, Any]] = {**_ANY_TIME, "min": 0.0}


def _moment(name: str, kind: str) -> Any:
    """The start or end of something, as an artist sets it; kind: of change, as it is told."""
    return FloatProperty(
        name=name, description="Seconds from the start of the line", update=_notifier(kind), override=OVERRIDABLE, **_TIME
    )


def _strength(name: str, kind: str, about: str, default: float, most: float) -> Any:
    return FloatProperty(
        name=name,
        description=about,
        default=default,
        min=0.0,
        max=most,
        step=5,
        precision=2,
        update=_notifier(kind),
        override=OVERRIDABLE,
    )


def _confidence() -> Any:
    return FloatProperty(name="Confidence", description="How sure the hearing was", default=1.0, override=OVERRIDABLE)


class ParlancePhone(PropertyGroup):
    """One phone of a line, on the line's own clock."""

    symbol: EnumProperty(  # type: ignore[valid-type]
        name="Phone", description="What is spoken here", items=SYMBOLS, update=_notifier("phone"), override=OVERRIDABLE
    )
    start: _moment("Start", "phone")  # type: ignore[valid-type]
    end: _moment("End", "phone")  # type: ignore[valid-type]
    strength: _strength(  # type: ignore[valid-type]
        "Emphasis", "phone", "How strongly the mouth shapes this phone: 0 mutes it, 1 is as heard", default=1.0, most=2.0
    )
    confidence: _confidence()  # type: ignore[valid-type]
    changed: BoolProperty(name="Changed by hand", override=OVERRIDABLE)  # type: ignore[valid-type]
    word: IntProperty(name="Word", description="Which word of the line's text it is part of", default=-1, override=OVERRIDABLE)  # type: ignore[valid-type]


VOCAL_MEANINGS: Final = {
    "breath": "Air drawn in: lips part, the chest lifts the head",
    "sigh": "A long breath out: brows and lids give way, the head sinks",
    "laugh": "Jaw, head and lids shake with every burst",
    "cry": "A sob: the brows' inner ends rise, the chin trembles",
    "cough": "Each burst squeezes the eyes shut and throws the head forward",
    "effort": "A grunt, groan or shout without words: lids, brows and jaw squeeze",
    "yawn": "The jaw sinks slowly, lids squeeze, the head goes back; added by hand",
    "sniff": "Nostrils and upper lip are drawn up, the lips stay shut; added by hand",
    "sneeze": "Head back, nose wrinkled, then all at once forward with the lids shut; added by hand",
    "throat": "The throat is cleared behind lips that hardly part, the chin tucked in; added by hand",
}
"""What is seen of each vocal sound."""
VOCAL_ITEMS: Final = tuple(
    (kind, kind.capitalize(), meaning, number) for number, (kind, meaning) in enumerate(VOCAL_MEANINGS.items())
)


class ParlanceVocal(PropertyGroup):
    """One vocal sound of a line, on the line's own clock."""

    kind: EnumProperty(  # type: ignore[valid-type]
        name="Sound",
        description="What the voice does here",
        items=VOCAL_ITEMS,
        update=_notifier("vocal"),
        override=OVERRIDABLE,
    )
    start: _moment("Start", "vocal")  # type: ignore[valid-type]
    end: _moment("End", "vocal")  # type: ignore[valid-type]
    strength: _strength(  # type: ignore[valid-type]
        "Strength", "vocal", "How strongly it shows: 0 not at all, 1 as far as a face goes", default=0.7, most=1.0
    )
    confidence: _confidence()  # type: ignore[valid-type]
    changed: BoolProperty(name="Changed by hand", override=OVERRIDABLE)  # type: ignore[valid-type]


class ParlancePassage(PropertyGroup):
    """A stretch of a line that is performed another way."""

    start: FloatProperty(name="Start", update=_notifier("passage"), override=OVERRIDABLE, **_ANY_TIME)  # type: ignore[valid-type]
    end: FloatProperty(name="End", update=_notifier("passage"), override=OVERRIDABLE, **_ANY_TIME)  # type: ignore[valid-type]
    fade: FloatProperty(  # type: ignore[valid-type]
        name="Fade",
        description="Seconds over which it takes over at its start, and gives back at its end",
        default=0.2,
        soft_max=1.0,
        update=_notifier("passage"),
        override=OVERRIDABLE,
        **_TIME,
    )
    direction: PointerProperty(type=ParlanceDirection, override=OVERRIDABLE)  # type: ignore[valid-type]
    tag: StringProperty(override=OVERRIDABLE, options={"HIDDEN"})  # type: ignore[valid-type]


class ParlanceOpening(PropertyGroup):
    """How far one syllable opens: by the middle of its first vowel, on the line's own clock."""

    time: FloatProperty(override=OVERRIDABLE, options={"HIDDEN"})  # type: ignore[valid-type]
    amount: FloatProperty(default=1.0, override=OVERRIDABLE, options={"HIDDEN"})  # type: ignore[valid-type]


class ParlanceCue(PropertyGroup):
    """Something the face is told to do at a moment: a gesture, by its name in the table of directions."""

    gesture: StringProperty(override=OVERRIDABLE, options={"HIDDEN"})  # type: ignore[valid-type]
    tag: StringProperty(override=OVERRIDABLE, options={"HIDDEN"})  # type: ignore[valid-type]
    start: FloatProperty(name="Start", update=_notifier("passage"), override=OVERRIDABLE, **_ANY_TIME)  # type: ignore[valid-type]
    end: FloatProperty(name="End", update=_notifier("passage"), override=OVERRIDABLE, **_ANY_TIME)  # type: ignore[valid-type]
    strength: FloatProperty(  # type: ignore[valid-type]
        name="Strength",
        description="How much of it",
        default=1.0,
        min=0.0,
        max=2.0,
        subtype="FACTOR",
        update=_notifier("passage"),
        override=OVERRIDABLE,
    )


class ParlanceRetouch(PropertyGroup):
    """The retouching of one line; its name is the line's token."""

    openings: CollectionProperty(type=ParlanceOpening, override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"})  # type: ignore[valid-type]

    phones: CollectionProperty(type=ParlancePhone, override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"})  # type: ignore[valid-type]
    as_heard: StringProperty(options={"HIDDEN"}, override=OVERRIDABLE)  # type: ignore[valid-type]
    """Which hearing all of its phones are of, where they are too many to be listed; empty where they are listed."""
    phone: IntProperty(name="Phone", options=set(), update=_notifier("choice"), override=OVERRIDABLE)  # type: ignore[valid-type]
    vocals: CollectionProperty(type=ParlanceVocal, override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"})  # type: ignore[valid-type]
    vocal: IntProperty(name="Vocal Sound", options=set(), update=_notifier("sound"), override=OVERRIDABLE)  # type: ignore[valid-type]
    lists_vocals: BoolProperty(options={"HIDDEN"}, override=OVERRIDABLE)  # type: ignore[valid-type]
    waiting: StringProperty(options={"HIDDEN"}, override=OVERRIDABLE)  # type: ignore[valid-type]
    elsewhere: StringProperty(options={"HIDDEN"}, override=OVERRIDABLE)  # type: ignore[valid-type]
    """What was changed of recordings that the line does not play now."""
    passages: CollectionProperty(type=ParlancePassage, override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"})  # type: ignore[valid-type]
    passage: IntProperty(name="Passage", options=set(), override=OVERRIDABLE)  # type: ignore[valid-type]
    cues: CollectionProperty(type=ParlanceCue, override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"})  # type: ignore[valid-type]
    cue: IntProperty(name="Cue", options=set(), override=OVERRIDABLE)  # type: ignore[valid-type]
    tags: StringProperty(options={"HIDDEN"}, override=OVERRIDABLE)  # type: ignore[valid-type]
    kept_take: IntProperty(name="Kept Take", default=-1, options=set(), override=OVERRIDABLE)  # type: ignore[valid-type]


CLASSES: Final = (ParlancePhone, ParlanceOpening, ParlanceVocal, ParlancePassage, ParlanceCue, ParlanceRetouch)


def of(root: Any, line: Any) -> Any | None:
    """The retouching of a line; None before there is any."""
    return root.parlance_retouch.get(line.token)


def ensured(root: Any, line: Any) -> Any:
    """The retouching of a line, made where missing; that of lines which are gone goes away."""
    tokens = {other.token for other in root.parlance.lines}
    for index in reversed(range(len(root.parlance_retouch))):
        if root.parlance_retouch[index].name not in tokens:
            root.parlance_retouch.remove(index)
    found = of(root, line)
    if found is None:
        found = root.parlance_retouch.add()
        found.name = line.token
    return found


def is_of_library(entry: Any) -> bool:
    """Whether it is another file's, overridden here: items that are added to its lists would be lost on saving."""
    override = entry.id_data.override_library
    return override is not None and override.reference is not None and entry.name in override.reference.parlance_retouch


def remove(root: Any, token: str) -> None:
    """Forget the retouching of a line that is gone."""
    index = root.parlance_retouch.find(token)
    if index >= 0:
        root.parlance_retouch.remove(index)


def gesture_of(cue: Any) -> str:
    """What the face is told to do; files of 0.2 keep it as the name of the row."""
    return str(cue.gesture or cue.name)


def index_of(entry: Any) -> int:
    """Where a phone or passage stands among its like."""
    return int(entry.path_from_id().rpartition("[")[2].rstrip("]"))


def owner_of(entry: Any) -> Any | None:
    """The retouching that a phone, passage or its direction is part of; a retouching is part of itself."""
    place = entry.path_from_id()
    return next((each for each in entry.id_data.parlance_retouch if place.startswith(each.path_from_id())), None)


def line_of(entry: Any) -> Any | None:
    """The line that a phone, passage, its direction or a whole retouching belongs to."""
    owner = owner_of(entry)
    lines = entry.id_data.parlance.lines
    return next((line for line in lines if line.token == owner.name), None) if owner is not None else None


def register() -> None:
    """Give objects their retouching."""
    for each in CLASSES:
        bpy.utils.register_class(each)
    bpy.types.Object.parlance_retouch = CollectionProperty(
        type=ParlanceRetouch, override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"}
    )


def unregister() -> None:
    """Take it away; what is stored in the file stays there."""
    del bpy.types.Object.parlance_retouch
    for each in reversed(CLASSES):
        bpy.utils.unregister_class(each)
