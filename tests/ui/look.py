# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at Parlance in the real Blender application: install the zip, click the button, take pictures.

Usage: python tests/ui/look.py --blender PATH/TO/blender [--zip dist/parlance-…-linux-x64.zip] [--audio SPEECH] [--out out/ui]
       [--visits first,dialogue] [--scene YOURS.blend]
Without a zip the checkout itself is shown; NumPy then runs the model unless this Blender finds onnxruntime elsewhere.
Needs Xvfb, xdotool and ImageMagick's `import`. The pictures are for people; the exit status only says that the face was keyed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DISPLAY = f":{100 + os.getpid() % 800}"
"""A screen of its own, so that two visits do not take each other's away."""
SCREEN = "1680x1050x24"
PATIENCE = 900
"""Seconds for a visit, on a machine that does other things too."""
VISITS = sorted(path.stem for path in (ROOT / "tests/ui/visits").glob("*.py"))


def main() -> int:
    """Start a screen, start Blender on it, and wait until its script has taken all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blender", required=True)
    parser.add_argument("--zip", type=Path, help="the extension as an animator gets it")
    parser.add_argument("--audio", type=Path, default=ROOT / "demo/hello.flac")
    parser.add_argument("--scene", type=Path, help="a scene with a head of yours, selected, for the visits “day” and “curves”")
    parser.add_argument("--out", type=Path, default=ROOT / "out/ui")
    parser.add_argument("--visits", default=",".join(VISITS), help="which to make: %(default)s")
    options = parser.parse_args()
    if unknown := set(options.visits.split(",")) - set(VISITS):
        parser.error(f"there is no visit {', '.join(sorted(unknown))}; there are {', '.join(VISITS)}")
    for tool in ("Xvfb", "import", "xdotool"):
        if shutil.which(tool) is None:
            parser.error(f"{tool} is needed to take pictures and was not found")
    options.out.mkdir(parents=True, exist_ok=True)
    screen = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", SCREEN], stderr=subprocess.DEVNULL)
    try:
        with tempfile.TemporaryDirectory() as resources:
            # Two applications that share the software renderer's shader cache crash.
            own = {"DISPLAY": DISPLAY, "BLENDER_USER_RESOURCES": resources, "MESA_SHADER_CACHE_DISABLE": "true"}
            environment = {**os.environ, **own}
            script = Path(__file__).with_name("inside.py")
            if options.zip is None:
                linked = Path(resources) / "extensions/user_default/parlance"
                linked.parent.mkdir(parents=True)
                linked.symlink_to(ROOT, target_is_directory=True)
            paths = [str(path.resolve()) if path else "" for path in (options.zip, options.audio, options.out, options.scene)]
            window = ["--window-geometry", "0", "0", *SCREEN.split("x")[:2]]
            command = [options.blender, *window, "--python-exit-code", "1", "--python", str(script), "--", *paths, options.visits]
            patience = PATIENCE * len(options.visits.split(","))
            return subprocess.run(command, env=environment, check=False, timeout=patience).returncode
    finally:
        screen.terminate()


if __name__ == "__main__":
    sys.exit(main())
