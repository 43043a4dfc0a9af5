"""Activities, shifts, seats, sign-ups and punches."""
