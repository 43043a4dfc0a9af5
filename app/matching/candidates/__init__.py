"""The people worth asking for each seat: the best few of all who may take it, found without looking at everybody."""

from app.matching.candidates.edges import COMPLETE, DEEPEST, Depth, Edges, extended, longer
from app.matching.candidates.find import find
from app.matching.candidates.index import Index

__all__ = ["COMPLETE", "DEEPEST", "Depth", "Edges", "Index", "extended", "find", "longer"]
