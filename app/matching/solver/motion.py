"""How far prices go at each step: far where they keep their way, less far where they turn back and forth."""

import numpy as np

from app.matching.problem import Numbers

SPEED, SPREAD = 0.8, 0.95
"""How long a price remembers its direction, and how much it used to move."""
CALM = 0.1
"""Keeps prices still where hardly anybody comes or goes."""
LONGER, SHORTER = 1.2, 0.8
SHORTEST = 1.0


class Motion:
    """Steps of a size of its own for each price, whatever the scale of the slope, which is smoothed.

    Directions and scale as in Kingma and Ba's Adam, sizes as in Riedmiller and Braun's resilient propagation.
    """

    def __init__(self, count: int, size: float) -> None:
        self._direction, self._scale = np.zeros(count), np.zeros(count)
        self._size = np.full(count, size)

    def towards(self, slope: Numbers, most: float) -> Numbers:
        """The next steps down this slope, none of more than about so many points."""
        agree = self._direction * slope
        self._size[agree > 0] *= LONGER
        self._size[agree < 0] *= SHORTER
        np.clip(self._size, SHORTEST, max(most, SHORTEST), out=self._size)
        self._direction += (1 - SPEED) * (slope - self._direction)
        self._scale += (1 - SPREAD) * (slope * slope - self._scale)
        return np.asarray(self._size * self._direction / (np.sqrt(self._scale) + CALM))
