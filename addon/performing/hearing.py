# SPDX-License-Identifier: GPL-3.0-or-later
"""From the sound of a plan to a Performance, with the network that is chosen, or with Parlance's own where that cannot hear."""

from __future__ import annotations

from typing import Final

from ...inference import spool
from ...inference.errors import ParlanceError
from ...inference.model_file import ModelFile
from ...inference.performance import Performance
from ...inference.progress import Progress
from ..animation import stored
from ..lines.data import Plan
from ..log import LOG, timed
from ..sequencer import sound

TWO_VOICES: Final = "left and right are two voices, heard as one: give each to a character in Dialogue"


def heard(plan: Plan, progress: Progress) -> tuple[Performance, str]:
    """What is heard, and what to tell of how. Any thread. Raises ParlanceError about the sound."""
    from ...inference.hearing import hear, release
    from ...inference.idle import silent

    if plan.source is None:
        raise ParlanceError("There is no sound to listen to; choose a sound strip.")
    progress(0.0, "Reading the sound")
    with timed("reading the sound"):
        audio = sound.read(plan.source, lambda done: progress(0.05 * done, "Reading the sound"))

    def told(fraction: float, message: str) -> None:
        progress(0.05 + 0.85 * fraction, message)

    with timed(f"hearing {audio.duration:.1f} s"):
        if audio.is_silent:
            return stored.settle(silent(audio.duration)), ""
        model, note = usable(plan.model, plan.threads)
        performance = hear(audio, progress=told, threads=plan.threads, model=model)
        if len(performance.curves) >= spool.SCATTERING:  # beside two hours of keys the network is not worth its memory
            release()
        spool.trim_heap(len(performance.curves))
    notes = [note] if note else []
    if sound.holds_two_voices(plan.source):
        notes.append(TWO_VOICES)
    return stored.settle(performance), "; ".join(notes)


def usable(model: ModelFile | None, threads: int | None) -> tuple[ModelFile | None, str]:
    """The chosen network where it can be loaded, else none; and then what to tell."""
    from ...inference.hearing import engine

    if model is None:
        return None, ""
    try:
        engine(threads, model)
    except ParlanceError as error:
        LOG.warning("%s", error)
        return None, f"heard with Parlance's own network: {str(error).rstrip('.')}"
    return model, ""
