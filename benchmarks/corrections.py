# SPDX-License-Identifier: GPL-3.0-or-later
"""What is learned from corrections: tastes of simulated artists found again, and offers made where there is no taste.

Usage: python benchmarks/corrections.py [--seconds 180] [--seeds 200]. Speech as in benchmarks/keys.py.
"""

from __future__ import annotations

import argparse

import numpy as np
from keys import speech
from simulated_artists import WITHOUT_A_RULE, Desk, with_taste

from parlance.inference.acting import act
from parlance.inference.direction import Direction
from parlance.inference.learning import Rule

LOWER = ("mouthLowerDownLeft", "mouthLowerDownRight")
TASTES: tuple[tuple[str, Rule, int], ...] = (
    ("wide open vowels, jaw a fifth wider", Rule(frozenset("æaɑ"), ("jawOpen",), "factor", 0.2), 14),
    ("ɑ alone, jaw a fifth wider", Rule(frozenset("ɑ"), ("jawOpen",), "factor", 0.2), 14),
    ("f and v, lower lip 0.08 deeper", Rule(frozenset("fv"), ("mouthRollLower",), "offset", 0.08), 8),
    ("s and z, lower lip a quarter less", Rule(frozenset("sz"), LOWER, "factor", -0.25), 12),
    ("sh and ch, a third more funnel", Rule(frozenset(("ʃ", "ʒ", "tʃ", "dʒ")), ("mouthFunnel",), "factor", 0.33), 8),
)


def main() -> None:
    """Two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--seeds", type=int, default=200)
    options = parser.parse_args()
    performance = speech(options.seconds)
    desk = Desk.of(act(performance, Direction(), fps=24.0, start=0.0), performance)
    print("hidden taste, sizes scatter by 15 %    places  offered  median error  within a tenth  something else offered")
    for name, rule, places in TASTES:
        print(f"{name:38} {places:6d}  {_found(desk, rule, places, options.seeds // 4)}")
    print("\nwithout a rule                      artists who are offered something")
    total = 0
    for name, make in WITHOUT_A_RULE.items():
        hits = sum(bool(desk.learned(make(desk, np.random.default_rng(seed)))[1]) for seed in range(options.seeds))
        total += hits
        print(f"{name:36}{hits} of {options.seeds}")
    print(f"{'all':36}{total / (options.seeds * len(WITHOUT_A_RULE)):.2%}")


def _found(desk: Desk, rule: Rule, places: int, seeds: int) -> str:
    errors, others = [], 0
    for seed in range(seeds):
        for offer in desk.learned(with_taste(desk, [rule], [places], np.random.default_rng(seed)))[1]:
            if offer.rule.shapes == rule.shapes and offer.rule.phones & rule.phones:
                usual = float(np.mean([each.before for each in offer.corrections]))
                errors.append(abs(offer.rule.change(usual) / rule.change(usual) - 1))
            else:
                others += 1
    near = np.mean(np.array(errors) < 0.1) if errors else 0.0
    return f"{len(errors) / seeds:7.0%}  {np.median(errors) if errors else 1.0:12.1%}  {near:14.0%}  {others}"


if __name__ == "__main__":
    main()
