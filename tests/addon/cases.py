# SPDX-License-Identifier: GPL-3.0-or-later
"""Which cases of a test run where.

What a test makes Blender do, it does in every Blender. Where its cases differ only in data that Blender never looks at (which
bones a family of rigs has, which shapes a head was left with, the seed of a day), some run everywhere and all in the newest.
"""

import pytest


def first_everywhere(cases, count=1, others=pytest.mark.newest):
    """The cases for `parametrize`: the first `count` are quick everywhere, the others where their mark says."""
    every = [case if hasattr(case, "marks") else pytest.param(*(case if isinstance(case, tuple) else (case,))) for case in cases]
    return [*every[:count], *(pytest.param(*case.values, id=case.id, marks=[*case.marks, others]) for case in every[count:])]
