"""The integrity radar's reads: one file a rule, and what people see of the findings."""
