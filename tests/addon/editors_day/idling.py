# SPDX-License-Identifier: GPL-3.0-or-later
"""Idling, rules and wide open syllables: chosen in days that are about them."""

from __future__ import annotations

import bpy

from .operations import operation


@operation(0)
def idle(day, character, where, longest):
    everyone = day.characters()
    if not everyone:
        return
    settings = day.root(everyone[character % len(everyone)]).parlance
    if longest % 3 == 0:
        settings.idle_start, settings.idle_end = 5 + where % 20, 60 + longest % 50
    settings.idle = ("BETWEEN", "RANGE", "OFF", "RANGE")[where % 4]


@operation(0)
def idle_take(day, character, *_):
    everyone = day.characters()
    if everyone:
        day.select(everyone[character % len(everyone)])
        day.call("idle_take")


@operation(0)
def rule(day, character, which, strength):
    """A rule comes, changes its strength, or goes."""
    everyone = day.characters()
    if not everyone:
        return
    root, learned = day.root(everyone[character % len(everyone)]), day.room("addon.retouch.learned")
    day.select(everyone[character % len(everyone)])
    if len(root.parlance_rules) and which % 3 == 0:
        day.call("rule_remove", index=0)
    elif len(root.parlance_rules) and which % 3 == 1:
        root.parlance_rules[0].strength = (0.0, 0.5, 1.5)[strength % 3]
    else:
        vowels = day.room("inference.phones").VOWEL
        made = day.room("inference.learning").Rule(vowels, ("jawOpen",), "factor", (0.3, -0.3)[strength % 2])
        before = len(root.parlance_rules)
        try:
            learned.take(root, made, everybody=False)
        except day.room("inference.errors").ParlanceError:
            assert len(root.parlance_rules) == before, "a rule that was refused stays"


@operation(0)
def open_syllable(day, character, strip, amount):
    root, _ = day.hold(character, strip)
    if root is not None:
        bpy.context.scene.frame_set(5 + amount % 60)
        bpy.context.scene.parlance_opening = (0.3, 1.0, 1.6)[amount % 3]
