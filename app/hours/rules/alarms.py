"""What can be wrong with the ledger, in words: alarms, and the faults that the self-check names."""

from app.kit.rules import N_

ALARMS: dict[str, str] = {
    "went_back": N_(
        "The ledger went back: %(witness_size)s entries were sealed, and the database knows only of %(size)s. "
        "An old backup was brought back, or entries were taken out."
    ),
    "other_history": N_(
        "The ledger has another history than the one that was sealed: its first %(witness_size)s entries are others."
    ),
    "tree_broken": N_("The tree over %(size)s entries does not give the root that was signed."),
    "rows_differ": N_("The check found %(wrong)s things that are not as they were sealed."),
}
"""By kind; places are the alarm's facts."""

FAULTS: dict[str, str] = {
    "posting_differs": N_("Entry %(posting)s, or what it counts for, is not what was sealed at place %(position)s."),
    "posting_missing": N_("Entry %(posting)s, sealed at place %(position)s, is not there."),
    "posting_unknown": N_("Entry %(posting)s is neither sealed nor waiting to be."),
    "posting_waits_though_sealed": N_("Entry %(posting)s waits to be sealed although it is."),
    "waiting_without_posting": N_("Entry %(posting)s waits to be sealed but is not there."),
    "leaf_missing": N_("Nothing says which entry was sealed at place %(position)s."),
    "leaf_out_of_order": N_("Entry %(posting)s stands at place %(position)s, out of order."),
    "leaf_beyond_head": N_("Something stands at place %(position)s, which no head covers."),
    "tile_differs": N_("Tile %(place)s of level %(level)s of the tree was changed."),
    "tile_unknown": N_("Tile %(place)s does not belong to the tree."),
    "head_differs": N_("The root signed over %(size)s entries is not theirs."),
    "head_not_signed": N_("The signature over %(size)s entries does not hold."),
    "head_by_unknown_key": N_("The head over %(size)s entries names a key that nobody knows."),
    "allocation_differs": N_("What entry %(posting)s counts for does not fit the entry."),
    "time_not_held": N_("Entry %(posting)s counts, but its time is not held."),
    "time_held_for_nothing": N_("Time is held for attendance %(attendance)s, which counts for nothing."),
    "went_back": N_("The ledger went back from %(witness_size)s sealed entries to %(size)s."),
    "other_history": N_("The first %(witness_size)s entries are not those that a witness remembers."),
}
"""By kind; places are what names the fault."""
