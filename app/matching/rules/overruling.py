"""Which rules a coordinator may set aside when asking somebody, and which nobody may."""

from app.matching.eligibility import Rule

NOTHING = Rule(0)
WISHES = Rule.AVAILABLE | Rule.REACH | Rule.DAY | Rule.WEEK
"""What suits people by what they told us once: they can be asked all the same, and can say no.

"Do not ask me for this" is no such wish: nobody may set it aside.
"""


def stands_against(failing: Rule, overruled: Rule = NOTHING) -> Rule:
    """What keeps somebody from being asked once these wishes are set aside by name; other rules never are."""
    return failing & ~(overruled & WISHES)


def named(names: list[str]) -> Rule:
    """The rules of these names; unknown ones are nothing."""
    found = Rule(0)
    for name in names:
        if name.upper() in Rule.__members__:
            found |= Rule[name.upper()]
    return found


def names(rules: Rule) -> list[str]:
    """The names under which rules travel in forms and answers, in the order of `Rule`."""
    return [rule.code for rule in Rule if rule & rules]
