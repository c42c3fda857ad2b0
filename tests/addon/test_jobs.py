# SPDX-License-Identifier: GPL-3.0-or-later
"""Background work: progress, cancelling, and errors that arrive."""

import threading
import time

import bpy
import pytest

pytestmark = pytest.mark.listens


def wait_for(condition):
    for _ in range(500):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never ended")


def test_a_job_tells_its_progress_and_hands_over_its_result(room):
    job = room("inference.background").Job("line")

    def work(progress):
        progress(0.5, "Half")
        return 42

    job.start(work)
    wait_for(lambda: job.done)
    assert (job.outcome, job.fraction, job.message, job.error) == (42, 0.5, "Half", None)


def test_a_cancelled_job_ends_at_its_next_step(room):
    job = room("inference.background").Job("line")
    begun, ended = threading.Event(), threading.Event()

    def work(progress):
        begun.set()
        try:
            while True:
                progress(0.1, "Working")
                time.sleep(0.005)
        finally:
            ended.set()

    job.start(work)
    assert begun.wait(5)
    job.cancel()
    assert job.done
    assert ended.wait(5)
    assert job.outcome is None


def test_an_error_arrives_with_the_job(room):
    error = room("inference.errors").ParlanceError("No.")
    job = room("inference.background").Job("line")

    def work(_progress):
        raise error

    job.start(work)
    wait_for(lambda: job.done)
    assert job.error is error


def test_generating_on_a_thread_gives_what_generating_at_once_gives(face, room, scene, snapshot):
    generate = room("addon.planning.plan")
    write, running, perform = room("addon.writing.write"), room("addon.running"), room("addon.performing.perform")
    plan = generate.plan(scene, scene, room("addon.character.characters").of(face), scene.sequence_editor.strips[0])
    job = running.start("line", lambda progress: perform.perform(plan, progress))
    wait_for(lambda: job.done)
    running.job = None
    write.write(plan, job.outcome)
    by_thread = snapshot()
    bpy.ops.parlance.generate()
    assert snapshot() == by_thread


def test_cancelling_leaves_the_scene_unchanged(face, room, scene, snapshot):
    before = snapshot()
    running, perform = room("addon.running"), room("addon.performing.perform")
    character = room("addon.character.characters").of(face)
    plan = room("addon.planning.plan").plan(scene, scene, character, scene.sequence_editor.strips[0])
    job = running.start("line", lambda progress: perform.perform(plan, progress))
    assert bpy.ops.parlance.cancel() == {"FINISHED"}
    assert job.cancelled
    assert running.job is None
    assert snapshot() == before


def test_cancel_is_there_only_while_something_runs():
    assert not bpy.ops.parlance.cancel.poll()
    with pytest.raises(RuntimeError):
        bpy.ops.parlance.cancel()
