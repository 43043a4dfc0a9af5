"""Who may use a route. Every route declares `access=`; a route without it is refused (see `app.accounts.guard`)."""

PUBLIC = "public"
"""Anyone, signed in or not."""

SIGNED_IN = "signed-in"
"""Any signed-in account. Other values are permissions of `app.accounts.rules.Permission`."""
