# SPDX-License-Identifier: GPL-3.0-or-later
"""The same face comes out on a machine with other cores."""

import os
import subprocess
import sys

import numpy as np

from parlance.head.bust import build_parts

MEASURED = """
import hashlib
import sys
import numpy as np
from parlance.inference.acting import poses
from parlance.inference.rigging import recognise
from parlance.inference.rigging.calibration import calibrate

shapes = dict(np.load(sys.argv[1]))
points = shapes.pop("rest")
geometry = calibrate(points, shapes, recognise(shapes)).geometry
arrays = geometry.jacobian, geometry.neutral, geometry.features, poses.SOLUTIONS.on(geometry, "Left")
print(hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest())
"""


def measured(head, threads):
    environment = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(threads))
    run = [sys.executable, "-c", MEASURED, head]
    return subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout


def test_a_head_is_measured_to_the_last_bit_on_one_thread_and_on_two(tmp_path):
    face = build_parts()[0]
    head = tmp_path / "head.npz"
    np.savez(head, rest=face.points.astype(np.float32), **{name: move.astype(np.float32) for name, move in face.shapes.items()})
    assert measured(head, 1) == measured(head, 2)
