# SPDX-License-Identifier: GPL-3.0-or-later
"""Any character: how well names are recognised, whether lips close, how reduced rigs keep up, and how long it takes.

Usage: python benchmarks/rigging.py. Heads and lists of names are taken from ../shared/rigs where that is there; the demo head is
added where this runs in a Python with bpy. All figures are of the meshes themselves: vertices moved by the mapped shapes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from parlance.benchmarks import name_lists
from parlance.benchmarks.heads import RIGS, Head, heads, ict
from parlance.benchmarks.spellings import DECOYS, SPELLINGS
from parlance.inference import arkit, geometry, phones
from parlance.inference.articulation import articulate, closures, to_weights
from parlance.inference.performance import Phone
from parlance.inference.rigging import RigMap, apply, recognise
from parlance.inference.rigging.calibration import Calibration, calibrate, calibrated
from parlance.inference.rigging.parts import Part
from parlance.inference.rigging.poses import poses
from parlance.inference.rigging.recognition import recognise_parts
from parlance.inference.rigging.reduction import is_full
from parlance.inference.rigging.sliders import FURTHEST
from parlance.inference.seal import seal

SPEECH = (
    "sil m aɪ m ʌ ð ɝ b ɔ t p ʌ m p k ɪ n z æ n d b æ s k ə t s ə v f ɹ ɛ ʃ b l u b ɛ ɹ i z sil "
    "p u ʃ ð ə b o t b ə f ɔ ɹ ð ə s t ɔ ɹ m k ʌ m z sil w i w ɪ l v ɪ z ɪ t tʃ ɑ ɹ l i æ t h o m sil"
)


def spoken() -> tuple[tuple[Phone, ...], NDArray[np.float64]]:
    """Ten seconds of a sentence with many closures, and its frames at 60 a second."""
    at, result = 0.0, []
    for word in SPEECH.split():
        for symbol in phones.merge(word):
            length = 0.35 if symbol == "sil" else 0.065 if symbol in phones.BILABIAL else 0.085
            result.append(Phone(symbol, at, at + length))
            at += length
    return tuple(result), np.arange(int(at * 60)) / 60


def full_face(mood: dict[str, float] | None = None) -> NDArray[np.float32]:
    """The 52 curves of the sentence, before the seal, with an expression laid over it."""
    spoken_phones, times = spoken()
    shapes = to_weights(articulate(spoken_phones, times))
    for name, weight in (mood or {}).items():
        shapes[:, arkit.INDEX[name]] = np.minimum(shapes[:, arkit.INDEX[name]] + weight, 1.0)
    return shapes


def speak(shapes: NDArray[np.float32], calibration: Calibration | None, sources: frozenset[str]) -> NDArray[np.float32]:
    """The same curves sealed as they are for a character."""
    spoken_phones, times = spoken()
    own = calibration.geometry if calibration and is_full(sources) else geometry.REFERENCE
    return seal(shapes, *closures(spoken_phones, times), own)


def lip_gap(head: Head, calibration: Calibration, curves: dict[str, NDArray[np.float32]]) -> NDArray[np.float64]:
    """Millimetres between the lips of the mesh itself, float64[F]."""
    marks, face = calibration.landmarks, calibration.frame

    def height(vertices: tuple[int, ...], delta: NDArray[np.float32]) -> float:
        return float(face.turn(delta[list(vertices)])[:, 1].mean())

    gap = np.full(len(next(iter(curves.values()))), float(calibration.geometry.neutral[geometry.INDEX["gap"]]))
    for target, values in curves.items():
        gap += values * (height(marks.upper, head.shapes[target]) - height(marks.lower, head.shapes[target]))
    return gap


def closure_gaps(gap: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smallest gap within each p, b and m, mm."""
    spoken_phones, times = spoken()
    return np.array(
        [
            gap[(times >= phone.start - 0.01) & (times <= phone.end + 0.01)].min()
            for phone in spoken_phones
            if phone.symbol in phones.BILABIAL
        ]
    )


MOODS: dict[str, dict[str, float]] = {
    "neutral": {},
    "joy": {
        "mouthSmileLeft": 0.8,
        "mouthSmileRight": 0.8,
        "mouthUpperUpLeft": 0.3,
        "mouthUpperUpRight": 0.3,
        "cheekSquintLeft": 0.5,
    },
    "anger": {
        "noseSneerLeft": 0.7,
        "noseSneerRight": 0.7,
        "mouthLowerDownLeft": 0.6,
        "mouthLowerDownRight": 0.6,
        "jawForward": 0.2,
    },
    "shout": {"jawOpen": 0.4, "mouthFunnel": 0.3},
}

REDUCED: dict[str, tuple[str, ...]] = {
    "visemes (15) and blink": (
        *(f"viseme_{name}" for name in ["sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U"]),
        "eyeBlinkLeft",
        "eyeBlinkRight",
    ),
    "five vowels and blink": ("viseme_aa", "viseme_I", "viseme_U", "viseme_E", "viseme_O", "eyeBlinkLeft", "eyeBlinkRight"),
    "no mouthClose": tuple(name for name in arkit.NAMES if name != "mouthClose"),
    "jaw, smile, pucker": ("jawOpen", "mouthSmileLeft", "mouthSmileRight", "mouthPucker"),
    "jaw alone": ("jawOpen",),
}


def reduced(head: Head, names: tuple[str, ...]) -> Head:
    """The head with only these shapes; visemes it lacks are made of its ARKit shapes."""
    rig_map = recognise(head.shapes)
    by_source: dict[str, NDArray[np.float32]] = {}
    for drive in rig_map.active:
        by_source[drive.source] = by_source.get(drive.source, 0) + drive.gain * head.shapes[drive.target]
    shapes = {}
    for name in names:
        if name in by_source:
            shapes[name] = by_source[name]
        elif name in head.shapes:
            shapes[name] = head.shapes[name]
        elif name in poses():
            weights = poses()[name]
            shapes[name] = sum(
                weights[arkit.INDEX[source]] * delta for source, delta in by_source.items() if source in arkit.INDEX
            )
    return Head(head.name, head.points, {name: np.asarray(delta, np.float32) for name, delta in shapes.items()})


def measured(head: Head) -> tuple[RigMap, Calibration]:
    """Map and calibrate a head; every head here can be measured."""
    rig_map = recognise(head.shapes)
    calibration = calibrate(head.points, head.shapes, rig_map)
    if calibration is None:
        raise SystemExit(f"{head.name} could not be measured")
    return rig_map, calibration


def repaired(head: Head) -> tuple[RigMap, Calibration]:
    """The same as the add-on has it once the artist has pressed Repair: what is faint goes further, where its slider ended."""
    part = Part(head.points, tuple(head.shapes), np.stack(list(head.shapes.values())))
    faint = _as_used(part)[1].faint
    return _as_used(replace(part, sliders=dict.fromkeys(faint, (0.0, FURTHEST))))


def _as_used(part: Part) -> tuple[RigMap, Calibration]:
    found = recognise_parts([part])
    if found.survey is None:
        raise SystemExit("a head could not be measured")
    return found.maps[0], calibrated(found.survey, found.maps[0])


def print_recognition() -> None:
    """Precision and recall of the map for each list of names found in the wild."""
    table = json.loads((RIGS / "conventions.json").read_text(encoding="utf-8"))
    print(f"{'names in the wild':34s} {'shapes':>7s} {'mapped':>7s} {'precision':>10s} {'recall':>7s}")
    for convention, names in table.items():
        if isinstance(names, dict):
            rig_map = recognise(names)
            offered = {drive.target: drive.source for drive in rig_map.drives if drive.confidence >= 0.75}
            right = sum(offered.get(name) == source for name, source in names.items())
            precision, recall = right / max(len(offered), 1), right / len(names)
            print(f"{convention:34s} {len(names):7d} {len(offered):7d} {precision:10.3f} {recall:7.3f}")
        elif not convention.startswith("_"):
            print(f"{convention:34s} {len(names):7d} {len({drive.target for drive in recognise(names).active}):7d}")


def print_nameless(head: Head) -> None:
    """Its shapes under numbers instead of names: how many are used, and how many of those for what they are."""
    truth: dict[str, set[str]] = {}
    for drive in recognise(head.shapes).active:
        truth.setdefault(drive.target, set()).add(drive.source)
    names = list(truth)
    part = Part(head.points, tuple(str(i) for i in range(len(names))), np.stack([head.shapes[name] for name in names]))
    used: dict[str, set[str]] = {}
    for drive in recognise_parts([part]).maps[0].active:
        used.setdefault(names[int(drive.target)], set()).add(drive.source)
    right = sum(truth[name] == sources for name, sources in used.items())
    print(f"  without names: {len(used)} of {len(names)} shapes used, {right} of them for what they are")


def print_spellings() -> None:
    """Precision and recall over every spelling of the ARKit names, on copies of them among shapes of other kinds."""
    right = mapped = asked = 0
    for spell in SPELLINGS.values():
        names = {spell(name): name for name in arkit.NAMES}
        active = recognise([*names, *DECOYS]).active
        mapped += len(active)
        asked += len(names)
        right += sum(names.get(drive.target) == drive.source for drive in active)
    print(f"{f'ARKit in {len(SPELLINGS)} spellings':34s} {asked:7d} {mapped:7d} {right / mapped:10.3f} {right / asked:7.3f}")


def print_closures(head: Head) -> None:
    """The lip gap at p, b and m in % of the widest opening."""
    rig_map, calibration = measured(head)
    for mood, weights in MOODS.items():
        shapes = speak(full_face(weights), calibration, rig_map.sources)
        worst = closure_gaps(lip_gap(head, calibration, apply(rig_map, shapes, calibration=calibration))).max()
        print(f"  closures, {mood:10s} largest gap {100 * max(worst, 0) / calibration.widest_gap:6.2f} % of the widest opening")


def print_reduced(head: Head) -> None:
    """How a head with fewer shapes keeps up with itself."""
    rig_map, calibration = measured(head)
    shapes = speak(full_face(), calibration, rig_map.sources)
    full = lip_gap(head, calibration, apply(rig_map, shapes, calibration=calibration))
    for label, names in REDUCED.items():
        small = reduced(head, names)
        small_map = recognise(small.shapes)
        small_calibration = calibrate(small.points, small.shapes, small_map)
        sealed = speak(full_face(), small_calibration, small_map.sources)
        curves = apply(small_map, sealed, calibration=small_calibration)
        gap = lip_gap(small, calibration, curves)
        worst = max(closure_gaps(gap).max() - max(float(calibration.geometry.neutral[0]), 0.0), 0.0)
        print(
            f"  {label:24s} opening r {np.corrcoef(full, gap)[0, 1]:.3f}, "
            f"closures within {100 * worst / calibration.widest_gap:.2f} % of rest, width of swing {gap.std() / full.std():.2f}"
        )


def print_speed() -> None:
    """Seconds to recognise 30,000 vertices with 120 shapes by what they do, with and without their names."""
    head = ict()
    points = np.concatenate([head.points, head.points[: 30_000 - len(head.points)]])
    names = [list(head.shapes)[i % len(head.shapes)] for i in range(120)]
    moves = np.stack([np.concatenate([head.shapes[name], head.shapes[name][: 30_000 - len(head.points)]]) for name in names])
    for label, spelled in (("names", [f"{name}{'' if i < 57 else i}" for i, name in enumerate(names)]), ("no names", range(120))):
        part = Part(points, tuple(map(str, spelled)), moves)
        print(f"{label}: {1000 * _seconds(lambda part=part: recognise_parts([part])):.0f} ms, {len(points)} vertices, 120 shapes")


def _seconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)


def main() -> None:
    """Print all figures."""
    if RIGS.exists():
        print_recognition()
    print_spellings()
    name_lists.main()
    if RIGS.exists():
        print_speed()
    for head in heads():
        _, calibration = measured(head)
        print(f"\n{head.name}\n  " + calibration.summary.replace("\n", "\n  "))
        print_nameless(head)
        print_closures(head)
        print_reduced(head)


if __name__ == "__main__":
    main()
