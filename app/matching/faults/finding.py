"""Asks every question in turn: first whether the arrays go together, then whether what they say does."""

from msgspec import Struct

from app.kit.rules import Refusal
from app.matching.faults.contradictions import contradictions
from app.matching.faults.oddities import oddities
from app.matching.faults.shape import misfits
from app.matching.problem import Problem


class Faults(Struct, frozen=True):
    """What was found."""

    refused: list[Refusal]
    """No plan can be made before these are put right."""
    said: list[Refusal]
    """A plan can be made; somebody should look at these."""

    @property
    def solvable(self) -> bool:
        """Whether a plan can be made."""
        return not self.refused


def faults(problem: Problem) -> Faults:
    """Everything that is wrong with a problem, each kind of fault once, with how often and where first."""
    refused = list(misfits(problem)) or list(contradictions(problem))
    return Faults(refused, [] if refused else list(oddities(problem)))
