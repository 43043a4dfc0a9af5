"""Rows cut into parts of about the same work."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.matching.cutting import cuts


@given(st.lists(st.integers(0, 50), max_size=40), st.integers(1, 16))
def test_parts_hold_every_row_once_and_about_as_many_entries(lengths: list[int], parts: int) -> None:
    first = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    at = cuts(first, parts)
    assert (at[0], at[-1], len(at)) == (0, len(lengths), parts + 1)
    assert at == sorted(at)
    assert max(np.diff(first[at])) <= sum(lengths) / parts + max(lengths, default=0)
