"""Months of random acts on the real ledger, and what must hold after each of them."""
