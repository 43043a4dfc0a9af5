"""What is done to programs, contracts and periods, and what is refused."""

import asyncio
from datetime import date

import pytest

from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.programs import actions, queries, rules
from app.programs.forms import LineTerms, PeriodTerms
from app.programs.rules import PeriodStatus, ProgramEvent, ProgramStatus
from tests import factories as make
from tests.programs.scene import GROUPS, NOW, QUARTERS, TERMS, VISITS, Scene, actor, scene
from tests.settle import settle


async def in_force(at: Scene) -> tuple[int, int]:
    """A running program with its contract: (program, contract)."""
    program = await actions.record_program(at.officer, at.program(), now=NOW)
    contract = await actions.record_contract(at.officer, program, TERMS, [VISITS, GROUPS], QUARTERS, now=NOW)
    await actions.put_in_force(at.officer, contract, now=NOW)
    return program, contract


async def first_period(contract: int) -> int:
    return int(await value("SELECT min(id) FROM period WHERE contract = $1", contract))


async def test_a_program_starts_as_a_draft_that_only_its_funder_sees(db: str) -> None:
    at = await scene()
    program = await actions.record_program(at.officer, at.program(), now=NOW)
    assert (await queries.program_for(at.officer, program)).status is ProgramStatus.DRAFT
    for other in (at.manager, at.stranger):
        with pytest.raises(NotFound):
            await queries.program_for(other, program)


async def test_a_choice_that_is_none_is_named_field_by_field(db: str) -> None:
    at = await scene()
    wrong = at.program(agency=at.funder, evaluator=at.agency, region="99")
    with pytest.raises(Invalid) as refused:
        await actions.record_program(at.officer, wrong, now=NOW)
    assert set(refused.value.fields) == {"agency", "evaluator", "region"}
    assert await value("SELECT count(*) FROM program") == 0


async def test_a_contract_in_force_starts_its_program_and_tells_the_agency(db: str) -> None:
    at = await scene()
    program, contract = await in_force(at)
    seen = await queries.program_for(at.manager, program)
    assert seen.status is ProgramStatus.ACTIVE
    assert [row.event for row in await queries.history_of(program)] == [
        ProgramEvent.ACTIVATE,
        ProgramEvent.AWARD_DIRECTLY,
    ]
    assert (await queries.contract_for(at.manager, contract)).in_force_at == NOW
    await settle()
    told = await value("SELECT array_agg(event) FROM notice WHERE account = $1", at.manager.account_id)
    assert told == ["program.active"]


async def test_after_a_call_the_award_is_no_direct_one(db: str) -> None:
    at = await scene()
    program = await actions.record_program(at.officer, at.program(), now=NOW)
    await actions.move_program(at.officer, program, ProgramEvent.CALL, "", now=NOW)
    contract = await actions.record_contract(at.officer, program, TERMS, [VISITS], QUARTERS, now=NOW)
    await actions.put_in_force(at.officer, contract, now=NOW)
    assert [row.event for row in await queries.history_of(program)][1:] == [ProgramEvent.AWARD, ProgramEvent.CALL]


async def test_a_contract_without_lines_or_periods_says_both_and_does_not_come_into_force(db: str) -> None:
    at = await scene()
    program = await actions.record_program(at.officer, at.program(), now=NOW)
    contract = await actions.record_contract(at.officer, program, TERMS, now=NOW)
    with pytest.raises(Conflict) as refused:
        await actions.put_in_force(at.officer, contract, now=NOW)
    assert [refusal.code for refusal in refused.value.refusals] == ["no_lines", "no_periods"]
    assert (await queries.program_for(at.officer, program)).status is ProgramStatus.DRAFT


async def test_terms_in_force_no_longer_change(db: str) -> None:
    at = await scene()
    _, contract = await in_force(at)
    for deed in (
        actions.change_contract(at.officer, contract, TERMS),
        actions.set_lines(at.officer, contract, [VISITS]),
        actions.set_periods(at.officer, contract, QUARTERS),
        actions.put_in_force(at.officer, contract, now=NOW),
    ):
        with pytest.raises(Conflict) as refused:
            await deed
        assert refused.value.first.code == "contract_in_force"
    assert len(await queries.lines_of(contract)) == 2


async def test_lines_keep_their_numbers_when_changed_may_swap_codes_and_go_when_left_out(db: str) -> None:
    at = await scene()
    program = await actions.record_program(at.officer, at.program(), now=NOW)
    contract = await actions.record_contract(at.officer, program, TERMS, [VISITS, GROUPS], now=NOW)
    visits, groups = await queries.lines_of(contract)
    swapped = [
        LineTerms(
            id=line.id, code=code, name=line.name, service_kind=line.service_kind, unit=line.unit, target=line.target,
            unit_price_fen=line.unit_price_fen,
        )
        for line, code in ((visits, groups.code), (groups, visits.code))
    ]  # fmt: skip
    await actions.set_lines(at.officer, contract, swapped)
    assert {line.id: line.code for line in await queries.lines_of(contract)} == {visits.id: "1.2", groups.id: "1.1"}
    await actions.set_lines(at.officer, contract, swapped[:1])
    assert [line.id for line in await queries.lines_of(contract)] == [visits.id]


async def test_two_lines_with_one_code_are_refused_and_nothing_changes(db: str) -> None:
    at = await scene()
    program = await actions.record_program(at.officer, at.program(), now=NOW)
    contract = await actions.record_contract(at.officer, program, TERMS, [VISITS], now=NOW)
    with pytest.raises(Conflict) as refused:
        await actions.set_lines(at.officer, contract, [VISITS, VISITS])
    assert refused.value.first.code == "line_code_twice"
    assert len(await queries.lines_of(contract)) == 1


async def test_a_line_of_another_contract_cannot_be_changed_through_this_one(db: str) -> None:
    at = await scene()
    program = await actions.record_program(at.officer, at.program(), now=NOW)
    other = await make.line(await make.contract(program, at.officer.account_id))
    contract = await actions.record_contract(at.officer, program, TERMS, now=NOW)
    foreign = LineTerms(
        id=other, code="X", name="X", service_kind="other", unit=VISITS.unit, target=1, unit_price_fen=0
    )
    with pytest.raises(Conflict):
        await actions.set_lines(at.officer, contract, [foreign])
    assert await value("SELECT code FROM line WHERE id = $1", other) != "X"


@pytest.mark.parametrize(
    ("periods", "code"),
    [
        ([(date(2025, 12, 1), date(2026, 2, 1))], "period_outside_contract"),
        ([(date(2026, 1, 1), date(2026, 2, 2)), (date(2026, 2, 1), date(2026, 3, 1))], "periods_overlap"),
        ([(date(2026, 2, 1), date(2026, 2, 1))], "period_ends_before_start"),
    ],
)
async def test_periods_stay_inside_the_contract_and_apart(db: str, periods: list[tuple[date, date]], code: str) -> None:
    at = await scene()
    program = await actions.record_program(at.officer, at.program(), now=NOW)
    contract = await actions.record_contract(at.officer, program, TERMS, now=NOW)
    with pytest.raises(Conflict) as refused:
        await actions.set_periods(
            at.officer, contract, [PeriodTerms(starts_on=start, ends_before=end) for start, end in periods]
        )
    assert refused.value.first.code == code
    assert not await queries.periods_of(contract)


async def test_a_number_is_used_once_in_a_program(db: str) -> None:
    at = await scene()
    program, _ = await in_force(at)
    with pytest.raises(Conflict) as refused:
        await actions.record_contract(at.officer, program, TERMS, now=NOW)
    assert refused.value.first.code == "contract_number_known"


async def test_another_funders_officer_can_neither_see_nor_move_it(db: str) -> None:
    at = await scene()
    program, contract = await in_force(at)
    with pytest.raises(NotFound):
        await actions.move_program(at.stranger, program, ProgramEvent.BEGIN_CLOSING, "", now=NOW)
    with pytest.raises(NotFound):
        await actions.accept_period(at.stranger, await first_period(contract), now=NOW)
    with pytest.raises(Forbidden):
        await actions.move_program(at.manager, program, ProgramEvent.BEGIN_CLOSING, "", now=NOW)


async def test_of_two_officers_who_move_a_program_at_once_one_does(db: str) -> None:
    at = await scene()
    program, _ = await in_force(at)
    outcomes = await asyncio.gather(
        *(actions.move_program(at.officer, program, ProgramEvent.BEGIN_CLOSING, "", now=NOW) for _ in range(4)),
        return_exceptions=True,
    )
    assert sum(outcome is None for outcome in outcomes) == 1
    assert all(isinstance(outcome, Conflict) for outcome in outcomes if outcome)
    assert await value("SELECT count(*) FROM program_event WHERE event = 'begin_closing'") == 1


async def test_a_period_goes_to_the_funder_back_and_to_the_end(db: str) -> None:
    at = await scene()
    _, contract = await in_force(at)
    period = await first_period(contract)
    await actions.submit_period(at.manager, period, now=NOW)
    with pytest.raises(Conflict) as refused:
        await actions.submit_period(at.manager, period, now=NOW)
    assert refused.value.first.code == "period_locked"
    with pytest.raises(Invalid):
        await actions.return_period(at.officer, period, "  ", now=NOW)
    await actions.return_period(at.officer, period, "五月十二日的探访缺门牌卡", now=NOW)
    await actions.submit_period(at.manager, period, now=NOW)
    await actions.accept_period(at.officer, period, now=NOW)
    history = [row.event.value for row in await queries.history_of_period(period)]
    assert history == ["accept", "submit", "reopen", "return", "submit"]
    with pytest.raises(Conflict):
        await actions.return_period(at.officer, period, "再看一次", now=NOW)
    await settle()
    told = await value("SELECT array_agg(event ORDER BY id) FROM notice WHERE link LIKE '/periods/%'")
    assert told == ["period.accepted"], "what moved on before it was told is not told any more"


async def test_only_the_agency_submits_and_only_the_funder_decides(db: str) -> None:
    at = await scene()
    _, contract = await in_force(at)
    period = await first_period(contract)
    with pytest.raises(Forbidden):
        await actions.submit_period(at.officer, period, now=NOW)
    await actions.submit_period(at.manager, period, now=NOW)
    with pytest.raises(Forbidden):
        await actions.accept_period(at.manager, period, now=NOW)
    assert (await queries.period_for(at.manager, period)).status is PeriodStatus.SUBMITTED


async def test_the_period_of_a_day_is_found_and_its_end_is_outside(db: str) -> None:
    at = await scene()
    _, contract = await in_force(at)
    line = (await queries.lines_of(contract))[0].id
    async with transaction():
        march = await queries.open_period_for(line, date(2026, 3, 31))
        april = await queries.open_period_for(line, date(2026, 4, 1))
        after = await queries.open_period_for(line, date(2027, 1, 1))
    assert march
    assert april
    assert march.period_id != april.period_id
    assert not march.locked
    assert after is None
    with pytest.raises(RuntimeError):
        await queries.open_period_for(line, date(2026, 3, 31))


async def test_a_submission_waits_for_hours_that_are_being_allocated(db: str) -> None:
    at = await scene()
    _, contract = await in_force(at)
    line = (await queries.lines_of(contract))[0].id
    period = await first_period(contract)
    holding, release = asyncio.Event(), asyncio.Event()

    async def allocate() -> str:
        async with transaction():
            standing = await queries.open_period_for(line, date(2026, 1, 5))
            holding.set()
            await release.wait()
            assert standing
            return str(await value("SELECT status FROM period WHERE id = $1", standing.period_id))

    allocating = asyncio.create_task(allocate())
    await holding.wait()
    submitting = asyncio.create_task(actions.submit_period(at.manager, period, now=NOW))
    done, _ = await asyncio.wait({submitting}, timeout=0.3)
    assert not done, "the submission waits"
    release.set()
    assert await allocating == "open"
    await submitting
    async with transaction():
        standing = await queries.open_period_for(line, date(2026, 1, 5))
    assert standing
    assert standing.locked
    assert rules.PERIOD_LOCKED.status == 409


async def test_an_evaluator_sees_what_is_awarded_and_changes_nothing(db: str) -> None:
    at = await scene()
    organisation = await make.organisation("evaluator", "评估机构")
    evaluator = await actor(await make.member(organisation, "evaluator"))
    program, _ = await in_force(at)
    with pytest.raises(NotFound):
        await queries.program_for(evaluator, program)
    await actions.change_program(at.officer, program, at.program(evaluator=organisation))
    assert (await queries.program_for(evaluator, program)).id == program
    with pytest.raises(Forbidden):
        await actions.change_program(evaluator, program, at.program())


async def test_a_contract_in_force_binds_agency_and_region(db: str) -> None:
    at = await scene()
    program, _ = await in_force(at)
    other = await make.organisation("agency", "另一家")
    with pytest.raises(Conflict) as refused:
        await actions.change_program(at.officer, program, at.program(agency=other))
    assert refused.value.first.code == "agency_bound"
    await actions.change_program(at.officer, program, at.program(name="改了名字"))
    assert (await queries.program_for(at.officer, program)).name == "改了名字"


async def test_a_cancelled_draft_stays_hidden_and_a_cancelled_award_stays_visible(db: str) -> None:
    at = await scene()
    never = await actions.record_program(at.officer, at.program(), now=NOW)
    await actions.move_program(at.officer, never, ProgramEvent.CANCEL, "", now=NOW)
    known = await actions.record_program(at.officer, at.program(), now=NOW)
    await actions.move_program(at.officer, known, ProgramEvent.AWARD_DIRECTLY, "", now=NOW)
    await actions.move_program(at.officer, known, ProgramEvent.CANCEL, "", now=NOW)
    assert [row.id for row in await queries.programs_seen_by(at.manager)] == [known]
    with pytest.raises(Conflict):
        await actions.record_contract(at.officer, known, TERMS, now=NOW)


async def test_history_cannot_be_rewritten(db: str) -> None:
    at = await scene()
    await in_force(at)
    with pytest.raises(Exception, match="permission denied"):
        await execute("UPDATE program_event SET note = 'x'")
