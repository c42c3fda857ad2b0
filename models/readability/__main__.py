# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the network that reads lips, and write its card: python -m parlance.models.readability [--judge]."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import numpy as np

from ...inference.checking import lip_reader, readability
from ...inference.checking.lip_reader import Reader
from ..evaluate.table import markdown
from . import judge, material, network

CARD: Final = Path(__file__).parent / "CARD.md"
STEPS: Final = 2000
BATCH: Final = 32
FRAMES: Final = 96
RATE: Final = 3e-3
EACH: Final = 25
"""Lines of each corpus that are judged."""
INTRODUCTION: Final = """# The network that reads lips

`inference/checking/lip_reader.npz`, {size:.0f} KB: {parameters:,} weights in four convolutions over ±.3 s of what is seen of a
mouth, 60 times a second: gap, width, lips forward, chin, corners, lower lip's roll, teeth and tongue, in millimetres. Out
come the probabilities of nine classes that lips can tell apart. It knows no sound, no text and no language. It is no person:
nobody's lip-reading was measured, so its probabilities are those of a machine that sees mouths as blurred as somebody at some
distance. Written by `python -m parlance.models.readability`.

- *Learned from*: labelled speech of AN4, Kathleen, Nathalie, EmoDB, Picovoice orders and Speech Commands (training
  speakers), articulated in millimetres by a mouth that is never the same twice (size, habits for every sound, crispness,
  lags, closures that fail, blur); and film of one GRID speaker from the front, without what a camera there cannot tell.
- *Calibrated on* validation speakers, validation clips of the filmed speaker, and the film of unseen faces.
- *Judged on* test speakers, heard, acted and keyed at 24 frames a second by the product, beside the phones that were heard;
  on test clips of the filmed speaker; and on the film of unseen faces, which is five clips of three seconds that it is
  calibrated on too, so that row is a hint and no more. How blurred and how small mouths are was settled after a first run whose
  figures on the test speakers were known (it marked a fifth of what is mumbled); nothing else was.

A syllable's probability is the geometric mean of its phones', in which those made behind the lips count {untold:g}; a phone
may be taken for what its lips go on saying (k in “coo” for rounded). A syllable below {least:.0%} is marked: as many as
{marked:.0%} of the product's syllables on validation voices, or {film:.0%} of those on film of the known speaker, whichever
are fewer.

**Where it falls short**: it learned from one filmed face. Of faces that it has never seen, and above all of small mouths, it
reads much less, and marks many of their syllables. What it marks on a capture of a real person is a place to look at, not a
fault. Beside the wrong words about two syllables in five look right by chance, as they do to people: a line is told by its
share, a single syllable that reads says little.
"""


def learned(steps: int) -> Reader:
    """A lip reader trained for this many steps, and calibrated on validation faces."""
    spoken, films = material.labelled("train"), material.films("grid_s1", "train")
    print(f"{len(spoken)} utterances, {len(films)} clips of film", flush=True)
    made = network.trained(material.batches(spoken, films, BATCH, FRAMES), steps, RATE)
    reader = lip_reader.from_arrays(network.arrays(made))
    voices, unseen, known = judge.spoken("valid", EACH), judge.filmed("grid_faces", "valid"), judge.filmed("grid_s1", "valid")
    good = [(voices, judge.MARKED), (known, judge.MARKED_ON_FILM)]
    reader = judge.calibrated(reader, [*voices, *unseen, *known], good)
    print(f"sharpness {reader.sharpness:.2f}, least {reader.least:.3f}", flush=True)
    stored = network.arrays(made) | {"sharpness": np.array(reader.sharpness), "least": np.array(reader.least)}
    np.savez_compressed(lip_reader.FILE, **stored)
    lip_reader.chosen.cache_clear()
    return lip_reader.chosen()


def card(reader: Reader) -> str:
    """Figures on held-out faces."""
    spoken, known, unseen = judge.spoken("test", EACH), judge.filmed("grid_s1", "test"), judge.filmed("grid_faces", "valid")
    kinds = {"speech of the product": spoken, "film, the learned speaker": known, "film, unseen faces": unseen}
    marks = {f"the product's, {kind}": judge.marking(reader, judge.damaged(spoken, kind)) for kind in judge.DAMAGES}
    marks |= {name: judge.marking(reader, faces) for name, faces in kinds.items() if name.startswith("film")}
    parameters = sum(layer.weights.size + layer.bias.size for layer in reader.layers)
    text = INTRODUCTION.format(
        size=lip_reader.FILE.stat().st_size / 1024,
        parameters=parameters,
        least=reader.least,
        untold=readability.UNTOLD,
        marked=judge.MARKED,
        film=judge.MARKED_ON_FILM,
    )
    tables = {
        "Phones read right, %": {name: judge.reading(reader, faces) for name, faces in kinds.items()},
        "Sure, and right, %": {name: judge.honesty(reader, faces) for name, faces in kinds.items()},
        f"Syllables marked, and lines of which fewer than {judge.FEW:.0%} read": marks,
    }
    return "\n".join([text, *(markdown(title, rows) for title, rows in tables.items())])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the network that reads lips, and write its card.")
    parser.add_argument("--judge", action="store_true", help="only judge what ships")
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    reader = lip_reader.chosen() if options.judge else learned(options.steps)
    text = card(reader)
    CARD.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
