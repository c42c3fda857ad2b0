# SPDX-License-Identifier: GPL-3.0-or-later
"""The reports of a batch's shards as one, in the order of the list: what a farm does last."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path

from .. import outputs
from ..errors import ParlanceError
from ..outputs import Output
from . import report_page
from .batch_line import STATUSES, Result, Status, report_path
from .line_list import read_lines
from .run_lock import alone


def join(lines: Path, out: Path, parts: int, *, force: bool = False) -> dict[Status, int]:
    """Write report.csv and its page from the reports of `parts` shards, two or more. Returns how many lines ended how.

    Raises ParlanceError where a shard has not done all of its lines, and where the report would replace something else.
    """
    target = report_path(out)
    shards = {f"{part}/{parts}": report_path(out, (part, parts)) for part in range(1, parts + 1)}
    outputs.check([Output(target, "report")], [lines, *shards.values()], force=force)
    # Counted before the report of an earlier run is emptied: a shard may have stopped half way.
    counts: Counter[str] = Counter(row["status"] for row in _rows(lines, shards))
    with alone(target) as report:
        try:
            joined = csv.DictWriter(report, [item.name for item in fields(Result)])
            joined.writeheader()
            joined.writerows(_rows(lines, shards))
        except OSError as error:
            raise ParlanceError(f"“{target}” cannot be written ({outputs.reason(error)}).") from error
    report_page.write(target, out)
    return {status: counts[status] for status in STATUSES}


def _rows(lines: Path, shards: dict[str, Path]) -> Iterator[dict[str, str]]:
    """The row of each line, in the order of the list."""
    with ExitStack() as opened:
        reports = []
        for shard, path in shards.items():
            try:
                reports.append(csv.DictReader(opened.enter_context(path.open(newline="", encoding="utf-8"))))
            except OSError as error:
                raise ParlanceError(f"“{path}” cannot be read ({outputs.reason(error)}); run --shard {shard} first.") from error
        names = list(shards)
        for number, line in enumerate(read_lines(lines)):
            name = names[number % len(names)]
            row = next(reports[number % len(names)], None)
            if row is None or row.get("id") != line.id or row.get("status") not in STATUSES:
                missed = f"Shard {name} has not done “{outputs.shown(line.id)}” of this list"
                raise ParlanceError(f"{missed}; run --shard {name} again.")
            yield row
