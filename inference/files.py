# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound files → Audio, for the command line and for training. Blender decodes its own sounds and needs nothing of this."""

from __future__ import annotations

import math
import re
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from .audio import LONGEST, SAMPLE_RATE, Audio
from .errors import ParlanceError
from .formats import mpeg
from .outputs import shown
from .spool import stored

if TYPE_CHECKING:
    from soundfile import SoundFile

SHORTEST: Final = 0.02
"""Seconds; less is not one frame."""
LOWEST_RATE: Final = 4_000
HIGHEST_RATE: Final = 768_000
_IN_MEMORY: Final = 600.0
"""Seconds up to which a sound is held in memory; a longer one goes to a temporary file."""
_BLOCK: Final = 20.0
"""Seconds decoded at a time, so that the original rate of two hours never lies in memory."""
_LOW_FREQUENCY_CHANNEL: Final = {6: 3, 8: 3}
"""By channel count (5.1, 7.1): the subwoofer, where no voice is."""
_BLOCK_SIZE: Final = 16_000_000
"""Samples of all channels that are decoded at a time at most."""
LOUDEST: Final = 1000.0
"""Times full scale; what is louder are no samples of sound, or whole numbers that somebody stored as fractions."""
_OGG_PAGE: Final = 65_307
"""Bytes of the largest page of an Ogg file (RFC 3533, 6)."""
_BEGINNING: Final = 2000
"""Bytes that show whether a file holds text."""
_CURVES: Final = frozenset({".csv", ".json"})
_CANCELLED: Final = 0.1
"""A mix this much quieter than its loudest channel means that channels are in opposite phase."""


class IncompleteError(ParlanceError):
    """A sound file that was cut short. audio: what is left of it."""

    def __init__(self, name: str, audio: Audio) -> None:
        super().__init__(f"“{name}” is incomplete: part of its sound is missing; copy or export it again.")
        self.audio = audio


def read(path: Path, *, channel: int | None = None, start: float = 0.0) -> Audio:
    """Any file that libsndfile reads (WAV, FLAC, OGG, Opus, MP3, AIFF ...) as 16 kHz mono.

    channel: the one to listen to, counted from 1; all mixed by default. start: where the first sample sits in the scene, seconds.
    Samples that are not numbers become silence. Raises ParlanceError, naming the file, for one that is missing, empty, damaged,
    no sound, too short, or longer than LONGEST; and IncompleteError for one that was cut short.
    """
    import soundfile

    check_exists(path)
    try:
        with ExitStack() as opened:
            sound = opened.enter_context(soundfile.SoundFile(str(path)))
            if sound.format == "MP3" and (whole := mpeg.counted(path)) is not None:
                sound = opened.enter_context(soundfile.SoundFile(opened.enter_context(whole)))
            _check_format(path, sound, channel)
            samples = _read(sound, channel)
            expected = sound.frames - _before_beginning(sound)
            incomplete = _has_gaps(sound) or (sound.format == "OGG" and not _ends_properly(path))
    except soundfile.LibsndfileError as error:
        _refuse_text(path)
        raise ParlanceError(f"“{path.name}” cannot be read as sound ({_reason(error)}); export it again as WAV.") from error
    if incomplete or len(samples) < math.floor(expected * SAMPLE_RATE / sound.samplerate):
        raise IncompleteError(path.name, Audio(samples, start))
    if len(samples) < SHORTEST * SAMPLE_RATE:
        length = 1000 * len(samples) / SAMPLE_RATE
        raise ParlanceError(
            f"“{path.name}” is too short: it lasts {length:.0f} ms, and speech needs at least {1000 * SHORTEST:.0f} ms."
        )
    return Audio(samples, start)


def check_exists(path: Path) -> None:
    """Raise ParlanceError for a path that is no file, or an empty one."""
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise ParlanceError(f"“{shown(path)}” does not exist; check the path.") from error
    if stat.S_ISDIR(found.st_mode):
        raise ParlanceError(f"“{path}” is a folder, not a sound file; name the files in it.")
    if not stat.S_ISREG(found.st_mode):
        raise ParlanceError(f"“{path}” is a device or a pipe, not a sound file; name a file.")
    if found.st_size == 0:
        raise ParlanceError(f"“{path.name}” is empty (0 bytes); export it again.")


def _check_format(path: Path, sound: SoundFile, channel: int | None) -> None:
    if not LOWEST_RATE <= sound.samplerate <= HIGHEST_RATE:
        raise ParlanceError(f"“{path.name}” claims {sound.samplerate} samples per second, which is no speech; export it again.")
    if channel is not None and not 1 <= channel <= sound.channels:
        raise ParlanceError(f"“{path.name}” has no channel {channel}; it has {sound.channels}.")


def _read(sound: SoundFile, channel: int | None) -> NDArray[np.float32]:
    """All of it at SAMPLE_RATE."""
    divisor = math.gcd(SAMPLE_RATE, sound.samplerate)
    up, down = SAMPLE_RATE // divisor, sound.samplerate // divisor
    size = min(_BLOCK * sound.samplerate, _BLOCK_SIZE / sound.channels)
    block = math.ceil(size / down) * down
    mixed = (_mixed(part, channel) for part in _blocks(sound, block))
    parts = mixed if up == down else _resampled(mixed, up, down)
    expected = min(sound.frames / sound.samplerate, LONGEST)
    return stored(parts) if expected > _IN_MEMORY else _joined(parts, math.ceil(expected * SAMPLE_RATE))


def _joined(parts: Iterator[NDArray[np.float32]], expected: int) -> NDArray[np.float32]:
    """One after the other, without a second copy of it all; `expected` is what the file promises."""
    result, length = np.empty(expected, np.float32), 0
    for part in parts:
        if length + len(part) > len(result):
            result = np.concatenate([result[:length], np.empty(len(part) + length, np.float32)])
        result[length : length + len(part)] = part
        length += len(part)
    return result[:length]


def _blocks(sound: SoundFile, size: int) -> Iterator[NDArray[np.float32]]:
    """float32[size, channels] until there is no more; what a damaged file promises and does not hold is left out."""
    name, left = Path(getattr(sound.name, "name", sound.name)).name, LONGEST * sound.samplerate
    while len(part := sound.read(size, "float32", always_2d=True)):
        left -= len(part)
        if left < 0:
            raise ParlanceError(f"“{name}” is longer than {LONGEST / 3600:.0f} hours; cut it into parts.")
        part = np.nan_to_num(part, nan=0.0, posinf=0.0, neginf=0.0)
        if max(part.max(), -part.min()) > LOUDEST:
            raise ParlanceError(f"“{name}” has samples far beyond what sound can be (-1 to 1); export it again.")
        yield part


def _mixed(block: NDArray[np.float32], channel: int | None) -> NDArray[np.float32]:
    """Mono: one channel, or the mean of those that carry voice, or the loudest where they cancel each other out."""
    if channel is not None:
        return np.ascontiguousarray(block[:, channel - 1])
    channels = np.delete(block, _LOW_FREQUENCY_CHANNEL.get(block.shape[1], []), axis=1)
    if channels.shape[1] == 1:
        return np.ascontiguousarray(channels[:, 0])
    mix = channels.mean(axis=1)
    energy = np.einsum("ij,ij->j", channels, channels, dtype=np.float64)
    if float(mix @ mix) < _CANCELLED**2 / channels.shape[1] ** 2 * energy.max():
        return np.ascontiguousarray(channels[:, energy.argmax()])
    return np.asarray(mix)


def _resampled(blocks: Iterator[NDArray[np.float32]], up: int, down: int) -> Iterator[NDArray[np.float32]]:
    """Each block resampled with its neighbours' samples around it, so that the joints cannot be heard.

    All blocks but the last are multiples of `down` samples long.
    """
    from scipy.signal import firwin, resample_poly

    reach = 10 * max(up, down)
    taps = firwin(2 * reach + 1, 1 / max(up, down), window=("kaiser", 5.0)).astype(np.float32)
    margin = (math.ceil(reach / up / down) + 1) * down
    before, current = np.zeros(margin, np.float32), next(blocks, None)
    while current is not None:
        following = next(blocks, None)
        after = np.zeros(margin, np.float32) if following is None else following[:margin]
        long = resample_poly(np.concatenate([before, current, after]), up, down, window=taps)
        lead = margin // down * up
        yield np.asarray(long[lead : lead + math.ceil(len(current) * up / down)], np.float32)
        before, current = np.concatenate([before, current])[-margin:], following


def _has_gaps(sound: SoundFile) -> bool:
    """Whether the file holds less than it promises; libsndfile reads on silently but keeps a note of it.

    Recorders that stream leave sizes of zero or near the 32 bit limit, which promise nothing.
    """
    if "Corrupted bitstream" in sound.extra_info:
        return True
    note = re.search(r"^\s*(?:data|SSND)\s*:\s*(\d+)\s*\(should be (\d+)\)", sound.extra_info, re.MULTILINE)
    return note is not None and int(note[2]) < int(note[1]) < 0x7FFF0000


def _before_beginning(sound: SoundFile) -> int:
    """Frames that an Ogg Vorbis file counts before its beginning: libsndfile promises them, though no player finds them.

    Some encoders number the first page of sound below zero, and the others as if they had not.
    """
    note = re.search(r"^PCM offset\s*:\s*-(\d+)", sound.extra_info, re.MULTILINE)
    return int(note[1]) if note is not None and sound.format == "OGG" else 0


def _ends_properly(path: Path) -> bool:
    """Whether the last page of an Ogg file is whole; libsndfile does not look.

    Some encoders never mark a last page, so the mark is not asked for: a file that was cut hardly ever ends with a page.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 2 * _OGG_PAGE))
        tail = file.read()
    page = tail[tail.rfind(b"OggS") :]
    if len(page) < 27 or len(page) < 27 + page[26]:
        return False
    content = sum(page[27 : 27 + page[26]])
    return len(page) >= 27 + page[26] + content


def _refuse_text(path: Path) -> None:
    """Raise ParlanceError for what is no sound at all: lists, curves and notes are taken for one by a slip of the keyboard."""
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING).decode("utf-8-sig", "ignore")
    except OSError:
        return
    if not beginning or not all(letter.isprintable() or letter.isspace() for letter in beginning):
        return
    columns = {name.strip(' "').lower() for name in beginning.splitlines()[0].split(",")} if beginning.strip() else set()
    if {"id", "audio"} <= columns:
        raise ParlanceError(f"“{path.name}” is a list of lines, not a sound; “parlance batch” takes lists.")
    if path.suffix.lower() in _CURVES:
        raise ParlanceError(f"“{path.name}” holds no sound; “parlance convert” takes curves of other programs.")
    raise ParlanceError(f"“{path.name}” holds text, not sound, whatever its name says; choose the recording itself.")


def _reason(error: Exception) -> str:
    return str(error).rstrip(".").split(": ")[-1].lower()
