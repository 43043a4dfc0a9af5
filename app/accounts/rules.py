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

KIND_HINTS: dict[OrganisationKind, str] = {
    OrganisationKind.FUNDER: N_("buys programs and checks what came of them"),
    OrganisationKind.AGENCY: N_("runs programs with social workers and volunteers"),
    OrganisationKind.COMMUNITY: N_("takes residents' requests and hands them on"),
    OrganisationKind.EVALUATOR: N_("reads and scores, and changes nothing"),
    OrganisationKind.PLATFORM: N_("looks after this installation"),
}

SUBJECT_NAMES: dict[str, str] = {
    "resident": N_("Resident"),
    "request": N_("Request"),
    "person": N_("Person who serves"),
    "account": N_("Account"),
}
"""Whose details a look may open."""

FIELD_NAMES: dict[str, str] = {
    "address": N_("address"),
    "asker": N_("who asked"),
    "born": N_("date of birth"),
    "details": N_("what is asked for"),
    "email": N_("e-mail address"),
    "name": N_("name"),
    "needs": N_("health and needs"),
    "password": N_("password"),
    "phone": N_("telephone number"),
    "photo": N_("photo"),
    "risks": N_("risks"),
    "words": N_("what was said"),
}


class Permission(StrEnum):
    """`thing:verb`, in alphabetical order."""

    ACTIVITY_OPEN = "activity:open"
    ACTIVITY_SEE = "activity:see"
    ATTENDANCE_ADJUST = "attendance:adjust"
    ATTENDANCE_APPROVE = "attendance:approve"
    ATTENDANCE_SEE = "attendance:see"
    CALL_BACK = "attendance:call-back"
    CREDENTIAL_VERIFY = "credential:verify"
    HOURS_VOUCH = "hours:vouch"
    KEY_MANAGE = "key:manage"
    LOOKS_READ = "looks:read"
    MATCH_RUN = "match:run"
    MATCH_SEE = "match:see"
    MATCH_SET = "match:set"
    MEMBER_MANAGE = "member:manage"
    OBJECTION_DECIDE = "objection:decide"
    OFFER_MAKE = "offer:make"
    OPPORTUNITY_IMPORT = "opportunity:import"
    ORGANISATION_MANAGE = "organisation:manage"
    PERIOD_DECIDE = "period:decide"
    PERIOD_SUBMIT = "period:submit"
    PERSON_IMPORT = "person:import"
    PERSON_SEE = "person:see"
    PROGRAM_RECORD = "program:record"
    PROGRAM_SEE = "program:see"
    RADAR_DECIDE = "radar:decide"
    RADAR_SEE = "radar:see"
    RADAR_SET = "radar:set"
    REPORT_READ = "report:read"
    REQUEST_PLAN = "request:plan"
    REQUEST_SEE = "request:see"
    REQUEST_TAKE = "request:take"
    RESIDENT_LOOK = "resident:look"
    ROLLUP_SEE = "rollup:see"
    RULES_MANAGE = "rules:manage"
    RULES_SEE = "rules:see"
    SHIFT_LEAD = "shift:lead"
    SHIFT_PUBLISH = "shift:publish"
    SHIFT_TAKE = "shift:take"


P = Permission

MAY: dict[Role, frozenset[Permission]] = {
    Role.VOLUNTEER: frozenset({P.SHIFT_TAKE}),
    Role.AGENCY_MANAGER: frozenset(
        {
            P.ACTIVITY_OPEN, P.ACTIVITY_SEE, P.ATTENDANCE_ADJUST, P.ATTENDANCE_APPROVE, P.ATTENDANCE_SEE, P.CALL_BACK,
            P.CREDENTIAL_VERIFY, P.HOURS_VOUCH, P.KEY_MANAGE, P.LOOKS_READ, P.MATCH_RUN, P.MATCH_SEE, P.MEMBER_MANAGE,
            P.OBJECTION_DECIDE, P.OFFER_MAKE, P.OPPORTUNITY_IMPORT, P.PERIOD_SUBMIT, P.PERSON_IMPORT, P.PERSON_SEE,
            P.PROGRAM_SEE, P.RADAR_SEE, P.REPORT_READ, P.REQUEST_PLAN,
            P.REQUEST_SEE, P.RESIDENT_LOOK, P.ROLLUP_SEE, P.RULES_SEE, P.SHIFT_LEAD, P.SHIFT_PUBLISH,
        }
    ),
    Role.SOCIAL_WORKER: frozenset(
        {
            P.ACTIVITY_SEE, P.ATTENDANCE_ADJUST, P.ATTENDANCE_SEE, P.CALL_BACK, P.PERSON_SEE, P.PROGRAM_SEE,
            P.MATCH_SEE, P.OFFER_MAKE, P.REQUEST_SEE, P.RESIDENT_LOOK, P.SHIFT_LEAD,
        }
    ),
    Role.COMMUNITY_WORKER: frozenset(
        {P.KEY_MANAGE, P.LOOKS_READ, P.MEMBER_MANAGE, P.REQUEST_SEE, P.REQUEST_TAKE, P.RESIDENT_LOOK}
    ),
    Role.FUNDER_OFFICER: frozenset(
        {
            P.ACTIVITY_SEE, P.ATTENDANCE_SEE, P.CALL_BACK, P.HOURS_VOUCH, P.KEY_MANAGE, P.LOOKS_READ, P.MATCH_SEE,
            P.MEMBER_MANAGE,
            P.OBJECTION_DECIDE, P.PERIOD_DECIDE, P.PROGRAM_RECORD, P.PROGRAM_SEE, P.RADAR_DECIDE, P.RADAR_SEE,
            P.REPORT_READ, P.ROLLUP_SEE, P.RULES_MANAGE, P.RULES_SEE,
        }
    ),
    Role.EVALUATOR: frozenset(
        {
            P.ACTIVITY_SEE, P.ATTENDANCE_SEE, P.MATCH_SEE, P.PROGRAM_SEE, P.RADAR_SEE, P.REPORT_READ, P.ROLLUP_SEE,
            P.RULES_SEE,
        }
    ),
    Role.PLATFORM_ADMIN: frozenset(
        {
            P.LOOKS_READ, P.MATCH_SEE, P.MATCH_SET, P.MEMBER_MANAGE, P.ORGANISATION_MANAGE, P.RADAR_DECIDE,
            P.RADAR_SEE, P.RADAR_SET, P.ROLLUP_SEE, P.RULES_MANAGE, P.RULES_SEE,
        }
    ),
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

ALREADY_MEMBER = Refusal("already_member", N_("This person has this role here already."))
CODE_KNOWN = Refusal(
    "credit_code_known",
    N_("There is already an organisation with this credit code."),
    N_("Look for it in the list, or check the code."),
)

CONSTRAINTS: dict[str, Refusal] = {
    "account_phone_once": ALREADY_KNOWN_PHONE,
    "account_email_once": ALREADY_KNOWN_EMAIL,
    "membership_once": ALREADY_MEMBER,
    "organisation_credit_code_once": CODE_KNOWN,
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


ONE_TIME_DAYS = 7
"""How long a password that somebody else gave can be exchanged for one's own."""

NAME_NEEDED = N_("Nobody has an account with this yet. Enter the name too, and an account is made.")
ROLE_NOT_OF_KIND = N_("This role does not exist in an organisation of this kind.")
NO_SUCH_REGION = N_("Choose a place from the list.")
NOT_A_CREDIT_CODE = N_("Check this code: its last character does not fit the others. It has 18 letters and digits.")

ROLE_REFUSED = Refusal("role_refused", ROLE_NOT_OF_KIND)
ORGANISATION_REFUSED = Refusal("organisation_refused", N_("This organisation cannot be stored like this."))
LAST_WHO_MANAGES = Refusal(
    "last_who_manages",
    N_("This is the last person here who can manage members. Without them nobody could add anyone."),
    N_("Add somebody else with the same role first."),
)
ELSEWHERE_TOO = Refusal(
    "member_elsewhere",
    N_("This person also works for another organisation, so you cannot give them a new password."),
    N_("The platform's administrator can."),
    status=403,
)
NOBODYS = Refusal("nobodys", N_("Nobody has an account with this number or address."), status=404)
NOT_YOUR_ROLE = Refusal(
    "key_role_refused", N_("A key can only be given a role that you have here yourself."), status=403
)


def may_manage(actor: Actor, organisation_id: int) -> bool:
    """Whether this actor looks after that organisation's members: its own people, and the platform's administrator."""
    own = actor.organisation_id == organisation_id and actor.may(Permission.MEMBER_MANAGE)
    return own or actor.may(Permission.ORGANISATION_MANAGE)


def last_refusal(others_who_manage: int, role: Role) -> Refusal | None:
    """Whether ending this membership would leave an organisation without anyone to manage its members."""
    return LAST_WHO_MANAGES if Permission.MEMBER_MANAGE in MAY[role] and others_who_manage == 0 else None


CREDIT_CODE_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100: digits and capital letters without I, O, S, V, Z; a character's value is its place here."""
CREDIT_CODE_LENGTH = 18


def is_credit_code(code: str) -> bool:
    """Whether a unified social credit code's last character is the one that GB 32100 computes from the others.

    The weights are the powers of 3, and the sum with the check character's value is a multiple of 31.
    """
    if len(code) != CREDIT_CODE_LENGTH or any(letter not in CREDIT_CODE_LETTERS for letter in code):
        return False
    values = [CREDIT_CODE_LETTERS.index(letter) for letter in code]
    weighted = sum(value * pow(3, place, 31) for place, value in enumerate(values[:-1]))
    return (weighted + values[-1]) % 31 == 0
