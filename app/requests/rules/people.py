"""How a resident's name is shortened, and how text is made comparable before it is indexed."""

import unicodedata

TITLES = {"mr", "mrs", "ms", "miss", "dr"}
LONGEST_SHORT_NAME = 20


def short_name(name: str) -> str:
    """`王**` for a Chinese name, `W.` (with its title, where one was given: `Mrs W.`) for a Latin one."""
    plain = unicodedata.normalize("NFKC", name).strip()
    if not plain:
        return "**"
    words = plain.replace(".", ". ").split()
    title = words[0].rstrip(".").lower()
    if len(words) > 1 and title in TITLES:
        return f"{words[0].rstrip('.').capitalize()} {words[1][0].upper()}."
    first = plain[0]
    return f"{first.upper()}." if first.isascii() or "LATIN" in unicodedata.name(first, "") else f"{first}**"


def comparable(text: str) -> str:
    """The same for any width, case, spacing and punctuation: NFKC, lower case, letters and digits only."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LN")
