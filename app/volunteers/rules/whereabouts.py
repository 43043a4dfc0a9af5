"""Where somebody starts from, kept no more exactly than matching needs."""

GRID_DEGREES = 0.005
"""About 500 m: enough to know what is near, too little to find a door."""


def rounded(degrees: float) -> float:
    """A latitude or longitude on the grid."""
    return round(round(degrees / GRID_DEGREES) * GRID_DEGREES, 3)
