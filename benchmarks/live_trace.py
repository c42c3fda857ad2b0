# SPDX-License-Identifier: GPL-3.0-or-later
"""`parlance live`, with a diary of whatever held it up: python benchmarks/live_trace.py DIARY live SOUND …

A line for each step that took longer than SLOW, with its wall and its processor time: where they differ, the machine did
something else; where they do not, we did. A line for each collection of garbage, for each stretch of the face's own life, and
for frames that came too late to be sent. `live_speed.py --real --trace DIARY` runs it.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TextIO

from parlance.inference.command_line import live, main
from parlance.inference.live.life import Life
from parlance.inference.live.stream import LiveStream

SLOW: Final = 0.03
"""Seconds: longer than a step of 20 ms may take now and then."""


def watch(diary: TextIO) -> None:
    """Wrap what a step consists of."""
    began = time.monotonic()
    depth = [0.0]

    def note(what: str) -> None:
        diary.write(f"{time.monotonic() - began:9.3f} s  {what}\n")
        diary.flush()

    def timed(owner: Any, name: str, label: str, slow: float) -> None:
        work: Callable[..., Any] = getattr(owner, name)

        def run(*given: Any) -> Any:
            wall, spent = time.monotonic(), time.process_time()
            result = work(*given)
            wall, spent = time.monotonic() - wall, time.process_time() - spent
            if wall > slow:
                note(f"{label} took {1000 * wall:.0f} ms, {1000 * spent:.0f} of them on the processor")
            return result

        setattr(owner, name, run)

    def collected(phase: str, told: dict[str, int]) -> None:
        if phase == "start":
            depth[0] = time.monotonic()
        elif time.monotonic() - depth[0] > SLOW / 10:
            note(f"garbage of generation {told['generation']} took {1000 * (time.monotonic() - depth[0]):.0f} ms")

    def show(frames: Any, stream: Any, outlets: Any, tally: live.Tally, *given: Any, **named: Any) -> None:
        before = tally.dropped, tally.earlier
        shown(frames, stream, outlets, tally, *given, **named)
        for name, count, past in zip(("too late", "catching up"), (tally.dropped, tally.earlier), before, strict=True):
            if count != past:
                note(f"{count - past} of frames {frames[0].index} to {frames[-1].index} not sent: {name}")

    shown, live._show = live._show, show
    timed(LiveStream, "feed", "a step", SLOW)
    timed(Life, "_next", "  the next stretch of life", SLOW / 3)
    timed(live.GrowingFile, "read", "  reading the file", SLOW / 3)
    timed(live.Sender, "send", "  sending", SLOW / 3)
    gc.callbacks.append(collected)


if __name__ == "__main__":
    with Path(sys.argv[1]).open("w", encoding="utf-8") as diary:
        watch(diary)
        ended = main(sys.argv[2:])
        gc.callbacks.clear()
    sys.exit(ended)
