# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be said on the command line. Every control of Direction is an option."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .. import direction, moods, pipeline, presets
from ..errors import ParlanceError
from ..formats import phone_files
from ..languages import GUESSED, LANGUAGES
from ..model_file import PHONE_SETS, ModelFile
from ..text.speaking import FASTEST, SLOWEST
from . import batch, blender, live
from .arguments import Parser, ShowVersion, number

if TYPE_CHECKING:
    from .arguments import Verbs

Command = Callable[[argparse.Namespace], int]
LISTEN_FORMATS: Final = ("text", "json", *phone_files.SUFFIXES)
_FRAME_RATE: Final = number(1, 1000, "frames per second")
_JOBS: Final = number(1, 256, "processes", whole=True)
_PARTS: Final = number(2, 999_999, "shards", whole=True)
_SCENE_TIME: Final = number(-pipeline.LATEST, pipeline.LATEST, "seconds")
_SOUNDS: Final = "sound files, performances stored with --performance, or phone times (TextGrid, JSON, Rhubarb, Moho)"


def parser(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """The parser; `run` of its result is one of the commands: animate, batch, convert, listen, live, speak."""
    whole = Parser("parlance", description="Speech to an editable face: ARKit curves from a recording.")
    whole.add_argument("--version", action=ShowVersion)
    verbs = whole.add_subparsers(required=True, metavar="COMMAND")
    added = {"animate": _animate, "batch": _batch, "convert": _convert, "listen": _listen, "live": _live, "speak": _speak}
    for name, add in added.items():
        add(verbs).set_defaults(run=commands[name])
    return whole


def _animate(verbs: Verbs) -> argparse.ArgumentParser:
    animate: argparse.ArgumentParser = verbs.add_parser(
        "animate",
        help="curves for recordings",
        usage="%(prog)s [options] audio [audio ...]",
        description="Write ARKit curves for recordings.",
    )
    animate.add_argument("audio", type=Path, nargs="+", help=_SOUNDS)
    _add_output(animate, "named after the recording, in this folder")
    animate.add_argument(
        "--performance", type=Path, metavar="FILE", help="also store what was heard, to animate again without listening"
    )
    animate.add_argument("--start", type=_SCENE_TIME, default=0.0, help="scene time of the first sample, seconds (default 0)")
    _add_listening(animate)
    _add_common(animate)
    return animate


def _batch(verbs: Verbs) -> argparse.ArgumentParser:
    many: argparse.ArgumentParser = verbs.add_parser(
        "batch", help="curves for a list of lines", usage="%(prog)s [options] lines.csv --out FOLDER", description=batch.HELP
    )
    many.add_argument("lines", type=Path, help="CSV with the columns id and audio, optionally those that are described above")
    many.add_argument("--out", type=Path, required=True, help="folder for curves and report.csv")
    many.add_argument(
        "--shard", type=batch.parse_shard, default=(1, 1), metavar="I/N", help="only every N-th line, from the I-th on"
    )
    many.add_argument("--join", type=_PARTS, default=0, metavar="N", help="do no line: make one report of those of N shards")
    _add_incomplete(many)
    many.add_argument("--lenient", action="store_true", help="exit with 0 though lines failed; the report says which")
    many.add_argument("--jobs", type=_JOBS, default=1, help="processes to share the work (default 1)")
    many.add_argument(
        "--dask",
        metavar="ADDRESS",
        default="",
        help="share the work by Dask: a scheduler's address, or “local” for --jobs workers on this machine",
    )
    many.add_argument(
        "--blend", type=Path, metavar="TEMPLATE", help="also key each line in a copy of this .blend: id.blend, with any rig"
    )
    many.add_argument("--character", default="", metavar="NAME", help="who speaks there (default: the only one who can)")
    many.add_argument(
        "--blender", default=blender.PROGRAM, metavar="PROGRAM", help="Blender with the extension Parlance (default blender)"
    )
    add_model(many)
    many.add_argument(
        "--force", action="store_true", help="redo every line, also over edited curves and files that hold something else"
    )
    _add_common(many)
    return many


def _convert(verbs: Verbs) -> argparse.ArgumentParser:
    convert: argparse.ArgumentParser = verbs.add_parser(
        "convert",
        help="curves of other programs",
        description="Curves recorded or made elsewhere (Live Link Face CSV, Audio2Face JSON or CSV, any CSV with a column time "
        "and ARKit names), found by name and written anew.",
    )
    convert.add_argument("curves", type=Path, nargs="+", help="files of curves; the format is found out")
    _add_output(convert, "-")
    convert.add_argument("--fps", type=_FRAME_RATE, help="frames per second (default: as in the file)")
    _add_format(convert)
    convert.add_argument("--quiet", action="store_true", help="no report")
    return convert


def _listen(verbs: Verbs) -> argparse.ArgumentParser:
    listen: argparse.ArgumentParser = verbs.add_parser(
        "listen", help="phones and their times", description="Print or write what was heard."
    )
    listen.add_argument("audio", type=Path, nargs="+", help=_SOUNDS)
    _add_output(listen, "-")
    listen.add_argument("--format", choices=LISTEN_FORMATS, default="text")
    _add_listening(listen)
    listen.add_argument("--fps", type=_FRAME_RATE, default=24.0, help="frames per second of Moho's switch data (default 24)")
    listen.add_argument("--quiet", action="store_true", help="no progress")
    return listen


def _speak(verbs: Verbs) -> argparse.ArgumentParser:
    speak: argparse.ArgumentParser = verbs.add_parser(
        "speak",
        help="curves for a text alone",
        usage="%(prog)s [options] text",
        description="Write ARKit curves of a face that says a text, without a recording, as somebody would read it.",
    )
    speak.add_argument("text", help="what is said, or a text file (.txt) of it; directions in [brackets] are not")
    _add_output(speak, "-")
    speak.add_argument("--pace", type=number(SLOWEST, FASTEST), default=1.0, help="1 as people read (default), 2 twice as fast")
    speak.add_argument("--start", type=_SCENE_TIME, default=0.0, help="scene time of the start, seconds (default 0)")
    speak.add_argument("--performance", type=Path, metavar="FILE", help="also store the performance, to animate it again")
    _add_text(speak)
    _add_common(speak)
    return speak


def _live(verbs: Verbs) -> argparse.ArgumentParser:
    while_spoken = live.add_options(verbs)
    _add_common(while_spoken)
    return while_spoken


def _add_output(parser: argparse.ArgumentParser, otherwise: str) -> None:
    about = f"file to write, folder for several, - for the terminal (default: {otherwise})"
    parser.add_argument("-o", "--output", type=Path, help=about)
    parser.add_argument("--force", action="store_true", help="also replace files that hold something else")


def _add_listening(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--channel", type=number(1, 1024, whole=True), help="listen to this channel only, counted from 1")
    _add_incomplete(parser)
    add_model(parser)
    parser.add_argument("--text", help="what is said, or a text file of it; /IPA/ between slashes, [directions] in brackets")
    _add_text(parser)


def _add_incomplete(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--incomplete", action="store_true", help="hear what is left of sound files that were cut short, and say so"
    )


def add_model(parser: argparse.ArgumentParser) -> None:
    """The options that `model` reads."""
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help="hear with a network of your own: an ONNX file, or the folder of Audio2Face-3D"
    )
    names = ", ".join(PHONE_SETS)
    parser.add_argument(
        "--phone-set", metavar="SET", default="", help=f"how its phones are called: {names}, or a file (default: as it says)"
    )
    parser.add_argument(
        "--face", metavar="NAME", default="", help="which of its faces, where it knows several (default: the first)"
    )


def model(given: argparse.Namespace) -> ModelFile | None:
    """The network that was asked for. Raises ParlanceError for what goes with one where there is none."""
    if given.model is None:
        if given.phone_set or given.face:
            raise ParlanceError("--phone-set and --face say something of a network, and there is none; name it with --model.")
        return None
    return ModelFile(given.model, given.phone_set, given.face)


def _add_text(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", default=GUESSED, help=f"language of the text: {', '.join(LANGUAGES)} (default: guessed)")
    parser.add_argument("--dictionary", type=Path, metavar="FILE", help="how single words are said: a word and its sounds a line")


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        choices=tuple(pipeline.WRITERS),
        default="plain",
        help="plain CSV (default), Live Link Face CSV, CSV of the Audio2Face-3D service (ace), or JSON of Audio2Face",
    )
    parser.add_argument("--livelink", dest="format", action="store_const", const="livelink", help="short for --format livelink")


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fps", type=_FRAME_RATE, default=60.0, help="frames per second (default 60)")
    _add_format(parser)
    parser.add_argument(
        "--preset", metavar="NAME", help=f"start from a preset file, or one of {', '.join(presets.preset_names())}"
    )
    parser.add_argument("--mood", metavar="NAME", help=f"a mood on top: a file, or one of {', '.join(moods.mood_names())}")
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
            taken = number(control.low, control.high, control.unit, whole=isinstance(control.default, int))
            groups[control.section].add_argument(option, type=taken, metavar="X", help=meaning + span)
