# SPDX-License-Identifier: GPL-3.0-or-later
"""What would be animated, and what stands in the way, each obstacle with the operator that removes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...inference.errors import ParlanceError
from .. import compat, model_choice
from ..character import characters
from ..plurals import counted
from ..sequencer import sound, strips
from . import character_box, selection
from .face_obstacles import face_obstacles
from .obstacles import Obstacle


@dataclass(frozen=True)
class Readiness:
    """What the panel shows above the button."""

    character: characters.Character | None
    strip: Any | None
    obstacles: tuple[Obstacle, ...]

    @property
    def ready(self) -> bool:
        """Whether a click would move the face."""
        return not any(obstacle.stops for obstacle in self.obstacles)


def look(context: Any) -> Readiness:
    """What a click would do here and now."""
    return check(context.scene, strips.sequencer(context), context.view_layer.objects.active)


def check(scene: Any, sequencer: Any, selected: Any) -> Readiness:
    """Look at everything a click would use."""
    character = characters.of(selected)
    strip = selection.strip_of(character, sequencer)
    found = [*face_obstacles(character, selected), *_sound_obstacles(sequencer, strip)]
    if wrong := model_choice.trouble():
        found.append(Obstacle("model", f"{wrong} Until then {model_choice.INSTEAD}.", "Open Preferences", stops=False))
    if strip is not None and character is not None:
        found += (*_scene_obstacles(scene, sequencer, strip), *_shown_elsewhere(scene, sequencer))
    return Readiness(character, strip, tuple(found))


def summary(character: characters.Character) -> str:
    """Like “48 of 52 shapes alive on 3 meshes”, or “15 visemes and 4 shapes on 1 mesh”."""
    return character_box.counts(character, character_box.of(character))


def describe(strip: Any, sequencer: Any) -> str:
    """Like “12.4 s, 48 kHz, stereo”."""
    seconds = f"{strips.placement(strip, sequencer).duration:.1f} s"
    if strip.sound is None or strip.sound.samplerate == 0:
        return seconds
    names = {"MONO": "mono", "STEREO": "stereo", "STEREO_LFE": "2.1"}
    speakers = [letter for letter in strip.sound.channels if letter.isdigit()]  # of “SURROUND_51”
    channels = names.get(strip.sound.channels, ".".join(speakers) or "several channels")
    return f"{seconds}, {strip.sound.samplerate / 1000:g} kHz, {channels}"


def _sound_obstacles(sequencer: Any, strip: Any | None) -> Iterator[Obstacle]:
    if strip is None:
        several, inside = strips.sound_strips(sequencer), _sounding_inside(sequencer)
        text = "Choose which sound strip to speak." if several else "There is no sound yet."
        if inside is not None and not several:
            text = f"“{inside.name}” plays the sound of the scene “{inside.scene.name}”; put that sound itself on a strip here."
        yield Obstacle("sound", text, "Open Sound")
        return
    try:
        sound.check(strip, sequencer)
    except ParlanceError as error:
        yield Obstacle("sound", str(error), "Open Sound")


def _scene_obstacles(scene: Any, sequencer: Any, strip: Any) -> Iterator[Obstacle]:
    last = strips.placement(strip, sequencer).end * strips.rate(scene)
    if last > scene.frame_end + 1.5:
        yield Obstacle("end", f"The sound goes on after the scene's last frame, {scene.frame_end}.", "Extend Scene", stops=False)


def _shown_elsewhere(scene: Any, sequencer: Any) -> Iterator[Obstacle]:
    """Where the sequencer of another scene shows this one, at other frames than it has: the line gets those of the sound."""
    shown = (strip for strip in strips.scene_strips(sequencer) if scene != sequencer and strip.scene == scene)
    for strip in shown:
        timing = compat.strip_timing(strip)
        later = round(timing.content_start - timing.trim) - scene.frame_start
        if later:
            frames = f"{counted(abs(later), 'frame')} {'later' if later > 0 else 'earlier'}"
            text = f"“{sequencer.name}” shows this scene {frames}, and the line would miss it; put the sound into this scene."
            yield Obstacle(None, text, stops=False)
            return


def _sounding_inside(sequencer: Any) -> Any | None:
    """A strip that plays the sound of the scene which it shows."""
    return next((strip for strip in strips.scene_strips(sequencer) if any(strips.sounding(strip.scene))), None)


def wants_shapes(ready: Readiness) -> bool:
    """Whether shape keys are all that is missing: then a click makes them and goes on."""
    stopping = [obstacle for obstacle in ready.obstacles if obstacle.stops]
    return bool(stopping) and all(obstacle.code == "no_shapes" for obstacle in stopping)


def wants_sound(ready: Readiness, sequencer: Any) -> bool:
    """Whether a sound is all that is missing and there is none to choose from: then a click asks for a file."""
    stopping = [obstacle for obstacle in ready.obstacles if obstacle.stops]
    silent = not any(strips.sounding(sequencer)) and _sounding_inside(sequencer) is None
    return bool(stopping) and silent and all(obstacle.code == "sound" for obstacle in stopping)
