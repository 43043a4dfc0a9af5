"""The whole chain as one journey: contract → request → shift → attendance → posting → report, in both languages."""

import pytest
from playwright.async_api import Browser

from tests.browser.conftest import City
from tests.browser.journey import Journey

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_one_hour_travels_from_contract_to_report(chromium: Browser, city: City, language: str) -> None:
    journey = Journey(chromium, city, language)
    await journey.cast()
    try:
        await _walk(journey, language)
    finally:
        await journey.end()


async def _walk(journey: Journey, language: str) -> None:
    await journey.officer_buys_a_program()
    await journey.manager_opens_an_activity()
    await journey.daughter_asks_for_her_mother()
    await journey.community_worker_accepts_and_hands_over()
    await journey.manager_plans_the_visit()
    await journey.volunteer_signs_up_and_is_told_why_not()
    await journey.the_visit_takes_place()
    await journey.leader_runs_the_board()
    if language == "zh_CN":
        await journey.resident_confirms_by_door_card()
    await journey.manager_approves()
    if language == "en":
        await journey.resident_confirms_by_private_link()
    await journey.officer_follows_the_hours_to_their_proof()
