# SPDX-License-Identifier: GPL-3.0-or-later
"""What passes between the scene and the worker: a plan of all that was seen, a draft of all that will be written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ...inference.acting.cues import Cue
from ...inference.animation import Animation
from ...inference.attending import Company, Stretch
from ...inference.direction import Direction
from ...inference.idle import Voice, phrases
from ...inference.keying import Keys
from ...inference.keying.ranges import Ranges, Span
from ...inference.learning.rules import Placed
from ...inference.model_file import ModelFile
from ...inference.performance import Performance
from ...inference.retouch.retouching import Retouching
from ...inference.rigging.character_rig import CharacterRig
from ...inference.rigging.rig_map import RigMap
from ...inference.style import Worn
from ..character import joints
from ..sequencer import excerpt, sound, strips
from . import line_tags, tracks, wordings
from .joins import Joins


@dataclass(frozen=True)
class FacePlan:
    """One set of shape keys to animate: its identity, its rig map, and the data path of each target."""

    owner: int
    rig_map: RigMap
    paths: dict[str, str]


@dataclass(frozen=True)
class JointPlan:
    """A bone or object that turns: the head, the left eye or the right one."""

    owner: int
    joint: joints.Joint
    part: str


@dataclass(frozen=True)
class Gap:
    """A stretch of frames in which a character idles.

    start, end: how it is directed at its first and at its last frame.   goes_on: whether the face moves before it, and after it.
    target: where the eyes are told to rest, degrees yaw and pitch at every frame; NaN where nobody says.
    partner: the same of whom the character attends to.   joins: what it must meet.
    """

    span: Span
    start: Direction
    end: Direction
    goes_on: tuple[bool, bool]
    target: NDArray[np.float32] | None
    partner: NDArray[np.float32] | None
    joins: Joins


@dataclass(frozen=True)
class IdlePlan:
    """All that a character idles in, and what it hears meanwhile."""

    gaps: tuple[Gap, ...]
    heard: Performance
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True)
class Beside:
    """The frames of sounds that get lines in the same go: of the character itself, and of others."""

    own: Ranges = ()
    others: Ranges = ()


DECISIVE: Final = (
    *("root", "body", "direction", "fps", "first", "count", "lead", "trail", "idles"),
    *("faces", "sources", "joints", "output", "retouching", "rigging", "rules", "style", "wording"),
)
"""What of a plan decides what comes out, but for tracks and targets."""


@dataclass(frozen=True)
class Plan:
    """What to animate, seen once; no step after this looks at the scene again until the keys are written.

    root, body: identity of the object that keeps the character, and of the one that carries it.
    strip: the name of its strip; line: the line's token.
    scenes: the scene that is animated, and the one whose sequencer has the strip.
    first: scene frame where the sound begins; count: how many frames it lasts.
    lead, trail: frames of coming from rest before it, and of going back after it.
    sources: everything that moves on any of its faces; teeth with few shapes follow the face that has them all.
    target: where the object is that the eyes look at, degrees at every frame.   company: who else talks in the scene.
    rules: what was learned from the artist's corrections, and syllables that open otherwise.
    style: how the character moves its mouth, learned from a performance.
    source: the sound to hear; heard: the Performance, where there is one already; fresh: it was heard for this plan.
    wording: what the line says in writing; new_wording: the same where it is new to the line, which keeps it then.
    alignment: what was heard without and with the text, where `heard` has been aligned with it for this plan.
    written: whether it is spoken from its text alone.
    take_over: whether keys that the artist made give way too.
    listens: the part of the sound that was listened to.
    threads: cores to hear with, None for as many as are good.   model: the network to hear with, None for the one that ships.
    idles: whether the face lives on before the lead, and after the trail.   voices: who else is heard, on the line's clock.
    directions: what the directions in its text and on markers come to.
    beside: what gets lines in the same go.
    idle: the gaps, where this is no line but what is between them.   joins: what the curves must join at their ends.
    """

    root: int
    body: int
    strip: str
    line: str
    scenes: tuple[Any, Any]
    placement: strips.Placement
    direction: Direction
    fps: float
    first: int
    count: int
    lead: int
    trail: int
    faces: tuple[FacePlan, ...]
    sources: frozenset[str]
    joints: tuple[JointPlan, ...]
    target: NDArray[np.float32] | None
    edits: tracks.Edits
    output: str
    retouching: Retouching
    rigging: CharacterRig
    rules: tuple[Placed, ...] = ()
    style: Worn | None = None
    source: sound.Source | None = None
    heard: Performance | None = None
    fresh: bool = False
    wording: wordings.Wording = field(default_factory=wordings.Wording)
    new_wording: wordings.Wording | None = None
    alignment: wordings.Alignment | None = None
    written: bool = False
    take_over: bool = False
    listens: excerpt.Excerpt = excerpt.ALL
    threads: int | None = None
    model: ModelFile | None = None
    idles: tuple[bool, bool] = (False, False)
    voices: tuple[Voice, ...] = ()
    company: Company = field(default_factory=Company)
    idle: IdlePlan | None = None
    joins: Joins | None = None
    directions: line_tags.Asked = field(default_factory=line_tags.Asked)
    beside: Beside = field(default_factory=Beside)

    @property
    def core(self) -> Span:
        """The frames of the sound."""
        return Span(self.first, self.first + self.count - 1)

    @property
    def reach(self) -> Span:
        """The frames that may be keyed."""
        return Span(self.first - self.lead, self.first + self.count - 1 + self.trail)

    @property
    def around(self) -> tuple[int, int]:
        """How many frames are acted before the sound and after it: lead and trail, where the face lives on beyond them."""
        return self.lead * self.idles[0], self.trail * self.idles[1]

    @property
    def acted(self) -> tuple[int, int]:
        """The first frame that is acted, and how many are."""
        ahead, beyond = self.around
        return self.first - ahead, ahead + self.count + beyond

    @property
    def looks_at(self) -> str:
        """The same for the same target at every frame; empty where there is none."""
        return _digest(self.target)

    def phrases(self, performance: Performance) -> tuple[Stretch, ...]:
        """When the character speaks in it, seconds of the sound."""
        return () if self.direction.listening else phrases(performance)

    def partner(self, said: tuple[Stretch, ...]) -> NDArray[np.float32] | None:
        """float32[F, 2] degrees to whom a character attends that says these phrases, at acted frames; NaN where to nobody."""
        if not self.company.others:
            return None
        (first, count), begins = self.acted, self.first / self.fps
        times = (first + np.arange(count)) / self.fps
        return self.company.eyes(((begins + start, begins + end) for start, end in said), times)

    def attends(self, said: tuple[Stretch, ...]) -> str:
        """The same where `partner` is; empty where there is nobody."""
        return _digest(self.partner(said))

    def same_work(self, other: Plan) -> bool:
        """Whether both lead to the same draft."""
        if any(getattr(self, name) != getattr(other, name) for name in DECISIVE) or self.edits or other.edits:
            return False
        targets = [each.target if each.target is not None else np.zeros(0) for each in (self, other)]
        return bool(np.array_equal(targets[0], targets[1], equal_nan=True))


def _digest(ways: NDArray[np.float32] | None) -> str:
    return "" if ways is None else hashlib.blake2b(np.round(ways, 1).tobytes(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class DraftCurve:
    """The new keys of one property of a datablock.

    layer: where layers are written to tracks of their own.   group: what the f-curve is filed under where it has to be made.
    """

    owner: int
    path: str
    index: int
    keys: Keys
    layer: str = ""
    group: str = ""


@dataclass(frozen=True)
class Listened:
    """What came of listening.

    alignment: what was heard without and with the text, where it was aligned just now.   note: what to tell of how it was heard.
    """

    performance: Performance
    alignment: wordings.Alignment | None = None
    note: str = ""


@dataclass(frozen=True)
class Draft:
    """Everything that will be written.

    alignment: what was heard without and with the text, where it was aligned just now.
    note: what to tell of how it was heard.   phrases: when the character speaks, seconds of the sound.
    """

    performance: Performance
    animation: Animation
    curves: tuple[DraftCurve, ...]
    alignment: wordings.Alignment | None = None
    note: str = ""
    phrases: tuple[Stretch, ...] = ()
