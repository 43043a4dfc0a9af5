"""A funder, an agency, and the terms they agreed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.accounts.actor import actor_of_account
from app.accounts.rules import Actor
from app.programs.forms import ContractTerms, LineTerms, PeriodTerms, ProgramTerms
from app.programs.rules import Rhythm, Unit, periods_of
from tests import factories as make

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TERMS = ContractTerms(
    number="GY-2026-07", starts_on=date(2026, 1, 1), ends_before=date(2027, 1, 1), budget_fen=24_000_000
)
VISITS = LineTerms(
    code="1.1", name="长者探访", service_kind="elder_visit", unit=Unit.HOUR, target=1200, unit_price_fen=5000
)
GROUPS = LineTerms(
    code="1.2", name="支持小组", service_kind="group_work", unit=Unit.SESSION, target=48, unit_price_fen=80_000,
    qualifying_minutes=60, qualifying_people=6,
)  # fmt: skip
QUARTERS = [
    PeriodTerms(starts_on=span.starts_on, ends_before=span.ends_before)
    for span in periods_of(TERMS.span, Rhythm.QUARTERLY)
]


@dataclass(frozen=True)
class Scene:
    """Who is here, as actors, and their organisations."""

    officer: Actor
    manager: Actor
    stranger: Actor
    funder: int
    agency: int

    def program(self, **changed: object) -> ProgramTerms:
        """What the officer would write down."""
        return ProgramTerms(
            **{"name": "长者探访项目", "agency": self.agency, "region": make.STREET} | changed  # type: ignore[arg-type]
        )


async def actor(account_id: int) -> Actor:
    """The account as it acts."""
    found = await actor_of_account(account_id, None)
    assert found
    return found


async def scene() -> Scene:
    """An officer, a manager, and an officer of elsewhere."""
    funder = await make.organisation("funder", "街道办")
    agency = await make.organisation("agency", "社工机构")
    elsewhere = await make.organisation("funder", "别处")
    return Scene(
        officer=await actor(await make.member(funder, "funder_officer", "周敏")),
        manager=await actor(await make.member(agency, "agency_manager", "许文")),
        stranger=await actor(await make.member(elsewhere, "funder_officer")),
        funder=funder,
        agency=agency,
    )
