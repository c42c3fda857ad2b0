# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a run: what was heard goes into the scene as it is now, not as it was when listening began."""

from __future__ import annotations

from dataclasses import replace

from ..lines.data import Draft, Plan
from ..lines.results import Result
from ..performing import perform
from ..planning import plan
from ..writing.staged_keys import StagedKeys
from . import idle


def finish(planned: Plan, draft: Draft, staged: StagedKeys | None = None) -> Result:
    """Write a draft. Where the artist moved a slider, edited a phone or renamed a shape meanwhile, it is acted again first.

    staged: keys of the draft that were set already.

    Main thread. Raises ParlanceError, with the scene as it was, where the character or the strip is gone or plays something else.
    """
    now = plan.again(planned, draft.performance, draft.alignment)
    if now.same_work(planned):
        # The line remembers with whom it was acted; where others have spoken since, it is acted again with all of them.
        return idle.write_line(replace(now, company=planned.company), draft, staged)
    return idle.write_line(now, replace(perform.perform(now), note=draft.note))
