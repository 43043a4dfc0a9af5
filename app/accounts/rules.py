"""Roles, and the one table of who may do what. Pages, API, templates and actions all ask it."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from app.kit.rules import N_, Refusal


class OrganisationKind(StrEnum):
    """What an organisation is here. Which body funds differs by place, so no bureau is ever named in code."""

    FUNDER = "funder"
    AGENCY = "agency"
    COMMUNITY = "community"
    EVALUATOR = "evaluator"
    PLATFORM = "platform"


class Role(StrEnum):
    """What someone is in one organisation; everyone signed in is also a volunteer."""

    VOLUNTEER = "volunteer"
    AGENCY_MANAGER = "agency_manager"
    SOCIAL_WORKER = "social_worker"
    COMMUNITY_WORKER = "community_worker"
    FUNDER_OFFICER = "funder_officer"
    EVALUATOR = "evaluator"
    PLATFORM_ADMIN = "platform_admin"


ROLES_OF: dict[OrganisationKind, tuple[Role, ...]] = {
    OrganisationKind.FUNDER: (Role.FUNDER_OFFICER,),
    OrganisationKind.AGENCY: (Role.AGENCY_MANAGER, Role.SOCIAL_WORKER),
    OrganisationKind.COMMUNITY: (Role.COMMUNITY_WORKER,),
    OrganisationKind.EVALUATOR: (Role.EVALUATOR,),
    OrganisationKind.PLATFORM: (Role.PLATFORM_ADMIN,),
}

ROLE_NAMES: dict[Role, str] = {
    Role.VOLUNTEER: N_("Volunteer"),
    Role.AGENCY_MANAGER: N_("Agency manager"),
    Role.SOCIAL_WORKER: N_("Social worker"),
    Role.COMMUNITY_WORKER: N_("Community worker"),
    Role.FUNDER_OFFICER: N_("Funder's officer"),
    Role.EVALUATOR: N_("Evaluator"),
    Role.PLATFORM_ADMIN: N_("Platform administrator"),
}

KIND_NAMES: dict[OrganisationKind, str] = {
    OrganisationKind.FUNDER: N_("Funder"),
    OrganisationKind.AGENCY: N_("Agency"),
    OrganisationKind.COMMUNITY: N_("Community"),
    OrganisationKind.EVALUATOR: N_("Evaluating body"),
    OrganisationKind.PLATFORM: N_("Platform"),
}


class Permission(StrEnum):
    """`thing:verb`, in alphabetical order."""

    ACTIVITY_OPEN = "activity:open"
    ACTIVITY_SEE = "activity:see"
    ATTENDANCE_ADJUST = "attendance:adjust"
    ATTENDANCE_APPROVE = "attendance:approve"
    ATTENDANCE_SEE = "attendance:see"
    KEY_MANAGE = "key:manage"
    LOOKS_READ = "looks:read"
    MEMBER_MANAGE = "member:manage"
    OPPORTUNITY_IMPORT = "opportunity:import"
    ORGANISATION_MANAGE = "organisation:manage"
    PERIOD_DECIDE = "period:decide"
    PERIOD_SUBMIT = "period:submit"
    PERSON_IMPORT = "person:import"
    PERSON_SEE = "person:see"
    PROGRAM_RECORD = "program:record"
    PROGRAM_SEE = "program:see"
    REPORT_READ = "report:read"
    REQUEST_PLAN = "request:plan"
    REQUEST_SEE = "request:see"
    REQUEST_TAKE = "request:take"
    RESIDENT_LOOK = "resident:look"
    SHIFT_LEAD = "shift:lead"
    SHIFT_PUBLISH = "shift:publish"
    SHIFT_TAKE = "shift:take"


P = Permission

MAY: dict[Role, frozenset[Permission]] = {
    Role.VOLUNTEER: frozenset({P.SHIFT_TAKE}),
    Role.AGENCY_MANAGER: frozenset(
        {
            P.ACTIVITY_OPEN, P.ACTIVITY_SEE, P.ATTENDANCE_ADJUST, P.ATTENDANCE_APPROVE, P.ATTENDANCE_SEE, P.KEY_MANAGE,
            P.LOOKS_READ, P.MEMBER_MANAGE, P.OPPORTUNITY_IMPORT, P.PERIOD_SUBMIT, P.PERSON_IMPORT, P.PERSON_SEE,
            P.PROGRAM_SEE, P.REPORT_READ, P.REQUEST_PLAN, P.REQUEST_SEE, P.RESIDENT_LOOK, P.SHIFT_LEAD,
            P.SHIFT_PUBLISH,
        }
    ),
    Role.SOCIAL_WORKER: frozenset(
        {
            P.ACTIVITY_SEE, P.ATTENDANCE_ADJUST, P.ATTENDANCE_SEE, P.PERSON_SEE, P.PROGRAM_SEE, P.REQUEST_SEE,
            P.RESIDENT_LOOK, P.SHIFT_LEAD,
        }
    ),
    Role.COMMUNITY_WORKER: frozenset(
        {P.KEY_MANAGE, P.LOOKS_READ, P.MEMBER_MANAGE, P.REQUEST_SEE, P.REQUEST_TAKE, P.RESIDENT_LOOK}
    ),
    Role.FUNDER_OFFICER: frozenset(
        {
            P.ACTIVITY_SEE, P.ATTENDANCE_SEE, P.KEY_MANAGE, P.LOOKS_READ, P.MEMBER_MANAGE, P.PERIOD_DECIDE,
            P.PROGRAM_RECORD, P.PROGRAM_SEE, P.REPORT_READ,
        }
    ),
    Role.EVALUATOR: frozenset({P.ACTIVITY_SEE, P.ATTENDANCE_SEE, P.PROGRAM_SEE, P.REPORT_READ}),
    Role.PLATFORM_ADMIN: frozenset({P.LOOKS_READ, P.MEMBER_MANAGE, P.ORGANISATION_MANAGE}),
}  # fmt: skip


class Post(Struct, frozen=True, kw_only=True):
    """One membership someone can act in."""

    membership_id: int
    organisation_id: int
    organisation_name: str
    organisation_name_en: str
    organisation_kind: OrganisationKind
    region: str
    role: Role


class Actor(Struct, frozen=True, kw_only=True):
    """Who is asking: an account, and the post it acts in at this moment (none for someone who only volunteers)."""

    account_id: int
    name: str
    post: Post | None
    posts: tuple[Post, ...]
    through_key: bool = False
    """Whether an API key asks, in the name of the account that made it."""

    @property
    def role(self) -> Role:
        return self.post.role if self.post else Role.VOLUNTEER

    @property
    def organisation_id(self) -> int:
        """The organisation of the post, 0 for none: no organisation has that number."""
        return self.post.organisation_id if self.post else 0

    @property
    def organisation_name(self) -> str:
        return self.post.organisation_name if self.post else ""

    @property
    def region(self) -> str:
        """The region code of the post's organisation; a code no region has when there is no post."""
        return self.post.region if self.post else "-"

    @property
    def permissions(self) -> frozenset[Permission]:
        return MAY[self.role] if self.through_key else MAY[self.role] | MAY[Role.VOLUNTEER]

    def may(self, permission: Permission) -> bool:
        """Whether the permission table says so."""
        return permission in self.permissions


ALREADY_KNOWN_PHONE = Refusal(
    "phone_known",
    N_("There is already an account with this mobile number."),
    N_("Sign in instead, or use another number."),
)
ALREADY_KNOWN_EMAIL = Refusal(
    "email_known",
    N_("There is already an account with this e-mail address."),
    N_("Sign in instead, or use another one."),
)

CONSTRAINTS: dict[str, Refusal] = {
    "account_phone_once": ALREADY_KNOWN_PHONE,
    "account_email_once": ALREADY_KNOWN_EMAIL,
}

NOT_PROVED = Refusal(
    "sign_in_refused",
    N_("The number or address and the password do not belong together."),
    N_("Check both and try again."),
    status=403,
)
NO_NEW_ACCOUNT = Refusal(
    "sign_up_refused",
    N_("No new account can be made with this number or address."),
    N_("If it is yours, sign in instead."),
)
WRONG_PASSWORD = Refusal("wrong_password", N_("This is not your present password."))

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
PASSWORD_TOO_SHORT = N_("Use at least 10 characters. A few words in a row are easy to remember.")
PASSWORD_IS_IDENTIFIER = N_("Do not use your number or address as the password.")


def password_fault(password: str, identifiers: Iterable[str] = ()) -> str | None:
    """What is wrong with a new password, as a marked sentence; None when it will do."""
    if len(password) < SHORTEST_PASSWORD:
        return PASSWORD_TOO_SHORT
    letters = _bare(password)
    if any(letters and letters in _bare(identifier) for identifier in identifiers):
        return PASSWORD_IS_IDENTIFIER
    return None


def _bare(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
