# SPDX-License-Identifier: GPL-3.0-or-later
"""Find whose turn it is in a sound that several characters share, by a script. It hears the sound, so it runs on the worker."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...inference.model_file import ModelFile
from ...inference.progress import Progress
from ...inference.text import dialogue
from ..lines import data, wordings
from ..performing import hearing
from ..sequencer import sound


@dataclass(frozen=True)
class Script:
    """What is said by whom, in order, and the sound in which it is said.   threads, model: to listen with."""

    source: sound.Source
    speeches: tuple[dialogue.Speech, ...]
    language: str
    threads: int | None = None
    model: ModelFile | None = None


def turns(script: Script, progress: Progress) -> dict[str, dialogue.Turns]:
    """When each speaker has the word, in seconds of the sound file. Any thread.

    progress: what it raises cancels the work. Raises ParlanceError where the sound cannot be heard, or says something else.
    """
    from ...inference.hearing import hear
    from ...inference.text.transcript import align_text

    progress(0.0, "Reading the sound")
    audio = sound.read(script.source, lambda done: progress(0.1 * done, "Reading the sound"))
    model, _ = hearing.usable(script.model, script.threads)
    heard = hear(
        audio, progress=lambda done, _: progress(0.1 + 0.8 * done, "Finding the turns"), threads=script.threads, model=model
    )
    whole = align_text(heard, "\n".join(each.text for each in script.speeches), script.language)
    into = script.source.skip
    found = dialogue.turns(whole, script.speeches)
    return {speaker: tuple((start + into, end + into) for start, end in spans) for speaker, spans in found.items()}


def sharing(plan: data.Plan, script: Script, speaker: str, spans: dialogue.Turns) -> data.Plan:
    """The plan of one who listens to these turns only, and says there what the script gives to that speaker."""
    listens = replace(plan.listens, turns=spans)
    source = replace(plan.source, excerpt=listens) if plan.source is not None else None
    text = "\n".join(each.text for each in script.speeches if each.speaker == speaker)
    spoken = wordings.Wording(text, script.language, plan.wording.dictionary)
    return replace(plan, listens=listens, source=source, wording=spoken, new_wording=spoken)
