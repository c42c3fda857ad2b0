# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch's report as one page that needs nothing else: filtered and sorted, with the mouth and the sound of each line.

Sounds are linked, not copied; sound and mouth are drawn for the first lines, from what is noted beside them.
"""

from __future__ import annotations

import csv
import html
import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from .. import outputs
from ..outputs import Output
from . import thumbnails

MOST: Final = 5000
"""Rows that a browser still scrolls well; those that need a look come first, and the CSV has them all."""
DRAWN: Final = 400
"""Rows with a drawing; reading the notes takes longer than all else."""
_DRAWING: Final = 2
"""Column of the drawing, which nothing can be sorted by."""
_ORDER: Final = {"failed": 0, "warned": 1, "ok": 2, "cached": 3}
_DOUBTS: Final = "doubts"
"""Class of rows with a reason to look at them, whatever became of the line."""
_COLUMNS: Final = ("line", "status", "sound and mouth", "", "seconds", "sure", "to look at, and scorecard")
_STYLE: Final = """
body{font:14px system-ui,sans-serif;margin:24px;color:#222;background:#fff}h1{font-size:20px}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:4px 10px;border-bottom:1px solid #ddd;vertical-align:middle}
th[onclick]{cursor:pointer;white-space:nowrap}small{display:block;color:#777}b{font-weight:normal}
.failed td:nth-child(2),.failed b{color:#b00}.warned td:nth-child(2),.doubts b{color:#a60}
button{margin:0 6px 6px 0;padding:4px 10px}button.on{outline:2px solid #c50}
svg{display:block}path{stroke:#9ab;stroke-width:1.5}polyline{fill:none;stroke:#c50;stroke-width:1.5}
audio{height:28px;width:200px}input{padding:4px 8px;width:260px;max-width:80vw}
@media(max-width:700px){body{margin:8px}thead{display:none}tr{display:block;border-bottom:1px solid #ddd;padding:8px 0}
td{border:0;padding:2px 6px;display:inline-block;max-width:94vw}}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}td,th,tr{border-color:#333}small{color:#999}path{stroke:#567}}
"""
_SCRIPT: Final = """
const rows=[...document.querySelectorAll('tbody tr')],buttons=[...document.querySelectorAll('button')];let want='',up={};
function show(){const text=document.getElementById('find').value.toLowerCase();
for(const b of buttons)b.classList.toggle('on',b.dataset.want===want);
for(const r of rows)r.hidden=(want&&!r.classList.contains(want))||(text&&!r.textContent.toLowerCase().includes(text));}
for(const b of buttons)b.onclick=()=>{want=b.dataset.want;show()};
function sort(at){up[at]=!up[at];const value=r=>r.cells[at].textContent,way=up[at]?1:-1;
rows.sort((a,b)=>way*value(a).localeCompare(value(b),undefined,{numeric:true}));rows[0].parentNode.append(...rows);}
document.getElementById('find').oninput=show;show();
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
    counts[_DOUBTS] = sum(_doubtful(row) for row in rows)
    shown = sorted(rows, key=lambda row: (_ORDER.get(row["status"], 9), not _doubtful(row)))[:MOST]
    filters = {"": f"all ({len(rows):,})"} | {name: f"{name} ({counts[name]:,})" for name in _ORDER if counts[name]}
    if counts[_DOUBTS]:
        filters[_DOUBTS] = f"to look at ({counts[_DOUBTS]:,})"
    yield "<!doctype html><!-- parlance batch report --><meta charset=utf-8><title>Batch</title>"
    yield f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style>"
    yield f"<h1>{len(rows):,} lines</h1><p>{_score(rows, counts)}</p><p>"
    yield "".join(f"<button data-want='{name}'>{text}</button>" for name, text in filters.items())
    yield "<input id=find placeholder='find'></p><table><thead><tr>"
    yield "".join(f"<th{f' onclick=sort({at})' if name and at != _DRAWING else ''}>{name}" for at, name in enumerate(_COLUMNS))
    yield "<tbody>"
    for number, row in enumerate(shown):
        yield _row(row, folder, drawn=number < DRAWN)
    yield f"</table><script>{_SCRIPT}</script>\n"


def _doubtful(row: dict[str, str]) -> bool:
    """Whether there is a result that a person should look at, from this run or an earlier one."""
    return row["status"] != "failed" and bool(row["reason"])


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
    picture = thumbnails.drawn(_note(folder / f"{row['id']}.json")) if drawn and row["status"] != "failed" else ""
    seconds = f"{float(row['duration']):.1f}" if row["duration"] else ""
    sure = f"{float(row['confidence']):.0%}" if row["confidence"] else ""
    told = f"<b>{html.escape(row['reason'])}</b><small>{html.escape(row.get('card', ''))}</small>"
    cells = [html.escape(row["id"]), html.escape(row["status"]), picture, listen, seconds, sure, told]
    kinds = f"{row['status']} {_DOUBTS}" if _doubtful(row) else row["status"]
    return f"<tr class='{html.escape(kinds)}'>" + "".join(f"<td>{cell}" for cell in cells) + "\n"


def _note(path: Path) -> dict[str, Any]:
    """What is noted beside a line; nothing where it cannot be read."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
