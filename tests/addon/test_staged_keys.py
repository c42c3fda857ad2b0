# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of many minutes are staged a few at a time: stopped at any, nothing has happened; whole, they are the same."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import pytest

pytestmark = [
    pytest.mark.ends,
    pytest.mark.skipif(bpy.app.version < (5, 0, 0), reason="4.5 cannot copy a curve: its keys are set at once"),
]
SETTINGS = ("array_index", "extrapolation", "color_mode", "auto_smoothing", "select", "hide", "mute", "lock", "is_valid")


@pytest.fixture
def drafted(face, scene, room, monkeypatch):
    """What a click has worked out for the face: its plan and its draft. A few keys are many."""
    staged_keys = room("addon.writing.staged_keys")
    monkeypatch.setattr(staged_keys, "MANY", 100)
    monkeypatch.setattr(staged_keys, "AT_ONCE", 40)
    planned = room("addon.planning.plan").plan(
        scene, scene, room("addon.character.characters").of(face), scene.sequence_editor.strips[0]
    )
    return planned, room("addon.performing.perform").perform(planned)


def settings():
    """What a curve is, but for its keys."""
    return {
        (curve.data_path, curve.array_index): (*(getattr(curve, name) for name in SETTINGS), curve.group and curve.group.name)
        for action in bpy.data.actions
        for layer in action.layers
        for strip in layer.strips
        for bag in strip.channelbags
        for curve in bag.fcurves
    }


def animate_by_hand(face):
    """An artist's action on the same datablock: a shape that we animate too, another property, and a driver."""
    face.data.shape_keys.key_blocks["jawOpen"].keyframe_insert("value", frame=3)
    face.data.shape_keys.keyframe_insert("eval_time", frame=5)
    face.data.shape_keys.key_blocks["mouthFunnel"].driver_add("value").driver.expression = "0.25"


@pytest.mark.parametrize("by_hand", [False, True])
def test_stopped_at_any_piece_nothing_has_happened(face, drafted, room, snapshot, by_hand):
    if by_hand:
        animate_by_hand(face)
    before, pieces = snapshot(), len(list(room("addon.writing.staged_keys").StagedKeys(drafted[1]).fill()))
    bpy.data.actions.remove(bpy.data.actions[".Parlance Keys"])
    assert pieces > 10
    for stop in range(pieces + 1):
        filling = room("addon.writing.staged_keys").StagedKeys(drafted[1]).fill()
        for _ in range(stop):
            next(filling)
        filling.close()
        assert snapshot() == before, f"stopped after {stop} of {pieces}"


@pytest.mark.parametrize(("output", "by_hand"), [("ACTIVE", False), ("ACTIVE", True), ("NLA", False)])
def test_taken_over_they_are_what_is_written_at_once(face, drafted, room, snapshot, by_hand, output, monkeypatch):
    if by_hand:
        animate_by_hand(face)
    face.parlance.output = output
    plan, write = room("addon.planning.plan").again(*drafted_parts(drafted)), room("addon.writing.write").write
    draft = room("addon.performing.perform").perform(plan)
    write(plan, draft)
    at_once, kinds = snapshot()[:3], settings()
    bpy.ops.parlance.clear(hand_made=False)
    for action in [action for action in bpy.data.actions if action.users == 0]:
        bpy.data.actions.remove(action)
    staged = room("addon.writing.staged_keys").StagedKeys(draft)
    shares = list(staged.fill())
    assert shares == sorted(shares)
    copied = room("addon.compat").copied_curve
    taken = []
    monkeypatch.setattr(room("addon.compat"), "copied_curve", lambda *each: taken.append(each[2]) or copied(*each))
    write(plan, draft, staged)
    staged.remove()
    assert snapshot()[:3] == at_once
    assert settings() == kinds
    assert len(taken) > 20
    assert by_hand == ('key_blocks["jawOpen"].value' not in taken)


def drafted_parts(drafted):
    """A plan and what was heard for it."""
    return drafted[0], drafted[1].performance


def test_what_undo_takes_away_meanwhile_is_written_all_the_same(drafted, room, snapshot):
    plan, draft = drafted
    staged = room("addon.writing.staged_keys").StagedKeys(draft)
    filling = staged.fill()
    for _ in range(3):
        next(filling)
    bpy.data.actions.remove(bpy.data.actions[".Parlance Keys"])
    assert list(filling) == []
    room("addon.generate.finish").finish(plan, draft, staged)
    with_loss = snapshot()[:3]
    bpy.ops.parlance.clear(hand_made=False)
    room("addon.generate.finish").finish(plan, draft)
    assert snapshot()[:3] == with_loss


@pytest.fixture
def operator(room, drafted):
    """The button's operator as a window drives it, once the worker is done; what became of it is in `said`."""
    button, running = room("addon.panel.operators").PARLANCE_OT_generate, room("addon.running")
    job = room("inference.background").Job("line")
    job.outcome = drafted[1]
    job._done.set()
    running.job = job
    removed = []
    made = SimpleNamespace(_job=job, _timer=object(), _pieces=None, _planned=drafted[0], _staged=None, _made=None, said=[])
    made.report = lambda _kind, text: made.said.append(text)
    for name in ("drafts", "receive", "modal", "_goes_on", "_end", "ended", "_refuse", "cancel"):
        setattr(made, name, getattr(button, name).__get__(made))
    window = SimpleNamespace(windows=(), event_timer_remove=removed.append)
    context = SimpleNamespace(window_manager=window, screen=None)
    yield lambda kind, value="PRESS": made.modal(context, SimpleNamespace(type=kind, value=value)), made
    running.job = None


def test_escape_while_keys_are_staged_leaves_the_scene_as_it_was(operator, room, snapshot, monkeypatch):
    monkeypatch.setattr(room("addon.panel.worker_operator"), "TICK", 0.0)
    before, (happens, made) = snapshot(), operator
    assert happens("TIMER") == {"PASS_THROUGH"}
    assert happens("MOUSEMOVE") == {"PASS_THROUGH"}
    assert happens("TIMER") == {"PASS_THROUGH"}
    assert ".Parlance Keys" in bpy.data.actions
    assert made._job.message == "Writing keys"
    assert happens("ESC") == {"CANCELLED"}
    assert snapshot() == before
    assert made.said == []


def test_left_alone_the_keys_arrive(operator, room, face, monkeypatch):
    monkeypatch.setattr(room("addon.panel.worker_operator"), "TICK", 0.0)
    happens, made = operator
    outcome = happens("TIMER")
    while outcome == {"PASS_THROUGH"}:
        outcome = happens("TIMER")
    assert outcome == {"FINISHED"}
    assert "keys on" in made.said[0]
    assert ".Parlance Keys" not in bpy.data.actions
    assert len(face.parlance.lines) == 1


def test_the_lines_of_two_characters_are_staged_together(make_face, add_voice, scene, room, snapshot, monkeypatch):
    staged_keys, producing = room("addon.writing.staged_keys"), room("addon.dialogue.producing")
    monkeypatch.setattr(staged_keys, "MANY", 100)
    monkeypatch.setattr(staged_keys, "AT_ONCE", 40)
    anna, ben = make_face("Anna"), make_face("Ben")
    plans, strip = room("addon.planning.plan"), add_voice()
    planned = [plans.plan(scene, scene, room("addon.character.characters").of(each), strip) for each in (anna, ben)]
    parts = [SimpleNamespace(strip=strip, character=SimpleNamespace(root=each)) for each in (anna, ben)]
    tasks = tuple(map(producing.Task, parts, planned))
    performed = producing.perform_all(producing.Work(tasks), lambda *_: None)
    producing.write_all(scene, performed)
    at_once = snapshot()[:3]
    for face in (anna, ben):
        bpy.context.view_layer.objects.active = face
        room("addon.lines.clearing").clear(face, face.parlance.lines[0], hand_made=True)
    for action in [action for action in bpy.data.actions if action.users == 0]:
        bpy.data.actions.remove(action)
    made = staged_keys.StagedKeys(*performed.attempts)
    assert list(made.fill())
    copied, taken = room("addon.compat").copied_curve, []
    monkeypatch.setattr(room("addon.compat"), "copied_curve", lambda *each: taken.append(each[2]) or copied(*each))
    producing.write_all(scene, performed, (), made)
    made.remove()
    assert snapshot()[:3] == at_once
    assert min(taken.count(path) for path in set(taken)) == 2, "each face has its own"
