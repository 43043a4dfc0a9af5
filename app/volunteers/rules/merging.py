"""When two records are one human: what keeps them apart, and what is taken over."""

from datetime import date

from msgspec import Struct

from app.kit.rules import N_, Refusal

SAME_RECORD = Refusal(
    "same_record",
    N_("This is one and the same record."),
    N_("Type the volunteer number of the other one."),
)
MERGED_BEFORE = Refusal(
    "merged_before",
    N_("%(name)s (%(number)s) was merged into another record before."),
    N_("Use the record that was kept."),
)
TWO_ACCOUNTS = Refusal(
    "two_accounts",
    N_("Both records have an account that someone signs in with."),
    N_("Ask the platform administrator to merge them: it closes the account of the duplicate."),
)
ACCOUNT_AT_WORK = Refusal(
    "account_at_work",
    N_("The duplicate's account works for an organisation, so it cannot be closed."),
    N_("Merge them the other way round, or end that role first."),
)
BORN_DIFFERS = Refusal(
    "born_differs",
    N_("The two records have different dates of birth."),
    N_("If one is a mistake, have it corrected first. Otherwise these are two people."),
)
STAFF_OF_TWO = Refusal(
    "staff_of_two",
    N_("The two records are on the staff lists of different agencies."),
    N_("One agency has to take them off its list first."),
)
SERVED_TWICE = Refusal(
    "served_twice",
    N_("Hours of both count for the same time: %(first)s and %(second)s, %(when)s. Nobody is in two places."),
    N_("Take the wrong one back first, or see whether these are two people."),
)
SIGNED_UP_TWICE = Refusal(
    "signed_up_twice",
    N_("Both are signed up at the same time: for %(first)s and for %(second)s, %(when)s."),
    N_("Cancel one of the two sign-ups first."),
)
VOUCHED_FOR_SELF = Refusal(
    "vouched_for_self",
    N_("The account of one record approved hours of the other, and nobody approves their own hours."),
    N_("Take those hours back first; a colleague approves them again."),
)
SAY_WHY_ONE = Refusal("say_why_one", N_("Say how you know that this is one person."), status=422)

CONSTRAINTS: dict[str, Refusal] = {
    "person_merge_once": Refusal("merged_already", N_("This record was merged a moment ago.")),
    "person_merge_of_two": SAME_RECORD,
    "person_not_merged_into_itself": SAME_RECORD,
}


class Record(Struct, frozen=True, kw_only=True):
    """One of the two, as far as the decision asks."""

    id: int
    name: str
    volunteer_no: str
    signs_in: bool
    """Whether it has an account that is not closed."""
    works: bool = False
    """Whether that account has a role in an organisation."""
    born: date | None
    staff_of: int | None
    merged_into: int | None


def why_not_merge(duplicate: Record, kept: Record, closes_accounts: bool) -> list[Refusal]:
    """Every reason why these two cannot be made one that lies in the records themselves.

    Of two accounts one is closed, which only some may do.
    """
    if duplicate.id == kept.id:
        return [SAME_RECORD]
    found = [
        MERGED_BEFORE.with_params(name=each.name, number=each.volunteer_no)
        for each in (duplicate, kept)
        if each.merged_into is not None
    ]
    if duplicate.signs_in and kept.signs_in:
        if not closes_accounts:
            found.append(TWO_ACCOUNTS)
        elif duplicate.works:
            found.append(ACCOUNT_AT_WORK)
    if duplicate.born and kept.born and duplicate.born != kept.born:
        found.append(BORN_DIFFERS)
    if duplicate.staff_of and kept.staff_of and duplicate.staff_of != kept.staff_of:
        found.append(STAFF_OF_TWO)
    return found
