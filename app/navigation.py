"""The main navigation: what each role comes for, in that order; the page keeps the last ones under “More”."""

from app.accounts.rules import Actor, Permission
from app.kit.i18n import gettext as _
from app.kit.web import NavItem

MATCHING_TO_READ = "/matching/fairness"
"""Where matching begins for those who may look at it but ask nobody."""
SIDES = {
    "/matching": ("/rounds", "/routes", "/safeguards"),
    MATCHING_TO_READ: ("/matching", "/rounds", "/routes", "/safeguards"),
}
"""Pages that belong to an entry though their addresses do not begin with its own."""


def nav(actor: Actor | None, path: str) -> list[NavItem]:
    """The entries for this actor; the one whose page is open is marked."""
    entries: list[tuple[str, str]] = []
    if actor is None or actor.post is None:
        entries += [(_("Find a shift"), "/shifts"), (_("Ask for help"), "/help")]
        if actor is not None:
            entries += [(_("For you"), "/me/suggestions"), (_("My shifts"), "/me/shifts"), (_("My hours"), "/me/hours")]
    else:
        matching = "/matching" if actor.may(Permission.OFFER_MAKE) else MATCHING_TO_READ
        by_permission = [
            (Permission.ORGANISATION_MANAGE, _("Organisations"), "/organisations"),
            (Permission.SHIFT_LEAD, _("Today"), "/board"),
            (Permission.REQUEST_SEE, _("Requests"), "/requests"),
            (Permission.PROGRAM_SEE, _("Programs"), "/programs"),
            (Permission.MATCH_SEE, _("Matching"), matching),
            (Permission.ATTENDANCE_APPROVE, _("Approvals"), "/approvals"),
            (Permission.ACTIVITY_OPEN, _("Activities"), "/activities"),
            (Permission.PERSON_SEE, _("People"), "/people"),
            (Permission.REPORT_READ, _("Reports"), "/reports"),
            (Permission.CALL_BACK, _("Call-backs"), "/call-backs"),
            (Permission.OBJECTION_DECIDE, _("Objections"), "/objections"),
            (Permission.RADAR_SEE, _("Radar"), "/radar"),
            (Permission.RULES_SEE, _("Rule-books"), "/rule-books"),
            (Permission.ORGANISATION_MANAGE, _("Merge records"), "/people/merge"),
            (Permission.ORGANISATION_MANAGE, _("Stars"), "/stars"),
        ]
        if actor.may(Permission.SHIFT_LEAD) and not actor.may(Permission.SHIFT_PUBLISH):
            entries.append((_("My day"), "/me/day"))  # who goes out, and does not only send others
        entries += [(label, href) for permission, label, href in by_permission if actor.may(permission)]
        if actor.may(Permission.ROLLUP_SEE) and not actor.may(Permission.REPORT_READ):
            entries.append((_("Hours"), "/reports/city"))  # who has no contracts to come from
        if actor.may(Permission.HOURS_VOUCH) and not actor.may(Permission.ATTENDANCE_APPROVE):
            entries.append((_("Vouching"), "/vouching"))  # who has no inbox of an agency to come from
        if actor.may(Permission.ATTENDANCE_ADJUST) and not actor.may(Permission.ATTENDANCE_APPROVE):
            # Who corrects, but has no inbox to come from.
            entries += [(_("Attendance"), "/attendances"), (_("Exceptions"), "/exceptions")]
    return [NavItem(label, href, _is_open(href, path)) for label, href in entries]


def _is_open(href: str, path: str) -> bool:
    return any(path == each or path.startswith(each + "/") for each in (href, *SIDES.get(href, ())))
