# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate every strip at once; a sound of two voices to two characters, by its channels or by a script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty
from bpy.types import Operator

from ...inference.errors import ParlanceError
from ...inference.progress import unheard
from ...inference.text import dialogue
from .. import model_choice, preferences, running
from ..character import characters, hierarchy
from ..lines import data, lines
from ..panel.operator_base import UNDOABLE
from ..panel.worker_operator import OnWorker
from ..planning import plan
from ..properties import line_text
from ..sequencer import excerpt, sound, strips
from . import casting, producing, script_turns

SCOPES: Final = (
    ("SCENE", "All Strips", "Every sound strip of the sequencer"),
    ("SELECTED", "Selected Strips", "Only the strips that are selected in the sequencer"),
)


class UpToDateError(ParlanceError):
    """Nothing is to be done: said once, and no trouble that the panel would go on telling."""


class Producing(OnWorker):
    """An operator that makes many lines: at once in background mode, else on the worker, with progress and Cancel."""

    _work: Any = None

    def work(self, context: bpy.types.Context) -> producing.Work:
        """What is to be done. Raises ParlanceError where there is nothing."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        """All at once."""
        try:
            self._work = self.work(context)
            performed = producing.perform_all(self._work, unheard)
        except UpToDateError as told:
            return self._leave_alone(told)
        except ParlanceError as error:
            return self._refuse(error)
        return self.receive(context, performed)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """In the background where there is a window to draw in."""
        if bpy.app.background:
            return self.execute(context)
        if running.job is not None:
            self.report({"INFO"}, "Something is being generated already.")  # type: ignore[attr-defined]
            return {"CANCELLED"}
        try:
            work = self._work = self.work(context)
        except UpToDateError as told:
            return self._leave_alone(told)
        except ParlanceError as error:
            return self._refuse(error)
        return self._begin(context, f"{len(work.tasks)} lines", lambda progress: producing.perform_all(work, progress))

    def _leave_alone(self, told: UpToDateError) -> set[str]:
        running.trouble = ""
        self.report({"ERROR"}, str(told))  # type: ignore[attr-defined]
        return {"CANCELLED"}

    def drafts(self, result: producing.Performed) -> list[data.Draft]:
        """Those of all lines that could be performed."""
        return [each for each in result.attempts if isinstance(each, data.Draft)]

    def receive(self, context: bpy.types.Context, result: producing.Performed) -> set[str]:
        """Every line is written, and those that could not be made are named."""
        told = producing.write_all(context.scene, result, self._work.unclaimed, self._staged)
        self.report({"INFO"}, told)  # type: ignore[attr-defined]
        return {"FINISHED"}


class PARLANCE_OT_generate_all(Producing, Operator):
    """Generate every strip with the character that speaks it: as before, by the cast, by its name, or by its channel."""

    bl_idname = "parlance.generate_all"
    bl_label = "Generate All Lines"
    bl_options: ClassVar = UNDOABLE

    scope: EnumProperty(name="Strips", items=SCOPES)  # type: ignore[valid-type]
    again: BoolProperty(name="Again", description="Also lines that are up to date")  # type: ignore[valid-type]

    def work(self, context: bpy.types.Context) -> producing.Work:
        """A task for each strip and character."""
        sequencer = strips.sequencer(context)
        chosen = [each for each in strips.sound_strips(sequencer) if self.scope == "SCENE" or each.select]
        chosen = [each for each in chosen if strips.is_heard(each, sequencer)]
        if not chosen:
            raise ParlanceError("There are no sound strips to generate; add or select some in the sequencer.")
        found = casting.cast(context.scene, context.view_layer, sequencer, chosen)
        parts = [part for part in found.parts if self.again or not _is_current(part, sequencer)]
        if not parts and not found.unclaimed:
            raise UpToDateError("Every line is up to date; switch on Again to generate them anew.")
        # What was cut off a line goes on from all of it, so it comes before what is left of that line.
        parts.sort(key=lambda part: lines.of_strip(part.character.root, part.strip, sequencer) is not None)
        return producing.Work(_tasks(context, parts), tuple(found.unclaimed))


class PARLANCE_OT_generate_stereo(Producing, Operator):
    """Let two selected characters speak the left and the right channel of the active sound; the active one has the left."""

    bl_idname = "parlance.generate_stereo"
    bl_label = "Left and Right to Two Characters"
    bl_options: ClassVar = UNDOABLE

    swap: BoolProperty(name="Swap", description="The active character has the right channel")  # type: ignore[valid-type]

    def work(self, context: bpy.types.Context) -> producing.Work:
        """A part for each of the two characters: the left channel, and the right one."""
        strip, pair = _active_strip(context), list(_selected(context))
        if len(pair) != 2:
            raise ParlanceError(f"Select the two characters of this sound; {len(pair)} of what is selected can speak.")
        _, channels = sound.format_of_strip(strip)
        if channels < 2:
            raise ParlanceError(f"The sound of “{strip.name}” has one channel; split it by a script with speakers instead.")
        if self.swap:
            pair.reverse()
        parts = [casting.Part(strip, each, excerpt.Excerpt(number)) for number, each in enumerate(pair, 1)]
        return producing.Work(_tasks(context, parts))


class PARLANCE_OT_generate_script(Producing, Operator):
    """Let several characters speak the active sound in turns, by a text that names the speaker before what each says."""

    bl_idname = "parlance.generate_script"
    bl_label = "Split by Script"
    bl_options: ClassVar = UNDOABLE

    text_block: StringProperty(  # type: ignore[valid-type]
        name="Script", description="A text block with lines like “Anna: Hello.”; empty for the text of the strip"
    )

    def work(self, context: bpy.types.Context) -> producing.Work:
        """A part for each who is named in the script; the turns are found on the worker, by listening to the whole."""
        strip = _active_strip(context)
        spoken = dialogue.speeches(self._script(strip))
        who = _speakers(context, {each.speaker for each in spoken})
        sequencer, fps = strips.sequencer(context), strips.rate(context.scene)
        placement = strips.placement(strip, sequencer)
        source = sound.source(strip, sequencer, strips.frames_of(placement, fps).first / fps)
        script = script_turns.Script(source, spoken, str(strip.parlance.language), preferences.threads(), model_choice.chosen())
        tasks = [replace(_task(context, casting.Part(strip, each)), speaker=name) for name, each in who.items()]
        for task in tasks:
            if task.plan is None:
                raise ParlanceError(task.trouble)
        return producing.Work(producing.together(context.scene, tasks), script=script)

    def _script(self, strip: Any) -> str:
        if self.text_block:
            block = bpy.data.texts.get(self.text_block)
            if block is None:
                raise ParlanceError(f"There is no text block “{self.text_block}”; choose another.")
            return str(block.as_string())
        return line_text.text_of(strip.parlance)


def _tasks(context: bpy.types.Context, parts: Sequence[casting.Part]) -> tuple[producing.Task, ...]:
    """A task for each part; lines that are made together know of each other."""
    sequencer, fps = strips.sequencer(context), strips.rate(context.scene)
    cores = [strips.frames_of(strips.placement(part.strip, sequencer), fps) for part in parts]
    spans = list(zip((part.character.root for part in parts), cores, strict=True))

    def beside(number: int, part: casting.Part) -> data.Beside:
        own = tuple(core for other, (root, core) in enumerate(spans) if root == part.character.root and other != number)
        return data.Beside(own, tuple(core for root, core in spans if root != part.character.root))

    return producing.together(context.scene, (_task(context, part, beside(number, part)) for number, part in enumerate(parts)))


def _task(context: bpy.types.Context, part: casting.Part, beside: data.Beside | None = None) -> producing.Task:
    sequencer, request = strips.sequencer(context), plan.Request(listens=part.excerpt, beside=beside or data.Beside())
    try:
        planned = plan.plan(context.scene, sequencer, part.character, part.strip, request)
    except ParlanceError as error:
        return producing.Task(part, None, str(error))
    return producing.Task(part, planned)


def _is_current(part: casting.Part, sequencer: Any) -> bool:
    line = lines.of_strip(part.character.root, part.strip, sequencer) if part.known else None
    return line is not None and lines.state(line, sequencer) == "current" and not model_choice.heard_otherwise(line)


def _active_strip(context: bpy.types.Context) -> Any:
    strip = strips.default(strips.sequencer(context))
    if strip is None:
        raise ParlanceError("Select the sound strip of the dialogue in the sequencer.")
    return strip


def _selected(context: bpy.types.Context) -> Iterator[characters.Character]:
    """The selected characters, the active one first."""
    seen = set()
    for item in (context.view_layer.objects.active, *context.selected_objects):
        found = characters.of(item) if item is not None else None
        if found is not None and found.speaks and found.root not in seen:
            seen.add(found.root)
            yield found


def _speakers(context: bpy.types.Context, names: set[str]) -> dict[str, characters.Character]:
    """The character of each name in a script. Raises ParlanceError for names that nobody has."""
    people = casting.speaking(context.view_layer)
    called = {key: casting.called(character) for key, character in people.items()}
    table = {}
    for row in context.scene.parlance_cast:
        root = hierarchy.root_of(row.character) if row.character is not None else None
        if row.speaker and root is not None and root.name in people:
            table[row.speaker.casefold()] = people[root.name]
    found = {}
    for name in names:
        key = dialogue.speaker_of(name, called)
        character = table.get(name.casefold()) or (people[key] if key is not None else None)
        if character is None:
            raise ParlanceError(f"No character is called “{name}” as in the script; name who it is in the cast.")
        found[name] = character
    return found


CLASSES: Final = (PARLANCE_OT_generate_all, PARLANCE_OT_generate_stereo, PARLANCE_OT_generate_script)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
