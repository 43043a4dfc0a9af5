"""What counts for people who did not say, and how far back the matcher looks."""

from datetime import timedelta

VOLUNTEER_DAY_MINUTES = 4 * 60
VOLUNTEER_WEEK_MINUTES = 12 * 60
STAFF_DAY_MINUTES = 8 * 60
STAFF_WEEK_MINUTES = 40 * 60
"""劳动法 Art. 36 and the State Council's rule on working time: 8 hours a day, 40 a week."""

LATELY = timedelta(days=90)
"""Hours served since then are load; promises kept or broken since then are reliability."""
UNASKED_DAYS = 60
"""Nobody counts as unasked for longer."""
LATE_CANCEL = timedelta(hours=24)
"""Who gives a place back later than this before its start broke a promise."""
UNHAPPY = 1
"""With this rating, of 1 to 5, the person served does not get the same visitor again."""
EMPTY_WINDOW = timedelta(days=60)
"""A community's empty seats are counted over this time."""
