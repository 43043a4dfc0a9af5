"""Who is staff of an agency."""

from app.kit.rules import N_, Refusal

NOT_A_SOCIAL_WORKER = Refusal(
    "not_a_social_worker",
    N_("This account is not a social worker of your organisation."),
    N_("Add them as a social worker under Organisations first."),
)
STAFF_ELSEWHERE = Refusal(
    "staff_elsewhere",
    N_("%(name)s is on another agency's staff list."),
    N_("Ask that agency to take them off its list first."),
)
