# SPDX-License-Identifier: GPL-3.0-or-later
"""A line that an artist has worked on, and where that is in the scene."""

import bpy
import numpy as np
import pytest


@pytest.fixture
def entry(room):
    """What is kept of a line's retouching."""
    return lambda root, line: room("addon.properties.retouch_properties").of(root, line)


@pytest.fixture
def worked(face, room, entry):
    """A line with sliders, a passage, a cue, an opened syllable and a softer phone, all after the first second."""
    bpy.ops.parlance.generate()
    line = face.parlance.lines[0]
    line.direction.sadness = 0.4
    kept = entry(face, line)
    passage = kept.passages.add()
    passage.start, passage.end, passage.direction.joy = 1.5, 2.5, 1.0
    cue = kept.cues.add()
    cue.gesture, cue.start, cue.end = "brow raise", 2.0, 2.5
    phone = next(each for each in kept.phones if each.start > 2.0 and each.symbol != "sil")
    phone.strength = 0.3
    vowels = room("inference.phones").VOWEL
    vowel = next(each for each in kept.phones if each.start > 2.2 and each.symbol in vowels)
    opening = kept.openings.add()
    opening.time, opening.amount = (vowel.start + vowel.end) / 2, 1.8
    room("addon.generate.live").rebuild(face, line)
    return line


@pytest.fixture
def seconds(face, scene, entry, room):
    """When each of them is, in the scene; the softness and the sliders too."""

    def find(line):
        kept, rate = entry(face, line), scene.render.fps
        first = room("addon.lines.lines").span_of(line, rate).first / rate
        softer = [first + phone.start for phone in kept.phones if abs(phone.strength - 0.3) < 1e-3]
        times = [each.start for each in (*kept.passages, *kept.cues)] + [each.time for each in kept.openings]
        return [round(line.direction.sadness, 3), *np.round([first + each for each in times] + softer, 2)]

    return find
