"""A certificate as an Open Badges 3.0 credential: the claims that are signed, in the shape of the standard.

https://www.imsglobal.org/spec/ob/v3p0: a CommunityService achievement, with hours as credits earned.
"""

from datetime import UTC, date, datetime, time
from typing import Any

from app.hours.rules.certifying import ActivityLine, Snapshot

CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
NAME = "志愿服务证明 Certificate of Volunteer Service"
DESCRIPTION = (
    "志愿者无偿提供志愿服务的时间、内容与记录单位，依据逐条登记并经核实的服务记录。 "
    "Unpaid volunteer service: its time, its content and who recorded it, drawn from verified records."
)
CRITERIA = (
    "只计入已核实的实际服务时间，不含往返路程，不含有偿工作，培训另列。 "
    "Only verified time actually served counts; without travel and without paid work; training is listed apart."
)


def claims(shot: Snapshot, *, base_url: str, token: str) -> dict[str, Any]:
    """The payload of the credential's JWT: the credential itself, with the registered claims beside."""
    address = f"{base_url}/verify/{token}"
    holder = f"{address}#holder"
    return {
        "@context": CONTEXTS,
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": NAME,
        "issuer": {"id": base_url, "type": ["Profile"], "name": "Linli 邻里", "url": base_url},
        "validFrom": _instant(shot.drawn_at),
        "credentialSubject": _subject(shot, holder, base_url),
        "evidence": [_evidence(shot, line, address) for line in shot.activities],
        "iss": base_url,
        "jti": address,
        "nbf": int(shot.drawn_at.timestamp()),
        "sub": holder,
    }


def _subject(shot: Snapshot, holder: str, base_url: str) -> dict[str, Any]:
    subject: dict[str, Any] = {
        "id": holder,
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "identityHash": shot.name, "identityType": "name", "hashed": False},
            {
                "type": "IdentityObject",
                "identityHash": shot.volunteer_no,
                "identityType": "identifier",
                "hashed": False,
            },
        ],
        "licenseNumber": shot.number,
        "activityStartDate": _midnight(shot.from_on),
        "activityEndDate": _midnight(shot.last_on),
        "creditsEarned": round(shot.service_minutes / 60, 4),
        "narrative": _narrative(shot),
        "achievement": {
            "id": f"{base_url}/verify#volunteer-service",
            "type": ["Achievement"],
            "achievementType": "CommunityService",
            "name": NAME,
            "description": DESCRIPTION,
            "criteria": {"narrative": CRITERIA},
        },
    }
    if len(shot.bodies) == 1:
        subject["source"] = {"id": f"{base_url}/verify#body-{shot.bodies[0].id}", "type": ["Profile"]} | {
            "name": shot.bodies[0].name
        }
    return subject


def _narrative(shot: Snapshot) -> str:
    bodies = "、".join(body.name for body in shot.bodies)
    said = f"志愿服务 {shot.service_minutes} 分钟 minutes of volunteer service; 记录单位 recorded by {bodies}."
    training = f" 培训 {shot.training_minutes} 分钟 minutes of training." if shot.training_minutes else ""
    return said + training


def _evidence(shot: Snapshot, line: ActivityLine, address: str) -> dict[str, Any]:
    return {
        "id": address,
        "type": ["Evidence"],
        "name": line.name,
        "genre": "training" if line.capacity == "training" else "volunteer service",
        "description": f"{line.content} {line.content_en}",
        "narrative": f"{line.first_on} – {line.last_on}: {line.times} ×, {line.minutes} min; "
        f"{shot.bodies[line.body].name}",
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _midnight(on: date) -> str:
    return _instant(datetime.combine(on, time(), UTC))
