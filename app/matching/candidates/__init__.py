"""The people worth asking for each seat: the best few of all who may take it, found without looking at everybody."""

from app.matching.candidates.bar import ANYBODY, Bar, Tolls, bar
from app.matching.candidates.edges import COMPLETE, DEEPEST, LONG, Depth, Edges, reaching, replaced
from app.matching.candidates.find import cost_of_head, find
from app.matching.candidates.index import Index

__all__ = [
    "ANYBODY",
    "COMPLETE",
    "DEEPEST",
    "LONG",
    "Bar",
    "Depth",
    "Edges",
    "Index",
    "Tolls",
    "bar",
    "cost_of_head",
    "find",
    "reaching",
    "replaced",
]
