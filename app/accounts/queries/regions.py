"""Divisions: children, paths, names, and what a region picker shows."""

from collections.abc import Sequence

from msgspec import Struct

from app.accounts.region_codes import LEVEL_BY_LENGTH, ancestry_of
from app.kit.db import fetch
from app.kit.i18n import by_locale
from app.kit.i18n import gettext as _

CITY, DISTRICT, STREET, COMMUNITY = 2, 3, 4, 5


class Region(Struct, frozen=True, kw_only=True):
    """One division."""

    code: str
    name: str
    name_en: str
    level: int

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return by_locale(self.name, self.name_en)


class Choice(Struct, frozen=True, kw_only=True):
    """One select of a picker: the divisions of a level, and which of them is chosen."""

    level: int
    label: str
    above: str
    """What is chosen when this select is emptied."""
    options: list[tuple[str, str]]
    chosen: str


class Picker(Struct, frozen=True, kw_only=True):
    """A chain of selects from the top down, and every possible answer at once for a browser without scripts."""

    code: str
    """The answer so far; empty until it is deep enough."""
    top: str
    highest: int
    deepest: int
    choices: list[Choice]
    groups: list[tuple[str, list[tuple[str, str]]]]


COLUMNS = "code, name, name_en, level"
BELOW = f"SELECT {COLUMNS} FROM region WHERE parent_code = $1 ORDER BY code"
WITHIN = f"""
    SELECT {COLUMNS} FROM region
    WHERE code LIKE $1 || '%' AND level BETWEEN $2 AND $3
    ORDER BY code
"""
SERVED = f"""
    SELECT {COLUMNS} FROM region
    WHERE code IN (SELECT DISTINCT left(code, 4) FROM region WHERE level = 4)
    ORDER BY code
"""
"""The cities that are loaded to street level: those that this installation can serve."""
BY_CODES = f"SELECT {COLUMNS} FROM region WHERE code = ANY($1::text[]) ORDER BY level, code"


async def children(code: str) -> list[Region]:
    """The divisions right below; the served cities for an empty code."""
    return await fetch(Region, BELOW, code) if code else await fetch(Region, SERVED)


async def path(code: str) -> list[Region]:
    """From the province down to this division."""
    return await fetch(Region, BY_CODES, ancestry_of(code))


async def named(codes: Sequence[str]) -> dict[str, Region]:
    """Divisions by code."""
    return {region.code: region for region in await fetch(Region, BY_CODES, list(codes))}


async def exists(code: str, levels: Sequence[int] = (1, 2, 3, 4, 5)) -> bool:
    """Whether there is such a division at one of these levels."""
    return any(region.level in levels for region in await fetch(Region, BY_CODES, [code]))


def _level_label(level: int) -> str:
    return {
        CITY: _("City"),
        DISTRICT: _("District"),
        STREET: _("Street"),
        COMMUNITY: _("Community"),
    }[level]


async def top_of_served() -> str:
    """The one city that is served, or an empty code when there are several."""
    cities = await fetch(Region, SERVED)
    return cities[0].code if len(cities) == 1 else ""


async def picker(
    code: str = "", *, top: str | None = None, highest: int = COMMUNITY, deepest: int = COMMUNITY
) -> Picker:
    """The picker with `code` chosen: any division under `top` from level `highest` down to level `deepest`.

    `top` is the served city unless given. Only what is asked for is an answer: with the defaults, a community.
    """
    root = await top_of_served() if top is None else top
    at = code if code.startswith(root) and await exists(code) else root
    chain = [root, *(step for step in ancestry_of(at) if len(step) > max(len(root), 2))]
    choices: list[Choice] = []
    for place, parent in enumerate(chain):
        options = await children(parent)
        if not options or options[0].level > deepest:
            break
        chosen = chain[place + 1] if place + 1 < len(chain) else ""
        choices.append(
            Choice(
                level=options[0].level,
                label=_level_label(options[0].level),
                above=parent,
                options=[(option.code, option.label) for option in options],
                chosen=chosen,
            )
        )
    deep_enough = at != root and LEVEL_BY_LENGTH[len(at)] >= highest
    return Picker(
        code=at if deep_enough else "",
        top=root,
        highest=highest,
        deepest=deepest,
        choices=choices,
        groups=await _groups(root, highest, deepest),
    )


async def _groups(root: str, highest: int, deepest: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every answer under the name of its parent."""
    every = await fetch(Region, WITHIN, root, 1, deepest) if root else await fetch(Region, SERVED)
    names = {region.code: region.label for region in every}
    groups: dict[str, list[tuple[str, str]]] = {}
    for region in every:
        if region.level >= highest and region.code != root:
            *above, own = [names[step] for step in ancestry_of(region.code) if step in names]
            groups.setdefault(" ".join(above[-2:]), []).append((region.code, own))
    return list(groups.items())


async def drill(code: str, *, top: str | None = None, deepest: int = COMMUNITY) -> list[tuple[str, str]]:
    """Options of one select that goes down a level each time it is sent: for filters. The first is everything."""
    root = await top_of_served() if top is None else top
    at = code if code.startswith(root) and code in await named([code]) else root
    steps = [region for region in await path(at) if len(region.code) > max(len(root), 2)]
    below = [region for region in await children(at) if region.level <= deepest]
    return [
        ("", _("Everywhere")),
        *((step.code, step.label) for step in steps),
        *((region.code, f"{'– ' * bool(steps)}{region.label}") for region in below),
    ]
