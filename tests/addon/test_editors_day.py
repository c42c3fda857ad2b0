# SPDX-License-Identifier: GPL-3.0-or-later
"""An animator's day: random operations in real Blender, and what must hold after each of them."""

from __future__ import annotations

import os
import wave

import pytest

from . import day_rules
from .cases import first_everywhere
from .editors_day import Day, Op, a_day
from .mended_days import MENDED

QUICK = [(seed, 40) for seed in (1, 2, 6, 7)]
"""With the days below they go through every line of the add-on that any of the first eight does."""
RULING = {"rule": 10, "open_syllable": 10, "slide": 12}
IDLING = {"idle": 14, "idle_take": 3}
ARRANGING = {
    **dict.fromkeys(("slip", "into_meta", "record_again", "film_rate", "delete_keys", "everything"), 3),
    **dict.fromkeys(("trim_for_good", "to_channel", "scene_range", "passage", "vocal"), 2),
    **dict.fromkeys(("undo_much", "redo_much", "other_scene", "push_down", "pull_up", "take_over"), 1),
    **{"halves": 4, "phone": 16, "generate": 20, "undo": 3},
}
"""Weights of days with all that goes on around the lines."""
CASTING = {
    **dict.fromkeys(("copy_character", "append_character", "divide", "shape_away", "scale_curve", "delete_copy"), 3),
    **{"work_on_copy": 8, "halves": 2, "generate": 20, "slide": 14},
}
"""Weights of days with characters that are copied and divided, and shapes that go and come."""
LOCKING = {"lock_curve": 8, "halves": 4, "generate": 20}
"""Weights of days with curves that are locked for a while."""
LINKING = {"link_characters": 3, "save_as": 4, "generate": 20, "phone": 8, "halves": 3}
"""Weights of days with characters that become another file's, and are overridden."""
SHARING = {**dict.fromkeys(("share_slot", "share_action", "copy_linked", "delete_copy"), 4), "work_on_copy": 3, "generate": 20}
"""Weights of days in which several datablocks play one action, or one slot of it."""
SLOW = [(seed, 40) for seed in (0, 3, 4, 5, *range(1000, 1510))]
SHRINKING = 150
"""How often a failing day is played again to find a shorter one."""


@pytest.fixture
def sounds(tmp_path, speech):
    """Three short recordings."""
    import soundfile

    samples, rate = soundfile.read(speech, dtype="float32")
    made = []
    for number, (start, end) in enumerate(((0.2, 0.75), (0.9, 1.3), (1.5, 2.15))):
        path = tmp_path / f"take{number}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, rate, 0, "NONE", ""))
            file.writeframes((samples[int(start * rate) : int(end * rate)] * 32767).astype("<i2").tobytes())
        made.append(path)
    return made


@pytest.fixture
def fails(room, tmp_path, sounds):
    """Play a day; None where all was well, else how many steps it took, and what was wrong."""

    def play(ops: list[Op], dawn: int) -> tuple[int, str] | None:
        day = Day(room, tmp_path, sounds, dawn=dawn)
        played = 0
        try:
            day_rules.start(day)
            for op in ops:
                played += 1
                day.play(op)
                day_rules.after(day, op)
            day_rules.end(day)
        except Exception as error:  # noqa: BLE001  whatever it is, it is reported with the shortest day that leads to it
            import traceback

            return played, f"{type(error).__name__}: {error}\n{traceback.format_exc(limit=-4)}"
        return None

    return play


def shorter(ops: list[Op], fails, why: str) -> list[Op]:
    """The shortest day found that still fails the same way: parts are left out, halves first, then single steps."""
    tries, size = 0, max(len(ops) // 2, 1)
    kind = why.partition(":")[0]
    while tries < SHRINKING:
        at, changed = 0, False
        while at < len(ops) and tries < SHRINKING:
            without = ops[:at] + ops[at + size :]
            found = fails(without)
            tries += 1
            if found is not None and found[1].partition(":")[0] == kind:
                ops, changed = without[: found[0]], True
            else:
                at += size
        if size == 1 and not changed:
            break
        size = max(size // 2, 1)
    return ops


def live(seed: int, steps: int, fails, also: dict[str, int] | None = None) -> None:
    """A day from a seed; where it fails, the shortest one found is told, to be played again: put it into MENDED."""
    ops = a_day(seed, steps, also)
    found = fails(ops, seed)
    if found is not None:
        ops = ops[: found[0]]
        if os.environ.get("PARLANCE_SHRINK", "1") == "1":
            ops = shorter(ops, lambda some: fails(some, seed), found[1])
        again = fails(ops, seed) or found
        steps_played = "".join(f"    {op!r},\n" for op in ops)
        pytest.fail(f"seed {seed}, {again[1]}\nagain([\n{steps_played}], {seed})", pytrace=False)


@pytest.mark.parametrize(("seed", "steps"), first_everywhere(QUICK))
def test_a_day(seed, steps, fails):
    live(seed, steps, fails)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "steps"), SLOW)
def test_a_long_day(seed, steps, fails):
    live(seed, steps, fails)


@pytest.mark.ends
@pytest.mark.parametrize("seed", first_everywhere([2003, 2000, 2002, 2004]))
def test_a_day_with_much_idling(seed, fails):
    live(seed, 40, fails, IDLING)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3000, 3120))
def test_a_long_day_with_much_idling(seed, fails):
    live(seed, 40, fails, IDLING)


@pytest.mark.ends
@pytest.mark.parametrize("seed", first_everywhere([4001, 4000, 4002, 4003]))
def test_a_day_with_rules_and_syllables(seed, fails):
    live(seed, 40, fails, RULING)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5000, 5060))
def test_a_long_day_with_rules_and_syllables(seed, fails):
    live(seed, 40, fails, RULING)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6000, 6100))
def test_a_long_day_with_copies(seed, fails):
    live(seed, 40, fails, CASTING)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(36100, 36160))
def test_a_long_day_with_much_around(seed, fails):
    live(seed, 40, fails, ARRANGING)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8000, 8060))
def test_a_long_day_with_locks(seed, fails):
    live(seed, 40, fails, LOCKING)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(9000, 9014))
def test_a_long_day_with_links(seed, fails):
    live(seed, 40, fails, LINKING)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10000, 10024))
def test_a_long_day_with_shared_actions(seed, fails):
    live(seed, 40, fails, SHARING)


@pytest.mark.parametrize(("ops", "dawn"), first_everywhere(MENDED))
def test_a_day_again(ops, dawn, fails):
    found = fails(ops, dawn)
    assert found is None, found
