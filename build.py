# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything developers do with Parlance: python build.py demo | test | package | train | bench | docs | matrix | release.

Each verb makes or reuses the virtual environments it needs under .venv. Standard library only; Python 3.11 or newer.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036  (this file is what tells people so)
    sys.exit("Parlance needs Python 3.11 or newer to build; this is Python " + sys.version.split()[0] + ".")

from scripts.environments import BLENDERS, DEMO_ORDER, ROOT, TRAINING, Environment, Unavailable, ensure
from scripts.matrix import as_json, this_system

BENCHES: dict[str, tuple[Environment, tuple[str, ...]]] = {
    "model": (TRAINING, ("-m", "parlance.models.evaluate")),
    "lips": (TRAINING, ("-m", "parlance.models.evaluate.lips")),
    "languages": (TRAINING, ("-m", "parlance.models.evaluate.languages")),
    "singing": (TRAINING, ("-m", "parlance.models.evaluate.singing")),
    "sliders": (TRAINING, ("-m", "parlance.models.evaluate.sliders")),
    "styles": (TRAINING, ("-m", "parlance.models.evaluate.styles")),
    "speed": (TRAINING, ("benchmarks/model_speed.py",)),
    "memory": (TRAINING, ("benchmarks/memory.py",)),
    "blender-memory": (BLENDERS[2], ("benchmarks/blender_memory.py",)),
    "click": (BLENDERS[1], ("benchmarks/click_to_keys.py",)),
    "keys": (BLENDERS[1], ("benchmarks/keys.py",)),
    "corrections": (BLENDERS[1], ("benchmarks/corrections.py",)),
    "panel": (BLENDERS[1], ("benchmarks/panel_cost.py",)),
    "performance": (BLENDERS[1], ("benchmarks/performance_figures.py",)),
    "voice": (BLENDERS[1], ("benchmarks/voice_figures.py",)),
    "vocal": (BLENDERS[1], ("benchmarks/vocal_figures.py",)),
    "expressions": (TRAINING, ("benchmarks/expressions.py",)),
    "rigging": (BLENDERS[1], ("benchmarks/rigging.py",)),
}


VERB_NAMES = ("demo", "test", "package", "train", "bench", "docs", "matrix", "release")
LIBRARY_TESTS = {"library": ("tests/inference",), "head, model and build": ("tests/head", "tests/models", "tests/scripts")}
ADDON = "add-on in Blender {}"
_OLDEST, *_BETWEEN, _NEWEST = (ADDON.format(blender.name) for blender in BLENDERS)
ORDER = ("style", "format", _NEWEST, "library", _OLDEST, "head, model and build", *_BETWEEN, "types")
"""What is told in a second comes first, then what takes longest, and what is short last: no core is idle at the end."""
TYPED_ROOMS = ("inference", "head", "models", "addon", "scripts")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; the exit status is 0 when everything that was asked for worked."""
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="|".join(VERB_NAMES))
    demo = verbs.add_parser("demo", help="a head that acts: demo.blend, .mp4, .webp, contact sheet and curve plot in out/demo")
    demo.add_argument("--audio", type=Path, help="speech to use, in any format Blender reads (default: the bundled clip)")
    demo.add_argument("--out", type=Path, default=ROOT / "out/demo")
    demo.add_argument("--tour", action="store_true", help="sheets of emotions, moods, presets, waiting, a dialogue instead")
    demo.add_argument("--sliders", action="store_true", help="the manual's pictures of every slider, low beside high, instead")
    demo.add_argument("--phones", action="store_true", help="close-ups of the mouth for every sound instead")
    test = verbs.add_parser("test", help="style, types, the library's tests, and the add-on's in every Blender")
    test.add_argument("--slow", action="store_true", help="the long tests too")
    test.add_argument("--library", action="store_true", help="only what needs no Blender")
    test.add_argument("--blender", action="append", choices=[item.name for item in BLENDERS], help="only this (repeatable)")
    _add_allow_missing(test)
    package = verbs.add_parser("package", help="one extension zip per platform in dist/, validated, installed and tried")
    package.add_argument("--platform", action="append", help="only this platform (repeatable)")
    _add_allow_missing(package)
    verbs.add_parser("train", help="train the model anew and export it; arguments go to the trainer")
    verbs.add_parser("docs", help="the documentation site in out/site; every link is checked")
    matrix = verbs.add_parser("matrix", help="print every system and Blender to test, as JSON for a CI service")
    matrix.add_argument("--here", action="store_true", help="only those of this system")
    release = verbs.add_parser("release", help="check that version, change log and checkout agree, and tag the commit")
    release.add_argument("--check", action="store_true", help="tag nothing")
    bench = verbs.add_parser("bench", help="measure: " + ", ".join(BENCHES))
    bench.add_argument("what", choices=BENCHES)
    options, rest = parser.parse_known_args(arguments)
    if rest and options.verb not in ("train", "bench"):
        parser.error(f"unrecognised arguments: {' '.join(rest)}")
    os.chdir(ROOT)
    try:
        return VERBS[options.verb](options, rest)
    except Unavailable as reason:
        print(reason, file=sys.stderr)
        return 1


def run_demo(options: argparse.Namespace, _rest: list[str]) -> int:
    """Make the talking head, or the tour of what it can do."""
    python = ensure(_first_possible(DEMO_ORDER))
    if options.tour:
        return _call(python, "demo/tour.py", "--out", options.out.resolve())
    if options.sliders:
        return _call(python, "demo/sliders.py")
    audio = ["--audio", options.audio.resolve()] if options.audio else []
    if options.phones:
        return _call(python, "demo/phones.py", "--out", options.out.resolve(), "--rigs", *audio)
    return _call(python, "demo/make.py", "--out", options.out.resolve(), *audio)


@dataclass(frozen=True)
class Check:
    """One part of the test: what it is called, its command, where it runs, and what is added to the environment."""

    title: str
    command: Sequence[str | Path]
    folder: Path = ROOT
    variables: Mapping[str, str] = field(default_factory=dict)


def run_test(options: argparse.Namespace, _rest: list[str]) -> int:
    """Every check; a Blender that cannot be had here is a failure too, unless that is allowed."""
    began = time.monotonic()
    checks, missing = _checks(options)
    failures = _failed(checks)
    told = [f"Failed: {', '.join(failures)}."] if failures else []
    if missing:
        told.append(f"Not tested: {', '.join(missing)}{'' if options.allow_missing else ' (--allow-missing lets that pass)'}.")
    print(f"\n{' '.join(told) or 'All passed.'} {_lasted(began)}.", flush=True)
    return bool(failures or (missing and not options.allow_missing))


def _checks(options: argparse.Namespace) -> tuple[list[Check], list[str]]:
    """What is asked for, in ORDER, and the Blenders that cannot be had here."""
    selection = [] if options.slow else ["-m", "not slow"]
    missing: list[str] = []
    found: list[Check] = []
    chosen = [item for item in BLENDERS if (not options.blender or item.name in options.blender) and not options.library]
    if not options.blender:
        python = ensure(TRAINING)
        ruff = python, "-m", "ruff"
        found += [Check("style", [*ruff, "check", "."]), Check("format", [*ruff, "format", "--check", "."]), _types(python)]
        found += [Check(title, _pytest(python, *folders, *selection)) for title, folders in LIBRARY_TESTS.items()]
    for blender in chosen:
        try:
            python = ensure(blender)
        except Unavailable as reason:
            print(f"\n× Blender {blender.name} not tested: {reason}", flush=True)
            missing.append(f"Blender {blender.name}")
            continue
        found.append(Check(ADDON.format(blender.name), _pytest(python, "tests/addon", *selection)))
    return sorted(found, key=lambda check: ORDER.index(check.title)), missing


def _pytest(python: Path, *arguments: str) -> list[str | Path]:
    # No cache: several pytests would write the same one.
    return [python, "-m", "pytest", *arguments, "-p", "no:cacheprovider"]


def _types(python: Path) -> Check:
    """mypy sees the checkout as what it is, the package `parlance`, through a link of that name."""
    view = ROOT / ".venv/typing"
    view.mkdir(exist_ok=True)
    if not (view / "parlance").exists():
        (view / "parlance").symlink_to(ROOT, target_is_directory=True)
    rooms = [argument for room in TYPED_ROOMS for argument in ("-p", f"parlance.{room}")]
    command = [python, "-m", "mypy", "--config-file", ROOT / "pyproject.toml", *rooms]
    return Check("types", command, folder=view, variables={"MYPYPATH": "."})


def run_package(options: argparse.Namespace, _rest: list[str]) -> int:
    """Extension zips in dist/."""
    platforms = [argument for name in options.platform or () for argument in ("--platform", name)]
    allowed = ["--allow-missing"] if options.allow_missing else []
    return _call(ensure(BLENDERS[2]), "-m", "scripts.package", *platforms, *allowed)


def run_train(_options: argparse.Namespace, rest: list[str]) -> int:
    """Train and export."""
    return _call(ensure(TRAINING), "-m", "parlance.models.train", *rest)


def run_docs(_options: argparse.Namespace, _rest: list[str]) -> int:
    """Pages of docs/ and pages written from the code, as a site."""
    return _call(sys.executable, "-m", "scripts.site")


def run_matrix(options: argparse.Namespace, _rest: list[str]) -> int:
    """What a CI service is to run."""
    print(as_json(this_system() if options.here else None))
    return 0


def run_release(options: argparse.Namespace, _rest: list[str]) -> int:
    """Check and tag."""
    return _call(sys.executable, "-m", "scripts.release", *(["--check"] if options.check else []))


def run_bench(options: argparse.Namespace, rest: list[str]) -> int:
    """Measure something and print the figures."""
    environment, command = BENCHES[options.what]
    return _call(ensure(environment), *command, *rest)


VERBS = {
    "demo": run_demo,
    "test": run_test,
    "package": run_package,
    "train": run_train,
    "bench": run_bench,
    "docs": run_docs,
    "matrix": run_matrix,
    "release": run_release,
}


def _add_allow_missing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--allow-missing", action="store_true", help="a Blender that cannot be had here is no failure")


def _first_possible(environments: Sequence[Environment]) -> Environment:
    reasons = []
    for environment in environments:
        try:
            ensure(environment)
        except Unavailable as reason:
            reasons.append(str(reason))
        else:
            return environment
    raise Unavailable(reasons[0])


def _lasted(began: float) -> str:
    """How long it is since a moment of the monotonic clock, for people."""
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    return f"{minutes} min {seconds} s"


def _failed(checks: Sequence[Check]) -> list[str]:
    """Run several checks at a time, and show what each says; the titles of those that failed."""
    if len(checks) <= 1:
        return [check.title for check in checks if _shown(check)]
    # One more than there are cores: an eighth of the time tests wait, for files, clocks and other processes.
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
        running = {pool.submit(_run, check, kept=True): check for check in checks}
        return [running[done].title for done in as_completed(running) if _shown(running[done], done.result())]


def _shown(check: Check, done: Done | None = None) -> bool:
    """Say what a check said, or run it now where it is not done; whether it failed."""
    print(f"\n━━ {check.title}{f', {done.lasted}' if done else ''}", flush=True)
    done = done or _run(check)
    sys.stdout.buffer.write(done.said)
    sys.stdout.flush()
    return done.failed


@dataclass(frozen=True)
class Done:
    """A check that has ended: whether it failed, what it said where that was kept, and how long it took, for people."""

    failed: bool
    said: bytes
    lasted: str


def _run(check: Check, kept: bool = False) -> Done:
    """kept: what it says is shown when it ends, and it has one core of several."""
    began = time.monotonic()
    said, errors, threads = (subprocess.PIPE, subprocess.STDOUT, {"OMP_NUM_THREADS": "1"}) if kept else (None, None, {})
    environment = {**os.environ, **threads, **check.variables}
    ended = subprocess.run(check.command, cwd=check.folder, env=environment, check=False, stdout=said, stderr=errors)
    return Done(ended.returncode != 0, ended.stdout or b"", _lasted(began))


def _call(*command: str | Path) -> int:
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
