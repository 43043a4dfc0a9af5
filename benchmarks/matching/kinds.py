"""The kinds of service of a made-up city, and what people there can do, as often as in a real one."""

from msgspec import Struct

from app.matching.problem import NEVER

SKILLS = ("teaching", "rehabilitation", "counselling", "cooking", "first_aid", "haircut", "repairs", "driving")
SKILL_SHARES = (0.25, 0.12, 0.05, 0.35, 0.2, 0.05, 0.15, 0.4)
LANGUAGES = ("mandarin", "cantonese", "hakka", "teochew", "english", "sign")
LANGUAGE_SHARES = (0.97, 0.55, 0.12, 0.1, 0.3, 0.01)
CREDENTIALS = ("background_check", "health_certificate", "first_aid_card", "social_worker_licence")
CREDENTIAL_SHARES = (0.45, 0.35, 0.15, 0.0)


class Sort(Struct, frozen=True, kw_only=True):
    """A kind of service: how often it is wanted, when, for how long, by how many."""

    code: str
    share: float
    opens: int
    """The quarter of an hour of the day at which one starts at the earliest, and at the latest."""
    closes: int
    lengths: tuple[int, ...]
    heads: tuple[int, int]
    """Fewest and most volunteers."""
    led: bool = False
    """With a social worker, as teams are."""
    all_or_nothing: bool = False
    """As the two-person rule wants it."""
    visited: bool = False
    adults: bool = False
    same_sex: float = 0.0
    skill: int = NEVER
    credential: int = NEVER
    weekend: float = 0.2


KINDS = (
    Sort(
        code="elder_visit",
        share=0.37,
        opens=34,
        closes=68,
        lengths=(90, 105, 120, 150),
        heads=(1, 2),
        all_or_nothing=True,
        visited=True,
    ),
    Sort(
        code="meals",
        share=0.18,
        opens=40,
        closes=46,
        lengths=(105, 120, 150),
        heads=(2, 3),
        credential=1,
        weekend=0.3,
    ),
    Sort(code="escort", share=0.08, opens=30, closes=56, lengths=(180, 240), heads=(1, 1), visited=True, adults=True),
    Sort(
        code="after_school",
        share=0.13,
        opens=64,
        closes=70,
        lengths=(120, 150, 180),
        heads=(2, 4),
        led=True,
        skill=0,
        credential=0,
        weekend=0.1,
    ),
    Sort(
        code="rehabilitation",
        share=0.06,
        opens=36,
        closes=64,
        lengths=(90, 120),
        heads=(1, 1),
        visited=True,
        adults=True,
        same_sex=0.3,
        skill=1,
    ),
    Sort(
        code="home_help",
        share=0.1,
        opens=34,
        closes=68,
        lengths=(120, 150, 180),
        heads=(1, 2),
        visited=True,
        adults=True,
        same_sex=0.2,
    ),
    Sort(
        code="counselling",
        share=0.05,
        opens=36,
        closes=72,
        lengths=(60, 90),
        heads=(0, 0),
        led=True,
        visited=True,
        adults=True,
        skill=2,
    ),
    Sort(
        code="event",
        share=0.03,
        opens=36,
        closes=72,
        lengths=(180, 240),
        heads=(6, 11),
        led=True,
        weekend=0.6,
    ),
)
