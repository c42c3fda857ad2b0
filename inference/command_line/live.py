# SPDX-License-Identifier: GPL-3.0-or-later
"""parlance live: a face from sound while it sounds, to programs that listen and to files."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .. import outputs, pipeline
from ..direction import Direction
from ..errors import ParlanceError
from ..live.sources import GrowingFile, Microphone, Pipe, Source, microphones
from ..live.stream import CHOICES, USUAL, LiveFrame, LiveStream
from ..live.take import Take
from ..live.udp import Sender, address_of
from ..live.wav import Recorder
from ..mel import SAMPLE_RATE
from ..outputs import Output
from .terminal import say, tell

if TYPE_CHECKING:
    from .arguments import Verbs

HELP: Final = """Hear a voice while it speaks, and show it: to Unreal or any program that listens to Live Link (--to), and to a
file of curves (-o). The sound is a microphone, a WAV file that grows, or raw 16-bit mono samples on the standard input (-). What
was heard can be recorded (--record), to be animated again with all that a whole recording allows."""
NAP: Final = 0.004
"""Seconds to wait where nothing has come."""
STALE: Final = 0.25
"""Seconds by which a frame may be later than it should be before it is passed over."""

CAUGHT_UP: Final = 0.06
"""Seconds of sound at once, or less, with which a file that had begun before is caught up with."""
CATCHING_UP: Final = 5.0
"""Seconds of sound within which that must be, beside twice that beginning: a machine that is too slow is told."""


@dataclass
class Tally:
    """What is told at the end. lateness: seconds of each frame behind its sound, counted in milliseconds.

    dropped: frames that came too late to be sent.   earlier: those of a file that had begun before, until it was caught up with.
    """

    frames: int = 0
    dropped: int = 0
    earlier: int = 0
    computed: float = 0.0
    lateness: np.ndarray[Any, np.dtype[np.int64]] = field(default_factory=lambda: np.zeros(3000, np.int64))

    def late(self, seconds: float) -> None:
        """Count one frame."""
        self.lateness[int(np.clip(seconds * 1000.0, 0, len(self.lateness) - 1))] += 1

    def lateness_of(self, share: float) -> int:
        """Milliseconds by which so many of all frames are at most late."""
        total = np.cumsum(self.lateness)
        return int(np.searchsorted(total, share * total[-1])) if total[-1] else 0


def add_options(verbs: Verbs) -> argparse.ArgumentParser:
    """The options that other commands do not have."""
    live: argparse.ArgumentParser = verbs.add_parser("live", help="a face while somebody speaks", description=HELP)
    live.add_argument("sound", nargs="?", default="", help="a WAV file that grows, or - for raw samples; else a microphone")
    live.add_argument("--device", default="", metavar="NAME", help="which microphone, by part of its name or by its number")
    live.add_argument("--list", action="store_true", help="tell the microphones of this machine, and end")
    live.add_argument("--rate", type=int, default=SAMPLE_RATE, help="samples a second of the microphone or pipe (default 16000)")
    ahead = f"{_choices()} ms that are heard before a frame is shown (default {1000 * USUAL:.0f})"
    live.add_argument("--look-ahead", type=_milliseconds, default=USUAL, metavar="MS", help=ahead)
    live.add_argument("--to", metavar="HOST:PORT", help="send Live Link packets there, such as 127.0.0.1:11111")
    live.add_argument("--subject", default="Parlance", help="whose face it is, for who listens (default Parlance)")
    live.add_argument("-o", "--output", type=Path, help="file of curves to write at the end")
    live.add_argument("--record", type=Path, metavar="WAV", help="also keep the sound")
    live.add_argument("--seconds", type=float, default=float("inf"), help="stop after so much sound")
    live.add_argument("--patience", type=float, default=3.0, help="seconds without growth that end a file (default 3)")
    live.add_argument("--fast", action="store_true", help="a file as fast as it can be read, not as fast as it sounds")
    live.add_argument("--still", action="store_true", help="the mouth alone: no blinks, brows, eyes or head")
    live.add_argument("--force", action="store_true", help="also replace files that hold something else")
    return live


def run(given: argparse.Namespace, direction: Direction) -> int:
    """Hear until the sound, the time or the user ends it, and say how it went."""
    if given.list:
        tell(f"{line}\n" for line in microphones() or ["no microphone"])
        return 0
    if given.to is None and given.output is None:
        raise ParlanceError("Nobody would see the face: name a file with -o, or a program that listens with --to.")
    kept = [Output(path, kind) for path, kind in ((given.output, given.format), (given.record, "recording")) if path]
    heard = [Path(given.sound)] if given.sound not in ("", "-") else []
    outputs.check(kept, heard, force=given.force)
    ready = LiveStream(look_ahead=given.look_ahead, fps=given.fps, direction=direction, alive=not given.still)
    ready.finish()  # what takes long the first time is done before sound comes, which would wait for it
    source = _source(given)
    stream = LiveStream(look_ahead=given.look_ahead, rate=source.rate, fps=given.fps, direction=direction, alive=not given.still)
    before = source.before / source.rate if isinstance(source, GrowingFile) else 0.0
    sender = Sender(address_of(given.to), given.subject, given.fps, before) if given.to else None
    recorder = Recorder(given.record, source.rate) if given.record else None
    take = Take(given.fps) if given.output else None
    tally = Tally()
    began = time.monotonic()
    try:
        _listen(given, source, stream, Outlets(sender, recorder, take), tally)
    except KeyboardInterrupt:
        say("parlance: Stopped.")
    finally:
        source.close()
        for outlet in (recorder, sender):
            if outlet is not None:
                outlet.close()
    if take is not None:
        outputs.write(given.output, (piece.encode() for piece in pipeline.WRITERS[given.format](take.animation())))
    if not given.quiet:
        _report(given, stream, source, tally, time.monotonic() - began)
    return 0


@dataclass(frozen=True)
class Outlets:
    """Where sound and frames go."""

    sender: Sender | None
    recorder: Recorder | None
    take: Take | None


def _listen(given: argparse.Namespace, source: Source, stream: LiveStream, outlets: Outlets, tally: Tally) -> None:
    clock = time.monotonic()
    heard, zero = 0, float("inf")
    before = source.before if isinstance(source, GrowingFile) else 0
    since = float("inf") if before else 0.0
    while heard < given.seconds * source.rate:
        block = source.read()
        if block is None:
            break
        now = time.monotonic()
        if not len(block):
            if isinstance(source, GrowingFile) and source.waited(now - clock):
                break
            clock = now
            time.sleep(NAP)
            continue
        clock = now
        block = block[: max(int(min(given.seconds * source.rate - heard, len(block))), 0)]
        heard += len(block)
        if outlets.recorder:
            outlets.recorder.write(block)
        if heard > before and (len(block) < CAUGHT_UP * source.rate or heard > 2 * before + CATCHING_UP * source.rate):
            since = min(since, heard / source.rate)
        # When second 0 of the sound was, as the quickest block tells it.
        zero = min(zero, now - heard / source.rate)
        spent = time.process_time()
        frames = stream.feed(block)
        tally.computed += time.process_time() - spent
        _show(frames, stream, outlets, tally, (zero, since), passing=not given.fast)
        _tell(given, stream)
    _show(stream.finish(), stream, outlets, tally, (float("-inf"), 0.0), passing=False)
    if source.gone:
        say(f"parlance: The input has gone ({source.gone}); what was heard until then is kept.")


def _show(
    frames: list[LiveFrame], stream: LiveStream, outlets: Outlets, tally: Tally, began: tuple[float, float], *, passing: bool
) -> None:
    """began: when second 0 of the sound was, and from which second on it was heard live.   passing: late frames are not sent."""
    zero, since = began
    for frame in frames:
        tally.frames += 1
        if outlets.take:
            outlets.take.add(frame)
        late = time.monotonic() - zero - frame.time
        if passing and np.isfinite(late):
            stale = late > stream.delay + STALE
            if frame.time < since:
                tally.earlier += stale
            else:
                tally.late(late)
                tally.dropped += stale
            if stale:
                continue
        if outlets.sender:
            outlets.sender.send(frame)


def _tell(given: argparse.Namespace, stream: LiveStream) -> None:
    while stream.notes:
        note = stream.notes.popleft()
        if not given.quiet:
            say(f"parlance: {note.time:.1f} s: {note.text}")


def _report(given: argparse.Namespace, stream: LiveStream, source: Source, tally: Tally, lasted: float) -> None:
    seconds = tally.frames / given.fps
    share = 100 * tally.computed / max(seconds, 0.01)
    say(
        f"{tally.frames} frames for {seconds:.1f} s of sound in {lasted:.1f} s, "
        f"{share:.0f} % of a core; {tally.dropped} dropped, {source.lost} blocks of sound lost"
    )
    if tally.earlier:
        say(f"{tally.earlier} frames were not sent while it caught up with a file that had begun before")
    if tally.lateness.any():
        say(
            f"behind the sound: {tally.lateness_of(0.5)} ms in the middle, {tally.lateness_of(0.99)} ms at most in 99 % "
            f"(the look-ahead asks for up to {1000 * stream.delay:.0f} ms)"
        )


def _source(given: argparse.Namespace) -> Source:
    if given.sound == "-":
        return Pipe(sys.stdin.buffer, given.rate)
    if given.sound:
        return GrowingFile(Path(given.sound), given.patience, paced=not given.fast)
    return Microphone(given.device, given.rate)


def _choices() -> str:
    return ", ".join(f"{1000 * choice:.0f}" for choice in CHOICES)


def _milliseconds(text: str) -> float:
    value = float(text) / 1000.0
    near = min(CHOICES, key=lambda choice: abs(choice - value))
    if abs(near - value) > 1e-6:
        raise argparse.ArgumentTypeError(f"{text} is none of {_choices()} ms")
    return near
