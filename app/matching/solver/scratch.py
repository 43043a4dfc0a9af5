"""Room for the search of one person's best week, made once for a thread."""

from typing import NamedTuple

import numpy as np

from app.matching.problem import Bytes, Flags, Ints, Numbers
from app.matching.solver.model import Model

WIDEST = 256
"""How many steps a cap is cut into at most; a finer one is rounded in the person's favour, which keeps bounds true."""


class Scratch(NamedTuple):
    """Room for one thread's work, as large as the person with the most candidate pairs needs.

    The first few rows are of the pairs that are worth something, in order of start.
    """

    pair: Ints
    worth: Numbers
    starts: Ints
    ends: Ints
    x: Numbers
    y: Numbers
    day: Ints
    week: Ints
    minutes: Ints
    units: Ints
    chain: Numbers
    """Row a: the most a day is worth that ends with the a-th pair, by units used."""
    parent: Ints
    layer: Numbers
    """Row t: the most the first t days are worth, by units used."""
    taken: Ints
    profile: Numbers
    last: Ints
    chosen: Ints
    marked: Ints
    link: Ints
    sum: Numbers
    rest: Numbers
    whole: Flags
    """Whether every pair is looked at, as a proof needs it; else long lists are left to what is promising."""
    noted: Bytes
    """Of each pair of the model whether it must not be left out of a shortened list; empty where none are."""


def scratch(model: Model) -> Scratch:
    """Room for work on any person of the model."""
    most = int(np.diff(model.first).max(initial=0)) + 1
    days = model.day_left.shape[1] + 2

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int32)

    def floats(*shape: int) -> Numbers:
        return np.zeros(shape, dtype=np.float64)

    return Scratch(
        pair=ints(most),
        worth=floats(most),
        starts=ints(most),
        ends=ints(most),
        x=floats(most),
        y=floats(most),
        day=ints(most),
        week=ints(most),
        minutes=ints(most),
        units=ints(most),
        chain=floats(most * (WIDEST + 1)),
        parent=ints(most * (WIDEST + 1)),
        layer=floats(days, WIDEST + 1),
        taken=ints(days, WIDEST + 1),
        profile=floats(WIDEST + 1),
        last=ints(days, WIDEST + 1),
        chosen=ints(most),
        marked=ints(most),
        link=ints(most),
        sum=floats(most),
        rest=floats(most),
        whole=np.ones(1, dtype=np.bool_),
        noted=np.zeros(0, dtype=np.uint8),
    )
