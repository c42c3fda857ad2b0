# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: speech in, curves out, without Blender.

    parlance animate speech.wav -o curves.csv --fps 60 --jaw 1.2
    parlance batch lines.csv --out curves
    parlance listen speech.wav --format textgrid

Exit codes: 0 done, 1 with one sentence on what is wrong, 2 for arguments that make no sense, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from . import batch, direction, presets, transcript, work
from .errors import ParlanceError
from .formats import performance_file, rhubarb, textgrid
from .performance import Performance
from .terminal import Progress

LISTEN_FORMATS: Final = ("text", "textgrid", "rhubarb", "rhubarb-json", "json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except ParlanceError as error:
        print(f"parlance: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("parlance: Interrupted; nothing half-written is left behind.", file=sys.stderr)
        return 130


def _animate(options: argparse.Namespace) -> int:
    chosen = _direction(options)
    targets = _targets(options)
    for source, target in zip(options.audio, targets, strict=True):
        began = time.perf_counter()
        with Progress(source.name, quiet=options.quiet) as progress:
            performance = _heard(options, source, progress)
            animation = work.animate(performance, chosen, fps=options.fps, start=options.start)
        if options.performance:
            work.write(
                _beside(options.performance, source, ".npz", several=len(targets) > 1), performance_file.to_bytes(performance)
            )
        text = work.WRITERS[options.format](animation)
        if str(target) == "-":
            print(text, end="")
        else:
            work.write(target, text.encode())
        facts = {
            "audio": str(source),
            "curves": str(target),
            "duration": performance.duration,
            "frames": len(animation.shapes),
            "fps": options.fps,
            "model": performance.model,
            "seconds": round(time.perf_counter() - began, 3),
        }
        _report(facts, options)
    return 0


def _listen(options: argparse.Namespace) -> int:
    for source in options.audio:
        with Progress(source.name, quiet=options.quiet) as progress:
            performance = _heard(options, source, progress)
        text = _told(performance, source, options.format)
        if options.output:
            suffix = {"textgrid": ".TextGrid", "rhubarb": ".tsv", "text": ".txt"}.get(options.format, ".json")
            work.write(_beside(options.output, source, suffix, several=len(options.audio) > 1), text.encode())
        else:
            print(text, end="")
    return 0


def _heard(options: argparse.Namespace, source: Path, progress: Progress) -> Performance:
    performance = work.hear_file(source, channel=options.channel, progress=progress)
    if options.text is None:
        return performance
    if len(options.audio) > 1:
        raise ParlanceError("One text cannot belong to several recordings; give them one by one, or use a batch.")
    return transcript.heed(performance, work.text_of(options.text), options.language)


def _told(performance: Performance, source: Path, kind: str) -> str:
    if kind == "textgrid":
        return textgrid.write(performance.phones)
    if kind == "rhubarb":
        return rhubarb.write_tsv(rhubarb.cues(performance.phones))
    if kind == "rhubarb-json":
        return rhubarb.write_json(rhubarb.cues(performance.phones), str(source)) + "\n"
    if kind == "json":
        phones = [
            {"phone": p.symbol, "start": p.start, "end": p.end, "confidence": round(p.confidence, 3)} for p in performance.phones
        ]
        events = [
            {"kind": e.kind, "time": e.time, "duration": e.duration, "strength": round(e.strength, 3)} for e in performance.events
        ]
        return json.dumps({"audio": str(source), "phones": phones, "events": events}, ensure_ascii=False) + "\n"
    return "".join(f"{p.start:9.3f} {p.end:9.3f}  {p.symbol:<3} {p.confidence:.2f}\n" for p in performance.phones)


def _batch(options: argparse.Namespace) -> int:
    plan = batch.Plan(options.lines, options.out, _direction(options), options.fps, options.format, options.shard, options.force)
    with Progress(options.lines.name, quiet=options.quiet) as progress:
        counts = batch.run(plan, jobs=options.jobs, progress=progress)
    summary = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    print(json.dumps(counts) if options.json else f"{summary or 'nothing to do'}; see {plan.report}")
    if counts["failed"]:
        raise ParlanceError(f"{counts['failed']} of {sum(counts.values())} lines failed; the reasons are in {plan.report}.")
    return 0


def _direction(options: argparse.Namespace) -> direction.Direction:
    given = {control.name: getattr(options, control.name) for control in direction.controls()}
    return work.direction(options.preset, {name: value for name, value in given.items() if value is not None})


def _targets(options: argparse.Namespace) -> list[Path]:
    several = len(options.audio) > 1
    if options.output and str(options.output) == "-" and not several:
        return [options.output]
    targets = [_beside(options.output or Path(), source, ".csv", several=several) for source in options.audio]
    if len(set(targets)) < len(targets):
        raise ParlanceError(
            "Two of the files have the same name and would overwrite each other's curves; animate them one by one."
        )
    return targets


def _beside(target: Path, source: Path, suffix: str, *, several: bool) -> Path:
    """The file to write: the target itself, or one named after the source in it when it is a folder."""
    return target / (source.stem + suffix) if several or target.is_dir() else target


def _report(facts: dict[str, Any], options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(facts, ensure_ascii=False), file=sys.stderr if facts["curves"] == "-" else sys.stdout)
    elif not options.quiet and facts["curves"] != "-":
        print("{curves}: {frames} frames for {duration:.1f} s of sound, in {seconds:.1f} s".format(**facts), file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("parlance", description="Speech to an editable face: ARKit curves from a recording.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    animate = commands.add_parser(
        "animate",
        help="curves for recordings",
        usage="%(prog)s [options] audio [audio ...]",
        description="Write ARKit curves for recordings.",
    )
    animate.add_argument("audio", type=Path, nargs="+", help="sound files, or performances stored with --performance")
    animate.add_argument("-o", "--output", type=Path, help="file to write, folder for several, - for the terminal")
    animate.add_argument(
        "--performance", type=Path, metavar="FILE", help="also store what was heard, to animate again without listening"
    )
    animate.add_argument("--start", type=_finite, default=0.0, help="scene time of the first sample, seconds (default 0)")
    _add_listening(animate)
    _add_common(animate)
    animate.set_defaults(run=_animate)

    many = commands.add_parser(
        "batch", help="curves for a list of lines", usage="%(prog)s [options] lines.csv --out FOLDER", description=batch.HELP
    )
    many.add_argument(
        "lines", type=Path, help="CSV with the columns id and audio, optionally text, language, channel, preset, settings"
    )
    many.add_argument("--out", type=Path, required=True, help="folder for curves and report.csv")
    many.add_argument(
        "--shard", type=batch.parse_shard, default=(1, 1), metavar="I/N", help="only every N-th line, from the I-th on"
    )
    many.add_argument("--jobs", type=int, default=1, help="processes to share the work (default 1)")
    many.add_argument("--force", action="store_true", help="redo every line, also where curves were edited since")
    _add_common(many)
    many.set_defaults(run=_batch)

    listen = commands.add_parser("listen", help="phones and their times", description="Print or write what was heard.")
    listen.add_argument("audio", type=Path, nargs="+", help="sound files or stored performances")
    listen.add_argument("-o", "--output", type=Path, help="file to write, folder for several; otherwise the terminal")
    listen.add_argument("--format", choices=LISTEN_FORMATS, default="text")
    _add_listening(listen)
    listen.add_argument("--quiet", action="store_true", help="no progress")
    listen.set_defaults(run=_listen)
    return parser


def _add_listening(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--channel", type=int, help="listen to this channel only, counted from 1")
    parser.add_argument("--text", help="what is said, or a text file of it; /IPA/ between slashes")
    parser.add_argument("--language", default="en", help="language of the text, as eSpeak NG calls it (default en)")


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fps", type=_frame_rate, default=60.0, help="frames per second (default 60)")
    parser.add_argument(
        "--format", choices=tuple(work.WRITERS), default="plain", help="plain CSV (default) or Live Link Face CSV"
    )
    parser.add_argument("--livelink", dest="format", action="store_const", const="livelink", help="short for --format livelink")
    parser.add_argument(
        "--preset", metavar="NAME", help=f"start from a preset file, or one of {', '.join(presets.preset_names())}"
    )
    parser.add_argument("--json", action="store_true", help="report in JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    groups = {section: parser.add_argument_group(section) for section in direction.SECTIONS}
    for control in direction.controls():
        option = "--" + control.name.replace("_", "-")
        meaning = control.meaning.replace("%", "%%")
        if isinstance(control.default, bool):
            groups[control.section].add_argument(option, action=argparse.BooleanOptionalAction, help=meaning)
        else:
            unit = f" {control.unit.replace('%', '%%')}" if control.unit else ""
            span = f" ({control.low:g} to {control.high:g}{unit}, default {control.default:g})"
            groups[control.section].add_argument(option, type=_within(control), metavar="X", help=meaning + span)


def _within(control: direction.Control) -> Any:
    """A parser of numbers that refuses what the slider could not be set to."""

    def parse(text: str) -> float | int:
        value = int(text) if isinstance(control.default, int) else float(text)
        if not control.low <= value <= control.high:
            raise argparse.ArgumentTypeError(f"{text} is outside {control.low:g} to {control.high:g}")
        return value

    parse.__name__ = "number"
    return parse


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text} is no time")
    return value


def _frame_rate(text: str) -> float:
    value = float(text)
    if not 1 <= value <= 1000:
        raise argparse.ArgumentTypeError(f"{text} is outside 1 to 1000 frames per second")
    return value
