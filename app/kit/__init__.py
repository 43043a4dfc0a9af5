"""Domain-free parts: every package above may use them, they know none of those packages."""
