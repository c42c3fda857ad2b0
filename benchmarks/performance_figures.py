# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of the performance: rebuild time, keys, closures under emotion, blinks and gaze against people, rest, sameness.

Usage: python benchmarks/performance_figures.py [--seconds 60] [--clips 150]. Speech comes from ../shared/data where that is,
else the bundled clip speaks over and over and closures are counted on the phones that were heard.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from parlance.inference.acting import act, blink, gaze
from parlance.inference.acting.sampling import sample
from parlance.inference.acting.situation import Situation
from parlance.inference.animation import Animation
from parlance.inference.arkit import COUNT
from parlance.inference.audio import Audio
from parlance.inference.direction import Direction
from parlance.inference.files import read
from parlance.inference.geometry import INDEX, measure
from parlance.inference.hearing import hear
from parlance.inference.keying import fit_all
from parlance.inference.moods import SHIPPED
from parlance.inference.performance import EMOTIONS, Event, Performance, Phone
from parlance.inference.phones import BILABIAL, LABIODENTAL, VOWEL
from parlance.models.corpora import available, data_folder
from parlance.models.corpora import read as utterances_of

ROOT = Path(__file__).resolve().parents[1]
FPS = 60
TOUCHING = 0.5
"""Millimetres of lip gap up to which lips count as closed."""
VOICES = ("an4", "picovoice_orders")
"""Corpora whose held-out speakers are judged."""
BITTEN = (1.0, 3.0)
ROLLED = -1.5
"""Millimetres of lip gap between which the teeth are seen on the lower lip, and how far its edge is rolled in."""
SLACK = 0.02
"""Seconds by which a closure or a bite may lie outside its phone."""
MINUTES = 20
ENVIRONMENTS = ("4.5", "5.0", "5.2", "train")
Labelled: TypeAlias = tuple[Performance, Sequence[Phone]]
"""A performance and the phones that were really said."""


def main() -> None:
    """Measure and print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--clips", type=int, default=150)
    parser.add_argument("--digest", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.digest:
        print(_digest(_loaded(options.digest)))
        return
    performance = _speech(options.seconds)
    print(f"{performance.duration:.0f} s of speech, Python {sys.version.split()[0]}, NumPy {np.__version__}\n")
    _rebuild(performance)
    _closures(options.clips)
    _people(performance)
    _rest(performance)
    _sameness(performance)


def _speech(seconds: int) -> Performance:
    files = sorted((data_folder() / "audio/librispeech").glob("*.opus")) or [ROOT / "demo/hello.flac"]
    samples = np.concatenate([read(path).samples for path in files[: 2 * seconds // 5]])
    return hear(Audio(np.resize(samples, seconds * 16000)))


def _rebuild(performance: Performance) -> None:
    animation = act(performance, Direction(), fps=FPS, start=0.0)
    acting = _best(lambda: act(performance, Direction(), fps=FPS, start=0.0))
    busy = Direction(joy=0.6, sadness=0.4, mouth_smoothing=0.05, hold=0.05)
    felt = _best(lambda: act(performance, busy, fps=FPS, start=0.0))
    anchors = _anchored(animation)
    fitting = _best(lambda: fit_all(animation.shapes, 0, tolerance=Direction().tolerance, anchors=anchors))
    keys = fit_all(animation.shapes, 0, tolerance=Direction().tolerance, anchors=anchors)
    count = sum(len(item.frames) for item in keys)
    print("rebuild after a slider (best of 7)")
    print(f"  acting {acting * 1000:.0f} ms, with emotions, smoothing and hold {felt * 1000:.0f} ms")
    print(f"  fitting keys {fitting * 1000:.0f} ms")
    print(f"  {count} keys, {count / animation.shapes.size:.1%} of a bake of {COUNT} shapes, within {Direction().tolerance:g}\n")


def _anchored(animation: Animation) -> list[list[int]]:
    wanted: list[list[int]] = [[] for _ in range(COUNT)]
    for anchor in animation.anchors:
        for channel in anchor.channels or range(COUNT):
            wanted[channel].append(round(anchor.frame))
    return wanted


def _best(run: Callable[[], Any]) -> float:
    taken = []
    for _ in range(7):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return min(taken)


def _closures(clips: int) -> None:
    """Lips of speakers held out from training: as heard, neutral, then each emotion and mood at full intensity."""
    heard = list(_labelled(clips))
    print(f"p b m within {TOUCHING} mm on {len(heard)} clips (vowels that close, f v with the teeth on the lip)")
    rows: dict[str, Direction | None] = {"as heard": None, "neutral": Direction()}
    rows |= {emotion: Direction(**{emotion: 1.0}, phrasing=0.0) for emotion in EMOTIONS}
    moods = {mood: Direction(mood=mood, mood_amount=1.0) for mood in SHIPPED}
    for fps, shown in ((FPS, rows), (24, rows | moods)):
        figures = []
        for name, direction in shown.items():
            closed, false, bitten = _contacts(heard, direction, fps)
            figures.append(f"{name} {closed:.1%} ({false:.1%}, {bitten:.0%})")
        print(f"  {fps} fps: " + ", ".join(figures))
    print()


def _labelled(clips: int) -> Iterator[Labelled]:
    said = [one for corpus in VOICES if corpus in available() for one in utterances_of(corpus) if one.split == "test"]
    spoken = [one for one in said if any(phone.symbol in BILABIAL | LABIODENTAL for phone in one.phones or ())]
    for one in spoken[:: max(len(spoken) // clips, 1)][:clips]:
        yield hear(read(one.path)), one.phones or ()
    if not spoken:
        performance = hear(read(ROOT / "demo/hello.flac"))
        yield performance, performance.phones


def _contacts(heard: list[Labelled], direction: Direction | None, fps: int) -> tuple[float, float, float]:
    """Shares on frames of p b m that close, of vowels that do, of f v bitten; without a Direction of what was heard itself."""
    closed, vowels, bitten = [], [], []
    for performance, labels in heard:
        if direction is None:
            frames = np.arange(0, performance.duration, 1 / fps)
            shapes = sample(performance.curves, frames + Direction().lead)
        else:
            shapes = act(performance, direction, fps=fps, start=0.0).shapes
        gap, roll = (measure(shapes)[:, INDEX[name]] for name in ("gap", "lower_roll"))
        biting = (gap >= BITTEN[0]) & (gap <= BITTEN[1]) & (roll <= ROLLED)
        for phone in labels:
            start, end = phone.start, phone.end
            near = slice(max(int(np.floor((start - SLACK) * fps)), 0), int(np.ceil((end + SLACK) * fps)) + 1)
            if phone.symbol in BILABIAL:
                closed.append(gap[near].min(initial=np.inf) <= TOUCHING)
            elif phone.symbol in LABIODENTAL:
                bitten.append(biting[near].any())
            elif phone.symbol in VOWEL:
                first, last = (start * 3 + end) / 4 * fps, (start + end * 3) / 4 * fps
                vowels.append(gap[round(first) : round(last) + 1].min(initial=np.inf) <= TOUCHING)
    return float(np.mean(closed)), float(np.mean(vowels)), float(np.mean(bitten))


def _people(performance: Performance) -> None:
    """Long takes of blinks and gaze beside figures from the literature."""
    repeated = MINUTES * 60 / performance.duration
    events, intervals, saccades, contact = [], [], [], []
    for seed in range(round(repeated)):
        direction = Direction(seed=seed)
        situation = Situation(performance, direction, np.arange(0, performance.duration, 1 / FPS), FPS)
        made = saccades.saccades(situation)
        blinks = blink.blinks(situation, gaze.recruited(situation, made))
        events += blinks
        intervals += np.diff([event.start for event in blinks]).tolist()
        saccades += made[1:]
        on_face = np.hypot(*np.array([saccade.target for saccade in made]).T) < 2.6
        contact.append(np.diff([saccade.time for saccade in made] + [performance.duration])[on_face].sum() / performance.duration)
    single = np.array([interval for interval in intervals if interval > 0.45])
    sizes = np.array([saccade.size for saccade in saccades])
    slope, floor = np.polyfit(sizes, [saccade.duration * 1000 for saccade in saccades], 1)
    down, up = (np.median([getattr(event, part) for event in events]) * 1000 for part in ("down", "up"))
    partial = np.mean([event.depth < 0.9 for event in events])
    print(f"{round(repeated)} takes of {performance.duration:.0f} s                      here   people")
    rate = len(events) / repeated / performance.duration * 60
    print(f"  blinks a minute                      {rate:7.1f}   26 in conversation, 10.5 to 32.5")
    print(f"  median interval, s                   {np.median(single):7.2f}   2.1 to 2.3 (1.5 acted)")
    print(f"  intervals, deviation / mean          {single.std() / single.mean():7.2f}   .67")
    print(f"  intervals, deviation of log          {np.log(single).std():7.2f}   .6 to .8")
    print(f"  lids down, up, ms                  {down:5.0f} {up:3.0f}   66 to 92, 150 to 242")
    print(f"  partial blinks                       {partial:7.0%}   15 to 50 %")
    print(f"  saccades below 15 degrees            {(sizes < 15).mean():7.0%}   90 %")
    print(f"  saccade duration, ms              {floor:4.0f} + {slope:.1f}   20 to 30 + 2.2 to 2.7 a degree")
    print(f"  looking at the listener              {np.mean(contact):7.0%}   60 % of conversation\n")


def _rest(performance: Performance) -> None:
    """How far the lips move while nobody speaks, against speech."""
    still = hear(Audio(np.zeros(30 * 16000, np.float32)))
    paths = []
    for heard in (still, performance):
        gap = measure(act(heard, Direction(), fps=FPS, start=0.0).shapes)[:, INDEX["gap"]]
        paths.append(np.abs(np.diff(gap)).mean() * FPS)
    print(f"rest: the lips move {paths[0]:.2f} mm/s in silence, {paths[1]:.1f} mm/s in speech ({paths[0] / paths[1]:.1%})\n")


def _sameness(performance: Performance) -> None:
    """The same Performance acted in other processes and other Blenders' Pythons."""
    print("same in, same out (digest of every array)")
    homes = [ROOT / ".venv" / name for name in ENVIRONMENTS]
    pythons = [path for home in homes for path in (home / "bin/python", home / "Scripts/python.exe") if path.exists()]
    print(f"  {_digest(performance)}  this process")
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "performance.npz"
        _save(performance, saved)
        for python in pythons:
            run = subprocess.run([python, __file__, "--digest", saved], capture_output=True, text=True, check=False)
            print(f"  {run.stdout.strip() or 'failed'}  {python.parent.parent.name}")


def _digest(performance: Performance) -> str:
    animation = act(performance, Direction(joy=0.4, anger=0.3), fps=FPS, start=0.0)
    hashed = hashlib.blake2b(digest_size=8)
    for name in ("shapes", "emotion", "arousal", "blink", "gaze", "head"):
        hashed.update(np.round(getattr(animation, name), 4).tobytes())
    return hashed.hexdigest()


def _save(performance: Performance, path: Path) -> None:
    arrays = {item.name: getattr(performance, item.name) for item in fields(performance)}
    rest = {name: arrays.pop(name) for name in ("phones", "events", "duration", "model")}
    rest = rest | {name: [asdict(item) for item in rest[name]] for name in ("phones", "events")}
    np.savez(path, rest=np.frombuffer(json.dumps(rest).encode(), np.uint8), **arrays)


def _loaded(path: Path) -> Performance:
    with np.load(path) as stored:
        rest = json.loads(stored["rest"].tobytes())
        arrays = {name: stored[name] for name in stored.files if name != "rest"}
    rest |= {"phones": tuple(Phone(**item) for item in rest["phones"]), "events": tuple(Event(**item) for item in rest["events"])}
    return Performance(**arrays, **rest)


if __name__ == "__main__":
    main()
