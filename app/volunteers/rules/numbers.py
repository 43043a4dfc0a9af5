"""Volunteer numbers: public, so that an identity number never has to be; with a check digit against slips."""

PREFIX = "V"
DIGITS = 9
"""Before the check digit."""


def check_digit(digits: str) -> int:
    """The check digit of ISO/IEC 7064 MOD 11,10: finds every single wrong digit and nearly every swapped pair."""
    rest = 10
    for digit in digits:
        total = (rest + int(digit)) % 10 or 10
        rest = total * 2 % 11
    return (11 - rest) % 10


def volunteer_no(serial: int) -> str:
    """The number written for a serial, as in `V0000012340`."""
    digits = f"{serial:0{DIGITS}d}"
    return f"{PREFIX}{digits}{check_digit(digits)}"


def is_volunteer_no(typed: str) -> bool:
    """Whether this can be a volunteer number: its shape and its check digit are right."""
    digits = typed.removeprefix(PREFIX)
    right_shape = typed.startswith(PREFIX) and len(digits) == DIGITS + 1 and digits.isascii() and digits.isdigit()
    return right_shape and check_digit(digits[:-1]) == int(digits[-1])
