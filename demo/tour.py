# SPDX-License-Identifier: GPL-3.0-or-later
"""A tour of what the face can do: contact sheets of emotions, moods, presets, vocal sounds, waiting, a blink, the gaze;
a dialogue; a merge.

Usage: python demo/tour.py [--audio SPEECH] [--out FOLDER] [--head NAME ...] [--only STOP ...].
Emotions, moods, presets, vocal sounds and waiting are shown by both demo heads and, where ../shared/rigs is there, by two that
others made. Every picture is a head posed by the library itself, the way its curves would pose it.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from stage import ROOT, open_blender, still, waveform  # first: it tells Blender where to live

import bpy  # isort: skip

import cast
import dialogue as talk
import merging
import numpy as np

from parlance.inference import arkit
from parlance.inference import idle as idling
from parlance.inference.acting import Borders, Extent, Performer, act
from parlance.inference.animation import Animation
from parlance.inference.direction import Direction
from parlance.inference.geometry import INDEX as MEASURE
from parlance.inference.geometry import measure
from parlance.inference.hearing import hear
from parlance.inference.moods import load_mood, mood_names
from parlance.inference.performance import EMOTIONS, FRAME_RATE, VOCAL_KINDS, Performance
from parlance.inference.presets import load_preset, preset_names
from parlance.inference.retouch.vocal_track import made

import plots  # isort: skip

FPS = 60
LEVELS = (0.33, 0.66, 1.0)
NO_BLINKS = {"blink_rate": 0.0, "blink_rate_silent": 0.0, "blink_gaze": 0.0}
LASTS = {
    "breath": 0.6,
    "sigh": 1.2,
    "laugh": 1.6,
    "cry": 1.8,
    "cough": 0.8,
    "effort": 0.7,
    "yawn": 4.0,
    "sniff": 0.5,
    "sneeze": 0.5,
    "throat": 0.7,
}
"""Seconds that each vocal sound lasts in its sheet."""
WAIT = 10.0
"""Seconds of waiting that are shown."""
SILENCE = 3.0
"""Seconds into a silence at which it is photographed: whatever was felt has come by then."""


class Model:
    """The head on stage, and how to pose and photograph it."""

    def __init__(self, sitter: cast.Sitter, folder: Path) -> None:
        self.sitter, self.folder, self.count = sitter, folder, 0

    @property
    def suffix(self) -> str:
        """What the files of other heads than the first are called after."""
        return "" if self.sitter.name == cast.names(rigs=False)[0] else f"_{self.sitter.name}"

    def acting(self, performance: Performance, direction: Direction) -> Animation:
        """The performance as this face plays it."""
        return act(performance, direction, fps=FPS, start=0.0, performer=Performer(self.sitter.geometry))

    def picture(self, animation: Animation, frame: int) -> Path:
        """A still of one frame of an animation."""
        self.sitter.pose(animation.shapes[frame], animation.head[frame])
        self.count += 1
        return still(bpy.context.scene, 1, self.folder / f"{self.count:05d}.png")


def main() -> None:
    """Make every sheet into the output folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=ROOT / "demo/hello.flac")
    parser.add_argument("--out", type=Path, default=ROOT / "out/demo")
    parser.add_argument("--only", choices=STOPS, action="append")
    parser.add_argument("--head", choices=cast.names(rigs=True), action="append")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    print("· opening Blender and listening", flush=True)
    open_blender()
    performance = hear(waveform(options.audio))
    stops = options.only or list(STOPS)
    for index, name in enumerate(options.head or cast.names(rigs=True)):
        print(f"· {name}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            model = Model(cast.sit(name), Path(folder))
            for stop in stops:
                if index == 0 or stop in OF_EVERY_HEAD:
                    STOPS[stop](model, performance, options.out)
    print(f"Look at {options.out}.")


def emotions(model: Model, performance: Performance, out: Path) -> None:
    """One sheet per emotion: three intensities from top to bottom; in silence and on telling moments of speech."""
    still_life = replace(Direction(), brow_amount=0.0, head_amount=0.6, life=0.0, phrasing=0.0, fade=0.05, eye_contact=1.0)
    still_life = replace(still_life, auto_emotion=0.0, auto_tension=0.0, **NO_BLINKS)
    for emotion in EMOTIONS:
        rows = [(f"{emotion} {level:.0%}", replace(still_life, **{emotion: level})) for level in LEVELS]
        _sheet(model, performance, rows, out / f"tour_{emotion}{model.suffix}.png")
    mixed = {
        "angry smile": {"anger": 0.8, "anger_place": -1.0, "joy": 0.8, "joy_place": 1.0},
        "bittersweet": {"joy": 0.6, "sadness": 0.7},
        "horrified": {"fear": 0.8, "disgust": 0.7},
        "tense": {"tension": 1.0},
        "calm": {"tension": -1.0},
    }
    rows = [(name, replace(still_life, **values)) for name, values in mixed.items()]
    rows.append(("nothing", still_life))
    _sheet(model, performance, rows, out / f"tour_mixtures{model.suffix}.png")


def moods(model: Model, performance: Performance, out: Path) -> None:
    """Every mood in full, a row each, at the same moments."""
    rows = [(load_mood(name).name, Direction(mood=name, **NO_BLINKS)) for name in mood_names()]
    rows = [("No mood", Direction(**NO_BLINKS)), *rows]
    _sheet(model, performance, rows, out / f"tour_moods{model.suffix}.png", evenly=3)


def presets(model: Model, performance: Performance, out: Path) -> None:
    """Every preset, a row each, at the same moments."""
    rows = [(preset.name, preset.direction) for preset in map(load_preset, preset_names())]
    _sheet(model, performance, rows, out / f"tour_presets{model.suffix}.png", evenly=4)


def vocals(model: Model, performance: Performance, out: Path) -> None:
    """Every sound that is no speech, a row each: before it, its first half second in steps, its middle and its end."""
    still_life = replace(Direction(), brow_amount=0.0, head_amount=0.0, life=0.0, eye_contact=1.0, **NO_BLINKS)
    pictures, captions = [], []
    for kind in VOCAL_KINDS:
        sound = made(kind, 1.0, 1.0 + LASTS[kind], 0.8)
        animation = model.acting(replace(_silence(performance), events=(sound,)), still_life)
        times = sorted((-0.2, *(0.08 * step for step in range(1, 7)), 0.75 * LASTS[kind], LASTS[kind] + 0.15))
        pictures += [model.picture(animation, round((sound.time + after) * FPS)) for after in times]
        captions += [f"{kind} {after:+.2f} s" for after in times]
    path = out / f"tour_vocals{model.suffix}.png"
    plots.contact_sheet(pictures, captions, path, columns=9)
    print(f"  {path.name}", flush=True)


def idle(model: Model, performance: Performance, out: Path) -> None:
    """Ten seconds of somebody who waits alone, then of one who listens, a picture every half second."""
    voices = {"waits": (), "listens": (idling.voice(performance, 1.0),)}
    pictures, captions = [], []
    for name, heard in voices.items():
        extent = Extent(frames=round(WAIT * FPS), borders=Borders(0.0, WAIT, 0.2, 0.2))
        alone, direction = idling.waiting(WAIT, heard), idling.directed(Direction(), None)
        animation = act(alone, direction, fps=FPS, start=0.0, extent=extent, performer=Performer(model.sitter.geometry))
        times = np.arange(0.25, WAIT, 0.5)
        pictures += [model.picture(animation, round(time * FPS)) for time in times]
        captions += [f"{name} {time:.2f} s" for time in times]
    path = out / f"tour_idle{model.suffix}.png"
    plots.contact_sheet(pictures, captions, path, columns=10)
    print(f"  {path.name}", flush=True)


def blink(model: Model, performance: Performance, out: Path) -> None:
    """A blink, frame by frame at 60 frames a second."""
    animation = model.acting(performance, replace(Direction(), blink_partials=0.0))
    shut = int(np.argmax(animation.blink[:, 0] > 0.99))
    frames = range(max(shut - 7, 0), min(shut + 17, len(animation.shapes)))
    _strip(model, animation, frames, [f"{(frame - shut) * 1000 / FPS:+.0f} ms" for frame in frames], out / "tour_blink.png")


def gaze(model: Model, performance: Performance, out: Path) -> None:
    """The eyes through the largest shift of gaze, then at the corners of their reach."""
    animation = model.acting(performance, replace(Direction(), eye_contact=0.4))
    speed = np.hypot(*np.diff(animation.gaze, axis=0).T)
    middle = int(np.argmax(np.convolve(speed, np.ones(5), "same")))
    frames = [min(max(frame, 0), len(animation.shapes) - 1) for frame in range(middle - 6, middle + 10)]
    pictures = [model.picture(animation, frame) for frame in frames]
    captions = [f"{animation.gaze[frame, 0]:+.0f}° {animation.gaze[frame, 1]:+.0f}°" for frame in frames]
    for yaw, pitch in ((-30, 0), (30, 0), (0, 18), (0, -22), (-25, 15), (25, 15), (-25, -18), (25, -18)):
        aimed = replace(Direction(), gaze_yaw=yaw, gaze_pitch=pitch, eye_contact=1.0, head_gaze=0.0, head_amount=0.0)
        looked = model.acting(performance, replace(aimed, **NO_BLINKS))
        pictures.append(model.picture(looked, len(looked.shapes) // 2))
        captions.append(f"target {yaw:+d}° {pitch:+d}°")
    plots.contact_sheet(pictures, captions, out / "tour_gaze.png")
    print("  tour_gaze.png", flush=True)


def dialogue(model: Model, performance: Performance, out: Path) -> None:
    """Both demo heads in talk with each other, whatever stands on the stage and is said in the other sheets."""
    talk.photograph(model.folder, out / "tour_dialogue.png")
    print("  tour_dialogue.png", flush=True)


def merge(model: Model, performance: Performance, out: Path) -> None:
    """A hand-made change to the jaw, before and after the sliders have moved."""
    before, after = (model.acting(performance, Direction(jaw=jaw, seed=1)) for jaw in (1.0, 1.5))
    merging.plot(before, after, out / "tour_merge.png")
    print("  tour_merge.png", flush=True)


def _sheet(model: Model, performance: Performance, rows: Sequence[tuple[str, Direction]], path: Path, evenly: int = 0) -> None:
    """One row of pictures per Direction, at the same moments of the same speech."""
    plain = model.acting(performance, Direction())
    moments = _moments(plain)
    for index in range(evenly):
        frame = round(len(plain.shapes) * (index + 0.5) / evenly)
        moments[f"{frame / FPS:.2f} s"] = frame
    pictures, captions = [], []
    for name, direction in rows:
        silent, spoken = (model.acting(each, direction) for each in (_silence(performance), performance))
        pictures.append(model.picture(silent, round(SILENCE * FPS)))
        pictures += [model.picture(spoken, frame) for frame in moments.values()]
        captions += [f"{name}, {moment}" for moment in ("silence", *moments)]
    plots.contact_sheet(pictures, captions, path, columns=len(moments) + 1)
    print(f"  {path.name}", flush=True)


def _silence(performance: Performance) -> Performance:
    """Twice SILENCE in which nothing is said."""
    frames = round(2 * SILENCE * FRAME_RATE)
    nothing = np.zeros(frames, np.float32)
    posteriors = np.zeros((frames, performance.posteriors.shape[1]), np.float32)
    posteriors[:, 0] = 1
    return Performance(
        curves=np.zeros((frames, arkit.COUNT), np.float32),
        posteriors=posteriors,
        phones=(),
        emotion=np.zeros((frames, len(EMOTIONS)), np.float32),
        arousal=nothing,
        speech=nothing,
        loudness=nothing - 100,
        pitch=nothing,
        voicing=nothing,
        events=(),
        duration=2 * SILENCE,
    )


def _moments(plain: Animation) -> dict[str, int]:
    """Frames of speech worth comparing: the widest vowel, the tightest closure, the roundest and the widest lips."""
    speech = plain.layers["speech"]
    gap = measure(speech)[:, MEASURE["gap"]]
    rounded = speech[:, arkit.INDEX["mouthPucker"]] + speech[:, arkit.INDEX["mouthFunnel"]]
    spread = speech[:, arkit.INDEX["mouthStretchLeft"]] + speech[:, arkit.INDEX["mouthSmileLeft"]]
    inner = slice(FPS // 4, len(gap) - FPS // 4)
    return {
        "open": int(np.argmax(gap[inner])) + inner.start,
        "closed": int(np.argmin(gap[inner])) + inner.start,
        "rounded": int(np.argmax(rounded[inner])) + inner.start,
        "spread": int(np.argmax(spread[inner] - rounded[inner])) + inner.start,
    }


def _strip(model: Model, animation: Animation, frames: Sequence[int], captions: Sequence[str], path: Path) -> None:
    plots.contact_sheet([model.picture(animation, frame) for frame in frames], captions, path)
    print(f"  {path.name}", flush=True)


STOPS: dict[str, Callable[[Model, Performance, Path], None]] = {
    "emotions": emotions,
    "moods": moods,
    "presets": presets,
    "vocals": vocals,
    "idle": idle,
    "blink": blink,
    "gaze": gaze,
    "dialogue": dialogue,
    "merge": merge,
}
OF_EVERY_HEAD = ("emotions", "moods", "presets", "vocals", "idle")


if __name__ == "__main__":
    main()
