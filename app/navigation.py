"""The main navigation: what each role comes for, in the order they come for it."""

from app.accounts.rules import Actor, Permission
from app.kit.i18n import gettext as _
from app.kit.web import NavItem


def nav(actor: Actor | None, path: str) -> list[NavItem]:
    """The entries for this actor; the one whose page is open is marked."""
    entries: list[tuple[str, str]] = []
    if actor is None or actor.post is None:
        entries += [(_("Find a shift"), "/shifts"), (_("Ask for help"), "/help")]
        if actor is not None:
            entries += [(_("For you"), "/me/suggestions"), (_("My shifts"), "/me/shifts"), (_("My hours"), "/me/hours")]
    else:
        by_permission = [
            (Permission.REQUEST_SEE, _("Requests"), "/requests"),
            (Permission.PROGRAM_SEE, _("Programs"), "/programs"),
            (Permission.ACTIVITY_OPEN, _("Activities"), "/activities"),
            (Permission.SHIFT_LEAD, _("Today"), "/board"),
            (Permission.OFFER_MAKE, _("Open places"), "/matching"),
            (Permission.MATCH_RUN, _("Rounds"), "/rounds"),
            (Permission.MATCH_SET, _("Weights"), "/matching/weights"),
            (Permission.ATTENDANCE_APPROVE, _("Approvals"), "/approvals"),
            (Permission.CALL_BACK, _("Call-backs"), "/call-backs"),
            (Permission.OBJECTION_DECIDE, _("Objections"), "/objections"),
            (Permission.PERSON_SEE, _("People"), "/people"),
            (Permission.REPORT_READ, _("Reports"), "/reports"),
            (Permission.RADAR_SEE, _("Radar"), "/radar"),
            (Permission.ORGANISATION_MANAGE, _("Organisations"), "/organisations"),
            (Permission.RULES_SEE, _("Rule-books"), "/rule-books"),
            (Permission.MATCH_SET, _("Safeguards"), "/safeguards"),
            (Permission.ORGANISATION_MANAGE, _("Merge records"), "/people/merge"),
            (Permission.ORGANISATION_MANAGE, _("Stars"), "/stars"),
        ]
        entries += [(label, href) for permission, label, href in by_permission if actor.may(permission)]
        if actor.may(Permission.ROLLUP_SEE) and not actor.may(Permission.REPORT_READ):
            entries.append((_("Hours"), "/reports/city"))  # who has no contracts to come from
        if actor.may(Permission.HOURS_VOUCH) and not actor.may(Permission.ATTENDANCE_APPROVE):
            entries.append((_("Vouching"), "/vouching"))  # who has no inbox of an agency to come from
        if actor.may(Permission.ATTENDANCE_ADJUST) and not actor.may(Permission.ATTENDANCE_APPROVE):
            # Who corrects, but has no inbox to come from.
            entries += [(_("Attendance"), "/attendances"), (_("Exceptions"), "/exceptions")]
    return [NavItem(label, href, path == href or path.startswith(href + "/")) for label, href in entries]
