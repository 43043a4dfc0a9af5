"""The list of open shifts: what is on it, narrowed, page by page, and at a fixed price."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.kit import clock
from app.kit.db import execute
from app.shifts.queries.open_shifts import Cursor, Listing, Wanted, count_open, open_shifts
from tests import factories as make
from tests.counting import listening
from tests.shifts.places import open_shift
from tests.visitor import Visitor

DAY = timedelta(days=1)


def tomorrow_noon() -> datetime:
    """Noon of the city's next day; asked for again where a page is asked about tomorrow: midnight may have passed."""
    return clock.local(clock.now()).replace(hour=12, minute=0, second=0, microsecond=0) + DAY


NOW = clock.now()
NOON = tomorrow_noon()
TITLE = re.compile(r'class="title"><a href="/shifts/(\d+)"')


def listed(text: str) -> list[int]:
    """Row numbers of the shifts a page lists, in order."""
    return [int(number) for number in TITLE.findall(text)]


async def test_the_list_comes_first_without_signing_in(visit: Callable[[], Visitor]) -> None:
    later, sooner = await open_shift(NOON + DAY, needed=3), await open_shift(NOON)
    shown = await visit().get("/shifts")
    assert shown.status_code == 200
    assert listed(shown.text) == [sooner.shift, later.shift]
    assert "2 shifts with open places in Shenzhen in the next seven days." in shown.text
    assert "3 places left" in shown.text
    assert "linli=" not in shown.headers.get("set-cookie", "")


async def test_what_cannot_be_taken_is_not_listed(visit: Callable[[], Visitor]) -> None:
    full = await open_shift(NOON, needed=1)
    account, person = await make.volunteer()
    await make.signup(full.seat, person, account)
    begun = await open_shift(datetime.now(UTC) - timedelta(minutes=5))
    gone, planned, staff = [await open_shift(NOON) for _ in range(3)]
    await execute("UPDATE shift SET status = 'cancelled' WHERE id = $1", gone.shift)
    await execute("UPDATE shift SET status = 'planned' WHERE id = $1", planned.shift)
    await execute("UPDATE seat SET capacity = 'staff' WHERE id = $1", staff.seat)
    visitor = visit()
    assert listed((await visitor.get("/shifts")).text) == []
    assert listed((await visitor.get("/shifts?places=all")).text) == [full.shift]
    assert begun.shift not in listed((await visitor.get("/shifts?places=all")).text)
    mine = await visit().signs_in_as(account)
    assert "You have a place" in (await mine.get("/shifts?places=all")).text


async def test_filters_narrow_by_day_place_kind_and_words(visit: Callable[[], Visitor]) -> None:
    noon = tomorrow_noon()
    tomorrow, far = await open_shift(noon), await open_shift(noon + 20 * DAY)
    elsewhere = await open_shift(noon + timedelta(hours=3))
    await execute("UPDATE shift SET region = $2, service_kind = 'culture_sport', title = '合唱100%' WHERE id = $1",
                  elsewhere.shift, make.OTHER_COMMUNITY)  # fmt: skip
    visitor = visit()

    async def found(query: str) -> list[int]:
        return listed((await visitor.get(f"/shifts?{query}")).text)

    everything = [tomorrow.shift, elsewhere.shift, far.shift]
    assert await found("when=tomorrow") == [tomorrow.shift, elsewhere.shift]
    assert await found("when=today") == []
    assert await found("when=week") == [tomorrow.shift, elsewhere.shift]
    last = clock.local_day(far_starts := noon + 20 * DAY)
    assert await found(f"from_on={last}&to_on={last}") == [far.shift]
    assert await found(f"from_on={clock.local_day(far_starts + DAY)}") == []
    assert await found(f"region={make.DISTRICT}") == everything
    assert await found(f"region={make.OTHER_COMMUNITY}") == [elsewhere.shift]
    assert await found("kind=culture_sport") == [elsewhere.shift]
    assert await found("q=合唱") == [elsewhere.shift]
    assert await found("q=100%25") == [elsewhere.shift]
    assert await found("q=%25") == [elsewhere.shift]
    assert await found("q=_") == []
    assert await found("when=&from_on=&to_on=&region=&kind=&places=open&q=") == everything


async def test_nonsense_in_the_address_is_a_page_and_not_an_error(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(NOON)
    for query in ("when=never", "from_on=yesterday", "region=x'--", "after=1~2~3", "after=2026-01-01~x", "before=~"):
        shown = await visit().get("/shifts", params=query)
        assert shown.status_code == 200, query
        assert listed(shown.text) == [place.shift], query


async def test_the_region_filter_goes_down_a_step_at_a_time(visit: Callable[[], Visitor]) -> None:
    await open_shift(NOON)
    top = (await visit().get("/shifts")).text
    assert f'<option value="{make.DISTRICT}"' in top
    assert f'<option value="{make.COMMUNITY}"' not in top
    down = (await visit().get(f"/shifts?region={make.STREET}")).text
    assert f'<option value="{make.STREET}" selected' in down
    assert f'<option value="{make.COMMUNITY}"' in down


async def test_someone_who_told_where_they_live_is_offered_what_is_near(visit: Callable[[], Visitor]) -> None:
    await open_shift(NOON)
    account, _ = await make.volunteer()
    visitor = await visit().signs_in_as(account)
    shown = await visitor.get("/shifts")
    assert "Near you: Guiyuan" in shown.text
    near = await visitor.get(f"/shifts?region={make.STREET}")
    assert "1 shift with open places near you, in Guiyuan, in the next seven days." in near.text


async def test_an_empty_list_says_what_to_do(visit: Callable[[], Visitor]) -> None:
    await make.regions()
    assert "No shift has open places at the moment." in (await visit().get("/shifts")).text
    assert "No shift fits what you chose." in (await visit().get("/shifts?q=x")).text
    await open_shift(NOON + 20 * DAY)
    assert "The next shift is on" in (await visit().get("/shifts")).text


async def _walk(back: bool, limit: int) -> list[int]:
    """Every shift, page by page, forwards, or to the end and back again."""
    seen: list[int] = []
    cursor: Cursor | None = None
    while True:
        page: Listing = await open_shifts(Wanted(), None, cursor, now=NOW, limit=limit)
        seen += [row.id for row in page.rows]
        if page.later is None:
            break
        cursor = page.later
    if not back:
        return seen
    returned = [row.id for row in page.rows]
    while page.earlier:
        page = await open_shifts(Wanted(), None, page.earlier, now=NOW, limit=limit)
        returned = [row.id for row in page.rows] + returned
    return returned


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 50])
async def test_pages_leave_nothing_out_and_repeat_nothing_in_both_directions(db: str, limit: int) -> None:
    place = await open_shift(NOON)
    for number in range(6):  # three of them begin at the same moment
        shift = await make.shift(place.activity, starts=NOON + timedelta(hours=number // 3))
        await make.seat(shift)
    forwards = await _walk(back=False, limit=limit)
    assert len(forwards) == len(set(forwards)) == 7
    assert await _walk(back=True, limit=limit) == forwards


async def test_a_page_costs_the_same_whatever_it_shows(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(NOON)
    account, _ = await make.volunteer()
    visitor = await visit().signs_in_as(account)
    await visitor.get("/shifts")
    async with listening() as few:
        await visitor.get("/shifts")
    for number in range(40):
        shift = await make.shift(place.activity, starts=NOON + timedelta(hours=number))
        await make.seat(shift)
    async with listening() as many:
        shown = await visitor.get("/shifts")
    assert len(listed(shown.text)) == 25
    assert len(many) == len(few) <= 12
    await visitor.get(f"/shifts/{place.shift}")  # a connection asks once what the types of its answers are
    async with listening() as one:
        await visitor.get(f"/shifts/{place.shift}")
    assert len(one) <= 6


async def test_counting_stops_at_a_thousand(db: str) -> None:
    place = await open_shift(NOON)
    await execute(
        "INSERT INTO shift (activity, agency, line, service_kind, region, title, place, starts, ends, zone, status,"
        " code_secret, created_by, cancelled_reason) SELECT activity, agency, line, service_kind, region, title, place,"
        " starts, ends, zone, status, code_secret, created_by, '' FROM shift, generate_series(1, 1200) WHERE id = $1",
        place.shift,
    )
    await execute(
        "INSERT INTO seat (shift, role, capacity, leads, needed, taken)"
        " SELECT id, 'x', 'volunteer', false, 1, 0 FROM shift WHERE id <> $1",
        place.shift,
    )
    assert await count_open(Wanted(), now=NOW) == 1001
