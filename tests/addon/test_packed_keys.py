# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of hours are packed to the bit, whatever an artist made of their handles; damaged ones are told from whole ones."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.newest  # Blender sees the text alone
singles = st.floats(-1e6, 1e6, width=32)


@settings(max_examples=60, deadline=None)
@given(
    curves=st.lists(st.lists(st.tuples(*[singles] * 6, st.integers(0, 12)), max_size=20), max_size=5),
    ordered=st.booleans(),
    together=st.sampled_from([1, 25, 1 << 16]),
)
@example(curves=[[(0.0, -0.0, -0.0, 1e-45, 0.0, 0.5, 2)] * 3, [], [(5.0, 1.0, 4.0, 1.0, 6.0, 1.0, 2)]], ordered=False, together=9)
def test_every_bit_comes_back_however_many_curves_are_read_at_once(room, curves, ordered, together):
    packed, keys = room("addon.animation.packed_keys"), room("inference.keying.keys")
    written = [_keys(keys, rows, ordered) for rows in curves]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "_TOGETHER", together)
        back = list(packed.unpacked([(packed.packed(whole), len(whole)) for whole in written]))
    assert [each.block.tobytes() for each in back] == [whole.block.tobytes() for whole in written]
    assert [each.every_kind.tolist() for each in back] == [whole.every_kind.tolist() for whole in written]


def _keys(keys, rows, ordered):
    table = np.array([row[:6] for row in rows], np.float32).reshape(-1, 6)
    if ordered:
        table = table[np.argsort(table[:, 0], kind="stable")]
    kinds = np.array([row[6] for row in rows], np.uint8)
    block = np.ascontiguousarray(table.reshape(-1, 3, 2).transpose(1, 0, 2))
    return keys.Rounded.of(block, None if (kinds == keys.BEZIER).all() else kinds)


def test_keys_as_they_are_fitted_take_half_of_what_their_columns_take(room):
    packed, fit = room("addon.animation.packed_keys"), room("inference.keying.fit")
    walk = np.cumsum(np.random.default_rng(5).normal(size=5_000)) / 100
    keys = room("inference.keying.cut").as_stored(fit.fit(walk.astype(np.float32), 1, tolerance=0.01))
    columns = (np.ascontiguousarray(keys.block[row, :, side]) for row in range(3) for side in (0, 1))
    plain = sum(len(zlib.compress(column.tobytes(), 1)) for column in columns)
    assert len(packed.packed(keys)) < 0.55 * plain


@pytest.mark.parametrize("harm", ["shorter", "longer", "count", "nan"])
def test_what_is_damaged_is_refused(room, harm):
    packed, keys = room("addon.animation.packed_keys"), room("inference.keying.keys")
    block = np.arange(60, dtype=np.float32).reshape(3, 10, 2)
    if harm == "nan":
        block[1, 4, 1] = np.nan
    data, count = packed.packed(keys.Rounded.of(block)), 10
    if harm == "shorter":
        data = data[:-9]
    elif harm == "longer":
        data = zlib.compress(zlib.decompress(data) + b"0")
    elif harm == "count":
        count = 9
    with pytest.raises((ValueError, zlib.error)):
        list(packed.unpacked([(data, count)]))
