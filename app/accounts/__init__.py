"""Sign-in, organisations, regions, roles and the permission table, consents, the look-log."""
