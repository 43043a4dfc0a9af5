"""Where an attendance stands, and what moves it: one table."""

from enum import StrEnum

from app.hours.rules.times import Times


class Status(StrEnum):
    """From expected to posted."""

    EXPECTED = "expected"
    PRESENT = "present"
    RECORDED = "recorded"
    VOUCHED = "vouched"
    """Someone gave their word, and the rule-book asks for one more."""
    RETURNED = "returned"
    POSTED = "posted"
    NO_SHOW = "no_show"

    @property
    def changeable(self) -> bool:
        """Whether its times may still be corrected: a posting is only ever reversed."""
        return self is not Status.POSTED

    @property
    def waits_for_word(self) -> bool:
        """Whether someone has to vouch for it next."""
        return self in (Status.RECORDED, Status.VOUCHED)


class Event(StrEnum):
    """What happens to an attendance."""

    CLEAR = "clear"
    """No punch is left, and nobody keyed times."""
    ARRIVE = "arrive"
    """Some punch is there, but not enough to count."""
    COMPLETE = "complete"
    """Both times are known."""
    VOUCH = "vouch"
    """Someone vouches for it, and another has to as well."""
    RETURN = "return"
    POST = "post"
    MISS = "miss"
    """Someone says that the person did not come."""
    REOPEN = "reopen"
    """It goes through approval again: its posting was taken back, or its times turned out to be others."""


_S, _E = Status, Event

MOVES: dict[tuple[Status, Event], Status] = {
    (_S.EXPECTED, _E.ARRIVE): _S.PRESENT,
    (_S.EXPECTED, _E.COMPLETE): _S.RECORDED,
    (_S.EXPECTED, _E.MISS): _S.NO_SHOW,
    (_S.PRESENT, _E.CLEAR): _S.EXPECTED,
    (_S.PRESENT, _E.COMPLETE): _S.RECORDED,
    (_S.RECORDED, _E.CLEAR): _S.EXPECTED,
    (_S.RECORDED, _E.ARRIVE): _S.PRESENT,
    (_S.RECORDED, _E.VOUCH): _S.VOUCHED,
    (_S.RECORDED, _E.RETURN): _S.RETURNED,
    (_S.RECORDED, _E.POST): _S.POSTED,
    (_S.VOUCHED, _E.CLEAR): _S.EXPECTED,
    (_S.VOUCHED, _E.ARRIVE): _S.PRESENT,
    (_S.VOUCHED, _E.COMPLETE): _S.RECORDED,
    (_S.VOUCHED, _E.VOUCH): _S.VOUCHED,
    (_S.VOUCHED, _E.RETURN): _S.RETURNED,
    (_S.VOUCHED, _E.POST): _S.POSTED,
    (_S.POSTED, _E.REOPEN): _S.RECORDED,
    (_S.RETURNED, _E.CLEAR): _S.EXPECTED,
    (_S.RETURNED, _E.ARRIVE): _S.PRESENT,
    (_S.RETURNED, _E.COMPLETE): _S.RECORDED,
    (_S.NO_SHOW, _E.ARRIVE): _S.PRESENT,
    (_S.NO_SHOW, _E.COMPLETE): _S.RECORDED,
}


def known_by(times: Times) -> Event:
    """What the times themselves say."""
    if times.complete:
        return Event.COMPLETE
    return Event.ARRIVE if times.punched else Event.CLEAR


def after(status: Status, event: Event) -> Status | None:
    """Where an event leads, or None when it may not happen here."""
    return MOVES.get((status, event))
