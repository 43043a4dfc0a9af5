"""One's own profile: one short page, of which only the name has to be filled in."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.queries.regions import picker
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.errors import DomainError, Invalid
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, form_page, local_path, page, redirect, url_for
from app.volunteers.actions.profile import PROFILE_REFUSED, ProfileChange, save_profile
from app.volunteers.forms import ProfileForm
from app.volunteers.queries.choices import profile_choices
from app.volunteers.queries.credentials import in_force
from app.volunteers.queries.profile import Profile, own_profile
from app.volunteers.rules.ages import is_minor
from app.volunteers.rules.availability import Exact, clock_time, read_spans, split
from app.volunteers.rules.whereabouts import GRID_DEGREES

METRES, MINUTES = 1000, 60
SPARE_ROWS = 1
"""Empty rows for exact times; saving brings another."""


@get("/me/profile", name="volunteers.profile", access=SIGNED_IN, include_in_schema=False)
async def profile_page(request: AnyRequest) -> Template:
    """What someone has told about themselves, ready to be changed."""
    actor = signed_in(request)
    profile = await own_profile(actor.account_id)
    return await _show(request, profile, _filled(profile, actor.name))


@post("/me/profile", access=SIGNED_IN, include_in_schema=False, status_code=303)
async def save(request: AnyRequest) -> Response[None] | Template:
    """Save the profile, and go back to where it was asked for."""
    bound = bind(ProfileForm, await request.form())
    actor = signed_in(request)
    if not bound.errors:
        try:
            await save_profile(actor, _change(bound), now=clock.now())
        except DomainError as error:
            bound.refuse(error)
    if bound.errors:
        return await _show(request, await own_profile(actor.account_id), bound)
    return redirect(request, local_path(bound.value("next"), url_for(request, "volunteers.profile")), _("Saved."))


async def _show(request: AnyRequest, profile: Profile | None, form: Bound[Any]) -> Template:
    show = form_page if form.errors else page
    back = local_path(form.value("next") or request.query_params.get("next"), "")
    today = clock.local_day(clock.now())
    return show(
        request,
        "volunteers/profile.html",
        profile=profile,
        choices=await profile_choices(),
        picker=await picker(form.value("home")),
        form=form,
        exact=[*_exact(form), *[Exact("", "", "")] * SPARE_ROWS],
        grid=GRID_DEGREES,
        holding=await in_force(profile.person_id, today) if profile else 0,
        asks_guardian=profile is None or profile.born is None or is_minor(profile.born, today),
        back=back,
    )


def _filled(profile: Profile | None, name: str) -> Bound[Any]:
    if profile is None:
        return blank(name=name, languages=["cmn"])
    boxes, rest = split(profile.free)
    return blank(
        name=profile.name,
        born=profile.born,
        home=profile.home,
        skills=profile.skills,
        languages=profile.languages,
        likes=profile.likes,
        refuses=profile.refuses,
        sex=profile.sex,
        latitude=profile.place[0] if profile.place else None,
        longitude=profile.place[1] if profile.place else None,
        reach_km=_short(profile.reach_metres, METRES),
        day_hours=_short(profile.day_minutes, MINUTES),
        week_hours=_short(profile.week_minutes, MINUTES),
        about=profile.about,
        guardian_agrees=profile.guardian_agreed,
        free=boxes,
        exact_day=[span.weekday for span in rest],
        exact_from=[clock_time(span.from_minute) for span in rest],
        exact_to=[clock_time(span.to_minute) for span in rest],
    )


def _short(kept: int | None, unit: int) -> str | None:
    """A number of smaller units as people type it: 2.5 hours, 3 kilometres."""
    return None if kept is None else f"{kept / unit:g}"


def _exact(form: Bound[Any]) -> list[Exact]:
    rows = zip(form.values("exact_day"), form.values("exact_from"), form.values("exact_to"), strict=False)
    return [Exact(*row) for row in rows if any(row)]


def _change(bound: Bound[ProfileForm]) -> ProfileChange:
    """The whole profile that was typed.

    Raises:
        Invalid: when a row of exact times cannot be read.
    """
    form = bound.good
    try:
        free = read_spans(form.free, _exact(bound))
    except ValueError as error:
        raise Invalid(PROFILE_REFUSED, exact_day=str(error)) from error
    return ProfileChange(
        name=form.name,
        born=form.born,
        home=form.home or None,
        skills=form.skills,
        languages=form.languages,
        likes=form.likes,
        refuses=form.refuses,
        sex=form.sex or "",
        place=None
        if form.forget_place or form.latitude is None or form.longitude is None
        else (form.latitude, form.longitude),
        reach_metres=round(form.reach_km * METRES) if form.reach_km else None,
        day_minutes=form.day_hours,
        week_minutes=form.week_hours,
        about=form.about,
        free=free,
        guardian_agrees=form.guardian_agrees,
    )


ROUTES: list[Any] = [profile_page, save]
