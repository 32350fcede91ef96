"""The two loops: `poll` (source to outbox) and `deliver` (outbox to platforms)."""
