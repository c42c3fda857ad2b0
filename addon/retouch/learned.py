# SPDX-License-Identifier: GPL-3.0-or-later
"""What is offered as a rule, where it would act, and what happens when an artist takes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import bpy

from ...inference.errors import ParlanceError
from ...inference.learning import Correction, Offer, Placed, Rule, offers
from ...inference.learning.offers import words
from ...inference.learning.rules import acts_on
from ..character import hierarchy
from ..generate import live
from ..lines import corrections, lines, retouching
from ..planning import rules
from ..properties import retouch_properties, rule_properties
from ..sequencer import strips

_marked: set[tuple[str, int]] = set()
"""Phones that are shown as places of a rule, by the token of their line and their place in it."""
SAME: Final = 1e-3
"""Seconds within which two phones are one."""

_offered: dict[tuple[Any, ...], list[Offer]] = {}


@dataclass(frozen=True)
class Spot:
    """A phone on which a rule acts: the token of its line, its place in it, and the scene frame of its middle."""

    line: str
    phone: int
    frame: int


def offered(root: Any) -> list[Offer]:
    """The rules that the corrections of a character agree on; looked for again only after something was edited or written.

    Blender tells of that (`change_panel`); here only what it says nothing of is compared, for panels ask at every redraw.
    """
    scene = bpy.context.scene
    known = tuple((entry.phones, entry.shapes, entry.amount, len(entry.spared)) for entry in rules.entries(root, scene))
    state = (root.session_uid, tuple(line.token for line in root.parlance.lines), known)
    if state not in _offered:
        _offered.clear()
        _offered[state] = _offers(root, scene)
    return _offered[state]


def forget() -> None:
    """Look for offers anew when next asked: keys may have been edited."""
    _offered.clear()


def _offers(root: Any, scene: Any) -> list[Offer]:
    try:
        made = corrections.corrected(root)
        ruled = {token: _placed(root, token, scene) for token in made}
    except ParlanceError:  # said where the line is generated again
        return []
    fresh = [each for token, found in made.items() for each in found if not any(_is_spared(each, one) for one in ruled[token])]
    return offers(fresh, corrections.spoken(root))


def _placed(root: Any, token: str, scene: Any) -> tuple[Placed, ...]:
    return rules.placed(root, lines.with_token(root, token), scene)


def _is_spared(correction: Correction, placed: Placed) -> bool:
    """Whether a rule has been learned from a correction already."""
    times = placed.spared
    same = correction.phone in placed.rule.phones and bool(set(correction.shapes) & set(placed.rule.shapes))
    return same and _among(correction.time, times)


def spots(root: Any, rule: Rule, by_line: dict[str, list[float]]) -> list[Spot]:
    """Where a rule acts on the lines of a character, in time order. by_line: where it is spared."""
    found = []
    for line in root.parlance.lines:
        entry = retouch_properties.of(root, line)
        if entry is None or not line.performance or not lines.readable(line):
            continue
        placed = Placed(rule, tuple(by_line.get(line.token, ())))
        fps = line.fps or strips.rate(lines.scene_of(line))
        first = lines.span_of(line, fps).first
        for index, phone in enumerate(retouching.phones_of(entry)):
            if acts_on(placed, phone):
                middle = (phone.start + phone.end) / 2 - line.direction.lead
                found.append(Spot(line.token, index, round(first + middle * fps)))
    return sorted(found, key=lambda spot: spot.frame)


def mark(found: Iterable[Spot]) -> None:
    """Show these places below the curves, and no others."""
    _marked.clear()
    _marked.update((spot.line, spot.phone) for spot in found)


def is_marked(line: str, phone: int) -> bool:
    """Whether a phone is to be shown as one on which a rule acts."""
    return (line, phone) in _marked


def by_hand(root: Any, rule: Rule) -> dict[str, list[float]]:
    """Where the artist has changed what a rule changes, by line: those places keep what was made of them."""
    return {
        token: times
        for token, found in corrections.corrected(root).items()
        if (times := sorted({each.time for each in found if each.phone in rule.phones and set(each.shapes) & set(rule.shapes)}))
    }


def take(root: Any, rule: Rule, *, everybody: bool) -> Any:
    """Make a rule and do it to every line; what was changed by hand stays as it is. Raises ParlanceError as `rebuild`."""
    scene = bpy.context.scene
    holder = scene if everybody else root
    spared: dict[str, list[float]] = {}
    for each in speakers(scene) if everybody else [root]:
        spared |= by_hand(each, rule)
    entry = holder.parlance_rules.add()
    rule_properties.put(entry, words(rule), rule, spared)
    mark(())
    try:
        rebuild(holder)
    except ParlanceError:
        holder.parlance_rules.remove(len(holder.parlance_rules) - 1)
        raise
    return entry


def respare(root: Any) -> None:
    """Let rules act again where the artist has given up the change that they were learned from."""
    for holder in rule_properties.holders(root, bpy.context.scene):
        for entry in holder.parlance_rules:
            before, now = rule_properties.spared(entry), by_hand(root, rules.of(entry))
            tokens = {line.token for line in root.parlance.lines}
            left = {
                token: [time for time in times if token not in tokens or _among(time, now.get(token, []))]
                for token, times in before.items()
            }
            if left != before:
                rule_properties.spare(entry, left)


def _among(time: float, others: Iterable[float]) -> bool:
    return any(abs(time - each) < SAME for each in others)


def speakers(scene: Any) -> list[Any]:
    """Every character of a scene that has a line."""
    return [each for each in scene.objects if len(each.parlance.lines)]


def rebuild(holder: Any) -> None:
    """Play every line that the rules of an object or a scene act on anew. Raises ParlanceError where one cannot be."""
    forget()
    roots = speakers(holder) if isinstance(holder, bpy.types.Scene) else [hierarchy.root_of(holder)]
    for root in roots:
        for token in [line.token for line in root.parlance.lines]:
            line = lines.with_token(root, token)
            if line is None or not line.performance or not lines.readable(line):
                continue
            live.rebuild_soon(root, line)
