# SPDX-License-Identifier: GPL-3.0-or-later
"""Close-ups of the mouth, one for each sound: what an animator looks at first.

Usage: python demo/phones.py [--audio SPEECH ...] [--out FOLDER] [--rigs] [--head NAME] [--certain | --film]. For every recording
a sheet of each demo head, from the front and turned by 40°, at the moment each sound that is heard in it is at its clearest.
--rigs adds the heads of ../shared/rigs; --head NAME (repeatable) takes one alone.
Where ../shared/data is there, three voices are heard besides the bundled one, and lips on film stand beside those that hear them.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from math import radians
from pathlib import Path

from stage import ROOT, film, open_blender, still, waveform  # first: it tells Blender where to live

import bpy  # isort: skip
from mathutils import Matrix, Vector  # isort: skip

import numpy as np

from parlance.inference.acting import Performer, act
from parlance.inference.articulation import articulate, shape, to_weights
from parlance.inference.direction import Direction
from parlance.inference.hearing import hear
from parlance.inference.performance import EMOTIONS, FRAME_RATE, Performance, Phone
from parlance.inference.phones import SYMBOLS, VOWEL

import cast  # isort: skip
import plots  # isort: skip

FPS = 24
SIZE = (240, 190)
VIEWS = (0.0, 40.0)
"""Degrees by which the camera goes around the mouth."""
ACROSS = 0.074
"""Metres of an adult's face that a picture shows."""
DATA = ROOT.parent / "shared/data/audio"
INSTANTS = (0.5, 0.7, 0.9, 1.1, 1.3, 1.5)
"""Seconds into the filmed clips, whose sentences last from about .4 to 1.8 s."""
VOICES = ("kathleen_en", "emodb", "nathalie_nl")
LEVEL = np.zeros(3, np.float32)
STILL = Direction(blink_rate=0.0, blink_rate_silent=0.0, blink_gaze=0.0, head_amount=0.0, breath=0.0, life=0.0, brow_amount=0.0)


def main() -> None:
    """Make every sheet into the output folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=ROOT / "out/demo")
    parser.add_argument("--rigs", action="store_true")
    parser.add_argument("--head", choices=cast.names(rigs=True), action="append")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--certain", action="store_true", help="only the sheet of sounds without a doubt")
    only.add_argument("--film", action="store_true", help="only lips on film beside those that hear them")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    one_kind = options.certain or options.film
    recordings = {path.stem: [path] for path in options.audio} if options.audio else {} if one_kind else _recordings()
    open_blender()
    film(bpy.context.scene, *SIZE)
    heard = {name: [hear(waveform(path)) for path in paths] for name, paths in recordings.items()}
    if not options.film:
        heard = {"certain": [_certain()]} | heard
    for head in options.head or cast.names(options.rigs):
        sitter = cast.sit(head)
        film(bpy.context.scene, *SIZE)
        for name, performances in heard.items():
            path = options.out / f"phones_{sitter.name}_{name}.png"
            _sheet(sitter, performances, path)
            print(f"  {path.name}", flush=True)
        if not options.certain:
            _film(sitter, options.out / f"phones_{sitter.name}_film.png")


def _film(sitter: cast.Sitter, out: Path) -> None:
    """Lips on film beside the head that hears the same clip, at the same instants."""
    path = DATA.parent / "faces/grid_faces.npz"
    if not path.exists():
        return
    with np.load(path) as stored:
        names, marks, fps = stored["ids"], stored["landmarks"].astype(np.float64), float(stored["fps"])
        index = {int(number): at for at, number in enumerate(stored["landmark_index"])}
        size = stored["image_size"]
    with tempfile.TemporaryDirectory() as folder:
        pictures, captions = [], []
        for name, points in zip(names, marks, strict=True):
            heard = hear(waveform(DATA / f"grid_faces/{name}.opus"))
            animation = act(heard, STILL, fps=FPS, start=0.0, performer=Performer(sitter.geometry))
            for second in INSTANTS:
                drawn = Path(folder) / f"{len(pictures):04d}.png"
                plots.draw_lips(points[round(second * fps)][:, :2] * size, index, SIZE, drawn)
                sitter.pose(animation.shapes[round(second * FPS)], LEVEL)
                _aim(sitter, 0.0)
                pictures += [drawn, still(bpy.context.scene, 1, Path(folder) / f"{len(pictures) + 1:04d}.png")]
                captions += [f"{name} {second:.2f} s, film", "heard"]
        plots.contact_sheet(pictures, captions, out, columns=2 * len(INSTANTS))
    print(f"  {out.name}", flush=True)


def _recordings() -> dict[str, list[Path]]:
    """The bundled clip, and some recordings of each of three voices where they are."""
    found = {"hello": [ROOT / "demo/hello.flac"]}
    for voice in VOICES:
        paths = sorted((DATA / voice).glob("*.opus"))
        if paths:
            found[voice] = paths[:: max(len(paths) // 12, 1)][:12]
    return found


def _certain() -> Performance:
    """Every sound said slowly and understood without a doubt, between neutral vowels: what the visemes themselves look like."""
    said, now = [Phone("sil", 0.0, 0.5)], 0.5
    for symbol in SYMBOLS[1:]:
        for part, length in (("ə", 0.10), (symbol, 0.16), ("ə", 0.10)):
            said.append(Phone(part, now, now + length, 0.9 if part == "ə" else 1.0))
            now += length
    said.append(Phone("sil", now, now + 0.5))
    times = (np.arange(round((now + 0.5) * FRAME_RATE)) + 0.5) / FRAME_RATE
    sounding = np.searchsorted([phone.start for phone in said], times, side="right") - 1
    posteriors = np.eye(len(SYMBOLS), dtype=np.float32)[[SYMBOLS.index(said[place].symbol) for place in sounding]]
    track = np.zeros(len(times), np.float32)
    return Performance(
        curves=shape(to_weights(articulate(said, times)), posteriors, said),
        posteriors=posteriors,
        phones=tuple(said),
        emotion=np.zeros((len(times), len(EMOTIONS)), np.float32),
        arousal=track,
        speech=np.float32(1) - posteriors[:, 0],
        loudness=track,
        pitch=track,
        voicing=track,
        events=(),
        duration=now + 0.5,
    )


def _sheet(sitter: cast.Sitter, performances: Sequence[Performance], path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pictures, captions = [], []
        for symbol in SYMBOLS:
            best = _clearest(performances, symbol)
            if best is None:
                continue
            performance, phone = best
            animation = act(performance, STILL, fps=FPS, start=0.0, performer=Performer(sitter.geometry))
            share = 0.45 if symbol in VOWEL else 0.5
            frame = min(round((phone.start + share * (phone.end - phone.start)) * FPS), len(animation.shapes) - 1)
            sitter.pose(animation.shapes[frame], LEVEL)
            for turn in VIEWS:
                _aim(sitter, turn)
                pictures.append(still(bpy.context.scene, 1, Path(folder) / f"{len(pictures):04d}.png"))
            captions += [f"{symbol}  {phone.start:.2f} s", ""]
        plots.contact_sheet(pictures, captions, path, columns=12)


def _clearest(performances: Sequence[Performance], symbol: str) -> tuple[Performance, Phone] | None:
    """Where a sound is heard best of all, and long enough to be seen."""
    said = [
        (performance, phone)
        for performance in performances
        for phone in performance.phones
        if phone.symbol == symbol and phone.end - phone.start >= 0.04
    ]
    return max(said, key=lambda pair: pair[1].confidence, default=None)


def _aim(sitter: cast.Sitter, turn: float) -> None:
    scene = bpy.context.scene
    camera = scene.camera
    camera.data.type, camera.data.ortho_scale, camera.data.clip_start = "ORTHO", ACROSS, 0.001
    away = Matrix.Rotation(radians(turn), 3, "Z") @ Vector((0.0, -0.6, 0.0))
    camera.location = sitter.mouth + away
    camera.rotation_euler = (-away).to_track_quat("-Z", "Y").to_euler()


if __name__ == "__main__":
    main()
