"""No list of accounts or notices asks the database more when there are more rows."""

from collections.abc import Callable

import pytest

from app.accounts import looks
from app.accounts.actor import actor_of_account
from app.kit import clock
from app.notices.actions import tell
from tests import factories as make
from tests.counting import listening
from tests.visitor import Visitor


async def more(organisation: int, account: int) -> None:
    actor = await actor_of_account(account, None)
    assert actor
    for number in range(4):
        await make.member(organisation, "social_worker")
        await make.organisation()
        await looks.record(actor, "resident", number, ["address"], "visit", clock.now())
        await tell(account, "shift.soon", {}, "/shifts", now=clock.now())


@pytest.mark.parametrize("path", ["/organisations", "/organisations/{own}", "/looks", "/me/notices", "/account"])
async def test_a_list_asks_as_much_for_many_rows_as_for_few(path: str, visit: Callable[[], Visitor]) -> None:
    organisation = await make.organisation("platform", "平台")
    account = await make.member(organisation, "platform_admin")
    visitor = await visit().signs_in_as(account)
    said = []
    for _ in range(2):
        await more(organisation, account)
        async with listening() as heard:
            assert (await visitor.get(path.format(own=organisation))).status_code == 200
        said.append(len(heard))
    assert said[0] == said[1]
