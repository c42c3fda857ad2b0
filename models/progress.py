# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture of how training goes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

PANELS = {
    "losses": "loss ",
    "frame phone accuracy": " phones",
    "bilabial frames sealed": " sealed",
    "open frames shut": " shut",
    "f and v on teeth": " bitten",
    "correlation with film": " r",
    "motion (1/s)": " motion",
}
"""Title of each panel and what the names of its figures begin or end with."""


def plot(log: Sequence[dict[str, float]], path: Path) -> None:
    """Draw every logged figure against steps."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 4, figsize=(24, 9))
    steps = [row["step"] for row in log]
    for axis, (title, mark) in zip(axes.flat, PANELS.items(), strict=False):
        names = sorted({n for row in log for n in row if (n.startswith(mark) if mark == "loss " else n.endswith(mark))})
        for name in names:
            axis.plot(steps, [row.get(name, float("nan")) for row in log], label=name.removeprefix("loss ").removesuffix(mark))
        axis.set_title(title)
        axis.set_xlabel("step")
        if names:
            axis.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=70)
    pyplot.close(figure)
