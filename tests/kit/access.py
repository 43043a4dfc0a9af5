"""Who gets which answer at the frame's own routes."""

from tests.house.cases import EVERYONE, PUBLIC, Case

CHOICE = {"roles": EVERYONE, "anonymous": 303, "stranger": 303, "ok": 303}

CASES = {
    "kit.health": Case("GET", "/healthz", **PUBLIC),
    "kit.ready": Case("GET", "/readyz", **PUBLIC),
    "kit.metrics": Case("GET", "/metrics", **PUBLIC),
    "kit.language": Case("POST", "/language", form={"to": "en", "back": "/"}, **CHOICE),
    "kit.elder": Case("POST", "/elder", form={"on": "1", "back": "/"}, **CHOICE),
    "kit.theme": Case("POST", "/theme", form={"to": "dark", "back": "/"}, **CHOICE),
}
