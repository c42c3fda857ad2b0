# SPDX-License-Identifier: GPL-3.0-or-later
"""An artist's retouching as plain data, and what it does to a Performance and to acting. Knows no Blender."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..acting.cues import Cue
from ..animation import Animation
from ..direction import Direction
from ..performance import Event, Performance
from . import phone_track, vocal_track
from .phone_track import PhoneTrack
from .vocal_track import VocalTrack


@dataclass(frozen=True)
class Passage:
    """A stretch of a line with a direction of its own; times in seconds on the line's clock.

    tag: the direction in the text that has made it, empty where the artist has.
    """

    start: float
    end: float
    fade: float
    direction: Direction
    tag: str = ""


@dataclass(frozen=True)
class Waiting:
    """What an artist made of sounds that a line does not reach now, as its strip was trimmed or cut. On the line's clock.

    phones: changed ones.   vocals: sounds that were added or changed.   silenced: heard ones that were removed.
    """

    phones: PhoneTrack = ()
    vocals: VocalTrack = ()
    silenced: VocalTrack = ()

    def beyond(self, end: float) -> Waiting:
        """Those that begin before a line of so many seconds, or end after it."""
        phones = (phone for phone in self.phones if phone.start < -phone_track.SHORTEST / 2 or phone.end > end)
        vocals, silenced = (
            tuple(sound for sound in sounds if sound.time < 0.0 or sound.end > end) for sounds in (self.vocals, self.silenced)
        )
        return Waiting(tuple(phones), vocals, silenced)


@dataclass(frozen=True)
class Elsewhere:
    """What an artist changed of a recording that a line does not play now.

    sound: which recording.   begins: seconds into it at which the line began then; the changes are on that line's clock.
    """

    sound: str
    begins: float
    changes: Waiting


@dataclass(frozen=True)
class Retouching:
    """What an artist changed in a line.

    phones: the phone track as it stands, empty where there is none.   heard: as it was heard when that was made.
    shift: seconds by which the sound now begins later than it did then.
    vocals, vocals_heard: the same for vocal sounds; None where the artist has none of their own.
    words: of a line that was spoken from its text alone, the words then: changes follow them, for what is spoken now is another
    performance; None where it is the same sound.
    cues: what the face is told to do at moments.
    openings: times, and how far the syllables there open; 1 as heard.
    waiting: phones and vocal sounds that the line did not reach when its sound was heard.
    pace: where the sound is played at another speed now, moments before and now; empty where it is not.
    says_same: the sounds are those of the line that all of this was made on, if it was heard: keys go with them.
    left_behind: how many phones and vocal sounds that were changed are of another recording, which said something else.
    elsewhere: those, and of other recordings still, for when the line plays them again.
    All but phones, vocals and those that wait are on the clock of the line as it begins now.
    """

    phones: PhoneTrack = ()
    heard: PhoneTrack = ()
    shift: float = 0.0
    passages: tuple[Passage, ...] = ()
    vocals: VocalTrack | None = None
    vocals_heard: VocalTrack = ()
    words: tuple[str, ...] | None = None
    cues: tuple[Cue, ...] = ()
    openings: tuple[tuple[float, float], ...] = ()
    waiting: Waiting = Waiting()
    pace: tuple[tuple[float, float], ...] = ()
    says_same: bool = False
    left_behind: int = 0
    elsewhere: tuple[Elsewhere, ...] = ()

    def when(self, time: float) -> float:
        """Where a time on the clock of the line, as it was, has gone."""
        from ..keying.warp import through

        return float(through(self.pace)(np.array([time]))[0]) if self.pace else time - self.shift

    def moved(self, sound: Event) -> Event:
        """A vocal sound where its times have gone."""
        start, end = self.when(sound.time), self.when(sound.end)
        return replace(sound, time=start, duration=end - start)

    def track(self, performance: Performance) -> PhoneTrack:
        """The phone track that belongs to what is heard now."""
        if not self.phones:
            return performance.phones
        standing = phone_track.settled(self.phones, self.heard)
        if self.words is not None and performance.words:
            now = [word.text for word in performance.words]
            heard, standing = (phone_track.renumbered(track, self.words, now) for track in (self.heard, standing))
            return phone_track.rewoven(heard, standing, performance.phones)
        return phone_track.carried(self.heard, standing, performance.phones, self.shift, self.waiting.phones)

    def vocal_sounds(self, performance: Performance) -> VocalTrack:
        """The vocal sounds that belong to what is heard now."""
        heard = vocal_track.of(performance)
        if self.vocals is None:
            return heard
        if self._hears_again(performance):
            return vocal_track.carried(self.vocals_heard, self.vocals, heard)
        waits = {"waiting": self.waiting.vocals, "silenced": self.waiting.silenced}
        carried = vocal_track.carried(self.vocals_heard, self.vocals, heard, self.shift, **waits)
        return tuple(sound for sound in carried if sound.time < performance.duration and sound.end > 0.0)

    def still_waiting(self, performance: Performance) -> Waiting:
        """What waits when this is heard, on its clock: changes of sounds that begin before it, or end after it."""
        if self._hears_again(performance) or self.words is not None:
            return self.waiting
        return self.changes().beyond(performance.duration + phone_track.SHORTEST / 2)

    def changes(self) -> Waiting:
        """All that an artist changed of phones and vocal sounds, as timed in the line as it begins now."""
        track = self.vocals_heard if self.vocals is None else self.vocals
        return Waiting(
            phone_track.own(self.heard, phone_track.settled(self.phones, self.heard), self.shift, self.waiting.phones),
            vocal_track.own(self.vocals_heard, track, self.shift, self.waiting.vocals),
            vocal_track.removed(self.vocals_heard, track, self.shift, self.waiting.silenced),
        )

    def with_changes(self, changes: Waiting, shift: float, heard: Performance) -> Retouching:
        """The same, with what was changed in another hearing of what is heard now, which starts `shift` seconds later in it."""
        sounds = vocal_track.of(heard)
        lane = vocal_track.carried(sounds, sounds, sounds, shift, waiting=changes.vocals, silenced=changes.silenced)
        shown = replace(
            self,
            phones=phone_track.carried((), (), heard.phones, shift, changes.phones),
            heard=heard.phones,
            vocals=tuple(sound for sound in lane if sound.time < heard.duration and sound.end > 0.0),
            vocals_heard=sounds,
        )
        moved = Retouching(shift=shift, waiting=changes).changes()
        return replace(shown, waiting=moved.beyond(heard.duration + phone_track.SHORTEST / 2))

    def _hears_again(self, performance: Performance) -> bool:
        """Whether this is what was heard when phones and vocal sounds were noted."""
        return self.heard == performance.phones and not self.shift

    def revised(self, performance: Performance) -> Performance:
        """What is heard, as if these phones had been spoken and these vocal sounds made."""
        return vocal_track.replaced(self._spoken(performance), self.vocal_sounds(performance))

    def _spoken(self, performance: Performance) -> Performance:
        from ..articulation import revise

        phones = self.track(performance)
        if phones == performance.phones:
            return performance
        for heard, said, revised in _latest:
            if heard is performance and said == phones:
                return revised
        _latest[:] = [(performance, phones, revise(performance, phones))]
        return _latest[0][2]

    def acted(self, act: Callable[[Direction, slice | None], Animation], direction: Direction, ahead: float = 0.0) -> Animation:
        """The line under its direction, every passage under its own.

        act: makes all frames, or some of them alone, as `Extent.shown`.
        ahead: seconds that the animation begins before the line.
        """
        from ..keying.redo import frames_between, spliced

        animation = act(direction, None)
        for passage in self.passages:
            times = (passage.start + ahead, passage.end + ahead, passage.fade)
            start, end, fade = (seconds * animation.fps for seconds in times)
            needed = frames_between(len(animation.shapes), start, end)
            if needed.start < needed.stop:
                animation = spliced(animation, act(passage.direction, needed), start, end, fade)
        return animation


_latest: list[tuple[Performance, PhoneTrack, Performance]] = []
"""The last Performance that was revised, its phone track and the outcome: every slider move asks for the same again."""
