"""What is done to many chosen rows at once: to each on its own, so that a refusal stops no other."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from app.kit.errors import DomainError
from app.kit.i18n import say

Row = TypeVar("Row")


async def do_to_each(chosen: Iterable[Row], act: Callable[[Row], Awaitable[None]]) -> dict[str, int]:
    """Do it to each once, in a transaction of its own; the answer is every refusal in words, and how often it came."""
    refused: dict[str, int] = {}
    for row in dict.fromkeys(chosen):
        try:
            await act(row)
        except DomainError as error:
            sentence = say(error.first)
            refused[sentence] = refused.get(sentence, 0) + 1
    return refused
