"""The sample of clean attendances that someone is asked about: drawn by a seed, so that anyone can draw it again."""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from hashlib import sha256

from app.kit.rules import N_, Refusal

WHOLE = 1000


class Heard(StrEnum):
    """What a call-back heard."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNREACHABLE = "unreachable"


WAITING = "waiting"
STILL_OPEN = frozenset({WAITING, Heard.UNREACHABLE})
"""Whoever could not be reached is asked again."""

HEARD: dict[str, str] = {
    WAITING: N_("To ask"),
    Heard.AGREES: N_("Agrees"),
    Heard.DIFFERS: N_("Differs"),
    Heard.UNREACHABLE: N_("Not reached"),
}

HAD_A_PART = Refusal(
    "had_a_part",
    N_("You recorded, approved or served these hours yourself."),
    N_("A colleague who had no part in them has to ask."),
)
ANSWERED_ALREADY = Refusal("answered_already", N_("Someone else has noted an answer already."))
SAY_HOW_IT_DIFFERS = Refusal("say_how_it_differs", N_("Say in a few words what was different."), status=422)

CONSTRAINTS: dict[str, Refusal] = {"call_back_differs_in_words": SAY_HOW_IT_DIFFERS}


def draw(ids: Iterable[int], permille: int, seed: str) -> tuple[int, ...]:
    """So many of a thousand of these, at least one when any is wanted, in order.

    Each is ranked by the SHA-256 of `seed:id` in hexadecimal; the lowest are drawn. Nothing else goes in.
    """
    among = sorted(set(ids))
    size = -(-len(among) * permille // WHOLE)
    ranked = sorted(among, key=lambda each: (sha256(f"{seed}:{each}".encode()).hexdigest(), each))
    return tuple(sorted(ranked[:size]))


def why_not_ask(parts: Collection[int], status: str, account_id: int) -> Sequence[Refusal]:
    """Every reason why this account may not note the answer. `parts` had one in the attendance, or served it."""
    found = [HAD_A_PART] if account_id in parts else []
    return found if status in STILL_OPEN else [*found, ANSWERED_ALREADY]
