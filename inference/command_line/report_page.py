# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch's report as one page that needs nothing else: filtered, with the mouth and the sound of each line.

Sounds are linked, not copied; thumbnails of the mouth's opening are drawn from the curves of the first lines.
"""

from __future__ import annotations

import csv
import html
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from .. import outputs
from ..outputs import Output

MOST: Final = 5000
"""Rows that a browser still scrolls well; those that need a look come first, and the CSV has them all."""
DRAWN: Final = 400
"""Rows with a drawing of the mouth; reading curves takes longer than all else."""
_POINTS: Final = 120
_ORDER: Final = {"failed": 0, "warned": 1, "ok": 2, "cached": 3}
_STYLE: Final = """
body{font:14px system-ui,sans-serif;margin:24px;color:#222;background:#fff}h1{font-size:20px}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:4px 10px;border-bottom:1px solid #ddd;vertical-align:middle}
.failed td:nth-child(2){color:#b00}.warned td:nth-child(2){color:#a60}
button{margin-right:6px;padding:4px 10px}svg{display:block}polyline{fill:none;stroke:#c50;stroke-width:1}
audio{height:28px;width:220px}input{padding:4px 8px;width:260px}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}td,th{border-color:#333}}
"""
_SCRIPT: Final = """
const rows=[...document.querySelectorAll('tbody tr')];let want='';
function show(){const text=document.getElementById('find').value.toLowerCase();
for(const r of rows)r.hidden=(want&&!r.classList.contains(want))||(text&&!r.textContent.toLowerCase().includes(text));}
for(const b of document.querySelectorAll('button'))b.onclick=()=>{want=b.dataset.want;show()};
document.getElementById('find').oninput=show;
"""


def write(report: Path, folder: Path) -> None:
    """Beside a report, its page. A page of that name that is not ours stays as it is."""
    page = Output(report.with_suffix(".html"), "report-page")
    if page.path.exists() and not outputs.is_ours(page):
        return
    with report.open(newline="", encoding="utf-8") as file:
        rows = list(islice(csv.DictReader(file), 10 * MOST))
    outputs.write(page.path, (part.encode() for part in _page(rows, folder)))


def _page(rows: list[dict[str, str]], folder: Path) -> Iterator[str]:
    counts = Counter(row["status"] for row in rows)
    shown = sorted(rows, key=lambda row: _ORDER.get(row["status"], 9))[:MOST]
    yield "<!doctype html><!-- parlance batch report --><meta charset=utf-8><title>Batch</title>"
    yield f"<style>{_STYLE}</style>"
    yield f"<h1>{len(rows):,} lines</h1><p>{_score(rows, counts)}</p><p>"
    yield "<button data-want=''>all</button>"
    yield "".join(f"<button data-want={name}>{name} ({counts[name]:,})</button>" for name in _ORDER if counts[name])
    yield "<input id=find placeholder='find'></p><table><thead><tr><th>line<th>status<th>why<th>seconds<th>sure"
    yield "<th>scorecard<th>mouth<th>sound"
    yield "<tbody>"
    for number, row in enumerate(shown):
        yield _row(row, folder, drawn=number < DRAWN)
    yield f"</table><script>{_SCRIPT}</script>\n"


def _score(rows: list[dict[str, str]], counts: Counter[str]) -> str:
    sure = [float(row["confidence"]) for row in rows if row["confidence"]]
    seconds = sum(float(row["duration"]) for row in rows if row["duration"])
    parts = [f"{seconds / 60:.1f} minutes of sound"]
    if sure:
        parts.append(f"phones {np.mean(sure):.0%} sure on average, {np.quantile(sure, 0.05):.0%} in the worst twentieth")
    parts += [f"{counts['failed']:,} failed"] if counts["failed"] else []
    return html.escape("; ".join(parts) + ".")


def _row(row: dict[str, str], folder: Path, *, drawn: bool) -> str:
    sound = Path(row["audio"])
    listen = f"<audio controls preload=none src='{html.escape(sound.absolute().as_uri())}'></audio>" if sound.is_file() else ""
    mouth = _mouth(folder / f"{row['id']}.csv") if drawn and row["status"] != "failed" else ""
    cells = [row["id"], row["status"], row["reason"], row["duration"], row["confidence"], row.get("card", "")]
    text = "".join(f"<td>{html.escape(cell)}" for cell in cells)
    return f"<tr class={html.escape(row['status'])}>{text}<td>{mouth}<td>{listen}\n"


def _mouth(path: Path) -> str:
    """How far the jaw opens over a line, as a small curve; nothing where the curves are elsewhere or in another format."""
    try:
        with path.open(encoding="utf-8") as file:
            names = [name.strip().lower() for name in next(file).split(",")]
            column = names.index("jawopen")
            values = [float(line.split(",")[column]) for line in file]
    except (OSError, ValueError, StopIteration, IndexError):
        return ""
    if not values:
        return ""
    part = max(1, len(values) // _POINTS)
    peaks = [max(values[at : at + part]) for at in range(0, len(values), part)]
    points = " ".join(f"{at},{24 - 24 * min(peak, 1.0):.1f}" for at, peak in enumerate(peaks))
    return f"<svg width={len(peaks)} height=24><polyline points='{points}'/></svg>"
