# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: speech in, curves out, without Blender.

    parlance animate speech.wav -o curves.csv --fps 60 --jaw 1.2
    parlance batch lines.csv --out curves
    parlance listen speech.wav --format textgrid
    parlance speak "Hello there." -o curves.csv
    parlance convert take.csv -o curves.csv
    parlance live --to 127.0.0.1:11111

Exit codes: 0 done, 1 with one sentence on what is wrong, 2 for arguments that make no sense, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from .. import convert, direction, outputs, pipeline
from ..errors import ParlanceError
from ..files import IncompleteError
from ..formats import dictionary_file, performance_file, phone_files, phones_json
from ..formats.untrusted import read_text
from ..hearing import engine
from ..outputs import Output
from ..performance import Performance
from ..text import speaking, tagging, transcript
from . import batch, concerns, live, options, shard_reports
from .batch_line import Plan, report_path
from .terminal import Progress, prepare, say, tell

_SUFFIXES: Final = {**phone_files.SUFFIXES, "text": ".txt"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    commands = {"animate": _animate, "batch": _batch, "convert": _convert, "listen": _listen, "live": _live, "speak": _speak}
    given = options.parser(commands).parse_args(arguments)
    prepare()
    try:
        return int(given.run(given))
    except BrokenPipeError:
        return 0  # Whoever reads the output has enough of it.
    except ParlanceError as error:
        say(_sentence(error))
        return 1
    except KeyboardInterrupt:
        print("parlance: Interrupted; nothing half-written is left behind.", file=sys.stderr)
        return 130


def _animate(given: argparse.Namespace) -> int:
    chosen = _direction(given)
    curves = _targets(given.output or Path(), given.audio, pipeline.SUFFIXES.get(given.format, ".csv"), given.format)
    kept = _targets(given.performance, given.audio, ".npz", "performance") if given.performance else [None] * len(curves)
    _check([*curves, *filter(None, kept)], given.audio, given)
    hear = _hearing(given)
    failed: list[Path] = []
    for source, target, store in zip(given.audio, curves, kept, strict=True):
        with _costs_itself(source, given.audio, failed):
            began = time.perf_counter()
            with Progress(source.name, quiet=given.quiet) as progress:
                performance = hear(source, progress)
                animation = pipeline.animate(performance, chosen, fps=given.fps, start=given.start, text=_text(given))
            if store:
                outputs.write(store.path, performance_file.to_bytes(performance))
            _deliver(target, pipeline.WRITERS[given.format](animation))
            facts = {
                "audio": str(source),
                "curves": str(target.path),
                "duration": performance.duration,
                "frames": len(animation.shapes),
                "fps": given.fps,
                "model": performance.model,
                "seconds": round(time.perf_counter() - began, 3),
                "concerns": list(concerns.of_hearing(performance)),
            }
            _report(facts, given)
    return _done(given.audio, failed)


def _listen(given: argparse.Namespace) -> int:
    targets = _targets(given.output or Path("-"), given.audio, _SUFFIXES.get(given.format, ".json"), given.format)
    _check(targets, given.audio, given)
    hear = _hearing(given)
    failed: list[Path] = []
    for source, target in zip(given.audio, targets, strict=True):
        with _costs_itself(source, given.audio, failed):
            with Progress(source.name, quiet=given.quiet) as progress:
                performance = hear(source, progress)
            _deliver(target, [_told(performance, source, given.format, given.fps)])
    return _done(given.audio, failed)


def _convert(given: argparse.Namespace) -> int:
    targets = _targets(given.output or Path("-"), given.curves, pipeline.SUFFIXES.get(given.format, ".csv"), given.format)
    _check(targets, given.curves, given)
    failed: list[Path] = []
    for source, target in zip(given.curves, targets, strict=True):
        with _costs_itself(source, given.curves, failed):
            with _naming(source):
                animation = convert.animation(convert.read(source), given.fps)
            _deliver(target, pipeline.WRITERS[given.format](animation))
            if not given.quiet and not _is_terminal(target):
                frames = f"{len(animation.shapes)} frames at {animation.fps:g} fps"
                print(f"{target.path}: {frames}", file=sys.stderr)
    return _done(given.curves, failed)


def _batch(given: argparse.Namespace) -> int:
    plan = Plan(given.lines, given.out, _direction(given), given.fps, given.format, given.shard, given.force, given.dask,
                      given.blend, given.character, given.blender, options.model(given), given.incomplete)  # fmt: skip
    if given.join:
        counts, report = shard_reports.join(given.lines, given.out, given.join, force=given.force), report_path(given.out)
    else:
        with Progress(given.lines.name, quiet=given.quiet) as progress:
            counts, report = batch.run(plan, jobs=given.jobs, progress=progress), plan.report
    summary = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    tell([json.dumps(counts) if given.json else f"{summary or 'nothing to do'}; see {report}", "\n"])
    if counts["failed"] and not given.lenient:
        raise ParlanceError(f"{counts['failed']} of {sum(counts.values())} lines failed; the reasons are in {report}.")
    return 0


def _hearing(given: argparse.Namespace) -> Callable[[Path, Progress], Performance]:
    """What hears one source as the options say. Raises ParlanceError for options that no source could be heard with."""
    if Path("-") in given.audio:
        raise ParlanceError("Here sound comes from files; “parlance live -” hears what comes through a pipe.")
    if given.text is not None and len(given.audio) > 1:
        raise ParlanceError("One text cannot belong to several recordings; give them one by one, or use a batch.")
    # What is said is read first: a name that is mistyped is told before an hour is listened to.
    said, dictionary = None if given.text is None else pipeline.text_of(given.text), _sayings(given)
    if said is not None:
        transcript.check(said, given.language, dictionary)
    model = options.model(given)
    if model is not None:
        engine(model=model)  # what is wrong with a network is told once, before any file
    told = (lambda text: say(f"parlance: {text}.")) if given.incomplete else None

    def hear(source: Path, progress: Progress) -> Performance:
        with _naming(source):
            performance = pipeline.hear_file(source, channel=given.channel, progress=progress, model=model, incomplete=told)
        return performance if said is None else transcript.align_text(performance, said, given.language, dictionary)

    return hear


@contextmanager
def _costs_itself(source: Path, sources: Sequence[Path], failed: list[Path]) -> Iterator[None]:
    """Of several sources, one that cannot be done is told and noted as failed, and the others are done all the same."""
    try:
        yield
    except ParlanceError as error:
        if len(sources) == 1:
            raise
        say(_sentence(error))
        failed.append(source)


def _done(sources: Sequence[Path], failed: Sequence[Path]) -> int:
    """The exit code. Raises ParlanceError where something failed."""
    if failed:
        raise ParlanceError(f"{len(failed)} of {len(sources)} files failed.")
    return 0


def _sentence(error: ParlanceError) -> str:
    choice = " Or hear what is left with --incomplete." if isinstance(error, IncompleteError) else ""
    return f"parlance: {error}{choice}"


@contextmanager
def _naming(source: Path) -> Iterator[None]:
    """Where a sentence does not say which file it is about, name it: there may be several."""
    try:
        yield
    except ParlanceError as error:
        if source.name in str(error):
            raise
        raise ParlanceError(f"“{outputs.shown(source.name)}”: {error}") from error


def _sayings(given: argparse.Namespace) -> dict[str, str]:
    return dictionary_file.read(read_text(given.dictionary)) if given.dictionary is not None else {}


def _live(given: argparse.Namespace) -> int:
    return live.run(given, _direction(given))


def _speak(given: argparse.Namespace) -> int:
    chosen = _direction(given)
    (target,) = _targets(given.output or Path("-"), [Path("speech")], ".csv", given.format)
    stored = [Output(given.performance, "performance")] if given.performance else []
    outputs.check([*stored, *([] if _is_terminal(target) else [target])], [], force=given.force)
    performance = speaking.speak(pipeline.text_of(given.text), given.language, rate=given.pace, dictionary=_sayings(given))
    animation = pipeline.animate(performance, chosen, fps=given.fps, start=given.start, text=_text(given))
    for each in stored:
        outputs.write(each.path, performance_file.to_bytes(performance))
    _deliver(target, pipeline.WRITERS[given.format](animation))
    said = [word for word in performance.words if not word.doubt]
    facts = {"curves": str(target.path), "duration": performance.duration, "frames": len(animation.shapes), "fps": given.fps,
             "words": len(said), "left_out": [word.text for word in performance.words if word.doubt]}  # fmt: skip
    if given.json:
        print(json.dumps(facts, ensure_ascii=False), file=sys.stderr if _is_terminal(target) else sys.stdout)
    elif not given.quiet and not _is_terminal(target):
        print("{curves}: {frames} frames for {words} words in {duration:.1f} s".format(**facts), file=sys.stderr)
    return 0


def _text(given: argparse.Namespace) -> str | None:
    """What is said, where that is known; directions in it that nobody knows are told, and passed over."""
    text = None if given.text is None else pipeline.text_of(given.text)
    for trouble in tagging.troubles(text) if text is not None else ():
        print(f"parlance: {trouble}", file=sys.stderr)
    return text


def _told(performance: Performance, source: Path, kind: str, fps: float) -> str:
    if kind in phone_files.SUFFIXES:
        return phone_files.write(performance.phones, kind, words=performance.words, sound=str(source), fps=fps)
    if kind == "json":
        return phones_json.write(performance.phones, performance.events, str(source))
    return "".join(f"{p.start:9.3f} {p.end:9.3f}  {p.symbol:<3} {p.confidence:.2f}\n" for p in performance.phones)


def _direction(given: argparse.Namespace) -> direction.Direction:
    values = {control.name: getattr(given, control.name) for control in direction.controls()} | {"mood": given.mood}
    return pipeline.direction(given.preset, {name: value for name, value in values.items() if value is not None})


def _targets(place: Path, sources: Sequence[Path], suffix: str, kind: str) -> list[Output]:
    """What is written for each source: the place itself, or a file named after the source in it when it is a folder."""
    if str(place) == "-":
        if len(sources) > 1 and kind in pipeline.WRITERS:
            raise ParlanceError("The curves of several files cannot go to the terminal together; name a folder with -o.")
        return [Output(place, kind)] * len(sources)
    within = len(sources) > 1 or outputs.is_folder(place)
    return [Output(place / (source.stem + suffix) if within else place, kind) for source in sources]


def _check(targets: Sequence[Output], sources: Sequence[Path], given: argparse.Namespace) -> None:
    others = [Path(name) for name in (getattr(given, kind, None) for kind in ("preset", "mood", "text")) if name]
    outputs.check([target for target in targets if not _is_terminal(target)], [*sources, *others], force=given.force)


def _deliver(target: Output, pieces: Iterable[str]) -> None:
    if _is_terminal(target):
        tell(pieces)
    else:
        outputs.write(target.path, (piece.encode() for piece in pieces))


def _is_terminal(target: Output) -> bool:
    return str(target.path) == "-"


def _report(facts: dict[str, Any], given: argparse.Namespace) -> None:
    """What was done, unless nobody wants to know; what to look at in any case."""
    if facts["concerns"]:
        say(f"parlance: “{outputs.shown(Path(facts['audio']).name)}”: {'; '.join(facts['concerns'])}.")
    if given.json and facts["curves"] != "-":
        tell([json.dumps(facts, ensure_ascii=False), "\n"])
    elif given.json:
        print(json.dumps(facts, ensure_ascii=False), file=sys.stderr)
    elif not given.quiet and facts["curves"] != "-":
        print("{curves}: {frames} frames for {duration:.1f} s of sound, in {seconds:.1f} s".format(**facts), file=sys.stderr)
