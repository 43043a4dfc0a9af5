"""Errors with a name, a status and a sentence. `app.kit.answers` shows them as page, fragment or problem+json."""

from app.kit.rules import N_, Refusal


class DomainError(Exception):
    """An expected refusal. Carries one or more `Refusal`s; the first gives code and status."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(refusals[0].code)
        self.refusals = refusals

    @property
    def first(self) -> Refusal:
        return self.refusals[0]

    @property
    def status(self) -> int:
        return self.first.status


NOT_FOUND = Refusal(
    "not_found",
    N_("We cannot find this page."),
    N_("Check the address, or start again from the home page."),
    status=404,
)
FORBIDDEN = Refusal(
    "forbidden",
    N_("Your role may not do this."),
    N_("Ask an administrator of your organisation for the right role, or switch to another of your roles."),
    status=403,
)
SIGN_IN_FIRST = Refusal("sign_in_first", N_("Please sign in first."), N_("Sign in, then try again."), status=401)
TOO_MANY = Refusal(
    "too_many_attempts",
    N_("Too many attempts in a short time."),
    N_("Wait %(seconds)s seconds, then try again."),
    status=429,
)
MOVED_ON = Refusal(
    "moved_on",
    N_("Someone else changed this a moment ago."),
    N_("Look at how it stands now and decide again."),
)
BUSY = Refusal("busy", N_("Several people are changing this at the same moment."), N_("Please try again."), status=503)
PAGE_EXPIRED = Refusal(
    "page_expired",
    N_("This page was open for too long, so nothing was saved."),
    N_("Go back, reload the page and send it again."),
    status=403,
)


class NotFound(DomainError):
    """Absent, or not yours: the same answer, so that existence never leaks."""

    def __init__(self) -> None:
        super().__init__(NOT_FOUND)


class Forbidden(DomainError):
    """Yours to see, but not to change."""

    def __init__(self, refusal: Refusal = FORBIDDEN) -> None:
        super().__init__(refusal)


class Conflict(DomainError):
    """The world is no longer as the visitor saw it."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(*(refusals or (MOVED_ON,)))


class Invalid(DomainError):
    """Input that is well formed and still cannot be taken. `fields` maps form fields to marked sentences."""

    def __init__(self, refusal: Refusal, **fields: str) -> None:
        super().__init__(refusal)
        self.fields = fields


def refuse_if(*refusals: Refusal | None) -> None:
    """Raise `Conflict` with every refusal that is not None: all reasons at once.

    Raises:
        Conflict: if there is at least one refusal.
    """
    if real := [refusal for refusal in refusals if refusal]:
        raise Conflict(*real)
