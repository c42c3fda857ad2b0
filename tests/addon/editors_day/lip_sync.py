# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines are generated, shaped with sliders and phones, follow their strips, and are cleared."""

from __future__ import annotations

import bpy

from .operations import operation
from .what_is_there import animation_of_file

SLIDERS = (
    ("jaw", (1.0, 0.4, 1.7)),
    ("lips", (1.0, 0.5)),
    ("joy", (0.0, 0.8)),
    ("brow_idle", (0.5, 0.0)),
    ("fade", (0.3, 0.0, 0.8)),
    ("tolerance", (0.01, 0.05)),
    ("every_frame", (False, True)),
    ("lead", (0.0, 0.1)),
    ("mouth_only", (False, True)),
    ("upper_face", (1.0, 0.0)),
    ("blocking", (False, True)),
)
OUTPUTS = ("ACTIVE", "NEW", "NLA")


@operation(12)
def generate(day, character, strip, _):
    root, picked = day.hold(character, strip)
    if root is not None and day.call("generate"):
        lines = day.room("addon.lines.lines")
        line = lines.of_strip(day.root(root), picked, bpy.context.scene)
        assert line is not None, "generated, but there is no line of the strip"
        day.written = (day.root(root), line.token, "generate")


@operation(12)
def slide(day, which, slider, value):
    found = day.lines()
    if not found:
        return
    root, line = found[which % len(found)]
    name, values = SLIDERS[slider % len(SLIDERS)]
    wanted = values[value % len(values)]
    if getattr(line.direction, name) != wanted:
        token = line.token
        setattr(line.direction, name, wanted)
        if not day.room("addon.running").trouble:
            day.written = (root, token, "slide")


@operation(4)
def away_and_back(day, which, slider, value):
    found = day.lines()
    if not found:
        return
    root, line = found[which % len(found)]
    token = line.token
    name, values = SLIDERS[slider % len(SLIDERS)]
    here = getattr(line.direction, name)
    away = values[value % len(values)]
    away = away if abs(away - here) > 1e-6 else values[(value + 1) % len(values)]
    seen = []
    for wanted in (away, here, away, here):
        line = day.room("addon.lines.lines").with_token(root, token)
        if line is None:  # what lies between two lines is made anew with them
            return
        setattr(line.direction, name, wanted)
        seen.append(animation_of_file()["curves"])
    if not day.room("addon.running").trouble:
        day.written = (root, token, "slide")
        if name != "mouth_only":
            assert seen[1].keys() == seen[3].keys(), f"{name} away and back makes or removes curves"
            for place in seen[1]:
                close = len(seen[1][place]) == len(seen[3][place])
                assert close, f"{name} away and back changes the keys of {place}"


def _in_hand(day, character, strip, module, here):
    """What a function of the extension finds in the context, with a character and a strip in hand; None where either is not."""
    root, _ = day.hold(character, strip)
    return None if root is None else getattr(day.room(module), here)(bpy.context)


@operation(5)
def phone(day, character, strip, number):
    found = _in_hand(day, character, strip, "addon.retouch.phone_operators", "track_here")
    if found is None:
        return
    root, line, entry = found[:3]
    token, index = line.token, number % len(entry.phones)
    kind = number // 7 % 6
    if kind < 4:
        name = ("phone_mute", "phone_split", "phone_remove", "phone_restore")[kind]
        if not day.call(name, index=index):
            return
    elif kind == 4:
        entry.phones[index].strength = (0.0, 0.5, 1.6)[number % 3]
    else:
        entry.phones[index].end += (0.05, -0.05, 0.2)[number % 3]
    if not day.room("addon.running").trouble:
        day.written = (root, token, "slide")


@operation(2)
def new_take(day, character, strip, _):
    root, _ = day.hold(character, strip)
    if root is not None:
        day.call("new_take")


@operation(5)
def follow(day, character, strip, _):
    root, _ = day.hold(character, strip)
    if root is not None:
        day.call("follow")


@operation(3)
def clear(day, character, strip, hand_made):
    found = _in_hand(day, character, strip, "addon.panel.selection", "line_here")
    if found is None:
        return
    everything = hand_made % 4 == 0
    if everything:
        day.hands.forget_line(*found)
    day.call("clear", hand_made=everything)


@operation(2)
def output(day, character, _strip, which):
    everyone = day.characters()
    if everyone:
        day.root(everyone[character % len(everyone)]).parlance.output = OUTPUTS[which % 3]


@operation(2)
def include(day, which, *_):
    meshes = day.meshes()
    if meshes:
        mesh = meshes[which % len(meshes)]
        mesh.parlance.included = not mesh.parlance.included


@operation(2)
def head_motion(day, character, *_):
    everyone = day.characters()
    if everyone:
        settings = day.root(everyone[character % len(everyone)]).parlance
        settings.move_head = not settings.move_head


@operation(2)
def quiet_moment(day, *_):
    """The timer that lets face and teeth follow what an artist has keyed."""
    day.room("addon.generate.live_tracks").refresh()
