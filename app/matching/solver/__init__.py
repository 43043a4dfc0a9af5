"""From a problem to a plan near the best there is, with a proof of how near."""

from app.matching.solver.solve import solve
from app.matching.solver.stop import Progress, Stop

__all__ = ["Progress", "Stop", "solve"]
