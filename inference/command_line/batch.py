# SPDX-License-Identifier: GPL-3.0-or-later
"""Many lines at once, in several processes or on several machines: resumable, and reported line by line."""

from __future__ import annotations

import csv
import json
import re
import signal
import sys
from argparse import ArgumentTypeError
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, fields
from functools import partial
from multiprocessing import get_context
from typing import Final

from .. import outputs
from ..errors import ParlanceError
from ..hearing import engine
from ..outputs import Output
from ..progress import Progress
from . import dask_engine, report_page
from .batch_line import STATUSES, Plan, Result, Status, result_of
from .line_list import BadLine, Line, read_lines, survey
from .run_lock import alone

_WAITING: Final = 8
"""Lines a process may be ahead of the report."""
HELP: Final = (
    "Write curves for every line of a CSV with the columns id and audio (paths relative to the CSV). "
    "Optional columns: text and language, channel, preset, settings (a JSON object of controls), "
    "blend and character (the template to key the line in, and who speaks). "
    "Done lines are skipped when run again."
)


def parse_shard(text: str) -> tuple[int, int]:
    """Part and parts of "3/16", counted from 1."""
    match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise ArgumentTypeError(f"{text} is not a part of a whole such as 3/16")
    return int(match[1]), int(match[2])


def run(plan: Plan, *, jobs: int = 1, progress: Progress) -> dict[Status, int]:
    """Do every line of the plan's shard; the report grows line by line. Returns how many lines ended how.

    A line that fails is reported and does not stop the others. Raises ParlanceError when the list itself cannot be used, when
    another run writes to the same report, and where the report would replace something else.
    """
    expected = max(1.0, (survey(plan.lines) - 1) / plan.shard[1])
    settings = Output(plan.out / "batch.json", "batch")
    outputs.check([settings, Output(plan.report, "report")], [plan.lines], force=plan.force)
    arguments = {**asdict(plan), "model": engine(model=plan.model).model, "python": sys.version}
    counts: Counter[Status] = Counter()
    with alone(plan.report) as report:
        outputs.write(settings.path, json.dumps(arguments, indent=2, default=str).encode())
        rows = csv.DictWriter(report, [item.name for item in fields(Result)])
        try:
            rows.writeheader()
            for number, result in enumerate(_results(plan, read_lines(plan.lines, plan.shard), jobs), 1):
                rows.writerow(asdict(result))
                report.flush()
                counts[result.status] += 1
                progress(min(number / expected, 1.0), f"{outputs.shown(result.id)} {result.status}")
        except OSError as error:
            raise ParlanceError(f"“{plan.report}” cannot be written ({error.strerror}).") from error
    report_page.write(plan.report, plan.out)
    return {status: counts[status] for status in STATUSES}


def _results(plan: Plan, lines: Iterable[Line | BadLine], jobs: int) -> Iterator[Result]:
    """In the order of the list; only so many lines are read ahead as the processes need."""
    if plan.scheduler:
        yield from dask_engine.each(partial(result_of, plan, threads=1), lines, plan.scheduler, jobs)
        return
    if jobs <= 1:
        yield from (result_of(plan, line) for line in lines)
        return
    # A forked copy of a loaded onnxruntime can hang; fresh processes cannot.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_leave_interrupts) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for line in lines:
                waiting.append(pool.submit(result_of, plan, line, 1))
                if len(waiting) >= jobs * _WAITING:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise ParlanceError(
                "A process of the batch was ended from outside, perhaps for want of memory; run it again with fewer --jobs."
            ) from error
        finally:
            for future in waiting:
                future.cancel()


def _leave_interrupts() -> None:
    """Ctrl-C reaches every process; the first one ends the run, the others finish their line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
