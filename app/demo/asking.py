"""Residents and what they ask for, tied to the visits that answered them."""

import hashlib
from datetime import date, timedelta
from random import Random

from app.demo import names
from app.demo.copying import Copier
from app.demo.months import VisitShift
from app.demo.town import LINES, Town
from app.kit.sealing import blind_index, seal
from app.requests.actions.deadlines import answer_due

VISITS_A_RESIDENT = 4


def resident_of(copier: Copier, random: Random, town: Town, community: str, number: int) -> int:
    """A person served, in a community."""
    name = names.person(random)
    address = f"演示路{number % 97 + 1}号{number % 30 + 1}栋{number % 20 + 1:02d}0{number % 4 + 1}"
    phone = f"+86100{number:08d}"  # no carrier has this prefix, so nobody's telephone rings
    needs = random.choice(("高血压，按时服药", "听力不好，请大声说话", "行走需要助步器", "无"))
    born = f"{random.randint(1931, 1962)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
    return copier.add(
        "resident", name=seal(name, "resident.name"), name_index=blind_index(name, "resident.name"),
        short_name=name[0] + "**", phone=seal(phone, "resident.phone"),
        phone_index=blind_index(phone, "resident.phone"), address=seal(address, "resident.address"),
        address_index=blind_index(address, "resident.address"), born=seal(born, "resident.born"),
        needs=seal(needs, "resident.needs"),
        region=community, language=random.choice(("cmn", "yue", "hak", "nan")), card_number=1,
        created_at=town.now - timedelta(days=150), is_demo=True,
    )  # fmt: skip


def make(copier: Copier, random: Random, town: Town, visits: list[VisitShift], people: int) -> None:
    """Every visit gets a request; besides, there are requests in every other state."""
    groups: dict[tuple[str, int], list[VisitShift]] = {}
    for visit in sorted(visits, key=lambda visit: visit.starts):
        groups.setdefault((visit.community, visit.line), []).append(visit)
    number = 0
    for (community, line), of_community in sorted(groups.items()):
        for begin in range(0, len(of_community), VISITS_A_RESIDENT):
            number += 1
            served = of_community[begin : begin + VISITS_A_RESIDENT]
            resident = resident_of(copier, random, town, community, number)
            done = all(visit.ends <= town.now for visit in served)
            status = ("confirmed" if served[-1].confirmed else "served") if done else "planned"
            request = request_of(
                copier, random, town, resident, served[0].street, community, "elder_visit", status, number,
                days_ago=max(1, (town.now - served[0].starts).days + 9), program=served[0].program, line=line,
            )  # fmt: skip
            for position, visit in enumerate(served):
                row = copier.add(
                    "visit", request=request, shift=visit.id, card_number=1, code_position=position + 1,
                    planned_by=visit.manager, planned_at=visit.starts - timedelta(days=20),
                )  # fmt: skip
                if visit.confirmed:
                    copier.add(
                        "confirmation", visit=row, how=random.choice(("card", "link")), happened=True,
                        rating=random.choice((4, 5, 5)), at=visit.ends + timedelta(minutes=5),
                    )  # fmt: skip
    states = ("received", "received", "received", "accepted", "declined", "planned")
    for extra in range(max(12, people // 60)):
        number += 1
        street = random.choice(list(town.streets))
        community = random.choice(town.streets[street])[0]
        status = states[extra % len(states)]
        program, lines = random.choice(town.programs[street])
        kind = random.choice(sorted(lines)) if status == "planned" else random.choice(LINES)[0]
        request_of(
            copier, random, town, resident_of(copier, random, town, community, number), street, community, kind,
            "accepted" if status == "planned" else status, number, days_ago=random.randint(0, 6),
            program=program if status == "planned" else None, line=lines.get(kind) if status == "planned" else None,
        )  # fmt: skip


STEPS = {
    "received": (),
    "accepted": ("accepted",),
    "declined": ("declined",),
    "planned": ("accepted", "planned"),
    "served": ("accepted", "planned", "in_service", "served"),
    "confirmed": ("accepted", "planned", "in_service", "served", "confirmed"),
}
EVENTS = {
    "accepted": "accept", "declined": "decline", "planned": "plan", "in_service": "begin", "served": "serve",
    "confirmed": "confirm",
}  # fmt: skip


def request_of(
    copier: Copier, random: Random, town: Town, resident: int, street: str, community: str, kind: str, status: str,
    number: int, *, days_ago: int, program: int | None, line: int | None, wanted_on: date | None = None,
    wanted_times: str = "",
) -> int:  # fmt: skip
    """A request in a state, with the steps that led there."""
    office, worker = town.community_workers[street]
    received = town.now - timedelta(days=days_ago, minutes=random.randint(10, 600))
    request = copier.add(
        "request", resident=resident, region=community, community=office, service_kind=kind,
        channel=random.choice(("web", "window", "phone", "round")),
        asked_by=random.choice(("self", "relative", "neighbour", "worker")),
        details=seal(random.choice(names.DETAILS), "request.details"), recurs="weekly" if program else "",
        wanted_on=wanted_on, wanted_times=wanted_times, status=status, program=program, line=line,
        decline_reason="no_program" if status == "declined" else "",
        link_digest=hashlib.sha256(f"demo request {number}".encode()).digest(), received_at=received,
        due_at=answer_due(received), taken_by=worker if status != "received" else None, is_demo=True,
    )  # fmt: skip
    before = "received"
    copier.add("request_event", request=request, event="receive", from_status="", to_status="received", at=received)
    for hours, after in enumerate(STEPS[status], 1):
        copier.add(
            "request_event", request=request, event=EVENTS[after], from_status=before, to_status=after, by=worker,
            at=received + timedelta(hours=hours * 5),
        )  # fmt: skip
        before = after
    return request
