"""The problem as the database has it: one loader for a city's week, one seat for everybody, or one person's choices."""

from app.matching.queries.loading.loader import Loaded, load, weights_on
from app.matching.queries.loading.scope import Scope

__all__ = ["Loaded", "Scope", "load", "weights_on"]
