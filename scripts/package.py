# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the extension: a zip per platform in dist/, validated by Blender's own tool, installed and tried in a clean Blender.

Beside the zips lie their SHA-256 sums and the index of an extension repository, for studios that host updates themselves.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Final

from .environments import BLENDERS, CLEAN, ROOT, Environment, Unavailable, ensure
from .matrix import this_system
from .wheels import PLATFORMS, fetch

CONTENT: Final = ("__init__.py", "LICENSE", "addon", "head", "inference", "models/__init__.py", "models/weights")
"""What of the checkout an animator gets."""
LEFT_OUT: Final = shutil.ignore_patterns("__pycache__", "*.pyc")
SIZE_LIMIT: Final = 60e6
"""Bytes; the budget of one zip."""


def main() -> int:
    """Build, validate and try; the exit status is 0 when every zip is good."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--platform", action="append", choices=PLATFORMS, help="only this one (repeatable)")
    parser.add_argument("--allow-missing", action="store_true", help="a Blender that cannot be had here is no failure")
    options = parser.parse_args()
    try:
        zips = [build(name) for name in options.platform or PLATFORMS]
    except Unavailable as reason:
        print(reason, file=sys.stderr)
        return 1
    for path in zips:
        size = path.stat().st_size
        print(f"{path.relative_to(ROOT)}  {size / 1e6:.1f} MB{'  OVER THE BUDGET' if size > SIZE_LIMIT else ''}", flush=True)
    listing(ROOT / "dist")
    here = [path for path in zips if path.stem.endswith(this_system())]
    tried = [_try_in(environment, path, options.allow_missing) for path in here for environment in CLEAN]
    return 0 if all(tried) else 1


def build(name: str) -> Path:
    """The zip of one platform. Raises subprocess.CalledProcessError when Blender's tool rejects it."""
    manifest = (ROOT / "blender_manifest.toml").read_text()
    version = tomllib.loads(manifest)["version"]
    target = ROOT / "dist" / f"parlance-{version}-{name}.zip"
    target.parent.mkdir(exist_ok=True)
    print(f"· {target.name}", flush=True)
    wheels = fetch(name, ROOT / ".cache/wheels" / name)
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder)
        for item in CONTENT:
            _copy(ROOT / item, stage / item)
        for wheel in wheels:
            _copy(wheel, stage / "wheels" / wheel.name)
        (stage / "blender_manifest.toml").write_text(_manifest_for(manifest, name, wheels))
        _extension_tool("build", "--source-dir", stage, "--output-filepath", target)
    _extension_tool("validate", target)
    return target


def listing(folder: Path) -> None:
    """Write what a web server needs to offer the zips in a folder as updates: index.json, index.html and SHA256SUMS."""
    _extension_tool("server-generate", "--repo-dir", folder, "--html")
    sums = [f"{_sha256(path)}  {path.name}" for path in sorted(folder.glob("*.zip"))]
    (folder / "SHA256SUMS").write_text("\n".join(sums) + "\n")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest_for(manifest: str, name: str, wheels: list[Path]) -> str:
    """The manifest with this platform's lines after its first key (keys must come before the tables)."""
    first, rest = manifest.split("schema_version", 1)
    listed = ", ".join(f'"./wheels/{wheel.name}"' for wheel in wheels)
    return f'{first}platforms = ["{name}"]\nwheels = [{listed}]\nschema_version{rest}'


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=LEFT_OUT)
    else:
        shutil.copy2(source, target)


def _extension_tool(*arguments: str | Path) -> None:
    """Blender's command-line tool for extensions; it runs under plain Python."""
    python = ensure(BLENDERS[2])
    # `lib64` may be a link to `lib`, and Windows spells it `Lib` with no `python*` below: any of the matches will do.
    tool = next(python.parent.parent.glob("[lL]ib*/**/site-packages/bpy/*/scripts/addons_core/bl_pkg/cli/blender_ext.py"))
    subprocess.run([python, tool, *arguments], check=True, stdout=subprocess.DEVNULL)


def _try_in(environment: Environment, path: Path, allow_missing: bool) -> bool:
    try:
        python = ensure(environment)
    except Unavailable as reason:
        print(f"× not tried in {environment.name}: {reason}")
        return allow_missing
    print(f"· trying it in {environment.name}", flush=True)
    trial = subprocess.run([python, ROOT / "scripts/try_extension.py", path, ROOT / "demo/hello.flac"], check=False)
    return trial.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
